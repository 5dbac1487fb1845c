"""``read(write(d)) == d``, for every map of the repository and generated documents.

What was written must also pass the grammar (messages) or go through a file (records).
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from gateway.documents import build
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
from tests.strategies import documents

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
    note(f"written: {body}")
    assert not problems
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


def _fields(compiled: CompiledMap) -> st.SearchStrategy[dict[str, Any]]:
    """Fields of documents as the map tells them, cut down to what it carries."""
    names = carried(compiled)
    tops = frozenset(name.partition(".")[0] for name in names)
    return documents(compiled.document).map(lambda one: cut(one.arranged(tops), names))


def _holds(case: str, maps: Maps, examples: int) -> None:
    compiled, problems = load(maps, case)
    assert compiled is not None, problems
    adjust = ADJUST.get(case.partition(" ")[0], lambda same: same)

    @settings(max_examples=examples, deadline=None, suppress_health_check=SLOW)
    @given(_fields(compiled))
    def law(fields: dict[str, Any]) -> None:
        _read_back(compiled, adjust(fields))

    law()


@pytest.mark.parametrize("case", [*CASES, *erpfiles.TEMPLATES])
def test_what_is_written_reads_back(case: str, maps: Maps) -> None:
    _holds(case, maps, 10 if " " in case else 20)


@pytest.mark.soak
@pytest.mark.parametrize("case", [*CASES, *erpfiles.TEMPLATES])
def test_what_is_written_reads_back_for_two_thousand_documents(case: str, maps: Maps) -> None:
    _holds(case, maps, 2_000)
