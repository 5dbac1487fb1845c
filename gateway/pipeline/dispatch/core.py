"""Work on a lane: take it, do what is due in it, give it back.

Everything here may be called by anyone, any number of times: whoever finds the lane taken goes
away. The work of a step runs outside transactions; every transaction of it begins by checking the
fence of the lane. What fails outside is put off, what fails because two met is repeated at once,
and trouble with the database is nobody's fault and ends the work on the lane.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from gateway.pipeline import batches, deliver, steps
from gateway.pipeline.as2 import unpacking
from gateway.pipeline.dispatch import duties
from gateway.pipeline.dispatch.poison import suspect
from gateway.pipeline.house import House, Tally, is_current
from gateway.pipeline.shops import errands
from gateway.store import StateChangedError, Store, applied, lanes, pauses
from gateway.store.lanes import FencedError, Lease
from gateway.telemetry import events

LOG = logging.getLogger(__name__)
LEASE_SECONDS = 30.0
BUDGET = 400
"""Pieces of work after which other lanes have their turn."""
CONFLICTS = 5
"""Repetitions of a step that met another one; more is no coincidence."""
_OUTDATED = Lease("", "", 0)
"""Stands for a lane that was not taken because other settings run now."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What lanes of one kind hold: the next pieces, and how to work on them."""

    next: Callable[[House, str], Sequence[Any]]
    work: Callable[[House, Any], None]
    tidy: Callable[[House, Any], None] = lambda _house, _batch: None
    turn: int = BUDGET
    """Pieces of work after which other lanes have their turn."""


class Core:
    """The lanes of one house, worked on in the name of one process."""

    def __init__(
        self, house: House, owner: str, follow: Callable[[], bool] = lambda: False
    ) -> None:
        """``follow``: furnish :attr:`house` with what was applied meanwhile; whether that went."""
        self.house = house
        self.owner = owner
        self.follow = follow
        self.held: dict[str, Lease] = {}
        self._tidied: set[str] = set()

    def waiting(self) -> list[str]:
        """Lanes in which something is due, nobody works, and that no person stopped."""
        store = self.house.store
        with store.read() as connection:
            found = lanes.waiting(connection, store.clock())
            resting = pauses.find(connection) if found else []
        return [key for key in found if pauses.stopped(resting, key) is None]

    def drain(self, key: str, budget: int = BUDGET) -> int:
        """Do what is due in a lane, within a budget; how many pieces of work that were.

        Looks once more after the lane was given back, so that no wake-up in between is lost.
        """
        total, budget = 0, min(budget, _kind(key).turn)
        while total < budget and (lease := self._take(key)) is not None:
            room = self.room(lease)
            try:
                done = self._drain(lease, room, budget - total)
            except FencedError:
                events.lane_lost(lane=key, owner=self.owner, fence=lease.fence)
                break
            finally:
                self._release(lease)
            total += done
            if not done and is_current(room):
                break
        return total

    def hold(self, key: str) -> Lease | None:
        """A lane for something that is not in it: a look into an inbox."""
        return self._take(key)

    def let_go(self, lease: Lease) -> None:
        """Give such a lane back."""
        self._release(lease)

    def room(self, lease: Lease) -> House:
        """The house as seen from a lane: guarded by its fence, with a tally of its own."""
        store = self.house.store

        def guard(connection: Connection) -> None:
            lanes.hold(connection, lease, LEASE_SECONDS, store.clock())

        guarded: Store = store.guarded(guard)
        return replace(
            self.house, store=guarded, tally=Tally(), mark=str(lease.fence), paused=self._paused()
        )

    def heartbeat(self) -> None:
        """Renew the leases of what takes long."""
        held, store = list(self.held.values()), self.house.store
        if held:
            with store.note() as connection:
                lanes.renew(connection, held, LEASE_SECONDS, store.clock())

    def _take(self, key: str) -> Lease | None:
        """Take a lane, with the settings that run at this moment."""
        lease = self._try_to_take(key)
        while lease is _OUTDATED:
            if not self.follow():
                return None
            lease = self._try_to_take(key)
        if lease is not None:
            self.held[key] = lease
            taken = events.lane_taken_over if lease.abandoned else events.lane_taken
            taken(lane=key, owner=self.owner, fence=lease.fence)
            self.house.checkpoint("lane: taken")
        return lease

    def _try_to_take(self, key: str) -> Lease | None:
        house = self.house
        house.checkpoint("lane: before")
        with house.store.note() as connection:
            if applied.current_seq(connection) != house.seq:
                return _OUTDATED
            if pauses.stopped(pauses.find(connection), key) is not None:
                return None
            at = house.store.clock()
            lease = lanes.take(connection, key, self.owner, LEASE_SECONDS, at)
        return None if lease is None else replace(lease, seq=house.seq)

    def _release(self, lease: Lease) -> None:
        self.held.pop(lease.key, None)
        try:
            with self.house.store.note() as connection:
                lanes.release(connection, lease)
        except OperationalError:  # the lease runs out by itself
            LOG.warning("lane %s could not be given back", lease.key)

    def _drain(self, lease: Lease, room: House, budget: int) -> int:
        kind = _kind(lease.key)
        done = met = 0
        try:
            self._look_back(lease, kind, room)
            while done < budget and is_current(room):
                batch = kind.next(room, lease.key)
                if not batch:
                    break
                try:
                    kind.work(room, batch)
                except (IntegrityError, OperationalError, StateChangedError) as conflict:
                    met += 1
                    if met > CONFLICTS or not _is_conflict(conflict):
                        raise
                    LOG.info("two steps met in %s, repeating: %s", lease.key, conflict)
                    continue
                done, met = done + len(batch), 0
        finally:
            self.house.tally.add(room.tally)
        return done

    def _look_back(self, lease: Lease, kind: Kind, room: House) -> None:
        """What the one before left: half-written files, and perhaps the piece that killed him."""
        if not lease.abandoned and lease.key in self._tidied:
            return
        batch = kind.next(room, lease.key)
        try:
            kind.tidy(room, batch)
            self._tidied.add(lease.key)
        except OSError as failure:  # not reachable now: looked at again the next time
            LOG.warning("lane %s cannot be tidied: %s", lease.key, failure)
        if lease.abandoned and batch:
            suspect(room, batch[0])

    def _paused(self) -> frozenset[str]:
        with self.house.store.read() as connection:
            return frozenset(each.scope for each in pauses.find(connection))


def _is_conflict(trouble: Exception) -> bool:
    """Whether two met: a deadlock or serialization failure is of SQLSTATE class 40."""
    if not isinstance(trouble, OperationalError):
        return True
    return str(getattr(trouble.orig, "sqlstate", None) or "").startswith("40")


KINDS: dict[str, Kind] = {
    "in": Kind(steps.waiting, steps.work),
    "to": Kind(deliver.waiting, deliver.deliver, deliver.tidy),
    "alarm": Kind(deliver.waiting, deliver.deliver),
    "unpack": Kind(unpacking.waiting, unpacking.work),
    "batch": Kind(batches.waiting, batches.work),
    "duty": Kind(duties.waiting, duties.work),
    "shop": Kind(errands.waiting, errands.work, turn=errands.TURN),
}
"""By the first word of a lane's name."""


def _kind(key: str) -> Kind:
    return KINDS[key.partition("/")[0]]
