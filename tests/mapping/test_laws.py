"""Laws of maps: what is written reads back, nothing raises, nothing is unseen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.grammar.tree import Node, Tree
from gateway.mapping import Maps
from gateway.mapping.coverage import held_spots, read_spots
from gateway.problems import errors
from tests.mapping.kit import LIBRARY, MAPS, compiled, segments, tree
from tests.mapping.strategies import DESPATCHES, ORDERS, PURCHASE_ORDERS, SHIPMENTS

quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def back(name: str, document: dict[str, Any]) -> None:
    found = compiled(name)
    written, problems = found.write(document)
    assert problems == []
    assert isinstance(written, list)
    message = tree(found, written, clean=False)
    read, problems = found.read(message)
    assert problems == []
    assert read == document
    assert [str(one) for one in found.unread(message)] == []


@quick
@given(ORDERS)
def test_what_is_written_reads_back_edifact(document: dict[str, Any]) -> None:
    back("orders.map", document)


@quick
@given(PURCHASE_ORDERS)
def test_what_is_written_reads_back_x12(document: dict[str, Any]) -> None:
    back("850.map", document)


@quick
@given(DESPATCHES)
def test_what_is_written_reads_back_cps(document: dict[str, Any]) -> None:
    back("desadv.map", document)


@quick
@given(SHIPMENTS)
def test_what_is_written_reads_back_hl(document: dict[str, Any]) -> None:
    back("856.map", document)


@quick
@given(ORDERS)
def test_writing_what_was_read_gives_the_same_segments(document: dict[str, Any]) -> None:
    found = compiled("orders.map")
    written, _ = found.write(document)
    assert isinstance(written, list)
    read, _ = found.read(tree(found, written, clean=False))
    assert found.write(read)[0] == written


VALUES = st.text("A1.,-+\x1f\x1e\x1d é", max_size=9)


def scrambled(message: Tree, values: list[str]) -> Tree:
    """The same tree over other segments: as far from its grammar as a bug could bring it."""
    changed = [
        segment
        if index in (0, len(message.segments) - 1)
        else f"{segment[:3]}\x1d{values[index % len(values)]}"
        for index, segment in enumerate(message.segments)
    ]
    return Tree(message.grammar, changed, message.root)


@quick
@given(
    st.sampled_from([("orders.map", ORDERS), ("850.map", PURCHASE_ORDERS), ("856.map", SHIPMENTS)]),
    st.lists(VALUES, min_size=1, max_size=20),
    st.data(),
)
def test_reading_never_raises(
    case: tuple[str, Any], values: list[str], data: st.DataObject
) -> None:
    found = compiled(case[0])
    written, _ = found.write(data.draw(case[1]))
    assert isinstance(written, list)
    message = scrambled(tree(found, written, clean=False), values)
    document, problems = found.read(message)
    assert isinstance(document, dict)
    found.unread(message)
    assert all(str(one) for one in problems)


@quick
@given(ORDERS)
def test_read_and_unread_are_everything(document: dict[str, Any]) -> None:
    found = compiled("orders.map")
    written, _ = found.write(document)
    assert isinstance(written, list)
    extra = segments("DTM+63:20240101:102'")
    message = tree(found, [written[0], *extra, *written[1:]], clean=False)
    seen = read_spots(found.plan, message)
    held = {spot for spot, _ in held_spots(message.segments)}
    unread = {
        (one.place.segment, one.place.element, one.place.component or 1)
        for one in found.unread(message)
    }
    assert {(index + 1, element, part + 1) for index, element, _, part in held - seen} == unread


@quick
@given(ORDERS, st.data())
def test_a_value_that_counts_as_unread_does_not_change_the_document(
    document: dict[str, Any], data: st.DataObject
) -> None:
    found = compiled("orders.map")
    written, _ = found.write(document)
    assert isinstance(written, list)
    extra = segments("DTM+63:20240101:102'DTM+137:20240101:102'")
    message = tree(found, [written[0], *written[1:2], *extra, *written[2:]], clean=False)
    unread = [one for one in found.unread(message) if one.place.segment and one.place.element]
    before, _ = found.read(message)
    for one in unread:
        index = (one.place.segment or 1) - 1
        elements = message.segments[index].split("\x1d")
        parts = elements[one.place.element or 1].split("\x1f")
        parts[(one.place.component or 1) - 1] = data.draw(st.sampled_from(["ZZ", "0"]))
        elements[one.place.element or 1] = "\x1f".join(parts)
        changed = list(message.segments)
        changed[index] = "\x1d".join(elements)
        after, _ = found.read(Tree(message.grammar, changed, message.root))
        assert after == before


def test_an_empty_overlay_is_the_base(tmp_path: Any) -> None:
    overlay = tmp_path / "none.map"
    overlay.write_text("overlay orders.map\n")
    changed, problems = Maps(LIBRARY, None, [MAPS], documents={}).load("orders.map", overlay)
    assert changed is not None and not errors(problems)
    assert list(changed.rows()) == list(compiled("orders.map").rows())


@pytest.mark.parametrize("field", ["delivery.on", "lines.price", "buyer.vat_id"])
def test_drop_and_add_is_replace(tmp_path: Any, field: str) -> None:
    paths = {
        "delivery.on": "DTM+64                 date",
        "lines.price": "PRI+AAB.5118           decimal",
        "buyer.vat_id": "RFF+XA.1154",
    }
    one, two = tmp_path / "one.map", tmp_path / "two.map"
    one.write_text(f"overlay orders.map\nreplace {field}  <->  {paths[field]}\n")
    two.write_text(f"overlay orders.map\ndrop {field}\nadd {field}  <->  {paths[field]}\n")
    rows = []
    for overlay in (one, two):
        found, problems = Maps(LIBRARY, None, [MAPS], documents={}).load("orders.map", overlay)
        assert found is not None, [str(one) for one in problems]
        rows.append({(row.field, row.operator, row.wire, row.modifiers) for row in found.rows()})
    assert rows[0] == rows[1]


def test_nodes_are_left_as_they_are() -> None:
    found = compiled("orders.map")
    message = tree(found, "BGM+220+1+9'DTM+137:20240101:102'NAD+BY+++A'LIN+1'UNS+S'")
    before = [list(one) for one in _kids(message.root)]
    found.read(message)
    assert [list(one) for one in _kids(message.root)] == before


def _kids(node: Node) -> list[list[Any]]:
    return [kids for _, kids in sorted(node.kids.items())]
