"""What of a folder on a server is ours already: asked once for each piece of a listing.

Where files are deleted or moved away only those count that could not be removed so far; one that is
there again under the same name is fetched and compared, for it may be another one. So is one of
which nobody knows whether it was removed, because something ended the look before that was noted:
another file of the same name, size and second may lie there by now. Where they stay
every file that was taken is recognised, in memory mostly, so that a look into a large folder does
not ask the database for all of it again.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.channels.remote.directory import Entry, RemoteDir
from gateway.channels.remote.ready import Taken
from gateway.pipeline.remote.desk import Desk
from gateway.pipeline.remote.source import Source
from gateway.store import Store
from gateway.store.remote import picked
from gateway.store.remote.picked import Picked, spot_of

MOST = 100_000
"""Files of a channel that wait to be removed, as far as they are known at once."""
COMPARED = 3600.0
"""Seconds after which a file that stays, of which the server tells no time, is compared anew."""


class Memory:
    """For one look. ``stays``: files are left on the server, and nothing is done with them."""

    def __init__(
        self, desk: Desk, store: Store, source: Source, directory: RemoteDir, *, stays: bool
    ) -> None:
        self._desk = desk
        self._store = store
        self._source = source
        self._stays = stays
        self._lasting = directory.abilities.lasting
        self._open: dict[tuple[str, bool], Picked] = {}
        """By spot, and whether it lies where it was claimed to."""
        self._known: dict[str, float] = {}
        self._again: list[Picked] = []

    async def due(self) -> tuple[list[Picked], list[Picked]]:
        """Files that are to be removed now; and those that may be other ones by now.

        Those are the ones of which the server tells no time, or whose removal may have been done:
        whether they are still the same is only known when they are listed and compared.
        """
        rows = await self._desk.database(self._read_due, self._store.clock())
        sure = [row for row in rows if self._is_sure(row)]
        return sure, [row for row in rows if not self._is_sure(row)]

    async def leave_all(self) -> None:
        """Nothing is removed any more: the settings changed."""
        await self._desk.database(self._leave_all)

    async def begin(self) -> None:
        """Ask what is still to be removed."""
        if not self._stays:
            rows = await self._desk.database(self._read_open)
            at = self._store.clock()
            self._open = {
                (row.spot, bool(row.place)): row
                for row in rows
                if self._is_sure(row) or _put_off(row, at)
            }

    def is_put_aside(self, path: str, entry: Entry) -> bool:
        """Whether a file that was claimed is ours already, and could only not be removed.

        ``path``: where it was found.
        """
        return (self._spot(entry, path), True) in self._open

    async def taken(self, entries: Sequence[Entry]) -> Mapping[str, Taken]:
        """Those of a piece of a listing that are ours, by name."""
        if self._stays or self._lasting:
            return await self._remembered(entries)
        if not self._open:
            return {}
        found = ((each.name, self._open.get((self._spot(each), False))) for each in entries)
        return {name: _told(row) for name, row in found if row is not None}

    def once_more(self) -> list[Picked]:
        """Files that were taken and removed, and are still there: on servers where names last."""
        return self._again

    def end(self) -> None:
        """The listing is over: what was not in it is forgotten here."""
        self._source.remember(self._known)

    # ---- inside

    async def _remembered(self, entries: Sequence[Entry]) -> Mapping[str, Taken]:
        spots = {self._spot(entry): entry for entry in entries if entry.kind == "file"}
        now = self._desk.monotonic()
        known = self._source.known if self._stays else {}
        sure = {
            spot: known[spot]
            for spot, entry in spots.items()
            if spot in known and (entry.changed is not None or self._lasting)
        }
        sure |= {
            spot: known[spot]
            for spot in spots
            if spot in known and spot not in sure and now - known[spot] < COMPARED
        }
        asked = [spot for spot in spots if spot not in sure]
        rows = await self._desk.database(self._read, asked) if asked else {}
        self._known |= sure
        taken = {spots[spot].name: _UNKNOWN for spot in sure}
        for spot, row in rows.items():
            if not self._lasting and row.changed is None:
                self._known[spot] = now  # compared in this look, and then not for a while
                continue
            taken[spots[spot].name] = _told(row)
            self._known[spot] = now
            if not self._stays and not _put_off(row, self._store.clock()):
                self._again.append(row)
        return taken

    def _spot(self, entry: Entry, path: str = "") -> str:
        where = path or posixpath.join(self._source.receive.folder, entry.name)
        return spot_of(self._source.name, where, entry.size or 0, entry.changed)

    def _is_sure(self, row: Picked) -> bool:
        """Whether what has its name, size and time is the file that was taken."""
        return self._lasting or (row.changed is not None and row.failing is not None)

    def _read_due(self, at: datetime) -> list[Picked]:
        with self._store.read() as connection:
            return picked.due(connection, self._source.name, at, self._source.receive.files)

    def _read_open(self) -> list[Picked]:
        with self._store.read() as connection:
            return picked.unsettled(connection, self._source.name, MOST)

    def _read(self, spots: Sequence[str]) -> dict[str, Picked]:
        with self._store.read() as connection:
            found = picked.by_spots(connection, spots)
            latest = {max(rows.values()): spot for spot, rows in found.items()}
            return {latest[id_]: row for id_, row in picked.get_many(connection, latest).items()}

    def _leave_all(self) -> None:
        rows = self._read_open()
        if rows:
            with self._store.write("left on the server") as connection:
                picked.settle(connection, [row.id for row in rows], "left", self._store.clock())


_UNKNOWN = Taken(0)


def _put_off(row: Picked, at: datetime) -> bool:
    return row.due is not None and at < row.due < at + picked.FAR


def _told(row: Picked) -> Taken:
    found = row.problem
    return Taken(row.message, "" if found is None else found.sentence)
