"""What PrestaShop is asked and told beside orders: lists, articles, stock, prices, shipments."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gateway.channels.shops.connector import (
    Decision,
    InvoiceFile,
    Level,
    Parcel,
    Price,
    Shipment,
    Window,
)
from gateway.channels.shops.prestashop.calls import body, listed, opened
from gateway.channels.shops.prestashop.client import connect
from gateway.channels.shops.session import Answer, ShopAnswerError, ShopLoginError
from gateway.channels.shops.session import ShopUnreachableError as Unreachable
from gateway.channels.shops.web import WebSession
from gateway.telemetry.secrets import clean
from tests.shops.prestashop.kit import NOW, connector, shop
from tests.shops.prestashop.webservice import Webservice, fields_of, loaded

DAY = Window(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))


def articles() -> dict[str, list[dict[str, Any]]]:
    """A chair, a table in two colours, and two books with one reference."""

    def stock(number: int, product: str, attribute: str, quantity: str) -> dict[str, Any]:
        return {"id": number, "id_product": product, "id_product_attribute": attribute,
                "id_shop": "1", "id_shop_group": "0", "quantity": quantity,
                "depends_on_stock": "0", "out_of_stock": "2", "location": "A<1>"}  # fmt: skip

    return {
        **loaded("simple")["tables"],
        "products": [
            {"id": 10, "reference": "CH-01", "ean13": "4012345678901", "price": "16.660000"},
            {"id": 11, "reference": "BK-01", "ean13": "", "price": "10.000000"},
            {"id": 15, "reference": "BK-01", "ean13": "", "price": "10.000000"},
            {"id": 12, "reference": "TB-02", "ean13": "", "price": "100.000000"},
            {"id": 16, "reference": "A,1", "ean13": "", "price": "1.000000"},
        ],
        "combinations": [
            {"id": 13, "id_product": "12", "reference": "TB-02-R", "ean13": ""},
            {"id": 14, "id_product": "12", "reference": "TB-02-B", "ean13": ""},
        ],
        "stock_availables": [
            stock(1, "10", "0", "3"), stock(2, "12", "0", "9"), stock(3, "12", "13", "4"),
            stock(4, "12", "14", "5"), stock(5, "16", "0", "1"),
        ],
        "configurations": [{"id": 1, "name": "PS_CURRENCY_DEFAULT", "value": "1"}],
    }  # fmt: skip


def level(sku: str, quantity: Any, **more: Any) -> Level:
    return Level(sku, quantity, f"{sku}/1", **more)


# ---- lists


def test_orders_are_listed_in_short_and_counted() -> None:
    service = Webservice(loaded("simple")["tables"])
    reader = connector(service)
    (one,) = reader.listed(DAY, by="created")
    assert (one.external_id, one.number, one.status) == ("5", "XKBKNABJK", "Payment accepted")
    assert (one.total, one.currency) == (Decimal("75.42"), "EUR")
    assert one.created == datetime(2026, 3, 2, 8, 14, tzinfo=UTC)
    assert [one.external_id for one in reader.listed(DAY, by="updated")] == ["5"]
    assert reader.count(DAY) == 1
    assert reader.count(Window(DAY.since - timedelta(days=9), DAY.since)) == 0


def test_an_order_that_is_not_there_is_none() -> None:
    reader = connector(Webservice(loaded("simple")["tables"]))
    assert reader.order("999") is None
    assert reader.order("5|6") is None


def test_a_row_without_an_id_stops_nobody() -> None:
    tables = loaded("simple")["tables"]
    tables["orders"] = [{**tables["orders"][0], "id": "x"}, *tables["orders"]]
    page = connector(Webservice(tables)).page(DAY)
    assert [record.external_id for record in page.records] == ["5"]
    assert [one.code for one in page.broken] == ["W232"]


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        (b"[]", []),
        (b"", []),
        (b'{"orders": []}', []),
        (b'{"orders": null}', []),
        (b'{"orders": [{"id":1},{"id":2}]}', [b'{"id":1}', b'{"id":2}']),
        (b'{"orders": {"id":1}}', [b'{"id":1}']),
        (b'{"orders": {"order": {"id":1}}}', [b'{"id":1}']),
    ],
)
def test_the_shapes_of_lists(said: bytes, rows: list[bytes]) -> None:
    assert listed(Answer(200, (), said), "orders") == rows


@pytest.mark.parametrize("said", [b"<html>", b'{"errors": []}', b"[1]", b'{"orders": '])
def test_what_is_no_list_is_no_answer(said: bytes) -> None:
    with pytest.raises(ShopAnswerError):
        listed(Answer(200, (), said), "orders")


# ---- the connection


def test_trying_out_names_what_the_key_may_not_read() -> None:
    tables = loaded("simple")["tables"]
    assert connector(Webservice(tables)).try_out() == "PrestaShop 8.1.7"
    with pytest.raises(ShopLoginError, match="may not read order_slip, taxes"):
        connector(Webservice(tables, refused=("order_slip", "taxes"))).try_out()


def test_a_key_does_not_travel_readably() -> None:
    with pytest.raises(Unreachable, match="https"):
        connect(shop(url="http://shop.example.com"), lambda _: "", lambda: NOW)
    connect(shop(url="http://127.0.0.1:8081"), lambda _: "", lambda: NOW).close()


def test_the_key_is_the_user_and_shown_nowhere() -> None:
    session = opened(shop().prestashop, lambda _: "WSKEY-4711-0815-SECRET")  # type: ignore[arg-type]
    assert isinstance(session, WebSession)
    headers = session.auth.headers("GET", "https://shop.example.com/api/orders", ())
    assert b64decode(headers["Authorization"].removeprefix("Basic ")) == b"WSKEY-4711-0815-SECRET:"
    assert "0815" not in clean("the key WSKEY-4711-0815-SECRET is wrong")
    session.close()


def test_what_prestashop_cannot_do_is_refused() -> None:
    reader = connector(Webservice({}))
    at = datetime(2026, 3, 4, tzinfo=UTC)
    invoice = InvoiceFile("k", "5", "F-1", at, "invoice", Decimal(1), "EUR")
    assert reader.send_invoice(invoice).state == "refused"
    assert reader.send_decision(Decision("k", "5", True)).state == "refused"
    assert reader.follow_up("t").state == "refused"
    assert (reader.webhooks(), reader.topics()) == ([], ())
    with pytest.raises(NotImplementedError):
        reader.make_webhook("order", "https://edi.example.com", "unused")


# ---- articles and stock


def test_articles_are_found_by_reference() -> None:
    service = Webservice(articles())
    found = connector(service).articles(["CH-01", "TB-02", "TB-02-R", "BK-01", "A,1", "A[1]"])
    assert {sku: (one.product, one.quantity, one.managed) for sku, one in found.items()} == {
        "CH-01": ("10", 3, True),
        "TB-02": ("12", 9, False),
        "TB-02-R": ("12/13", 4, True),
        "A,1": ("16", 1, True),
    }
    assert found["CH-01"].ean == "4012345678901"


def test_a_stock_row_goes_back_as_it_came_with_another_quantity() -> None:
    service = Webservice(articles())
    outcomes = connector(service).send_stock([level("TB-02-R", 7), level("CH-01", 3)])
    assert [(one.state, one.actual) for one in outcomes] == [("done", 7), ("done", 3)]
    assert service.sent() == [
        ("PUT", "stock_availables/3", {},
         {"id": "3", "id_product": "12", "id_product_attribute": "13", "id_shop": "1",
          "id_shop_group": "0", "quantity": "7", "depends_on_stock": "0", "out_of_stock": "2",
          "location": "A<1>"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "state", "reason"),
    [
        (level("TB-02", 7), "refused", "combinations"),
        (level("nobody", 7), "refused", "nobody"),
        (level("BK-01", 7), "refused", "several"),
        (level("CH-01", -1), "refused", "whole quantity"),
        (level("CH-01", True), "refused", "whole quantity"),
        (level("CH-01", 7, expected=2), "conflict", "3 are there"),
        (level("CH-01", 7, product="10; DROP"), "refused", "no article"),
    ],
    ids=str,
)  # fmt: skip
def test_stock_that_is_not_written(sent: Level, state: str, reason: str) -> None:
    service = Webservice(articles())
    (outcome,) = connector(service).send_stock([sent])
    assert outcome.state == state
    assert reason in outcome.reason
    assert service.sent() == []


def test_stock_that_is_managed_elsewhere_or_refused() -> None:
    tables = articles()
    tables["stock_availables"][0]["depends_on_stock"] = "1"
    assert connector(Webservice(tables)).send_stock([level("CH-01", 7)])[0].state == "refused"

    class Closed(Webservice):
        def call(self, method: str, path: str, **rest: Any) -> Answer:
            if method == "PUT":
                self.refused = ("stock_availables",)
            return super().call(method, path, **rest)

    (outcome,) = connector(Closed(articles())).send_stock([level("CH-01", 7)])
    assert (outcome.state, outcome.reason) == ("refused", "405 26 Method PUT is not allowed")


def test_a_quantity_that_was_not_kept_is_a_conflict() -> None:
    class Stubborn(Webservice):
        def _written(self, method: str, resource: str, number: str, body: bytes) -> dict[str, Any]:
            return {**super()._written(method, resource, number, body), "quantity": "5"}

    (outcome,) = connector(Stubborn(articles())).send_stock([level("CH-01", 7)])
    assert (outcome.state, outcome.actual) == ("conflict", 5)


# ---- prices


def price(amount: str = "18.5", with_tax: bool = False, currency: str = "EUR",
          sku: str = "CH-01", **more: Any) -> Price:  # fmt: skip
    return Price(sku, Decimal(amount), currency, with_tax, "P-1", **more)


def test_a_price_without_tax_is_patched() -> None:
    service = Webservice(articles())
    sent = price(name="Chair & co", ean="4012345678901")
    assert connector(service, language=2).send_prices([sent])[0].state == "done"
    assert service.sent() == [
        ("PATCH", "products/10", {},
         {"id": "10", "price": "18.5", "ean13": "4012345678901", "name/2": "Chair & co"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [price(with_tax=True), price(currency="GBP"), price("-1"), price(sku="TB-02-R"),
     price(sku="nobody")],
    ids=lambda one: one.sku,
)  # fmt: skip
def test_a_price_of_another_kind_is_not_the_shops(wrong: Price) -> None:
    service = Webservice(articles())
    assert connector(service).send_prices([wrong])[0].state == "refused"
    assert service.sent() == []


# ---- shipments


PARCELS = (Parcel("1Z999", "ups"), Parcel("1Z998", "ups"), Parcel(""))
SHIPMENT = Shipment("D-1", "5", "XKBKNABJK", datetime(2026, 3, 4, tzinfo=UTC), (), PARCELS,
                    complete=True)  # fmt: skip


def shipping(state: int = 2, tracking: str = "") -> dict[str, list[dict[str, Any]]]:
    tables = loaded("simple")["tables"]
    tables["orders"][0]["current_state"] = str(state)
    carrier = {"id": 40, "id_order": "5", "id_carrier": "9", "id_order_invoice": "0",
               "weight": "1.000000", "shipping_cost_tax_excl": "4.080000",
               "shipping_cost_tax_incl": "4.900000", "tracking_number": tracking,
               "date_add": "2026-03-02 09:14:00"}  # fmt: skip
    history = {"id": 1, "id_order": "5", "id_order_state": str(state)}
    return {**tables, "order_carriers": [carrier], "order_histories": [history]}


def test_a_shipment_is_tracking_numbers_and_a_state() -> None:
    service = Webservice(shipping())
    assert connector(service).send_shipment(SHIPMENT).state == "done"
    (put, post) = service.sent()
    assert put[:3] == ("PUT", "order_carriers/40", {"sendemail": "1"})
    assert put[3]["tracking_number"] == "1Z999 1Z998"
    assert put[3]["shipping_cost_tax_incl"] == "4.900000"
    assert post == ("POST", "order_histories", {"sendemail": "1"},
                    {"id_order": "5", "id_order_state": "4"})  # fmt: skip


def test_a_repeat_does_nothing() -> None:
    """Neither when all went through, nor when only the state was lost, and not by hand after."""
    service = Webservice(shipping())
    connector(service).send_shipment(SHIPMENT)
    count = len(service.sent())
    assert connector(service).send_shipment(SHIPMENT).state == "done"
    assert len(service.sent()) == count
    delivered = Webservice(shipping(5, "1Z999 1Z998"))
    delivered.tables["order_histories"].append({"id": 2, "id_order": "5", "id_order_state": "4"})
    connector(delivered).send_shipment(SHIPMENT)
    assert delivered.sent() == []


def test_a_part_only_adds_its_tracking_number() -> None:
    service = Webservice(shipping(tracking="OLD"))
    part = replace(SHIPMENT, complete=False, notify=False)
    connector(service).send_shipment(part)
    (put,) = service.sent()
    assert put[2] == {}
    assert put[3]["tracking_number"] == "OLD 1Z999 1Z998"


def test_tracking_numbers_without_room_are_told() -> None:
    many = tuple(Parcel(f"{number:020}") for number in range(5))
    outcome = connector(Webservice(shipping())).send_shipment(replace(SHIPMENT, parcels=many))
    assert outcome.state == "done"
    assert outcome.reason == f"no room for {3:020}, {4:020}"


@pytest.mark.parametrize(("order", "state"), [("5", 6), ("5", 7), ("999", 2), ("5 OR 1", 2)])
def test_nothing_is_shipped_of_an_order_that_is_closed_or_gone(order: str, state: int) -> None:
    service = Webservice(shipping(state))
    outcome = connector(service).send_shipment(replace(SHIPMENT, order=order))
    assert outcome.state == "refused"
    assert service.sent() == []


def test_bodies_hold_what_xml_can() -> None:
    made = body("row", {"a": "x & <y>\0\ud800", "b": {"1": "ü"}})
    assert fields_of(made) == {"a": "x & <y>", "b/1": "ü"}
