"""What a partner's answer is about: which of our interchanges, or documents, can be meant.

References go round, live and test have their own, and partners write them without the zeros in
front. So all that fit are looked at: what is still to be answered comes first; where several are,
nobody guesses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select, true

from gateway.grammar.acknowledge import Reconciliation
from gateway.pipeline.states import State
from gateway.store import Message
from gateway.store.messages import from_row
from gateway.store.search import GROUPED, apart
from gateway.store.tables import message

_MOST = 20
"""Interchanges with the same reference that are looked at, the newest."""
_WIDTHS = (9, 14)
"""Digits that references are filled up to: ours and ISA13; 0020."""
OPEN = (State.MAPPED, State.RETRYING, State.DELIVERED)
"""What can still be answered: it left, or leaves at this moment."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Exactly one, none, or several that a person has to choose from."""

    rows: tuple[Message, ...] = ()

    @property
    def one(self) -> Message | None:
        """The only one."""
        return self.rows[0] if len(self.rows) == 1 else None


def carrier_of(
    connection: Connection, told: Reconciliation, answer: Message, window: timedelta
) -> Subject:
    """The interchange of ours that a statement is about, locked against its own delivery."""
    by_group = not told.interchange
    reference = told.group if by_group else told.interchange
    if not reference:
        return Subject()
    column = message.c.grouping if by_group else message.c.reference
    statement = (
        select(message)
        .with_for_update()
        .where(
            message.c.kind.in_(("interchange", "acknowledgement")),
            message.c.direction == "out",
            apart(connection, message.c.partner) == answer.partner,
            message.c.standard == answer.standard,
            column.in_(_spellings(reference)),
            GROUPED if by_group else true(),
        )
        .order_by(message.c.id.desc())
        .limit(_MOST)
    )
    found = [from_row(row) for row in connection.execute(statement)]
    found = [row for row in found if row.replay_of is None or row.kind == "interchange"]
    for narrower in (
        [row for row in found if row.kind == "interchange"],
        [row for row in found if row.test == answer.test],
    ):
        found = [row for row in narrower if row in found] or found
    if told.level == "message" and len(found) > 1:
        found = [row for row in found if _holds(connection, row, told.message)] or found
    return Subject(tuple(_meant(found, window)))


def document_of(
    connection: Connection, told: Reconciliation, answer: Message, window: timedelta
) -> Subject:
    """The document of ours that a business answer names by its number."""
    if not told.document:
        return Subject()
    newer = message.alias("newer")
    replaced = select(newer.c.id).where(newer.c.replaces == message.c.id)
    statement = (
        select(message)
        .with_for_update()
        .where(
            message.c.number == told.document[:80],
            message.c.kind == "document",
            message.c.direction == "out",
            apart(connection, message.c.partner) == answer.partner,
            message.c.standard == answer.standard,
            message.c.carrier.is_not(None),
            ~replaced.exists(),
        )
        .order_by(message.c.id.desc())
        .limit(_MOST)
    )
    found = [from_row(row) for row in connection.execute(statement)]
    kinds = {row.document for row in found}
    return Subject(tuple(found if len(kinds) > 1 else _meant(found, window)))


def documents_in(connection: Connection, carrier: Message) -> list[Message]:
    """What an interchange of ours carries, in its order."""
    below = select(message).where(message.c.carrier == carrier.id)
    return [from_row(row) for row in connection.execute(below.order_by(message.c.id))]


def _meant(found: Sequence[Message], window: timedelta) -> list[Message]:
    """Newest first: of those that are still to be answered all, else the newest."""
    waiting = [row for row in found if row.state in OPEN]
    if not waiting:
        return list(found[:1])  # answered once more
    newest = waiting[0].created
    return [row for row in waiting if newest - row.created <= window]


def _holds(connection: Connection, carrier: Message, reference: str) -> bool:
    return any(same(each.reference, reference) for each in documents_in(connection, carrier))


def same(one: str, other: str) -> bool:
    """Whether two references are the same; zeros in front of numbers do not count."""
    if one == other:
        return True
    numbers = one.isascii() and one.isdigit() and other.isascii() and other.isdigit()
    return numbers and one.lstrip("0") == other.lstrip("0")


def _spellings(reference: str) -> set[str]:
    """A reference as it may be stored."""
    if not (reference.isascii() and reference.isdigit()):
        return {reference}
    plain = reference.lstrip("0")
    return {reference, plain or "0", *(plain.zfill(width) for width in _WIDTHS)}
