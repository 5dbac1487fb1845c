"""What becomes of a file on the server once it is ours: deleted, moved, marked, or left.

Everything here may be done again after a crash at any point: a file that is gone is done with, one
that became another one is not touched, and one that cannot be removed is tried again later, less
and less often, without being fetched again.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.channels.folder.names import shown, with_suffix
from gateway.channels.remote.directory import Marking, RemoteDir
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.ready import Rules
from gateway.config.mail import MailReceive
from gateway.config.remote import RemoteReceive
from gateway.problems import Problem, problem
from gateway.store.remote.picked import Picked

PAUSES = (timedelta(minutes=1), timedelta(hours=6))
"""First and longest pause until removing a file is tried again."""
FATAL = frozenset({"lost", "protocol"})
"""The connection is of no use any more: nothing is known about the file."""
_NAMES = 20
"""Names that are tried for a file that is moved to where its own is taken."""


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What a channel says about its files. Lives for one look."""

    directory: RemoteDir
    receive: RemoteReceive | MailReceive
    rules: Rules

    @property
    def stays(self) -> bool:
        """Nothing at all is to be done on the server."""
        return self.receive.after == "leave" and not isinstance(self.directory, Marking)

    async def carry_out(self, row: Picked) -> Problem | None:
        """Do it; why not, where the server would not.

        Raises ``RemoteError`` when the connection broke: it is done with the next look then.
        """
        try:
            await self._carry_out(row)
        except RemoteError as failure:
            if failure.trouble in FATAL:
                raise
            name, reason = shown(row.path), failure.problem.sentence
            return problem("T333", name=name, message=row.message, reason=reason)
        return None

    async def is_over(self, row: Picked) -> bool:
        """Whether nothing is to be done for a file that may have been removed.

        One that looks the same may be another one: that is known when it was fetched and compared.
        Raises ``RemoteError``.
        """
        if self.receive.after == "leave":
            return False
        now = await self.directory.stat(row.where)
        return now is None or (now.size, now.changed) != (row.size, row.changed)

    async def is_half_removed(self, row: Picked) -> bool:
        """Whether its marker went, as is done first: without one it is never listed as finished.

        Raises ``RemoteError``.
        """
        folder, name = posixpath.split(row.path)
        marker = self.rules.marker_of(name)
        if marker is None or row.place or row.changed is None:
            return False
        return await self.directory.stat(posixpath.join(folder, marker)) is None

    async def _carry_out(self, row: Picked) -> None:
        directory, where = self.directory, row.where
        if self.receive.after == "leave":
            if isinstance(directory, Marking):
                await directory.mark(where)
            return
        now = await directory.stat(where)
        if now is None or (now.size, now.changed) != (row.size, row.changed):
            return  # gone, or another file by now, which is not ours to remove
        await self._remove_marker(row)
        if self.receive.after == "move" and self.receive.move_to is not None:
            target = await self._move(where, self.receive.move_to, posixpath.basename(row.path))
            await self._put_back(row, target)
        else:
            await _remove(directory, where)

    async def _remove_marker(self, row: Picked) -> None:
        """First: a marker that outlives its file would vouch for the next file of that name."""
        folder, name = posixpath.split(row.path)
        marker = self.rules.marker_of(name)
        if marker is not None:
            await _remove(self.directory, posixpath.join(folder, marker))

    async def _move(self, where: str, folder: str, name: str) -> str:
        """Never over another file: the next free name is taken. Where the file is now."""
        for number in range(1, _NAMES + 1):
            free = name if number == 1 else with_suffix(name, number)
            try:
                await move(self.directory, where, folder, free)
            except RemoteError as failure:
                if failure.trouble != "exists" or number == _NAMES:
                    raise
            else:
                return posixpath.join(folder, free)
        raise AssertionError("the last name ends the loop")

    async def _put_back(self, row: Picked, target: str) -> None:
        """Another file may have taken its place just before it was moved: that one goes back.

        Told by its size alone: there are servers that give a file that is moved a new time.
        """
        if row.place:
            return  # nobody but us has to do with files that were claimed
        now = await self.directory.stat(target)
        if now is not None and now.size != row.size:
            await self.directory.rename(target, row.path)


async def move(directory: RemoteDir, where: str, folder: str, name: str) -> None:
    """Into another folder, which is made where it is missing; never over another file.

    Nothing happens when the file is gone. Raises ``RemoteError``: ``exists``.
    """
    target = posixpath.join(folder, name)
    if not directory.abilities.safe_rename and await directory.stat(target) is not None:
        raise RemoteError("exists", problem("T341", name=shown(target)))
    try:
        await directory.rename(where, target)
    except RemoteError as failure:
        if failure.trouble != "missing":
            raise
        if await directory.stat(where) is None:
            return
        await directory.make_folder(folder)
        await directory.rename(where, target)


def next_attempt(row: Picked, at: datetime) -> datetime:
    """When removing a file is tried again that could not be removed now."""
    first, longest = PAUSES
    return at + min(longest, first * (1 << min(row.attempts, 16)))


async def _remove(directory: RemoteDir, path: str) -> None:
    try:
        await directory.remove(path)
    except RemoteError as failure:
        if failure.trouble != "missing":
            raise
