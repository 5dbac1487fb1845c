"""What differs between two maps."""

from __future__ import annotations

from gateway.mapping import RowInfo
from gateway.mapping.difference import differences
from gateway.mapping.statements import Span


def _rows(*texts: str) -> list[RowInfo]:
    rows = []
    for line, text in enumerate(texts, 1):
        field, operator, wire, *modifiers = text.split()
        rows.append(
            RowInfo(field, operator, wire, " ".join(modifiers), Span("m.map", line, 1), "base")
        )
    return rows


def test_rows_are_added_removed_and_changed() -> None:
    old = _rows("number <-> BGM.1004", "note <-> FTX.4440", "price <-> PRI+AAA.5118 decimal")
    new = _rows("number <-> BGM.1004", "price <-> PRI+AAB.5118 decimal", "unit <-> QTY.6411")
    assert [(one.kind, one.field) for one in differences(old, new)] == [
        ("removed", "note"), ("changed", "price"), ("added", "unit"),
    ]  # fmt: skip


def test_directions_of_a_field_are_told_apart() -> None:
    old = _rows("gtin <- LIN.7140", "gtin -> LIN.7140")
    new = _rows("gtin <- LIN.7140", "gtin -> PIA.7140")
    (one,) = differences(old, new)
    assert one.old is not None and one.new is not None
    assert (one.old.operator, one.new.wire) == ("->", "PIA.7140")


def test_moved_rows_do_not_differ() -> None:
    old = _rows("a <-> BGM.1004", "b <-> BGM.1001")
    assert differences(old, old[::-1]) == []


def test_the_same_field_under_conditions_is_compared_one_by_one() -> None:
    old = _rows("a -> X.1 when_b", "a -> X.2 when_c")
    new = _rows("a -> X.1 when_b", "a -> X.3 when_c")
    (one,) = differences(old, new)
    assert one.new is not None and one.new.wire == "X.3"
