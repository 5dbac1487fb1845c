"""The webhooks that WooCommerce has for us: listed, made, and switched on again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.channels.shops.connector import Hook
from gateway.channels.shops.session import Session, ShopAnswerError
from gateway.channels.shops.woocommerce.articles import entries

TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")
_PAGE = 100
_MOST_PAGES = 50


def webhooks(session: Session) -> list[Hook]:
    """All webhooks; the shop switches one off after seven failures in a row, and tells nobody."""
    return [_hook(one) for one in _listed(session)]


def make_webhook(session: Session, topic: str, address: str, secret: str) -> Hook:
    """Have the shop call an address; one that is there already is switched on with this secret."""
    for one in _listed(session):
        if one.get("topic") == topic and one.get("delivery_url") == address:
            body = {"status": "active", "secret": secret}
            return _hook(session.call("PUT", f"webhooks/{one['id']}", json=body).json())
    body = {
        "name": f"EDI gateway: {topic}",
        "topic": topic,
        "delivery_url": address,
        "secret": secret,
        "status": "active",
    }
    return _hook(session.call("POST", "webhooks", json=body).json())


def _listed(session: Session) -> Iterator[dict[str, Any]]:
    for page in range(1, _MOST_PAGES + 1):
        query = [
            ("per_page", str(_PAGE)), ("page", str(page)), ("orderby", "id"), ("order", "asc"),
        ]  # fmt: skip
        found = entries(session.call("GET", "webhooks", query=query).json())
        yield from found
        if len(found) < _PAGE:
            return


def _hook(entry: Any) -> Hook:
    if not isinstance(entry, dict) or "id" not in entry:
        raise ShopAnswerError("the answer is no webhook")
    status = str(entry.get("status"))
    return Hook(
        id=str(entry["id"]),
        topic=str(entry.get("topic")),
        address=str(entry.get("delivery_url")),
        active=status == "active",
        detail=status,
    )
