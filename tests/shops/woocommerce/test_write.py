"""What goes back to WooCommerce: the bodies, and what a repeat does: nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from gateway.channels.shops.connector import InvoiceFile, Level, Parcel, Price, Shipment
from gateway.channels.shops.session import ShopUncertainError
from tests.shops.woocommerce.kit import calls, store

AT = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
PARCEL = Parcel("1Z999", "ups", "UPS", "https://track.example.com/1Z999")
SHIPMENT = Shipment("D-1", "16", "16", AT, (), (PARCEL,), complete=True)
INVOICE = InvoiceFile("I-1", "16", "F-2026-7", AT, "invoice", Decimal("131.36"), "EUR",
                      link="https://www.example.com/F-2026-7.pdf")  # fmt: skip


def level(quantity: Any, product: str = "10", sku: str = "CH-01", **more: Any) -> Level:
    return Level(sku, quantity, f"{sku}/1", product, **more)


def row(number: int, quantity: Any, managed: Any = True) -> dict[str, Any]:
    return {"id": number, "manage_stock": managed, "stock_quantity": quantity}


# ---- stock


def test_stock_is_read_checked_written_and_verified() -> None:
    connector = store((200, [row(10, 3)]), (200, {"update": [row(10, 7)]}))
    (outcome,) = connector.send_stock([level(7)])
    assert (outcome.state, outcome.actual) == ("done", 7)
    assert calls(connector) == [
        ("GET", "products", None),
        ("POST", "products/batch",
         {"update": [{"id": 10, "manage_stock": True, "stock_quantity": 7}]}),
    ]  # fmt: skip


def test_what_is_there_already_is_not_written() -> None:
    connector = store((200, [row(10, 7)]))
    assert connector.send_stock([level(7)])[0].state == "done"


def test_variations_go_below_their_products_and_articles_are_looked_up() -> None:
    known = {"id": 13, "parent_id": 12, "type": "variation", "sku": "TB-02", "manage_stock": True}
    connector = store(
        (200, [known]), (200, [row(13, 1)]), (200, {"update": [row(13, 4)]})
    )  # fmt: skip
    outcomes = connector.send_stock([level(4, "", "TB-02"), level(1, "", "nobody")])
    assert [one.state for one in outcomes] == ["done", "refused"]
    assert "nobody" in outcomes[1].reason
    assert [path for _, path, _ in calls(connector)] == [
        "products", "products/12/variations", "products/12/variations/batch",
    ]  # fmt: skip


@pytest.mark.parametrize("quantity", [-1, True, Decimal("2.5"), "abc"])
def test_only_whole_quantities_leave(quantity: Any) -> None:
    """The shop would keep “abc” as 0."""
    connector = store()
    (outcome,) = connector.send_stock([level(quantity)])
    assert outcome.state == "refused"
    assert calls(connector) == []


def test_each_entry_of_an_answer_is_looked_at() -> None:
    error = {"id": 11, "error": {"code": "woocommerce_rest_product_invalid_id", "message": "No."}}
    connector = store(
        (200, [row(10, 1), row(11, 1), row(12, 1), row(14, 1)]),
        (200, {"update": [row(12, 9), error, row(10, 5)]}),
    )
    levels = [level(5, str(number), f"S{number}") for number in (10, 11, 12, 13, 14)]
    outcomes = connector.send_stock(levels)
    assert [one.state for one in outcomes] == ["done", "refused", "conflict", "refused", "retry"]
    assert outcomes[1].reason == "woocommerce_rest_product_invalid_id No."
    assert outcomes[2].actual == 9


def test_another_quantity_than_expected_is_a_conflict() -> None:
    connector = store((200, [row(10, 6)]))
    (outcome,) = connector.send_stock([level(9, expected=8)])
    assert (outcome.state, outcome.actual) == ("conflict", 6)
    assert len(calls(connector)) == 1


def test_stock_that_the_shop_does_not_count() -> None:
    """``count_stock``: from now on it does; else it is refused and nothing is changed."""
    counting = store((200, [row(10, None, False)]), (200, {"update": [row(10, 7)]}))
    assert counting.send_stock([level(7)])[0].state == "done"
    leaving = store((200, [row(10, None, "parent")]), count_stock=False)
    assert leaving.send_stock([level(7)])[0].state == "refused"


def test_batches_have_a_hundred_articles() -> None:
    def present(numbers: range) -> list[dict[str, Any]]:
        return [row(number, 0) for number in numbers]

    def changed(numbers: range) -> dict[str, Any]:
        return {"update": [row(number, 1) for number in numbers]}

    first, second = range(1, 101), range(101, 151)
    connector = store(
        (200, present(first)), (200, changed(first)), (200, present(second)), (200, changed(second))
    )
    outcomes = connector.send_stock(
        [level(1, str(number), f"S{number}") for number in range(1, 151)]
    )
    assert {one.state for one in outcomes} == {"done"}
    assert [len(body["update"]) for _, _, body in calls(connector) if body] == [100, 50]


# ---- prices


EUR, WITH_TAX = (200, {"id": "woocommerce_currency", "value": "EUR"}), (200, {"value": "yes"})


def price(
    amount: str = "19.90", currency: str = "EUR", with_tax: bool = True, **more: Any
) -> Price:
    return Price("CH-01", Decimal(amount), currency, with_tax, "P-1", **{"product": "10", **more})


def test_prices_are_set_as_text() -> None:
    answer = {"update": [{"id": 10, "regular_price": "19.9"}]}
    connector = store(EUR, WITH_TAX, (200, answer))
    sent = price(name="Chair", description="Oak", ean="4012345678901")
    assert connector.send_prices([sent])[0].state == "done"
    assert calls(connector)[-1][2] == {
        "update": [{"id": 10, "regular_price": "19.90", "name": "Chair", "description": "Oak",
                    "global_unique_id": "4012345678901"}]
    }  # fmt: skip


def test_a_variation_has_no_name_and_an_old_shop_keeps_eans_in_meta_data() -> None:
    answer = {"update": [{"id": 13, "regular_price": "19.90"}]}
    connector = store(EUR, WITH_TAX, (200, answer), ean_key="_ean")
    connector.send_prices([price(product="12/13", name="Table", ean="4012345678901")])
    assert calls(connector)[-1][2] == {
        "update": [{"id": 13, "regular_price": "19.90",
                    "meta_data": [{"key": "_ean", "value": "4012345678901"}]}]
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong", [price(currency="CHF"), price(with_tax=False), price("-1"), price("NaN")], ids=str
)
def test_a_price_of_another_kind_is_not_the_shops(wrong: Price) -> None:
    connector = store(EUR, WITH_TAX)
    assert connector.send_prices([wrong])[0].state == "refused"


def test_a_price_that_was_not_kept_is_told() -> None:
    answer = {"update": [{"id": 10, "regular_price": ""}]}
    assert store(EUR, WITH_TAX, (200, answer)).send_prices([price()])[0].state == "conflict"
    assert store().send_prices([]) == []


# ---- shipments


def order(status: str = "processing", meta: Any = ()) -> tuple[int, Any]:
    return 200, {"id": 16, "status": status, "meta_data": list(meta)}


def told(*keys: str) -> dict[str, Any]:
    return {"id": 1, "key": "_edi_gateway_shipments", "value": list(keys)}


def test_a_shipment_is_a_note_a_mark_and_the_state() -> None:
    connector = store(order(), (200, []), (201, {"id": 1}), (200, {"id": 16}))
    assert connector.send_shipment(SHIPMENT).state == "done"
    assert calls(connector) == [
        ("GET", "orders/16", None),
        ("GET", "orders/16/notes", None),
        ("POST", "orders/16/notes",
         {"note": "UPS 1Z999 https://track.example.com/1Z999", "customer_note": True}),
        ("PUT", "orders/16",
         {"meta_data": [{"key": "_edi_gateway_shipments", "value": ["D-1"]}],
          "status": "completed"}),
    ]  # fmt: skip


def test_a_repeat_does_nothing() -> None:
    connector = store(order("completed", [told("D-1")]))
    assert connector.send_shipment(SHIPMENT).state == "done"
    assert [method for method, _, _ in calls(connector)] == ["GET"]


def test_after_a_lost_answer_the_note_is_found() -> None:
    """The note went through and nobody knew; it is not made again."""
    lost = store(order(), (200, []), ShopUncertainError("no answer"))
    with pytest.raises(ShopUncertainError):
        lost.send_shipment(SHIPMENT)
    note = {"id": 3, "note": "UPS 1Z999 https://track.example.com/1Z999"}
    again = store(order(), (200, [note]), (200, {"id": 16}))
    assert again.send_shipment(SHIPMENT).state == "done"
    assert [method for method, _, _ in calls(again)] == ["GET", "GET", "PUT"]


def test_a_part_does_not_complete_the_order() -> None:
    part = replace(SHIPMENT, key="D-2", complete=False, notify=False)
    connector = store(order(meta=[told("D-1")]), (200, []), (201, {}), (200, {"id": 16}))
    connector.send_shipment(part)
    _, _, (_, _, note), (_, _, change) = calls(connector)
    assert note["customer_note"] is False
    assert change == {"meta_data": [{"key": "_edi_gateway_shipments", "value": ["D-1", "D-2"]}]}


def test_tracking_numbers_as_plug_ins_keep_them() -> None:
    kept = {"id": 2, "key": "_wc_shipment_tracking_items", "value": [{"tracking_number": "OLD"}]}
    connector = store(order(meta=[kept]), (200, {"id": 16}), tracking="meta")
    connector.send_shipment(SHIPMENT)
    _, items = calls(connector)[-1][2]["meta_data"]
    assert items["key"] == "_wc_shipment_tracking_items"
    assert [one["tracking_number"] for one in items["value"]] == ["OLD", "1Z999"]
    assert items["value"][1]["date_shipped"] == "1772636400"


@pytest.mark.parametrize("status", ["cancelled", "refunded", "trash", "failed"])
def test_nothing_is_shipped_of_a_closed_order(status: str) -> None:
    assert store(order(status)).send_shipment(SHIPMENT).state == "refused"


def test_a_shipment_of_an_order_that_is_gone_is_refused() -> None:
    gone = (404, {"code": "woocommerce_rest_shop_order_invalid_id"})
    assert store(gone).send_shipment(SHIPMENT).state == "refused"
    assert store(gone).send_invoice(INVOICE).state == "refused"


# ---- invoices


def link(key: str, value: str) -> dict[str, Any]:
    return {"id": 1, "key": key, "value": value}


def test_an_invoice_is_a_link_in_meta_data() -> None:
    connector = store(order(), (200, {"id": 16}))
    assert connector.send_invoice(INVOICE).reference == "_invoice_url"
    assert calls(connector)[1] == (
        "PUT", "orders/16", {"meta_data": [{"key": "_invoice_url", "value": INVOICE.link}]}
    )  # fmt: skip


def test_a_second_invoice_has_a_key_of_its_own_and_a_repeat_none() -> None:
    other = link("_invoice_url", "https://www.example.com/F-2026-6.pdf")
    second = store(order(meta=[other]), (200, {"id": 16}))
    assert second.send_invoice(INVOICE).reference == "_invoice_url_2"
    repeat = store(order(meta=[other, link("_invoice_url_2", INVOICE.link)]))
    assert repeat.send_invoice(INVOICE).reference == "_invoice_url_2"
    credit = store(order(meta=[other]), (200, {"id": 16}))
    credit_note = replace(INVOICE, kind="credit_note")
    assert credit.send_invoice(credit_note).reference == "_credit_note_url"


def test_a_file_is_no_link() -> None:
    assert store().send_invoice(replace(INVOICE, link="", body=b"%PDF")).state == "refused"
