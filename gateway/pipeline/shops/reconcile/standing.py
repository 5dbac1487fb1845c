"""Where orders of a shop are on their way to the ERP: for many at once, with why they are not.

An order is in the ERP when its file lies in the ERP's folder; whether the ERP made an order of it
is known where it says so (:mod:`gateway.pipeline.posting`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from gateway.documents.base import plain
from gateway.documents.shop import ShopOrder
from gateway.pipeline.states import State
from gateway.problems import Problem, problem
from gateway.store import contents
from gateway.store.shops.orders import OrderRow
from gateway.store.shops.revisions import GIVEN
from gateway.store.shops.tables import revision
from gateway.store.tables import event, message

Kind = Literal["erp", "pending", "waiting", "nothing", "gone", "fault"]
PATIENCE = timedelta(hours=1)
"""How long an order may be on its way to the ERP's folder."""
MOST = 500
"""Orders that are looked at with one statement."""
_LONGEST = 80
"""Characters of the number of a document."""
_THERE = (State.DELIVERED, State.ACKNOWLEDGED)
_ON_ITS_WAY = (State.MAPPED, State.RETRYING, State.CHECKED, State.IDENTIFIED)
_CODES = {State.HELD: "W340", State.REFUSED: "W345", State.DEAD: "W344"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one order is."""

    kind: Kind
    posted: bool = False
    found: Problem | None = None
    """What is wrong; also of one that is in the ERP, when a change of it is not."""
    message: int | None = None
    """The document for the ERP, or the row that stopped before there was any."""


@dataclass(slots=True)
class _Facts:
    """What the database knows of one order, oldest first."""

    revisions: list[Any] = field(default_factory=list)
    orders: list[Any] = field(default_factory=list)
    changes: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Orders that are looked at together."""

    facts: dict[int, _Facts]
    files: dict[int, Any]
    """Rows of newest revisions, by their numbers."""
    said: dict[int, str]
    """The last word about what went wrong, by message."""
    at: datetime


def standings(
    connection: Connection, rows: Sequence[OrderRow], at: datetime
) -> dict[str, Standing]:
    """Where orders of one shop are; by external id. Some statements for every 500 of them."""
    found: dict[str, Standing] = {}
    for start in range(0, len(rows), MOST):
        part = rows[start : start + MOST]
        batch = _read(connection, part, at)
        for row in part:
            found[row.external_id] = _standing(row, batch)
        found |= _totals(connection, [row for row in part if row.state == "taken"], batch, found)
    return found


def _read(connection: Connection, rows: Sequence[OrderRow], at: datetime) -> _Batch:
    facts = {row.id: _Facts() for row in rows}
    of_order = revision.c.shop_order.in_(list(facts))
    every = select(revision).where(of_order).order_by(revision.c.shop_order, revision.c.number)
    for each in connection.execute(every):
        facts[each.shop_order].revisions.append(each)
    orders = [(row.number, row.id) for row in rows if row.number]
    for id_, each in _documents(connection, rows[0].shop, "order", orders):
        facts[id_].orders.append(each)
    changes = [change for row in rows for change in _changes(row, facts[row.id])]
    for id_, each in _documents(connection, rows[0].shop, "orderchange", changes):
        facts[id_].changes.append(each)
    newest = [one.revisions[-1].message for one in facts.values() if one.revisions]
    columns = (message.c.id, message.c.state, message.c.updated)
    found = select(*columns).where(message.c.id.in_([id_ for id_ in newest if id_]))
    files = {each.id: each for each in connection.execute(found)}
    stopped = [id_ for id_, each in files.items() if each.state in _CODES]
    for one in facts.values():
        stopped += [each.id for each in (*one.orders, *one.changes) if each.state in _CODES]
    return _Batch(facts, files, _said(connection, stopped), at)


def _changes(row: OrderRow, facts: _Facts) -> list[tuple[str, int]]:
    """The numbers of the order's changes that the ERP was given."""
    told = [each for each in facts.revisions if each.written in ("orderchange", "cancellation")]
    return [(f"{row.number}-{each.sequence}"[:_LONGEST], row.id) for each in told]


def _documents(
    connection: Connection, shop: str, document: str, named: Sequence[tuple[str, int]]
) -> Iterator[tuple[int, Any]]:
    """Documents for the ERP by their number, replays among them, oldest first; with the order."""
    ids: dict[str, list[int]] = {}
    for number, id_ in named:
        ids.setdefault(number, []).append(id_)
    numbers = list(ids)
    for start in range(0, len(numbers), MOST):
        statement = select(message.c.id, message.c.number, message.c.state, message.c.updated)
        mine = statement.where(
            message.c.number.in_(numbers[start : start + MOST]),
            message.c.partner == shop,
            message.c.kind == "message",
            message.c.direction == "in",
            message.c.document == document,
        )
        for each in connection.execute(mine.order_by(message.c.id)).all():
            yield from ((id_, each) for id_ in ids[each.number])


def _said(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """The newest line of the timeline of each of these rows."""
    said: dict[int, str] = {}
    for start in range(0, len(ids), MOST):
        part = ids[start : start + MOST]
        newest = select(func.max(event.c.id)).where(event.c.message.in_(part))
        lines = select(event.c.message, event.c.text)
        last = lines.where(event.c.id.in_(newest.group_by(event.c.message)))
        said |= {row.message: row.text for row in connection.execute(last)}
    return said


# ---- what it means


def _standing(row: OrderRow, batch: _Batch) -> Standing:
    facts = batch.facts[row.id]
    if row.state == "waiting":
        return Standing("waiting")
    if row.state == "ours" or not facts.revisions:
        return Standing("nothing")
    if row.state == "gone":
        return Standing("gone", posted=_is_posted(facts))
    if any(each.written in GIVEN for each in facts.revisions):
        return _given(row, facts, batch)
    return _not_given(row, facts, batch)


def _is_posted(facts: _Facts) -> bool:
    return any(each.state == State.ACKNOWLEDGED for each in facts.orders)


def _given(row: OrderRow, facts: _Facts, batch: _Batch) -> Standing:
    """The ERP was given the order: whether it is there."""
    there = [each for each in facts.orders if each.state in _THERE]
    if facts.orders and not there:
        return _document(row, facts.orders[-1], batch)
    # rows that are over their retention were in the ERP's folder
    id_ = there[-1].id if there else None
    return Standing("erp", _is_posted(facts), _change(row, facts, batch), id_)


def _document(row: OrderRow, one: Any, batch: _Batch) -> Standing:
    """A document that is not there."""
    state, since = State(one.state), f"{one.updated:%Y-%m-%d %H:%M} UTC"
    if state in _ON_ITS_WAY:
        if batch.at - one.updated < PATIENCE:
            return Standing("pending", message=one.id)
        return _fault(row, "W343", one.id, since=since)
    return _fault(row, _CODES.get(state, "W344"), one.id, why=_why(one, batch))


def _not_given(row: OrderRow, facts: _Facts, batch: _Batch) -> Standing:
    """Nothing was written for the ERP yet."""
    newest = facts.revisions[-1]
    if newest.written == "none":
        return Standing("nothing", message=newest.message)
    file = batch.files.get(newest.message)
    if row.state in ("held", "refused"):
        code = "W340" if row.state == "held" else "W341"
        return _fault(row, code, newest.message, why=row.reason)
    if file is None:
        return Standing("nothing")
    if file.state in (State.HELD, State.REFUSED, State.DEAD):
        code = "W341" if file.state == State.REFUSED else "W340"
        return _fault(row, code, file.id, why=_why(file, batch))
    if batch.at - file.updated < PATIENCE:
        return Standing("pending", message=file.id)
    return _fault(row, "W342", file.id, since=f"{file.updated:%Y-%m-%d %H:%M} UTC")


def _change(row: OrderRow, facts: _Facts, batch: _Batch) -> Problem | None:
    """Why the newest change of an order that is in the ERP is not."""
    newest = facts.revisions[-1]
    if not newest.written:
        file = batch.files.get(newest.message)
        if file is None:
            return None
        if file.state in (State.HELD, State.REFUSED, State.DEAD):
            return _missing(row, file.id, _why(file, batch))
        late = batch.at - file.updated >= PATIENCE
        return _missing(row, file.id, "it waits to be worked on") if late else None
    if not facts.changes or facts.changes[-1].state in _THERE:
        return None
    one = facts.changes[-1]
    if State(one.state) in _ON_ITS_WAY:
        late = batch.at - one.updated >= PATIENCE
        return _missing(row, one.id, "its file waits for the ERP's folder") if late else None
    return _missing(row, one.id, _why(one, batch))


def _missing(row: OrderRow, id_: int, why: str) -> Problem:
    return problem("W346", **_names(row), id=id_, why=why)


def _fault(row: OrderRow, code: str, id_: int | None, **facts: Any) -> Standing:
    found = problem(code, **_names(row), id="?" if id_ is None else id_, **facts)
    return Standing("fault", found=found, message=id_)


def _why(one: Any, batch: _Batch) -> str:
    return batch.said.get(one.id, "") or f"it is {one.state}"


def _names(row: OrderRow) -> dict[str, Any]:
    number = row.number or row.shop_number or row.external_id
    return {"shop": row.shop, "number": number, "external_id": row.external_id}


# ---- what the ERP was given


def _totals(
    connection: Connection, rows: Sequence[OrderRow], batch: _Batch, known: dict[str, Standing]
) -> dict[str, Standing]:
    """W347: orders that changed since the ERP was given them, and it was not told."""
    asked: dict[int, str] = {}
    for row in rows:
        every, stands = batch.facts[row.id].revisions, known[row.external_id]
        if stands.kind != "erp" or stands.found is not None or every[-1].written != "none":
            continue
        given = next((each for each in reversed(every) if each.written in GIVEN), None)
        if given is not None and given.written != "cancellation" and given.content:
            asked[row.id] = given.content
    bodies = contents.read_all(connection, set(asked.values()))
    found: dict[str, Standing] = {}
    for row in rows:
        body = bodies.get(asked.get(row.id, ""))
        if body is None:
            continue
        order = ShopOrder.from_json(body)
        before, now = f"{plain(order.totals.grand)} {order.currency}", f"{row.total} {row.currency}"
        if before != now:
            told = problem("W347", **_names(row), shop_side=now, erp_side=before)
            stands = known[row.external_id]
            found[row.external_id] = Standing("erp", stands.posted, told, stands.message)
    return found
