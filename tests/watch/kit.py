"""A house with partners who expect things, and a clock, for the tests of alarms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import select

from gateway.pipeline.house import House
from gateway.pipeline.watch import watch
from gateway.problems import Problem, problem
from gateway.store import NewMessage, Store, alarms, messages
from gateway.store.alarms import Alarm, AlarmFilter
from gateway.store.tables import delivery
from tests.pipeline.world import ACME, GATEWAY, Clock, make
from tests.tables import make_tables

MONDAY = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
TOLD = """\
alarms:
  email: {server: mail.example.com, sender: edi@example.com, to: [ops@example.com]}
  webhook: {url: "https://hooks.example.com/edi"}
"""
EXPECTING = ACME.replace(
    "EAN008, mode: live}",
    'EAN008, mode: live, expect: {by: "12:00", zone: Europe/Paris}}',
)
assert EXPECTING != ACME


class Watched:
    """The house, and its round."""

    def __init__(
        self, root: Path, url: str | None = None, told: str = TOLD, partner: str = ACME
    ) -> None:
        self.clock = Clock(MONDAY)
        files = {"gateway.yaml": GATEWAY + told, "partners/acme-retail/partner.yaml": partner}
        self.workspace = make(root, files)
        self.store = Store.open(
            url or make_tables(f"sqlite:///{root}/g.db"), self.workspace.archive, clock=self.clock
        )
        self.house = House(self.workspace, None, self.clock, store=self.store)  # type: ignore[arg-type]

    def round(self, **later: float) -> None:
        """Time passes; the duty is done."""
        self.clock.forward(**later)
        watch(self.house)

    def add(self, *found: Problem, **row: Any) -> int:
        """A row, with problems."""
        row = {"kind": "message", "direction": "in", "partner": "acme-retail"} | row
        with self.store.write() as connection:
            (id_,) = messages.add(connection, [NewMessage(**row)], self.clock())
            messages.add_problems(connection, {id_: found})
        return id_

    def move(self, id_: int, **values: Any) -> None:
        """A row changes."""
        with self.store.write() as connection:
            messages.amend(connection, id_, self.clock(), **values)

    def alarms(self, **wanted: Any) -> list[Alarm]:
        """Newest first; the open ones."""
        with self.store.read() as connection:
            return alarms.find(connection, AlarmFilter(**wanted))

    def keys(self) -> list[str]:
        return sorted(one.key for one in self.alarms())

    def raised(self, key: str, at: datetime | None = None, name: str = "tidy") -> int:
        """Somebody else raises an alarm."""
        with self.store.write() as connection:
            found = problem("A108", duty=name, failure="ValueError: wrong")
            return alarms.raise_alarm(connection, at or self.clock(), key, found).id

    def resolved(self, *keys: str) -> None:
        with self.store.write() as connection:
            alarms.resolve(connection, self.clock(), keys)

    def planned(self, outlet: str) -> Sequence[tuple[str, bytes]]:
        """Key and body of each notice, oldest first."""
        wanted = select(delivery.c.key, delivery.c.sha).where(delivery.c.outlet == outlet)
        with self.store.read() as connection:
            rows = connection.execute(wanted.order_by(delivery.c.id)).all()
        return [(row.key, self.store.payload(row.sha)) for row in rows]

    def mails(self) -> list[EmailMessage]:
        return [
            message_from_bytes(body, _class=EmailMessage, policy=policy.default)
            for _, body in self.planned("email")
        ]

    def calls(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.planned("webhook")]

    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails()]
