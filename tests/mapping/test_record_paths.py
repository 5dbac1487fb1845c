"""Paths into XML records: attributes, own text, filters that select on read and build on write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.grammar.xml.load import read_xml
from gateway.mapping import CompiledMap, Maps
from gateway.problems import Problem
from gateway.syntax.record import Record
from tests.mapping.kit import LIBRARY

GRAMMAR = """\
# xml own Order
root Order
type Order ID:Id? Note:Id* Party* Delivery? Reference* Line*
type Party Role:Code ID:Id? Endpoint:Id? Tax* Contact:Person?
type Tax Scheme Company:Id
type Scheme ID:Id
type Person Name:Id
type Delivery Place? Day:Id?
type Place ID:Id? Name:Id?
type Reference ID:Id Kind:Id?
type Line ID:Id
simple Id text @scheme
simple Code text
"""
FORMAT = read_xml(GRAMMAR, "own/Order")


def load(tmp_path: Path, rows: str) -> tuple[CompiledMap | None, list[Problem]]:
    """A map of these rows."""
    (tmp_path / "order.map").write_text(f"map canonical/order <-> xml/own/Order\n\n{rows}\n")
    layouts = {"xml/own/Order": FORMAT}
    return Maps(LIBRARY, layouts, [tmp_path], documents={}).load("order.map")


def compiled(tmp_path: Path, rows: str) -> CompiledMap:
    """A map that has no problems."""
    found, problems = load(tmp_path, rows)
    assert found is not None, [str(one) for one in problems]
    return found


def order(inside: str) -> Record:
    """The record of an order."""
    reading = FORMAT.read(f"<Order>{inside}</Order>".encode())
    assert reading.problems == []
    (record,) = reading.documents
    return record


def read(found: CompiledMap, inside: str) -> dict[str, Any]:
    """The fields of an order."""
    fields, problems = found.read(order(inside))
    assert problems == []
    return fields


def written(found: CompiledMap, fields: dict[str, Any]) -> str:
    """What is written of the fields, without blanks and the frame."""
    record, problems = found.write(fields)
    assert problems == [], [str(one) for one in problems]
    assert isinstance(record, Record)
    data, problems = FORMAT.write([record])
    assert problems == [], [str(one) for one in problems]
    lines = data.decode().splitlines()[1:]
    whole = "".join(line.strip() for line in lines)
    return whole.removeprefix("<Order>").removesuffix("</Order>")


BUYER = '<Party><Role>BY</Role><ID scheme="A">1</ID></Party>'
SELLER = '<Party><Role>SU</Role><ID scheme="B">2</ID></Party>'
TAXED = (
    "<Party><Role>BY</Role><Tax><Scheme><ID>FC</ID></Scheme><Company>7</Company></Tax>"
    "<Tax><Scheme><ID>VAT</ID></Scheme><Company>DE1</Company></Tax></Party>"
)


@pytest.mark.parametrize(
    ("rows", "inside", "fields"),
    [
        ("y <-> ID\nx <-> ID@scheme", '<ID scheme="A">1</ID>', {"y": "1", "x": "A"}),
        ("y <-> ID\nx <-> ID/@scheme", '<ID scheme="A">1</ID>', {"y": "1", "x": "A"}),
        ("x <-> ID[@scheme=A]", '<ID scheme="A">1</ID>', {"x": "1"}),
        ("x <-> Note", "<Note>a</Note>", {"x": "a"}),
        ("x <-> Note/$", "<Note>a</Note>", {"x": "a"}),
        ("x <-> Note[@scheme=B]", '<Note scheme="B">b</Note>', {"x": "b"}),
        ("x <-> Note[$=b]/@scheme", '<Note scheme="B">b</Note>', {"x": "B"}),
        ("x <-> Party[Role=SU]/ID", SELLER.replace(' scheme="B"', ""), {"x": "2"}),
        ("x <-> Delivery/Place/ID[@scheme=G]",
         '<Delivery><Place><ID scheme="G">9</ID></Place></Delivery>', {"x": "9"}),
        ("one b <-> group Party[Role=BY]\n    id <-> ID\n    scheme <-> ID@scheme", BUYER,
         {"b": {"id": "1", "scheme": "A"}}),
        ("each n <-> group Note\n    text <-> $\n    scheme <-> @scheme",
         '<Note scheme="A">a</Note><Note>b</Note>',
         {"n": [{"text": "a", "scheme": "A"}, {"text": "b"}]}),
        ("one p <-> group Delivery/Place\n    id <-> ID\nday <-> Delivery/Day",
         "<Delivery><Place><ID>9</ID></Place><Day>d</Day></Delivery>",
         {"p": {"id": "9"}, "day": "d"}),
        ("one a <-> group Party[Role=BY]  part p\none b <-> group Party[Role=SU]  part p\n"
         "part p\n    id <-> ID", "<Party><Role>BY</Role><ID>1</ID></Party>"
         "<Party><Role>SU</Role><ID>2</ID></Party>", {"a": {"id": "1"}, "b": {"id": "2"}}),
    ],
)  # fmt: skip
def test_both_ways(tmp_path: Path, rows: str, inside: str, fields: dict[str, Any]) -> None:
    found = compiled(tmp_path, rows)
    assert read(found, inside) == fields
    assert written(found, fields) == inside


def test_a_filter_looks_as_deep_as_it_must(tmp_path: Path) -> None:
    found = compiled(
        tmp_path,
        "one b <-> group Party[Role=BY]\n    vat <-> Tax[Scheme/ID=VAT]/Company\n"
        "    other <-  Tax[Scheme/ID!=VAT]/Company\n    other ->  Tax[Scheme/ID=FC]/Company",
    )
    fields = {"b": {"vat": "DE1", "other": "7"}}
    assert read(found, TAXED) == fields
    assert read(found, written(found, fields)) == fields


def test_the_filter_of_a_leaf_picks_the_record_that_holds_it(tmp_path: Path) -> None:
    found = compiled(tmp_path, "x <-> Party/ID[@scheme=B]")
    assert read(found, BUYER + SELLER) == {"x": "2"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Party[ID@scheme!=A]/ID", "2"),
        ("Party[ID@scheme=]/ID", "3"),
        ("Party[ID@scheme!=]/ID", "1"),
        ("Party[ID@scheme!=A,ID@scheme!=]/ID", "2"),
    ],
)
def test_filters_that_only_select(tmp_path: Path, path: str, value: str) -> None:
    plain = "<Party><Role>X</Role><ID>3</ID></Party>"
    found = compiled(tmp_path, f"x <- {path}")
    assert read(found, BUYER + SELLER + plain) == {"x": value}


def test_what_only_selects_is_not_written(tmp_path: Path) -> None:
    found = compiled(tmp_path, "x <-> Reference[Kind!=A]/ID")
    assert written(found, {"x": "1"}) == "<Reference><ID>1</ID></Reference>"


def test_two_values_for_one_place_are_told(tmp_path: Path) -> None:
    found = compiled(tmp_path, "a <-> ID[@scheme=A]\nb <-> ID[@scheme=B]")
    assert read(found, '<ID scheme="B">2</ID>') == {"b": "2"}
    _, problems = found.write({"a": "1", "b": "2"})
    assert [one.code for one in problems] == ["V505"]


def test_what_filters_name_is_read_and_what_they_pass_over_is_not(tmp_path: Path) -> None:
    found = compiled(tmp_path, "one b <-> group Party[Role=BY]\n    id <-> ID[@scheme=A]")
    assert found.unread(order(BUYER)) == []
    names = [one.facts["name"] for one in found.unread(order(BUYER + SELLER))]
    assert names == ["Order.Party[2].Role", "Order.Party[2].ID", "Order.Party[2].ID@scheme"]


@pytest.mark.parametrize(
    ("rows", "code", "hint"),
    [
        ("x <-> IDs", "M204", "did you mean ID?"),
        ("x <-> Partner/ID", "M202", "did you mean Party?"),
        ("x <-> Party[Rol=BY]/ID", "M204", "did you mean Role?"),
        ("x <-> Party[Tax/Scheme/Id=VAT]/ID", "M204", "ID"),
        ("x <-> Party[Taxes/ID=VAT]/ID", "M202", "did you mean Tax?"),
        ("x <-> ID[Role=BY]", "M204", "Role"),
        ("x <-> ID[@colour=A]", "M204", "@colour"),
        ("x <-> Party[Role]/ID", "M201", "[field=value]"),
        ("x <-> Party", "M204", "Party"),
        ("each p <-> group Party  except BY\n    id <-> ID", "M204", "except"),
        ("one p <-> group Party\n    id <-> ID", "M208", "Party"),
    ],
)
def test_what_does_not_fit_the_grammar(tmp_path: Path, rows: str, code: str, hint: str) -> None:
    _, problems = load(tmp_path, rows)
    assert code in [one.code for one in problems]
    told = [" ".join(map(str, (one, *one.facts.values()))) for one in problems]
    assert any(hint in one for one in told), told
