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

from gateway.channels.folder import Inbox
from gateway.config import Workspace
from gateway.config.models import Partner
from gateway.config.translation import Translation
from gateway.documents import DOCUMENTS
from gateway.problems import Problem
from gateway.store import Store
from gateway.syntax import Limits

ERP = "erp"
STATUS = f"{ERP}/status"
"""Inbox of what the ERP says about what it was given."""


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
    restored: dict[str, Rules] = field(default_factory=dict)
    """Settings and maps of then that are loaded, by their hash."""


def inboxes(workspace: Workspace) -> Iterator[Inbox]:
    """Every folder that is read: of the partners, then of the ERP."""
    for partner, name, channel, folder in workspace.receive_folders():
        receive = channel.receive
        if receive is not None:
            seconds = receive.stable_for.total_seconds()
            yield Inbox(f"{partner.partner}/{name}", folder, receive.match, seconds)
    receive_erp = workspace.erp.receive
    for what in (*DOCUMENTS, STATUS.partition("/")[2]):
        yield Inbox(
            f"{ERP}/{what}",
            workspace.erp_in(what),
            receive_erp.match,
            receive_erp.stable_for.total_seconds(),
        )


def lock_file(workspace: Workspace) -> Path:
    """The lock that makes one process work on a workspace."""
    return workspace.root / "var" / "gateway.lock"
