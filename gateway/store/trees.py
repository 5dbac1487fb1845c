"""Trees: a file with everything that was found in it and came out of it, judged as a whole.

A tree is over when nothing in it is on its way, waits for somebody, or is told as an alarm. Then it
is kept as long as the longest of its documents is, and deleted from its leaves to its root.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)

from gateway.documents import DOCUMENTS
from gateway.store import alarms, messages
from gateway.store.as2 import retained
from gateway.store.mailbox import retained as mailboxes
from gateway.store.shops import retained as shops
from gateway.store.tables import (
    Instant,
    alarm,
    content,
    delivery,
    doomed,
    event,
    identity,
    message,
    problem,
    thread,
    thread_document,
)
from gateway.store.upsert import insert_new

ACKNOWLEDGEMENT, OTHER = "acknowledgement", "other"
ON_ITS_WAY = ("received", "identified", "checked", "mapped", "retrying")
STUCK = ("held", "dead")
OVER = ("split", "delivered", "acknowledged", "refused")
_ANSWERS = ("%/CONTRL", "%/APERAK", "%/997", "%/999", "%/TA1", "%/824")
_UNDELIVERED = ("pending", "prepared")
"""By AS2: until its receipt came, or was given up."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What a root and everything below it come to."""

    root: int
    rows: int
    parts: frozenset[tuple[str, str]]
    """What is in it: names of documents, ``acknowledgement``, ``other``; and whose each is."""
    last: datetime
    """When anything in it moved last."""

    @property
    def counted(self) -> list[tuple[str, str]]:
        """What decides how long it is kept: documents and their partners, in a fixed order.

        What is no document only counts where there is none: of a file with nothing accepted.
        """
        for kinds in (frozenset(DOCUMENTS), frozenset({ACKNOWLEDGEMENT})):
            found = sorted(part for part in self.parts if part[0] in kinds)
            if found:
                return found
        return sorted((OTHER, partner) for _, partner in self.parts)


def roots(
    connection: Connection, before: datetime, after: tuple[datetime, int] | None, limit: int
) -> list[tuple[datetime, int]]:
    """Files that came before an instant, oldest first, from behind a place on."""
    # an expression: the index over parents would be taken, and everything sorted for each page
    parentless = func.coalesce(message.c.parent, 0) == 0
    statement = (
        select(message.c.created, message.c.id)
        .where(parentless, message.c.created < before)
        .order_by(message.c.created, message.c.id)
        .limit(limit)
    )
    if after is not None:
        at, id_ = after
        beyond = or_(message.c.created > at, message.c.id > id_)
        statement = statement.where(message.c.created >= at, beyond)
    return [(row.created, row.id) for row in connection.execute(statement)]


def weigh(connection: Connection, ids: Sequence[int]) -> list[Tree]:
    """The trees of these roots."""
    tree = _below(ids)
    kind = _kind()
    statement = (
        select(
            tree.c.root,
            kind.label("kind"),
            message.c.partner,
            func.count().label("rows"),
            func.max(message.c.updated, type_=Instant()).label("last"),
        )
        .select_from(tree.join(message, message.c.id == tree.c.id))
        .group_by(tree.c.root, kind, message.c.partner)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in connection.execute(statement):
        found[row.root].append(row)
    return [
        Tree(
            root,
            sum(each.rows for each in parts),
            frozenset((each.kind, each.partner) for each in parts),
            max(each.last for each in parts),
        )
        for root, parts in found.items()
    ]


def resting(connection: Connection, ids: Sequence[int], before: datetime) -> dict[int, list[int]]:
    """Trees in which nothing is open, and nothing was sent since an instant.

    By root: the rows, leaves first, documents before the interchange that carries them.
    """
    tree = _below(ids)
    statement = (
        select(tree.c.root, tree.c.id, or_(_open(), _sent_since(before)).label("open"))
        .select_from(tree.join(message, message.c.id == tree.c.id))
        .order_by(tree.c.depth.desc(), (message.c.kind == "interchange").asc(), message.c.id.desc())
    )
    rows: dict[int, list[int]] = defaultdict(list)
    busy = set()
    for row in connection.execute(statement):
        rows[row.root].append(row.id)
        if row.open:
            busy.add(row.root)
    return {root: found for root, found in rows.items() if root not in busy}


def lock(connection: Connection, ids: Sequence[int]) -> bool:
    """Nobody changes these rows before the transaction ends; whether all still rest."""
    held = select(message.c.id).where(message.c.id.in_(ids)).order_by(message.c.id)
    if len(connection.scalars(held.with_for_update()).all()) != len(ids):
        return False
    still = select(message.c.id).where(message.c.id.in_(ids), _open()).limit(1)
    return connection.scalar(still) is None


def remove(
    connection: Connection, ids: Sequence[int], at: datetime, keep: Iterable[str] = ()
) -> set[str]:
    """Delete rows with all that belongs to them; payloads that no row names any more.

    Contents that nobody uses go with them, except ``keep``. The payloads are doomed: they are to
    be removed from the archive a day later.
    """
    here = set(ids)
    of_rows = select(message.c.content, message.c.payload).where(message.c.id.in_(ids))
    named = connection.execute(of_rows).all()
    sent = connection.scalars(select(delivery.c.sha).where(delivery.c.message.in_(ids))).all()
    _unlink(connection, here, at)
    bodies, receipts = retained.release(connection, ids, at)
    mailboxes.release(connection, ids)
    _detach(connection, ids, at)
    connection.execute(delete(message).where(message.c.id.in_(ids)))
    loose = {sha for row in named for sha in row if sha} | set(sent) | receipts
    _remove_contents(connection, loose - set(keep))
    payloads = {row.payload for row in named if row.payload} | bodies
    gone = {sha for sha in payloads if not is_named(connection, sha)}
    insert_new(connection, doomed, [{"sha": sha, "at": at} for sha in gone], keys=["sha"])
    return gone


def is_named(connection: Connection, sha: str) -> bool:
    """Whether a row, a delivery or a message by AS2 names a payload."""
    row = select(message.c.id).where(message.c.payload == sha).limit(1)
    sent = select(delivery.c.id).where(delivery.c.sha == sha).limit(1)
    if connection.scalar(row) is not None or connection.scalar(sent) is not None:
        return True
    return retained.is_named(connection, sha)


def remove_notices(connection: Connection, before: datetime, limit: int) -> int:
    """Delete alarms that are long over, and notices that were sent long ago; how many rows."""
    over = select(alarm.c.id).where(alarm.c.resolved < before).order_by(alarm.c.resolved)
    old = connection.scalars(over.limit(limit)).all()
    connection.execute(delete(alarm).where(alarm.c.id.in_(old)))
    sent = (
        select(delivery.c.id, delivery.c.sha)
        .where(
            delivery.c.message.is_(None),
            delivery.c.state.not_in(_UNDELIVERED),
            delivery.c.updated < before,
        )
        .limit(limit)
    )
    notices = connection.execute(sent).all()
    connection.execute(delete(delivery).where(delivery.c.id.in_([row.id for row in notices])))
    _remove_contents(connection, {row.sha for row in notices})
    return len(old) + len(notices)


def _below(ids: Sequence[int]) -> CTE:
    """The rows of trees: root, id, depth."""
    tree = (
        select(message.c.id.label("root"), message.c.id, literal(0).label("depth"))
        .where(message.c.id.in_(ids))
        .cte("tree", recursive=True)
    )
    child = select(tree.c.root, message.c.id, tree.c.depth + 1)
    return tree.union_all(child.join(message, message.c.parent == tree.c.id))


def _kind() -> ColumnElement[str]:
    """How a row counts. What left the house counts even when the partner refused it.

    An acknowledgement of ours counts for nothing: it is kept with what it answers.
    """
    left = and_(message.c.direction == "out", message.c.carrier.is_not(None))
    accepted = and_(
        message.c.kind.in_(("message", "document")),
        message.c.document.in_(DOCUMENTS),
        or_(message.c.state != "refused", left),
    )
    answer = and_(
        message.c.kind == "message", or_(*(message.c.format.like(each) for each in _ANSWERS))
    )
    return case((accepted, message.c.document), (answer, ACKNOWLEDGEMENT), else_=OTHER)


def _open() -> ColumnElement[bool]:
    """Whether a row is on its way, awaits something, or is a person's business."""
    again, other = message.alias("again"), message.alias("other")
    replayed = exists().where(again.c.replay_of == message.c.id, again.c.state.in_(OVER))
    undelivered = exists().where(
        delivery.c.message == message.c.id, delivery.c.state.in_(_UNDELIVERED)
    )
    told = exists().where(alarm.c.message == message.c.id, alarm.c.resolved.is_(None))
    compared = exists().where(
        thread_document.c.message == message.c.id,
        thread.c.id == thread_document.c.thread,
        thread.c.due.is_not(None),
    )
    carries = exists().where(
        other.c.carrier == message.c.id, other.c.parent.is_distinct_from(message.c.parent)
    )
    return or_(
        message.c.state.in_(ON_ITS_WAY),
        message.c.due.is_not(None),
        message.c.deadline.is_not(None),
        and_(message.c.state.in_(STUCK), ~replayed),
        undelivered,
        told,
        compared,
        carries,
    )


def _sent_since(before: datetime) -> ColumnElement[bool]:
    """Something of it was sent again: that moves no row, only a delivery."""
    return exists().where(delivery.c.message == message.c.id, delivery.c.updated >= before)


def _unlink(connection: Connection, here: set[int], at: datetime) -> None:
    """Younger rows that repeat or replace these forget them, and their timeline says it."""
    for column, text in (
        (message.c.replay_of, "message {}, of which this is a replay, was deleted"),
        (message.c.replaces, "message {}, the version before, was deleted"),
    ):
        found = select(message.c.id, message.c.state, column.label("old")).where(column.in_(here))
        others = [row for row in connection.execute(found) if row.id not in here]
        lines = [
            (row.id, row.state, row.state, f"{text.format(row.old)} after its retention")
            for row in others
        ]
        messages.record(connection, lines, at)
        ids = [row.id for row in others]
        connection.execute(update(message).where(message.c.id.in_(ids)).values({column: None}))


def _detach(connection: Connection, ids: Sequence[int], at: datetime) -> None:
    """Everything that hangs on rows; threads without a document left go, too."""
    of_these = thread_document.c.message.in_(ids)
    threads = set(connection.scalars(select(thread_document.c.thread).where(of_these)))
    connection.execute(delete(thread_document).where(of_these))
    linked = exists().where(thread_document.c.thread == thread.c.id)
    empty = delete(thread).where(thread.c.id.in_(threads), ~linked).returning(thread.c.id)
    for id_ in connection.scalars(empty).all():
        alarms.resolve(connection, at, prefix=f"thread:{id_}:")
    for table in (alarm, problem, event, identity, delivery):
        connection.execute(delete(table).where(table.c.message.in_(ids)))


def _remove_contents(connection: Connection, shas: set[str]) -> None:
    """Delete produced bytes that nobody names.

    First their rows are locked: who keeps the same bytes at this moment is waited for, and seen by
    the statement after that.
    """
    held = select(content.c.sha).where(content.c.sha.in_(sorted(shas))).order_by(content.c.sha)
    found = connection.scalars(held.with_for_update()).all()
    used = or_(
        exists().where(message.c.content == content.c.sha),
        exists().where(delivery.c.sha == content.c.sha),
        retained.names_content(),
        shops.names_content(),
    )
    connection.execute(delete(content).where(content.c.sha.in_(found), ~used))
