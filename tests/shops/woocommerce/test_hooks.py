"""Webhooks of WooCommerce are judged by the bytes that a real shop sent."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime

import pytest

from gateway.channels.shops import platforms
from gateway.channels.shops.connector import Hint, Visit
from tests.shops.woocommerce.kit import LIVE

AT = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
SECRET = "wh-secret"
"""Signed the calls in ``live``."""


def judged(visit: Visit, *secrets: str) -> Hint:
    hooks = platforms.hooks("woocommerce")
    assert hooks is not None
    return hooks.judge(visit, secrets or (SECRET,))


def live(name: str) -> Visit:
    headers = json.loads((LIVE / f"{name}.headers.json").read_text("utf-8"))["headers"]
    return Visit(tuple(headers.items()), (LIVE / f"{name}.body").read_bytes(), AT)


def signed(body: bytes, topic: str) -> Visit:
    proof = base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()
    return Visit((("X-WC-Webhook-Signature", proof), ("X-WC-Webhook-Topic", topic)), body, AT)


@pytest.mark.parametrize(
    ("name", "order"), [("webhook_0011", "17"), ("webhook_0014", "18"), ("webhook_0042", "30")]
)
def test_a_live_call_names_its_order(name: str, order: str) -> None:
    hint = judged(live(name), "older", SECRET)
    assert (hint.verdict, hint.kind, hint.external_id) == ("hint", "order", order)


def test_two_orders_can_have_one_delivery_id() -> None:
    one, other = judged(live("webhook_0011")), judged(live("webhook_0014"))
    assert one.delivery == other.delivery
    assert one.external_id != other.external_id


def test_other_topics_are_ignored() -> None:
    assert judged(live("webhook_0008")).verdict == "ignored"
    assert judged(signed(b'{"action":"x","arg":17}', "action.x")).verdict == "ignored"


def test_one_changed_byte_is_a_forgery() -> None:
    visit = live("webhook_0011")
    assert judged(Visit(visit.headers, visit.body + b" ", AT)).verdict == "forged"
    assert judged(visit, "another").verdict == "forged"


def test_without_a_signature_nothing_is_believed_but_the_first_ping() -> None:
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    assert judged(Visit(form, b"webhook_id=4", AT)).verdict == "ping"
    assert judged(Visit(form, b"webhook_id=4&id=17", AT)).verdict == "unsigned"
    assert judged(Visit((), b'{"id":17}', AT)).verdict == "unsigned"
    assert judged(signed(b"webhook_id=4", "order.updated")).verdict == "ping"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"id":"17"}', b'{"id":0}', b'{"id":true}'])
def test_a_body_without_an_order_is_ignored(body: bytes) -> None:
    assert judged(signed(body, "order.updated")).verdict == "ignored"


def test_a_deleted_order_is_only_its_id() -> None:
    hint = judged(signed(b'{"id":17}', "order.deleted"))
    assert (hint.verdict, hint.topic, hint.external_id) == ("hint", "order.deleted", "17")
