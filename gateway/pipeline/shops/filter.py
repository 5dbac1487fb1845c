"""Whether an order that the ERP has not got is taken over now, or waits, and for what.

A filter is a state: what is not taken over is kept with the reason, and looked at again whenever it
changes in the shop, or the settings change. An order that was taken is never filtered again.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time

from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder
from gateway.problems import Problem, problem

_OVER = ("cancelled", "refunded")
_UNPAID = ("pending",)
_UNREADY = ("draft", "on_hold")
_PAID = ("paid", "processing", "part_shipped", "shipped")
AWAITED = ("W300", "W301", "W308")
"""Reasons of orders whose goods are kept for them meanwhile: they are wanted, not ready yet."""


def why_waiting(shop: Shop, order: ShopOrder, begun: datetime | None) -> Problem | None:
    """Why an order waits; ``None`` when it is taken over. ``begun``: orders made before wait."""
    return _too_old(shop, order, begun) or _elsewhere(shop, order) or _state(shop, order)


def rules_hash(shop: Shop, begun: datetime | None) -> str:
    """Equal as long as the settings that make orders wait are the same."""
    rules = shop.orders
    told = (
        *(since(shop, begun), rules.states, rules.unpaid, rules.test_orders),
        *(sorted(rules.channels), shop.send.accept),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def since(shop: Shop, begun: datetime | None) -> datetime | None:
    """Orders made before it are not the house's: the day of the settings, else the first look."""
    if shop.poll.since is None:
        return begun
    return datetime.combine(shop.poll.since, time(), UTC)


def _too_old(shop: Shop, order: ShopOrder, begun: datetime | None) -> Problem | None:
    first = since(shop, begun)
    if first is None or order.created >= first:
        return None
    created, since_ = _shown(order.created), _shown(first)
    return problem("W304", created=created, since=since_, setting="poll.since")


def _elsewhere(shop: Shop, order: ShopOrder) -> Problem | None:
    channels = shop.orders.channels
    if channels and (order.channel or "") not in channels:
        channel, wanted = order.channel or "", ", ".join(channels)
        return problem("W302", channel=channel, wanted=wanted, setting="orders.channels")
    if order.test and shop.orders.test_orders == "ignore":
        return problem("W303", setting="orders.test_orders")
    return None


def _state(shop: Shop, order: ShopOrder) -> Problem | None:
    if order.awaits_acceptance:
        by_us = shop.send.accept in ("import", "response")
        return None if by_us else problem("W308", status=order.shop_status)
    wanted = shop.orders.states
    if wanted and order.shop_status not in wanted:
        code = "W305" if order.status in _OVER else "W301"
        return problem(code, status=order.shop_status, wanted=" or ".join(wanted))
    if order.status in _UNPAID:
        unpaid = shop.orders.unpaid == "wait"
        return problem("W300", status=order.shop_status) if unpaid else None
    if wanted:
        cart = order.status == "draft"  # nobody has ordered anything, whatever it is called
        return problem("W301", status=order.shop_status, wanted="ordered") if cart else None
    if order.status in _PAID:
        return None
    if order.status in _OVER:
        return problem("W305", status=order.shop_status)
    return problem("W301", status=order.shop_status, wanted="paid or being processed")


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
