"""Dates and times in the format that another element names.

EDIFACT has the format in 2379 behind the value in 2380 (C507), X12 in 1250 before the value in
1251. Only formats with one reading are checked; of any other the value is a text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from gateway.grammar.model import Component, ElementSlot

MONTH_AND_DAY = (
    "(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)"
    "|02(?:0[1-9]|1[0-9]|2[0-8]))"
)
LEAP = "(?:[02468][048]|[13579][26])"
"""Last two digits of a year with 29 February; the years 1900 and 2100 are let pass."""
_DAY = f"(?:[0-9]{{2}}{MONTH_AND_DAY}|{LEAP}0229)"
_DATE = f"(?:[0-9]{{4}}{MONTH_AND_DAY}|[0-9]{{2}}{LEAP}0229)"
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY_OF_MONTH = "(?:0[1-9]|[12][0-9]|3[01])"
_TIME = "(?:(?:[01][0-9]|2[0-3])[0-5][0-9]|2400)"
_SECONDS = "[0-5][0-9]"
_ZONE = "[^\x1c-\x1f]{3}"

Format = tuple[str, str]
"""Expression of the whole value, and its form in words."""

EDIFACT: Mapping[str, Format] = {
    "102": (_DATE, "CCYYMMDD"),
    "203": (f"{_DATE}{_TIME}", "CCYYMMDDHHMM"),
    "101": (_DAY, "YYMMDD"),
    "201": (f"{_DAY}{_TIME}", "YYMMDDHHMM"),
    "202": (f"{_DAY}{_TIME}{_SECONDS}", "YYMMDDHHMMSS"),
    "204": (f"{_DATE}{_TIME}{_SECONDS}", "CCYYMMDDHHMMSS"),
    "303": (f"{_DATE}{_TIME}{_ZONE}", "CCYYMMDDHHMMZZZ"),
    "304": (f"{_DATE}{_TIME}{_SECONDS}{_ZONE}", "CCYYMMDDHHMMSSZZZ"),
    "2": (f"{_DAY_OF_MONTH}{_MONTH}[0-9]{{2}}", "DDMMYY"),
    "3": (f"{_MONTH}{_DAY_OF_MONTH}[0-9]{{2}}", "MMDDYY"),
    "401": (_TIME, "HHMM"),
    "402": (f"{_TIME}{_SECONDS}", "HHMMSS"),
    "602": ("[0-9]{4}", "CCYY"),
    "609": (f"[0-9]{{2}}{_MONTH}", "YYMM"),
    "610": (f"[0-9]{{4}}{_MONTH}", "CCYYMM"),
    "616": ("[0-9]{4}(?:0[1-9]|[1-4][0-9]|5[0-3])", "CCYYWW"),
    "718": (f"{_DATE}-?+{_DATE}", "CCYYMMDD-CCYYMMDD"),
    "719": (f"{_DATE}{_TIME}-?+{_DATE}{_TIME}", "CCYYMMDDHHMM-CCYYMMDDHHMM"),
}
"""2379."""

X12: Mapping[str, Format] = {
    "D8": (_DATE, "CCYYMMDD"),
    "D6": (_DAY, "YYMMDD"),
    "DT": (f"{_DATE}{_TIME}", "CCYYMMDDHHMM"),
    "RD8": (f"{_DATE}-{_DATE}", "CCYYMMDD-CCYYMMDD"),
    "RD6": (f"{_DAY}-{_DAY}", "YYMMDD-YYMMDD"),
    "TM": (f"{_TIME}(?:{_SECONDS})?+", "HHMM or HHMMSS"),
}
"""1250."""
TIMES = frozenset({"401", "402", "TM"})
"""Formats of a time of the day."""


def formatted_component(components: Sequence[Component], index: int) -> bool:
    """Whether a component is a value (2380) with its format (2379) behind it."""
    numbers = [one.element.number for one in components[index : index + 2]]
    return numbers == ["2380", "2379"]


def formatted_element(slots: Sequence[ElementSlot], position: int) -> bool:
    """Whether the element at a position (from 1) is a value (1251) with its format before it."""
    return position > 1 and [slot.number for slot in slots[position - 2 : position]] == [
        "1250",
        "1251",
    ]


@lru_cache(maxsize=64)
def matches(expression: str) -> re.Pattern[str]:
    """The compiled expression of a format."""
    return re.compile(expression)


def misfit(formats: Mapping[str, Format], code: str, value: str) -> str | None:
    """The form in words that a value should have and has not; ``None`` where nothing is wrong."""
    known = formats.get(code)
    if known is None or matches(known[0]).fullmatch(value):
        return None
    return known[1]
