"""Packing old payloads: a month at a time, verified before an original goes.

Killed at any point there is at least one whole copy of each payload: originals are removed after
the pack has been read back, named and synced. What a kill leaves is two copies, and the next run
finds that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from gateway.store.archive.folder import FolderArchive
from gateway.store.archive.packs import MOST_FILES

LARGEST = 1 << 20
"""Bytes up to which a payload is packed: a slice of a packed one unpacks all of it."""
FEWEST = 16
"""Files of a month that are worth a pack."""
PACK_BYTES = 64 << 20
"""Bytes of a pack before compression: as much is written anew when something of it is removed."""
ROUND = 200_000
"""Files looked at in one go; a bound on memory."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What a run did."""

    files: int = 0
    """Payloads that were packed."""
    before: int = 0
    """Their bytes as files."""
    after: int = 0
    """Bytes of the packs."""

    def __add__(self, other: Packed) -> Packed:
        """Both together."""
        return Packed(
            self.files + other.files, self.before + other.before, self.after + other.after
        )


@dataclass(frozen=True, slots=True)
class _Old:
    sha: str
    path: Path
    size: int


def compact(archive: FolderArchive, before: datetime) -> Packed:
    """Pack what came before an instant, by month. Raises ``PackDamagedError`` and ``OSError``."""
    done, entries = Packed(), _old(archive, before)
    while batch := list(islice(entries, ROUND)):
        months: dict[str, list[_Old]] = defaultdict(list)
        for month, old in batch:
            months[month].append(old)
        for month, files in sorted(months.items()):
            for group in _groups(files):
                done += _pack(archive, month, group, before)
    return done


def _old(archive: FolderArchive, before: datetime) -> Iterator[tuple[str, _Old]]:
    """Small old files, each with its month."""
    limit = before.timestamp()
    for entry in archive.loose():
        with suppress(FileNotFoundError):
            told = entry.stat()
            if told.st_mtime < limit and told.st_size <= LARGEST:
                month = f"{datetime.fromtimestamp(told.st_mtime, UTC):%Y-%m}"
                yield month, _Old(entry.name, Path(entry.path), told.st_size)


def _groups(files: list[_Old]) -> Iterator[list[_Old]]:
    """Files of one pack each; too few of them are left as they are."""
    group: list[_Old] = []
    size = 0
    for each in files:
        group.append(each)
        size += each.size
        if size >= PACK_BYTES or len(group) == MOST_FILES:
            yield group
            group, size = [], 0
    if len(group) >= FEWEST:
        yield group


def _pack(archive: FolderArchive, month: str, group: list[_Old], before: datetime) -> Packed:
    files = [(each.sha, each.path) for each in group]
    pack = archive.packs.add(month, files, archive.temporary)
    if pack is None:
        return Packed()
    after = pack.path.stat().st_size
    removed, vanished = list[_Old](), set[str]()
    for each in group:
        if pack.find(bytes.fromhex(each.sha)) is None:
            continue
        gone = archive.discard(each.sha, before)
        if gone:
            removed.append(each)
        elif gone is None:  # removed for good while it was being packed: not to be brought back
            vanished.add(each.sha)
        archive.checkpoint("pack: original removed")
    if vanished:
        archive.packs.remove(vanished, archive.temporary)
    return Packed(len(removed), sum(each.size for each in removed), after)
