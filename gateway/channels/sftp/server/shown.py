"""How files and folders look to a client: modes, times and the lines of ``ls -l``. Pure."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime

from gateway.channels.sftp.server import wire
from gateway.channels.sftp.server.hosting import Entry
from gateway.channels.sftp.server.paths import FOLDERS

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_RECENT = 180 * 24 * 3600
"""Seconds for which the hour is shown instead of the year, as ``ls`` does."""
_LATEST = 0xFFFFFFFF


def mode(entry: Entry) -> int:
    """Type and permissions."""
    if entry.folder:
        return stat.S_IFDIR | (0o750 if entry.writable else 0o550)
    return stat.S_IFREG | (0o640 if entry.writable else 0o440)


def attributes(entry: Entry) -> bytes:
    """As they go over the wire."""
    return wire.attributes(entry.size, mode(entry), entry.changed)


def name(entry: Entry, owner: str, now: int) -> tuple[bytes, bytes, bytes]:
    """A line of a listing: the name, the long form, the attributes."""
    at = datetime.fromtimestamp(min(max(entry.changed, 0), _LATEST), UTC)
    recent = now - _RECENT < entry.changed <= now + 60
    when = f"{at:%H:%M}" if recent else f" {at:%Y}"
    long = (
        f"{stat.filemode(mode(entry))}    1 {owner:8.32} {owner:8.32} {entry.size:>10}"
        f" {_MONTHS[at.month - 1]} {at.day:>2} {when} {entry.name}"
    )
    return entry.name.encode(), long.encode(), attributes(entry)


def root(now: int) -> Entry:
    """The root itself, which is ours."""
    return Entry("/", 0, now, folder=True, writable=False)


def with_dots(entries: Iterator[Entry], now: int) -> Iterator[Entry]:
    """``.`` and ``..`` in front, which some clients look for."""
    yield from (Entry(each, 0, now, folder=True) for each in (".", ".."))
    yield from entries


def folders(now: int) -> list[Entry]:
    """What is in the root."""
    return [Entry(each, 0, now, folder=True) for each in FOLDERS]
