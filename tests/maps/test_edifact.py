"""Places where EDIFACT says a thing in its own way, and what the laws once found wrong."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.documents import build
from gateway.grammar import read_segments
from gateway.mapping import CompiledMap, Maps
from tests.maps.listed import load

HEAD = {"number": "1", "issued": "2026-06-08"}
LINE = {"number": "1", "gtin": "4012345610017", "quantity": "4", "unit": "piece"}


def written(maps: Maps, case: str, fields: dict[str, Any]) -> list[str]:
    """Segments as people write them, without the problems."""
    compiled, _ = load(maps, case)
    assert compiled is not None
    document, problems = build(compiled.document, fields)
    assert document is not None, problems
    body, _ = compiled.write(document)
    assert isinstance(body, list)
    return [one.replace("\x1d", "+").replace("\x1f", ":") for one in body]


def codes_of_writing(maps: Maps, case: str, fields: dict[str, Any]) -> list[str]:
    compiled, _ = load(maps, case)
    assert compiled is not None
    document, _ = build(compiled.document, fields)
    return [one.code for one in compiled.write(document)[1]]


def read(maps: Maps, case: str, *body: str) -> tuple[dict[str, Any], list[str]]:
    """Fields and the codes of what was found, of a message of these segments."""
    compiled, _ = load(maps, case)
    assert compiled is not None and compiled.grammar is not None
    name, directory = compiled.grammar.name, compiled.grammar.directory
    segments = [f"UNH+1+{name}:{directory[0]}:{directory[1:]}:UN", *body]
    segments.append(f"UNT+{len(body) + 2}+1")
    plain = [one.replace("+", "\x1d").replace(":", "\x1f") for one in segments]
    reading = read_segments(plain, compiled.grammar)
    assert reading.tree is not None, reading.problems
    fields, problems = compiled.read(reading.tree)
    return fields, [one.code for one in [*problems, *_unread(compiled, reading.tree)]]


def _unread(compiled: CompiledMap, tree: Any) -> list[Any]:
    return compiled.unread(tree)


ORDER = ("BGM+220+1+9", "DTM+137:20260608:102", "NAD+BY+4012345000009::9")


def test_a_unit_that_is_said_twice_is_read_once(maps: Maps) -> None:
    line = ("LIN+1++4012345610017:EN", "QTY+21:4:EA", "QTY+192:1:PCE", "UNS+S")
    fields, found = read(maps, "edifact/orders.map", *ORDER, *line)
    assert fields["lines"][0]["unit"] == "piece"
    assert found == []


def test_two_quantities_in_different_units_are_found(maps: Maps) -> None:
    line = ("LIN+1++4012345610017:EN", "QTY+21:4:CT", "QTY+192:1:PCE", "UNS+S")
    assert read(maps, "edifact/orders.map", *ORDER, *line)[1] == ["V520"]


def test_serial_numbers_are_no_range(maps: Maps) -> None:
    lines = [{**LINE, "serials": ["S1", "S2", "S3"]}]
    segments = written(
        maps, "edifact/ordchg.map", {**HEAD, "order": {"number": "1"}, "lines": lines}
    )
    assert "GIN+BN+S1+S2+S3" in segments


def test_a_batch_and_serial_numbers_have_their_markings(maps: Maps) -> None:
    items = [{**LINE, "line": "1", "batch": "L1", "serials": ["S1"]}]
    items[0].pop("number")
    segments = written(maps, "edifact/desadv.map", {**HEAD, "packages": [{"items": items}]})
    assert segments[segments.index("PCI+10") + 1] == "GIN+BX+L1"
    assert segments[segments.index("PCI+30") + 1] == "GIN+BN+S1"


@pytest.mark.parametrize(
    ("case", "first"), [("edifact/invrpt.map", "QTY"), ("edifact/invrpt.map D01B", "INV")]
)
def test_stocks_begin_with_what_the_directory_has(maps: Maps, case: str, first: str) -> None:
    stocks = [{"kind": "on_hand", "quantity": "4", "unit": "piece", "state": "damaged"}]
    lines = [{"number": "1", "gtin": "4012345610017", "stocks": stocks}]
    segments = written(maps, case, {**HEAD, "lines": lines})
    inside = segments[next(at for at, one in enumerate(segments) if one.startswith("LIN")) + 1 :]
    assert inside[0].startswith(first)
    assert sorted(inside) == ["INV++2", "QTY+145:4:PCE"]


@pytest.mark.parametrize(
    ("case", "segment"),
    [("edifact/orders.map", "LIN+1++4012345610017:EN"),
     ("edifact/orders.map D01B", "LIN+1++4012345610017:SRV")],
)  # fmt: skip
def test_a_gtin_is_qualified_as_the_directory_has_it(maps: Maps, case: str, segment: str) -> None:
    fields = {**HEAD, "buyer": {"gln": "4012345000009"}, "lines": [LINE]}
    assert segment in written(maps, case, fields)


def test_a_sixth_identifier_finds_no_place(maps: Maps) -> None:
    numbers = dict.fromkeys(
        ("buyer_item", "supplier_item", "manufacturer_item", "variant", "commodity",
         "classification"), "A1",
    )  # fmt: skip
    items = [{"number": "1", "gtin": "4012345610017", **numbers}]
    assert codes_of_writing(maps, "edifact/pricat.map", {**HEAD, "items": items}) == ["V505"]


def test_a_second_identifier_of_a_party_without_references_is_told(maps: Maps) -> None:
    payer = {"gln": "4012345000009", "buyer_number": "70021"}
    assert codes_of_writing(maps, "edifact/remadv.map", {**HEAD, "payer": payer}) == ["V505"]


def test_days_count_from_the_invoice_unless_something_else_is_said(maps: Maps) -> None:
    fields = {**HEAD, "buyer": {"gln": "4012345000009"}, "lines": [LINE]}
    for basis, segment in ((None, "PAT+1++5:3:D:30"), ("receipt_of_goods", "PAT+1++21:3:D:30")):
        payment = {"days": 30, "basis": basis}
        assert segment in written(maps, "edifact/orders.map", {**fields, "payment": payment})


def test_newer_directories_have_other_terms_of_payment(maps: Maps) -> None:
    fields = {**HEAD, "buyer": {"gln": "4012345000009"}, "lines": [LINE], "payment": {"days": 30}}
    assert "PYT+1++5+3+D+30" in written(maps, "edifact/orders.map D21B", fields)


def test_a_range_of_quantities_has_a_unit(maps: Maps) -> None:
    prices = [{"amount": "2", "calculation": "net", "from_quantity": "100"}]
    items = [{"number": "1", "gtin": "4012345610017", "prices": prices}]
    assert "RNG+4+PCE:100" in written(maps, "edifact/pricat.map", {**HEAD, "items": items})
