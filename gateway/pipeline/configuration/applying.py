"""Applying settings: kept, loaded by every process at work, then made what runs in one commit.

Whoever dies in the middle leaves either the old or the new settings running. What was only
prepared counts for nothing, and is withdrawn when nobody renews it any more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.config import Workspace, lastrun
from gateway.config.applied import load_applied
from gateway.config.restored import of_today
from gateway.config.snapshot import Snapshot
from gateway.pipeline.configuration.running import Running
from gateway.problems import Problem, problem
from gateway.store import Store, applied, audit, snapshots
from gateway.store.applied import Applied, Process, Wish

PATIENCE = 120.0
"""Seconds in which each process has to have loaded the settings, or to have said why it cannot."""
SWITCHED = 10.0
"""Seconds in which each process has to have changed to them."""
_PAUSE = 0.02
_RENEW = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went."""

    applied: Applied | None
    """What runs now; ``None`` when nothing was changed."""
    problems: tuple[Problem, ...] = ()
    processes: tuple[Process, ...] = ()
    """Those at work."""
    seconds: float = 0.0
    """From the commit until the last process had changed."""


class Applying:
    """One command that applies. ``told`` hears what it waits for."""

    def __init__(
        self,
        store: Store,
        here: Workspace,
        *,
        anyway: bool = False,
        told: Callable[[str], None] = lambda _text: None,
        patience: float = PATIENCE,
        previous: Workspace | None = None,
    ) -> None:
        """``here``: what runs now. ``anyway``: although a process cannot run it.

        ``previous``: the files, whose partners need not be read again.
        """
        self._store = store
        self._here = here
        self._anyway = anyway
        self._told = told
        self._patience = patience
        self._previous = previous
        self._renewed = 0.0

    def apply(self, snapshot: Snapshot, wish: Wish) -> Outcome:
        """Make a snapshot what runs, everywhere at once; or nothing of it."""
        with self._store.write("snapshot kept") as connection:
            snapshots.keep(connection, self._store.clock(), snapshot)
        loaded, found = load_applied(of_today(snapshot), self._here, self._previous or self._here)
        if loaded is None:
            return Outcome(None, tuple(found))
        with self._store.write("configuration prepared") as connection:
            row = applied.prepare(connection, self._store.clock(), wish)
            other = applied.prepared(connection) or applied.current(connection)
        if row is None:
            return Outcome(None, (_busy(other),))
        done = False
        try:
            refused = self._refused(row)
            if not refused or self._anyway:
                done = self._commit(row, wish)
                refused = [] if done else [_busy(None)]
        finally:
            if not done:
                self._withdraw(row)
        if not done:
            return Outcome(None, tuple(refused), tuple(self._processes()))
        return self._switched(row, loaded)

    def _refused(self, row: Applied) -> list[Problem]:
        """Wait until every process is ready; who cannot be, and why."""
        until = time.monotonic() + self._patience
        said: Sequence[str] = ()
        while True:
            self._renew(row)
            alive = self._processes()
            cannot = [one for one in alive if one.ready == row.seq and one.trouble]
            waiting = [one for one in alive if one.ready != row.seq]
            late = time.monotonic() >= until
            if cannot or not waiting or late:
                reasons = [(one, one.trouble) for one in cannot]
                reasons += [(one, "it has not answered") for one in waiting if late]
                return [problem("P234", process=one.owner, reason=why) for one, why in reasons]
            names = [one.owner for one in waiting]
            if names != said:
                said = names
                self._told(f"waiting for {', '.join(names)}")
            time.sleep(_PAUSE)

    def _renew(self, row: Applied) -> None:
        if time.monotonic() - self._renewed < _RENEW:
            return
        self._renewed = time.monotonic()
        with self._store.write("configuration renewed") as connection:
            applied.renew(connection, row.seq, self._store.clock())

    def _commit(self, row: Applied, wish: Wish) -> bool:
        """The one transaction from which on it runs; not when it was withdrawn meanwhile."""
        at = self._store.clock()
        with self._store.write("configuration applied") as connection:
            if not applied.commit(connection, row.seq, at):
                return False
            subject = f"configuration {row.seq}"
            audit.enter(connection, at, wish.who, wish.kind, subject, wish.reason, wish.summary)
        return True

    def _withdraw(self, row: Applied) -> None:
        with self._store.write("configuration withdrawn") as connection:
            applied.withdraw(connection, row.seq, self._store.clock())

    def _switched(self, row: Applied, loaded: Workspace) -> Outcome:
        """Wait, not for long, until every process has changed."""
        began = time.monotonic()
        with self._store.read() as connection:
            now = applied.current(connection)
        if now is not None and now.seq == row.seq:
            lastrun.write(loaded, now.seq)
        while True:
            alive = self._processes()
            open_ = [one for one in alive if one.running < row.seq and not one.trouble]
            if not open_ or time.monotonic() - began > SWITCHED:
                return Outcome(now, (), tuple(alive), time.monotonic() - began)
            time.sleep(_PAUSE)

    def _processes(self) -> Sequence[Process]:
        with self._store.read() as connection:
            return applied.processes(connection, self._store.clock())


def rollback_to(
    store: Store, running: Running, seq: int | None
) -> tuple[Applied, Snapshot] | Problem:
    """What to go back to: a number of the history, or what ran before; P239 where there is none."""
    if running.applied is None:
        return problem("P239", what="nothing was applied yet: the files are what runs")
    with store.read() as connection:
        wanted = seq or before(applied.history(connection, 1000), running.applied)
        row = None if wanted is None else applied.find(connection, wanted)
        if row is None or row.state != applied.APPLIED:
            what = "nothing ran before" if seq is None else f"number {seq} was never applied"
            return problem("P239", what=what)
        if row.hash == running.applied.hash:
            return problem("P239", what=f"number {row.seq} is what runs")
        snapshot = snapshots.read(connection, row.hash)
    return snapshot if isinstance(snapshot, Problem) else (row, snapshot)


def before(history: Sequence[Applied], now: Applied) -> int | None:
    """What ran before what runs, other than the same settings; not what a rollback came from."""
    base = now
    while base.kind == "rollback":
        # going back twice leads two steps back, not to and fro
        twins = (each for each in history if each.seq < base.seq and each.hash == base.hash)
        twin = next(twins, None)
        if twin is None:
            break
        base = twin
    return next(
        (each.seq for each in history if each.seq < base.seq and each.hash != base.hash), None
    )


def _busy(other: Applied | None) -> Problem:
    if other is None:
        what = "the preparation was withdrawn"
    elif other.state == applied.PREPARED:
        what = f"{other.who} is applying number {other.seq} at the moment"
    else:
        what = f"{other.who} has applied number {other.seq} meanwhile"
    return problem("P235", what=what)
