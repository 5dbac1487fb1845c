"""The demo's shop itself: its articles, its orders, and whom it calls about them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

from gateway.cli.demoshop import hooks, till
from gateway.cli.demoshop.goods import Product, assortment
from gateway.cli.demoshop.hooks import Delivery, Hook
from gateway.cli.demoshop.till import Json


class SoldOutError(Exception):
    """The shop has less of it than somebody wants."""


class DemoShop:
    """One shop. Served by several threads: whatever changes it holds :attr:`lock`."""

    def __init__(self, name: str, first: int) -> None:
        self.name = name
        self.lock = threading.RLock()
        self.products = {each.sku: each for each in assortment()}
        self.orders: dict[int, Json] = {}
        self.refunds: dict[int, list[Json]] = {}
        self.notes: dict[int, list[Json]] = {}
        self.hooks: list[Hook] = []
        self._new_hooks: list[Hook] = []
        self._numbers = count(first)
        self._ids = count(first * 10)
        self._untold: dict[tuple[str, int], None] = {}

    # ---- people

    def buy(self, basket: Mapping[str, int], buyer: Mapping[str, str], coupon: str = "") -> Json:
        """A guest orders and pays. Raises :class:`SoldOutError`."""
        with self.lock:
            for sku, quantity in basket.items():
                if self.products[sku].stock < quantity:
                    raise SoldOutError(f"{self.products[sku].stock} left of {sku}")
            off = till.PERCENT_OFF if coupon == till.COUPON else 0
            lines = [till.sold(self.products[sku], much, off) for sku, much in basket.items()]
            for line in lines:
                line.product.stock -= line.quantity
            number = next(self._numbers)
            order = till.order_of(number, lines, buyer, now(), self.next_id, coupon)
            self.orders[number] = order
            self._untold[("order.updated", number)] = None  # the shop tells it in this order
            self._untold[("order.created", number)] = None
            return order

    def give_back(self, number: int, sku: str, quantity: int, reason: str) -> Json:
        """The shopkeeper pays some of an order back; the goods go on the shelf again."""
        with self.lock:
            order = self.orders[number]
            line = next(one for one in order["line_items"] if one["sku"] == sku)
            refund = till.refund_of(order, line, quantity, reason, now(), self.next_id)
            self.refunds.setdefault(number, []).append(refund)
            short = {"id": refund["id"], "reason": reason, "total": f"-{refund['amount']}"}
            order["refunds"].append(short)
            self.products[sku].stock += quantity
            self.changed(number)
            return refund

    # ---- whom it calls

    def hook(self, topic: str, address: str, secret: str) -> Hook:
        """A new webhook."""
        with self.lock:
            hook = Hook(len(self.hooks) + 1, topic, address, secret)
            self.hooks.append(hook)
            self._new_hooks.append(hook)
            return hook

    def call_out(self) -> list[Delivery]:
        """Tell of everything that happened since the last time; bodies are as things are now."""
        with self.lock:
            untold, self._untold = list(self._untold), {}
            new, self._new_hooks = self._new_hooks, []
        return [hooks.ping(hook) for hook in new] + [
            hooks.deliver(hook, self._body(number), now())
            for topic, number in untold
            for hook in self.hooks
            if hook.topic == topic
        ]

    def _body(self, number: int) -> bytes:
        with self.lock:
            return json.dumps(self.orders[number]).encode()

    # ---- what the API changes

    def changed(self, number: int) -> None:
        """An order is another one from now on."""
        self.orders[number]["date_modified_gmt"] = till.stamp(now())
        self._untold[("order.updated", number)] = None

    def put(self, number: int, change: Mapping[str, Any]) -> Json:
        """Change an order: its state, and its meta data by key."""
        order = self.orders[number]
        if "status" in change:
            order["status"] = change["status"]
        kept = {one["key"]: one for one in order["meta_data"]}
        for one in change.get("meta_data", []):
            kept[one["key"]] = {"id": self.next_id(), "key": one["key"], "value": one["value"]}
        order["meta_data"] = list(kept.values())
        self.changed(number)
        return order

    def note(self, number: int, text: str, *, customer: bool) -> Json:
        """A note on an order; it does not change the order's time."""
        made = {"id": self.next_id(), "note": text, "customer_note": customer}
        self.notes.setdefault(number, []).append(made)
        return made

    def find(self, ids: set[int], skus: set[str]) -> Iterator[Product]:
        """Articles by id or SKU."""
        for each in self.products.values():
            if each.id in ids or each.sku in skus:
                yield each

    def next_id(self) -> int:
        """Of a line, a note, a refund."""
        return next(self._ids)


def now() -> datetime:
    """To the second, as the shop keeps times."""
    return datetime.now(UTC).replace(microsecond=0)
