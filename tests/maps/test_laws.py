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
from tests.maps.fields import carried, cut
from tests.strategies import data

MESSAGES = {
    "edifact/orders.map": "order",
    "edifact/ordrsp.map": "orderresponse",
    "edifact/desadv.map": "despatch",
    "edifact/invoic.map": "invoice",
    "edifact/D01B/orders.map": "order",
    "edifact/D01B/ordrsp.map": "orderresponse",
    "edifact/D01B/desadv.map": "despatch",
    "edifact/D01B/invoic.map": "invoice",
    "x12/850.map": "order",
    "x12/855.map": "orderresponse",
    "x12/856.map": "despatch",
    "x12/810.map": "invoice",
    "x12/005010/850.map": "order",
    "x12/005010/855.map": "orderresponse",
}
RECORDS = {f"{kind}/{name}.map": name for kind in ("csv", "json") for name in
           ("order", "orderresponse", "despatch", "invoice")}  # fmt: skip
LAW = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def _response_855(fields: dict[str, Any]) -> dict[str, Any]:
    """PO1 has one line number; the unit stands with each quantity."""
    for line in fields.get("lines", ()):
        line["order_line"] = line["number"]
    return fields


def _advice_856(fields: dict[str, Any]) -> dict[str, Any]:
    """Every branch belongs to one order, and what is under no order comes first."""
    fields["packages"] = [
        _of_one_order(one, f"PO{at}") for at, one in enumerate(fields["packages"])
    ]
    return fields


def _of_one_order(package: dict[str, Any], number: str) -> dict[str, Any]:
    for item in package.get("items", ()):
        item["order"] = {"number": number}
    for inner in package.get("packages", ()):
        _of_one_order(inner, number)
    return package


ADJUST = {
    "x12/855.map": _response_855,
    "x12/005010/855.map": _response_855,
    "x12/856.map": _advice_856,
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


@pytest.mark.parametrize("name", [*MESSAGES, *RECORDS])
def test_what_is_written_reads_back(name: str, maps: Maps) -> None:
    compiled, problems = maps.load(name)
    assert compiled is not None, problems
    names = carried(compiled)

    @LAW
    @given(st.data())
    def law(draw: st.DataObject) -> None:
        kind = compiled.document
        fields = draw.draw(data(kind).map(lambda one: cut(one, names)))
        _read_back(compiled, ADJUST.get(name, lambda same: same)(fields))

    law()
