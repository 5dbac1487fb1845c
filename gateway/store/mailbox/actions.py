"""The record of what was done at our SFTP server: every action, also those that were refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from gateway.store.mailbox.tables import action
from gateway.store.messages import fitted

_ROOM = {"session": 40, "user": 80, "partner": 80, "channel": 40, "address": 64}
_ROOM |= {"action": 16, "path": 300, "target": 300, "outcome": 1000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One action; see :data:`gateway.store.mailbox.tables.action`."""

    at: datetime
    action: str
    partner: str = ""
    channel: str = ""
    session: str = ""
    user: str = ""
    address: str = ""
    path: str = ""
    target: str = ""
    size: int | None = None
    outcome: str = ""
    """Empty where it was done."""
    message: int | None = None

    def as_json(self) -> dict[str, Any]:
        """For ``--json``: what is known."""
        known = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return known | {"at": self.at.isoformat()}


def enter(connection: Connection, done: Sequence[Done]) -> None:
    """Write down what was done; text that is too long is shortened."""
    rows = [_fitting(asdict(each)) for each in done]
    if rows:
        connection.execute(insert(action), rows)


def of(
    connection: Connection,
    partner: str,
    channel: str | None = None,
    *,
    limit: int = 200,
    refused: bool = False,
    without: Sequence[str] = (),
) -> list[Done]:
    """What a partner did (``""``: what nobody known did), newest first.

    ``without``: actions that are left out unless they were refused.
    """
    statement = select(action).where(action.c.partner == partner)
    if channel is not None:
        statement = statement.where(action.c.channel == channel)
    if refused:
        statement = statement.where(action.c.outcome != "")
    if without:
        statement = statement.where(action.c.action.not_in(without) | (action.c.outcome != ""))
    rows = connection.execute(statement.order_by(action.c.id.desc()).limit(limit))
    return [Done(**{k: v for k, v in row._mapping.items() if k != "id"}) for row in rows]


def remove_old(connection: Connection, before: datetime, limit: int) -> int:
    """Forget what was done before an instant; how many rows."""
    over = select(action.c.id).where(action.c.at < before).order_by(action.c.at).limit(limit)
    ids = connection.scalars(over).all()
    connection.execute(delete(action).where(action.c.id.in_(ids)))
    return len(ids)


def _fitting(values: dict[str, Any]) -> dict[str, Any]:
    return values | {name: fitted(values[name], room) for name, room in _ROOM.items()}
