"""Webhooks of BigCommerce, and how fast it may be called."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest

from gateway.channels.shops.bigcommerce.calls import slow_down
from gateway.channels.shops.bigcommerce.hooks import HOOKS, TOPICS
from gateway.channels.shops.connector import Visit
from gateway.channels.shops.pace import Bucket, Pace
from gateway.channels.shops.session import Answer
from tests.shops.bigcommerce.storing import NOW


def _visit(body: bytes, secret: str = "k3y-one", at: int = 0) -> Visit:
    stamp = str(int(NOW.timestamp()) + at)
    digest = hmac.digest(secret.encode(), b"msg-1." + stamp.encode() + b"." + body, hashlib.sha256)
    headers = {
        "webhook-id": "msg-1",
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
    return Visit(tuple(headers.items()), body, NOW)


def _body(scope: str = "store/order/updated", **data: Any) -> bytes:
    told = {"type": "order", "id": 250, **data}
    return json.dumps({"scope": scope, "store_id": "1", "data": told, "hash": "x"}).encode()


@pytest.mark.parametrize("scope", TOPICS)
def test_a_signed_call_names_the_order(scope: str) -> None:
    hint = HOOKS.judge(_visit(_body(scope)), ["old", "k3y-one"])
    assert (hint.verdict, hint.external_id, hint.delivery) == ("hint", "250", "msg-1")
    assert hint.kind == ("refund" if "refund" in scope else "order")


@pytest.mark.parametrize(
    "body",
    [
        _body("store/product/updated"),
        _body(id="x"),
        _body(id=True),
        _body(type="cart"),
        b"[]",
        b"no json",
    ],
)
def test_what_names_no_order_is_passed_over(body: bytes) -> None:
    assert HOOKS.judge(_visit(body), ["k3y-one"]).verdict == "ignored"


def test_calls_that_nobody_signed_another_did_or_long_ago() -> None:
    body = _body()
    assert HOOKS.judge(Visit((), body, NOW), ["k3y-one"]).verdict == "unsigned"
    assert HOOKS.judge(_visit(body, "other"), ["k3y-one"]).verdict == "forged"
    assert HOOKS.judge(_visit(body, at=-3600), ["k3y-one"]).verdict == "stale"


def _limits(left: int) -> Answer:
    headers = {
        "X-Rate-Limit-Requests-Left": str(left),
        "X-Rate-Limit-Requests-Quota": "150",
        "X-Rate-Limit-Time-Window-Ms": "30000",
        "X-Rate-Limit-Time-Reset-Ms": "12000",
    }
    return Answer(200, tuple(headers.items()), b"")


@pytest.mark.parametrize(("left", "wait"), [(0, 12.0), (1, 0.0), (100, 0.0)])
def test_without_calls_left_the_window_has_to_end(left: int, wait: float) -> None:
    bucket = Bucket(Pace(), 0.0)
    slow_down(_limits(left), bucket, 0.0)
    assert bucket.wait(0.0) == wait


def test_an_answer_without_limits_slows_nothing() -> None:
    bucket = Bucket(Pace(), 0.0)
    slow_down(Answer(200, (), b""), bucket, 0.0)
    assert bucket.wait(0.0) == 0.0
