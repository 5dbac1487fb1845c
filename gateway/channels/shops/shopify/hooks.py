"""Webhooks of Shopify: HMAC of the body with the app's client secret.

A repeat carries the first payload, and nothing comes in order: so only the order's id is read of
what came, never the order.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from gateway.channels.shops.connector import Hint, Hooks, Visit
from gateway.channels.shops.signatures import hmac_proof

SIGNATURE = "X-Shopify-Hmac-Sha256"
TOPICS = (
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "ORDERS_EDITED",
    "ORDERS_CANCELLED",
    "ORDERS_DELETE",
    "ORDERS_PAID",
    "ORDERS_FULFILLED",
    "ORDERS_PARTIALLY_FULFILLED",
    "REFUNDS_CREATE",
)
"""Topics that are needed, as the API names them; their deliveries say ``orders/create``."""
_WHERE: dict[str, tuple[str, ...]] = {
    "orders/edited": ("order_edit", "order_id"),
    "refunds/create": ("order_id",),
    "fulfillments/create": ("order_id",),
    "fulfillments/update": ("order_id",),
}
"""By topic: where the order's id stands; of all other ``orders/…`` it is ``id``."""
_RETURNS = ("order", "id")


class ShopifyHooks:
    """What judges the calls of Shopify."""

    def judge(self, visit: Visit, secrets: Sequence[str]) -> Hint:
        """A signed call of an order's topic names the order."""
        topic = visit.header("X-Shopify-Topic").lower()
        # the same in all repeats; the other id tells apart subscriptions of one topic
        delivery = visit.header("X-Shopify-Webhook-Id")
        proof = hmac_proof(visit, SIGNATURE, secrets)
        if proof != "genuine":
            return Hint("forged" if proof == "forged" else "unsigned", topic=topic)
        path = _path(topic)
        if path is None:
            return Hint("ignored", topic=topic, delivery=delivery, reason="no topic of orders")
        order = _order(visit.body, path)
        if not order:
            return Hint("ignored", topic=topic, delivery=delivery, reason="it names no order")
        kind: Literal["order", "refund"] = "refund" if topic == "refunds/create" else "order"
        return Hint("hint", topic=topic, kind=kind, external_id=order, delivery=delivery)


def _path(topic: str) -> tuple[str, ...] | None:
    if topic in _WHERE:
        return _WHERE[topic]
    group, _, event = topic.partition("/")
    if group == "returns":
        return _RETURNS
    return ("id",) if group == "orders" and event else None


def _order(body: bytes, path: tuple[str, ...]) -> str:
    """The number of the order."""
    try:
        here: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    for name in path:
        here = here.get(name) if isinstance(here, Mapping) else None
    return str(here) if type(here) is int and here > 0 else ""


HOOKS: Hooks = ShopifyHooks()
