"""Tokens, costs, webhooks, and what the connection says of itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.channels.shops.connector import Decision, Visit
from gateway.channels.shops.pace import Bucket, Pace
from gateway.channels.shops.recording import ScriptedSession
from gateway.channels.shops.session import (
    Answer,
    ShopBusyError,
    ShopError,
    ShopRefusedError,
    ShopUncertainError,
)
from gateway.channels.shops.shopify.client import connect
from gateway.channels.shops.shopify.documents import SHIP, SHOP
from gateway.channels.shops.shopify.graph import Graph, slow_down
from gateway.channels.shops.shopify.hooks import HOOKS, TOPICS
from gateway.syntax.jsonparts import dumps
from tests.shops.shopify.checking import NOW, shop, store
from tests.shops.shopify.test_prices import SHOP as ABOUT
from tests.shops.transport import server

# ---- settings


@pytest.mark.parametrize(
    "settings",
    [
        {"token": None},
        {"token": None, "client_id": "app"},
        {"client_id": "app", "client_secret": "${env:APP}"},
        {"version": "2023-01"},
        {"location": "main"},
        {"invoices": "invoices"},
    ],
)
def test_settings_that_cannot_work(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        shop(**settings)


def test_a_token_and_the_secret_that_signs_webhooks_go_together() -> None:
    assert shop(client_secret="${env:APP}").shopify is not None


# ---- tokens


def _told(data: Any, status: int = 200) -> tuple[int, dict[str, str], bytes]:
    return status, {}, dumps(data)


def test_a_token_of_a_day_is_fetched_for_the_apps_id_and_secret_and_again_after_a_401() -> None:
    token = {"access_token": "Zk81-4fQ-first", "scope": "x", "expires_in": 86399}
    with server.shop() as there:
        there.will(
            _told(token), _told({"data": ABOUT}), _told({"errors": "expired"}, 401),
            _told({**token, "access_token": "Zk81-4fQ-second"}), _told({"data": ABOUT}),
        )  # fmt: skip
        app = shop(url=there.url, token=None, client_id="app-1", client_secret="${env:TEA_APP}")
        connector = connect(app, lambda secret: f"value of {secret.where}", lambda: NOW)
        connector.try_out()
        connector.try_out()
        connector.close()
        fetched, first, refused, again, second = there.asked
    assert (fetched.method, fetched.target) == ("POST", "/admin/oauth/access_token")
    assert fetched.body == again.body == (
        b"grant_type=client_credentials&client_id=app-1&client_secret=value+of+TEA_APP"
    )  # fmt: skip
    assert first.target == refused.target == "/admin/api/2026-10/graphql.json"
    header = "x-shopify-access-token"
    assert [one.headers[header] for one in (first, refused, second)] == [
        "Zk81-4fQ-first", "Zk81-4fQ-first", "Zk81-4fQ-second",
    ]  # fmt: skip


def test_a_lasting_token_is_used_as_it_is() -> None:
    with server.shop() as there:
        there.will(_told({"data": ABOUT}))
        connector = connect(shop(url=there.url), lambda _: "Zk81-4fQ-lasting", lambda: NOW)
        connector.try_out()
        connector.close()
        (asked,) = there.asked
    assert asked.headers["x-shopify-access-token"] == "Zk81-4fQ-lasting"


# ---- failures and costs


@pytest.mark.parametrize(
    ("code", "document", "repeatable", "error"),
    [
        ("INTERNAL_SERVER_ERROR", SHOP, True, ShopBusyError),
        ("INTERNAL_SERVER_ERROR", SHIP, False, ShopUncertainError),
        ("undefinedField", SHOP, True, ShopRefusedError),
    ],
)
def test_failures_within_answers(
    code: str, document: str, repeatable: bool, error: type[ShopError]
) -> None:
    told = {"errors": [{"message": "it failed", "extensions": {"code": code}}]}
    graph = Graph(ScriptedSession((200, told)), "2026-10")
    with pytest.raises(error, match="it failed"):
        graph.ask(document, repeatable=repeatable)


@pytest.mark.parametrize("told", [{"errors": "plain"}, {"data": None}, [], {"errors": ["a"]}])
def test_answers_of_another_shape(told: Any) -> None:
    with pytest.raises(ShopError):
        Graph(ScriptedSession((200, told)), "2026-10").ask(SHOP)


def _costs(requested: int, left: int) -> Answer:
    status = {"maximumAvailable": 2000, "currentlyAvailable": left, "restoreRate": 100}
    cost = {"requestedQueryCost": requested, "actualQueryCost": 9, "throttleStatus": status}
    note = {"note": '"cost":{"requestedQueryCost":9999,"throttleStatus":{"restoreRate":1}}'}
    return Answer(200, (), dumps({"data": note, "extensions": {"cost": cost}}))


@pytest.mark.parametrize(("requested", "left", "wait"), [(500, 900, 0), (500, 200, 3), (101, 0, 1)])
def test_the_next_call_waits_until_there_is_enough_for_it(
    requested: int, left: int, wait: int
) -> None:
    bucket = Bucket(Pace(), 0.0)
    slow_down(_costs(requested, left), bucket, 0.0)
    assert bucket.wait(0.0) == pytest.approx(wait, abs=0.02)


def test_an_answer_without_costs_slows_nothing() -> None:
    bucket = Bucket(Pace(), 0.0)
    slow_down(Answer(200, (), b'{"data": {}}'), bucket, 0.0)
    assert bucket.wait(0.0) == 0


# ---- what it says of itself


def test_try_out_says_what_the_app_may_not_do() -> None:
    connector, _ = store(ABOUT, send={"shipments": {}})
    assert connector.try_out() == (
        "Tea (tea.example.com); API 2026-10; orders of the last 60 days only (no scope "
        "read_all_orders); missing scopes: read_companies, read_customers, read_products, "
        "write_merchant_managed_fulfillment_orders, write_orders"
    )


def test_try_out_says_when_a_version_has_ended() -> None:
    headers = (("X-Shopify-API-Version", "2026-01"),)
    connector, _ = store(Answer(200, headers, dumps({"data": ABOUT})), version="2025-10")
    assert "API 2026-01; 2025-10 has ended" in connector.try_out()


# ---- webhooks


def test_webhooks_are_listed_and_made() -> None:
    uri = "https://edi.example.com/shops/tea/webhook"
    node = {"id": "gid://shopify/WebhookSubscription/1", "topic": "ORDERS_CREATE", "uri": uri}
    info = {"hasNextPage": False, "endCursor": None}
    made = {"webhookSubscriptionCreate": {"webhookSubscription": node, "userErrors": []}}
    connector, session = store({"webhookSubscriptions": {"nodes": [node], "pageInfo": info}}, made)
    (there,) = connector.webhooks()
    assert (there.topic, there.address, there.active) == ("ORDERS_CREATE", uri, True)
    assert connector.make_webhook("ORDERS_CREATE", uri, "not used") == there
    assert session.variables[1] == {"topic": "ORDERS_CREATE", "uri": uri}


def test_a_webhook_that_is_not_liked() -> None:
    told = [{"field": ["uri"], "message": "Address is not allowed"}]
    answer = {"webhookSubscriptionCreate": {"webhookSubscription": None, "userErrors": told}}
    with pytest.raises(ShopRefusedError, match="not allowed"):
        store(answer)[0].make_webhook("ORDERS_CREATE", "http://x.example", "")


def test_every_topic_can_be_subscribed_to() -> None:
    connector, session = store(*[
        {"webhookSubscriptionCreate": {"webhookSubscription": {"id": "1", "topic": topic,
         "uri": "u"}, "userErrors": []}} for topic in TOPICS
    ])  # fmt: skip
    for topic in connector.topics():
        connector.make_webhook(topic, "https://edi.example.com", "")
    assert len(session.calls) == len(TOPICS)


def _visit(topic: str, body: bytes, secret: str = "k3y-one", **more: str) -> Visit:
    digest = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    headers = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-SHA256": digest,
        "X-Shopify-Webhook-Id": "w-1",
        **more,
    }
    return Visit(tuple(headers.items()), body, NOW)


@pytest.mark.parametrize(
    ("topic", "body", "kind", "order"),
    [
        ("orders/create", {"id": 77, "name": "#1"}, "order", "77"),
        ("orders/updated", {"id": 77}, "order", "77"),
        ("orders/delete", {"id": 77}, "order", "77"),
        ("orders/edited", {"order_edit": {"id": 5, "order_id": 77}}, "order", "77"),
        ("refunds/create", {"id": 5, "order_id": 77}, "refund", "77"),
        ("fulfillments/update", {"id": 5, "order_id": 77}, "order", "77"),
        ("returns/request", {"id": 5, "order": {"id": 77}}, "order", "77"),
    ],
)
def test_a_signed_call_names_the_order(topic: str, body: Any, kind: str, order: str) -> None:
    hint = HOOKS.judge(_visit(topic, json.dumps(body).encode()), ["old", "k3y-one"])
    assert (hint.verdict, hint.kind, hint.external_id) == ("hint", kind, order)
    assert hint.delivery == "w-1"


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("products/update", b'{"id": 1}'),
        ("orders/create", b"[]"),
        ("orders/create", b'{"id": "x"}'),
        ("orders/create", b'{"id": true}'),
        ("orders/create", b"no json"),
        ("customers/redact", b'{"shop_id": 1}'),
    ],
)
def test_what_names_no_order_is_passed_over(topic: str, body: bytes) -> None:
    assert HOOKS.judge(_visit(topic, body), ["k3y-one"]).verdict == "ignored"


def test_calls_that_nobody_signed_or_another_did() -> None:
    body = b'{"id": 77}'
    unsigned = Visit((("X-Shopify-Topic", "orders/create"),), body, NOW)
    assert HOOKS.judge(unsigned, ["k3y-one"]).verdict == "unsigned"
    assert HOOKS.judge(_visit("orders/create", body, "other"), ["k3y-one"]).verdict == "forged"
    assert HOOKS.judge(_visit("orders/create", body), []).verdict == "forged"


def test_nothing_is_accepted_and_nothing_is_pending() -> None:
    connector, _ = store()
    assert connector.send_decision(Decision("k", "1", accepted=True)).state == "refused"
    assert connector.follow_up("t").state == "refused"
