"""A partner's overlay on a map of the repository, as an integrator would write it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from gateway.grammar import read_segments
from gateway.mapping import Maps

OVERLAY = """\
overlay edifact/orders.map
replace delivery.on        <->  DTM+64                date
drop    delivery.earliest
replace lines.price        <->  PRI+AAB.5118          decimal
drop    lines.gross_price
require delivery.on
"""
BODY = [
    "BGM\x1d220\x1dPO-1\x1d9", "DTM\x1d137\x1f20260517\x1f102",
    "NAD\x1dBY\x1d4012345000009\x1f\x1f9",
    "LIN\x1d1\x1d\x1d4012345610017\x1fEN", "QTY\x1d21\x1f24\x1fPCE", "PRI\x1dAAB\x1f64.90",
    "UNS\x1dS", "CNT\x1d2\x1f1",
]  # fmt: skip


def _read(maps: Maps, tmp_path: Path, body: list[str]) -> tuple[dict[str, Any], list[str]]:
    overlay = tmp_path / "orders.map"
    overlay.write_text(OVERLAY, encoding="utf-8")
    compiled, problems = maps.load("edifact/orders.map", overlay)
    assert compiled is not None, problems
    message = ["UNH\x1d1\x1dORDERS\x1fD\x1f96A\x1fUN", *body, f"UNT\x1d{len(body) + 2}\x1d1"]
    assert compiled.grammar is not None
    reading = read_segments(message, compiled.grammar)
    assert reading.tree is not None
    fields, found = compiled.read(reading.tree)
    return fields, [one.code for one in found]


def test_the_partners_rows_are_used(maps: Maps, tmp_path: Path) -> None:
    body = [*BODY[:2], "DTM\x1d64\x1f20260601\x1f102", *BODY[2:]]
    fields, found = _read(maps, tmp_path, body)
    assert found == []
    assert fields["delivery"] == {"on": date(2026, 6, 1)}
    assert fields["lines"][0]["price"] == Decimal("64.90")


def test_what_the_partner_must_send_is_required(maps: Maps, tmp_path: Path) -> None:
    assert _read(maps, tmp_path, BODY)[1] == ["E410"]
