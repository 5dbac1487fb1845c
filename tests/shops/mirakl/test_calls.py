"""The calls of a marketplace on Mirakl: each as it leaves, and what its answers mean."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.shops.connector import (
    Decision,
    InvoiceFile,
    Level,
    Parcel,
    Price,
    Shipment,
    ShippedLine,
    Window,
)
from gateway.channels.shops.mirakl.client import Mirakl
from gateway.channels.shops.recording import ScriptedSession
from gateway.channels.shops.session import ShopRefusedError
from tests.shops.mirakl.test_read import a_shop

AT = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
WINDOW = Window(datetime(2026, 11, 2, 8, 0, tzinfo=UTC), AT)
TWO = json.loads(
    (Path(__file__).parent / "tax_included.json").read_text("utf-8"), parse_float=Decimal
)


def order(number: int, **more: Any) -> dict[str, Any]:
    return {**TWO, "order_id": f"O-{number}", **more}


def client(*answers: Any, page: int = 100) -> tuple[Mirakl, ScriptedSession]:
    calls = ScriptedSession(*answers)
    return Mirakl(a_shop(poll={"page": page}), calls), calls


def page_of(total: int, *numbers: int) -> tuple[int, Any]:
    return 200, {"orders": [order(each) for each in numbers], "total_count": total}


def test_a_window_is_asked_for_by_change() -> None:
    market, calls = client(page_of(1, 1))
    page = market.page(WINDOW)
    assert [each.external_id for each in page.records] == ["O-1"]
    assert page.next == ""
    assert calls.calls[0].path == "api/orders"
    assert dict(calls.calls[0].query) == {
        "start_update_date": "2026-11-02T08:00:00Z", "end_update_date": "2026-11-02T12:00:00Z",
        "sort": "dateCreated", "order": "asc", "max": "100", "offset": "0",
    }  # fmt: skip


def test_what_leaves_the_window_while_paging_hides_nothing() -> None:
    """Orders 1 and 2 change after the first page: 3 and 4 move up, and are asked for as well."""
    moved = [page_of(4, 5, 6), page_of(4, 3, 4), page_of(4, 5, 6)]
    market, calls = client(page_of(6, 1, 2), *moved, page=2)
    seen: list[str] = []
    position = ""
    while True:
        page = market.page(WINDOW, position)
        seen += [each.external_id for each in page.records]
        position = page.next
        if not position:
            break
    assert {"O-3", "O-4", "O-5", "O-6"} <= set(seen)
    assert [dict(each.query)["offset"] for each in calls.calls] == ["0", "2", "2"]


def test_one_order_by_its_id() -> None:
    market, _ = client(page_of(1, 7), page_of(0))
    record = market.order("O-7")
    assert record is not None
    assert json.loads(record.raw)["order_id"] == "O-7"
    assert market.order("O-8") is None


def test_an_order_is_accepted_line_by_line_and_only_once() -> None:
    waiting = order(1, order_state="WAITING_ACCEPTANCE")
    market, calls = client(
        (200, {"orders": [waiting], "total_count": 1}), (204, b""), page_of(1, 1), page_of(1, 1)
    )
    done = market.send_decision(Decision("k1", "O-1", True, (("L-2", False),)))
    assert done.state == "done"
    assert (calls.calls[1].method, calls.calls[1].path) == ("PUT", "api/orders/O-1/accept")
    assert calls.calls[1].json() == {
        "order_lines": [{"id": "L-1", "accepted": True}, {"id": "L-2", "accepted": False}]
    }
    assert market.send_decision(Decision("k1", "O-1", True)).state == "done"
    too_late = market.send_decision(Decision("k2", "O-1", False))
    assert (too_late.state, too_late.reason) == (
        "refused", "the order is in state SHIPPING already",
    )  # fmt: skip


PARCEL = Parcel("TR-1", "DPD", "DPD", "https://dpd.example.com/TR-1")


def shipment(*parcels: Parcel, complete: bool = True) -> Shipment:
    lines = (ShippedLine("L-1", Decimal(2)),)
    return Shipment("s1", "O-1", "W-1", AT, lines, parcels, complete)


def test_one_whole_parcel_is_told_then_shipped() -> None:
    nothing = (200, {"data": []})
    market, calls = client(page_of(1, 1), nothing, (204, b""), (204, b""))
    assert market.send_shipment(shipment(PARCEL)).state == "done"
    assert [(each.method, each.path) for each in calls.calls[2:]] == [
        ("PUT", "api/orders/O-1/tracking"), ("PUT", "api/orders/O-1/ship"),
    ]  # fmt: skip
    assert calls.calls[2].json() == {
        "carrier_code": "DPD", "carrier_name": "DPD", "tracking_number": "TR-1",
        "carrier_url": "https://dpd.example.com/TR-1",
    }  # fmt: skip


def test_what_was_shipped_already_is_not_shipped_again() -> None:
    shipped = order(1, order_state="SHIPPED", shipping_tracking="TR-1")
    market, calls = client((200, {"orders": [shipped], "total_count": 1}), (200, {"data": []}))
    assert market.send_shipment(shipment(PARCEL)).state == "done"
    assert [each.method for each in calls.calls] == ["GET", "GET"]


def test_a_call_that_is_refused_as_it_was_carried_out_before_is_done() -> None:
    refused = ShopRefusedError("400 the order is shipped already", 400)
    shipped = order(1, order_state="SHIPPED", shipping_tracking="TR-1")
    now = (200, {"orders": [shipped], "total_count": 1})
    market, calls = client(page_of(1, 1), (200, {"data": []}), (204, b""), refused, now)
    assert market.send_shipment(shipment(PARCEL)).state == "done"
    assert [each.method for each in calls.calls] == ["GET", "GET", "PUT", "PUT", "GET"]
    market, _ = client(page_of(1, 1), (200, {"data": []}), (204, b""), refused, page_of(1, 1))
    assert market.send_shipment(shipment(PARCEL)).state == "refused"
    waiting = (200, {"orders": [order(1, order_state="WAITING_ACCEPTANCE")], "total_count": 1})
    accepted = (200, {"orders": [order(1, order_state="WAITING_DEBIT")], "total_count": 1})
    market, _ = client(waiting, refused, accepted)
    assert market.send_decision(Decision("d1", "O-1", accepted=True)).state == "done"


def test_parts_and_several_parcels_are_shipments_of_their_own() -> None:
    known = {"data": [{"tracking": {"tracking_number": "TR-1"}}]}
    market, calls = client(page_of(1, 1), (200, known), (200, {"shipment_success": []}))
    second = Parcel("TR-2", "DPD", lines=(ShippedLine("L-1", Decimal(1)),))
    assert market.send_shipment(shipment(PARCEL, second, complete=False)).state == "done"
    assert calls.calls[2].json() == {
        "shipments": [
            {
                "order_id": "O-1",
                "shipment_lines": [{"order_line_id": "L-1", "quantity": 1}],
                "tracking": {"carrier_code": "DPD", "tracking_number": "TR-2"},
                "shipped": True,
            }
        ]
    }


def test_a_shipment_that_is_not_taken_says_why() -> None:
    wrong = {"shipment_errors": [{"order_id": "O-1", "errors": [{"message": "unknown carrier"}]}]}
    market, _ = client(page_of(1, 1), (200, {"data": []}), (200, wrong))
    outcome = market.send_shipment(shipment(PARCEL, complete=False))
    assert (outcome.state, outcome.reason) == ("refused", "unknown carrier")


INVOICE = InvoiceFile(
    "i1",
    "O-1",
    "F-9",
    AT,
    "invoice",
    Decimal("170.38"),
    "EUR",
    "F-9.pdf",
    "application/pdf",
    b"%PDF",
)


def test_an_invoice_is_handed_over_once() -> None:
    there = (200, {"order_documents": [{"file_name": "F-9.pdf"}]})
    market, calls = client((200, {"order_documents": []}), (200, {"errors_count": 0}), there)
    assert market.send_invoice(INVOICE).state == "done"
    post = calls.calls[1]
    assert post.path == "api/orders/O-1/documents"
    assert post.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert b'name="files"; filename="F-9.pdf"' in post.body
    assert b'"type_code": "CUSTOMER_INVOICE"' in post.body
    assert market.send_invoice(INVOICE).state == "done"
    assert len(calls.calls) == 3


def test_stock_goes_as_a_file_that_changes_nothing_else() -> None:
    market, calls = client(
        (201, {"import_id": 2077}),
        (200, {"status": "RUNNING"}),
        (200, {"status": "COMPLETE", "lines_in_error": 0}),
        (200, {"status": "COMPLETE", "lines_in_error": 1}),
    )
    outcomes = market.send_stock([Level("CH-01", 7, "a"), Level("TB;02", 0, "b")])
    assert [(each.key, each.state, each.ticket) for each in outcomes] == [
        ("a", "pending", "stock/2077"), ("b", "pending", "stock/2077"),
    ]  # fmt: skip
    assert (
        b'offer-sku;quantity;update-delete\nCH-01;7;update\n"TB;02";0;update\n'
        in calls.calls[0].body
    )
    states = [market.follow_up("stock/2077").state for _ in range(3)]
    assert states == ["pending", "done", "refused"]
    assert calls.calls[1].path == "api/offers/stock/imports/2077/status"


def test_prices_go_by_their_digits() -> None:
    market, calls = client((201, {"import_id": 5}))
    market.send_prices([Price("CH-01", Decimal("29.90"), "EUR", True, "p")])
    assert b"offer-sku;price\nCH-01;29.90\n" in calls.calls[0].body


def test_lists_that_are_compared_end() -> None:
    market, _ = client(page_of(3, 1, 2), page_of(3, 3))
    assert [each.external_id for each in market.listed(WINDOW, by="created")] == [
        "O-1",
        "O-2",
        "O-3",
    ]
    market, _ = client(page_of(812))
    assert market.count(WINDOW) == 812


@pytest.mark.parametrize(
    "body", [b"<html>", b'{"orders": 5}', b'{"orders": [', b'{"total_count": "x"}']
)
def test_an_answer_that_is_none_is_trouble_outside(body: bytes) -> None:
    market, _ = client((200, body))
    with pytest.raises(OSError, match="list of orders"):
        market.page(WINDOW)


def test_articles_are_known_by_our_sku() -> None:
    offer = {"shop_sku": "CH-01", "quantity": 4, "product_references": [
        {"reference_type": "EAN", "reference": "4000001000005"}]}  # fmt: skip
    market, _ = client((200, {"offers": [offer]}), (200, {"offers": []}))
    found = market.articles(["CH-01", "NO"])
    assert list(found) == ["CH-01"]
    assert (found["CH-01"].quantity, found["CH-01"].ean) == (4, "4000001000005")


def test_orders_without_an_id_are_told_and_hold_up_no_other() -> None:
    market, _ = client((200, {"orders": [order(1), {"x": 1}], "total_count": 2}))
    page = market.page(WINDOW)
    assert [each.external_id for each in page.records] == ["O-1"]
    assert [each.code for each in page.broken] == ["W231"]


def test_a_page_of_a_proxy_is_no_answer_to_what_is_written() -> None:
    market, _ = client((200, b"<html>"))
    with pytest.raises(OSError, match="list of orders"):
        market.send_shipment(shipment(PARCEL))
