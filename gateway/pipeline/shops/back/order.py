"""The orders that a document of the ERP is about, as the shop knows them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from pydantic import ValidationError
from sqlalchemy import Connection

from gateway.config.shops import Shop
from gateway.documents.common import Item
from gateway.documents.shop import ShopLine, ShopOrder
from gateway.documents.shop.orderlines import numbers_of
from gateway.pipeline.shops.back.names import Names
from gateway.store import contents
from gateway.store.shops import orders, shipments
from gateway.store.shops.orders import OrderRow

TAKEN = ("taken",)
"""States of orders that documents of the ERP can be about."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order that the ERP was given."""

    row: OrderRow
    order: ShopOrder | None
    """``None`` when it is not kept any more."""
    told: Mapping[str, Decimal] = field(default_factory=dict)
    """By key of a line: how much of it is in shipments."""
    despatches: Mapping[str, int] = field(default_factory=dict)
    """By number of the despatch advice: the message that told of it."""


Finder = Callable[[Collection[str]], Sequence[Ordered]]
"""The orders of shops that the ERP knows by these numbers."""


@dataclass(frozen=True, slots=True)
class Look:
    """What reading a file of the ERP needs to know for shops."""

    came: datetime
    """When the file came."""
    find: Finder


def nobody(_numbers: Collection[str]) -> Sequence[Ordered]:
    """A finder that knows no order."""
    return ()


NO_SHOPS = Look(datetime(2000, 1, 1, tzinfo=UTC), nobody)


def find(connection: Connection, numbers: Collection[str]) -> list[Ordered]:
    """The orders of these numbers that the ERP was given, of any shop."""
    rows = [row for row in orders.by_number(connection, numbers) if row.state in TAKEN]
    if not rows:
        return []
    texts = contents.read_all(connection, {row.content for row in rows if row.content})
    told = shipments.of_orders(connection, {(row.shop, row.external_id) for row in rows})
    return [
        Ordered(
            row,
            _read(texts.get(row.content or "")),
            told.get((row.shop, row.external_id), ({}, {}))[0],
            told.get((row.shop, row.external_id), ({}, {}))[1],
        )
        for row in rows
    ]


def known(connection: Connection, shop: str, external_id: str) -> Ordered | None:
    """One order of a shop, by its own id."""
    row = orders.find(connection, shop, external_id)
    if row is None:
        return None
    text = None if row.content is None else contents.read(connection, row.content)
    return Ordered(row, _read(text))


def _read(text: bytes | None) -> ShopOrder | None:
    try:
        return None if text is None else ShopOrder.from_json(text)
    except (ValueError, ValidationError):
        return None


@dataclass(frozen=True, slots=True)
class LineState:
    """How far a line of an order is: each number as it is known, none supposed."""

    line: ShopLine
    number: str
    """Its number in the ERP."""
    shipped: Decimal
    """As the shop says, or as our shipments say, whichever is more."""

    @property
    def open(self) -> Decimal:
        """What is still to be shipped."""
        ordered = self.line.quantity - (self.line.cancelled or Decimal(0))
        return max(Decimal(0), ordered - self.shipped)


def lines_of(found: Ordered, shop: Shop) -> list[LineState]:
    """The lines of an order that are shipped: goods; of a bundle its parts, or only itself."""
    if found.order is None:
        return []
    numbers = numbers_of(found.order)
    return [
        LineState(
            line,
            numbers.get(line.key, ""),
            max(found.told.get(line.key, Decimal(0)), line.shipped or Decimal(0)),
        )
        for line in shelf_lines(shop, found.order.lines)
    ]


def shelf_lines(shop: Shop, lines: Iterable[ShopLine]) -> list[ShopLine]:
    """Lines that take something off a shelf: goods; of a bundle its parts, or only itself."""
    goods = [line for line in lines if line.kind == "goods"]
    if shop.items.bundles == "parent":
        return [line for line in goods if line.parent is None]
    parents = {line.parent for line in goods if line.parent is not None}
    return [line for line in goods if line.key not in parents]


def is_article(line: ShopLine, item: Item, names: Names) -> bool:
    """Whether an item of the ERP is the article of a line."""
    ours = names.article(line.sku, line.ean)
    told = {item.supplier_item, item.buyer_item} - {None}
    return bool(
        (ours and ours in told)
        or (line.sku and line.sku in told)
        or (line.ean and item.gtin and line.ean.lstrip("0") == item.gtin.lstrip("0"))
    )


def named(item: Item) -> str:
    """An article as a person finds it in the ERP's file."""
    shown = item.supplier_item or item.buyer_item or item.gtin or item.text or "an unnamed article"
    return f"article {shown}"
