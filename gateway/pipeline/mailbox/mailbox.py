"""The mailbox of one channel, as all sessions of its partner in this process share it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from gateway.channels.folder.names import is_temporary
from gateway.channels.sftp.server.hosting import Caller, Refusal
from gateway.config.mailbox import Mailbox as Settings
from gateway.config.mailbox import Mailboxes
from gateway.pipeline import lanes
from gateway.pipeline.house import House
from gateway.pipeline.mailbox.quota import Quota
from gateway.pipeline.mailbox.refusals import later, refusal
from gateway.problems import problem
from gateway.store import alarms, pauses
from gateway.store.mailbox.actions import Done
from gateway.store.pauses import Pause

if TYPE_CHECKING:
    from gateway.pipeline.mailbox.uploads import OpenUpload

INCOMING = ".incoming"
"""Where uploads lie until they are taken over, under names of ours."""
LATELY = timedelta(days=1)
"""How long ``in/`` shows what was taken over."""
FRESH = 1.0
"""Seconds that it is remembered what a person paused."""
FULL = "mailbox/full/"
"""Keys of the alarms A147, by channel."""
TOLD = 60.0
"""Seconds between two times that a full mailbox is told."""


@dataclass(slots=True)
class Mailbox:
    """What the sessions of a mailbox have in common. ``wake`` hears of lanes with work."""

    house: House
    partner: str
    channel: str
    settings: Settings
    server: Mailboxes
    owner: str
    wake: Callable[[str], None]
    quota: Quota = field(init=False)
    live: dict[int, OpenUpload] = field(default_factory=dict)
    """Uploads that sessions of this process write, by their rows."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    """Held while it is decided who writes a file."""
    gone: bool = False
    """The settings have no such mailbox any more; sessions that are open end in nothing."""
    _pauses: tuple[Pause, ...] = ()
    _pauses_until: float = 0.0
    _told: float = float("-inf")

    def __post_init__(self) -> None:
        self.quota = Quota(self.settings)

    def furnish(self, house: House, settings: Settings | None) -> None:
        """Other settings run now; ``None``: there is no such mailbox among them."""
        self.house, self.gone = house, settings is None
        if settings is not None:
            self.settings = settings
            self.quota.furnish(settings)

    @property
    def source(self) -> str:
        """Where its files come in: ``acme-retail/main``."""
        return f"{self.partner}/{self.channel}"

    def path(self, token: str) -> Path:
        """Where an upload lies until it is taken over."""
        return incoming(self.house, self.server) / token

    def is_final(self, name: str) -> bool:
        """Whether a file of that name is whole when it is closed. Raises ``denied`` (T419)."""
        if is_temporary(name):
            return False
        match = self.settings.receive.match
        if not fnmatchcase(name.lower(), match.lower()):
            raise refusal("denied", "T419", name=name, match=match)
        return True

    def takes(self) -> None:
        """Raises ``failed`` (T423) where a person said that nothing is taken in."""
        if self.gone:
            raise Refusal("denied", "there is no such mailbox")
        self._unless_stopped(lanes.poll(self.source))

    def gives(self) -> bool:
        """Whether ``out/`` shows what waits: not while a person lets nothing leave."""
        key = lanes.partner(self.partner, self.channel, "")
        return not self.gone and pauses.stopped(self._resting(), key) is None

    def done(
        self, caller: Caller, action: str, path: str, size: int, message: int | None = None
    ) -> Done:
        """A line of the record about what came of what a session did."""
        return Done(
            at=self.house.clock(),
            action=action,
            partner=self.partner,
            channel=self.channel,
            session=caller.session,
            user=caller.user,
            address=caller.address,
            path=path,
            size=size,
            message=message,
        )

    def is_full(self, held: str, limit: str) -> None:
        """A147: an upload was refused for want of room; told now and then."""
        if monotonic() - self._told < TOLD:
            return
        self._told = monotonic()
        facts: dict[str, Any] = {"held": held, "limit": limit, "channel": self.channel}
        found = problem("A147", partner=self.partner, **facts)
        with self.house.store.write("mailbox full") as connection:
            at, key = self.house.clock(), f"{FULL}{self.source}"
            alarms.raise_alarm(connection, at, key, found, self.partner)

    def _unless_stopped(self, lane: str) -> None:
        found = pauses.stopped(self._resting(), lane)
        if found is not None:
            raise later("it is paused here")

    def _resting(self) -> tuple[Pause, ...]:
        if monotonic() >= self._pauses_until:
            with self.house.store.read() as connection:
                self._pauses = tuple(pauses.find(connection))
            self._pauses_until = monotonic() + FRESH
        return self._pauses


def incoming(house: House, server: Mailboxes) -> Path:
    """The folder of unfinished uploads, of all mailboxes."""
    return house.workspace.path(server.folder) / INCOMING
