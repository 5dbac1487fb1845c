"""Orders of shops take stock: entered and given back in the transaction that takes the order over.

From then on every other shop shows less, before the ERP knows of the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

from sqlalchemy import Connection

from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder
from gateway.pipeline.house import House
from gateway.pipeline.shops.back import awaited
from gateway.pipeline.shops.back.names import names_of
from gateway.pipeline.shops.back.order import shelf_lines
from gateway.pipeline.shops.stock.terms import is_test, pack_of, takers
from gateway.pipeline.shops.stock.wake import wake
from gateway.store.shops import orders, stock
from gateway.store.shops.orders import OrderRow
from gateway.store.shops.stock import ReservedRow

GONE = ("draft", "cancelled")
"""States of an order that takes nothing (any more)."""
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What an order takes of an article."""

    article: str
    gtin: str
    pieces: int
    sku: str
    packs: int


@dataclass(slots=True)
class _Changed:
    """What orders change for the shops, gathered until all of them are entered."""

    articles: dict[bool, set[str]] = field(default_factory=dict)
    """By whether it is of the ERP's test system."""
    sold: list[tuple[dict[str, int], datetime | None]] = field(default_factory=list)
    """What the shop itself took off its own quantities: by SKU, and when."""

    def touch(self, articles: Iterable[str], *, test: bool) -> None:
        """These articles have to be shown anew."""
        self.articles.setdefault(test, set()).update(articles)


def reserve(
    connection: Connection, house: House, shop: Shop, order: ShopOrder, at: datetime
) -> None:
    """An order was taken over, waits for its payment, or changed: what it takes is as it says now.

    May be called any number of times. An order that is cancelled takes nothing.
    """
    hold(connection, house, shop, [(True, order)], at)


def release(
    connection: Connection, house: House, shop: Shop, order: ShopOrder, at: datetime
) -> None:
    """An order takes nothing any more: it was cancelled, or never becomes one."""
    hold(connection, house, shop, [(False, order)], at)


def hold(
    connection: Connection,
    house: House,
    shop: Shop,
    held: Sequence[tuple[bool, ShopOrder]],
    at: datetime,
) -> None:
    """The same for many orders of a shop: whether it takes something, and the order.

    Shops and their articles are locked in one order, so that two who do so wait for each other.
    """
    for kept, order in held:
        if kept:
            awaited.enter(connection, shop, order, at)
        else:
            awaited.leave(connection, shop, order, at)
    for test in (False, True):
        if takers(house.workspace, test=test):
            mine = [one for one in held if (one[1].test or is_test(shop)) is test]
            _Holding(connection, house, shop, at, test).enter(mine)


@dataclass(slots=True)
class _Holding:
    """What orders take, entered for all of them together."""

    connection: Connection
    house: House
    shop: Shop
    at: datetime
    test: bool
    """They are of the ERP's test system."""
    new: list[dict[str, Any]] = field(default_factory=list)
    articles: set[str] = field(default_factory=set)
    """That have to be shown anew."""
    sold: list[tuple[dict[str, int], datetime | None]] = field(default_factory=list)
    """What the shop itself took off its own quantities: by SKU, and when."""

    def enter(self, held: Sequence[tuple[bool, ShopOrder]]) -> None:
        """What they take now, and which articles are to be shown anew for it."""
        name, ids = self.shop.shop, [order.external_id for _, order in held]
        known = stock.reserved_of(self.connection, name, {orders.key(each) for each in ids})
        numbers = orders.find_many(self.connection, name, ids)
        taken = [
            _taken(self.house, self.shop, order) if kept and order.status not in GONE else []
            for kept, order in held
        ]
        names = {one.article: one.gtin for each in taken for one in each}
        called = stock.resolve(self.connection, test=self.test, names=names)
        for (_, order), wanted in zip(held, taken, strict=True):
            key = orders.key(order.external_id)
            row = numbers.get(key)
            self._order(order, row, _added(wanted, called), known.pop(key, []))
        stock.add_reserved(self.connection, self.new)
        if self.articles:
            self._show()

    def _order(
        self,
        order: ShopOrder,
        known_as: OrderRow | None,
        wanted: dict[str, _Wanted],
        rows: Sequence[ReservedRow],
    ) -> None:
        known = {row.article: row for row in rows}
        sold: dict[str, int] = {}
        for article, one in wanted.items():
            row = known.pop(article, None)
            if row is not None and row.quantity == one.pieces:
                continue
            if row is None:
                self._first(order, known_as, one)
            elif one.pieces < row.quantity:
                # less than before: what the figures contain of it, they contain still
                stock.change_reserved(self.connection, [row.id], quantity=one.pieces)
            else:
                again: dict[str, Any] = {"closed": None, "shipped": None, "given": None}
                values = {"quantity": one.pieces, "at": self.at, **again}
                stock.change_reserved(self.connection, [row.id], **values)
            sold[one.sku] = one.packs if row is None else 0
            self.articles.add(article)
        gone = [row for row in known.values() if row.closed is None]
        stock.change_reserved(self.connection, [row.id for row in gone], closed=self.at, quantity=0)
        self.articles.update(row.article for row in gone)
        if gone:
            # the shop may have put it back on its own shelf, or not: it is looked at
            sold |= {line.sku: 0 for line in order.lines if line.sku}
        if sold:
            certain = all(sold.values())
            self.sold.append((sold, (order.placed or order.created) if certain else None))

    def _first(self, order: ShopOrder, known_as: OrderRow | None, one: _Wanted) -> None:
        """``at``: when the order came first, so that an old one is known to be with the ERP."""
        number = "" if known_as is None else known_as.number
        at = self.at if known_as is None else known_as.entered
        self.new.append(
            {"test": self.test, "shop": self.shop.shop, "order_id": orders.key(order.external_id),
             "number": number, "article": one.article, "gtin": one.gtin, "quantity": one.pieces,
             "at": at}
        )  # fmt: skip

    def _show(self) -> None:
        """All shops are to show these articles anew, the last piece of one above all."""
        connection, at = self.connection, self.at
        shops = takers(self.house.workspace, test=self.test)
        for shop in sorted(shops, key=lambda one: one.shop):
            assert shop.send.stock is not None
            stock.touch(connection, shop.shop, self.articles, at + shop.send.stock.wait)
            if shop.shop == self.shop.shop:
                for skus, placed in self.sold:
                    stock.expect(connection, shop.shop, skus, placed)
            wake(connection, [shop], at)


def _taken(house: House, shop: Shop, order: ShopOrder) -> list[_Wanted]:
    """What the lines of an order take, line by line."""
    names = names_of(house.workspace, shop)
    found = []
    for line in shelf_lines(shop, order.lines):
        left = line.quantity - (line.cancelled or Decimal(0))
        article = names.article(line.sku, line.ean) or line.sku or line.ean or ""
        packs = int(left.to_integral_value(ROUND_CEILING))
        if packs > 0 and article:
            pieces = packs * pack_of(shop, line.sku or "")
            gtin = (line.ean or "")[:20]
            found.append(_Wanted(article[:_LONGEST], gtin, pieces, line.sku or "", packs))
    return found


def _added(wanted: Iterable[_Wanted], called: Mapping[str, str]) -> dict[str, _Wanted]:
    """Added up by the name that the ERP's figures have for the article."""
    found: dict[str, _Wanted] = {}
    for one in wanted:
        article = called[one.article]
        before = found.get(article)
        pieces = one.pieces + (before.pieces if before else 0)
        packs = one.packs + (before.packs if before and before.sku == one.sku else 0)
        found[article] = _Wanted(article, one.gtin, pieces, one.sku, packs)
    return found
