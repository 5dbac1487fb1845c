"""A PrestaShop for tests: its settings, and a connector of a webservice in memory."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from gateway.channels.shops.prestashop.client import PrestaShopShop, connect
from gateway.config.shops import Shop

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def shop(*, poll: dict[str, Any] | None = None, tax: dict[str, Any] | None = None,
         **settings: Any) -> Shop:  # fmt: skip
    """A shop whose group ``prestashop`` has these settings."""
    connection = {"url": "https://shop.example.com", "key": "${env:PRESTA_KEY}",
                  "zone": "Europe/Paris", **settings}  # fmt: skip
    return Shop.model_validate(
        {
            "shop": "acme-shop",
            "name": "Acme",
            "kind": "prestashop",
            "prestashop": connection,
            "poll": poll or {},
            "tax": tax or {},
        }
    )


def connector(session: Any, now: datetime = NOW, **settings: Any) -> PrestaShopShop:
    """A connector of a session."""
    return connect(shop(**settings), lambda _: "unused", lambda: now, session)
