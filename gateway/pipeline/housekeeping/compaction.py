"""Compaction: payloads of months that are over are packed, one file a month.

A folder with millions of small files is slow to back up, and each takes a block of the disk. An S3
store has neither trouble, so nothing is done there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.pipeline.house import House
from gateway.store.archive import FolderArchive
from gateway.store.archive.compact import Packed
from gateway.store.archive.compact import compact as pack

REST = timedelta(days=30)
"""A month is packed when it has been over for so long."""
OLD = timedelta(days=1)
"""What somebody has been writing for so long was left by one who died."""


def compact(house: House) -> Packed:
    """Pack what is old; what was packed."""
    archive = house.store.archive
    archive.sweep(house.clock() - OLD)
    if not isinstance(archive, FolderArchive):
        return Packed()
    return pack(archive, first_of_month(house.clock() - REST))


def first_of_month(at: datetime) -> datetime:
    """The instant in which a month began."""
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
