"""A temporary house: real settings, guides and maps; folders, database and archive of its own.

Nothing of the live house is read or written, and nobody is told of anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from sqlalchemy import select

from gateway.config import Workspace
from gateway.config.channel import Receive, Send
from gateway.config.closed import Closed
from gateway.config.erp import ErpReceive, ErpSandbox
from gateway.config.models import Agreement, Channel, Identities, Partner
from gateway.config.operation import Alarms
from gateway.config.secrets import Secret
from gateway.config.translation import Translation
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.polling import poll
from gateway.pipeline.heading import HIDDEN
from gateway.pipeline.house import ERP, SANDBOX, House, inboxes, markers
from gateway.problems import Problem
from gateway.store import Message, Store, deliveries, messages
from gateway.store.lookups import SqlTables
from gateway.store.messages import from_row
from gateway.store.tables import message

_WORK = ("in/", "to/")
"""Lanes that are worked on: files and deliveries; no duties, so no alarms."""
_ROUNDS = 50
_PATIENCE = 3600
"""Seconds that a file has lain there before it is looked at."""

_Settings = TypeVar("_Settings", bound=Closed)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one file became."""

    rows: tuple[Message, ...]
    """That are new, oldest first."""
    problems: dict[int, tuple[Problem, ...]]
    """By row."""

    def of(self, kind: str) -> Message | None:
        """The first new row of a kind."""
        return next((each for each in self.rows if each.kind == kind), None)

    @property
    def found(self) -> tuple[Problem, ...]:
        """All problems."""
        return tuple(each for row in self.rows for each in self.problems.get(row.id, ()))


class Stage:
    """The temporary house below ``folder``. Use as a context manager."""

    def __init__(
        self, workspace: Workspace, partner: Partner, folder: Path, clock: Callable[[], datetime]
    ) -> None:
        self.folder = folder
        self.partner = _by_folders(partner, folder)
        self.workspace = _apart(workspace, self.partner, folder)
        self._tables = SqlTables(workspace.base)
        self._store = Store.open(self.workspace.database, self.workspace.archive, clock=clock)
        self.house = House(
            self.workspace,
            Translation(self.workspace, self._tables.open),
            clock,
            store=self._store,
        )
        self.house.inboxes = {each.source: each for each in inboxes(self.workspace)}
        self.house.markers = markers(self.workspace)
        self._core = Core(self.house, "rehearsal")
        self.fittings: dict[int, Any] = {}
        """What examples were made to fit with, by agreement."""

    def from_partner(self, agreement: Agreement, name: str, data: bytes) -> Outcome:
        """A file of the partner comes."""
        channel = self.partner.channel_name(agreement) or next(iter(self.partner.channels))
        return self._drop(f"{self.partner.partner}/{channel}", name, data)

    def from_erp(self, agreement: Agreement, name: str, data: bytes) -> Outcome:
        """A file of the ERP (of its test system, where the agreement is in test) comes."""
        front = SANDBOX if agreement.mode == "test" else ERP
        return self._drop(f"{front}/{agreement.document}", name, data)

    def payload(self, row: Message) -> bytes:
        """The document of a message, the bytes of what we sent."""
        return b"" if row.content is None else self._store.payload(row.content)

    def now(self, row: Message) -> Message:
        """A row as it is now."""
        with self._store.read() as connection:
            found = messages.get(connection, row.id)
        assert found is not None
        return found

    def delivered(self, row: Message) -> tuple[str, bytes] | None:
        """Name and bytes of the file that was put somewhere for a row."""
        with self._store.read() as connection:
            made = deliveries.of_message(connection, row.id)
        done = [each for each in made if each.state == "done" and each.purpose != "error"]
        return (done[-1].name, self._store.payload(done[-1].sha)) if done else None

    def _drop(self, source: str, name: str, data: bytes) -> Outcome:
        inbox = self.house.inboxes[source]
        inbox.folder.mkdir(parents=True, exist_ok=True)
        last = self._last()
        path = inbox.folder / name
        path.write_bytes(data)
        long_ago = path.stat().st_mtime - _PATIENCE
        os.utime(path, (long_ago, long_ago))  # nobody waits for the end of a file that has none
        poll(self._core, inbox, at_once=True)
        for _ in range(_ROUNDS):
            due = [key for key in self._core.waiting() if key.startswith(_WORK)]
            if not sum(self._core.drain(key) for key in sorted(due)):
                break
        return self._since(last)

    def _last(self) -> int:
        with self._store.read() as connection:
            newest = select(message.c.id).order_by(message.c.id.desc()).limit(1)
            return connection.scalar(newest) or 0

    def _since(self, last: int) -> Outcome:
        with self._store.read() as connection:
            found = select(message).where(message.c.id > last).order_by(message.c.id)
            rows = [from_row(each) for each in connection.execute(found)]
            told = {row.id: messages.problems_of(connection, row.id) for row in rows}
        return Outcome(tuple(rows), told)

    def close(self) -> None:
        """Give the databases back."""
        self._store.close()
        self._tables.close()

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _apart(workspace: Workspace, partner: Partner, folder: Path) -> Workspace:
    """The workspace with one partner, and places of its own for all that it keeps."""
    settings, erp = workspace.settings, workspace.settings.erp
    apart = erp.model_copy(
        update={
            "receive": ErpReceive(folder=str(folder / "erp/in")),
            "send": erp.send.model_copy(update={"folder": str(folder / "erp/out")}),
            "sandbox": ErpSandbox(
                receive=str(folder / "erp/test/in"), send=str(folder / "erp/test/out")
            ),
        }
    )
    changed = {
        "database": f"sqlite:///{folder / 'gateway.db'}",
        "archive": str(folder / "archive"),
        "erp": apart,
        "alarms": Alarms(),
        "mailboxes": None,
    }
    return replace(
        workspace,
        settings=settings.model_copy(update=changed),
        partners={partner.partner: partner},
        broken=(),
    )


def _by_folders(partner: Partner, folder: Path) -> Partner:
    """Each channel as a pair of folders."""
    channels = {
        name: Channel(
            kind="folder",
            receive=Receive(folder=str(folder / "partner" / name / "in"))
            if each.receives
            else None,
            send=_send(each, folder / "partner" / name / "out"),
            test=each.test,
        )
        for name, each in partner.channels.items()
    }
    agreements = tuple(map(_at_once, partner.agreements))
    identities = _without_password(partner.identities)
    changed = {
        "channels": channels,
        "agreements": agreements,
        "identities": identities,
        "syntax": _hidden(partner.syntax),
    }
    return partner.model_copy(update=changed)


def _at_once(agreement: Agreement) -> Agreement:
    """What is paused is rehearsed as a test; nothing waits for a batch, or for hours."""
    changed: dict[str, Any] = {
        "send": agreement.send.model_copy(update={"batch": None, "window": None})
    }
    if agreement.syntax is not None:
        changed["syntax"] = _hidden(agreement.syntax)
    if agreement.mode == "paused":
        changed["mode"] = "test"
    return agreement.model_copy(update=changed)


def _without_password(identities: Identities) -> Identities:
    """What the partner proves himself with is not asked for: it would lie in every file here."""
    update = {
        syntax: found.model_copy(update={"password": None})
        for syntax in ("edifact", "x12")
        if (found := identities.of(syntax)) is not None
    }
    return identities.model_copy(update=update)


def _hidden(settings: _Settings) -> _Settings:
    """Settings of envelopes with a word instead of each secret: files here are shown to people."""
    update: dict[str, Any] = {}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        if isinstance(value, Secret):
            update[name] = HIDDEN
        elif isinstance(value, Closed):
            update[name] = _hidden(value)
    return settings.model_copy(update=update)


def _send(channel: Channel, folder: Path) -> Send | None:
    if not channel.sends:
        return None
    template = channel.name_template
    named = Send(folder=str(folder))
    return named if template is None else named.model_copy(update={"name": template})
