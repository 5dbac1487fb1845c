"""Webhooks of BigCommerce: Standard Webhooks, signed with the bytes of the client secret.

A call holds an id and nothing else; its ``hash`` is the same in repeats.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Literal

from gateway.channels.shops.connector import Hint, Hooks, Visit
from gateway.channels.shops.signatures import standard_proof

TOPICS = (
    "store/order/created",
    "store/order/updated",
    "store/order/archived",
    "store/order/refund/created",
)
"""Scopes that are needed; each change of status is an update, too."""


class BigCommerceHooks:
    """What judges the calls of BigCommerce."""

    def judge(self, visit: Visit, secrets: Sequence[str]) -> Hint:
        """A signed call about an order names it."""
        delivery = visit.header("webhook-id")
        keys = [secret.encode() for secret in secrets]
        proof = standard_proof(visit, keys)
        if proof != "genuine":
            return Hint(proof, delivery=delivery)
        scope, order = _said(visit.body)
        if not scope.startswith("store/order/"):
            return Hint("ignored", topic=scope, delivery=delivery, reason="no topic of orders")
        if not order:
            return Hint("ignored", topic=scope, delivery=delivery, reason="it names no order")
        kind: Literal["order", "refund"] = "refund" if "/refund/" in scope else "order"
        return Hint("hint", topic=scope, kind=kind, external_id=order, delivery=delivery)


def _said(body: bytes) -> tuple[str, str]:
    """Its scope, and the number of the order."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(told, dict):
        return "", ""
    scope, data = told.get("scope"), told.get("data")
    number = data.get("id") if isinstance(data, dict) and data.get("type") == "order" else None
    return (
        scope if isinstance(scope, str) else "",
        str(number) if type(number) is int and number > 0 else "",
    )


HOOKS: Hooks = BigCommerceHooks()
