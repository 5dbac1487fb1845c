"""Values: their text in a file ⇄ their normal form in a record (:class:`Spelling`).

    read = reading(field)      # text of the file → normal form, "" where there is no value
    write = writing(field)     # normal form → text of the file

Both give a :class:`Wrong` for what does not fit. ``read(write(value)) == value`` for every value
that ``write`` takes; one that would come back as another is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache
from typing import NamedTuple, TypeAlias

from gateway.grammar.layoutmodel import (
    IDENTIFIERS,
    FieldLayout,
    Spelling,
    check_identifier,
    check_value,
)


class Wrong(NamedTuple):
    """A value that does not fit: code of the problem and what would be right."""

    code: str
    rule: str


Convert: TypeAlias = Callable[[str], "str | Wrong"]
_MOST_DIGITS = 36
_NORMAL = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_NORMAL_INTEGER = re.compile(r"-?\d+", re.ASCII)
_ROUNDED = re.compile(r"\d+[.,]\d+[eE]\+?\d+", re.ASCII)
_MOMENTS = {
    "date": ("%Y-%m-%d", "a date like {}"),
    "time": ("%H:%M:%S", "a time like {}"),
    "datetime": ("%Y-%m-%dT%H:%M:%S", "a date and time like {}"),
}
_POSITIVE = dict(zip("{ABCDEFGHI", "0123456789", strict=True))
_NEGATIVE = dict(zip("}JKLMNOPQR", "0123456789", strict=True))


@cache
def reading(field: FieldLayout) -> Convert:
    """What reads the text of a file."""
    how = field.spelling
    if how is None:
        return lambda text: _checked(text if field.kind == "text" else text.strip(), field)
    inner = _READERS.get(field.kind, _moment_reader)(field, how)
    outer = _stripping(field, how)

    def read(text: str) -> str | Wrong:
        text = outer(text)
        if not text or text in how.empty:
            return ""
        if field.max and len(text) > field.max:
            return Wrong("F109", f"at most {field.max} characters")
        return inner(text)

    return _constant_reader(field, outer) if field.constant else read


@cache
def writing(field: FieldLayout) -> Convert:
    """What writes a value that is there."""
    how = field.spelling
    if how is None:
        return lambda value: _checked(value, field)
    inner = _WRITERS.get(field.kind, _moment_writer)(field, how)
    read = reading(field)
    risky = field.kind in ("text", *IDENTIFIERS) and bool(
        how.pad.strip() or how.empty or how.line_break
    )

    def write(value: str) -> str | Wrong:
        text = inner(value)
        if isinstance(text, Wrong):
            return text
        if how.pad and len(text) < how.length:
            text = _filled(text, how, field.kind)
        most = field.max or how.length
        if most and len(text) > most:
            return Wrong("F109", f"at most {most} characters")
        if risky and read(text) != value:
            return Wrong("F122", "a text that reads back as it was")
        return text

    return write


def _checked(text: str, field: FieldLayout) -> str | Wrong:
    wrong = check_value(text, field) if text else None
    return Wrong(*wrong) if wrong else text


# ---- padding


def _stripping(field: FieldLayout, how: Spelling) -> Callable[[str], str]:
    """What takes blanks and padding off."""
    pad = how.pad
    if field.kind != "text" or how.trim or pad == " ":
        if not pad.strip():
            return str.strip
        if how.align == "right":
            if pad == "0" and field.kind in ("decimal", "integer", *_MOMENTS):
                return str.strip  # zeros before a number are its own business
            if pad == "0" and field.kind in IDENTIFIERS:
                return lambda text: _shortest(text.strip(), field.kind)
            return lambda text: text.strip().lstrip(pad)
        return lambda text: text.strip().rstrip(pad)
    if not pad:
        return str
    return (lambda text: text.lstrip(pad)) if how.align == "right" else lambda t: t.rstrip(pad)


def _shortest(text: str, kind: str) -> str:
    """An identifier without the zeros before it, as long as the shortest of its kind that fits."""
    digits = text.lstrip("0")
    length = next((one for one in IDENTIFIERS[kind] if one >= len(digits)), 0)
    return digits.rjust(length, "0") if digits else ""


def _filled(text: str, how: Spelling, kind: str) -> str:
    pad = how.pad
    if how.align == "left":
        return text.ljust(how.length, pad)
    if pad == "0" and kind in ("decimal", "integer") and text.startswith("-"):
        return "-" + text[1:].rjust(how.length - 1, "0")
    return text.rjust(how.length, pad)


def _constant_reader(field: FieldLayout, outer: Callable[[str], str]) -> Convert:
    def read(text: str) -> str | Wrong:
        found = outer(text)
        if found in ("", field.constant.strip(), field.constant):
            return ""
        return Wrong("F124", f"always {field.constant}")

    return read


# ---- texts


def _text_reader(field: FieldLayout, how: Spelling) -> Convert:
    words, mark = frozenset(how.values), how.line_break

    def read(text: str) -> str | Wrong:
        if words and text not in words:
            return Wrong("F126", " or ".join(how.values))
        return text.replace(mark, "\n") if mark else text

    return read


def _text_writer(field: FieldLayout, how: Spelling) -> Convert:
    words, mark = frozenset(how.values), how.line_break

    def write(value: str) -> str | Wrong:
        if words and value not in words:
            return Wrong("F126", " or ".join(how.values))
        return value.replace("\n", mark) if mark else value

    return write


def _identifier(field: FieldLayout, how: Spelling) -> Convert:
    def test(text: str) -> str | Wrong:
        if _ROUNDED.fullmatch(text):
            return Wrong("F127", f"all digits of the {field.kind.upper()}")
        wrong = check_identifier(text, field.kind)
        return Wrong(*wrong) if wrong else text

    return test


def _flag_reader(field: FieldLayout, how: Spelling) -> Convert:
    words = {**dict.fromkeys(how.no, "false"), **dict.fromkeys(how.yes, "true")}
    rule = f"{how.yes[0]} or {how.no[0]}"
    return lambda text: words.get(text) or Wrong("F110", rule)


def _flag_writer(field: FieldLayout, how: Spelling) -> Convert:
    words = {"true": how.yes[0], "false": how.no[0]}
    return lambda value: words.get(value) or Wrong("F110", "true or false")


# ---- numbers


def number_rule(field: FieldLayout) -> str:
    """What a number of the field looks like, as an example."""
    how = field.spelling or Spelling(mark=field.mark)
    if field.kind == "integer":
        return "a whole number"
    if how.implied is not None:
        return f"digits without a mark, the last {how.implied} of them decimals"
    example = f"1{how.thousands}234{how.mark}50" if how.thousands else f"12{how.mark}50"
    return f"a number such as {example}{'-' if how.sign == 'trailing' else ''}"


def _number_reader(field: FieldLayout, how: Spelling) -> Convert:
    mark, grouped = re.escape(how.mark), re.escape(how.thousands)
    whole = rf"\d+|\d{{1,3}}(?:{grouped}\d{{3}})+" if how.thousands else r"\d+"
    decimals = "" if field.kind == "integer" or how.implied is not None else rf"(?:{mark}(\d+))?"
    form = re.compile(rf"({whole}){decimals}", re.ASCII)
    wrong = Wrong("F107", number_rule(field))
    places = how.implied if field.kind == "decimal" else None

    def read(text: str) -> str | Wrong:
        sign, digits = _signed(text, how.sign)
        found = form.fullmatch(digits) if len(text) <= _MOST_DIGITS else None
        if found is None:
            return wrong
        before = found[1].replace(how.thousands, "") if how.thousands else found[1]
        after = found[2] if found.re.groups > 1 else None
        if places:
            before = before.rjust(places + 1, "0")
            before, after = before[:-places], before[-places:]
        number = before.lstrip("0") or "0"
        return f"{sign}{number}.{after}" if after else f"{sign}{number}"

    return read


def _signed(text: str, where: str) -> tuple[str, str]:
    """``-`` or nothing, and the text without its sign. A leading sign is understood always."""
    if where == "overpunch" and text:
        last = text[-1]
        if last in _POSITIVE or last in _NEGATIVE:
            digit = _POSITIVE.get(last) or _NEGATIVE[last]
            return ("-" if last in _NEGATIVE else ""), text[:-1] + digit
    if where == "trailing" and text[-1:] in ("-", "+"):
        return ("-" if text[-1] == "-" else ""), text[:-1].rstrip()
    if text[:1] in ("-", "+"):
        return ("-" if text[0] == "-" else ""), text[1:]
    return "", text


def _number_writer(field: FieldLayout, how: Spelling) -> Convert:
    normal = _NORMAL_INTEGER if field.kind == "integer" else _NORMAL
    wrong = Wrong("F107", "a whole number" if field.kind == "integer" else "a number such as 12.50")
    places = how.decimals if how.implied is None else how.implied
    if field.kind == "integer":
        places = None

    def write(value: str) -> str | Wrong:
        if len(value) > _MOST_DIGITS or not normal.fullmatch(value):
            return wrong
        if places is not None:
            found = _with_places(value, places)
            if found is None:
                return Wrong("F121", f"at most {places} decimals")
            value = found
        sign, digits = ("-", value[1:]) if value.startswith("-") else ("", value)
        if how.implied is not None:
            digits = digits.replace(".", "")
        elif how.mark != ".":
            digits = digits.replace(".", how.mark)
        return _with_sign(sign, digits, how.sign)

    return write


def _with_places(value: str, places: int) -> str | None:
    """Padded to so many decimals; ``None`` if some would be lost."""
    whole, _, after = value.partition(".")
    if after[places:].strip("0"):
        return None
    after = after[:places].ljust(places, "0")
    return f"{whole}.{after}" if after else whole


def _with_sign(sign: str, digits: str, where: str) -> str:
    if where == "overpunch":
        table = "}JKLMNOPQR" if sign else "{ABCDEFGHI"
        return digits[:-1] + table[int(digits[-1])]
    return f"{digits}{sign}" if where == "trailing" else f"{sign}{digits}"


def decimal_of(value: str) -> Decimal:
    """The number of a value in normal form; 0 for what is none."""
    try:
        return Decimal(value)
    except InvalidOperation:
        return Decimal(0)


# ---- days and times


@lru_cache(maxsize=4096)
def _moved(text: str, source: str, target: str) -> str | None:
    """The text in another format; ``None`` if it is not exactly in the first."""
    try:
        when = datetime.strptime(text, source)  # noqa: DTZ007 (files name no zone)
    except ValueError:
        return None
    # strptime takes 2026-5-7 too; what we write back would differ
    if _formatted(when, source) != text:
        return None
    there = _formatted(when, target)
    # a year of two digits may stand for another century
    return there if datetime.strptime(there, target) == when else None  # noqa: DTZ007


def _formatted(when: datetime, pattern: str) -> str:
    return when.strftime(pattern.replace("%Y", f"{when.year:04}"))


def _moment_reader(field: FieldLayout, how: Spelling) -> Convert:
    normal, rule = _MOMENTS[field.kind]
    pattern = how.pattern or normal
    wrong = Wrong("F108", rule.format(how.shown))

    def read(text: str) -> str | Wrong:
        if pattern == normal:
            return text if _moved(text, normal, normal) else wrong
        found = _moved_loosely(text, pattern, normal)
        return found or wrong

    return read


@lru_cache(maxsize=4096)
def _moved_loosely(text: str, pattern: str, normal: str) -> str | None:
    """A pattern may hold less than the normal form (no seconds): then it is not compared back."""
    try:
        when = datetime.strptime(text, pattern)  # noqa: DTZ007
    except ValueError:
        return None
    return _formatted(when, normal) if _formatted(when, pattern) == text else None


def _moment_writer(field: FieldLayout, how: Spelling) -> Convert:
    normal, rule = _MOMENTS[field.kind]
    pattern = how.pattern or normal
    wrong = Wrong("F108", rule.format(how.shown))
    return lambda value: _moved(value, normal, pattern) or wrong


_READERS: dict[str, Callable[[FieldLayout, Spelling], Convert]] = {
    "text": _text_reader,
    "decimal": _number_reader,
    "integer": _number_reader,
    "flag": _flag_reader,
    **dict.fromkeys(IDENTIFIERS, _identifier),
}
_WRITERS: dict[str, Callable[[FieldLayout, Spelling], Convert]] = {
    "text": _text_writer,
    "decimal": _number_writer,
    "integer": _number_writer,
    "flag": _flag_writer,
    **dict.fromkeys(IDENTIFIERS, _identifier),
}
