"""No answer, or one that is no receipt: sent again with the same bytes, until it is given up."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.as2.send.peer import Peer, Way, broken, garbage, lost, receipt, status
from tests.as2.send.shop import Shop

LATER = {"seconds": 20}
MUCH_LATER = {"minutes": 2}


def test_a_lost_answer_is_neither_sent_nor_not_sent(shop: Shop) -> None:
    shop.peer.ways = [lost]
    shop.invoice()
    assert (shop.row.state, shop.sent.state, shop.codes) == ("retrying", "unknown", ["T283"])
    shop.wait(**LATER)
    assert (shop.row.state, shop.sent.state, shop.sent.attempts) == (
        "delivered",
        "acknowledged",
        2,
    )
    assert len(shop.all_sent) == 1
    assert len(shop.peer.documents) == 1


@pytest.mark.parametrize("way", [lost, broken, garbage, status(500), status(200)])
def test_every_attempt_sends_the_same_bytes(shop: Shop, way: Way) -> None:
    shop.peer.ways = [way]
    shop.invoice()
    shop.wait(**LATER)
    first, second = shop.peer.requests
    assert first.wire == second.wire
    assert shop.row.state == "delivered"


@pytest.mark.parametrize(
    ("way", "code", "says"),
    [
        (status(403), "T284", "answers 403"),
        (status(302, ("Location", "https://elsewhere.example/as2")), "T287", "elsewhere.example"),
        (status(400, ("Content-Type", "text/plain"), body=b"unknown id\n"), "T288", "400: unknown"),
        (status(429), "T289", "answers 429"),
        (status(200), "T290", "the answer is empty"),
        (garbage, "T290", "bytes of text/html"),
        (broken, "T283", "did not answer"),
    ],
)
def test_the_problem_says_what_was_answered(shop: Shop, way: Way, code: str, says: str) -> None:
    shop.peer.ways = [way]
    shop.invoice()
    (found,) = shop.problems
    assert found.code == code
    assert says in found.sentence
    assert shop.sent.state == "unknown"
    assert shop.row.state == "retrying"


def test_a_redirect_is_not_followed(shop: Shop, peer: Peer) -> None:
    shop.peer.ways = [status(307, ("Location", f"{peer.url}/other"))]
    shop.invoice()
    assert [each.path for each in peer.requests] == ["/as2"]


def test_nothing_left_when_nobody_is_there(opened: Callable[..., Shop]) -> None:
    shop = opened(url="http://127.0.0.1:9/as2")  # the port "discard": nobody listens
    shop.invoice()
    assert (shop.row.state, shop.sent.state, shop.codes) == ("retrying", "ready", ["T280"])


def test_a_slow_answer_is_not_waited_for_for_ever(opened: Callable[..., Shop]) -> None:
    shop = opened("http: {timeout: 100ms}")
    shop.peer.ways = [lambda peer, request: time.sleep(0.3)]
    shop.invoice()
    assert (shop.sent.state, shop.codes) == ("unknown", ["T283"])


def test_after_the_last_attempt_it_is_given_up(shop: Shop) -> None:
    shop.peer.ways = [lost, lost, lost]
    shop.invoice()
    shop.wait(**LATER)
    shop.wait(**MUCH_LATER)
    assert (shop.row.state, shop.sent.state) == ("dead", "exhausted")
    assert (shop.delivery.state, shop.delivery.due) == ("dead", None)
    assert shop.codes == ["T283", "T283", "T283", "T295"]
    assert shop.document.state == "mapped"
    shop.wait(minutes=5)
    assert len(shop.peer.requests) == 3
    shop.look()
    assert "A106" in shop.alarms


def test_what_never_left_is_given_up_like_any_delivery(opened: Callable[..., Shop]) -> None:
    shop = opened(url="http://127.0.0.1:9/as2")
    shop.invoice()
    shop.wait(**LATER)
    shop.wait(**MUCH_LATER)
    assert (shop.row.state, shop.sent.state) == ("dead", "exhausted")
    assert shop.codes[-1] == "P192"


def test_who_insists_on_a_new_id_gets_one(opened: Callable[..., Shop]) -> None:
    shop = opened("quirks: {resend_id: new}")
    shop.peer.ways = [lost]
    shop.invoice()
    shop.wait(**LATER)
    first, second = shop.peer.requests
    assert first.message_id != second.message_id
    assert [each.state for each in shop.all_sent] == ["unknown", "acknowledged"]
    assert shop.row.state == "delivered"


def test_a_certificate_that_is_missing_is_waited_for(opened: Callable[..., Shop]) -> None:
    shop = opened()
    file = shop.world.root / "partners/acme-retail/acme.pem"
    text = file.read_text()
    file.unlink()
    shop.invoice()
    assert (shop.row.state, shop.codes, shop.all_sent) == ("retrying", ["T298"], [])
    file.write_text(text)
    shop.wait(**LATER)
    assert shop.row.state == "delivered"


def test_a_bug_in_building_is_put_off_like_any_failure(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: object) -> None:
        raise ZeroDivisionError("bug")

    with monkeypatch.context() as patch:
        patch.setattr("gateway.pipeline.as2.send.build.build_message", broken)
        shop.invoice()
    assert (shop.row.state, shop.codes) == ("retrying", ["T298"])
    shop.wait(**LATER)
    assert shop.row.state == "delivered"


def test_in_order_what_waits_holds_up_what_follows(opened: Callable[..., Shop]) -> None:
    shop = opened(in_order=True)
    shop.peer.ways = [lost, receipt, receipt]
    shop.invoice()
    shop.invoice()
    assert len(shop.peer.requests) == 1
    shop.wait(**LATER)
    assert len(shop.peer.documents) == 2
