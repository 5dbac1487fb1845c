"""Values of XML: what the text of a type may be, and the one spelling that is kept of it.

Declared normal form: blanks around a value go; ``1`` and ``0`` of a flag become ``true`` and
``false``; a number gets its zero before the mark (``.5`` → ``0.5``) and loses a plus sign; a day
is told as ISO 8601 has it, and loses its time zone, which is told (F216).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import TypeAlias

from gateway.grammar.layoutmodel import is_date
from gateway.grammar.xml.model import Attribute, XmlType

Check: TypeAlias = Callable[[str], tuple[str, str]]
"""Text → the value to keep and the rule that it breaks; ``""`` where it breaks none."""
BLANKS = " \t\r\n"
ZONED = "a day without a time zone"
"""The rule of a day that is kept without its time zone: told, not refused."""
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?", re.ASCII)
_FLAGS = {"true": "true", "false": "false", "1": "true", "0": "false"}
_MOST_DIGITS = 36
_PIECES = (("YYYY", "%Y"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d"))


def checker(one: XmlType | Attribute) -> Check | None:
    """What checks the values of a type; ``None`` where any text will do."""
    if isinstance(one, Attribute):
        return _BY_KIND.get(one.kind)
    if one.codes:
        return _among(one.codes)
    if one.format and one.kind == "date":
        return _dated(one.format)
    inner = _BY_KIND.get(one.kind)
    return _short(one.max, inner) if one.max else inner


def speller(one: XmlType | Attribute) -> Check | None:
    """What checks a value and spells it as the file has it; the same but for days."""
    if isinstance(one, XmlType) and one.format and one.kind == "date" and not one.codes:
        return _spelled(one.format)
    return checker(one)


def strftime(shown: str) -> str:
    """``YYYYMMDD`` → ``%Y%m%d``."""
    for letters, directive in _PIECES:
        shown = shown.replace(letters, directive, 1)
    return shown


def _decimal(text: str) -> tuple[str, str]:
    if _PLAIN.fullmatch(text) and len(text) <= _MOST_DIGITS:
        return text, ""
    if not _NUMBER.fullmatch(text) or len(text) > _MOST_DIGITS:
        return text, "a number such as 12.50"
    sign = "-" if text[0] == "-" else ""
    whole, _, rest = text.lstrip("+-").partition(".")
    return sign + (whole or "0") + (f".{rest}" if rest else ""), ""


def _integer(text: str) -> tuple[str, str]:
    if not _WHOLE.fullmatch(text) or len(text) > _MOST_DIGITS:
        return text, "a whole number"
    return text.removeprefix("+"), ""


def _day(text: str) -> tuple[str, str]:
    known = _DAY.fullmatch(text)
    try:
        date.fromisoformat(known[1] if known else "")
    except ValueError:
        return text, "a day like 2026-03-31"
    assert known is not None
    return known[1], ZONED if known[2] else ""


def _flag(text: str) -> tuple[str, str]:
    value = _FLAGS.get(text)
    return (text, "true or false") if value is None else (value, "")


_BY_KIND: dict[str, Check] = {
    "decimal": _decimal,
    "integer": _integer,
    "date": _day,
    "flag": _flag,
}


def _among(codes: frozenset[str]) -> Check:
    shown = ", ".join(sorted(codes)[:8]) + (" …" if len(codes) > 8 else "")
    return lambda text: (text, "" if text in codes else f"one of {shown}")


def _dated(shown: str) -> Check:
    pattern = strftime(shown)

    def check(text: str) -> tuple[str, str]:
        if not is_date(text, pattern):
            return text, f"a day like {shown}"
        return datetime.strptime(text, pattern).date().isoformat(), ""  # noqa: DTZ007

    return check


def _spelled(shown: str) -> Check:
    pattern = strftime(shown)

    def check(text: str) -> tuple[str, str]:
        value, rule = _day(text)
        if rule:
            return value, rule
        # strftime leaves out the zeros of a year before 1000
        return date.fromisoformat(value).strftime(pattern.replace("%Y", value[:4])), ""

    return check


def _short(most: int, inner: Check | None) -> Check:
    def check(text: str) -> tuple[str, str]:
        value, rule = inner(text) if inner is not None else (text, "")
        if not rule and len(value) > most:
            rule = f"at most {most} characters"
        return value, rule

    return check
