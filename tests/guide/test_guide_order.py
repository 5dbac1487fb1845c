"""A tolerated order changes nothing but the places: the tree is that of the usual order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gateway.grammar import Node, Tree
from gateway.grammar.guide import read_with_guide
from tests.guide.guiding import HEAD, LIBRARY, edited, sent, usable

GUIDE = """segments:
  SG25: {segments: {SG28: {segments: {DTM: N, APR: N, CUX: N, RNG: N}}}}
tolerate:
  - {out_of_order: FTX, after: SG2, why: texts behind the parties}
  - {out_of_order: CNT, before: UNS, why: the count before the summary}
  - {out_of_order: SG25/PIA, after: SG25/QTY, why: numbers behind the quantity}
  - {out_of_order: SG25/SG28, before: SG25/QTY, why: prices first}
"""
MOVES = {
    "text": "- FTX+PUR+++Gate 4'\n\n- CUX+2:EUR:9'\n+ FTX+PUR+++Gate 4'\n+ CUX+2:EUR:9'\n",
    "count": "- UNS+S'\n- CNT+2:2'\n+ CNT+2:2'\n+ UNS+S'\n",
    "price": "- QTY+21:24:PCE'\n- PRI+AAA:64.90'\n+ PRI+AAA:64.90'\n+ QTY+21:24:PCE'\n",
    "number": "- PIA+1+DRILL-18V:SA'\n- QTY+21:24:PCE'\n+ QTY+21:24:PCE'\n+ PIA+1+DRILL-18V:SA'\n",
}


def shape(node: Node, tree: Tree) -> dict[str, Any]:
    """The tree by members and texts, without indices."""
    kids = {
        index: [shape(one, tree) if isinstance(one, Node) else tree.segments[one] for one in taken]
        for index, taken in node.kids.items()
    }
    return {"first": tree.segments[node.segment], "kids": kids, "group": node.group.name}


@pytest.mark.parametrize("move", MOVES)
def test_the_tree_is_that_of_the_usual_order(move: str, tmp_path: Path) -> None:
    guide = usable(tmp_path, HEAD + GUIDE)
    usual = read_with_guide(sent(edited("orders.edi", "")).part, guide)
    moved = read_with_guide(sent(edited("orders.edi", MOVES[move])).part, guide)
    assert usual.problems == ()
    assert [one.code for one in moved.problems] == ["G341"]
    assert usual.tree is not None
    assert moved.tree is not None
    assert shape(moved.tree.root, moved.tree) == shape(usual.tree.root, usual.tree)
    assert moved.tree.grammar is LIBRARY.message("edifact", "D96A", "ORDERS")


def test_provenance_is_that_of_the_wire(tmp_path: Path) -> None:
    guide = usable(tmp_path, HEAD + GUIDE)
    message = sent(edited("orders.edi", MOVES["price"]))
    reading = read_with_guide(message.part, guide)
    assert reading.tree is not None
    index = next(at for at, text in enumerate(message.part.segments) if text.startswith("PRI"))
    assert message.part.segments[index + 1].startswith("QTY")
    (found,) = reading.problems
    assert (found.place.segment, found.place.tag) == (index + 1, "PRI")
    root = reading.tree.root
    lines = next(
        taken for taken in root.kids.values() if len(taken) == 2 and isinstance(taken[0], Node)
    )
    first = {one.group.name: one.segment for kids in lines[0].kids.values() for one in kids
             if isinstance(one, Node)}  # fmt: skip
    assert first == {"SG28": index}


@pytest.mark.parametrize(
    "script",
    [
        "- FTX+PUR+++Gate 4'\n\n- LIN+2++4012345610024:EN'\n+ FTX+PUR+++Gate 4'\n+ XYZ+1'\n"
        "+ LIN+2++4012345610024:EN'\n",
        "- BGM+220+PO-26-10417+9'\n\n- CUX+2:EUR:9'\n+ BGM+220+PO-26-10417+9'\n+ CUX+2:EUR:9'\n",
    ],
    ids=["unknown segment", "not tolerated"],
)
def test_what_is_not_tolerated_is_still_refused(script: str, tmp_path: Path) -> None:
    guide = usable(tmp_path, HEAD + GUIDE)
    reading = read_with_guide(sent(edited("orders.edi", script)).part, guide)
    assert reading.tree is None
    assert {one.code for one in reading.problems} <= {"G102", "G103", "G104", "G105"}


def test_too_many_in_all_are_refused(tmp_path: Path) -> None:
    guide = usable(tmp_path, HEAD + GUIDE)
    text = edited("orders.edi", "")
    for place in ("FTX+PUR+++Gate 4'\n", "CUX+2:EUR:9'\n"):
        text = text.replace(place, "FTX+PUR+++More'\n" * 60 + place)
    assert read_with_guide(sent(text).part, guide).tree is None
