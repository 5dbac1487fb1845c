"""What kind of values a column holds, and how a layout says so."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.grammar.layoutmodel import IDENTIFIERS, check_identifier

_DATES = (
    ("YYYY-MM-DD", "%Y-%m-%d"), ("DD.MM.YYYY", "%d.%m.%Y"), ("DD/MM/YYYY", "%d/%m/%Y"),
    ("MM/DD/YYYY", "%m/%d/%Y"), ("YYYYMMDD", "%Y%m%d"), ("YYYY/MM/DD", "%Y/%m/%d"),
    ("DD-MM-YYYY", "%d-%m-%Y"), ("YYMMDD", "%y%m%d"),
)  # fmt: skip
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,8})", re.ASCII)
_NUMBERS = (
    (".", "", re.compile(r"-?\d+\.\d+|-?(0|[1-9]\d{0,14})", re.ASCII)),
    (",", "", re.compile(r"-?\d+,\d+|-?(0|[1-9]\d{0,14})", re.ASCII)),
    (",", ".", re.compile(r"-?\d{1,3}(\.\d{3})*(,\d+)?", re.ASCII)),
    (".", ",", re.compile(r"-?\d{1,3}(,\d{3})*(\.\d+)?", re.ASCII)),
)
_FLAGS = (("true", "false"), ("J", "N"), ("Y", "N"), ("O", "N"), ("yes", "no"), ("ja", "nein"))
_PLAIN = re.compile(r"[A-Za-z_][\w ./-]*", re.ASCII)
_NOT_TEXT = ("true", "false", "null", "yes", "no", "on", "off", "y", "n", "~")


def settings_of(values: Sequence[str]) -> dict[str, str]:
    """Settings of a field that all these texts fit: ``type``, ``format``, ``decimal_mark``."""
    texts = [one.strip() for one in values if one.strip()]
    if not texts:
        return {}
    for kind in IDENTIFIERS:
        if all(check_identifier(one, kind) is None for one in texts):
            return {"type": kind}
    for shown, pattern in _DATES:
        if all(_is_date(one, pattern) for one in texts):
            return {"type": "date", "format": shown}
    if all(_INTEGER.fullmatch(one) for one in texts):
        return {"type": "integer"}
    for mark, thousands, form in _NUMBERS:
        if all(form.fullmatch(one) for one in texts):
            found = {"type": "decimal", "decimal_mark": mark}
            return {**found, "thousands_mark": thousands} if thousands else found
    for yes, no in _FLAGS:
        if {*texts} == {yes, no}:
            return {"type": "flag", "yes": yes, "no": no}
    return {"max": str(_rounded(max(map(len, texts))))}


def _is_date(text: str, pattern: str) -> bool:
    try:
        when = datetime.strptime(text, pattern)  # noqa: DTZ007 (a day, no instant)
    except ValueError:
        return False
    return when.strftime(pattern) == text and 1950 <= when.year <= 2100


def _rounded(length: int) -> int:
    """Room for longer texts than the sample has."""
    return next((one for one in (3, 5, 10, 20, 35, 70, 140, 256) if one >= length * 1.5), 2000)


def common(columns: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Settings for the whole layout: the date format and decimal mark of most columns."""
    found = {}
    for setting, key in (("format", "dates"), ("decimal_mark", "decimal_mark"),
                         ("thousands_mark", "thousands_mark")):  # fmt: skip
        values = [one[setting] for one in columns if setting in one]
        if values:
            found[key] = max(values, key=values.count)
    return found


def without_common(own: Mapping[str, str], shared: Mapping[str, str]) -> dict[str, str]:
    """Settings of a field that the layout does not say for all."""
    top = {**shared, "format": shared.get("dates", "")}
    return {name: value for name, value in own.items() if top.get(name) != value}


def name_of(title: str, taken: set[str]) -> str:
    """``Liefer-Datum (neu)`` → ``liefer_datum_neu``, as a name that no field has yet."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_") or "field"
    name = f"field_{name}" if name[0].isdigit() else name
    base, number = name, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    taken.add(name)
    return name


def scalar(text: str) -> str:
    """A text as YAML takes it for a text."""
    if _PLAIN.fullmatch(text) and text == text.strip() and text.lower() not in _NOT_TEXT:
        return text
    return json.dumps(text, ensure_ascii=False)


def setting_text(settings: Mapping[str, str]) -> str:
    """``{type: date, title: Datum}``."""
    bare = ("type", "max", "length", "required", "at", "implied")
    pieces = [
        f"{name}: {value if name in bare else scalar(value)}" for name, value in settings.items()
    ]
    return f"{{{', '.join(pieces)}}}"
