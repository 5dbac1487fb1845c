"""The webhooks that Shopify has for the app. One that was not heard for hours is deleted there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.channels.shops.connector import Hook
from gateway.channels.shops.session import ShopAnswerError, ShopRefusedError
from gateway.channels.shops.shopify.documents import HOOK, HOOKS
from gateway.channels.shops.shopify.graph import Graph

MOST_PARTS = 20


def listed(graph: Graph) -> list[Hook]:
    """All of the app. Shopify has no switched off ones: they are gone."""
    found: list[Hook] = []
    after = None
    for _ in range(MOST_PARTS):
        told = graph.data(HOOKS, {"after": after}).get("webhookSubscriptions") or {}
        found += [_hook(node) for node in told.get("nodes") or []]
        info = told.get("pageInfo") or {}
        if not info.get("hasNextPage"):
            return found
        after = info.get("endCursor")
    raise ShopAnswerError(f"the list of webhooks does not end after {MOST_PARTS} parts")


def make(topic: str, address: str, graph: Graph) -> Hook:
    """Have Shopify call an address; the app's client secret signs it."""
    asked = {"topic": topic, "uri": address}
    told, complaints = graph.change(HOOK, asked, "webhookSubscriptionCreate", repeatable=False)
    made = told.get("webhookSubscription")
    if complaints or not isinstance(made, dict):
        reason = "; ".join(one.message for one in complaints) or "no webhook was made"
        raise ShopRefusedError(reason, 200)
    return _hook(made)


def _hook(node: Mapping[str, Any]) -> Hook:
    return Hook(str(node.get("id")), str(node.get("topic")), str(node.get("uri")), active=True)
