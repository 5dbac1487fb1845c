"""The gateway as one object: open a workspace, run it, ask it.

One process at a time works on a workspace (a lock file); asking and replaying need no lock.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

from gateway.channels.folder import Inbox
from gateway.config import Workspace
from gateway.config.lastrun import placed
from gateway.config.translation import Translation
from gateway.pipeline import trial
from gateway.pipeline.configuration.current import Change, Current
from gateway.pipeline.configuration.following import following
from gateway.pipeline.configuration.running import Running, running
from gateway.pipeline.dispatch import duties
from gateway.pipeline.dispatch.carrier import Carrier, NoCarrier
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.crew import Crew
from gateway.pipeline.dispatch.looks import Looking, NoLooks
from gateway.pipeline.dispatch.polling import poll
from gateway.pipeline.house import House, Tally, inboxes, lock_file, markers
from gateway.pipeline.lock import Lock
from gateway.pipeline.replay import replay_one
from gateway.pipeline.shops import connections, errands
from gateway.pipeline.watch.threads import View, listed, views
from gateway.problems import Problem
from gateway.store import Filter, History, Message, Store, alarms, lanes, search, snapshots
from gateway.store.alarms import Alarm, AlarmFilter
from gateway.store.lookups import SqlTables
from gateway.store.threads import ThreadRow

LEFT = timedelta(days=1)
"""After that a half-written payload of a shared archive is nobody's any more."""
TELL = 0.5
"""Seconds between two summaries of a process that keeps working."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did."""

    files: int = 0
    """Taken from folders."""
    messages: int = 0
    """From partners, accepted."""
    documents: int = 0
    """From the ERP, accepted."""
    refused: int = 0
    """Messages, documents, interchanges or files refused."""
    held: int = 0
    repeats: int = 0
    answers: int = 0
    """Acknowledgements from partners taken over."""
    refused_by_partner: int = 0
    delivered: int = 0
    """Files put into the ERP's folders."""
    sent: int = 0
    """Files put into partners' folders, acknowledgements among them."""
    retrying: int = 0
    dead: int = 0
    waiting: tuple[str, ...] = ()
    """Files left alone because they seem to be still written."""
    problems: tuple[Problem, ...] = ()
    """About folders and files that could not even be taken."""

    @property
    def clean(self) -> bool:
        """Whether nothing was refused, held or given up."""
        return not (self.refused or self.held or self.dead or self.refused_by_partner)


class Gateway:
    """One workspace. Use as a context manager, or :meth:`close` it."""

    def __init__(
        self,
        house: House,
        carrier: Carrier | None = None,
        tables: SqlTables | None = None,
        current: Current | None = None,
    ) -> None:
        self._current = current or Current(house, Running(house.workspace, None))
        self._tables = tables
        self._carrier = carrier
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        """Of this process, in leases and logs."""
        self.crew: Crew | None = None

    @classmethod
    def open(
        cls,
        workspace: Workspace,
        *,
        clock: Callable[[], datetime] | None = None,
        token: Callable[[], str] | None = None,
        checkpoint: Callable[[str], None] | None = None,
        translation: Translation | None = None,
        draft: bool = False,
    ) -> Gateway:
        """Open the store (made or migrated when needed) and the maps of a workspace.

        What runs is what was applied last; only while nothing was ever applied, or for a
        ``draft``, it is the workspace itself. Raises ``NotRunnableError``.

        ``clock``, ``token`` (claims), ``checkpoint`` (called around every durable effect) and
        ``translation`` (grammars and maps, when they are loaded already) can be passed in.
        """
        nothing: Callable[[str], None] = lambda _name: None  # noqa: E731
        check = checkpoint or nothing
        tables = SqlTables(workspace.base)
        here = placed(workspace)
        store = Store.open(here.database, here.archive, clock=clock, checkpoint=check)
        try:
            found = Running(here, None) if draft else running(store, here)
        except BaseException:
            store.close()
            raise
        if found.workspace is not workspace:
            workspace, translation = found.workspace, None
        house = House(
            workspace,
            translation or Translation(workspace, tables.open),
            store.clock,
            store=store,
            token=token or (lambda: secrets.token_hex(6)),
            checkpoint=check,
            seq=found.seq,
        )
        house.inboxes = {inbox.source: inbox for inbox in inboxes(workspace)}
        house.markers = markers(workspace)
        return cls(house, tables=tables, current=Current(house, found))

    @property
    def running(self) -> Running:
        """Which settings run here, and since when they were applied."""
        return self._current.running

    def runs(self) -> dict[str, Any]:
        """Number, hash and age of what runs here; nothing while nothing was applied."""
        found = self.running
        if found.applied is None:
            return {}
        age = (self._house.clock() - found.applied.at).total_seconds()
        return {
            "configuration": {"seq": found.seq, "hash": found.hash, "seconds": round(max(0.0, age))}
        }

    def changed(self, change: Change) -> None:
        """Have somebody told of each new house: what was applied runs from then on."""
        self._current.changed(change)

    @property
    def _house(self) -> House:
        return self._current.house

    def run_once(self) -> Summary:
        """Process all that is there, then stop. Raises ``GatewayBusyError``."""
        with self._alone():
            core = self._core()
            _drain(core, "to/")
            errands.at_once(self._house)
            for inbox in self._house.inboxes.values():
                poll(core, inbox, at_once=True)
            with Looking(core) as rounds:
                rounds.once()
            _drain(core)
        return _summary(self._house.tally.taken())

    def serve(
        self,
        stop: threading.Event,
        *,
        told: Callable[[Summary], None] | None = None,
        intake: bool = True,
    ) -> None:
        """Keep working until ``stop`` is set. Raises ``GatewayBusyError``.

        ``intake``: look into the folders, too; without it only what is in the database is done.
        Changes in the folders wake it, a sweep in short intervals is the guarantee. Trouble with
        the database is waited out.
        """
        house, settings = self._house, self._house.workspace.settings
        with self._alone():
            core = self._core()
            crew = Crew(
                core,
                settings.workers,
                house.inboxes if intake else {},
                settings.poll.total_seconds(),
                self._carrier or carrier_of(house, self.name),
            )
            self.crew = crew
            with ExitStack() as stack:
                stack.callback(_tell, house.tally, told)
                stack.callback(crew.stop)
                crew.start()
                rounds = stack.enter_context(Looking(core, crew.wake)) if intake else NoLooks()
                rounds.start()
                self._current.changed(lambda _old, new: _furnish(crew, new, intake=intake))
                self._current.changed(lambda _old, new: rounds.furnish(new))
                stack.enter_context(following(self._current, self.name))
                while not stop.wait(TELL):
                    _tell(house.tally, told)

    def dead(self) -> list[str]:
        """Why this process has to be started anew; empty while its threads live."""
        return [] if self.crew is None else self.crew.dead()

    def trouble(self) -> list[str]:
        """Why this process cannot work at the moment; empty when it can."""
        found = [] if self.crew is None else self.crew.trouble()
        return [*found, *filter(None, [self._current.trouble])]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """On SQLite one process at a time works; whatever another one held is over then."""
        store = self._house.store
        if not store.embedded:
            store.archive.sweep(store.clock() - LEFT)  # younger ones may be of another machine
            self._enter()
            yield
            return
        with Lock(lock_file(self._house.workspace)):
            store.archive.sweep()
            with store.note() as connection:
                lanes.expire_all(connection, store.clock())
            self._enter()
            yield

    def _enter(self) -> None:
        """What has to be known before the work begins: the duties, and the settings."""
        house = self._house
        duties.enter(house)
        changed = snapshots.keep_current(house.store, house.workspace)
        if changed is not None:
            house.tally.problems.append(changed)

    def _core(self) -> Core:
        core = Core(self._house, self.name, self._current.follow)

        def furnish(_old: House, new: House) -> None:
            core.house = new

        self._current.changed(furnish)
        return core

    def try_file(
        self, path: Path, partner: str | None = None, document: str | None = None
    ) -> trial.Trial:
        """What would happen with a file; nothing is stored, sent or moved."""
        return trial.try_file(self._house, path, partner, document)

    def messages(self, wanted: Filter | None = None) -> Sequence[Message]:
        """Rows that fit a filter, newest first."""
        with self._house.store.read() as connection:
            return search.find(connection, wanted or Filter())

    def alarms(self, wanted: AlarmFilter | None = None) -> Sequence[Alarm]:
        """Alarms that fit a filter (without one, the open ones), newest first."""
        with self._house.store.read() as connection:
            return alarms.find(connection, wanted or AlarmFilter())

    def message(self, id_: int) -> History | None:
        """One row with lineage, timeline, problems and deliveries."""
        with self._house.store.read() as connection:
            return search.history(connection, id_)

    def threads(
        self, *, state: str | None = None, partner: str | None = None, limit: int = 200
    ) -> Sequence[tuple[ThreadRow, int]]:
        """Orders and how far they are, newest first; each with the number of its documents."""
        return listed(self._house, state=state, partner=partner, limit=limit)

    def thread(self, number: str, partner: str | None = None) -> Sequence[View]:
        """What is known about an order: one view per partner who has an order of this number."""
        return views(self._house, number, partner)

    def payload(self, row: Message) -> bytes | None:
        """The bytes of a row: the file, the message in it, or what we sent."""
        store = self._house.store
        if row.payload is None:
            return None if row.content is None else store.payload(row.content)
        if row.payload_offset is not None and row.payload_size is not None:
            return store.archive.slice(row.payload, row.payload_offset, row.payload_size)
        return store.payload(row.payload)

    def document(self, row: Message) -> bytes | None:
        """The canonical document (JSON) of a message or document; wire bytes of what we sent."""
        return None if row.content is None else self._house.store.payload(row.content)

    def replay(self, id_: int, reason: str) -> int:
        """Make a row run again with the next run, as the settings are now; the row to look at."""
        return replay_one(self._house, id_, reason)

    @property
    def house(self) -> House:
        """The workspace at work."""
        return self._house

    @property
    def inboxes(self) -> Sequence[Inbox]:
        """The folders that are read."""
        return tuple(self._house.inboxes.values())

    def close(self) -> None:
        """Give the databases back."""
        connections.close(self._house.workspace)
        self._house.store.close()
        if self._tables is not None:
            self._tables.close()

    def __enter__(self) -> Gateway:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _furnish(crew: Crew, house: House, *, intake: bool) -> None:
    pause = house.workspace.settings.poll.total_seconds()
    crew.furnish(house.inboxes if intake else {}, pause)


def carrier_of(house: House, name: str) -> Carrier:
    """What carries wake-ups: on PostgreSQL Procrastinate, in one process nothing."""
    if house.store.embedded:
        return NoCarrier()
    from gateway.pipeline.dispatch.procrastinate import (  # noqa: PLC0415 (slow to load)
        ProcrastinateCarrier,
    )

    ticks = [lanes.DUTY + duty for duty in duties.DUTIES]
    return ProcrastinateCarrier(house.workspace.database, name, ticks=ticks)


def _drain(core: Core, kind: str = "") -> None:
    """Everything that is due, deliveries first: after a crash they are the oldest work."""
    while found := [key for key in core.waiting() if key.startswith(kind)]:
        keys = sorted(found, key=lambda key: (not key.startswith("to/"), key))
        if not sum(core.drain(key) for key in keys):
            return


def _tell(tally: Tally, told: Callable[[Summary], None] | None) -> None:
    summary = _summary(tally.taken())
    if told is not None:
        told(summary)


def _summary(tally: Tally) -> Summary:
    counts = tally.counts
    names = [name for name in Summary.__slots__ if name not in ("waiting", "problems")]
    return Summary(
        **{
            name: counts[name.replace("refused_by_partner", "refused by partner")] for name in names
        },
        waiting=tuple(tally.waiting),
        problems=tuple({(each.code, each.sentence): each for each in tally.problems}.values()),
    )
