"""Times in ASN.1: UTCTime with two digits for the year, GeneralizedTime with four."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from gateway.channels.as2.ber.writer import element

_UTC_TIME, _GENERALIZED_TIME = 0x17, 0x18
_PARTS = ("year", "month", "day", "hour", "minute", "second")
_TIME = re.compile(
    rb"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?P<hour>\d\d)(?P<minute>\d\d)"
    rb"(?P<second>\d\d)?(?:[.,]\d{1,9})?(?:Z|(?P<offset>[+-]\d{4}))"
)


def write_time(at: datetime) -> bytes:
    """UTCTime until 2049, GeneralizedTime after it (RFC 5652 §11.3)."""
    utc = at.astimezone(UTC)
    if 1950 <= utc.year < 2050:
        return element(_UTC_TIME, f"{utc:%y%m%d%H%M%SZ}".encode())
    return element(_GENERALIZED_TIME, f"{utc.year:04}{utc:%m%d%H%M%SZ}".encode())


def read_time(data: bytes) -> datetime | None:
    """Either kind of time, with ``Z`` or an offset, with or without seconds and fractions."""
    if len(data) < 2 or len(data) != data[1] + 2 or data[0] not in (_UTC_TIME, _GENERALIZED_TIME):
        return None
    text = data[2:]
    if data[0] == _UTC_TIME:
        text = (b"20" if text[:2] < b"50" else b"19") + text
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(found[part] or 0) for part in _PARTS)
    try:
        when = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        return when - _offset(found["offset"])
    except (ValueError, OverflowError):
        return None


def _offset(text: bytes | None) -> timedelta:
    if not text:
        return timedelta()
    ahead = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return -ahead if text.startswith(b"-") else ahead
