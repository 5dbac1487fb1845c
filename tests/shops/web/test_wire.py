"""The addresses, called through a real socket: many at once, hostile ones, and at work."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from gateway.web import server
from gateway.web.partners import Partners, partners_only
from gateway.web.port import Address
from gateway.web.reception import reception
from gateway.web.server import Room, opened
from gateway.web.shops import api as api_module
from gateway.web.shops import incoming as incoming_module
from gateway.web.shops import webhooks as webhooks_module
from gateway.web.shops.api import Api
from gateway.web.shops.webhooks import SMALL, WebhookAddress
from tests.pipeline.world import GATEWAY
from tests.postgres import free_port
from tests.shops.web.world import AT, FILES, KEY, ShopWorld, hook, posted, signed
from tests.web.test_reception import at_work, until

ROOM = Room(128, server.LARGEST_PARTNER_HEAD, per_address=80)


@pytest.fixture
def where(world: ShopWorld) -> Iterator[Address]:
    application = Partners(None, None, WebhookAddress(world.webhooks), Api(world.desk))
    with opened(partners_only(application), "127.0.0.1:0", ROOM) as address:
        yield address
    application.close()


def call(where: Address, path: str = AT, method: str = "POST", **more: object) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=10) as client:
        return client.request(method, f"{where.url}{path}", **more)  # type: ignore[arg-type]


def raw(where: Address, *lines: str, body: bytes = b"", shut: bool = False) -> bytes:
    """What comes back to these bytes, up to the end."""
    head = "\r\n".join([*lines, "Host: edi.example", "", ""]).encode("latin-1")
    with closing(socket.create_connection((where.host, where.port), 10)) as sock:
        sock.sendall(head + body)
        if shut:
            sock.shutdown(socket.SHUT_WR)
        got = b""
        while piece := sock.recv(65536):
            got += piece
        return got


def post(where: Address, value: object, **headers: str) -> httpx.Response:
    sent = {"Authorization": f"Bearer {KEY}"} | headers
    return call(where, "/api/orders", json=value, headers=sent)


# ---- both addresses


def test_a_webhook_and_an_order(where: Address, world: ShopWorld) -> None:
    body, headers = hook()
    answer = call(where, content=body, headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"taken": True})
    answer = post(where, posted("gid://1"))
    assert answer.status_code == 201
    asked = call(
        where, answer.headers["location"], "GET", headers={"Authorization": f"Bearer {KEY}"}
    )
    assert asked.json()["external_id"] == "gid://1"
    head = call(
        where, answer.headers["location"], "HEAD", headers={"Authorization": f"Bearer {KEY}"}
    )
    assert (head.status_code, head.content) == (200, b"")
    assert call(where, "/api/openapi.json", "GET").json()["openapi"] == "3.1.0"
    assert (len(world.hints()), len(world.shop_orders())) == (1, 1)


def test_a_connection_is_used_again(where: Address, world: ShopWorld) -> None:
    with httpx.Client(trust_env=False, timeout=10, base_url=where.url) as client:
        for number in range(3):
            body, headers = hook(number + 1)
            answer = client.post(AT, content=body, headers=headers)
            assert "connection" not in answer.headers
    assert len(world.hints()) == 3


def test_many_at_once_are_each_kept(where: Address, world: ShopWorld) -> None:
    def one(number: int) -> int:
        body, headers = hook(number)
        return call(where, content=body, headers=headers).status_code

    with ThreadPoolExecutor(16) as threads:
        statuses = set(threads.map(one, range(1, 33)))
    assert statuses == {200}
    assert sorted(int(row.external_id) for row in world.hints()) == list(range(1, 33))


def test_what_is_large_is_whole(where: Address, world: ShopWorld) -> None:
    body = json.dumps({"id": 17, "note": "x" * 900_000}).encode()
    assert len(body) > SMALL
    headers = hook()[1] | {"X-WC-Webhook-Signature": signed(body)}
    assert call(where, content=body, headers=headers).status_code == 200
    assert len(world.hints()) == 1


def test_other_paths_are_nowhere(where: Address) -> None:
    for path in ("/", "/as2", "/in/a/b", "/shops", "/api", "/health"):
        assert call(where, path).status_code == 404


# ---- hostile


def test_what_proves_nothing_is_held_and_hung_up(
    where: Address, world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks_module, "MARK", 0.3)
    monkeypatch.setattr(api_module, "MARK", 0.3)
    for path in (AT, "/shops/nobody/webhook", "/api/orders"):
        began = time.monotonic()
        answer = call(where, path, content=b"x" * 1_000_000)
        assert answer.status_code == 401
        assert time.monotonic() - began >= 0.25, "at a mark of time"
        assert answer.headers["connection"] == "close"
    assert world.hints() == []


@pytest.mark.parametrize("path", [AT, "/api/orders"])
def test_a_body_without_an_announced_length_is_bounded(where: Address, path: str) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(300):
            yield b"x" * 10_000

    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    answer = call(where, path, content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "W144")


@pytest.mark.parametrize("path", [AT, "/api/orders"])
def test_a_slow_body_is_not_waited_for(
    where: Address, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(incoming_module, "IDLE", 0.1)
    lines = (f"POST {path} HTTP/1.1", f"Authorization: Bearer {KEY}", "Content-Length: 100")
    answer = raw(where, *lines, "Content-Type: application/json", body=b"{")
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"W145" in answer


def test_a_body_in_crumbs_is_refused(where: Address, world: ShopWorld) -> None:
    lines = (f"POST {AT} HTTP/1.1", "Transfer-Encoding: chunked")
    answer = raw(where, *lines, body=b"1\r\nx\r\n" * 6_000, shut=True)
    assert answer.startswith(b"HTTP/1.1 400")
    assert world.hints() == []


def test_a_body_that_breaks_off_is_none(where: Address, world: ShopWorld) -> None:
    body, headers = hook()
    lines = [f"{name}: {value}" for name, value in headers.items()]
    raw(where, f"POST {AT} HTTP/1.1", *lines, "Content-Length: 999", body=body, shut=True)
    assert world.hints() == []


@pytest.mark.parametrize(
    "lines",
    [
        ("Content-Length: 3", "Content-Length: 4"),
        ("Content-Length: 3", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked, identity",),
        ("Content-Length: -1",),
        ("Content-Length: 3", "X-Fold: a\r\n b: c\x00"),
    ],
)
def test_requests_inside_requests_are_refused(
    where: Address, world: ShopWorld, lines: tuple[str, ...]
) -> None:
    body, headers = hook()
    inner = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    smuggled = f"0\r\n\r\nPOST {AT} HTTP/1.1\r\nHost: a\r\n{inner}Content-Length: {len(body)}\r\n"
    data = smuggled.encode() + b"\r\n" + body
    answer = raw(where, f"POST {AT} HTTP/1.1", *lines, body=data, shut=True)
    assert answer.startswith(b"HTTP/1.1 4")
    assert world.hints() == []


def test_a_packed_body_is_no_way_around_the_limits(where: Address, world: ShopWorld) -> None:
    bomb = gzip.compress(b" " * 5_000_000)
    answer = post(where, posted(), **{"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (415, "W143")
    headers = hook()[1] | {"X-WC-Webhook-Signature": signed(bomb), "Content-Encoding": "gzip"}
    assert call(where, content=bomb, headers=headers).status_code == 415
    assert (world.hints(), world.shop_orders()) == ([], [])


def test_expect_is_answered_before_the_body(where: Address) -> None:
    lines = ("POST /api/orders HTTP/1.1", "Expect: 100-continue", "Content-Length: 900000")
    answer = raw(where, *lines, "Authorization: Bearer wrong")
    assert answer.startswith(b"HTTP/1.1 401")


def test_the_whole_address_may_be_named(where: Address) -> None:
    line = f"GET http://edi.example{AT} HTTP/1.1"
    assert raw(where, line, "Connection: close").startswith(b"HTTP/1.1 200")


def test_who_hangs_up_leaves_the_others_alone(where: Address, world: ShopWorld) -> None:
    body, headers = hook()
    lines = [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join([f"POST {AT} HTTP/1.1", "Host: a", *lines, f"Content-Length: {len(body)}"])
    for _ in range(8):
        with closing(socket.create_connection((where.host, where.port), 10)) as sock:
            sock.sendall(head.encode() + b"\r\n\r\n" + body)
    assert call(where, content=body, headers=headers).status_code == 200
    assert until(lambda: len(world.hints()) >= 1)


# ---- at work


def test_until_the_gateway_is_at_work_programs_come_again(world: ShopWorld) -> None:
    desk = reception(world.gateway)
    assert desk is not None
    application = desk.application()
    with opened(partners_only(application), "127.0.0.1:0", ROOM) as where:
        for path in (AT, "/api/orders"):
            answer = call(where, path)
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert answer.json()["code"] == "W153"
    application.close()


@pytest.mark.parametrize("apart", [pytest.param(False, marks=pytest.mark.soak), True])
def test_an_order_that_is_posted_reaches_the_erp(tmp_path: Path, apart: bool) -> None:
    own = free_port() if apart else 0
    more = f", partners: {{listen: '127.0.0.1:{own}'}}" if apart else ""
    text = f"{GATEWAY}http: {{listen: '127.0.0.1:0'{more}}}\n"
    world = ShopWorld(tmp_path, FILES | {"gateway.yaml": text}, real=True)
    with at_work(world) as main:
        where = Address("127.0.0.1", own) if apart else main
        assert until(lambda: post(where, posted()).status_code in (200, 201))
        assert until(lambda: len(world.orders()) >= 1)
        (written,) = world.orders().values()
        assert "TSH-1" in written
        told = call(where, "/api/orders/1001", "GET", headers={"Authorization": f"Bearer {KEY}"})
        assert told.json()["state"] == "taken"
        if apart:
            assert call(main, "/api/orders").status_code == 404
            assert call(where, "/metrics", "GET").status_code == 404
        body, headers = hook()
        assert call(where, content=body, headers=headers).status_code == 200
        pages = httpx.get(f"{main.url}/metrics", trust_env=False).text
        assert 'gateway_webhooks_total{shop="acme-shop",verdict="hint"} 1.0' in pages
        assert "gateway_webhook_seconds_count 1.0" in pages
        assert 'gateway_api_requests_total{route="post_orders",status="201"} 1.0' in pages
    world.gateway.close()


def test_new_settings_count_at_once(world: ShopWorld) -> None:
    """A shop that is added is served without a new start, and what was counted goes on."""
    desk = reception(world.gateway)
    assert desk is not None
    application = desk.application()
    assert application.webhooks is not None and application.api is not None
    before = application.webhooks.webhooks, application.api.desk
    desk._renew(application, world.gateway.house)
    assert application.webhooks.webhooks is not before[0]
    assert application.webhooks.webhooks.throttle is before[0].throttle
    assert application.api.desk.throttle is before[1].throttle
    application.close()
    assert threading.active_count() < 100
