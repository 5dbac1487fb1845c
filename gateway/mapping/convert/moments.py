"""Converters of moments: ``date``, ``datetime`` and ``time``.

Where a composite says its format (data element 2379), that is followed; reading knows more
formats than writing uses.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from gateway.mapping.convert.model import Cached, Converter, Shortened, Target, Unfit

DATE_FORMATS = ("102", "101", "201", "203", "204")
"""Codes of data element 2379 that name a day: CCYYMMDD, YYMMDD, then with hours and minutes."""
_LAST_OF_2000S = 68
"""Years of two digits: 69 is 1969, 68 is 2068 (as POSIX has it)."""
_SPELLED = {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%y": "YY", "%H": "hh", "%M": "mm", "%S": "ss"}
_ZONED = {"303": "203", "304": "204"}
_BY_LENGTH = {6: "101", 8: "102", 10: "201", 12: "203", 14: "204"}


def _moment(text: str, code: str) -> tuple[datetime, str]:
    """The moment of a date in one of the formats of 2379, and its zone (303, 304: ``UTC``)."""
    code = code or _BY_LENGTH.get(len(text), "")
    zone = ""
    if code in _ZONED:
        code, text, zone = _ZONED[code], text[:12] if code == "303" else text[:14], text[-3:]
    if code not in DATE_FORMATS:
        raise Unfit("V501", f"a date in format {' '.join(DATE_FORMATS)} 303 304 (2379)")
    if not (text.isascii() and text.isdigit()) or _BY_LENGTH.get(len(text)) != code:
        raise Unfit("V501", f"a date in format {code} (2379){' with a zone' if zone else ''}")
    if code in ("101", "201"):
        text = f"{'19' if int(text[:2]) > _LAST_OF_2000S else '20'}{text}"
    pieces = [int(text[at : at + 2]) for at in range(4, len(text), 2)]
    try:
        return datetime(int(text[:4]), *pieces), zone  # type: ignore[arg-type]  # noqa: DTZ001 (no zone)
    except ValueError:
        raise Unfit("V501", "a day of the calendar") from None


def _record_moment(text: str, pattern: str) -> datetime:
    try:
        if pattern:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 (the file names no zone)
        return datetime.fromisoformat(text)
    except ValueError:
        raise Unfit("V501", f"a date like {_shown(pattern)}") from None


def _shown(pattern: str) -> str:
    """``YYYYMMDD``: a pattern in the words of the people who keep the files."""
    for sign, spelled in _SPELLED.items():
        pattern = pattern.replace(sign, spelled)
    return pattern or "YYYY-MM-DD"


def _formatted(value: date, pattern: str) -> str:
    """Like ``strftime``, with years of four digits everywhere."""
    return value.strftime(pattern.replace("%Y", f"{value.year:04}"))


def _reads_moment(target: Target) -> Callable[[Any], tuple[datetime, str]]:
    if target.dated:
        return lambda pair: _moment(pair[0], pair[1])
    if target.standard in ("edifact", "x12"):
        return lambda text: _moment(text, "")
    return lambda text: (_record_moment(text, target.format), "")


def day(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``date``: a day; a time other than midnight beside it is told (V507)."""
    reads = _reads_moment(target)
    short = target.kind in ("DT", "n", "an") and target.max == 6

    def read(key: Any) -> date:
        found, _ = reads(key)
        if found.time() != time():  # midnight is how a day is written where a time has to be
            raise Shortened(found.date(), "the day without the time")
        return found.date()

    def write(value: object) -> Any:
        if isinstance(value, datetime):
            value = value.date()
        if not isinstance(value, date):
            raise Unfit("V502", "a date")
        if target.dated:
            return f"{value.year:04}{value.month:02}{value.day:02}", "102"
        if target.standard in ("edifact", "x12"):
            return _formatted(value, "%Y%m%d")[2 if short else 0 :]
        return _formatted(value, target.format) if target.format else value.isoformat()

    return Converter("date", "date", Cached(read).__getitem__, write)


def moment(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``datetime``: a day with its time, without zone."""
    reads = _reads_moment(target)

    def read(key: Any) -> datetime:
        found, zone = reads(key)
        if zone:
            raise Shortened(found, "the time without its zone")
        return found

    def write(value: object) -> Any:
        if not isinstance(value, datetime):
            raise Unfit("V502", "a date with time")
        seconds = value.second or value.microsecond
        text = _formatted(value, "%Y%m%d%H%M%S" if seconds else "%Y%m%d%H%M")
        if target.dated:
            return text, "204" if seconds else "203"
        if target.standard in ("edifact", "x12"):
            return text
        return _formatted(value, target.format) if target.format else value.isoformat()

    return Converter("datetime", "datetime", Cached(read).__getitem__, write)


def clock(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``time``: a time of the day."""

    def read(key: Any) -> time:
        text = key[0] if target.dated else key
        digits = text.replace(":", "")
        if not (digits.isascii() and digits.isdigit()) or len(digits) not in (4, 6):
            raise Unfit("V501", "a time HHMM or HHMMSS")
        try:
            return time(int(digits[:2]), int(digits[2:4]), int(digits[4:6] or 0))
        except ValueError:
            raise Unfit("V501", "a time of the day") from None

    def write(value: object) -> Any:
        if not isinstance(value, time):
            raise Unfit("V502", "a time")
        if target.standard not in ("edifact", "x12"):
            return value.isoformat()
        text = f"{value:%H%M%S}" if value.second else f"{value:%H%M}"
        return (text, "402" if value.second else "401") if target.dated else text

    return Converter("time", "time", Cached(read).__getitem__, write)
