"""Looks into inboxes: what is ready is claimed and received, under the lane of the inbox.

Only one machine takes from an inbox at a time, so that what another one has claimed is never
mistaken for the leavings of a crash.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.channels.folder import Inbox
from gateway.pipeline import intake
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.house import Tally
from gateway.pipeline.lanes import poll as lane_of
from gateway.store.lanes import FencedError
from gateway.telemetry import events


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look came to."""

    taken: int = 0
    waiting: bool = False
    """Files seem to be still written: another look is due soon."""


def poll(core: Core, inbox: Inbox, *, at_once: bool = False) -> Looked:
    """One look, and what is ready is taken."""
    house, tally = core.house, Tally()
    try:
        found, claims = inbox.look(at_once=at_once), inbox.claims()
    except OSError as failure:
        tally.problems.append(intake.trouble(failure, inbox.folder))
        house.tally.add(tally)
        events.poll_failed(source=inbox.source, failure=failure)
        return Looked()
    tally.problems += found.problems
    tally.waiting += [str(path) for path in found.waiting]
    house.tally.add(tally)
    events.polled(source=inbox.source, files=len(found.ready), at=house.clock())
    idle = Looked(waiting=bool(found.waiting))
    if not found.ready and not claims:
        return idle
    lease = core.hold(lane_of(inbox.source))
    if lease is None:
        return idle
    room = core.room(lease)
    if room.inboxes.get(inbox.source, inbox) is not inbox:  # it is another one since now
        core.let_go(lease)
        return idle
    try:
        # claims are looked for again: only now nobody else can be at work on them
        for claim in inbox.claims():
            intake.receive(room, inbox, claim)
        intake.take_all(room, inbox, found.ready)
    except FencedError:
        events.lane_lost(lane=lease.key, owner=lease.owner, fence=lease.fence)
    except OSError as failure:
        room.tally.problems.append(intake.trouble(failure, inbox.folder))
    finally:
        core.let_go(lease)
        house.tally.add(room.tally)
    return Looked(room.tally.counts["files"], idle.waiting or bool(room.tally.waiting))
