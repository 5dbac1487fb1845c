"""Receipts of ours that a partner wants at its own address."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.store import NewDelivery, contents, deliveries
from gateway.store.as2 import received
from gateway.store.as2.received import NewReceived
from gateway.store.deliveries import Delivery
from tests.as2.send.peer import Peer, broken, status
from tests.as2.send.shop import Shop

RECEIPT = (
    b"AS2-From: OURS\r\nAS2-To: ACME\r\nMessage-ID: <r1@ours>\r\nContent-Type: multipart/report\r\n"
    b"\r\n--x\r\nof which not a byte may change\x00\xff\r\n"
)


def plan(shop: Shop, url: str) -> Delivery:
    """As the receiving side plans it."""
    at, sha = shop.world.clock(), contents.sha_of(RECEIPT)
    row = NewReceived(
        key="k" * 64,
        partner="acme-retail",
        channel="main",
        as2_from="ACME",
        as2_to="OURS",
        message_id="<m1@acme>",
        headers="[]",
        wire=None,
        wire_size=0,
        state="accepted",
        mdn=sha,
        mdn_to=url,
    )
    with shop.house.store.write() as connection:
        contents.put(connection, [RECEIPT])
        id_ = received.add(connection, row, at)
        planned = NewDelivery(
            key=f"mdn:{id_}:{sha[:16]}",
            message=None,
            purpose="mdn",
            lane="to/acme-retail/main/mdn",
            outlet="mdn",
            folder="mdn:acme-retail/main",
            name=f"{id_}.mdn",
            sha=sha,
            due=at,
        )
        deliveries.add(connection, [planned], at)
    return found(shop)


def found(shop: Shop) -> Delivery:
    with shop.house.store.read() as connection:
        one = deliveries.get(connection, 1)
    assert one is not None
    return one


@pytest.fixture
def shop(opened: Callable[..., Shop], peer: Peer) -> Shop:
    return opened(f"receipt_urls: ['http://127.0.0.1:{peer.port}/mdn']")


def url(shop: Shop, path: str = "/mdn/7?id=1") -> str:
    return f"http://127.0.0.1:{shop.peer.port}{path}"


@pytest.mark.parametrize("code", [200, 204])
def test_it_goes_there_byte_for_byte(shop: Shop, code: int) -> None:
    shop.peer.ways = [status(code)]
    plan(shop, url(shop))
    shop.run()
    (request,) = shop.peer.requests
    assert request.path == "/mdn/7?id=1"
    assert request.body == RECEIPT.partition(b"\r\n\r\n")[2]
    assert request.get("Message-ID") == "<r1@ours>"
    assert found(shop).state == "done"


@pytest.mark.parametrize("way", [broken, status(404), status(307, ("Location", "/x"))])
def test_what_was_not_taken_is_tried_again(shop: Shop, way: object) -> None:
    shop.peer.ways = [way, status(200)]  # type: ignore[list-item]
    plan(shop, url(shop))
    shop.run()
    assert (found(shop).state, found(shop).attempts) == ("pending", 1)
    shop.wait(seconds=20)
    first, second = shop.peer.requests
    assert first.wire == second.wire
    assert found(shop).state == "done"


def test_it_is_given_up_with_an_alarm_that_ends_with_the_next_one(shop: Shop) -> None:
    shop.peer.ways = [status(500)] * 3
    plan(shop, url(shop))
    for _ in range(4):
        shop.wait(minutes=5)
    assert (found(shop).state, shop.alarms) == ("dead", ["A131"])
    assert len(shop.peer.requests) == 3
    with shop.house.store.write() as connection:
        again = {"state": "pending", "due": shop.world.clock(), "attempts": 0}
        deliveries.change(connection, [1], shop.world.clock(), **again)
    shop.peer.ways = [status(200)]
    shop.run()
    assert shop.alarms == []


@pytest.mark.parametrize("path", ["/other", "/mdnx", "/mdn/../other", "/mdn%2f..%2fother"])
def test_an_address_that_was_not_agreed_is_never_called(shop: Shop, path: str) -> None:
    plan(shop, url(shop, path))
    shop.run()
    assert shop.peer.requests == []
    assert (found(shop).state, shop.alarms) == ("dead", ["A131"])


def test_nor_one_whose_agreement_has_ended(opened: Callable[..., Shop]) -> None:
    shop = opened()
    plan(shop, url(shop))
    shop.run()
    assert shop.peer.requests == []
    assert found(shop).state == "dead"


def test_the_password_of_the_partners_address_is_not_told_to_another(
    opened: Callable[..., Shop], peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AS2_TOKEN", "t0ken-t0ken")
    shop = opened(
        f"receipt_urls: ['http://127.0.0.1:{peer.port}/mdn']\n"
        'http: {login: {token: "${env:AS2_TOKEN}"}}'
    )
    shop.peer.ways = [status(200)]
    plan(shop, url(shop))
    shop.run()
    assert shop.peer.requests[0].get("Authorization") == ""
