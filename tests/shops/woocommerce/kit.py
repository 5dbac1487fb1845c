"""A WooCommerce shop for tests: its settings, and a connector whose calls are kept to the API."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.channels.shops.recording import ScriptedSession
from gateway.channels.shops.session import Answer, ShopError
from gateway.channels.shops.woocommerce.client import WooCommerceShop, connect
from gateway.config.shops import Shop
from gateway.syntax.jsonparts import dumps
from tests.shops.contract import Contract, extract

HERE = Path(__file__).parent
LIVE = HERE / "live"
CONTRACT: Contract = extract(HERE / "schema", {}, prefix="")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def shop(*, poll: dict[str, Any] | None = None, tax: dict[str, Any] | None = None,
         **settings: Any) -> Shop:  # fmt: skip
    """A shop whose group ``woocommerce`` has these settings."""
    connection = {"url": "https://shop.example.com", "key": "${env:WOO_KEY}",
                  "secret": "${env:WOO_SECRET}", **settings}  # fmt: skip
    return Shop.model_validate(
        {
            "shop": "acme-web",
            "name": "Acme",
            "kind": "woocommerce",
            "woocommerce": connection,
            "poll": poll or {},
            "tax": tax or {},
        }
    )


class Keeping(ScriptedSession):
    """Answers in order; each call has to be one that the API offers."""

    def call(self, method: Any, path: str, **rest: Any) -> Answer:
        try:
            return super().call(method, path, **rest)
        finally:
            call = self.calls[-1]
            CONTRACT.check(type(call)(call.method, f"/{call.path}", call.query, call.body))


def store(*answers: tuple[int, Any] | ShopError | Answer, **settings: Any) -> WooCommerceShop:
    """A connector that gets these answers."""
    return connect(shop(**settings), lambda _: "unused", lambda: NOW, Keeping(*answers))


def calls(connector: WooCommerceShop) -> list[tuple[str, str, Any]]:
    """Method, path and body of the calls it made."""
    assert isinstance(connector.session, ScriptedSession)
    return [(one.method, one.path, one.json()) for one in connector.session.calls]


def listed(orders: list[Any], pages: int, total: int | None = None) -> Answer:
    """A page of a list, with the headers that tell how many there are."""
    headers = [("X-WP-TotalPages", str(pages)), ("X-WP-Total", str(total or len(orders)))]
    return Answer(200, tuple(headers), dumps(orders))
