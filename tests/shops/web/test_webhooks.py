"""Shops call: let in by signature, kept once each, answered alike where nothing is proved."""

from __future__ import annotations

import sqlite3
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from gateway.channels.shops.connector import Hint
from gateway.channels.shops.signatures import spelled
from gateway.pipeline.shops.reception import keys as keys_module
from gateway.pipeline.shops.reception.webhooks import Taken
from gateway.store.shops import inbox
from gateway.telemetry.events import Event, counted_by
from gateway.telemetry.secrets import MASK, clean
from tests.shops.web.world import (
    AT,
    CLIENT,
    FILES,
    LIVE,
    OLD,
    SECRET,
    WOO,
    ShopWorld,
    facts,
    header,
    hook,
    live,
    signed,
)

PING = b"webhook_id=17"


def test_a_webhook_is_kept_as_it_came_and_its_lane_woken(world: ShopWorld) -> None:
    body, headers = hook(17)
    answer = world.call(body, headers)
    assert (answer.status, facts(answer)) == (200, {"taken": True})
    (row,) = world.hints()
    assert (row.shop, row.kind, row.external_id) == ("acme-shop", "order", "17")
    assert (row.topic, row.delivery, row.state) == ("order.updated", "d1", "new")
    assert zlib.decompress(row.body) == body
    assert row.received == row.due == world.clock()
    assert world.woken == ["shop/acme-shop/inbox"]


def test_two_orders_with_one_delivery_id_are_both_taken(world: ShopWorld) -> None:
    first, second = live("0011"), live("0014")
    assert first[1]["X-WC-Webhook-Delivery-ID"] == second[1]["X-WC-Webhook-Delivery-ID"]
    assert [world.call(*each).status for each in (first, second)] == [200, 200]
    assert [row.external_id for row in world.hints()] == ["17", "18"]


def test_webhooks_of_a_real_shop(world: ShopWorld) -> None:
    """What is about articles is heard, and nothing is kept of it."""
    answers = [facts(world.call(*live(number)))["taken"] for number in ("0008", "0042")]
    assert answers == [False, True]


def test_a_repeat_is_another_hint(world: ShopWorld) -> None:
    for _ in range(2):
        assert world.call(*hook()).status == 200
    assert len(world.hints()) == 2, "whether something is new is found out when it is read again"


@pytest.mark.parametrize("secret", [SECRET, OLD, LIVE])
def test_old_and_new_secrets_count_and_are_masked(world: ShopWorld, secret: str) -> None:
    assert world.call(*hook(secret=secret)).status == 200
    assert clean(f"got {secret}") == f"got {MASK}"


def test_a_secret_is_looked_up_again(world: ShopWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    assert world.call(*hook()).status == 200
    (world.root / "hook.new").write_text("s3cret-of-the-shop-2027")
    assert world.call(*hook()).status == 200, "for some seconds the one that was known"
    monkeypatch.setattr(keys_module, "FRESH", 0.0)
    assert world.call(*hook()).status == 401
    assert world.call(*hook(secret="s3cret-of-the-shop-2027")).status == 200
    (world.root / "hook.new").unlink()
    assert world.call(*hook(secret="s3cret-of-the-shop-2027")).status == 401
    assert world.call(*hook(secret=OLD)).status == 200


# ---- nobody finds out which shops there are


def test_what_proves_nothing_gets_one_answer_whatever_the_name(world: ShopWorld) -> None:
    body, headers = hook(secret="another-secret")
    unsigned = {"Content-Type": "application/json", "X-WC-Webhook-Topic": "order.created"}
    answers = {
        world.call(body, each, path=f"/shops/{name}/webhook")
        for name in ("acme-shop", "direct", "nobody", "acme-retail")
        for each in (headers, unsigned, {})
    }
    (answer,) = answers
    assert (answer.status, facts(answer)["code"], answer.held) == (401, "W141", True)
    assert header(answer, "Content-Type") == "application/problem+json"
    assert world.hints() == []


def test_the_unsigned_ping_is_no_attack_whatever_the_name(world: ShopWorld) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answers = {
        world.call(PING, form, path=f"/shops/{name}/webhook")
        for name in ("acme-shop", "direct", "nobody")
    }
    (answer,) = answers
    assert (answer.status, facts(answer)) == (200, {"taken": False})
    assert world.hints() == []
    for _ in range(100):
        world.call(PING, form)
    assert world.call(PING, form).status == 200, "and it does not count as one"
    assert world.call(PING + b"&x=1", form).status == 401


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_looks_at_the_address_hears_what_it_is_for(quiet: ShopWorld, method: str) -> None:
    for name in ("acme-shop", "nobody"):
        answer = quiet.call(b"", {}, method=method, path=f"/shops/{name}/webhook")
        assert (answer.status, facts(answer)["ready"]) == (200, True)


# ---- throttled


def test_who_tries_secrets_is_slowed_down_and_nobody_else(world: ShopWorld) -> None:
    wrong = hook(secret="another-secret")
    statuses = [world.call(*wrong).status for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    late = world.call(*hook())
    assert (late.status, facts(late)["code"]) == (429, "W146"), "the right one tells nothing, too"
    assert int(header(late, "Retry-After")) >= 1
    assert world.call(*hook(), address="192.0.2.8").status == 200
    for number in range(60):
        world.call(b"x", {}, path=f"/shops/s{number}/webhook")
    assert world.call(b"x", {}, path="/shops/other/webhook").status == 429


def test_a_stranger_behind_the_same_proxy_silences_no_shop(world: ShopWorld) -> None:
    """Some shops switch a webhook off when it fails a few times."""
    assert world.call(*hook()).status == 200
    for _ in range(70):
        assert world.call(*hook(secret="another-secret")).status == 401
    assert world.call(*hook()).status == 200


def test_a_ping_proves_nothing(world: ShopWorld) -> None:
    world.call(PING, {})
    for _ in range(11):
        world.call(*hook(secret="another-secret"))
    assert world.call(*hook()).status == 429


def small(more: str) -> dict[str, str]:
    return FILES | {"shops/acme-shop/shop.yaml": WOO + more}


def test_more_than_was_agreed_has_to_wait_and_strangers_do_not_count(world: ShopWorld) -> None:
    world.gateway.close()
    made = ShopWorld(world.root / "other", small("  rate: 3\n"))
    for _ in range(5):
        assert made.call(*hook(secret="another-secret"), address="192.0.2.9").status == 401
    assert [made.call(*hook()).status for _ in range(4)] == [200, 200, 200, 429]
    assert len(made.hints()) == 3
    made.gateway.close()


def test_what_is_too_large(world: ShopWorld) -> None:
    world.gateway.close()
    made = ShopWorld(world.root / "other", small("  max_size: 2kB\n"))
    body, headers = hook()
    announced = made.call(body, headers | {"Content-Length": "3000"})
    assert (announced.status, facts(announced)["code"]) == (413, "W144")
    large = b'{"id": 17, "x": "' + b"x" * 3000 + b'"}'
    headers["X-WC-Webhook-Signature"] = signed(large)
    assert made.call(large, headers).status == 413
    assert made.hints() == []
    made.gateway.close()


# ---- forms


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"Content-Encoding": "gzip"}, 415, "as it is"),
        ({"Transfer-Encoding": "chunked", "Content-Length": "3"}, 400, "one of them"),
        ({"X-Odd": "a\x00b"}, 400, "control"),
        ({f"X-{n}": "1" for n in range(200)}, 400, "headers"),
        ({"Content_Length": "5"}, 400, "content-length"),
    ],
)
def test_what_could_be_read_in_two_ways_is_sent_back(
    quiet: ShopWorld, headers: dict[str, str], status: int, words: str
) -> None:
    body, right = hook()
    answer = quiet.call(body, right | headers)
    assert (answer.status, words in facts(answer)["detail"]) == (status, True)
    assert quiet.hints() == []


def test_two_signatures_are_none(world: ShopWorld) -> None:
    body, headers = hook()
    twice = [*headers.items(), ("x-wc-webhook-signature", headers["X-WC-Webhook-Signature"])]
    assert world.call(body, twice).status == 401


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/shops/acme-shop/webhook/orders", 200),
        ("/shops/acme-shop/webhook/", 200),
        ("/shops/acme-shop", 404),
        ("/shops/acme-shop/other", 404),
        ("/shops/acme-shop/webhook/" + "x" * 201, 404),
        ("/shops/../webhook", 404),
        ("/shops/%61cme-shop/webhook", 404),
        ("/shops//webhook", 404),
        ("/shops/acme-shop/webhook\n", 404),
    ],
)
def test_paths(world: ShopWorld, path: str, status: int) -> None:
    assert world.call(*hook(), path=path).status == status


def test_other_methods(quiet: ShopWorld) -> None:
    answer = quiet.call(*hook(), method="PUT")
    assert (answer.status, header(answer, "Allow")) == (405, "POST, GET, HEAD")


@pytest.mark.parametrize(
    "body",
    [b"", b"[" * 200_000, b'{"id": NaN}', b'{"id": 1e999}', b'{"id": "\\ud800"}', b"\xff" * 100,
     b'{"id": ' + b"9" * 5000 + b"}", b'{"id": [17]}', b'"17"'],
)  # fmt: skip
def test_signed_nonsense_is_heard_and_not_kept(quiet: ShopWorld, body: bytes) -> None:
    """The shop would send it again for ever otherwise; the polls find what it meant."""
    _, headers = hook()
    answer = quiet.call(body, headers | {"X-WC-Webhook-Signature": signed(body)})
    assert (answer.status, facts(answer)["taken"]) == (200, False)


# ---- trouble of ours


def taken(number: int = 17, topic: str = "order.updated") -> Taken:
    hint = Hint("hint", topic=topic, kind="order", external_id=str(number))
    return Taken("acme-shop", hint, b"{}", datetime(2026, 3, 2, tzinfo=UTC), 0.0)


def test_many_at_once_share_a_commit(world: ShopWorld) -> None:
    commits: list[str] = []
    world.gateway.house.store.checkpoint = commits.append
    answers = world.webhooks.store([taken(number) for number in range(40)])
    assert {each.status for each in answers} == {200}
    assert commits.count("webhooks: committed") == 1
    assert world.woken == ["shop/acme-shop/inbox"]
    assert len(world.hints()) == 40


def test_one_that_cannot_be_kept_does_not_take_the_others_with_it(world: ShopWorld) -> None:
    answers = world.webhooks.store([taken(1), taken(2, "\ud800"), taken(3)])
    assert [each.status for each in answers] == [200, 503, 200]
    assert [row.external_id for row in world.hints()] == ["1", "3"]


def test_a_database_that_is_away_promises_nothing(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("INSERT", None, sqlite3.OperationalError("disk is full"))

    monkeypatch.setattr(inbox, "add_all", away)
    answers = world.webhooks.store([taken(1), taken(2)])
    assert [each.status for each in answers] == [503, 503]
    assert header(answers[0], "Retry-After") == "30"
    assert facts(answers[0])["code"] == "W153"
    monkeypatch.undo()
    assert world.call(*hook()).status == 200


def test_a_bug_of_a_platform_promises_nothing(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("gateway.channels.shops.platforms.hooks", broken)
    assert world.call(*hook()).status == 503


# ---- told


def test_calls_are_counted_by_what_became_of_them(world: ShopWorld) -> None:
    seen: list[tuple[str, str]] = []

    def count(event: Event, facts: Any) -> None:
        if event.name.startswith("webhook"):
            seen.append((facts["shop"], facts["verdict"]))

    before = counted_by(count)
    try:
        world.call(*hook())
        world.call(*hook(secret="another-secret"))
        world.call(b"x", {}, path="/shops/nobody/webhook")
        world.call(b"x", {})
        world.call(PING, {})
        world.call(*hook(topic="product.updated"))
        world.call(b"x", {}, path="/shops/x")
    finally:
        counted_by(before)
    assert seen == [
        ("acme-shop", "hint"),
        ("acme-shop", "forged"),
        ("", "unknown"),
        ("acme-shop", "unsigned"),
        ("acme-shop", "ping"),
        ("acme-shop", "ignored"),
        ("", "form"),
    ]


def test_a_shop_that_takes_no_webhooks_is_as_good_as_none(world: ShopWorld) -> None:
    world.gateway.close()
    text = WOO.partition("webhooks:")[0]
    made = ShopWorld(world.root / "other", FILES | {"shops/acme-shop/shop.yaml": text})
    assert made.call(*hook(), path=AT).status == 401
    made.gateway.close()


class Fixed:
    """Webhooks of a platform that says this of every call."""

    def __init__(self, **said: Any) -> None:
        self.hint = Hint(**said)

    def judge(self, _visit: object, _secrets: object) -> Hint:
        return self.hint


def test_a_call_of_another_time_hears_what_time_it_is_here(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = Fixed(verdict="stale")
    monkeypatch.setattr("gateway.channels.shops.platforms.hooks", lambda _kind: stale)
    answer = world.call(*hook())
    assert (answer.status, facts(answer)["code"]) == (401, "W142")
    assert "2026-03-02T09:14:00+00:00" in facts(answer)["detail"]
    assert world.hints() == []


def test_what_a_shop_asks_back_is_answered(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = Fixed(verdict="ping", challenge=b"echo-1")
    monkeypatch.setattr("gateway.channels.shops.platforms.hooks", lambda _kind: asking)
    answer = world.call(*hook())
    assert (answer.status, answer.body) == (200, b"echo-1")


# ---- other platforms

SHOPIFY = """\
schema: 1
shop: shirts
name: Shirts (example)
kind: shopify
shopify:
  url: https://127.0.0.1:9
  client_id: app-1
  client_secret: "${file:client}"
webhooks: {}
"""
BIG = """\
schema: 1
shop: mugs
name: Mugs (example)
kind: bigcommerce
bigcommerce:
  store_hash: abc123
  token: "${file:client}"
  client_secret: "${file:client}"
webhooks: {}
"""


def test_the_secret_of_an_app_signs_its_webhooks(world: ShopWorld) -> None:
    world.gateway.close()
    files = {"shops/shirts/shop.yaml": SHOPIFY, "shops/mugs/shop.yaml": BIG, "client": CLIENT}
    made = ShopWorld(world.root / "other", FILES | files)
    body = b'{"id": 5550001}'
    shopify = {"X-Shopify-Topic": "orders/updated", "X-Shopify-Webhook-Id": "w-1"}
    right = shopify | {"X-Shopify-Hmac-SHA256": signed(body, CLIENT)}
    assert made.call(body, right, path="/shops/shirts/webhook").status == 200
    wrong = shopify | {"X-Shopify-Hmac-SHA256": signed(body, SECRET)}
    assert made.call(body, wrong, path="/shops/shirts/webhook").status == 401
    body = b'{"scope": "store/order/updated", "data": {"type": "order", "id": 250}}'
    assert made.call(body, standard(made, body), path="/shops/mugs/webhook").status == 200
    made.clock.forward(minutes=6)
    late = standard(made, body)
    made.clock.forward(minutes=6)
    again = made.call(body, late, path="/shops/mugs/webhook")
    assert (again.status, facts(again)["code"]) == (401, "W142"), "replayed later"
    assert [(row.shop, row.external_id) for row in made.hints()] == [
        ("shirts", "5550001"),
        ("mugs", "250"),
    ]
    made.gateway.close()


def standard(world: ShopWorld, body: bytes) -> dict[str, str]:
    """As BigCommerce signs: Standard Webhooks with the bytes of the client secret."""
    stamp = str(int(world.clock().timestamp()))
    signature = spelled(CLIENT.encode(), f"m-1.{stamp}.".encode() + body)
    return {
        "webhook-id": "m-1",
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{signature}",
    }
