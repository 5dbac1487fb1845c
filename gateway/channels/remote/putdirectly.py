"""Putting a file on a server that does not rename: under its name from the start.

Who takes it there too early gets a part of it: that is why ``temporary: none`` is an exception.
That it is *begun* is durable before the first byte, when no file had the name:

==========  ==================  =================================================================
recorded    final name          conclusion
==========  ==================  =================================================================
pending     not there           begun, then written
pending     there               the name is another file's: the next free name
begun       there, whole        the same bytes: done; other ones: written anew
begun       there, part of it   ours: written anew, or the rest of it
begun       there, larger       the name is another file's: the next free name
begun       gone                it may have been whole: nobody knows, a person decides (T355);
                                surely not: written anew
==========  ==================  =================================================================

A file that is gone after the server took all of it was taken by the receiver: done. All errors are
:class:`RemoteError`; its ``unknown`` says here that the file may have arrived.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from gateway.channels.remote.directory import Entry, RemoteDir
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.parcel import (
    LOST,
    Outcome,
    Parcel,
    Target,
    kept,
    mark_done,
    same,
    unclear,
)
from gateway.problems import problem


async def is_free(remote: RemoteDir, target: Target, name: str) -> bool:
    """Whether a file may be written under this name."""
    return target.replace or await remote.stat(target.path(name)) is None


async def write_directly(
    remote: RemoteDir, target: Target, parcel: Parcel, *, begun: bool = False, whole: bool = False
) -> Outcome:
    """The whole file under its name.

    ``begun``: an earlier attempt may have left some of it; ``whole``: that may have been all.
    """
    start = 0
    if begun:
        found = await _left(remote, target, parcel, whole=whole)
        if isinstance(found, Outcome):
            return found
        start = found
    await _write_out(remote, target, parcel, start)
    await mark_done(remote, target, parcel.name, unsure=False)
    return Outcome.DONE


async def _left(remote: RemoteDir, target: Target, parcel: Parcel, *, whole: bool) -> Outcome | int:
    """What became of what was begun, or how many of its bytes count."""
    path = target.path(parcel.name)
    try:
        found = await remote.stat(path)
        if found is None and whole:
            raise RemoteError("missing", problem("T355", name=parcel.name))
        larger = found is not None and found.size is not None and found.size > parcel.size
        if larger and not target.replace:
            return Outcome.COLLISION
        complete = await _complete(remote, target, parcel, found)
        resume = not complete and target.worth_resuming(remote, parcel.size)
        start = await kept(remote, path, parcel) if resume else 0
    except RemoteError as failure:
        raise RemoteError(failure.trouble, failure.problem, unknown=whole) from failure
    if not complete:
        return start
    await mark_done(remote, target, parcel.name, unsure=True)
    return Outcome.DONE


async def _complete(remote: RemoteDir, target: Target, parcel: Parcel, found: Entry | None) -> bool:
    """Whether all of it lies there. It is ours, so its size will do where we may not read.

    Where files are replaced, it may be the one before.
    """
    if found is None or found.size != parcel.size:
        return False
    as_ours = await same(remote, target.path(parcel.name), parcel)
    return as_ours is True or (as_ours is None and not target.replace)


async def _write_out(remote: RemoteDir, target: Target, parcel: Parcel, start: int) -> None:
    path, handed = target.path(parcel.name), _Handed(parcel.chunks(start), parcel.size - start)
    try:
        count = await remote.write(path, handed, start)
    except RemoteError as failure:
        # a server that says no has not got it, whatever was sent
        whole = handed.all and (failure.unknown or failure.trouble in LOST)
        raise RemoteError(failure.trouble, failure.problem, unknown=whole) from failure
    try:
        found = await remote.stat(path)
    except RemoteError as failure:
        raise unclear(failure) from failure
    size = count if found is None or found.size is None else found.size
    if size != parcel.size:
        told = problem("T359", name=parcel.name, size=parcel.size, found=size)
        raise RemoteError("changed", told, unknown=True)


class _Handed:
    """Pieces on their way, and whether the last of them is."""

    def __init__(self, pieces: AsyncIterator[bytes], size: int) -> None:
        self.pieces = pieces
        self.left = size

    @property
    def all(self) -> bool:
        return self.left <= 0

    def __aiter__(self) -> _Handed:
        return self

    async def __anext__(self) -> bytes:
        piece = await anext(self.pieces)
        self.left -= len(piece)
        return piece
