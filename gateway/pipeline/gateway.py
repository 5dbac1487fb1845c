"""The gateway as one object: open a workspace, run it, ask it.

One process at a time works on a workspace (a lock file); asking and replaying need no lock.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

from sqlalchemy.exc import OperationalError
from watchfiles import watch

from gateway.channels.folder import Inbox
from gateway.config import Workspace
from gateway.config.translation import Translation
from gateway.pipeline import trial
from gateway.pipeline.house import House, Tally, inboxes, lock_file
from gateway.pipeline.lock import Lock
from gateway.pipeline.replay import replay
from gateway.pipeline.runner import run
from gateway.problems import Problem
from gateway.store import Filter, History, Message, Store, search
from gateway.store.database import now

LOG = logging.getLogger(__name__)


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

    def __init__(self, house: House) -> None:
        self._house = house

    @classmethod
    def open(
        cls,
        workspace: Workspace,
        *,
        clock: Callable[[], datetime] = now,
        token: Callable[[], str] | None = None,
        checkpoint: Callable[[str], None] | None = None,
        translation: Translation | None = None,
    ) -> Gateway:
        """Open the store (made or migrated when needed) and the maps of a workspace.

        ``clock``, ``token`` (claims), ``checkpoint`` (called around every durable effect) and
        ``translation`` (grammars and maps, when they are loaded already) can be passed in.
        """
        nothing: Callable[[str], None] = lambda _name: None  # noqa: E731
        check = checkpoint or nothing
        store = Store.open(workspace.database, workspace.archive, clock=clock, checkpoint=check)
        house = House(
            workspace,
            translation or Translation(workspace),
            clock,
            store,
            token or (lambda: secrets.token_hex(6)),
            check,
        )
        house.inboxes = {inbox.source: inbox for inbox in inboxes(workspace)}
        return cls(house)

    def run_once(self) -> Summary:
        """Process all that is there, then stop. Raises ``GatewayBusyError``."""
        with Lock(lock_file(self._house.workspace)):
            self._house.store.archive.sweep()
            return self._run(at_once=True)

    def serve(
        self, stop: threading.Event, *, told: Callable[[Summary], None] | None = None
    ) -> None:
        """Keep watching until ``stop`` is set. Raises ``GatewayBusyError``.

        Changes in the folders wake it, a sweep in fixed intervals is the guarantee. Trouble with
        the database is waited out.
        """
        house = self._house
        pause = house.workspace.settings.poll.total_seconds()
        with Lock(lock_file(house.workspace)):
            house.store.archive.sweep()
            while not stop.is_set():
                try:
                    summary = self._run(at_once=False)
                except OperationalError:
                    LOG.exception("the database is not usable; trying again in %s s", pause)
                    stop.wait(pause)
                    continue
                if told is not None:
                    told(summary)
                self._wait(stop, min(pause, 1.0) if summary.waiting else pause)

    def try_file(
        self, path: Path, partner: str | None = None, document: str | None = None
    ) -> trial.Trial:
        """What would happen with a file; nothing is stored, sent or moved."""
        return trial.try_file(self._house, path, partner, document)

    def messages(self, wanted: Filter | None = None) -> Sequence[Message]:
        """Rows that fit a filter, newest first."""
        with self._house.store.read() as connection:
            return search.find(connection, wanted or Filter())

    def message(self, id_: int) -> History | None:
        """One row with lineage, timeline, problems and deliveries."""
        with self._house.store.read() as connection:
            return search.history(connection, id_)

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
        return replay(self._house.store, id_, reason)

    @property
    def inboxes(self) -> Sequence[Inbox]:
        """The folders that are read."""
        return tuple(self._house.inboxes.values())

    def close(self) -> None:
        """Give the database back."""
        self._house.store.close()

    def __enter__(self) -> Gateway:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _run(self, *, at_once: bool) -> Summary:
        self._house.tally = Tally()
        run(self._house, at_once=at_once)
        return _summary(self._house.tally)

    def _wait(self, stop: threading.Event, pause: float) -> None:
        """Until something changes in a folder, the sweep is due, or the end."""
        folders = [inbox.folder for inbox in self._house.inboxes.values()]
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        milliseconds = max(1, int(pause * 1000))
        changes = watch(
            *folders,
            stop_event=stop,
            rust_timeout=milliseconds,
            yield_on_timeout=True,
            recursive=False,
            raise_interrupt=True,
        )
        for _ in changes:
            return


def _summary(tally: Tally) -> Summary:
    counts = tally.counts
    names = [name for name in Summary.__slots__ if name not in ("waiting", "problems")]
    return Summary(
        **{
            name: counts[name.replace("refused_by_partner", "refused by partner")] for name in names
        },
        waiting=tuple(tally.waiting),
        problems=tuple(tally.problems),
    )
