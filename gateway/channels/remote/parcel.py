"""A file on its way to a server, where it goes, and what both ways of putting it there share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from gateway.channels.remote.directory import RemoteDir
from gateway.channels.remote.failure import RemoteError
from gateway.problems import problem

FOR_A_PERSON = frozenset({"T352", "T354", "T355", "T359"})
"""Problems after which trying again could give the receiver the file twice."""
LOST = ("lost", "protocol")
"""After these nothing can be asked any more."""
IN_FLIGHT = 8_000_000
"""Bytes before the end of a part that may be missing in it: they are written again."""
_LONGEST = 200
"""Signs of a temporary name."""
COMPARED = 64 * 1024
"""Bytes before them that are compared with ours."""


class Outcome(StrEnum):
    """What became of a file that was to get its name."""

    DONE = "done"
    INFERRED = "inferred"
    """Its rename was not answered, and what lies there now does not prove it."""
    COLLISION = "collision"
    """Another file has that name: choose another one."""
    BROKEN = "broken"
    """It is no longer whole under its temporary name: write it anew."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where files go, and how the receiver wants them."""

    folder: str
    temporary: str | None
    """The name until a file is whole, made from ``{name}``; ``None``: written under its name."""
    done: str | None = None
    """The name of an empty file that is put beside it afterwards, made from ``{name}``."""
    replace: bool = False
    resume_above: int = 50_000_000
    """Bytes from which on a broken transfer is continued."""

    def path(self, name: str) -> str:
        """Of a file in the folder."""
        return name if self.folder in ("", ".") else f"{self.folder.rstrip('/')}/{name}"

    def hidden(self, name: str, key: str, mark: str = "") -> str:
        """The temporary name of a delivery.

        ``mark`` is another one for each that may try, so that one who comes too late never touches
        the file of the one who took over.
        """
        assert self.temporary is not None
        token = f"{sha256(key.encode()).hexdigest()[:10]}{f'-{mark}' if mark else ''}"
        found = self.temporary.replace("{name}", f"{name}.{token}")
        return found if len(found) <= _LONGEST else self.temporary.replace("{name}", token)

    def worth_resuming(self, remote: RemoteDir, size: int) -> bool:
        """Whether the rest of a file of so many bytes is sent rather than all of it."""
        return size > self.resume_above and remote.abilities.ranges


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file to be put there."""

    name: str
    size: int
    """Bytes."""
    chunks: Callable[[int], AsyncIterator[bytes]]
    """Its bytes from a position on."""


async def mark_done(remote: RemoteDir, target: Target, name: str, *, unsure: bool) -> None:
    """The empty file that tells the receiver; ``unsure``: it may be there.

    After a crash it is put there late: a receiver who waits for it has not taken the file before.
    Its failure is ``unknown``, because the file itself has arrived.
    """
    if target.done is None:
        return
    marker = target.done.replace("{name}", name)
    try:
        if unsure and await remote.stat(target.path(marker)) is not None:
            return
        await remote.write(target.path(marker), _nothing())
    except RemoteError as failure:
        found = problem("T356", name=name, marker=marker, reason=failure.problem.sentence)
        raise RemoteError(failure.trouble, found, unknown=True) from failure


async def kept(remote: RemoteDir, path: str, parcel: Parcel) -> int:
    """How much of a part that lies there counts: its bytes but for the last, compared with ours."""
    found = await remote.stat(path)
    size = 0 if found is None or found.kind != "file" else found.size or 0
    start = size - IN_FLIGHT
    if start <= 0 or size > parcel.size:
        return 0
    first = max(0, start - COMPARED)
    return start if await _same_range(remote, path, parcel, first, start) else 0


async def same(remote: RemoteDir, path: str, parcel: Parcel) -> bool | None:
    """Whether these are the bytes of the parcel; ``None`` where the server does not let us read."""
    found = await remote.stat(path)
    if found is None or found.kind != "file" or found.size not in (None, parcel.size):
        return False
    return await _same_range(remote, path, parcel, 0, parcel.size)


async def _same_range(
    remote: RemoteDir, path: str, parcel: Parcel, start: int, end: int
) -> bool | None:
    theirs, ours, left = sha256(), sha256(), end - start
    try:
        async for piece in remote.read(path, start, left):
            theirs.update(piece)
    except RemoteError as failure:
        if failure.trouble in LOST:
            raise
        return False if failure.trouble == "short" else None
    async for piece in parcel.chunks(start):
        ours.update(piece[:left])
        left -= len(piece)
        if left <= 0:
            break
    return ours.digest() == theirs.digest()


async def remove_if_possible(remote: RemoteDir, path: str) -> None:
    """Remove what nobody needs."""
    with suppress(RemoteError):
        await remote.remove(path)


def unclear(failure: RemoteError) -> RemoteError:
    """The same, where the file may have arrived."""
    return RemoteError(failure.trouble, failure.problem, unknown=True)


async def _nothing() -> AsyncIterator[bytes]:
    for piece in list[bytes]():
        yield piece
