"""Batches: parts of a quantity that were made together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.documents.base import Day, Model, Number, normal


class Lot(Model):
    """A part of the quantity that was made together, and until when it is good."""

    batch: str | None = None
    quantity: Number | None = None
    unit: str | None = None
    produced: Day | None = None
    expiry: Day | None = None
    best_before: Day | None = None
    marking: str | None = None
    """Who says what the goods are marked with (UNCL 4233)."""
    serials: tuple[str, ...] = ()


_PLAIN = frozenset({"batch", "expiry", "best_before", "marking"})
BATCH, SERIAL = "batch", "serial"
"""Markings of lots that say no more than the batch, and no more than serial numbers."""


def line_with_lots(data: object) -> object:
    """Normal form of a line: its only batch and its serial numbers stand in its own fields.

    A format has one place for both; several batches of a line stand in ``lots``, the line's own
    first.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("lots"), list | tuple):
        return data
    found = dict(data)
    lots = [one.to_data() if isinstance(one, Model) else normal(one) for one in data["lots"]]
    if not all(isinstance(one, Mapping) for one in lots):
        return data
    lots = _with_batches(found, lots)
    found["lots"] = _with_serials(found, lots)
    return found


def _with_batches(line: dict[str, Any], lots: list[Any]) -> list[Any]:
    plain = [one for one in lots if one.get("marking") == BATCH and set(one) <= _PLAIN]
    if not plain:
        return lots
    if line.get("batch"):
        return [{"batch": line.pop("batch"), "marking": BATCH}, *lots]
    own = {name: one for name, one in plain[0].items() if name != "marking"}
    if len(plain) > 1 or any(line.get(name) not in (None, one) for name, one in own.items()):
        return lots
    line.update(own)
    return [one for one in lots if one is not plain[0]]


def _with_serials(line: dict[str, Any], lots: list[Any]) -> list[Any]:
    serial = [one for one in lots if one.get("marking") == SERIAL and set(one) <= _SERIALS]
    if not serial:
        return lots
    if line.get("serials"):
        return [{"serials": line.pop("serials"), "marking": SERIAL}, *lots]
    if len(serial) > 1:
        return lots
    line["serials"] = serial[0].get("serials")
    return [one for one in lots if one is not serial[0]]


_SERIALS = frozenset({"serials", "marking"})
