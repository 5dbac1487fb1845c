"""Orders read whole: a page of them, and whatever their lists go on with.

A record is ``{"version": …, "order": …, "more": […]}``: the order as it came, and each further part
of one of its lists as it came, with whose list it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from gateway.channels.shops.connector import Listed, Page, Record, Window
from gateway.channels.shops.session import Answer, ShopAnswerError, ShopRefusedError
from gateway.channels.shops.shopify.documents import COUNT, LISTED, MORE, ORDER, ORDERS
from gateway.channels.shops.shopify.graph import (
    BrokenEntryError,
    Graph,
    Told,
    TooCostlyError,
)
from gateway.channels.shops.shopify.ids import gid
from gateway.config.shops.shopify import Shopify
from gateway.documents.shop.common import zoned
from gateway.problems import Problem, problem
from gateway.syntax.jsonparts import NoSuchPartError, array, bundle, elements, member

LINES_AT_ONCE = 20
"""Of an order; the rest is read afterwards."""
MORE_AT_ONCE = 50
MOST_PARTS = 400
"""Further parts of one order's lists: 20 000 entries."""
LISTED_AT_ONCE = 50
ONE_BY_ONE = 10
MOST_LISTED = 4000
"""Parts of a list that is only compared: 200 000 orders."""
OF_ORDER = ("lineItems", "shippingLines", "localizedFields")
OF_REFUND = ("refundLineItems", "refundShippingLines", "orderAdjustments", "transactions")
OF_FULFILLMENT = ("fulfillmentLineItems",)


@dataclass(slots=True)
class OrderBook:
    """The orders of a store. What may be asked for at once is learnt, and kept while it lives."""

    graph: Graph
    settings: Shopify
    orders: int
    """Of one call, at first."""
    lines: int = LINES_AT_ONCE
    _broken: list[Problem] = field(default_factory=list)

    def page(self, window: Window, position: str) -> Page:
        """The next orders of a window, oldest change first."""
        self._broken = []
        asked = {"query": between("updated_at", window), "after": position or None}
        try:
            told = self._affordable(ORDERS, asked)
        except BrokenEntryError:
            return self._one_by_one(asked, position)
        records = [
            record
            for raw in elements(told.body, "data", "orders", "nodes")
            if (record := self._record(raw)) is not None
        ]
        return Page(tuple(records), _next(told.data.get("orders"), position), tuple(self._broken))

    def _one_by_one(self, asked: Mapping[str, Any], position: str) -> Page:
        """The orders of a page each by itself, because one of them cannot be told."""
        size = {"first": ONE_BY_ONE, "sort": "UPDATED_AT"}
        told = self.graph.data(LISTED, {**asked, **size}).get("orders") or {}
        records: list[Record] = []
        broken: list[Problem] = []
        for node in told.get("nodes") or []:
            try:
                record = self.order(str(node.get("legacyResourceId")))
            except ShopRefusedError as failure:
                what = f"the order {node.get('name')}"
                broken.append(problem("W230", what=what, reason=failure.reason))
                continue
            records += [record] if record is not None else []
        return Page(tuple(records), _next(told, position), tuple(broken))

    def order(self, external_id: str) -> Record | None:
        """One order by its number or global id."""
        if not external_id.startswith("gid://") and not external_id.isdigit():
            return None
        self._broken = []
        asked = {"id": gid("Order", external_id)}
        raw = member(self._affordable(ORDER, asked).body, "data", "order")
        if raw is None or raw == b"null":
            return None
        record = self._record(raw)
        if record is None:
            raise ShopAnswerError(f"the order {external_id} came without an id")
        return record

    def listed(self, window: Window, by: Literal["created", "updated"]) -> Iterator[Listed]:
        """All orders of a window in short."""
        after = ""
        for _ in range(MOST_LISTED):
            asked = {
                "query": between(f"{by}_at", window),
                "first": LISTED_AT_ONCE,
                "after": after or None,
                "sort": f"{by.upper()}_AT",
            }
            told = self.graph.data(LISTED, asked).get("orders") or {}
            for node in told.get("nodes") or []:
                yield self._listed(node)
            after = _next(told, after)
            if not after:
                return
        raise ShopAnswerError(f"the list of orders does not end after {MOST_LISTED} parts")

    def count(self, window: Window) -> int | None:
        """How many were created in a window; ``None`` where Shopify only knows about how many."""
        told = self.graph.data(COUNT, {"query": between("created_at", window)})
        counted = told.get("ordersCount") or {}
        exact = counted.get("precision") == "EXACT"
        return int(counted["count"]) if exact else None

    def _affordable(self, document: str, asked: Mapping[str, Any]) -> Told:
        """Ask for orders, and for fewer when they are too many for one call."""
        alone = document is ORDER
        while True:
            variables = {**asked, "lines": self.lines, "b2b": self.settings.b2b}
            if not alone:
                variables["first"] = self.orders
            try:
                return self.graph.ask(document, variables)
            except TooCostlyError as failure:
                if not self._less(failure, alone=alone):
                    told = f"one order is too much for one call: {failure}"
                    raise ShopAnswerError(told) from None

    def _less(self, failure: TooCostlyError, *, alone: bool) -> bool:
        """Orders first, then lines: at least halved, so that it ends soon."""
        if self.orders > 1 and not alone:
            wanted = self.orders // 2
            if failure.cost and failure.most:
                wanted = min(wanted, self.orders * failure.most // failure.cost)
            self.orders = max(1, wanted)
            return True
        less, self.lines = self.lines > 1, max(1, self.lines // 2)
        return less

    def _record(self, raw: bytes) -> Record | None:
        """An order with the rest of its lists; ``None``, and noted, for what is no order."""
        order = Answer(200, (), raw).json()
        number = order.get("legacyResourceId") if isinstance(order, dict) else None
        if not number:
            self._broken.append(
                problem("W230", what="an order of the list", reason="it has no legacyResourceId")
            )
            return None
        more = [part for end in open_ends(order) for part in self._rest(*end)]
        parts = {"version": json.dumps(self.graph.version).encode(), "order": raw}
        if more:
            parts["more"] = array(more)
        return Record("order", str(number), bundle(**parts), _instant(order.get("updatedAt")))

    def _rest(self, owner: str, name: str, after: str) -> Iterator[bytes]:
        """The further parts of one list."""
        asked: dict[str, Any] = {"id": owner, "first": MORE_AT_ONCE}
        for _ in range(MOST_PARTS):
            told = self.graph.ask(MORE[name], {**asked, "after": after})
            try:
                part = member(told.body, "data", "node", name)
            except NoSuchPartError as failure:
                raise ShopAnswerError(f"{name} of {owner}: {failure}") from None
            if part is None or part == b"null":
                raise ShopAnswerError(f"{name} of {owner} went away while it was read")
            yield bundle(of=json.dumps(owner).encode(), list=json.dumps(name).encode(), part=part)
            after = _next(told.data["node"][name], after)
            if not after:
                return
        raise ShopAnswerError(f"{name} of {owner} does not end after {MOST_PARTS} parts")

    def _listed(self, node: Mapping[str, Any]) -> Listed:
        side = f"{self.settings.money}Money"
        try:
            money = node["totalPriceSet"][side]
            cash = (node.get("totalCashRoundingAdjustment") or {}).get("paymentSet") or {}
            rounded = Decimal((cash.get(side) or {}).get("amount") or 0)
            return Listed(
                external_id=str(node["legacyResourceId"]),
                number=str(node["name"]),
                created=zoned(node["createdAt"]),  # type: ignore[arg-type]
                updated=_instant(node.get("updatedAt")),
                status="CANCELLED" if node.get("cancelledAt") else _status(node),
                total=Decimal(money["amount"]) + rounded,
                currency=str(money["currencyCode"]),
            )
        except (KeyError, TypeError, ValueError, ArithmeticError) as failure:
            raise ShopAnswerError(f"an order of the list is not readable: {failure!r}") from None


def between(what: str, window: Window) -> str:
    """Shopify's way to ask for a span of time, both ends within it."""
    return f"{what}:>='{_spelled(window.since)}' AND {what}:<='{_spelled(window.until)}'"


def _spelled(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _status(node: Mapping[str, Any]) -> str:
    return str(node.get("displayFinancialStatus") or "PENDING")


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _next(connection: object, before: str) -> str:
    """The cursor at which a list goes on; empty at its end. One that stands still is refused."""
    told = connection.get("pageInfo") if isinstance(connection, dict) else None
    if not isinstance(told, dict) or not told.get("hasNextPage"):
        return ""
    cursor = str(told.get("endCursor") or "")
    if not cursor or cursor == before:
        raise ShopAnswerError("a list goes on and does not say where")
    return cursor


def open_ends(order: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Whose list goes on, which, and where: of the order, its refunds and its fulfilments."""
    for owner, names in (
        (order, OF_ORDER),
        *((refund, OF_REFUND) for refund in order.get("refunds") or []),
        *((one, OF_FULFILLMENT) for one in order.get("fulfillments") or []),
    ):
        for name in names:
            cursor = _next(owner.get(name), "")
            if cursor:
                yield str(owner["id"]), name, cursor
