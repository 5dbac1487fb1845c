"""One look into a folder on a partner's server: what is finished there becomes ours.

The order is law: list, choose, bring into the archive (:mod:`.bring`), one transaction for many
files (:mod:`.accept`), and only then delete, move or leave (:mod:`.afterwards`). Whatever is killed
in between, the next look finds either a file that is new, or one that is ours and only has to be
removed.
"""

from __future__ import annotations

import asyncio
import posixpath
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from gateway.channels.folder.names import shown
from gateway.channels.remote.directory import Entry, Leaving, RemoteDir
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.sift import Sieve, Sifted
from gateway.pipeline.house import House
from gateway.pipeline.remote.accept import Haul, accept
from gateway.pipeline.remote.afterwards import FATAL, Afterwards, next_attempt
from gateway.pipeline.remote.bring import Bringing
from gateway.pipeline.remote.desk import Desk, Together
from gateway.pipeline.remote.looked import Looked
from gateway.pipeline.remote.memory import Memory
from gateway.pipeline.remote.source import Source
from gateway.problems import Problem, problem
from gateway.store.remote import picked
from gateway.store.remote.picked import Picked, State

T = TypeVar("T")
Settled = tuple[Picked, Problem | None]
"""A file, and why it could not be removed."""
FLIGHTS = 64
"""Files of one look that are somewhere between the listing and their removal."""
BUDGET = 300.0
"""Seconds after which a look begins no new file."""
LISTING = 900.0
"""Seconds after which a listing that has not ended never does."""
MOST_ENTRIES = 1_000_000
MOST_LETTERS = 64_000_000
"""Of all names together: with a marker, all of a folder is held until its end."""
MOST_CLAIMED = 100_000
PIECE = 500
"""Entries of a listing that are looked at together."""


class Look:
    """One look; :meth:`work` does it. Lives in the event loop, and holds the lane meanwhile."""

    def __init__(
        self,
        desk: Desk,
        room: House,
        source: Source,
        directory: RemoteDir,
        *,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._desk = desk
        self._room = room
        self._source = source
        self._directory = directory
        self._receive = source.receive
        self._began = desk.monotonic()
        self._until = self._began + BUDGET
        self._stopping = stopping
        self.looked = Looked()
        self._bringing = Bringing(desk, room, source, directory, self.looked)
        self._after = Afterwards(directory, source.receive, source.rules)
        self._memory = Memory(desk, room.store, source, directory, stays=self._after.stays)
        self._accept: Together[Haul, Picked] = Together(self._write_accepted)
        self._settle: Together[Settled, None] = Together(self._write_settled)

    async def work(self) -> Looked:
        """Raises ``RemoteError``, ``OSError`` (our disk), errors of the database, of the lane."""
        try:
            await self._unfinished()
            await self._memory.begin()
            if self._receive.claim is not None:
                await self._claimed(self._receive.claim)
            await self._folder()
        finally:
            await self._accept.close()
            await self._settle.close()
        return self.looked

    # ---- what is looked at

    async def _unfinished(self) -> None:
        """Files that are ours since before, and were not removed."""
        if self._after.stays:
            await self._memory.leave_all()
            return
        sure, unsure = await self._memory.due()
        await self._each(sure, self._clear)
        await self._each(unsure, self._let_go)

    async def _claimed(self, folder: str) -> None:
        """Files that were moved away for us, and not fetched before something ended the look."""
        found: list[Entry] = []
        try:
            async for page in self._directory.scan(folder):
                self._in_time(folder)
                found += page
                if len(found) >= MOST_CLAIMED:
                    break  # the others with the next look
        except RemoteError as failure:
            if failure.trouble != "missing":
                raise
            return
        mine = {each.name: each for each in found if each.kind == "file" and each.size is not None}
        seen = self._source.claimed
        self._source.claimed = {name: seen[name] for name in mine if name in seen}
        await self._each(mine.values(), self._take_claimed)

    async def _folder(self) -> None:
        now = self._desk.monotonic()
        sieve = Sieve(self._source.rules, self._receive.files, self._source.seen, now)
        async for piece in self._pieces():
            sieve.add(piece, await self._memory.taken(piece))
        sifted = sieve.result()
        self._source.seen = sifted.seen
        self._memory.end()
        self._told(sifted)
        await self._each(self._memory.once_more(), self._clear)
        left = await self._each(sifted.take, self._take)
        if sifted.more or left:
            self.looked.look_again(0.0)

    async def _pieces(self) -> AsyncIterator[Sequence[Entry]]:
        """The listing, in pieces that are each worth a question to the database."""
        entries, letters, folder = 0, 0, self._receive.folder
        piece: list[Entry] = []
        try:
            async for page in self._directory.scan(folder):
                self._in_time(folder)
                piece += page
                letters += sum(len(each.name) for each in page)
                if len(piece) >= PIECE:
                    yield piece
                    entries, piece = entries + len(piece), []
                if entries >= MOST_ENTRIES or letters >= MOST_LETTERS:
                    self.looked.say(problem("T337", folder=folder, most=entries))
                    return
            yield piece
        except RemoteError as failure:
            if failure.trouble in FATAL:
                raise
            found = problem("T334", folder=folder, reason=failure.problem.sentence)
            raise RemoteError(failure.trouble, found) from failure

    def _in_time(self, folder: str) -> None:
        if self._desk.monotonic() > self._began + LISTING:
            reason = f"its list has not ended within {LISTING:g} s"
            raise RemoteError("lost", problem("T334", folder=folder, reason=reason))

    def _told(self, sifted: Sifted) -> None:
        looked = self.looked
        looked.entries, looked.known = sifted.entries, sifted.taken
        looked.ignored = sifted.ignored
        looked.waiting += sifted.waiting
        looked.look_again(sifted.again)
        looked.left += sifted.left
        looked.problems += sifted.problems
        if isinstance(self._directory, Leaving):
            for found in self._directory.left().values():
                looked.say(found)
        names = (f"{self._source.name}: {shown(each.called)}" for each, _ in sifted.waits)
        self._room.tally.waiting += names

    # ---- one file

    async def _take(self, entry: Entry) -> None:
        path, place = posixpath.join(self._receive.folder, entry.name), ""
        try:
            claimed = await self._bringing.claim(entry, path)
            if claimed is not None:
                place, entry = claimed
                await self._bring(path, place, entry)
        except RemoteError as failure:
            self._bringing.could_not(place, entry, failure)

    async def _take_claimed(self, entry: Entry) -> None:
        path = posixpath.join(self._receive.folder, entry.name)
        place = posixpath.join(self._receive.claim or "", entry.name)
        if self._memory.is_put_aside(path, entry):
            return
        try:
            await self._bring(path, place, entry)
        except RemoteError as failure:
            self._bringing.could_not(place, entry, failure)

    async def _bring(self, path: str, place: str, entry: Entry) -> None:
        async with self._bringing.on_the_way() as held:
            haul = await self._bringing.fetched(path, place, entry, held)
            if haul is None:
                return
            row = await self._accept.add(haul)
            held.close()
        self._source.seen_at(place).pop(entry.name, None)
        if not self._after.stays:
            await self._clear(row)

    async def _clear(self, row: Picked) -> None:
        """Do on the server what the channel says, and note that it is done."""
        self._room.checkpoint("pick clear: before")
        found = await self._after.carry_out(row)
        self._room.checkpoint("pick clear: after")
        await self._settle.add((row, found))

    async def _let_go(self, row: Picked) -> None:
        """A file that may have been removed: note that it was, when that can be seen."""
        try:
            if await self._after.is_over(row):
                await self._settle.add((row, None))
            elif await self._after.is_half_removed(row):
                await self._clear(row)
        except RemoteError as failure:
            if failure.trouble in FATAL:
                raise

    # ---- many files at the same time

    async def _each(self, things: Iterable[T], work: Callable[[T], Awaitable[None]]) -> int:
        """Work on all of them, many at once, within the budget; how many were left over.

        The first failure ends the others, and is raised when they have ended.
        """
        rest = deque(things)

        async def one_after_the_other() -> None:
            while rest and self._desk.monotonic() < self._until and not self._stopping():
                await work(rest.popleft())

        number = min(FLIGHTS, len(rest), max(4, 4 * self._directory.abilities.transfers))
        await _together([asyncio.create_task(one_after_the_other()) for _ in range(number)])
        return len(rest)

    # ---- what is written together

    async def _write_accepted(self, hauls: Sequence[Haul]) -> Sequence[Picked]:
        stays = self._after.stays
        rows = await self._desk.database(accept, self._room, self._source.name, hauls, stays=stays)
        self.looked.taken = self._room.tally.counts["files"]
        return [rows[each.spot, each.stored.sha] for each in hauls]

    async def _write_settled(self, done: Sequence[Settled]) -> Sequence[None]:
        for row, found in done:
            if found is not None and not row.failing:  # said once; then it is an alarm
                self._room.tally.problems.append(found)
        state: State = "left" if self._receive.after == "leave" else "cleared"
        await self._desk.database(_settled, self._room, done, state)
        return [None] * len(done)


async def _together(tasks: Sequence[asyncio.Task[None]]) -> None:
    if not tasks:
        return
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for each in ended:
        if isinstance(each, BaseException) and not isinstance(each, asyncio.CancelledError):
            raise each


def _settled(house: House, done: Sequence[Settled], state: State) -> None:
    """Durably: the next file of that name, size and second must not be taken for this one."""
    at = house.clock()
    with house.store.write("pick cleared") as connection:
        picked.settle(connection, [row.id for row, found in done if found is None], state, at)
        for row, found in done:
            if found is not None:
                picked.put_off(connection, row, next_attempt(row, at), found, at)
    house.checkpoint("pick clear: noted")
