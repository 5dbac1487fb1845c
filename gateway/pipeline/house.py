"""What every step needs: the settings, the maps, the store, a clock, and the seam for fault tests.

``checkpoint`` is called with a name before and after every durable effect. It does nothing, except
in the tests that kill the process there.
"""

from __future__ import annotations

import random
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from gateway.channels.folder import Inbox, Marker, Rule
from gateway.config import Workspace
from gateway.config.folder import FolderReceive
from gateway.config.models import Partner
from gateway.config.translation import Translation
from gateway.documents import DOCUMENTS
from gateway.problems import Problem
from gateway.store import Store, applied
from gateway.syntax import Limits

ERP = "erp"
STATUS = f"{ERP}/status"
"""Inbox of what the ERP says about what it was given."""
SANDBOX = f"{ERP}/test"
"""Begins the inboxes of the ERP's test system: ``erp/test/invoice``."""
STATUSES = (STATUS, f"{SANDBOX}/status")


def is_sandbox(source: str) -> bool:
    """Whether an inbox is one of the ERP's test system."""
    return source.startswith(f"{SANDBOX}/")


@dataclass(slots=True)
class Tally:
    """What a run did, counted as it is done."""

    counts: Counter[str] = field(default_factory=Counter)
    waiting: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, other: Tally) -> None:
        """What another one counted, too; threads may add at the same time."""
        with self._lock:
            self.counts.update(other.counts)
            self.waiting += other.waiting
            self.problems += other.problems

    def look_again(self, source: str) -> None:
        """What waited in a folder is counted anew: it is looked into once more."""
        with self._lock:
            self.waiting = [each for each in self.waiting if not each.startswith(f"{source}: ")]

    def taken(self) -> Tally:
        """What was counted since it was taken last."""
        with self._lock:
            told = Tally(self.counts, self.waiting, self.problems)
            self.counts, self.waiting, self.problems = Counter(), [], []
        return told


@dataclass(slots=True)
class Rules:
    """Settings, maps and a clock: what judging needs, and nothing that could keep anything."""

    workspace: Workspace
    translation: Translation
    clock: Callable[[], datetime]
    paused: frozenset[str] = frozenset()
    """Scopes that a person paused."""

    @property
    def limits(self) -> Limits:
        """What a reader of interchanges accepts."""
        limits = self.workspace.limits
        return Limits(limits.segment, limits.message, limits.segments_per_message)

    def partner_of(self, source: str) -> tuple[Partner | None, str]:
        """Partner and channel of an inbox: ``acme-retail/main``."""
        name, _, channel = source.partition("/")
        return self.workspace.partners.get(name), channel


@dataclass(slots=True)
class House(Rules):
    """One workspace at work."""

    store: Store = field(kw_only=True)
    token: Callable[[], str] = lambda: secrets.token_hex(6)
    dice: Callable[[], float] = random.random
    """A number in [0, 1), for the jitter of retries."""
    checkpoint: Callable[[str], None] = lambda _name: None
    mark: str = ""
    """Sets hidden files of ours apart from those of others: the fence of the lane."""
    tally: Tally = field(default_factory=Tally)
    inboxes: dict[str, Inbox] = field(default_factory=dict)
    markers: dict[str, Marker] = field(default_factory=dict)
    """By folder: what is put beside each file that its receiver finds there."""
    restored: dict[str, Rules] = field(default_factory=dict)
    """Settings and maps of then that are loaded, by their hash."""
    seq: int = 0
    """The number of the settings among what was applied; 0 for the files."""


def is_current(house: House) -> bool:
    """Whether a step may begin in this house: nothing else was applied, here or elsewhere."""
    with house.store.read() as connection:
        return applied.current_seq(connection) == house.seq


def inboxes(workspace: Workspace) -> Iterator[Inbox]:
    """Every folder that is read: of the partners, then of the ERP."""
    for partner, name, channel, folder in workspace.receive_folders():
        if channel.receive is not None:
            yield _inbox(f"{partner.partner}/{name}", folder, channel.receive)
    for front, test in ((ERP, False), (SANDBOX, True)):
        for what in (*DOCUMENTS, STATUS.partition("/")[2]):
            folder = workspace.erp_in(what, test=test)
            yield _inbox(f"{front}/{what}", folder, workspace.erp.receive)


def markers(workspace: Workspace) -> dict[str, Marker]:
    """By folder: the markers of what we write (``done:`` of the ERP and of channels)."""
    found: dict[str, Marker] = {}
    if workspace.erp.send.done is not None:
        done = Marker(workspace.erp.send.done)
        for test in (False, True):
            found |= {str(workspace.erp_out(each, test=test)): done for each in DOCUMENTS}
    for partner in workspace.partners.values():
        for channel in partner.channels.values():
            if channel.send is not None and channel.send.done is not None:
                found[str(workspace.path(channel.send.folder))] = Marker(channel.send.done)
    return found


def _inbox(source: str, folder: Path, settings: FolderReceive) -> Inbox:
    ready = settings.ready
    keep = ready.marker_after == "leave"
    rule = Rule(
        stable_for=settings.stable_for.total_seconds(),
        patience=ready.patience.total_seconds(),
        marker=Marker(ready.marker, keep) if ready.by == "marker" else None,
        renamed=ready.by == "renamed",
    )
    return Inbox(source, folder, settings.match, rule, polled=settings.watch == "poll")


def lock_file(workspace: Workspace) -> Path:
    """The lock that makes one process work on a workspace."""
    return workspace.base / "var" / "gateway.lock"
