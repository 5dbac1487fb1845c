"""States of a WooCommerce order, and what they mean here."""

from __future__ import annotations

from gateway.channels.shops.fields import Fields
from gateway.documents.shop.order import Status

STATES: dict[str, Status] = {
    "auto-draft": "draft",
    "checkout-draft": "draft",
    "pending": "pending",
    "failed": "pending",
    "on-hold": "on_hold",
    "processing": "processing",
    "completed": "shipped",
    "cancelled": "cancelled",
    "trash": "cancelled",
    "refunded": "refunded",
}
CLOSED = ("cancelled", "trash", "refunded", "failed")
"""States in which nothing can be shipped any more."""


def status_of(order: Fields) -> Status:
    """What a state means. One of a plug-in (W236) counts by whether the order is paid."""
    said = order.need("status", "the state of the order")
    known = STATES.get(said)
    if known is not None or not said:
        return known or "pending"
    guessed: Status = "processing" if order.text("date_paid_gmt") else "pending"
    order.say("W236", "status", value=said, status=guessed)
    return guessed
