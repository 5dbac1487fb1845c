"""A gateway with a WooCommerce that calls, and a shop and an ERP that post."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from gateway.channels.as2.mime.headers import Headers
from gateway.pipeline import Gateway
from gateway.pipeline.shops.reception.answer import Answer
from gateway.pipeline.shops.reception.desk import Desk
from gateway.pipeline.shops.reception.webhooks import Taken, Webhooks
from gateway.store.shops.requesttable import request
from gateway.store.shops.tables import inbox, order
from tests.pipeline.world import GATEWAY, World

HOOKS = Path(__file__).parent / "webhooks"
LIVE = "wh-secret"
SECRET, OLD = "s3cret-of-the-shop-2026", "s3cret-of-the-shop-2025"
KEY, ERP_KEY = "k3y-of-the-direct-shop-2026", "k3y-of-the-erp-2026"
CLIENT = "cl1ent-secret-of-an-app"
WOO = """\
schema: 1
shop: acme-shop
name: Acme Shop (example)
kind: woocommerce
woocommerce:
  url: https://127.0.0.1:9
  key: "${file:consumer.key}"
  secret: "${file:consumer.secret}"
webhooks:
  secrets: ["${file:hook.new}", "${file:hook.old}", "${file:hook.live}"]
"""
DIRECT = """\
schema: 1
shop: direct
name: Direct Shop (example)
kind: api
api:
  keys: ["${file:direct.key}"]
"""
FILES = {
    "shops/acme-shop/shop.yaml": WOO,
    "shops/direct/shop.yaml": DIRECT,
    "gateway.yaml": GATEWAY + 'http: {api: {keys: ["${file:erp.key}"]}}\n',
    "hook.new": SECRET,
    "hook.old": OLD,
    "hook.live": LIVE,
    "direct.key": KEY,
    "erp.key": ERP_KEY,
    "consumer.key": "ck_0123456789abcdef",
    "consumer.secret": "cs_0123456789abcdef",
}
AT = "/shops/acme-shop/webhook"


def signed(body: bytes, secret: str = SECRET) -> str:
    """As WooCommerce and Shopify sign."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def hook(
    number: int = 17, secret: str = SECRET, topic: str = "order.updated", **more: str
) -> tuple[bytes, dict[str, str]]:
    """A webhook about an order: body and headers."""
    body = json.dumps({"id": number, "status": "processing"}).encode()
    headers = {
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Delivery-ID": "d1",
        "X-WC-Webhook-Signature": signed(body, secret),
        "Content-Type": "application/json",
    }
    return body, headers | more


def live(number: str) -> tuple[bytes, dict[str, str]]:
    """A webhook as a real shop has sent it."""
    told = json.loads((HOOKS / f"webhook_{number}.headers.json").read_text("utf-8"))
    return (HOOKS / f"webhook_{number}.body").read_bytes(), told["headers"]


def posted(external_id: str = "1001", **changes: Any) -> dict[str, Any]:
    """An order as it is posted."""
    made: dict[str, Any] = {
        "external_id": external_id,
        "number": f"#{external_id}",
        "created": "2026-03-02T09:10:00Z",
        "updated": "2026-03-02T09:12:00Z",
        "status": "paid",
        "shop_status": "paid",
        "currency": "EUR",
        "totals": {"grand": "24.00", "tax": "4.00"},
        "bill_to": {"name": "Alex Sample", "city": "Lille", "country": "FR"},
        "lines": [
            {
                "key": "1",
                "sku": "TSH-1",
                "quantity": 2,
                "amounts": {"net": "20.00", "tax": "4.00", "gross": "24.00"},
                "taxes": [{"rate": 20, "amount": "4.00"}],
            }
        ],
    }
    return made | changes


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


@dataclass
class ShopWorld(World):
    """The workspace at work, and what its shops and its ERP call."""

    woken: list[str] = field(default_factory=list)
    real: bool = False
    """With the maps that ship, not those of the tests of the pipeline."""

    def __post_init__(self) -> None:
        self.files = FILES | self.files
        super().__post_init__()
        self.webhooks = self.hooking(self.gateway)
        self.desk = self.posting(self.gateway)

    def open(self, checkpoint: Callable[[str], None] | None = None) -> Gateway:
        if not self.real:
            return super().open(checkpoint)
        return Gateway.open(self.workspace, checkpoint=checkpoint or self.checkpoint)

    def hooking(self, gateway: Gateway) -> Webhooks:
        return Webhooks(gateway.house, self.woken.append)

    def posting(self, gateway: Gateway) -> Desk:
        return Desk(gateway.house, self.woken.append)

    def call(
        self,
        body: bytes,
        headers: Mapping[str, str] | Iterable[tuple[str, str]],
        *,
        method: str = "POST",
        path: str = AT,
        address: str = "192.0.2.7",
    ) -> Answer:
        """A webhook, without the wire."""
        sent = headers.items() if isinstance(headers, Mapping) else headers
        found = self.webhooks.admit(method, path, Headers.of(sent), address)
        if isinstance(found, Answer):
            return found
        judged = self.webhooks.judge(found, body)
        return self.webhooks.store([judged])[0] if isinstance(judged, Taken) else judged

    def ask(
        self,
        path: str,
        value: Any = None,
        *,
        method: str = "",
        data: bytes | None = None,
        key: str = KEY,
        once: str = "",
        headers: Mapping[str, str] | None = None,
        address: str = "192.0.2.7",
        desk: Desk | None = None,
    ) -> Answer:
        """A request to the API, without the wire."""
        body = data if data is not None else b"" if value is None else as_json(value)
        desk = desk or self.desk
        method = method or ("POST" if body else "GET")
        sent = {"Authorization": f"Bearer {key}"} if key else {}
        sent |= {"Content-Type": "application/json"} if body else {}
        sent |= {"Idempotency-Key": once} if once else {}
        made = Headers.of((sent | dict(headers or {})).items())
        call = desk.admit(method, path, made, address)
        return call if isinstance(call, Answer) else desk.receive(call, body)

    def table(self, table: Table) -> list[Any]:
        with self.gateway.house.store.read() as connection:
            return list(connection.execute(select(table).order_by(table.c.id)))

    def hints(self) -> list[Any]:
        return self.table(inbox)

    def shop_orders(self) -> list[Any]:
        return self.table(order)

    def requests(self) -> list[Any]:
        return self.table(request)


def facts(answer: Answer) -> dict[str, Any]:
    """The JSON of an answer."""
    found: dict[str, Any] = json.loads(answer.body)
    return found


def header(answer: Answer, name: str) -> str:
    return dict(answer.headers).get(name, "")
