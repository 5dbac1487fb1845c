"""What Magento is asked, and what is made of its answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.shops.auth import Bearer, OAuth1
from gateway.channels.shops.connector import (
    InvoiceFile,
    Level,
    Parcel,
    Price,
    Shipment,
    ShippedLine,
    Window,
)
from gateway.channels.shops.magento.client import connect, proof
from gateway.channels.shops.recording import ScriptedSession
from gateway.channels.shops.session import (
    Answer,
    ShopAnswerError,
    ShopError,
    ShopRefusedError,
    ShopUncertainError,
)
from tests.shops.cases import loaded
from tests.shops.magento.kit import NOW, connector, contracts, shop

WINDOW = Window(NOW - timedelta(hours=1), NOW)
CASES = Path(__file__).parent / "orders"
ORDER = loaded(CASES / "simple.json")["record"]
REFUNDED = loaded(CASES / "refund.json")["record"]
SHIPMENT = Shipment(
    key="despatch-7",
    order="1",
    order_number="000000001",
    shipped=NOW,
    lines=(ShippedLine("11", Decimal(1)), ShippedLine("12", Decimal("0.5"))),
    parcels=(Parcel("TRACK1", "dpd"), Parcel("TRACK2", "", "Sample Post")),
)
INVOICE = InvoiceFile(
    key="invoice-9", order="1", number="RE-9", issued=NOW, kind="invoice",
    total=Decimal("32.88"), currency="EUR", link="https://invoices.example/RE-9.pdf",
)  # fmt: skip


def kept(session: ScriptedSession) -> list[str]:
    """The operations of all calls, each of which keeps to what is published."""
    return [[rules.check(call) for call in session.calls] for rules in contracts()][-1]


class Site:
    """A Magento that knows orders by id and time of change, and answers its lists."""

    def __init__(self, orders: Mapping[int, str]) -> None:
        self.orders = dict(orders)
        self.asked = 0

    def call(self, method: str, path: str, *, query: Sequence[tuple[str, str]], **_: Any) -> Answer:
        self.asked += 1
        asked = dict(query)
        found = sorted((at, number) for number, at in self.orders.items())
        for index in range(2):
            name = f"searchCriteria[filterGroups][{index}][filters][0]"
            field, value = asked[f"{name}[field]"], asked[f"{name}[value]"]
            test = {
                "gteq": lambda told, value=value: told >= value,
                "lteq": lambda told, value=value: told <= value,
                "eq": lambda told, value=value: told == value,
                "gt": lambda told, value=value: int(told) > int(value),
            }[asked[f"{name}[conditionType]"]]
            at = 1 if field == "entity_id" else 0
            found = [one for one in found if test(one[at])]
        size = int(asked["searchCriteria[pageSize]"])
        rows = [
            {"entity_id": number, "updated_at": at, "created_at": at} for at, number in found[:size]
        ]
        return Answer(200, (), json.dumps({"items": rows}).encode())

    def close(self) -> None:
        """Nothing is open."""


def walked(site: Site, size: int, between: Sequence[tuple[int, str]] = ()) -> list[str]:
    """The ids of a walk; before each further page one order changes."""
    magento = connector(site, poll={"page": size})
    changes, position, found = list(between), "", []
    for _ in range(50):
        page = magento.page(WINDOW, position)
        found += [one.external_id for one in page.records]
        if not page.next:
            return found
        position = page.next
        if changes:
            number, at = changes.pop()
            site.orders[number] = at
    raise AssertionError("the walk does not end")


def test_a_window_is_walked_by_time_of_change_and_inside_a_second_by_id() -> None:
    same = {number: "2026-03-02 11:30:00" for number in range(1, 8)}
    orders = {**same, 8: "2026-03-02 11:00:00", 9: "2026-03-02 11:30:01", 10: "2026-03-02 12:00:00"}
    assert set(walked(Site(orders), 3)) == {str(number) for number in range(1, 11)}


@pytest.mark.parametrize("size", [1, 2, 3])
def test_orders_that_change_while_they_are_walked_lose_nobody(size: int) -> None:
    orders = {number: f"2026-03-02 11:30:{number // 3:02}" for number in range(1, 12)}
    changes = [(number, "2026-03-02 11:59:59") for number in (1, 2, 5)]
    assert set(walked(Site(orders), size, changes)) == {str(number) for number in range(1, 12)}


def test_the_query_is_one_that_magento_knows() -> None:
    session = ScriptedSession((200, {"items": []}))
    assert connector(session).page(WINDOW).records == ()
    asked = dict(session.calls[0].query)
    assert asked["searchCriteria[filterGroups][0][filters][0][value]"] == "2026-03-02 11:00:00"
    assert kept(session) == ["get /V1/orders"]


def test_credit_memos_are_asked_for_together_and_lie_in_the_record() -> None:
    memos = {"items": REFUNDED["creditmemos"]}
    session = ScriptedSession((200, {"items": [ORDER, REFUNDED["order"]]}), (200, memos))
    magento = connector(session)
    plain, refunded = magento.page(WINDOW).records
    assert magento.read_order(plain.raw).refunds == ()
    assert [one.external_id for one in magento.read_order(refunded.raw).refunds] == ["501"]
    assert kept(session) == ["get /V1/orders", "get /V1/creditmemos"]


def test_an_order_is_read_by_its_id() -> None:
    memos = {"items": REFUNDED["creditmemos"]}
    session = ScriptedSession((200, REFUNDED["order"]), (200, memos), (404, {"message": "no"}))
    magento = connector(session)
    record = magento.order("18")
    assert record is not None
    assert record.updated == datetime(2026, 3, 2, 10, 20, 30, tzinfo=UTC)
    assert magento.order("19") is None
    assert magento.order("../x") is None
    assert kept(session) == ["get /V1/orders/{id}", "get /V1/creditmemos", "get /V1/orders/{id}"]


def test_entries_without_an_id_are_told_and_a_page_that_leads_nowhere_is_no_answer() -> None:
    session = ScriptedSession((200, {"items": [{"x": 1}, ORDER]}), (200, {"items": [{"x": 1}]}))
    page = connector(session).page(WINDOW)
    assert ([one.external_id for one in page.records], len(page.broken)) == (["1"], 1)
    with pytest.raises(ShopAnswerError):
        connector(session, poll={"page": 1}).page(WINDOW)
    with pytest.raises(ShopAnswerError):
        connector(ScriptedSession((200, b"<html>"))).page(WINDOW)


def test_orders_are_counted_and_listed_with_what_was_prepaid() -> None:
    short = loaded(CASES / "gift-card.json")["record"]
    session = ScriptedSession((200, {"total_count": 7}), (200, {"items": [short]}))
    magento = connector(session)
    assert magento.count(WINDOW) == 7
    found = list(magento.listed(WINDOW, by="created"))
    assert [(one.number, one.total, one.currency) for one in found] == [
        ("000000012", Decimal(120), "EUR")
    ]
    assert kept(session) == ["get /V1/orders", "get /V1/orders"]


def test_what_open_orders_reserve_still_lies_in_the_source() -> None:
    held = {"items": [{"sku": "A", "source_code": "default", "quantity": 10}]}
    session = ScriptedSession((200, held), (200, b"7"), (200, b"[]"))
    outcomes = connector(session).send_stock([Level("A", 5, "k1"), Level("NEW", 0, "k2")])
    assert [(one.key, one.state, one.actual) for one in outcomes] == [
        ("k1", "done", 5), ("k2", "done", 0),
    ]  # fmt: skip
    sent = session.calls[2].json()["sourceItems"]
    assert [(one["sku"], one["quantity"], one["status"]) for one in sent] == [
        ("A", 8, 1), ("NEW", 0, 0),
    ]  # fmt: skip
    assert kept(session) == [
        "get /V1/inventory/source-items",
        "get /V1/inventory/get-product-salable-quantity/{sku}/{stockId}",
        "post /V1/inventory/source-items",
    ]


def test_one_article_that_is_wrong_does_not_stop_the_others() -> None:
    session = ScriptedSession(
        ShopRefusedError("400 no", 400), (200, b"[]"), ShopRefusedError("400 B", 400)
    )
    physical = connector(session, magento={"quantities": "physical"})
    outcomes = physical.send_stock([Level("A", 5, "k1"), Level("B", 5, "k2", location="east")])
    assert [(one.state, one.reason) for one in outcomes] == [("done", ""), ("refused", "400 B")]
    assert session.calls[2].json()["sourceItems"][0]["source_code"] == "east"


def test_articles_are_known_by_sku_with_their_ean() -> None:
    held = {"items": [{"sku": "A", "quantity": 4}]}
    ean = [{"attribute_code": "ean13", "value": "4006381333931"}]
    product = {"id": 7, "sku": "A", "custom_attributes": ean}
    session = ScriptedSession(
        (200, held), (200, {"items": []}), (200, {"items": [product]}), (200, {"items": []})
    )
    found = connector(session, magento={"ean": "ean13"}).articles(["A", "B,1"])
    assert {sku: (one.product, one.ean, one.quantity) for sku, one in found.items()} == {
        "A": ("7", "4006381333931", 4)
    }
    assert kept(session) == ["get /V1/inventory/source-items"] * 2 + ["get /V1/products"] * 2


PRICE = Price("A", Decimal("12.90"), "EUR", includes_tax=True, key="k1")


def test_prices_are_sent_together_and_each_complaint_finds_its_article() -> None:
    wrong = [{"message": "Requested product doesn't exist", "parameters": ["B", "0"]}]
    session = ScriptedSession((200, wrong))
    prices = [PRICE, replace(PRICE, sku="B", key="k2"), replace(PRICE, includes_tax=False)]
    outcomes = connector(session).send_prices(prices)
    assert [one.state for one in outcomes] == ["done", "refused", "refused"]
    assert "with tax" in outcomes[2].reason
    assert b'"price": 12.90' in session.calls[0].body
    assert kept(session) == ["post /V1/products/base-prices"]
    nameless = ScriptedSession((200, [{"message": "no", "parameters": []}]))
    assert connector(nameless).send_prices([PRICE])[0].reason == "no"
    refused = ScriptedSession(ShopRefusedError("400", 400))
    assert connector(refused).send_prices([PRICE])[0].state == "refused"


def test_names_and_eans_go_with_the_price() -> None:
    price = replace(PRICE, name="Cup", description="A cup", ean="4006381333931")
    session = ScriptedSession((200, []), (200, {"sku": "A"}))
    assert connector(session, magento={"ean": "ean13"}).send_prices([price])[0].state == "done"
    told = session.calls[1].json()["product"]
    assert told["custom_attributes"][1] == {"attribute_code": "ean13", "value": "4006381333931"}
    assert kept(session)[1] == "put /V1/products/{sku}"
    nowhere = connector(ScriptedSession((200, [])))
    assert "magento.ean" in nowhere.send_prices([price])[0].reason


def test_a_shipment_is_made_once() -> None:
    session = ScriptedSession((200, {"items": []}), (200, b"55"))
    outcome = connector(session).send_shipment(SHIPMENT)
    assert (outcome.state, outcome.reference) == ("done", "55")
    body = session.calls[1].json()
    assert body["items"] == [
        {"order_item_id": 11, "qty": 1}, {"order_item_id": 12, "qty": Decimal("0.5")},
    ]  # fmt: skip
    assert [one["carrier_code"] for one in body["tracks"]] == ["dpd", "custom"]
    assert body["arguments"]["extension_attributes"]["source_code"] == "default"
    assert kept(session) == ["get /V1/shipments", "post /V1/order/{orderId}/ship"]


@pytest.mark.parametrize(
    "there",
    [{"tracks": [{"track_number": "TRACK2"}]}, {"comments": [{"comment": "EDI despatch-7"}]}],
    ids=["tracking number", "our mark"],
)
def test_a_shipment_of_unknown_outcome_is_looked_for(there: dict[str, Any]) -> None:
    lost = ScriptedSession((200, {"items": []}), ShopUncertainError("no answer"))
    with pytest.raises(ShopUncertainError):
        connector(lost).send_shipment(SHIPMENT)
    again = ScriptedSession((200, {"items": [{"entity_id": 55, **there}]}))
    assert connector(again).send_shipment(SHIPMENT).reference == "55"


def test_what_magento_cannot_ship_is_refused() -> None:
    other = replace(SHIPMENT, lines=(ShippedLine("line-x", Decimal(1)),))
    assert connector(ScriptedSession()).send_shipment(other).state == "refused"
    session = ScriptedSession((200, {"items": []}), ShopRefusedError("400 shipped", 400))
    assert connector(session).send_shipment(SHIPMENT).reason == "400 shipped"


def test_the_address_of_an_invoice_is_written_to_the_order_once() -> None:
    text = "Invoice RE-9: https://invoices.example/RE-9.pdf"
    session = ScriptedSession((200, {"items": []}), (200, b"true"))
    assert connector(session).send_invoice(INVOICE).state == "done"
    assert session.calls[1].json()["statusHistory"]["comment"] == text
    assert kept(session) == ["get /V1/orders/{id}/comments", "post /V1/orders/{id}/comments"]
    again = ScriptedSession((200, {"items": [{"comment": text}]}))
    assert connector(again).send_invoice(INVOICE).state == "done"
    assert connector(ScriptedSession()).send_invoice(replace(INVOICE, link="")).state == "refused"
    gone = ScriptedSession(ShopRefusedError("404", 404))
    assert connector(gone).send_invoice(INVOICE).state == "refused"


def test_calls_are_signed_where_all_parts_of_a_signature_are_known() -> None:
    def look(secret: Any) -> str:
        return f"value of {secret.where}"

    plain = shop().magento
    assert plain is not None
    assert isinstance(proof(plain, look, lambda: NOW), Bearer)
    signed = plain.model_copy(
        update={"consumer_key": "ck", "consumer_secret": plain.token, "access_secret": plain.token}
    )
    assert isinstance(proof(signed, look, lambda: NOW), OAuth1)
    with pytest.raises(ShopError, match="token"):
        proof(plain.model_copy(update={"token": None}), look, lambda: NOW)
    connect(shop(), look, lambda: NOW).close()


def test_what_magento_has_not_is_said() -> None:
    magento = connector(ScriptedSession((200, [{"code": "default"}, {"code": "fr"}])))
    assert magento.try_out() == "Magento: default, fr"
    assert (magento.webhooks(), magento.topics()) == ([], ())
    assert magento.follow_up("x").state == "refused"
    with pytest.raises(ShopError):
        magento.make_webhook("orders", "https://x", "s")
