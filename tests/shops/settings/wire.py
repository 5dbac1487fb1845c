"""What leaves for a shop, as it leaves: every call of a connector, with the proof it carries."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest

from gateway.channels.http import Endpoint, Reply
from gateway.channels.shops import auth, platforms, web
from gateway.channels.shops.connector import Connector
from gateway.channels.shops.session import ShopError
from gateway.config.secrets import Secret
from gateway.config.shops import Shop

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Answers = Mapping[str, Any]
"""By a part of method and address: the values that are answered, the first that fits."""
TOKEN = {"token": {"access_token": "t-4711-of-a-test", "expires_in": 3600}}
GROUPS: Mapping[str, Mapping[str, Any]] = {
    "woocommerce": {"url": "https://shop.example.com", "key": "${env:A_KEY}",
                    "secret": "${env:A_SECRET}"},
    "shopify": {"url": "https://tea.myshopify.com", "token": "${env:A_TOKEN}"},
    "prestashop": {"url": "https://shop.example.com", "key": "${env:A_KEY}", "zone": "UTC"},
    "magento": {"url": "https://shop.example.com", "token": "${env:A_TOKEN}"},
    "bigcommerce": {"store_hash": "abc123", "token": "${env:A_TOKEN}"},
    "amazon": {"client_id": "app-1", "client_secret": "${env:A_SECRET}", "seller": "A1SELLER",
               "refresh_token": "${env:A_TOKEN}", "marketplaces": ["A13V1IB3VIYZZH"]},
    "octopia": {"client_id": "app-1", "client_secret": "${env:A_SECRET}", "seller": "4711"},
    "mirakl": {"url": "https://market.example.com", "key": "${env:A_KEY}"},
}  # fmt: skip
"""The least that each connection needs."""


def shop_of(kind: str, group: Mapping[str, Any], **more: Any) -> Shop:
    """A shop of a platform; what is ``None`` in the group is left out."""
    whole = {name: value for name, value in (GROUPS[kind] | group).items() if value is not None}
    return Shop.model_validate(
        {"shop": "acme-shop", "name": "Acme", "kind": kind, kind: whole, **more}
    )


class Wire:
    """Stands for the HTTP client: keeps what is sent, answers what the test says."""

    sent: list[str]
    answers: Answers
    rest: Any

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def send(
        self, method: str, headers: Sequence[tuple[str, str]], body: Iterable[bytes], size: int,
        *, url: str = "", most: int = 0,
    ) -> Reply:  # fmt: skip
        del size, most
        call = f"{method} {unquote(url or self.endpoint.url)}"
        told = [f"{name}: {_readable(value)}" for name, value in headers]
        data = unquote(b"".join(body).decode("utf-8", "replace"))
        Wire.sent.append(f"within {self.endpoint.reply}: {call} {' '.join(told)} {data}")
        found = next((value for part, value in Wire.answers.items() if part in call), Wire.rest)
        return Reply(200, (), json.dumps(found).encode())

    def close(self) -> None:
        """Nothing is open."""


def _readable(value: str) -> str:
    """A header; user and password in it as they are."""
    if value.startswith("Basic "):
        return f"Basic {base64.b64decode(value.removeprefix('Basic ')).decode()}"
    return value


def sent(
    monkeypatch: pytest.MonkeyPatch, shop: Shop, act: Callable[[Connector], Any], answers: Answers
) -> str:
    """All that a connector of the settings sends when it does something, and what it says of it."""
    monkeypatch.setattr(web, "Client", Wire)
    monkeypatch.setattr(auth.random, "token_hex", lambda _: "a-nonce")
    Wire.sent, Wire.answers = [], {**answers, **TOKEN}
    Wire.rest = [] if shop.kind in ("woocommerce", "prestashop") else {}
    connector = platforms.connect(shop, _secret, lambda: NOW)
    try:
        outcome = act(connector)
    except ShopError as failure:
        outcome = failure
    finally:
        connector.close()
    return "\n".join([*Wire.sent, repr(outcome)])


def _secret(secret: Secret) -> str:
    return f"what-{secret.where}-holds"
