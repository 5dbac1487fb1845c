"""The house of one process as it is furnished now.

A house is replaced as a whole, never changed under a step: a step that has begun keeps the one it
began with. What is to run is loaded aside first (:meth:`Current.prepare`), so that the change
itself takes no time (:meth:`Current.follow`). What cannot be loaded here keeps this process from
all work, and is tried again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from gateway.channels.folder import Inbox
from gateway.config import lastrun
from gateway.config.snapshot import PARTNERS, SHOPS
from gateway.config.translation import Translation
from gateway.pipeline.configuration.running import NotRunnableError, Running, loaded
from gateway.pipeline.house import House, inboxes, markers
from gateway.problems import Problem, errors
from gateway.store import applied
from gateway.store.applied import Applied
from gateway.telemetry import events

AGAIN = 5.0
"""Seconds after which what could not be loaded is tried again."""
Change = Callable[[House, House], None]
"""Called with the house before and after, when it has changed."""


class Current:
    """What runs in this process. May be used by several threads."""

    def __init__(self, house: House, running: Running) -> None:
        self._house = house
        self._running = running
        self._lock = threading.RLock()
        self._aside: Running | None = None
        self._translation: Translation | None = None
        self._changes: list[Change] = []
        self._trouble = ""
        self._again = 0.0

    @property
    def house(self) -> House:
        """As it is now."""
        return self._house

    @property
    def running(self) -> Running:
        """What runs."""
        return self._running

    @property
    def seq(self) -> int:
        """Its number in the history."""
        return self._running.seq

    @property
    def trouble(self) -> str:
        """Why this process cannot run what was applied; empty when it can."""
        return self._trouble

    def changed(self, change: Change) -> None:
        """Have somebody told of each new house; what he holds for long is of the old one."""
        self._changes.append(change)

    def tell(self) -> None:
        """Say what runs, at the start."""
        _tell(self._running, 0.0)

    def prepare(self, row: Applied) -> str:
        """Load a configuration aside; why it cannot run here, or nothing."""
        with self._lock:
            try:
                aside = loaded(self._house.store, row, self._house.workspace, self._house.workspace)
            except NotRunnableError as failure:
                return str(failure)
            new = self._new_errors(aside)
            if new:
                return new[0].sentence
            self._keep_aside(aside)
            return ""

    def follow(self) -> bool:
        """Run what was applied last; whether this process may work now."""
        with self._house.store.read() as connection:
            row = applied.current(connection)
        if row is None or row.seq == self.seq:
            self._trouble = ""
            return True
        with self._lock:
            if row.seq == self.seq:
                return True
            if self._trouble and time.monotonic() < self._again:
                return False
            try:
                self._switch(row)
            except NotRunnableError as failure:
                if str(failure) != self._trouble:
                    events.configuration_refused(seq=row.seq, hash=row.hash, reason=str(failure))
                self._trouble = str(failure)
                self._again = time.monotonic() + AGAIN
                return False
            self._trouble = ""
        return True

    def _switch(self, row: Applied) -> None:
        began, old = time.monotonic(), self._house
        if self._aside is None or self._aside.seq != row.seq:
            self._keep_aside(loaded(old.store, row, old.workspace, old.workspace))
        aside, translation = self._aside, self._translation
        assert aside is not None and translation is not None
        workspace = aside.workspace
        new = replace(
            old,
            workspace=workspace,
            translation=translation,
            seq=row.seq,
            inboxes={each.source: _inbox(old, each) for each in inboxes(workspace)},
            markers=markers(workspace),
        )
        self._running = replace(aside, applied=row)
        self._house, self._aside, self._translation = new, None, None
        lastrun.write(workspace, row.seq)
        for change in self._changes:
            change(old, new)
        _tell(self._running, time.monotonic() - began)

    def _keep_aside(self, aside: Running) -> None:
        old, new = self._house.workspace, aside.workspace
        if "_servers" in vars(old):  # connections to partners' servers are open
            from gateway.pipeline.remote.servers import inherit  # noqa: PLC0415 (slow to load)

            inherit(old, new)
        self._aside = aside
        self._translation = self._house.translation.renewed(new)

    def _new_errors(self, aside: Running) -> list[Problem]:
        """What is wrong with it here, and was not with what runs; broken partners are left out."""
        known = {(each.code, each.place.file, each.place.path) for each in self._running.problems}
        workspace = aside.workspace
        broken = tuple(
            f"{kind}/{name}/"
            for kind, names in ((PARTNERS, workspace.broken), (SHOPS, workspace.broken_shops))
            for name in names
        )
        return [
            each
            for each in errors(aside.problems)
            if (each.code, each.place.file, each.place.path) not in known
            and not (each.place.file or "").startswith(broken or ("\0",))
        ]


def _inbox(house: House, wanted: Inbox) -> Inbox:
    """An inbox that is set as before is the same one: it has seen which files are still written."""
    known = house.inboxes.get(wanted.source)
    if known is None:
        return wanted
    names = ("folder", "match", "rule", "polled")
    same = all(getattr(known, name) == getattr(wanted, name) for name in names)
    return known if same else wanted


def _tell(running: Running, seconds: float) -> None:
    row = running.applied
    if row is not None:
        events.configuration_applied(
            seq=row.seq, hash=running.hash, who=row.who, at=row.at.timestamp(), seconds=seconds
        )
