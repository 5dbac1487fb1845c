"""Connections to partners' servers: one for each channel, kept, shared by all who need it.

Everything here runs in the loop of :mod:`.loop`. A connection that broke is not given out again;
one that nobody used for a while is closed. A server that failed is left alone for a moment that
grows: until then everybody is told at once what went wrong, and nobody waits for it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from gateway.channels.remote.directory import RemoteDir, Told, untold
from gateway.channels.remote.failure import RemoteError
from gateway.config import Workspace
from gateway.config.models import Channel
from gateway.pipeline.remote import kinds

IDLE = 300.0
"""Seconds an unused connection is kept where the channel does not say."""
PAUSES = {"login": (30.0, 600.0), "identity": (30.0, 600.0), "settings": (1.0, 30.0)}
"""First and longest pause after a failure. Logging in again and again locks accounts."""
PAUSE = (2.0, 60.0)
BROKEN = frozenset({"lost", "protocol"})
"""After these a connection is not used any more."""

Key = tuple[str, str]
"""Partner and channel."""


@dataclass(slots=True)
class _Kept:
    """A connection and who uses it."""

    directory: RemoteDir
    slots: asyncio.Semaphore
    users: int = 0
    dropped: bool = False
    closing: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class _Server:
    """What is known of the server of a channel."""

    connecting: asyncio.Lock = field(default_factory=asyncio.Lock)
    kept: _Kept | None = None
    failure: RemoteError | None = None
    failures: int = 0
    rests_until: float = 0.0


class Servers:
    """The servers of a workspace. Lives in one event loop."""

    def __init__(
        self, workspace: Workspace, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._workspace = workspace
        self._monotonic = monotonic
        self._servers: dict[Key, _Server] = {}
        self._before: Servers | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def to(self, partner: str, channel: str, told: Told = untold) -> AsyncIterator[RemoteDir]:
        """The connection to the server of a channel, beside others who use it.

        Raises ``RemoteError``: at once while the server rests after a failure. ``KeyError`` for a
        channel that is not there.
        """
        server = self._of(partner, channel)
        kept = await self._connected(server, partner, channel, told)
        kept.users += 1
        try:
            yield kept.directory
        except RemoteError as failure:
            kept.dropped |= failure.trouble in BROKEN
            raise
        except asyncio.CancelledError:
            kept.dropped = (
                True  # in the middle of something: nobody knows what the server says next
            )
            raise
        finally:
            kept.users -= 1
            self._used(server, kept, self._idle(partner, channel))

    def slots(self, partner: str, channel: str) -> asyncio.Semaphore:
        """To be held while a file is on the way; ask inside of :meth:`to`."""
        kept = self._of(partner, channel).kept
        if kept is None:
            raise RuntimeError("no connection: slots are asked for inside of Servers.to")
        return kept.slots

    def drop(self, partner: str, channel: str) -> None:
        """Do not give the connection out again: something with it is wrong."""
        kept = self._of(partner, channel).kept
        if kept is not None:
            kept.dropped = True

    def failure(self, partner: str, channel: str) -> RemoteError | None:
        """Why connecting failed the last time; ``None`` since it works."""
        return self._of(partner, channel).failure

    def rests(self, partner: str, channel: str) -> float:
        """Seconds for which the server is left alone after a failure; 0 when it is not."""
        return max(0.0, self._of(partner, channel).rests_until - self._monotonic())

    def try_at_once(self, partner: str, channel: str) -> None:
        """Forget the pause after a failure: a person wants to know."""
        self._of(partner, channel).rests_until = 0.0

    async def close(self) -> None:
        """Close every connection, whoever uses it."""
        for server in self._servers.values():
            if server.kept is not None:
                self._close(server.kept)
                server.kept = None
        if self._closing:
            await asyncio.wait(self._closing)

    # ---- inside

    def _of(self, partner: str, channel: str) -> _Server:
        key = (partner, channel)
        known = self._servers.get(key)
        if known is None:
            before = self._before
            if before is not None and _same_channel(before._workspace, self._workspace, key):
                known = before._of(partner, channel)
            known = self._servers.setdefault(key, known or _Server())
        return known

    async def settle(self) -> None:
        """What ran before is over: connections of channels that are still the same are ours now.

        The others end as soon as nobody uses them.
        """
        before, self._before = self._before, None
        if before is None:
            return
        for key, server in before._servers.items():
            if _same_channel(before._workspace, self._workspace, key):
                self._servers.setdefault(key, server)
            elif server.kept is not None and not server.kept.users:
                self._close(server.kept)
                server.kept = None
            elif server.kept is not None:
                server.kept.dropped = True

    def _channel(self, partner: str, channel: str) -> Channel:
        return self._workspace.partners[partner].channels[channel]

    def _idle(self, partner: str, channel: str) -> float:
        idle: timedelta | None = getattr(self._channel(partner, channel).group, "idle", None)
        return IDLE if idle is None else idle.total_seconds()

    async def _connected(self, server: _Server, partner: str, channel: str, told: Told) -> _Kept:
        settings = self._channel(partner, channel)
        async with server.connecting:  # one connects, the others wait for it
            kept = server.kept
            if kept is not None and not kept.dropped and not kept.directory.closed:
                if kept.closing is not None:
                    kept.closing.cancel()
                    kept.closing = None
                return kept
            if server.failure is not None and self._monotonic() < server.rests_until:
                raise RemoteError(server.failure.trouble, server.failure.problem)
            try:
                made = await kinds.connect(self._workspace, partner, channel, settings, told)
            except RemoteError as failure:
                self._failed(server, failure)
                raise
            server.failure, server.failures = None, 0
            if kept is not None and not kept.users:
                self._close(kept)
            slots = asyncio.Semaphore(max(1, made.abilities.transfers))
            server.kept = _Kept(made, slots)
            return server.kept

    def _failed(self, server: _Server, failure: RemoteError) -> None:
        first, longest = PAUSES.get(failure.trouble, PAUSE)
        pause = min(longest, first * 2 ** min(server.failures, 16))
        server.failures += 1
        server.rests_until = self._monotonic() + pause
        server.failure = failure

    def _used(self, server: _Server, kept: _Kept, idle: float) -> None:
        if kept.users:
            return
        if kept.dropped or kept.directory.closed or server.kept is not kept:
            if server.kept is kept:
                server.kept = None
            self._close(kept)
            return
        kept.closing = asyncio.get_running_loop().call_later(idle, self._unused, server, kept)

    def _unused(self, server: _Server, kept: _Kept) -> None:
        if not kept.users and server.kept is kept:
            server.kept = None
            self._close(kept)

    def _close(self, kept: _Kept) -> None:
        """Say goodbye without making anybody wait."""
        if kept.closing is not None:
            kept.closing.cancel()
            kept.closing = None
        task = asyncio.get_running_loop().create_task(kept.directory.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


def inherit(old: Workspace, new: Workspace) -> None:
    """The servers of the next settings take over what did not change; before those run."""
    with _LOCK:
        before: Servers | None = vars(old).get("_servers")
        if before is not None and "_servers" not in vars(new):
            heir = vars(new)["_servers"] = Servers(new, before._monotonic)
            heir._before = before


def _same_channel(old: Workspace, new: Workspace, key: Key) -> bool:
    """Whether nothing changed that a connection depends on: settings, and files beside them."""
    name, channel = key
    before, after = old.partners.get(name), new.partners.get(name)
    if before is None or after is None or channel not in before.channels:
        return False
    same = before.channels[channel] == after.channels.get(channel)
    return same and old.partner_folder(name) == new.partner_folder(name)


def servers_for(workspace: Workspace) -> Servers:
    """The servers of a workspace, made once for it."""
    with _LOCK:
        # kept with the workspace itself, so that they live as long and no longer
        known: Servers = vars(workspace).get("_servers") or Servers(workspace)
        vars(workspace)["_servers"] = known
        return known


_LOCK = threading.Lock()
