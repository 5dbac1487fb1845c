"""Calls of a shop: what is made again, what is not, and what its answers mean."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.channels.shops import web
from gateway.channels.shops.auth import Auth, Bearer, Fetched, Token
from gateway.channels.shops.pace import Pace
from gateway.channels.shops.session import (
    Session,
    ShopAnswerError,
    ShopBusyError,
    ShopLoginError,
    ShopRefusedError,
    ShopUncertainError,
    ShopUnreachableError,
)
from gateway.channels.shops.web import Clockwork, Terms
from tests.shops.transport.server import CUT, Shop, shop

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEY = "Zk81-4fQ-shop-key"


class Hands:
    """A clock that sleeping moves on."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.sessions: list[Session] = []
        self.at = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    @property
    def clockwork(self) -> Clockwork:
        return Clockwork(lambda: self.at, self.sleep, lambda: NOW)


@pytest.fixture
def there() -> Iterator[Shop]:
    with shop() as state:
        yield state


@pytest.fixture
def hands() -> Iterator[Hands]:
    made = Hands()
    yield made
    for session in made.sessions:
        session.close()


def calls(there: Shop, hands: Hands, auth: Auth | None = None, pace: Pace | None = None) -> Session:
    terms = Terms(pace=pace or Pace())
    made = web.session(
        there.url, auth or Bearer(lambda: KEY), terms=terms, clockwork=hands.clockwork
    )
    hands.sessions.append(made)
    return made


def test_an_amount_is_read_to_the_last_digit(there: Shop, hands: Hands) -> None:
    there.will((200, {}, b'{"price": 14.994444333333334}'))
    answer = calls(there, hands).call("GET", "/orders", query=[("after", "2026-11-02T09:00:00Z")])
    assert answer.json() == {"price": Decimal("14.994444333333334")}
    assert there.asked[0].target == "/orders?after=2026-11-02T09%3A00%3A00Z"
    assert there.asked[0].headers["authorization"] == f"Bearer {KEY}"


def test_an_amount_is_sent_to_the_last_digit(there: Shop, hands: Hands) -> None:
    calls(there, hands).call("PUT", "p/1", json={"price": Decimal("10.10"), "name": "Käse"})
    assert there.asked[0].body == '{"price": 10.10, "name": "Käse"}'.encode()


def test_trouble_that_passes_is_waited_out(there: Shop, hands: Hands) -> None:
    there.will((502, {}, b"<html>"), (503, {}, b""), (200, {}, b"[]"))
    assert calls(there, hands).call("GET", "orders").json() == []
    assert hands.slept == [0.5, 2.0]


def test_trouble_that_lasts_leaves_the_lane_to_others(there: Shop, hands: Hands) -> None:
    there.will(*[(502, {}, b"")] * 3)
    with pytest.raises(ShopBusyError):
        calls(there, hands).call("GET", "orders")


@pytest.mark.parametrize("answer", [CUT, (502, {}, b""), (504, {}, b"")])
def test_nobody_knows_whether_a_post_was_carried_out(
    there: Shop, hands: Hands, answer: tuple[int, dict[str, str], bytes]
) -> None:
    there.will(answer)
    with pytest.raises(ShopUncertainError):
        calls(there, hands).call("POST", "shipments", json={"id": 1})
    assert len(there.asked) == 1


def test_a_post_that_its_maker_knows_to_be_repeatable_is_repeated(
    there: Shop, hands: Hands
) -> None:
    there.will(CUT, (200, {}, b"{}"))
    calls(there, hands).call("POST", "graphql", json={}, repeatable=True)
    assert len(there.asked) == 2


def test_a_short_wait_is_waited_and_a_long_one_is_told(there: Shop, hands: Hands) -> None:
    there.will((429, {"Retry-After": "3"}, b""), (200, {}, b"{}"))
    there.will((429, {"Retry-After": "90"}, b"slow down"))
    session = calls(there, hands)
    session.call("POST", "stock", json={})
    assert hands.slept == [3.0]
    with pytest.raises(ShopBusyError, match="slow down") as busy:
        session.call("POST", "stock", json={})
    assert busy.value.after == 90
    with pytest.raises(ShopBusyError):  # it is not even asked again before its time
        session.call("GET", "orders")
    assert len(there.asked) == 3


def test_a_day_to_come_back_on_is_understood(there: Shop, hands: Hands) -> None:
    there.will((503, {"Retry-After": "Mon, 02 Nov 2026 09:10:00 GMT"}, b""))
    with pytest.raises(ShopBusyError) as busy:
        calls(there, hands).call("GET", "orders")
    assert busy.value.after == 600


def test_a_token_that_was_withdrawn_is_fetched_anew_once(there: Shop, hands: Hands) -> None:
    fetched: list[str] = []

    def fetch() -> Fetched:
        fetched.append(f"token-{len(fetched)}-{KEY}")
        return Fetched(fetched[-1], timedelta(hours=1))

    there.will((200, {}, b"{}"), (401, {}, b""), (200, {}, b"{}"))
    auth = Token(fetch, lambda: NOW)
    session = calls(there, hands, auth)
    session.call("GET", "a")
    session.call("GET", "b")
    assert [each.headers["authorization"][:14] for each in there.asked] == [
        "Bearer token-0", "Bearer token-0", "Bearer token-1",
    ]  # fmt: skip
    there.will((401, {}, b"no"), (401, {}, b"no"))
    with pytest.raises(ShopLoginError):
        session.call("GET", "c")
    assert len(fetched) == 3


def test_a_token_is_renewed_before_it_ends() -> None:
    times = iter([NOW, NOW + timedelta(minutes=57), NOW + timedelta(minutes=59)])
    count = iter(range(9))
    auth = Token(lambda: Fetched(f"{KEY}{next(count)}", timedelta(hours=1)), lambda: next(times))
    told = [auth.headers("GET", "", ())["Authorization"][-1] for _ in range(3)]
    assert told == ["0", "0", "1"]


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_refusal_says_what_the_shop_said(there: Shop, hands: Hands, status: int) -> None:
    there.will((status, {}, b'{"message": "sku is taken"}'))
    with pytest.raises(ShopRefusedError, match="sku is taken") as refused:
        calls(there, hands).call("POST", "products", json={})
    assert refused.value.status == status


def test_a_status_that_is_an_answer_is_none_of_the_refusals(there: Shop, hands: Hands) -> None:
    there.will((404, {}, b"{}"))
    assert calls(there, hands).call("GET", "orders/9", allowed=[404]).status == 404


def test_what_is_refused_does_not_tell_the_key(there: Shop, hands: Hands) -> None:
    there.will((400, {}, f"you sent {KEY}".encode()))
    with pytest.raises(ShopRefusedError) as refused:
        calls(there, hands).call("GET", "orders")
    assert KEY not in str(refused.value)


def test_packed_answers_are_unpacked_and_bombs_are_not(
    there: Shop, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = {"Content-Encoding": "gzip"}
    there.will((200, packed, gzip.compress(b'{"a": 1}')))
    session = calls(there, hands)
    assert session.call("GET", "a").json() == {"a": 1}
    monkeypatch.setattr(web, "MOST", 100_000)
    there.will((200, packed, gzip.compress(b" " * 100_001)))
    with pytest.raises(ShopAnswerError, match="larger"):
        session.call("GET", "b")
    there.will((200, packed, gzip.compress(b"[1,2,3]")[:-9]), (200, {}, b"{}"))
    session.call("GET", "c")  # one that was cut is asked for again
    there.will((200, {"Content-Encoding": "br"}, b""))
    with pytest.raises(ShopAnswerError, match="br"):
        session.call("GET", "d")


def test_a_shop_that_sends_us_elsewhere_is_not_followed(there: Shop, hands: Hands) -> None:
    there.will((301, {"Location": "https://other.example/orders"}, b""))
    with pytest.raises(ShopAnswerError, match=r"other\.example"):
        calls(there, hands).call("GET", "orders")


PAGE = (200, {}, b"\n<!DOCTYPE html><html>Please stand by</html>")


def test_a_page_of_a_proxy_is_no_answer(there: Shop, hands: Hands) -> None:
    there.will(PAGE, (200, {}, b"[]"), PAGE, PAGE, PAGE)
    assert calls(there, hands).call("GET", "orders").json() == []
    with pytest.raises(ShopAnswerError, match="page for people"):
        calls(there, hands).call("PUT", "orders/1", json={})
    there.will(*[(404, {}, PAGE[2])] * 3)
    with pytest.raises(ShopAnswerError):  # not: there is no such order
        calls(there, hands).call("GET", "orders/1", allowed=(404,))


def test_a_page_of_a_proxy_says_nothing_of_what_was_sent(there: Shop, hands: Hands) -> None:
    there.will(PAGE)
    with pytest.raises(ShopUncertainError):
        calls(there, hands).call("POST", "orders/1/notes", json={})
    assert len(there.asked) == 1


def test_a_shop_that_may_be_asked_at_once_is(there: Shop, hands: Hands) -> None:
    there.will((429, {"Retry-After": "0"}, b""), (200, {}, b"[]"))
    assert calls(there, hands).call("GET", "orders").json() == []


def test_what_is_no_json_is_no_answer(there: Shop, hands: Hands) -> None:
    there.will((200, {}, b'{"a": NaN}'), (200, {}, b"[" * 100_000))
    for _ in range(2):
        with pytest.raises(ShopAnswerError):
            calls(there, hands).call("GET", "orders").json()


def test_a_server_that_is_not_there_was_never_asked(hands: Hands) -> None:
    with shop() as gone:
        pass
    with pytest.raises(ShopUnreachableError):
        calls(gone, hands).call("POST", "shipments", json={})
    assert hands.slept == [0.5, 2.0]  # what never left may go again


def test_another_server_is_never_called(there: Shop, hands: Hands) -> None:
    with pytest.raises(ShopUnreachableError, match="none of the server"):
        calls(there, hands).call("GET", "http://127.0.0.1:9/x")


def test_calls_keep_their_pace(there: Shop, hands: Hands) -> None:
    session = calls(there, hands, pace=Pace(rate=0.5, burst=2))
    for _ in range(4):
        session.call("GET", "orders")
    assert hands.slept == [2.0, 2.0]
    slow = calls(there, hands, pace=Pace(rate=0.01, burst=1))
    slow.call("GET", "orders")
    with pytest.raises(ShopBusyError) as busy:
        slow.call("GET", "orders")
    assert busy.value.after == pytest.approx(100)
