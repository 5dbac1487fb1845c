"""What a person asks: the list of messages, and one message with all that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, or_, select

from gateway.problems import Problem
from gateway.store import messages
from gateway.store.deliveries import Delivery, of_message
from gateway.store.messages import Event, Message, from_row
from gateway.store.tables import message, problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which rows to list; what is ``None`` does not restrict."""

    partner: str | None = None
    document: str | None = None
    state: str | None = None
    kind: str | None = None
    direction: str | None = None
    reference: str | None = None
    """Any reference: of the interchange, group or message, the business number, or a file name."""
    problem: str | None = None
    since: datetime | None = None
    limit: int = 200


@dataclass(frozen=True, slots=True)
class History:
    """One message and everything that belongs to it."""

    message: Message
    parents: tuple[Message, ...]
    """From the file downwards."""
    children: tuple[Message, ...]
    related: tuple[Message, ...]
    """Earlier and later versions, replays."""
    events: tuple[Event, ...]
    problems: tuple[Problem, ...]
    deliveries: tuple[Delivery, ...]


def find(connection: Connection, wanted: Filter) -> list[Message]:
    """Rows that fit, newest first."""
    statement = select(message).order_by(message.c.id.desc()).limit(wanted.limit)
    for name in ("partner", "document", "state", "kind", "direction"):
        value = getattr(wanted, name)
        if value is not None:
            statement = statement.where(message.c[name] == value)
    if wanted.reference is not None:
        statement = statement.where(
            or_(
                *(
                    message.c[name] == wanted.reference
                    for name in ("reference", "grouping", "number", "name")
                )
            )
        )
    if wanted.problem is not None:
        having = select(problem.c.message).where(problem.c.code == wanted.problem)
        statement = statement.where(message.c.id.in_(having))
    if wanted.since is not None:
        statement = statement.where(message.c.created >= wanted.since)
    return [from_row(row) for row in connection.execute(statement)]


def history(connection: Connection, id_: int) -> History | None:
    """One message with lineage, timeline, problems and deliveries."""
    row = messages.get(connection, id_)
    if row is None:
        return None
    parents: list[Message] = []
    above = row.parent
    while above is not None and (parent := messages.get(connection, above)) is not None:
        parents.insert(0, parent)
        above = parent.parent
    ids = [one for one in (row.replay_of, row.replaces) if one is not None]
    related = select(message).where(
        or_(message.c.replay_of == id_, message.c.replaces == id_, message.c.id.in_(ids))
    )
    return History(
        row,
        tuple(parents),
        tuple(messages.children(connection, id_)),
        tuple(from_row(other) for other in connection.execute(related.order_by(message.c.id))),
        messages.events_of(connection, id_),
        messages.problems_of(connection, id_),
        tuple(of_message(connection, id_)),
    )
