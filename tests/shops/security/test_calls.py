"""Calls of a shop whose answers, ids and keys are hostile: nobody else is called, nothing hangs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.channels.http import Reply
from gateway.channels.shops import tokens, web
from gateway.channels.shops.amazon.access import Sessions
from gateway.channels.shops.auth import Bearer
from gateway.channels.shops.bigcommerce.calls import slow_down
from gateway.channels.shops.connector import Decision, Outcome, Window
from gateway.channels.shops.octopia.client import _following, _more, _record, connect
from gateway.channels.shops.pace import LONGEST, Bucket, Pace
from gateway.channels.shops.recording import ScriptedSession
from gateway.channels.shops.session import (
    Answer,
    ShopAnswerError,
    ShopError,
    ShopLoginError,
    ShopRefusedError,
    ShopUnreachableError,
)
from gateway.channels.shops.shopify import graph
from gateway.channels.shops.woocommerce.articles import whole
from gateway.syntax.jsonparts import dumps, elements, member
from tests.shops.amazon import kit as amazon
from tests.shops.bigcommerce import storing as bigcommerce
from tests.shops.octopia.test_read import a_shop as octopia
from tests.shops.transport.server import shop
from tests.shops.woocommerce import kit as woocommerce

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BEHIND = "k7Q-behind-the-counter"


@pytest.mark.parametrize(
    "path",
    [
        "orders/../users", "orders/1/../../x", "orders/..", "orders/%2e%2e/users", "orders/1?x=1",
        "orders/1#x", "orders/1\n", "orders/a b", "orders/\0", "orders\\..\\x", "orders/\ud800",
        "https://shop.example.com/orders/../users",
    ],
)  # fmt: skip
def test_an_id_makes_no_path_another_one(path: str) -> None:
    calls = web.session("https://shop.example.com/api", Bearer(lambda: BEHIND))
    with pytest.raises(ShopRefusedError) as refused:
        calls.call("GET", path)
    assert refused.value.reason.isprintable()
    calls.close()


def test_only_the_shop_itself_is_called() -> None:
    clockwork = web.Clockwork(sleep=lambda _seconds: None)
    with shop() as there, shop() as other:
        calls = web.session(there.url, Bearer(lambda: BEHIND), clockwork=clockwork)
        with pytest.raises(ShopUnreachableError):
            calls.call("GET", f"{other.url}/orders")
        there.will((302, {"Location": f"{other.url}/?key={BEHIND}"}, b""))
        with pytest.raises(ShopAnswerError) as elsewhere:
            calls.call("GET", "orders")
        calls.close()
    assert other.asked == []
    assert BEHIND not in str(elsewhere.value)


@pytest.mark.parametrize("sign", ["\u200b", "\n", "\r\nX-Other: 1", "\u2026", "\0"])
def test_a_key_with_signs_that_no_header_has_is_a_matter_of_the_key(sign: str) -> None:
    with shop() as there:
        calls = web.session(there.url, Bearer(lambda: f"{BEHIND}{sign}"))
        with pytest.raises(ShopLoginError, match="Authorization") as failure:
            calls.call("GET", "orders")
        calls.close()
    assert there.asked == [] and BEHIND not in str(failure.value)


@pytest.mark.parametrize("number", ["1E999999999", "-1E-999999999", "1E99999999999999999999"])
def test_a_number_without_usable_size_fills_no_memory(number: str) -> None:
    body = f'[{{"id": 7, "manage_stock": true, "stock_quantity": {number}}}]'.encode()
    with pytest.raises(ShopAnswerError):
        Answer(200, (), body).json()
    # in a list it spoils its own entry only
    assert elements(body)[0] == body[1:-1]
    assert member(b'{"a": ' + body + b', "b": 2}', "b") == b"2"


def test_half_a_character_goes_back_as_it_came() -> None:
    told = Answer(200, (), b'{"a": "\\ud83d"}').json()
    assert dumps(told) == b'{"a": "\\ud83d"}'
    assert whole(Decimal("1.5")) is None


@pytest.mark.parametrize(
    ("lives", "kept"), [("1e17", 86_400), ("-5", 1), ("0", 1), ("null", 300), ("3600", 3600)]
)
def test_a_token_lives_as_long_as_a_token_can(lives: str, kept: int) -> None:
    with shop() as there:
        there.will((200, {}, f'{{"access_token": "t-1", "expires_in": {lives}}}'.encode()))
        found = tokens.fetch(there.url, {"client_secret": BEHIND}, timedelta(seconds=5))
    assert found.lives == timedelta(seconds=kept)
    assert "t-1" not in repr(found)


@pytest.mark.parametrize(
    "tell",
    [
        lambda bucket: bucket.block(0.0, float("inf")),
        lambda bucket: bucket.block(0.0, 1e300),
        lambda bucket: bucket.told(0.0, 0.0, 1e-300),
    ],
    ids=["for ever", "for ages", "so seldom"],
)
def test_no_answer_silences_a_shop_for_ever(tell: Callable[[Bucket], None]) -> None:
    bucket = Bucket(Pace(1.0), 0.0)
    tell(bucket)
    assert bucket.wait(LONGEST) == 0.0


@pytest.mark.parametrize(
    "body",
    [
        b'"cost":{"requestedQueryCost":' + b"1" * 200_000,
        b'"cost":{"requestedQueryCost":1,' + b'"a":1,' * 50_000,
        b'"cost":{"requestedQueryCost":1' * 5_000,
        b'"cost":{"requestedQueryCost":9,"throttleStatus":{"currentlyAvailable":1,'
        b'"restoreRate":0.000000000001}}',
    ],
    ids=["digits", "members", "beginnings", "a rate of nothing"],
)
def test_what_a_store_says_of_its_limits_is_read_in_no_time(body: bytes) -> None:
    bucket, began = Bucket(Pace(), 0.0), time.process_time()
    graph.slow_down(Answer(200, (), body), bucket, 0.0)
    assert time.process_time() - began < 0.5
    assert bucket.wait(0.0) <= LONGEST


def test_limits_in_other_digits_are_none() -> None:
    headers = (("X-Rate-Limit-Requests-Left", "\u00b2"), ("x-rate-limit-time-reset-ms", "\u00b3"))
    bucket = Bucket(Pace(), 0.0)
    slow_down(Reply(200, headers, b""), bucket, 0.0)
    assert bucket.wait(0.0) == 0.0


@pytest.mark.parametrize("link", ["<" * 60_000, "<a>;" * 20_000, "<" + "a" * 60_000 + ">;"])
def test_a_link_that_never_ends_is_read_in_no_time(link: str) -> None:
    began = time.process_time()
    assert not _more(Answer(200, (("Link", link),), b""), 100)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("index", ["\u00b2", "x", "-1", "9" * 40, "1#2"])
def test_a_place_in_a_list_is_one_that_can_be_read_again(index: str) -> None:
    answer = Answer(
        200, (("Link", f'<https://x.example/orders?pageIndex={index}>; rel="next"'),), b""
    )
    records = [_record(b'{"orderId": "1"}')]
    assert _following(answer, records, "", 3) in ("#4", "#1")


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data", "https://127.0.0.1/x", "https://[::1]/x",
        "http://files.s3.amazonaws.com/x", "https://amazonaws.com.attacker.example/x",
        "https://files.s3.amazonaws.com@attacker.example/x", "https://files.s3.amazonaws.com:22/x",
        "https://attacker.example/.amazonaws.com", "file:///etc/passwd", "https://[", "",
    ],
)  # fmt: skip
@pytest.mark.parametrize("body", [None, b"%PDF-1.7"], ids=["get", "put"])
def test_files_go_to_stores_of_amazon_only(url: str, body: bytes | None) -> None:
    settings = amazon.shop().amazon
    assert settings is not None
    script = ScriptedSession((200, b"never"))
    sessions = Sessions(settings, lambda _: BEHIND, lambda: NOW, script)
    with pytest.raises(ShopAnswerError, match="none of Amazon's"):
        sessions.transfer(url, body, "application/pdf")
    assert script.calls == []
    made = "https://feeds.s3.eu-west-1.amazonaws.com/place?X-Amz-Signature=1"
    sessions.transfer(made, body, "application/pdf")
    assert [one.path for one in script.calls] == [made]


def test_an_order_of_a_list_whose_id_is_a_path_is_told_and_stops_nobody() -> None:
    orders = [
        {"id": "1/../../../wp/v2/users", "refunds": [{"id": 1}]},
        {"id": 7, "date_modified_gmt": "0001-01-01T00:00:00+14:00"},
    ]
    connector = woocommerce.store(woocommerce.listed(orders, 1))
    page = connector.page(Window(NOW - timedelta(hours=1), NOW))
    assert [one.external_id for one in page.records] == ["7"]
    assert [one.code for one in page.broken] == ["W232"]


def test_an_order_of_bigcommerce_whose_id_is_a_path_is_told() -> None:
    rows = [{"id": "../../stores", "date_modified": "Mon, 02 Nov 2026 09:00:00 +0000"}]
    store, script = bigcommerce.store((200, rows))
    page = store.page(Window(NOW - timedelta(hours=1), NOW))
    assert page.records == () and [one.code for one in page.broken] == ["W230"]
    assert len(script.calls) == 1


def test_an_id_of_a_marketplace_is_one_step_of_a_path() -> None:
    order = {"orderId": "a/b?c", "status": "WaitingAcceptance"}
    script = ScriptedSession((200, order), (200, {}))
    made = connect(octopia(), lambda _: BEHIND, lambda: NOW, script)
    made.send_decision(Decision("k", "a/b?c", accepted=True))
    assert [one.path for one in script.calls] == [
        "orders/a%2Fb%3Fc", "orders/a%2Fb%3Fc/approval-status",
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["\x1b[2Jgone", "a\0b", "\u202etxt", "x" * 100_000])
def test_what_a_shop_says_can_be_kept_and_shown(said: str) -> None:
    outcome = Outcome("k", "refused", reason=said, reference=said)
    for text in (ShopError(said).reason, str(ShopRefusedError(said, 400)), outcome.reason):
        assert text.isprintable() and len(text) < 5000
    assert outcome.reference.isprintable() and len(outcome.reference) <= 1000
    assert replace(outcome, state="retry").reason.isprintable()
