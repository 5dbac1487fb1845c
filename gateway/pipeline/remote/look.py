"""A look under the lane of its folder, and what is noted of it.

One machine looks at a time. However a look ends, the lane is given back, the note is made from
which alarms come, and nothing that fails here is raised but trouble with the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from gateway.channels.remote.failure import RemoteError
from gateway.pipeline import lanes
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.house import House, Tally
from gateway.pipeline.remote.desk import Desk
from gateway.pipeline.remote.looked import Looked
from gateway.pipeline.remote.pickup import Look
from gateway.pipeline.remote.source import Source
from gateway.problems import Problem, problem
from gateway.store.lanes import FencedError, Lease
from gateway.store.remote import looks
from gateway.telemetry import events

LATE = timedelta(seconds=30)
"""After so long another machine looks instead of the one that should."""


async def look(
    desk: Desk,
    source: Source,
    *,
    due: datetime | None = None,
    stopping: Callable[[], bool] = lambda: False,
    wake: Callable[[str], None] = lambda _lane: None,
) -> Looked | None:
    """One look under the lane of the source; ``None`` when the server or our disk failed.

    ``due``: when it was to begin; without it another machine that looks, too, does not matter.
    """
    core, house = desk.core, desk.core.house
    began, start = house.clock(), time.monotonic()
    if due is not None and await desk.database(_done_elsewhere, core, source, due):
        return Looked()
    lease = await desk.database(core.hold, lanes.poll(source.name))
    if lease is None:  # another machine is at it, or a person stopped it
        return Looked()
    tally = Tally()
    try:
        looked = await _under(desk, source, lease, tally, stopping)
        seconds = time.monotonic() - start
        await desk.database(_note_worked, core, source, began, looked, seconds)
    except FencedError:
        events.lane_lost(lane=lease.key, owner=lease.owner, fence=lease.fence)
        return None
    except RemoteError as failure:
        await _failed(desk, source, began, failure.trouble, failure.problem, tally)
        return None
    except OSError as failure:
        found = problem("T340", folder=source.receive.folder, reason=failure)
        await _failed(desk, source, began, "ours", found, tally)
        return None
    finally:
        await desk.database(core.let_go, lease)
        house.tally.add(tally)
        if tally.counts["files"]:
            wake(lanes.files(source.name))
    return looked


async def _under(
    desk: Desk, source: Source, lease: Lease, tally: Tally, stopping: Callable[[], bool]
) -> Looked:
    room: House = await desk.database(desk.core.room, lease)
    room.tally = tally
    async with desk.servers.to(source.partner, source.channel) as directory:
        looked = await Look(desk, room, source, directory, stopping=stopping).work()
    tally.problems += looked.problems
    return looked


async def _failed(
    desk: Desk, source: Source, began: datetime, trouble: str, found: Problem, tally: Tally
) -> None:
    tally.problems.append(found)
    events.poll_failed(source=source.name, failure=found.sentence)
    await desk.database(_note_failed, desk.core, source, began, trouble, found)


def _done_elsewhere(core: Core, source: Source, due: datetime) -> bool:
    """Whether another machine looks at this source, and did so not long ago."""
    store = core.house.store
    if store.embedded:
        return False
    with store.read() as connection:
        last = looks.find(connection, source.name)
    if last is None or last.owner == core.owner[: looks.ROOM]:
        return False
    schedule = source.receive.schedule
    if schedule.cron is not None:
        return last.looked >= due - LATE
    return last.looked + schedule.every + LATE > core.house.clock()


def _note_worked(
    core: Core, source: Source, began: datetime, looked: Looked, seconds: float
) -> None:
    house = core.house
    first = looked.problems[0] if looked.problems else None
    names: Sequence[str] = ("entries", "taken", "known", "waiting", "ignored")
    numbers = {name: getattr(looked, name) for name in names} | {"seconds": round(seconds, 3)}
    with house.store.note() as connection:
        looks.worked(
            connection, source.name, core.owner, began, numbers, left=looked.left, first=first
        )
    events.polled(source=source.name, files=looked.taken, at=began)


def _note_failed(core: Core, source: Source, began: datetime, trouble: str, found: Problem) -> None:
    with core.house.store.note() as connection:
        looks.failed(connection, source.name, core.owner, began, trouble, found)
