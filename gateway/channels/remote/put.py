"""Putting a file on a server: it appears whole, under its name, once, and never over another.

In three steps. The whole file is written under a temporary name, which carries the key of its
delivery and a token of who delivers; its size on the server is compared; whoever calls then makes
durable that it is *prepared*; only after that it is renamed. When the answer to the rename is
lost, or the process dies, it is looked what lies there before anything is sent again:

==========  =================  ==================  ================================================
recorded    temporary name     final name          conclusion
==========  =================  ==================  ================================================
pending     whatever           whatever            not renamed: written anew, or the rest of it
prepared    there, whole       not there           not renamed: renamed now
prepared    there, whole       there               the name is another file's: the next free name
prepared    there, other size  whatever            the server lost its end: written anew
prepared    gone               there               renamed: done
prepared    gone               gone                renamed, and taken by the receiver since: done
==========  =================  ==================  ================================================

Nobody but us renames or removes a temporary file in the moment between "prepared" and the rename,
so the last line is a conclusion, not a proof; it is reported (T353). It is drawn only where a
rename may have been sent: one that surely was not leaves the file *pending*. A file that is gone
before its first rename was taken under its temporary name, by a server that takes everything: that
would happen again and again, so it is left to a person (T352).

All errors are :class:`RemoteError`; its ``unknown`` says here that the file may have arrived.
"""

from __future__ import annotations

from gateway.channels.remote.directory import RemoteDir
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.parcel import (
    LOST,
    Outcome,
    Parcel,
    Target,
    kept,
    mark_done,
    remove_if_possible,
    same,
    unclear,
)
from gateway.problems import problem


async def take_over(
    remote: RemoteDir, target: Target, parcel: Parcel, hidden: str, left: str
) -> int:
    """What an earlier attempt left under the name ``left``: removed, or made ours to go on with.

    The bytes of it that count: writing goes on behind them. It is renamed before that, so that
    one who still writes there cannot begin it anew under our hands.
    """
    resume = target.worth_resuming(remote, parcel.size)
    if left != hidden:
        resume = resume and await _claimed(remote, target.path(left), target.path(hidden))
        if not resume:
            await _discard(remote, target.path(left))
    return await kept(remote, target.path(hidden), parcel) if resume else 0


async def write(
    remote: RemoteDir, target: Target, parcel: Parcel, hidden: str, start: int = 0
) -> int:
    """Write the whole file under its temporary name; its size by what the server took."""
    path = target.path(hidden)
    try:
        return await remote.write(path, parcel.chunks(start), start)
    except RemoteError as failure:
        if failure.trouble not in LOST and not target.worth_resuming(remote, parcel.size):
            await remove_if_possible(remote, path)
        raise RemoteError(failure.trouble, failure.problem) from failure


async def check(remote: RemoteDir, target: Target, parcel: Parcel, hidden: str, count: int) -> None:
    """Compare its size with the one that the server tells now; ``count``: where it tells none."""
    try:
        found = await remote.stat(target.path(hidden))
    except RemoteError as failure:
        raise RemoteError(failure.trouble, failure.problem) from failure
    if found is None:
        gone = problem("T352", name=parcel.name, temporary=hidden)
        raise RemoteError("missing", gone, unknown=True)
    size = count if found.size is None else found.size
    if size != parcel.size:
        raise RemoteError("changed", problem("T350", name=hidden, size=parcel.size, found=size))


async def finish(
    remote: RemoteDir, target: Target, parcel: Parcel, hidden: str, *, unsure: bool = False
) -> Outcome:
    """Give a prepared file its name. ``unsure``: that may have been done already."""
    outcome = await _settled(remote, target, parcel, hidden) if unsure else None
    if outcome is None:
        outcome = await _renamed(remote, target, parcel, hidden, unsure=unsure)
    if outcome is Outcome.DONE:
        await mark_done(remote, target, parcel.name, unsure=unsure)
    return outcome


async def _settled(
    remote: RemoteDir, target: Target, parcel: Parcel, hidden: str
) -> Outcome | None:
    """What a rename that may have been done has led to; ``None``: it was not done."""
    try:
        there = await remote.stat(target.path(hidden))
        if there is None:
            return await _gone(remote, target, parcel)
    except RemoteError as failure:
        raise unclear(failure) from failure
    return None if there.size in (None, parcel.size) else Outcome.BROKEN


async def _gone(remote: RemoteDir, target: Target, parcel: Parcel) -> Outcome:
    """The temporary name is gone after a rename that may have been done."""
    found = await remote.stat(target.path(parcel.name))
    as_put = found is not None and found.size in (None, parcel.size)
    return Outcome.DONE if as_put else Outcome.INFERRED


async def _renamed(
    remote: RemoteDir, target: Target, parcel: Parcel, hidden: str, *, unsure: bool
) -> Outcome:
    source, path = target.path(hidden), target.path(parcel.name)
    try:
        await remote.rename(source, path, replace=target.replace)
    except RemoteError as failure:
        if failure.trouble in LOST or failure.unknown:
            unknown = failure.unknown or unsure or failure.trouble == "protocol"
            raise RemoteError(failure.trouble, failure.problem, unknown=unknown) from failure
        return await _not_renamed(remote, target, parcel, hidden, failure, unsure=unsure)
    return Outcome.DONE


async def _not_renamed(
    remote: RemoteDir,
    target: Target,
    parcel: Parcel,
    hidden: str,
    failure: RemoteError,
    *,
    unsure: bool,
) -> Outcome:
    """The server said no: because of what lies there, or of what it does not do."""
    try:
        there = await remote.stat(target.path(hidden))
        found = await remote.stat(target.path(parcel.name))
        if there is None and (unsure or found is not None):
            return await _gone(remote, target, parcel)
    except RemoteError as other:
        raise unclear(other) from other
    if there is None:
        gone = problem("T352", name=parcel.name, temporary=hidden)
        raise RemoteError("missing", gone, unknown=True) from failure
    if found is None or target.replace:
        reason = failure.problem.sentence
        told = problem("T351", name=parcel.name, temporary=hidden, reason=reason)
        raise RemoteError(failure.trouble, told) from failure
    # a server that copies and deletes instead of renaming may have come half way
    compare = unsure or failure.trouble != "exists"
    return await _taken(remote, target, parcel, hidden, compare=compare)


async def _taken(
    remote: RemoteDir, target: Target, parcel: Parcel, hidden: str, *, compare: bool
) -> Outcome:
    """A file has the name: another one, unless an earlier rename of ours was a copy."""
    try:
        if not compare or not await same(remote, target.path(parcel.name), parcel):
            return Outcome.COLLISION
    except RemoteError as failure:
        raise unclear(failure) from failure
    await remove_if_possible(remote, target.path(hidden))
    return Outcome.DONE


async def _claimed(remote: RemoteDir, left: str, ours: str) -> bool:
    try:
        await remote.rename(left, ours)
    except RemoteError as failure:
        if failure.trouble in LOST:
            raise
        return False
    return True


async def _discard(remote: RemoteDir, path: str) -> None:
    try:
        await remote.remove(path)
    except RemoteError as failure:
        if failure.trouble in LOST:
            raise
