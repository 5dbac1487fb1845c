"""Completion: what may stand where the cursor (``|``) is."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.mapping.editing import Desk

ORDERS = "map canonical/order <-> edifact/D96A/ORDERS\n"
CASES = [
    ("fields of the document", f"{ORDERS}num|", {"number"}, {"gtin"}),
    ("fields of an object", f"{ORDERS}delivery.|", {"delivery.on"}, {"number"}),
    ("fields of an entry", f"{ORDERS}each lines <-> group LIN\n    g|", {"gtin"}, {"number"}),
    ("objects after one", f"{ORDERS}one |", {"buyer"}, {"number", "lines"}),
    ("lists after each", f"{ORDERS}each |", {"lines"}, {"buyer"}),
    ("segments of the group", f"{ORDERS}number <-> B|", {"BGM"}, {"QTY"}),
    ("segments of a block", f"{ORDERS}each lines <-> group LIN\n    quantity <-> |",
     {"QTY", "PRI", "LIN"}, {"BGM"}),
    ("groups of a block", f"{ORDERS}each lines <-> group LI|", {"LIN"}, {"BGM"}),
    ("qualifiers", f"{ORDERS}each lines <-> group LIN\n    price <-> PRI+AA|",
     {"PRI+AAA", "PRI+AAB"}, {"PRI+CAL"}),
    ("elements", f"{ORDERS}each lines <-> group LIN\n    price <-> PRI+AAA.|",
     {"PRI+AAA.5118", "PRI+AAA.5284"}, {"PRI+AAA.6060"}),
    ("a step deeper", f"{ORDERS}each lines <-> group LIN\n    price <-> PRI/|", {"PRI"}, {"BGM"}),
    ("converters", f"{ORDERS}issued <-> DTM+137 da|", {"date", "datetime"}, {"decimal"}),
    ("code lists", f"{ORDERS}kind <-> BGM.1001 codes order_|", {"order_kind"}, {"unit"}),
    ("policies", f"{ORDERS}kind <-> BGM.1001 on error |", {"keep", "warn"}, {"date"}),
    ("fields to test", f"{ORDERS}kind <-> BGM.1001 when nu|", {"number"}, set()),
    ("a part, where it is taken",
     f"{ORDERS}one buyer <-> group NAD+BY  part party\npart party\n    name <-> NAD.303|",
     {"NAD.3036", "NAD.3039"}, set()),
    ("fields of a part",
     f"{ORDERS}one buyer <-> group NAD+BY  part party\npart party\n    gl|", {"gln"}, {"lines"}),
    ("positions of X12", "map canonical/order <-> x12/004010/850\nnumber <-> BEG.|",
     {"BEG.03"}, {"BEG.324"}),
    ("fields of records", "map canonical/order <-> csv/order\nnumber <-> num|", {"number"}, set()),
    ("changes of an overlay", "overlay edifact/orders.map\nre|", {"replace", "require"}, {"one"}),
    ("fields of an overlay", "overlay edifact/orders.map\nadd delivery.|", {"delivery.on"}, set()),
    ("nothing without a header", "number <-> BG|", set(), {"BGM"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "some", "none"), [one[1:] for one in CASES], ids=[one[0] for one in CASES]
)
def test_what_may_stand_there(desk: Desk, text: str, some: set[str], none: set[str]) -> None:
    before, _, after = text.partition("|")
    path = Path("/nowhere/orders.map")
    desk.drafts[path] = before + after
    line = before.count("\n") + 1
    found = desk.complete(path, line, len(before.rpartition("\n")[2]) + 1)
    offered = {one.text for one in found.suggestions}
    assert some <= offered
    assert not none & offered
