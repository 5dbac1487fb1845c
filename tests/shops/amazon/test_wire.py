"""Amazon over the wire: tokens, and a pace for each kind of call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from gateway.channels.shops.amazon.access import PACES
from gateway.channels.shops.amazon.client import connect
from gateway.channels.shops.connector import Window
from gateway.channels.shops.session import ShopBusyError
from tests.shops.amazon.kit import NOW, shop
from tests.shops.transport.server import Shop as Server
from tests.shops.transport.server import shop as served

LASTING, FRESH = "Atzr|kQ7-lasting-x1", "Atza|kQ7-fresh-x2"
WINDOW = Window(NOW - timedelta(hours=1), NOW)


@pytest.fixture
def amazon() -> Iterator[Server]:
    with served() as server:
        token = json.dumps({"access_token": FRESH, "expires_in": 3600}).encode()
        server.will((200, {}, token))
        yield server


def test_a_token_is_got_once_and_shown_in_amazons_header(amazon: Server) -> None:
    settings = shop(amazon={"url": amazon.url, "login": f"{amazon.url}/auth/o2/token"})
    there = connect(settings, lambda secret: LASTING, lambda: NOW)
    amazon.will((200, {}, b'{"orders": []}'), (404, {}, b"{}"))
    try:
        assert there.page(WINDOW).records == ()
        assert there.order("402-1") is None
    finally:
        there.close()
    login, search, read = amazon.asked
    assert (login.method, login.target) == ("POST", "/auth/o2/token")
    assert b"grant_type=refresh_token" in login.body
    assert search.target.startswith("/orders/2026-01-01/orders?lastUpdatedAfter=2026-03-02T11")
    assert {search.headers["x-amz-access-token"], read.headers["x-amz-access-token"]} == {FRESH}


def test_whoever_searches_too_often_leaves_the_lane_and_may_still_read_one_order(
    amazon: Server,
) -> None:
    settings = shop(amazon={"url": amazon.url, "login": f"{amazon.url}/auth/o2/token"})
    there = connect(settings, lambda secret: LASTING, lambda: NOW)
    burst = int(PACES["search"].burst)
    amazon.will(*[(200, {}, b'{"orders": []}')] * burst, (404, {}, b"{}"))
    try:
        for _ in range(burst):
            there.page(WINDOW)
        with pytest.raises(ShopBusyError) as busy:
            there.page(WINDOW)
        assert 100 < busy.value.after < 200
        assert there.order("402-1") is None
    finally:
        there.close()
