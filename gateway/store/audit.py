"""What persons did to the house: pauses, replays, resets of control numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from gateway.store.tables import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One deed."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    reason: str
    detail: str

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        names = ("id", "who", "action", "subject", "reason", "detail")
        return {name: getattr(self, name) for name in names} | {"at": self.at.isoformat()}


def enter(
    connection: Connection,
    at: datetime,
    who: str,
    action: str,
    subject: str,
    reason: str,
    detail: str = "",
) -> None:
    """Write down a deed, in the transaction that does it."""
    values = {"who": who[:120], "action": action[:40], "subject": subject[:250]}
    connection.execute(insert(audit).values(at=at, reason=reason, detail=detail, **values))


def of(connection: Connection, subject: str | None = None, limit: int = 200) -> list[Entry]:
    """The deeds concerning a subject, or all, newest first."""
    statement = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if subject is not None:
        statement = statement.where(audit.c.subject == subject)
    return [Entry(*row) for row in connection.execute(statement)]
