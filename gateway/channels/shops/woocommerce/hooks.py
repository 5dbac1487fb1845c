"""Webhooks of WooCommerce: signed bodies, and one unsigned form when a webhook is made.

The delivery id is no identity: the shop makes it of webhook and second, so orders of one second
share it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from gateway.channels.shops.connector import Hint, Hooks, Visit
from gateway.channels.shops.signatures import hmac_proof

SIGNATURE = "X-WC-Webhook-Signature"
_TOPIC = "X-WC-Webhook-Topic"
_DELIVERY = "X-WC-Webhook-Delivery-ID"
_PING = re.compile(rb"webhook_id=\d{1,19}")


class WooCommerceHooks:
    """What judges the calls of a WooCommerce shop."""

    def judge(self, visit: Visit, secrets: Sequence[str]) -> Hint:
        """A call that a webhook's secret signed names an order; the form before it is a ping."""
        topic, delivery = visit.header(_TOPIC), visit.header(_DELIVERY)
        proof = hmac_proof(visit, SIGNATURE, secrets)
        if proof != "forged" and _PING.fullmatch(visit.body.strip()):
            return Hint("ping", topic=topic, delivery=delivery)
        if proof != "genuine":
            return Hint("forged" if proof == "forged" else "unsigned", topic=topic)
        if not topic.startswith("order."):
            return Hint("ignored", topic=topic, delivery=delivery, reason="no topic of orders")
        order = _order(visit.body)
        if not order:
            return Hint("ignored", topic=topic, delivery=delivery, reason="it names no order")
        return Hint("hint", topic=topic, kind="order", external_id=order, delivery=delivery)


def _order(body: bytes) -> str:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    number = said.get("id") if isinstance(said, dict) else None
    return str(number) if type(number) is int and number > 0 else ""


HOOKS: Hooks = WooCommerceHooks()
