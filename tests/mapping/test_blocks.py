"""Blocks: conditions, policies, groups below groups; overlays of parts, levels and trees."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.mapping import CompiledMap, Maps
from gateway.problems import Severity
from gateway.syntax.record import Record
from tests.mapping.conftest import Make
from tests.mapping.kit import LIBRARY, MAPS, compiled, tree, wire

ORDERS = "edifact/D96A/ORDERS"
BODY = "BGM+{}+1+9'DTM+137:1'{}LIN+1'UNS+S'"
WHEN = """
kind <-> BGM.1001
each parties <-> group NAD when kind = "220"
    name <-> NAD.3036#1
"""


@pytest.mark.parametrize(("kind", "count"), [("220", 2), ("224", 0)])
def test_a_block_holds_under_a_condition(make: Make, kind: str, count: int) -> None:
    found = make(ORDERS, WHEN)
    body = BODY.format(kind, "NAD+BY+++A'NAD+SU+++B'")
    document, problems = found.read(tree(found, body, clean=False))
    assert problems == []
    assert len(document.get("parties", ())) == count
    written = wire(found.write({"kind": kind, "parties": [{"name": "A"}]})[0])
    assert written.count("NAD") == min(count, 1)


def test_a_required_block_is_missed_under_its_condition_only(make: Make) -> None:
    found = make(ORDERS, WHEN.replace("group NAD", "group NAD required"))
    for kind, codes in (("220", ["E410"]), ("224", [])):
        document, problems = found.read(tree(found, BODY.format(kind, ""), clean=False))
        assert [one.code for one in problems] == codes
        assert [one.code for one in found.write(document)[1]] == codes


def test_a_record_block_holds_under_a_condition(make: Make) -> None:
    rows = "number <-> number\neach lines <-> group line when number present\n    pos <-> pos"
    found = make("csv/order", rows)
    lines = [Record("line", {"pos": "1"})]
    assert found.read(Record("order", kids={"line": lines})) == ({}, [])
    whole = Record("order", {"number": "1"}, {"line": lines})
    assert found.read(whole)[0] == {"number": "1", "lines": [{"pos": "1"}]}
    assert found.write({"lines": [{"pos": "1"}]})[0] == Record("order")
    assert found.write({"number": "1", "lines": [{"pos": "1"}]})[0] == whole


TWO_BUYERS = BODY.format("220", "NAD+BY+++A'NAD+BY+++B'")
SECOND = [("", Severity.ERROR), ("on error warn", Severity.WARNING), ("on error drop", None)]


@pytest.mark.parametrize(("policy", "severity"), SECOND)
def test_a_second_match_follows_the_policy_of_the_block(
    make: Make, policy: str, severity: Severity | None
) -> None:
    found = make(ORDERS, f"one buyer <-> group NAD+BY {policy}\n    name <-> NAD.3036#1")
    document, problems = found.read(tree(found, TWO_BUYERS, clean=False))
    assert document == {"buyer": {"name": "A"}}
    told = [(one.code, one.severity) for one in problems]
    assert told == ([("E412", severity)] if severity else [])
    unread = found.unread(tree(found, TWO_BUYERS, clean=False))
    assert "B" in {one.facts["value"] for one in unread}, "what is not told is still unread"


def test_rows_take_the_policy_of_their_block_unless_they_say_one(make: Make) -> None:
    rows = (
        "one buyer <-> group NAD+BY on error keep\n    name <-> NAD.3036#1 text(1)\n"
        "    city <-> NAD.3164 text(1) on error warn"
    )
    found = make(ORDERS, rows)
    body = BODY.format("220", "NAD+BY+++LONG++LONG'")
    document, problems = found.read(tree(found, body, clean=False))
    assert document == {"buyer": {"name": "LONG"}}
    assert [(one.code, one.severity) for one in problems] == [("V503", Severity.WARNING)]


REMITTANCE = """
"1" -> ENT.01
each documents <-> group ENT/RMR
    kind <-> RMR.01
    number <-> RMR.02
    each adjustments <-> group ADX
        amount <-> ADX.01 negated
one bank <-> group N1*PE
    name <-> N1.02
"""


def test_a_block_reaches_into_groups_below_groups(make: Make) -> None:
    found = make("x12/004010/820", REMITTANCE)
    document: dict[str, Any] = {
        "documents": [{"kind": "IV", "number": "1"}, {"kind": "CM", "number": "2"}],
        "bank": {"name": "B"},
    }
    assert wire(found.write(document)[0]) == "N1+PE+B\nENT+1\nRMR+IV+1\nRMR+CM+2"
    body = "BPR*C*5*C*CHK~TRN*1*2~N1*PE*B~ENT*1~RMR*IV*1~ENT*2~RMR*CM*2~"
    message = tree(found, body, clean=False)
    assert found.read(message) == (document, [])
    assert {one.place.tag for one in found.unread(message)} == {"BPR", "TRN", "ENT"}
    assert found.write({"bank": {"name": "B"}})[0] == ["N1\x1dPE\x1dB"], "no empty group around"


PARTIES = """
one buyer <-> group NAD+BY part party
one supplier <-> group NAD+SU part party
part party
    name <-> NAD.3036#1
    vat_id <-> RFF+VA.1154
"""


def rows(found: CompiledMap) -> list[tuple[str, str, str]]:
    return [(one.field, one.wire, one.origin) for one in found.rows() if "." in one.field]


def test_an_overlay_changes_a_part_for_all_that_take_it(make: Make) -> None:
    overlay = (
        "replace part party: vat_id <-> RFF+XA.1154\nadd part party: city <-> NAD.3164\n"
        "require part party: name\ndrop supplier.city"
    )
    assert rows(make(ORDERS, PARTIES, overlay)) == [
        ("buyer.name", "NAD.3036#1", "require"),
        ("buyer.vat_id", "RFF+XA.1154", "replace"),
        ("buyer.city", "NAD.3164", "add"),
        ("supplier.name", "NAD.3036#1", "require"),
        ("supplier.vat_id", "RFF+XA.1154", "replace"),
    ]


def test_a_row_taken_out_of_a_part_is_gone_everywhere(make: Make) -> None:
    kept = rows(make(ORDERS, PARTIES, "drop part party: vat_id"))
    assert [one[0] for one in kept] == ["buyer.name", "supplier.name"]


def test_blocks_that_took_the_same_part_are_compiled_once(make: Make) -> None:
    found = make(ORDERS, PARTIES)
    buyer, supplier = (one.body for one in found.plan.blocks)  # type: ignore[union-attr]
    assert supplier.twin is buyer
    changed = make(ORDERS, PARTIES, "drop supplier.vat_id")
    assert [one.body.twin for one in changed.plan.blocks] == [None, None]  # type: ignore[union-attr]
    for one in (found, changed):
        text = wire(one.write({"buyer": {"name": "A"}, "supplier": {"name": "B"}})[0])
        assert text == "NAD+BY+++A\nNAD+SU+++B"


def overlaid(name: str, text: str, folder: Any) -> tuple[CompiledMap | None, list[str]]:
    (folder / name).write_text(f"overlay {name}\n{text}\n")
    maps = Maps(LIBRARY, None, [MAPS], documents={})
    found, problems = maps.load(name, folder / name)
    return found, [one.code for one in problems if one.severity is Severity.ERROR]


def test_an_overlay_changes_the_codes_and_rows_of_a_level(tmp_path: Any) -> None:
    found, codes = overlaid("856.map", "replace level Q shared order", tmp_path)
    assert codes == []
    assert found is not None
    items = [{"quantity": 1, "order": {"number": "A"}}]
    document = {"number": "1", "packages": [{"kind": "pallet", "items": items}]}
    assert "HL*2*1*Q" in wire(found.write(document)[0])
    assert "HL*2*1*O" in wire(compiled("856.map").write(document)[0])


def test_an_overlay_takes_a_level_away(tmp_path: Any) -> None:
    found, codes = overlaid("856.map", "drop packages.items.order", tmp_path)
    assert codes == []
    assert found is not None
    assert not [one for one in found.rows() if one.field.startswith("packages.items.order")]


WRONG = [
    ("replace level Q shared orders", "M301"),
    ("replace level P T", "M303"),
    ("drop part packing: sscc", "M107"),
    ("drop packages.items.orders", "M301"),
]


@pytest.mark.parametrize(("line", "code"), WRONG)
def test_a_change_that_fits_nothing_is_told(tmp_path: Any, line: str, code: str) -> None:
    _, codes = overlaid("856.map", line, tmp_path)
    assert codes == [code]
