"""Converter ``period``: two days in one value, an object with ``start`` and ``end``.

EDIFACT writes them without a sign between (2379 = 718), X12 as ``20240101-20240131`` (1250 = RD8),
records as ISO 8601 has it: ``2024-01-01/2024-01-31``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from gateway.mapping.convert.model import Converter, Target, Unfit
from gateway.mapping.convert.moments import day

FORMATS = {"711": "102", "713": "201", "717": "101", "718": "102", "719": "203"}
"""Codes of 2379 for a period → the code of each of its halves."""
_WRITTEN = "718"
_BY_LENGTH = {12: "717", 16: "718", 20: "713", 24: "719"}


def period(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``period``: ``{"start": …, "end": …}``, both days."""
    half = day(Target(target.standard, dated=target.standard == "edifact"), ())
    halves = _halves(target)

    def read(key: Any) -> dict[str, date]:
        start, end = (half.read(one) for one in halves(key))
        if end < start:
            raise Unfit("V501", "a period that ends after its start")
        return {"start": start, "end": end}

    def write(value: object) -> Any:
        days = [value.get(one) for one in ("start", "end")] if isinstance(value, dict) else []
        if len(days) != 2 or not all(isinstance(one, date) for one in days):
            raise Unfit("V502", "a period with start and end")
        start, end = (_day(one) for one in days)
        if target.standard == "edifact":
            text = start.isoformat().replace("-", "") + end.isoformat().replace("-", "")
            return (text, _WRITTEN) if target.dated else text
        if target.standard == "x12":
            return "-".join(one.isoformat().replace("-", "") for one in (start, end))
        return f"{start.isoformat()}/{end.isoformat()}"

    return Converter("period", "period", read, write)


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def _halves(target: Target) -> Callable[[Any], tuple[Any, Any]]:
    """What cuts a value of the wire into its two days."""
    if target.standard == "edifact":
        return _edifact_halves
    sign = "-" if target.standard == "x12" else "/"
    form = re.compile(r"\d{8}-\d{8}" if sign == "-" else r"[\d-]{8,10}/[\d-]{8,10}", re.ASCII)

    def cut(text: str) -> tuple[str, str]:
        if not form.fullmatch(text):
            shape = "CCYYMMDD-CCYYMMDD" if sign == "-" else "YYYY-MM-DD/YYYY-MM-DD"
            raise Unfit("V501", f"a period {shape}")
        start, _, end = text.partition(sign)
        return start, end

    return cut


def _edifact_halves(key: Any) -> tuple[tuple[str, str], tuple[str, str]]:
    text, code = key if isinstance(key, tuple) else (key, "")
    text = text.replace("-", "")
    code = code or _BY_LENGTH.get(len(text), "")
    if code not in FORMATS or _BY_LENGTH.get(len(text)) is None or len(text) % 2:
        raise Unfit("V501", f"a period in format {' '.join(FORMATS)} (2379)")
    middle = len(text) // 2
    return (text[:middle], FORMATS[code]), (text[middle:], FORMATS[code])
