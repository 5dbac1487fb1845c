"""The proofs of the story: what the shop, the gateway and the ERP say of the same thing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from gateway.cli.demoshop.scene import Scene
from gateway.cli.demoshop.site import Site
from gateway.documents import Order, Refund
from gateway.documents.shop import ShopOrder, ShopRefund
from gateway.store.shops import tables


@dataclass(frozen=True, slots=True)
class Proof:
    """One line: the same thing three times."""

    what: str
    shop: str
    gateway: str
    erp: str

    @property
    def holds(self) -> bool:
        """Whether all say the same."""
        return self.shop == self.gateway == self.erp

    @property
    def verdict(self) -> str:
        """For people."""
        return "same" if self.holds else "DIFFERENT"

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        told = {"what": self.what, "shop": self.shop, "gateway": self.gateway, "erp": self.erp}
        return {**told, "same": self.holds}


def proofs(made: Scene) -> list[Proof]:
    """Of every order and refund, and how many there are."""
    booked: list[Order] = [made.erp.booked(path) for path in made.erp.files("order")]
    refunds: list[Refund] = [made.erp.booked(path) for path in made.erp.files("refund")]
    found: list[Proof] = []
    for site in (made.web, made.corner):
        mine = [one for one in booked if one.number[:1] == site.shop.name[:1].upper()]
        found.append(_counted(made, site, len(mine)))
        for number, order in sorted(site.shop.orders.items()):
            told = _contents(made, tables.order, site, str(number))
            books = next((one for one in mine if one.number.endswith(f"-{number}")), None)
            found += _of_order(order, ShopOrder.model_validate(told) if told else None, books)
        for back in (one for each in site.shop.refunds.values() for one in each):
            told = _contents(made, tables.refund, site, str(back["id"]))
            found.append(
                _of_refund(back, ShopRefund.model_validate(told) if told else None, refunds)
            )
    return found


def _counted(made: Scene, site: Site, erp: int) -> Proof:
    query = select(func.count()).where(tables.order.c.shop == site.shop.name)
    with made.gateway.house.store.read() as connection:
        known = connection.scalar(query)
    return Proof(f"orders of {site.shop.name}", str(len(site.shop.orders)), str(known), str(erp))


def _contents(made: Scene, table: Any, site: Site, key: str) -> Any:
    """The canonical document that the gateway keeps; ``None`` where it has none."""
    query = select(table.c.content).where(
        table.c.shop == site.shop.name, table.c.external_id == key
    )
    store = made.gateway.house.store
    with store.read() as connection:
        sha = connection.scalar(query)
    return None if sha is None else json.loads(store.payload(sha))


def _of_order(order: dict[str, Any], known: ShopOrder | None, books: Order | None) -> list[Proof]:
    totals = None if books is None else books.totals
    rows = [
        ("total with VAT", order["total"], known and known.totals.grand, totals and totals.amount),
        ("VAT in it", order["total_tax"], known and known.totals.tax, totals and totals.tax),
    ]
    for index, line in enumerate(order["line_items"]):
        shop = Decimal(line["total"]) + Decimal(line["total_tax"])
        ours = known.lines[index].amounts.gross if known and known.lines[index:] else None
        erp = books.lines[index].gross_amount if books and books.lines[index:] else None
        rows.append((f"{line['quantity']} × {line['sku']}", shop, ours, erp))
    return [
        Proof(f"order {order['number']}: {what}", *(_money(one) for one in values))
        for what, *values in rows
    ]


def _of_refund(back: dict[str, Any], known: ShopRefund | None, booked: Sequence[Refund]) -> Proof:
    mine = next((one for one in booked if str(back["id"]) in one.number), None)
    erp = mine.totals.amount if mine and mine.totals else None
    return Proof(
        f"order {back['parent_id']}: refund {back['id']}",
        *(_money(one) for one in (back["amount"], known and known.total, erp)),
    )


def _money(value: Any) -> str:
    return "missing" if value is None else f"{Decimal(value):.2f}"
