"""Asking Magento for orders, and for what is known about one: memos, shipments, comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from gateway.channels.shops.connector import Listed, Page, Record, Shipment, Window
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.magento.coins import Coins
from gateway.channels.shops.magento.search import Place, Search, criteria, entries, row_of, stamp
from gateway.channels.shops.magento.write import mark
from gateway.channels.shops.session import ShopAnswerError
from gateway.config.shops.magento import Magento
from gateway.problems import Problem, problem
from gateway.syntax.jsonparts import array, bundle

PATH = "/V1/orders"
_LISTED = 100
_SHORT = (
    "items[entity_id,increment_id,created_at,updated_at,status,state,grand_total,base_grand_total,"
    "order_currency_code,base_currency_code,extension_attributes[gift_cards_amount,"
    "base_gift_cards_amount,customer_balance_amount,base_customer_balance_amount,"
    "reward_currency_amount,base_reward_currency_amount]],total_count"
)
_MEMOS = 500
"""Of all orders of a page."""


@dataclass(slots=True)
class Orders:
    """The orders of one site."""

    settings: Magento
    search: Search

    def page(self, window: Window, position: str, size: int) -> Page:
        """A page of the orders that changed in a window."""
        place, until = Place.of(position, window), stamp(window.until)
        query = criteria(
            place.filters("updated_at", until), sort=("updated_at", "entity_id"), size=size
        )
        found = [(raw, opened(raw, "the order")) for raw in self.search.rows(PATH, query)]
        good = [(raw, order) for raw, order in found if order.text("entity_id")]
        broken = [_broken(index) for index, (_, order) in enumerate(found) if not _named(order)]
        memos = self._memos([order for _, order in good])
        records = tuple(_record(raw, order, memos) for raw, order in good)
        following = place.following([row_of(order) for _, order in found], size, until)
        return Page(records, following.text() if following else "", broken=tuple(broken))

    def order(self, external_id: str) -> Record | None:
        """One order; ``None`` where there is none."""
        if not external_id.isascii() or not external_id.isdigit():
            return None
        answer = self.search.session.call("GET", f"{PATH}/{external_id}", allowed=(404,))
        if answer.status == 404:
            return None
        order = opened(answer.body, "the order")
        if not _named(order):
            raise ShopAnswerError("the answer is no order")
        return _record(answer.body, order, self._memos([order]))

    def listed(self, window: Window, field: str) -> Iterator[Listed]:
        """All orders of a window in short, each once."""
        coins, seen = Coins(self.settings.money), set()
        for order in self.search.walk(PATH, window, field, _LISTED, _SHORT):
            created, identifier = order.instant("created_at", UTC), order.text("entity_id")
            if created is None or identifier is None or identifier in seen:
                continue
            seen.add(identifier)
            yield Listed(
                external_id=identifier,
                number=order.text("increment_id") or "",
                created=created,
                updated=order.instant("updated_at", UTC),
                status=order.text("status") or order.text("state") or "",
                total=coins.grand(order),
                currency=coins.currency(order),
            )

    def count(self, window: Window) -> int | None:
        """How many orders were created in a window."""
        filters = Place(stamp(window.since)).filters("created_at", stamp(window.until))
        query = criteria(filters, size=1, fields="total_count")
        answer = self.search.session.call("GET", PATH, query=query)
        total = opened(answer.body, "the number of orders").number("total_count")
        return None if total is None else int(total)

    def shipped(self, shipment: Shipment) -> str | None:
        """The id of a shipment that tells the same already, by our mark or a tracking number."""
        ours = mark(shipment.key)
        numbers = {parcel.tracking for parcel in shipment.parcels if parcel.tracking}
        query = criteria([("order_id", "eq", shipment.order)], size=_LISTED)
        for raw in self.search.rows("/V1/shipments", query):
            there = opened(raw, "the shipment")
            comments = {one.text("comment") for one in there.each("comments")}
            tracks = {one.text("track_number") for one in there.each("tracks")}
            if ours in comments or numbers & tracks:
                return there.text("entity_id") or "?"
        return None

    def commented(self, path: str, text: str) -> bool:
        """Whether an order has a comment already."""
        answer = self.search.session.call("GET", path)
        return any(opened(raw, "the comment").text("comment") == text for raw in entries(answer))

    def _memos(self, orders: Iterable[Fields]) -> dict[str, list[bytes]]:
        """Credit memos of those orders that have any, by order."""
        refunded = [one.text("entity_id") or "" for one in orders if _refunded(one)]
        found: dict[str, list[bytes]] = {one: [] for one in refunded}
        if refunded:
            query = criteria([("order_id", "in", ",".join(refunded))], size=_MEMOS)
            for raw in self.search.rows("/V1/creditmemos", query):
                order = opened(raw, "the credit memo").text("order_id") or ""
                found.setdefault(order, []).append(raw)
        return found


def _named(order: Fields) -> bool:
    return order.text("entity_id") is not None


def _refunded(order: Fields) -> bool:
    """Whether an order has credit memos: its money or its articles went back."""
    if order.number("total_refunded") or order.text("state") == "closed":
        return True
    return any(item.number("qty_refunded") for item in order.each("items"))


def _record(raw: bytes, order: Fields, memos: dict[str, list[bytes]]) -> Record:
    """The order as it came, or with its credit memos beside it."""
    identifier = order.text("entity_id") or ""
    of_it: Sequence[bytes] = memos.get(identifier, ())
    if of_it:
        raw = bundle(order=raw, creditmemos=array(list(of_it)))
    return Record("order", identifier, raw, order.instant("updated_at", UTC))


def _broken(index: int) -> Problem:
    return problem("W230", what=f"entry {index + 1} of the list", reason="it has no entity_id")
