"""Until when an order has to be answered with an order response (``acknowledge.answered_within``).

The deadline stands in the row of the message from the end of its interchange on, and goes when an
order response of the same order is sent; :mod:`gateway.pipeline.watch.unanswered` looks at it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, exists, select, update

from gateway.config.models import Agreement
from gateway.pipeline.states import State
from gateway.store import Message
from gateway.store.tables import message, thread_document

ORDERS = ("order", "orderchange")
RESPONSE = "orderresponse"


def ends_with(agreement: Agreement) -> bool:
    """Whether something is still to be done for its messages when the interchange is over."""
    options = agreement.acknowledge
    return options.business != "none" or options.answered_within is not None


def deadlines(
    connection: Connection,
    row: Message,
    under: Mapping[int, Agreement],
    at: datetime,
    *,
    again: bool = False,
) -> None:
    """Set those of the messages of an interchange; test orders are nobody's business.

    ``again``: it is a replay; what was answered before awaits nothing.
    """
    places: dict[timedelta, list[int]] = defaultdict(list)
    for ordinal, agreement in under.items():
        within = agreement.acknowledge.answered_within
        if within is not None and agreement.document in ORDERS:
            places[within].append(ordinal)
    if row.test:
        return
    for within, ordinals in places.items():
        mine = (
            message.c.parent == row.id,
            message.c.state == State.MAPPED.value,
            message.c.ordinal.in_(ordinals),
            *([~_is_answered()] if again else []),
        )
        connection.execute(update(message).where(*mine).values(deadline=at + within))


def _is_answered() -> ColumnElement[bool]:
    """Whether an order response stands in the thread of a message."""
    mine, other = thread_document.alias("mine"), thread_document.alias("other")
    return exists().where(
        mine.c.message == message.c.id,
        other.c.thread == mine.c.thread,
        other.c.document == RESPONSE,
    )


def answered(connection: Connection, responses: Iterable[int]) -> None:
    """Order responses are sent: the orders of the same threads await none any more."""
    ids = list(responses)
    if not ids:
        return
    of_these = select(thread_document.c.thread).where(thread_document.c.message.in_(ids))
    orders = select(thread_document.c.message).where(
        thread_document.c.thread.in_(of_these), thread_document.c.document.in_(ORDERS)
    )
    waiting = (message.c.id.in_(orders), message.c.deadline.is_not(None))
    inbound = (message.c.kind == "message", message.c.direction == "in")
    connection.execute(update(message).where(*waiting, *inbound).values(deadline=None))
