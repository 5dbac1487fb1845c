"""Many files for one server at once, over one connection: what a batch does outside the database.

Each step is tried for every file of a batch side by side. A file that fails does not keep the
others back. Only what needs an open file on the server waits for a slot; servers allow few of them,
but answer any number of questions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from gateway.channels.remote import put, putdirectly
from gateway.channels.remote.directory import RemoteDir
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.parcel import LOST, Outcome, Parcel, Target, remove_if_possible
from gateway.pipeline.house import House
from gateway.pipeline.remote.loop import loop
from gateway.pipeline.remote.servers import servers_for
from gateway.problems import problem
from gateway.store import Delivery
from gateway.telemetry import events
from gateway.telemetry.traces import span

_QUESTIONS = 64
"""Requests without an open file that are on the way at the same time."""
_GOODBYE = 15.0
"""Seconds for removing what is in nobody's way."""


@dataclass(slots=True)
class Item:
    """A file of a batch, and how far it has come."""

    one: Delivery
    """As it is stored."""
    parcel: Parcel
    hidden: str
    """Its temporary name; empty: it is written under its name."""
    unsure: bool = False
    """An earlier attempt may have got it there."""
    prepared: bool = False
    """Whole under its temporary name, and not renamed so far."""
    left: str = ""
    """What an earlier attempt may have left under another temporary name."""
    begun: bool = False
    """An earlier attempt wrote under the name of the file itself."""
    start: int = 0
    tries: int = 0
    """Names that other files had."""
    base: str = field(init=False)
    """The name it had at first."""

    def __post_init__(self) -> None:
        self.base = self.one.name


Failure = RemoteError | Exception
Step = Callable[[RemoteDir, Item], Awaitable[Outcome]]


class Putting:
    """The files of a channel on their way."""

    def __init__(self, house: House, partner: str, channel: str, target: Target) -> None:
        self._house = house
        self._partner = partner
        self._channel = channel
        self._target = target

    def clear(self, items: Sequence[Item]) -> list[Outcome | Failure]:
        """Out of the way with what was left; whether names are free, where that counts now."""
        return self._together(self._clear, items)

    def write(self, items: Sequence[Item]) -> list[Outcome | Failure]:
        """Whole files, under their temporary names where they have one."""
        return self._together(self._write, items)

    def finish(self, items: Sequence[Item]) -> list[Outcome | Failure]:
        """Give prepared files their names."""
        return self._together(self._finish, items)

    def discard(self, items: Sequence[Item]) -> None:
        """Remove what was written in vain, as far as that is possible now."""

        async def remove(remote: RemoteDir, item: Item) -> Outcome:
            await remove_if_possible(remote, self._target.path(item.hidden))
            return Outcome.DONE

        with suppress(TimeoutError):
            loop().run(self._each(remove, [each for each in items if each.hidden]), _GOODBYE)

    # ---- one file

    async def _clear(self, remote: RemoteDir, item: Item) -> Outcome:
        target, parcel = self._target, item.parcel
        if item.hidden:
            if item.left:
                start = await put.take_over(remote, target, parcel, item.hidden, item.left)
                item.start, item.left = start, ""
        elif not item.begun and not await putdirectly.is_free(remote, target, parcel.name):
            return Outcome.COLLISION
        return Outcome.DONE

    async def _write(self, remote: RemoteDir, item: Item) -> Outcome:
        target, parcel, outcome = self._target, item.parcel, Outcome.DONE
        async with servers_for(self._house.workspace).slots(self._partner, self._channel):
            if item.hidden:
                count = await put.write(remote, target, parcel, item.hidden, item.start)
            else:
                outcome = await putdirectly.write_directly(
                    remote, target, parcel, begun=item.begun, whole=item.unsure
                )
        if item.hidden:
            await put.check(remote, target, parcel, item.hidden, count)
        self._house.checkpoint("push: written")
        return outcome

    async def _finish(self, remote: RemoteDir, item: Item) -> Outcome:
        outcome = await put.finish(
            remote, self._target, item.parcel, item.hidden, unsure=item.unsure
        )
        self._house.checkpoint("push: renamed")
        return outcome

    # ---- all of them

    def _together(self, step: Step, items: Sequence[Item]) -> list[Outcome | Failure]:
        return loop().run(self._each(step, items)) if items else []

    async def _each(self, step: Step, items: Sequence[Item]) -> list[Outcome | Failure]:
        servers, questions = servers_for(self._house.workspace), asyncio.Semaphore(_QUESTIONS)
        try:
            async with servers.to(self._partner, self._channel) as remote:
                work = [self._one(step, remote, item, questions) for item in items]
                return await _all(work)
        except RemoteError as failure:  # there is no connection: nothing was asked
            trouble, found = failure.trouble, failure.problem
            return [RemoteError(trouble, found, unknown=item.unsure) for item in items]

    async def _one(
        self, step: Step, remote: RemoteDir, item: Item, questions: asyncio.Semaphore
    ) -> Outcome | Failure:
        one = item.one
        try:
            with span("deliver", one.trace, lane=one.lane, outlet=one.outlet):
                if step == self._write:
                    return await step(remote, item)
                async with questions:
                    return await step(remote, item)
        except RemoteError as failure:
            if failure.trouble in LOST:
                servers_for(self._house.workspace).drop(self._partner, self._channel)
            return failure
        except (OSError, KeyError) as failure:  # the archive does not give the bytes
            found = problem("T358", name=one.name, reason=failure)
            return RemoteError("settings", found, unknown=item.unsure)
        except Exception as bug:
            events.bug(where="push", message=one.message, failure=bug)
            return bug


async def _all(work: Sequence[Awaitable[Outcome | Failure]]) -> list[Outcome | Failure]:
    """Side by side; when one ends the process, the others do not go on behind it."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
