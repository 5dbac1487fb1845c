"""What the store shows of a partner's test: messages, acknowledgements, ways that were used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from gateway.pipeline.states import State
from gateway.store import Store
from gateway.store.tables import delivery, message

_ARRIVED = (State.DELIVERED, State.ACKNOWLEDGED)
_WAYS = {"in": "inbound", "out": "outbound"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of one partner, in test mode; channels whatever the mode was."""

    exchanged: frozenset[tuple[str, str]] = frozenset()
    """(document, ``inbound`` or ``outbound``) that arrived."""
    acknowledged: frozenset[str] = frozenset()
    """Documents of ours that the partner acknowledged."""
    answered: bool = False
    """An acknowledgement of ours reached him."""
    channels: frozenset[str] = frozenset()
    """By which something came or went."""
    waiting: int = 0
    """Live messages and documents that are held because the agreement is in test."""


def evidence(store: Store, partner: str) -> Evidence:
    """What there is; a few queries, each over the rows of the partner."""
    with store.read() as connection:
        rows = list(_rows(connection, partner))
        return Evidence(
            exchanged=frozenset(
                (document, _WAYS[way])
                for kind, way, document, state, test in rows
                if test and kind in ("message", "document") and state in _ARRIVED
            ),
            acknowledged=frozenset(
                document
                for kind, way, document, state, test in rows
                if test and (kind, way, state) == ("document", "out", State.ACKNOWLEDGED)
            ),
            answered=any(
                test and kind == "acknowledgement" and state in _ARRIVED
                for kind, _, _, state, test in rows
            ),
            channels=frozenset(_channels(connection, partner)),
            waiting=_waiting(connection, partner),
        )


def _rows(connection: Connection, partner: str) -> Iterator[tuple[str, str, str, str, bool]]:
    kinds = (
        select(
            message.c.kind,
            message.c.direction,
            message.c.document,
            message.c.state,
            message.c.test,
        )
        .where(message.c.partner == partner)
        .distinct()
    )
    for row in connection.execute(kinds):
        yield row[0], row[1], row[2], row[3], bool(row[4])


def _channels(connection: Connection, partner: str) -> Iterator[str]:
    came = (
        select(message.c.source)
        .where(message.c.partner == partner, message.c.kind == "file", message.c.direction == "in")
        .distinct()
    )
    for source in connection.scalars(came):
        owner, _, channel = source.partition("/")
        if owner == partner:
            yield channel
    went = (
        select(delivery.c.lane)
        .where(delivery.c.lane.startswith(f"to/{partner}/"), delivery.c.state == "done")
        .distinct()
    )
    for lane in connection.scalars(went):
        yield lane.split("/")[2]


def _waiting(connection: Connection, partner: str) -> int:
    held = select(func.count()).where(
        message.c.partner == partner,
        message.c.state == State.HELD.value,
        message.c.kind.in_(["message", "document"]),
        message.c.test.is_(False),
    )
    return connection.scalar(held) or 0
