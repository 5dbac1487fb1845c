"""``read(write(d)) == d``, for every map of the repository and generated documents.

What was written must also pass the grammar (messages) or go through a file (records). All maps of
a kind of document write the same few; the long run draws for each map, and shrinks what fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, note, settings

from gateway.documents import DOCUMENTS, Document, build
from gateway.grammar import read_segments
from gateway.grammar.layout import Layout
from gateway.mapping import CompiledMap, Maps
from gateway.problems import Problem, errors
from gateway.syntax import build as segment
from gateway.syntax.record import Record
from tests.maps import (
    edifact_documents,
    einvoice_documents,
    erpfiles,
    idoc_documents,
    x12_documents,
    xml_documents,
)
from tests.maps.fields import carried, cut
from tests.maps.listed import CASES, load
from tests.strategies import documents, drawn

_Ready = Callable[[Document], dict[str, Any] | None]
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


ADJUST = {
    **x12_documents.ADJUST,
    **edifact_documents.ADJUST,
    **idoc_documents.ADJUST,
    **xml_documents.ADJUST,
    **erpfiles.ADJUST,
    **einvoice_documents.ADJUST,
}


def _read_back(compiled: CompiledMap, fields: dict[str, Any]) -> None:
    document, problems = build(compiled.document, fields)
    assert document is not None, problems
    body, problems = compiled.write(document)
    assert not problems, f"written: {body}"
    assert compiled.unwritten(document) == []
    source: Any
    if compiled.grammar is not None:
        reading = read_segments(_message(compiled, body), compiled.grammar)
        assert reading.problems == ()
        source = reading.tree
    else:
        source, problems = _through_file(compiled.layout, body)
        assert problems == []
    found, problems = compiled.read(source)
    assert not errors(problems)
    again, problems = build(compiled.document, found)
    assert problems == []
    assert again == document


def _message(compiled: CompiledMap, body: Any) -> list[str]:
    assert compiled.grammar is not None
    name, directory = compiled.grammar.name, compiled.grammar.directory
    if compiled.format.startswith("x12/"):
        return [segment("ST", name, "0001"), *body, segment("SE", str(len(body) + 2), "0001")]
    version = [name, directory[0], directory[1:], "UN"]
    return [segment("UNH", "1", version), *body, segment("UNT", str(len(body) + 2), "1")]


def _through_file(layout: Layout, record: Any) -> tuple[Record, list[Problem]]:
    data, problems = layout.write([record])
    assert problems == []
    reading = layout.read(data)
    assert reading.problems == []
    (again,) = reading.documents
    return again, []


def _carried(compiled: CompiledMap, one: Document) -> dict[str, Any]:
    """Fields of the document as the map tells them, cut down to what it carries."""
    names = carried(compiled)
    tops = frozenset(name.partition(".")[0] for name in names)
    return cut(one.arranged(tops), names)


def _case(case: str, maps: Maps) -> tuple[CompiledMap, _Ready]:
    """The map, and what makes documents ready for it; not every document can be."""
    compiled, problems = load(maps, case)
    assert compiled is not None, problems
    adjust = ADJUST.get(case.partition(" ")[0], lambda same: same)
    return compiled, lambda one: adjust(_carried(compiled, one))


@pytest.mark.parametrize("case", [*CASES, *erpfiles.TEMPLATES])
def test_what_is_written_reads_back(case: str, maps: Maps) -> None:
    compiled, ready = _case(case, maps)
    kind = compiled.document
    for data in drawn(kind, 20)[: 10 if " " in case else 20]:
        fields = ready(DOCUMENTS[kind].model_validate(data))
        if fields is not None:
            _read_back(compiled, fields)


@pytest.mark.soak
@pytest.mark.parametrize("case", [*CASES, *erpfiles.TEMPLATES])
def test_what_is_written_reads_back_for_two_thousand_documents(case: str, maps: Maps) -> None:
    compiled, ready = _case(case, maps)

    @settings(max_examples=2_000, deadline=None, suppress_health_check=SLOW)
    @given(documents(compiled.document))
    def law(one: Document) -> None:
        fields = ready(one)
        assume(fields is not None)
        note(f"fields: {fields}")
        _read_back(compiled, fields)

    law()
