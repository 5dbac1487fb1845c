"""Orders, refunds and cancellations that a shop posts: checked whole, taken all or not at all.

What is posted is the shop's record, byte for byte, and comes in by the same transaction as what is
fetched from other shops (:mod:`gateway.pipeline.shops.accept`); the answer that is remembered for
an Idempotency-Key is part of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import Connection

from gateway.channels.shops.connector import Record
from gateway.config.shops import Shop
from gateway.documents.base import canonical_path
from gateway.documents.shop import ShopOrder, ShopRefund
from gateway.pipeline import lanes
from gateway.pipeline.as2.receive.entrance import shown
from gateway.pipeline.house import House
from gateway.pipeline.shops.accept import Accepted, accept
from gateway.pipeline.shops.reception import body
from gateway.pipeline.shops.reception.answer import SOON, Answer, Done, Remember, refused, unable
from gateway.pipeline.shops.reception.answers import OrdersTaken, RefundsTaken, Taken
from gateway.pipeline.shops.reception.body import Text
from gateway.pipeline.shops.reception.entrance import Call
from gateway.pipeline.shops.reception.routes import Cancellation
from gateway.problems import Problem, problem
from gateway.store import contents, pauses
from gateway.store.shops import orders as stored
from gateway.store.shops.orders import OrderRow

LONGEST_ID = 120
"""Characters of an id; of a number :data:`LONGEST_NUMBER`."""
LONGEST_NUMBER = 80
_GONE = ("shipped", "part_shipped", "refunded")
"""States in which an order cannot be cancelled as a whole."""
_CANCELLED = "cancelled"
_REASON = "api:cancellation"
"""Where the canonical order says why it was cancelled."""
_USABLE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def source_of(shop: str) -> str:
    """Where orders of a shop come in."""
    return f"{shop}/orders"


def place_of(external_id: str) -> str:
    """Where one asks what became of an order."""
    return f"/api/orders/{quote(external_id, safe='')}"


def post_orders(house: House, call: Call, data: bytes, remember: Remember) -> Done | Answer:
    """Take orders over."""
    shop = _shop(house, call)
    text, unfit = _opened(house, shop, data)
    if text is None:
        return unfit
    made, problems = body.models(text, ShopOrder, many=True)
    problems += _unusable(text, [(each.external_id, each.number) for each, _ in made], "order")
    if problems:
        return refused(422, problems)
    records = [Record("order", each.external_id, raw, each.updated) for each, raw in made]

    def done(told: Sequence[Accepted]) -> Done:
        taken = tuple(_taken(each) for each in told if each.kind == "order")
        facts = OrdersTaken(orders=taken).facts()
        place = place_of(taken[0].external_id) if len(taken) == 1 else ""
        return Done(_status(told), facts, place, _lanes(shop))

    return _accepted(house, shop, records, remember, done)


def post_refunds(house: House, call: Call, data: bytes, remember: Remember) -> Done | Answer:
    """Take refunds over."""
    shop = _shop(house, call)
    text, unfit = _opened(house, shop, data)
    if text is None:
        return unfit
    made, problems = body.models(text, ShopRefund, many=True)
    problems += _unusable(text, [(each.external_id, each.order) for each, _ in made], "refund")
    if problems:
        return refused(422, problems)
    records = [
        Record("refund", each.external_id, raw, each.created, each.order) for each, raw in made
    ]

    def done(told: Sequence[Accepted]) -> Done:
        taken = tuple(_taken(each) for each in told if each.kind == "refund")
        return Done(_status(told), RefundsTaken(refunds=taken).facts(), "", _lanes(shop))

    return _accepted(house, shop, records, remember, done)


def post_cancellation(house: House, call: Call, data: bytes, remember: Remember) -> Done | Answer:
    """Take the cancellation of a whole order over: the order as it is known, in that state."""
    shop = _shop(house, call)
    text, unfit = _opened(house, shop, data or b"{}")
    if text is None:
        return unfit
    made, problems = body.models(text, Cancellation)
    if problems:
        return refused(422, problems)
    external_id = call.values["external_id"]
    with house.store.read() as connection:
        row = stored.find(connection, shop.shop, external_id)
        known = None if row is None else _order(connection, row)
    if row is None or known is None:
        return unknown(external_id)
    if row.status in _GONE:
        status = row.status.replace("part_", "partly ")
        return refused(409, problem("W152", id=shown(external_id), status=status))
    asked, at = made[0][0], house.clock()
    cancelled = known if row.status == _CANCELLED else _cancelled(known, asked, at)
    raw = cancelled.to_json().encode()
    record = Record("order", cancelled.external_id, raw, cancelled.updated)

    def done(told: Sequence[Accepted]) -> Done:
        (taken,) = (_taken(each) for each in told if each.kind == "order")
        place = place_of(cancelled.external_id)
        return Done(_status(told), taken.facts(), place, _lanes(shop))

    return _accepted(house, shop, [record], remember, done)


def unknown(external_id: str) -> Answer:
    """404: no such order of the shop."""
    right = "the external_id of an order that was taken over"
    return refused(404, problem("W148", what=f"the order {shown(external_id)}", right=right))


def _shop(house: House, call: Call) -> Shop:
    """Whose key the call has."""
    assert call.owner is not None
    return house.workspace.shops[call.owner.shop]


def _opened(house: House, shop: Shop, data: bytes) -> tuple[Text | None, Answer]:
    """The JSON of a request, where something may be posted now; else the answer to it."""
    with house.store.read() as connection:
        paused = pauses.stopped(pauses.find(connection), lanes.poll(source_of(shop.shop)))
    busy = unable(SOON, "nothing is taken in at the moment")
    if paused is not None:
        return None, busy
    text, problems = body.read(data)
    if problems:
        return None, refused(400 if text is None else 422, problems)
    return text, busy


def _unusable(text: Text, names: Sequence[tuple[str, str]], what: str) -> Iterator[Problem]:
    """Ids that cannot be kept or asked for, and those that stand there twice."""
    second, most = ("number", LONGEST_NUMBER) if what == "order" else ("order", LONGEST_ID)
    seen: dict[str, int] = {}
    for index, (id_, other) in enumerate(names):
        before: tuple[int | str, ...] = (index,) if text.is_list else ()
        for field, value, room in (("external_id", id_, LONGEST_ID), (second, other, most)):
            if len(value) > room or not _USABLE.fullmatch(value):
                path = (*before, field)
                right = f"1 to {room} characters without control signs"
                name = canonical_path(path)
                found = problem("W150", field=name, value=shown(value), right=right)
                yield text.located(found, path)
        first = seen.setdefault(id_, index)
        if first != index:
            found = problem("W151", what=what, id=shown(id_), first=first + 1, second=index + 1)
            yield text.located(found, (*before, "external_id"))


def _accepted(
    house: House,
    shop: Shop,
    records: Sequence[Record],
    remember: Remember,
    done: Callable[[Sequence[Accepted]], Done],
) -> Done:
    """Records are taken over, and the answer is remembered in the same transaction."""

    def also(connection: Connection, told: list[Accepted]) -> None:
        remember(connection, done(told))

    return done(accept(house, shop, records, origin="api", also=also))


def _order(connection: Connection, row: OrderRow) -> ShopOrder | None:
    """The order as it was read last."""
    found = contents.read(connection, row.content) if row.content else None
    return None if found is None else ShopOrder.from_json(found)


def _cancelled(order: ShopOrder, asked: Cancellation, at: datetime) -> ShopOrder:
    """It is never older than what it cancels, so that it counts."""
    updated = max(asked.at or at, order.updated or order.created)
    extra = {**order.extra, _REASON: asked.reason} if asked.reason else order.extra
    changed = {"status": _CANCELLED, "shop_status": _CANCELLED, "updated": updated, "extra": extra}
    return order.model_copy(update=changed)


def _taken(told: Accepted) -> Taken:
    order = told.kind == "order"
    return Taken(
        external_id=told.external_id,
        outcome=told.outcome,
        message=told.message,
        revision=told.revision or None,
        reason=told.reason or None,
        status=place_of(told.external_id) if order else None,
    )


def _status(told: Sequence[Accepted]) -> int:
    return 201 if any(each.new or each.outcome == "waiting" for each in told) else 200


def _lanes(shop: Shop) -> tuple[str, ...]:
    return (lanes.files(source_of(shop.shop)),)
