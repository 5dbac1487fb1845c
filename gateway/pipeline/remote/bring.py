"""One file on its way from a partner's server into our archive.

Claim (where that is asked for), fetch exactly what was listed, look again whether it is the same,
look at its end, archive. Nothing of it counts before :mod:`.accept`; whatever goes wrong with one
file leaves it where it is, to be tried again, and keeps no other from being taken.
"""

from __future__ import annotations

import posixpath
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from gateway.channels.folder.names import shown
from gateway.channels.remote.directory import Entry, RemoteDir
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.fetch import Ends, Held, ends, fetch, unchanged
from gateway.channels.remote.ready import Decision, Seen, still, whole
from gateway.channels.remote.whole import missing
from gateway.pipeline.house import House
from gateway.pipeline.remote.accept import Haul
from gateway.pipeline.remote.afterwards import FATAL, move
from gateway.pipeline.remote.desk import Desk
from gateway.pipeline.remote.looked import Looked
from gateway.pipeline.remote.source import Source
from gateway.problems import problem
from gateway.store.archive import FolderArchive
from gateway.store.durable import make_folder
from gateway.store.remote.picked import spot_of

IN_MEMORY = 256 * 1024
"""Bytes of a file that are held in memory; more goes through a file beside the archive."""
PEEK = 256 * 1024
"""From so many bytes on the end of a file is looked at before all of it is fetched."""
PAUSES = (60.0, 3600.0)
"""First and longest pause until a file is tried again that could not be fetched."""


class Bringing:
    """The files of one look. Lives in the event loop."""

    def __init__(
        self, desk: Desk, room: House, source: Source, directory: RemoteDir, looked: Looked
    ) -> None:
        self._desk = desk
        self._room = room
        self._source = source
        self._directory = directory
        self._slots = desk.servers.slots(source.partner, source.channel)
        self._looked = looked

    async def claim(self, entry: Entry, path: str) -> tuple[str, Entry] | None:
        """Where the file lies from now on, and what it looks like there.

        ``None``: it is gone, or its end is missing; its writer is not disturbed. The place is
        empty where nothing is claimed. Raises ``RemoteError``.
        """
        folder = self._source.receive.claim
        if folder is None:
            return "", entry
        if await self._waits_for_its_end(path, "", entry):
            return None
        self._room.checkpoint("pick claim: before")
        await move(self._directory, path, folder, entry.name)
        self._room.checkpoint("pick claim: after")
        place = posixpath.join(folder, entry.name)
        found = await self._directory.stat(place)
        if found is None or found.size is None:
            return None
        if found.size != entry.size:  # its writer was quicker: back to where he looks for it
            await self._directory.rename(place, path)
            await unchanged(self._directory, path, entry)
        return place, found

    @asynccontextmanager
    async def on_the_way(self) -> AsyncIterator[Held]:
        """A file is on its way meanwhile, and stays open on the server.

        Who has made it ours closes it. One that is not closed by then is left open until the
        connection ends, after this look: the server must not take it for one that we have.
        """
        held = Held()
        async with self._slots:
            try:
                yield held
            finally:
                if held:
                    self._desk.servers.drop(self._source.partner, self._source.channel)

    async def fetched(self, path: str, place: str, entry: Entry, held: Held) -> Haul | None:
        """The file in our archive, and open on the server; ``None``: it has to wait for its end.

        Raises ``RemoteError`` about this file, ``OSError`` about our disk.
        """
        where = place or path
        if size_of(entry) > PEEK and await self._waits_for_its_end(where, place, entry):
            return None
        spool = self._spool()
        try:
            both = await fetch(self._directory, where, entry, spool, held)
            await unchanged(self._directory, where, entry)
            decision = self._decided(place, entry, both)
            if decision.verdict == "wait":
                return None
            self._room.checkpoint("pick fetched")
            stored = await self._desk.archive(self._room.store.archive.put_file, spool)
        finally:
            spool.close()
        spot = spot_of(self._source.name, path, size_of(entry), entry.changed)
        told = () if decision.found is None else (decision.found,)
        return Haul(entry, path, place, spot, stored, told)

    def could_not(self, place: str, entry: Entry, failure: RemoteError) -> None:
        """A file that has to wait for another look; what breaks the connection ends this one."""
        if failure.trouble in FATAL:
            raise failure
        if failure.trouble == "missing":
            return
        now, seen = self._desk.monotonic(), self._source.seen_at(place)
        if failure.trouble == "changed":  # it is being written: it has to stand still anew
            seen[entry.name] = Seen(entry.size, entry.changed, now)
            self._looked.look_again(self._source.rules.stable_for)
            self._waits(entry)
            return
        before = still(seen.get(entry.name), entry, now)
        first, longest = PAUSES
        pause = min(longest, first * float(1 << min(before.failures, 16)))
        found = failure.problem
        if failure.trouble != "short":
            found = problem("T332", name=shown(entry.called), reason=found.sentence)
        seen[entry.name] = Seen(
            entry.size,
            entry.changed,
            before.since,
            failure=found,
            failures=before.failures + 1,
            retry=now + pause,
        )
        self._looked.say(found)

    # ---- inside

    async def _waits_for_its_end(self, where: str, place: str, entry: Entry) -> bool:
        """Looked at without fetching all of it, where the server gives parts of files."""
        rules = self._source.rules
        if not rules.complete or rules.marker is not None or not self._directory.abilities.ranges:
            return False
        both = await ends(self._directory, where, size_of(entry))
        return self._decided(place, entry, both).verdict == "wait"

    def _decided(self, place: str, entry: Entry, both: Ends) -> Decision:
        """Whether its end is there; a file that waits is remembered as such."""
        now, seen = self._desk.monotonic(), self._source.seen_at(place)
        before = still(seen.get(entry.name), entry, now)
        lacks = missing(both.head, both.tail)
        decision = whole(self._source.rules, before, lacks, now)
        if decision.verdict == "wait":
            retry = now + (decision.again or 0.0)
            new = Seen(entry.size, entry.changed, before.since, missing=lacks, retry=retry)
            seen[entry.name] = new
            self._looked.look_again(decision.again)
            self._waits(entry)
        return decision

    def _waits(self, entry: Entry) -> None:
        self._looked.waiting += 1
        self._room.tally.waiting.append(f"{self._source.name}: {shown(entry.called)}")

    def _spool(self) -> IO[bytes]:
        """In memory, or beside the archive: on the disk that has to have the room anyway."""
        archive = self._room.store.archive
        folder = None
        if isinstance(archive, FolderArchive):
            make_folder(archive.temporary)
            folder = str(archive.temporary)
        made = SpooledTemporaryFile(IN_MEMORY, dir=folder)  # noqa: SIM115 (who fetches closes it)
        return cast(IO[bytes], made)


def size_of(entry: Entry) -> int:
    """Its bytes, which the table of rules has made sure of."""
    assert entry.size is not None
    return entry.size
