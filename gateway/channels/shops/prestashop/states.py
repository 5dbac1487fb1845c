"""States of a PrestaShop order: a shop makes its own, with flags that say what they mean."""

from __future__ import annotations

import re

from gateway.channels.shops.fields import Fields
from gateway.config.shops.prestashop import PrestaShop
from gateway.documents.shop.order import Status

_NUMBER = re.compile(r"[0-9]{1,10}")


def status_of(order: Fields, state: Fields, settings: PrestaShop) -> Status:
    """What the state means. Cancelled and refunded have no flag: the settings name them."""
    text = order.text("current_state")
    if text in (None, "0"):
        return "draft"
    number = int(text) if text and _NUMBER.fullmatch(text) else 0
    if number in settings.cancelled_states:
        return "cancelled"
    if number in settings.refunded_states:
        return "refunded"
    if not state:
        order.say("W236", "current_state", value=text, status="pending")
        return "pending"
    if state.flag("shipped") or number == settings.shipped_state:
        return "shipped"
    if state.flag("paid"):
        return "processing" if state.flag("delivery") else "paid"
    return "pending"
