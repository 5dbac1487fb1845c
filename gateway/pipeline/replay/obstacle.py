"""Why something should not be replayed: the receiver has it, or it is still on its way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from gateway.pipeline.destination import AS2
from gateway.pipeline.replay.again import SENDS, Wish, is_sent_again, sent_for
from gateway.pipeline.states import State
from gateway.problems import Problem, problem
from gateway.store import Message, messages
from gateway.store.messages import from_row
from gateway.store.tables import delivery, event, message

_NOT_SENT = (State.REFUSED, State.HELD)
_UNDER_WAY = (State.RECEIVED, State.IDENTIFIED, State.CHECKED)
_LEAVES = (State.MAPPED.value, State.RETRYING.value)
_WAITS = ("pending", "prepared")
_HAS_IT = (State.DELIVERED, State.ACKNOWLEDGED)
_AWAITED = {AS2: "its receipt is still to come", "mailbox": "the partner has not fetched it yet"}
"""By outlet: what a delivery that left waits for."""


def obstacle(connection: Connection, row: Message, wish: Wish) -> Problem | None:
    """The first reason against a replay; :func:`may_be_forced` tells whether a person decides."""
    if row.state == State.RETRYING or (row.state == State.DEAD and row.kind != "file"):
        return None
    if (state := _on_its_way(connection, row)) is not None:
        return problem("P204", what=named(row), state=state, id=row.id)
    if row.kind == "file" or (row.kind == "interchange" and row.direction == "in"):
        return _inside(connection, row, wish)
    return _received(connection, row, wish)


def may_be_forced(found: Problem) -> bool:
    """Whether a person can insist."""
    return found.code in ("P201", "P202", "P203")


def named(row: Message) -> str:
    """``order PO-26-10417``, ``interchange 4711``, ``file orders.edi``."""
    what = row.document or row.kind
    return f"{what} {row.number or row.reference or row.name}".rstrip()


def _on_its_way(connection: Connection, row: Message) -> str | None:
    """What it waits for; ``None`` when nothing of it will happen by itself."""
    if row.state in _UNDER_WAY or row.due is not None:
        return row.state
    if row.state == State.MAPPED and row.carrier is not None:
        carrier = messages.get(connection, row.carrier)
        if carrier is not None and carrier.state in (State.RETRYING, State.DEAD):
            return f"{row.state}, in message {carrier.id}, which is {carrier.state}"
    waits = [one.outlet for one in sent_for(connection, row) if one.state in _WAITS]
    if not waits:
        return None
    what = _AWAITED.get(waits[0], "its file is still to be written")
    return f"{row.state}, {what}"


def _received(connection: Connection, row: Message, wish: Wish) -> Problem | None:
    """What the receiver of one row has of it."""
    if row.direction == "in" and row.state in (*_HAS_IT, State.REFUSED):
        return _with_erp(connection, row)  # what it did not post, it may still post
    if row.state not in _HAS_IT:
        return _overtaken(connection, row, wish)
    if row.state == State.ACKNOWLEDGED:
        when, how = _when(connection, row, State.ACKNOWLEDGED)
        return problem("P201", what=named(row), when=_shown(when), how=how, id=row.id)
    if is_sent_again(row, wish) or row.kind in SENDS:
        return None
    carrier = None if row.carrier is None else messages.get(connection, row.carrier)
    when, _ = _when(connection, row, State.DELIVERED)
    reference = "?" if carrier is None else carrier.reference
    facts: dict[str, Any] = {"partner": row.partner, "reference": reference, "id": row.id}
    return problem("P203", what=named(row), when=_shown(when), **facts)


def _overtaken(connection: Connection, row: Message, wish: Wish) -> Problem | None:
    """What the receiver has of a younger version of a document that was not sent itself."""
    if row.kind != "document" or row.direction != "out" or not row.number:
        return None
    if row.state not in _NOT_SENT:
        return None
    whose = [message.c.partner == row.partner] if row.partner else []
    found = connection.execute(
        select(message)
        .where(
            message.c.number == row.number,
            message.c.kind == "document",
            message.c.direction == "out",
            message.c.document == row.document,
            message.c.id > row.id,
            message.c.state.not_in([str(state) for state in (*_NOT_SENT, State.DEAD)]),
            *whose,
        )
        .order_by(message.c.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    newer = from_row(found)
    if (state := _on_its_way(connection, newer)) is not None:
        return problem("P204", what=named(newer), state=state, id=newer.id)
    return _received(connection, newer, wish)


def _with_erp(connection: Connection, row: Message) -> Problem | None:
    done = [one for one in sent_for(connection, row) if one.state == "done"]
    if not done:
        return None  # refused by us; or an answer of the partner: entered, never delivered
    last = done[-1]
    facts: dict[str, Any] = {"when": _shown(last.updated), "file": last.name, "id": row.id}
    return problem("P202", what=named(row), **facts)


def _inside(connection: Connection, row: Message, wish: Wish) -> Problem | None:
    """What receivers have, or will have, of that which was found in a file or interchange."""
    for each in _below(connection, row, message.c.state.in_(_LEAVES)):
        if (state := _on_its_way(connection, each)) is not None:
            return problem("P204", what=f"{named(each)} in {named(row)}", state=state, id=each.id)
    found = list(_below(connection, row, _having()))
    reasons = [
        reason for each in found if (reason := _received(connection, each, wish)) is not None
    ]
    if not reasons:
        return None
    first, more = reasons[0], len(reasons) - 1
    what = f"{first.facts['what']} in {named(row)}" + (f" (and {more} more)" if more else "")
    return Problem(first.code, facts={**first.facts, "what": what, "id": str(row.id)})


def _having() -> ColumnElement[bool]:
    """The receiver has it."""
    delivered = select(delivery.c.message).where(
        delivery.c.purpose == "erp", delivery.c.state == "done"
    )
    not_posted = and_(
        message.c.state == State.REFUSED.value,
        message.c.direction == "in",
        exists(delivered.where(delivery.c.message == message.c.id)),
    )
    return or_(message.c.state.in_([str(state) for state in _HAS_IT]), not_posted)


def _below(connection: Connection, row: Message, which: ColumnElement[bool]) -> Iterator[Message]:
    """Messages and documents found in a row, at any depth."""
    inside = select(message.c.id).where(message.c.parent == row.id)
    kinds = message.c.kind.in_(("message", "document"))
    for parents in ([row.id], inside):
        rows = select(message).where(message.c.parent.in_(parents), kinds, which)
        for each in connection.execute(rows.order_by(message.c.id)):
            yield from_row(each)


def _when(connection: Connection, row: Message, state: State) -> tuple[datetime | None, str]:
    """When a row came into a state, and what its timeline says about it."""
    found = connection.execute(
        select(event.c.at, event.c.text)
        .where(event.c.message == row.id, event.c.state == str(state), event.c.before != str(state))
        .order_by(event.c.id.desc())
        .limit(1)
    ).first()
    return (None, "") if found is None else (found.at, found.text)


def _shown(at: datetime | None) -> str:
    return "an unknown day" if at is None else f"{at:%Y-%m-%d %H:%M}"
