"""The calls of Octopia: each as it leaves, and what its answers mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from gateway.channels.shops.connector import (
    Decision,
    InvoiceFile,
    Level,
    Parcel,
    Shipment,
    ShippedLine,
    Window,
)
from gateway.channels.shops.octopia.client import Octopia, connect
from gateway.channels.shops.recording import ScriptedSession
from gateway.channels.shops.session import Answer, ShopLoginError
from gateway.syntax.jsonparts import dumps
from tests.shops.octopia.test_read import a_shop
from tests.shops.transport.server import shop

AT = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
WINDOW = Window(datetime(2026, 11, 2, 8, 0, tzinfo=UTC), AT)
ONE = json.loads(
    (Path(__file__).parent / "prices_only.json").read_text("utf-8"), parse_float=Decimal
)


def order(number: int, **more: Any) -> dict[str, Any]:
    return {**ONE, "orderId": f"O-{number}", **more}


def page_of(*orders: Any, link: str = "") -> Answer:
    headers = (
        (("Link", f'<https://x.example/orders?pageIndex={link}>; rel="next"'),) if link else ()
    )
    return Answer(200, headers, dumps({"items": list(orders)}))


def client(*answers: Any) -> tuple[Octopia, ScriptedSession]:
    calls = ScriptedSession(*answers)
    return Octopia(a_shop(orders={"channels": ["CDISFR"]}), calls), calls


def test_a_window_is_walked_by_the_last_change_seen() -> None:
    first = order(1, updatedAt="2026-11-02T09:00:00.000000Z")
    second = order(2, updatedAt="2026-11-02T09:30:00.000000Z")
    tied = order(3, updatedAt="2026-11-02T09:30:00.000000Z")
    market, calls = client(
        page_of(first, second, link="2"), page_of(second, link="2"), page_of(tied)
    )
    position, seen = "", []
    while True:
        page = market.page(WINDOW, position)
        seen += [each.external_id for each in page.records]
        position = page.next
        if not position:
            break
    assert seen == ["O-1", "O-2", "O-2", "O-3"]
    asked = [dict(each.query) for each in calls.calls]
    assert [(each["updatedAtMin"], each["pageIndex"]) for each in asked] == [
        ("2026-11-02T08:00:00.000000Z", "1"),
        ("2026-11-02T09:30:00.000000Z", "1"),
        ("2026-11-02T09:30:00.000000Z", "2"),
    ]
    assert {each["salesChannelId"] for each in asked} == {"CDISFR"}
    assert asked[0]["updatedAtMax"] == "2026-11-02T12:00:00.000000Z"


def test_one_order_by_its_id() -> None:
    market, calls = client((200, order(7)), (404, b"{}"))
    record = market.order("O-7")
    assert record is not None
    assert (record.external_id, calls.calls[0].path) == ("O-7", "orders/O-7")
    assert market.order("O-8") is None


def test_an_order_is_accepted_once() -> None:
    waiting = order(1, status="WaitingAcceptance")
    market, calls = client((200, waiting), (200, b""), (200, order(1)), (200, order(1)))
    assert market.send_decision(Decision("k", "O-1", True)).state == "done"
    assert calls.calls[1].path == "orders/O-1/approval-status"
    assert calls.calls[1].json() == {"approval_status": "Accepted"}
    assert market.send_decision(Decision("k", "O-1", True)).state == "done"
    late = market.send_decision(Decision("k", "O-1", False))
    assert (late.state, late.reason) == ("refused", "the order is in state Accepted already")


def test_parcels_are_told_once() -> None:
    lines = (ShippedLine("1", Decimal(2)),)
    parcels = (Parcel("TR-1", "DPD"), Parcel("TR-2", "DPD", url="https://dpd.example.com/TR-2"))
    shipment = Shipment("s", "O-1", "W-1", AT, lines, parcels, True)
    market, calls = client((200, [{"parcelNumber": "TR-1"}]), (200, b""))
    assert market.send_shipment(shipment).state == "done"
    assert calls.calls[1].json() == [
        {
            "parcelNumber": "TR-2",
            "carrierName": "DPD",
            "trackingUrl": "https://dpd.example.com/TR-2",
            "orderLineIds": ["1"],
        }
    ]


def test_an_invoice_is_a_file_named_like_its_order() -> None:
    invoice = InvoiceFile(
        "i",
        "O-1",
        "F-1",
        AT,
        "invoice",
        Decimal("64.87"),
        "EUR",
        "F-1.pdf",
        "application/pdf",
        b"%",
    )
    market, calls = client((202, b""), (409, b"there already"))
    assert market.send_invoice(invoice).state == "done"
    assert b'filename="O-1.pdf"' in calls.calls[0].body
    assert market.send_invoice(invoice).state == "done"


def test_what_is_not_built_says_so() -> None:
    market, calls = client()
    (outcome,) = market.send_stock([Level("CH-01", 1, "k")])
    assert outcome.state == "refused"
    assert "not built" in outcome.reason
    assert not calls.calls


def test_a_token_is_got_for_id_and_secret() -> None:
    with shop() as server:
        there = a_shop(
            octopia={
                "url": server.url,
                "login": f"{server.url}/token",
                "client_id": "client-1",
                "client_secret": "${env:OCTOPIA_SECRET}",
                "seller": "4711",
            }
        )
        market = connect(there, lambda _secret: "s3-Kq-octopia", lambda: AT)
        server.will((200, {}, b'{"access_token": "t-91-octo", "expires_in": 7200}'))
        server.will((200, {}, b'{"count": 12}'))
        assert market.count(Window(AT - timedelta(days=1), AT)) == 12
        token, count = server.asked
        assert parse_qs(token.body.decode()) == {
            "grant_type": ["client_credentials"],
            "client_id": ["client-1"],
            "client_secret": ["s3-Kq-octopia"],
        }
        assert count.headers["authorization"] == "Bearer t-91-octo"
        assert count.headers["sellerid"] == "4711"
        market.close()


def test_a_secret_that_is_refused_is_trouble_with_the_login() -> None:
    with shop() as server:
        there = a_shop(
            octopia={
                "url": server.url,
                "login": f"{server.url}/token",
                "client_id": "client-1",
                "client_secret": "${env:OCTOPIA_SECRET}",
                "seller": "4711",
            }
        )
        market = connect(there, lambda _secret: "s3-Kq-octopia", lambda: AT)
        server.will((400, {}, b'{"error": "invalid_client"}'))
        with pytest.raises(ShopLoginError, match="invalid_client"):
            market.order("O-1")
        market.close()
