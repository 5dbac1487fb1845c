"""Stored messages of the agreements that are touched, judged again by the old and the new rules.

Chosen are the newest of each agreement, found by an index; messages of other agreements are not
read. A file is read once for each side, whatever is wanted of it, and in pieces, so that memory
holds the messages of one file.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from gateway.config.difference import Agreed
from gateway.pipeline.house import Rules
from gateway.pipeline.plan.model import Archive, Outcome
from gateway.pipeline.plan.twice import Wanted, twice
from gateway.store import Store
from gateway.store.tables import message

MOST = 1_000
"""Messages that one plan judges; agreements share them fairly."""
DETAILED = 3
"""Messages of an agreement that are shown with all their differences."""
_DIRECTIONS = {"inbound": "in", "outbound": "out"}
_KINDS = {"in": "message", "out": "document"}


def judge_again(
    store: Store,
    sides: tuple[Rules, Rules],
    agreed: Sequence[Agreed],
    days: timedelta,
    limit: int,
    tell: Callable[[str], None],
) -> Archive:
    """What becomes of the newest messages of each agreement. Nothing is stored or sent."""
    since = sides[0].clock() - days
    tell("looking for messages")
    forms = {each: _forms(sides, each) for each in agreed}
    with store.read() as connection:
        stored = _counted(connection, agreed, forms, since)
        share = fair(stored, limit, MOST)
        chosen = {
            each: _chosen(connection, each, forms[each], since, count)
            for each, count in share.items()
            if count
        }
    outcomes = {each: Outcome(each, stored[each]) for each in agreed}
    total = sum(map(len, chosen.values()))
    files: dict[int, list[Wanted]] = {}
    for each in (one for rows in chosen.values() for one in rows):
        files.setdefault(each.file, []).append(each)
    done = 0
    for parts in files.values():
        for part, verdict, compared in twice(store, sides, parts):
            outcome = outcomes[part.agreed]
            done += 1
            if compared is None:
                outcome.lost += 1
                continue
            outcome.judged += 1
            outcome.counts[verdict] += 1
            if verdict != "same" and len(outcome.shown) < DETAILED:
                outcome.shown.append(compared)
        tell(f"{done} of {total} messages")
    return Archive(days, limit, tuple(outcomes.values()))


def fair(stored: Mapping[Agreed, int], limit: int, most: int) -> dict[Agreed, int]:
    """How many of each are judged: all up to ``limit``, or fewer where that is more than ``most``.

    What an agreement has too little of is left to the others; as long as there is room each has
    one at least.
    """
    share: dict[Agreed, int] = {}
    left, waiting = most, [(min(count, limit), each) for each, count in stored.items()]
    heapq.heapify(waiting)
    while waiting:
        wants, each = heapq.heappop(waiting)
        share[each] = min(wants, left // (len(waiting) + 1)) or min(wants, left, 1)
        left -= share[each]
    return {each: share[each] for each in stored}


# ---- which


def _forms(sides: tuple[Rules, Rules], agreed: Agreed) -> tuple[str, ...]:
    """``edifact/D96A/ORDERS``, as both sides agreed on it."""
    found: dict[str, None] = {}
    for rules in sides:
        partner = rules.workspace.partners.get(agreed.partner)
        for each in () if partner is None else partner.agreements:
            if (each.document, each.direction) == (agreed.document, agreed.direction):
                standard = each.standard
                found[f"{standard.syntax}/{standard.directory}/{each.message}"] = None
    return tuple(found)


def _counted(
    connection: Connection,
    agreed: Sequence[Agreed],
    forms: Mapping[Agreed, tuple[str, ...]],
    since: datetime,
) -> dict[Agreed, int]:
    """Messages of each agreement since an instant, by one query."""
    form = case((message.c.document == "", message.c.format), else_="")
    columns = (message.c.partner, message.c.direction, message.c.document, form)
    rows = connection.execute(
        select(*columns, func.count())
        .where(message.c.created >= since, message.c.kind.in_(tuple(_KINDS.values())))
        .group_by(*columns)
    )
    found = {(who, way, what, shape): count for who, way, what, shape, count in rows}
    counted: dict[Agreed, int] = {}
    for each in agreed:
        way = _DIRECTIONS[each.direction]
        counted[each] = found.get((each.partner, way, each.document, ""), 0)
        if way == "in":
            counted[each] += sum(found.get((each.partner, way, "", one), 0) for one in forms[each])
    return counted


def _chosen(
    connection: Connection, agreed: Agreed, forms: Sequence[str], since: datetime, count: int
) -> list[Wanted]:
    """The newest of them, each once though it was replayed."""
    way = _DIRECTIONS[agreed.direction]
    found = _rows(connection, agreed, way, message.c.document == agreed.document, since)
    if way == "in" and forms:
        nameless = and_(message.c.document == "", message.c.format.in_(forms))
        more = _rows(connection, agreed, way, nameless, since)
        found = heapq.merge(found, more, key=lambda each: -each.id)
    once = {(each.payload, each.where): each for each in reversed(list(islice(found, count)))}
    return list(reversed(once.values()))


def _rows(
    connection: Connection,
    agreed: Agreed,
    way: str,
    what: ColumnElement[bool],
    since: datetime,
) -> Iterator[Wanted]:
    """Newest first, with the file each was found in, straight or in an interchange."""
    around, outer = message.alias("around"), message.alias("outer")
    inside = around.c.kind == "interchange"
    file = case((inside, outer.c.id), else_=around.c.id)
    columns = {
        "id": message.c.id,
        "file": file,
        "ordinal": message.c.ordinal,
        "interchange": case((inside, around.c.ordinal), else_=None),
        "payload": case((inside, outer.c.payload), else_=around.c.payload),
        "size": case((inside, outer.c.payload_size), else_=around.c.payload_size),
        "source": case((inside, outer.c.source), else_=around.c.source),
        "name": case((inside, outer.c.name), else_=around.c.name),
        "document": case((inside, outer.c.document), else_=around.c.document),
        "number": message.c.number,
        "reference": message.c.reference,
    }
    rows = (
        select(*(column.label(name) for name, column in columns.items()))
        .join(around, around.c.id == message.c.parent)
        .outerjoin(outer, and_(outer.c.id == around.c.parent, inside))
        .where(
            message.c.partner == agreed.partner,
            what,
            message.c.direction == way,
            message.c.kind == _KINDS[way],
            message.c.created >= since,
            or_(around.c.kind == "file", outer.c.kind == "file"),
        )
        .order_by(message.c.id.desc())
    )
    for row in connection.execute(rows.execution_options(yield_per=200)):
        yield Wanted(agreed=agreed, **row._asdict())
