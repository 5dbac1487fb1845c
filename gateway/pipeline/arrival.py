"""What moves when something of ours has arrived: its row, what it carries, what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.pipeline.house import House
from gateway.pipeline.states import State, way
from gateway.store import Delivery, Message, deliveries, messages
from gateway.store.tables import message
from gateway.telemetry import events

COUNTED = {"erp": "delivered", "partner": "sent"}
"""Purposes of deliveries that move a row, and what they count as."""
WAITS = (State.MAPPED, State.RETRYING)
"""States of a row whose delivery is under way."""
LEFT = (*WAITS, State.DEAD, State.HELD)
"""States that a receipt brings to an end; one that comes late, or fits at last, does so too."""


def arrived(
    house: House,
    connection: Connection,
    done: Sequence[tuple[Delivery, str]],
    at: datetime,
    *,
    before: Sequence[State] = WAITS,
) -> None:
    """These deliveries reached their receiver, each with the text that says how.

    ``before``: the states that they move a row from; in any other one it was sent again, and
    nothing moves.
    """
    deliveries.change(connection, [one.id for one, _ in done], at, state="done", due=None)
    counted = [each for each in done if each[0].message is not None and each[0].purpose in COUNTED]
    rows = messages.get_many(connection, (one.message for one, _ in counted if one.message))
    # parents first: an answer that leaves at this moment moves parent and child in that order
    parents = messages.get_many(
        connection, (row.parent for row in rows.values() if row.parent), lock=True
    )
    known: list[tuple[int, str, str, str]] = []
    moves: list[tuple[Message, str, str]] = []
    for one, text in counted:
        row = rows[one.message or 0]
        if row.state not in before:
            known.append((row.id, row.state, row.state, text))
            continue
        moves.append((row, way(State(row.state), State.DELIVERED), text))
    messages.record(connection, known, at)
    _delivered(house, connection, moves, parents, at)


def _delivered(
    house: House,
    connection: Connection,
    moves: Sequence[tuple[Message, str, str]],
    parents: Mapping[int, Message],
    at: datetime,
) -> None:
    sent = [move for move in moves if move[0].kind == "interchange"]
    others = [move for move in moves if move[0].kind != "interchange"]
    for move in sent:
        values = {"due": None, "resume": "", "deadline": _deadline(house, move[0], at)}
        (row,) = messages.change_many(connection, [move], at, **values)
        _carried(connection, row, at)
    moved = messages.change_many(connection, others, at, due=None, resume="")
    above = {row.id: parents.get(row.parent or 0) for row in moved}
    late = [
        row
        for row in moved
        if row.direction == "in"
        and (parent := above[row.id]) is not None
        and parent.state == State.ACKNOWLEDGED
    ]
    if house.workspace.shops:
        _accepted(house, connection, moved, at)
    state = way(State.DELIVERED, State.ACKNOWLEDGED)
    text = "answered before it was delivered"
    messages.change_many(connection, [(row, state, text) for row in late], at)
    answered: set[int] = set()
    for row in moved:
        subject = above[row.id]
        if row.kind == "acknowledgement" and subject is not None and subject.id not in answered:
            answered.add(subject.id)
            _answered(connection, row, subject, at)


def _accepted(house: House, connection: Connection, rows: Sequence[Message], at: datetime) -> None:
    """Orders of marketplaces that are accepted by lying in the ERP's folder."""
    from gateway.pipeline.shops.back import awaited  # noqa: PLC0415 (imports this)

    awaited.delivered(house, connection, rows, at)


def _deadline(house: House, row: Message, at: datetime) -> datetime | None:
    """Until when the partner has to answer what left now."""
    if row.kind != "interchange" or row.direction != "out":
        return None
    agreement = house.workspace.agreement(row.partner, row.document, "outbound", test=row.test)
    within = None if agreement is None else agreement.acknowledge.within
    return None if within is None else at + within


def _answered(connection: Connection, answer: Message, subject: Message, at: datetime) -> None:
    """Our acknowledgement lies in the partner's folder."""
    if subject.state != State.SPLIT:
        return
    text = f"answered with {answer.document} {answer.reference}"
    messages.change(connection, subject, way(State.SPLIT, State.ACKNOWLEDGED), at, text)
    state = way(State.DELIVERED, State.ACKNOWLEDGED)
    messages.change_messages_of(connection, subject.id, State.DELIVERED, state, at, text)


def _carried(connection: Connection, carrier: Message, at: datetime) -> None:
    """An interchange of ours left: so did the documents in it."""
    text = f"left in interchange {carrier.reference}"
    state = way(State.MAPPED, State.DELIVERED)
    messages.change_all(connection, message.c.carrier == carrier.id, State.MAPPED, state, at, text)


def tell(one: Delivery, at: datetime) -> None:
    """The event of a delivery; its seconds count from when it was released."""
    waited = 0.0 if one.due is None else (at - one.due).total_seconds()
    facts: dict[str, Any] = {
        "outlet": one.outlet,
        "purpose": one.purpose,
        "lane": one.lane,
        "name": one.name,
    }
    events.delivered(message=one.message, seconds=max(0.0, waited), **facts)
