"""What partners' acknowledgements say about what we sent."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, true

from gateway.grammar.acknowledge import Reconciliation
from gateway.pipeline.house import House
from gateway.pipeline.states import State, way
from gateway.problems import problem
from gateway.store import Message, messages
from gateway.store.messages import from_row
from gateway.store.search import GROUPED, apart
from gateway.store.tables import message

_ANSWERABLE = (State.DELIVERED, State.ACKNOWLEDGED)
_ON_ITS_WAY = (State.MAPPED, State.RETRYING)
"""Known to have arrived once it is answered, though our own entry is still to come."""


def enter(
    house: House, connection: Connection, told: Sequence[Reconciliation], answer: Message
) -> None:
    """Mark what is accepted or refused; ``answer`` is the interchange that says so."""
    refused = {
        (each.interchange, each.group, each.message)
        for each in told
        if each.level == "message" and not each.accepted
    }
    for each in told:
        carrier = _carrier(connection, each, answer)
        if carrier is None:
            found = problem("P126", partner=answer.partner, reference=_named(each))
            messages.add_problems(connection, {answer.id: [found]})
            continue
        if each.accepted and _is_receipt(each, answer):
            text = f"receipt confirmed by {answer.partner}, message {answer.id}"
            line = (carrier.id, carrier.state, carrier.state, text)
            messages.record(connection, [line], house.clock())
            continue
        for row in _rows(connection, each, carrier):
            named = (each.interchange, each.group, row.reference)
            if each.level == "message" or not each.accepted or named not in refused:
                _mark(house, connection, row, each, answer)


def _is_receipt(told: Reconciliation, answer: Message) -> bool:
    """UCI 8 and a TA1 say nothing about the contents."""
    return told.receipt or (answer.standard == "x12" and told.level == "interchange")


def _rows(connection: Connection, told: Reconciliation, carrier: Message) -> list[Message]:
    below = select(message).where(message.c.carrier == carrier.id)
    documents = [from_row(row) for row in connection.execute(below.order_by(message.c.id))]
    if told.level == "message":
        return [each for each in documents if each.reference == told.message]
    return [carrier, *documents]


def _mark(
    house: House, connection: Connection, row: Message, told: Reconciliation, answer: Message
) -> None:
    at = house.clock()
    if row.state in _ON_ITS_WAY:
        state, text = way(State(row.state), State.DELIVERED), "arrived: it was answered"
        row = messages.change(connection, row, state, at, text, due=None, resume="")
    if row.state not in _ANSWERABLE:
        return
    if told.accepted:
        if row.state == State.DELIVERED:
            state = way(State.DELIVERED, State.ACKNOWLEDGED)
            text = f"accepted by {answer.partner}, message {answer.id}"
            messages.change(connection, row, state, at, text, deadline=None)
        return
    found = problem(
        "P125",
        partner=answer.partner,
        what=f"{row.document} {row.number or row.reference}",
        codes=", ".join(told.codes) or "no code",
        text=told.text or "no reason given",
    )
    messages.add_problems(connection, {row.id: [found]})
    state = way(State(row.state), State.REFUSED)
    messages.change(connection, row, state, at, found.sentence, deadline=None)
    if row.kind == "document":
        house.tally.counts["refused by partner"] += 1


def _carrier(connection: Connection, told: Reconciliation, answer: Message) -> Message | None:
    """The interchange of ours that is answered, the newest where numbers went round."""
    by_group = not told.interchange
    column = message.c.grouping if by_group else message.c.reference
    # locked: its delivery may be entered at this very moment, by another process
    row = connection.execute(
        select(message)
        .with_for_update()
        .where(
            message.c.kind == "interchange",
            message.c.direction == "out",
            apart(connection, message.c.partner) == answer.partner,
            message.c.standard == answer.standard,
            column == (told.group if by_group else told.interchange),
            GROUPED if by_group else true(),
        )
        .order_by(message.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else from_row(row)


def _named(told: Reconciliation) -> str:
    parts = (told.interchange, told.group, told.message)
    return "/".join(part for part in parts if part)
