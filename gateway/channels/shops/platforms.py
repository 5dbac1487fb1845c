"""Which platforms there are: one row each, and what its folder offers under fixed names.

``<platform>/client.py`` has ``connect``, ``<platform>/read.py`` has ``read_order`` and
``read_refund``, ``<platform>/hooks.py`` has ``HOOKS`` where the platform calls us. Nothing of a
platform is loaded before it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

from gateway.channels.shops.connector import Connector, Hooks, Reading
from gateway.channels.shops.session import Session
from gateway.config.secrets import Secret
from gateway.config.shops import Shop

FOLDERS = {
    "woocommerce": "woocommerce",
    "shopify": "shopify",
    "prestashop": "prestashop",
    "magento": "magento",
    "bigcommerce": "bigcommerce",
    "amazon": "amazon",
    "octopia": "octopia",
    "mirakl": "mirakl",
    "api": "posted",
}
"""By kind of shop: the folder beside this file."""
CALLED_BY = ("woocommerce", "shopify", "bigcommerce")
"""Kinds that call us (webhooks)."""


def connect(
    shop: Shop,
    secrets: Callable[[Secret], str],
    clock: Callable[[], datetime],
    session: Session | None = None,
) -> Connector:
    """A connector for a shop. ``session``: instead of the one its settings describe (tests).

    ``secrets`` looks a secret up when it is needed. Raises ``ShopError`` where the settings cannot
    be used; calls nothing.
    """
    made: Connector = _part(shop.kind, "client").connect(shop, secrets, clock, session)
    return made


def read_order(shop: Shop, raw: bytes) -> Reading:
    """The canonical order of a record. Pure; never raises for what the bytes are."""
    reading: Reading = _part(shop.kind, "read").read_order(raw, shop)
    return reading


def read_refund(shop: Shop, raw: bytes) -> Reading:
    """The canonical refund of a record that came alone. Pure; never raises for the bytes."""
    reading: Reading = _part(shop.kind, "read").read_refund(raw, shop)
    return reading


def hooks(kind: str) -> Hooks | None:
    """What judges the calls of a platform; ``None`` where it never calls."""
    if kind not in CALLED_BY:
        return None
    found: Hooks = _part(kind, "hooks").HOOKS
    return found


def _part(kind: str, name: str) -> Any:
    return import_module(f"gateway.channels.shops.{FOLDERS[kind]}.{name}")
