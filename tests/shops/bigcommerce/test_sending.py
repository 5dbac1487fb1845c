"""What goes back to BigCommerce: exact calls, halved where one entry is wrong, nothing twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
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
    ShippedLine,
)
from gateway.channels.shops.session import Answer, ShopUncertainError
from gateway.syntax.jsonparts import dumps
from tests.shops.bigcommerce.storing import asked, store

AT = datetime(2026, 10, 7, tzinfo=UTC)
WRONG = (422, {"status": 422, "title": "Wrong", "errors": {"items.0.sku": "unknown sku"}})
SET = (200, {"transaction_id": "tx-1", "data": {}, "meta": {}})

# ---- stock


def _level(sku: str, quantity: int = 5, location: str = "") -> Level:
    return Level(sku, quantity, f"k-{sku}", location=location)


def test_stock_is_set_absolutely_in_one_call() -> None:
    shop, session = store(SET, location=2)
    outcomes = shop.send_stock([_level("A"), _level("B", 0, "3")])
    assert [(one.state, one.reference) for one in outcomes] == [("done", "tx-1")] * 2
    (call,) = session.calls
    assert asked(call)[:2] == ("PUT", "v3/inventory/adjustments/absolute")
    assert call.json() == {
        "reason": "ERP",
        "items": [
            {"location_id": 2, "sku": "A", "quantity": 5},
            {"location_id": 3, "sku": "B", "quantity": 0},
        ],
    }


def test_one_article_that_is_refused_does_not_keep_the_others_back() -> None:
    shop, session = store(WRONG, SET, WRONG, WRONG, SET)
    outcomes = shop.send_stock([_level(sku) for sku in "ABCD"])
    assert [one.state for one in outcomes] == ["done", "done", "refused", "done"]
    assert outcomes[2].reason == "Wrong; unknown sku"
    assert [len(one.json()["items"]) for one in session.calls] == [4, 2, 2, 1, 1]


def test_articles_are_variants_with_what_is_on_hand() -> None:
    items = [{"identity": {"sku": "A"}, "total_inventory_onhand": 7, "available_to_sell": 6}]
    variants = [
        {"id": 11, "product_id": 5, "sku": "A", "upc": "4006381333931"},
        {"id": 12, "product_id": 5, "sku": "B", "upc": ""},
        {"id": 13, "product_id": 5, "sku": "OTHER"},
    ]
    shop, session = store((200, {"data": items}), (200, {"data": variants}))
    found = shop.articles(["A", "B", "A", "with,comma"])
    assert {sku: (one.product, one.quantity, one.managed) for sku, one in found.items()} == {
        "A": ("11/5", 7, True),
        "B": ("12/5", None, False),
    }
    assert asked(session.calls[0])[1:] == (
        "v3/inventory/locations/1/items",
        {"sku:in": "A,B", "page": "1", "limit": "250"},
    )


# ---- shipments


def _lines(*lines: tuple[str, str]) -> tuple[ShippedLine, ...]:
    return tuple(ShippedLine(line, Decimal(count)) for line, count in lines)


def _shipment(*lines: tuple[str, str], parcels: Sequence[Parcel] = ()) -> Shipment:
    return Shipment("ship-1", "103", "103", AT, _lines(*lines), tuple(parcels))


PRODUCTS = (200, [{"id": 1, "order_address_id": 9}, {"id": 2, "order_address_id": 9}])
NONE = (204, b"")
DHL = Parcel("JD01", "dhl", url="https://track.example.com/JD01")


def test_a_part_is_shipped_and_marked_as_ours() -> None:
    shop, session = store(NONE, PRODUCTS, (201, {"id": 70}))
    outcome = shop.send_shipment(_shipment(("1", "2"), parcels=[DHL]))
    assert (outcome.state, outcome.reference) == ("done", "70")
    made = session.calls[-1]
    assert asked(made)[:2] == ("POST", "v2/orders/103/shipments")
    body = made.json()
    assert body.pop("comments").startswith("ref ")
    assert body == {
        "order_address_id": 9,
        "items": [{"order_product_id": 1, "quantity": 2}],
        "tracking_number": "JD01",
        "tracking_carrier": "dhl",
        "tracking_link": "https://track.example.com/JD01",
    }


def test_a_repeat_after_an_unknown_outcome_finds_it() -> None:
    shop, session = store(NONE, PRODUCTS, ShopUncertainError("no answer"))
    shipment = _shipment(("1", "2"))
    with pytest.raises(ShopUncertainError):
        shop.send_shipment(shipment)
    mark = session.calls[-1].json()["comments"]
    there = [{"id": 70, "order_address_id": 9, "comments": f"{mark} by hand"}]
    shop, session = store((200, there), PRODUCTS)
    assert shop.send_shipment(shipment).reference == "70"
    assert len(session.calls) == 2


def test_parcels_that_name_their_lines_are_shipments_of_their_own() -> None:
    parcels = [
        Parcel("JD01", "ups", lines=_lines(("1", "1"))),
        Parcel("JD02", "ups", lines=_lines(("1", "1"))),
    ]
    made = [(201, {"id": number}) for number in (70, 71, 72)]
    shop, session = store(NONE, PRODUCTS, *made)
    outcome = shop.send_shipment(_shipment(("1", "2"), ("2", "1"), parcels=parcels))
    assert outcome.reference == "70 71 72"
    bodies = [one.json() for one in session.calls[2:]]
    assert [body.get("tracking_number") for body in bodies] == ["JD01", "JD02", None]
    assert bodies[0]["shipping_provider"] == "ups"
    assert bodies[0]["comments"] != bodies[1]["comments"]


def test_parcels_without_lines_share_a_shipment() -> None:
    shop, session = store(NONE, PRODUCTS, (201, {"id": 70}))
    shop.send_shipment(_shipment(("1", "2"), parcels=[DHL, Parcel("JD02", "dhl")]))
    assert session.calls[-1].json()["tracking_number"] == "JD01, JD02"


def test_what_bigcommerce_refuses_is_its_reason() -> None:
    refused = (400, [{"status": 400, "message": "The order is already shipped"}])
    shop, _ = store(NONE, PRODUCTS, refused)
    outcome = shop.send_shipment(_shipment(("1", "2")))
    assert (outcome.state, outcome.reason) == ("refused", "The order is already shipped")


def test_a_shipment_of_nothing_is_refused_before_anything_is_asked() -> None:
    shop, session = store()
    assert shop.send_shipment(_shipment()).state == "refused"
    assert session.calls == []


def test_half_a_piece_is_refused_before_anything_is_asked() -> None:
    shop, session = store()
    assert shop.send_shipment(_shipment(("1", "0.5"))).state == "refused"
    assert session.calls == []


# ---- prices

ABOUT = (200, {"name": "Cups", "currency": "EUR", "is_price_entered_with_tax": True})


def _price(number: int, **more: Any) -> Price:
    told = {"currency": "EUR", "includes_tax": True, **more}
    currency, with_tax = told.pop("currency"), told.pop("includes_tax")
    return Price(f"SKU-{number}", Decimal("9.90"), currency, with_tax, f"k{number}",
                 f"{number}/5", **told)  # fmt: skip


def test_prices_are_set_by_variant_and_texts_by_product() -> None:
    shop, session = store(ABOUT, (200, {"data": []}), (200, {"data": []}))
    prices = [_price(1, ean="4006381333931"), _price(2, name="Cup", description="a <b>")]
    assert [one.state for one in shop.send_prices(prices)] == ["done", "done"]
    variants, products = session.calls[1:]
    assert asked(variants)[:2] == ("PUT", "v3/catalog/variants")
    assert variants.json() == [
        {"id": 1, "price": Decimal("9.90"), "upc": "4006381333931"},
        {"id": 2, "price": Decimal("9.90")},
    ]
    assert products.json() == [{"id": 5, "name": "Cup", "description": "a &lt;b&gt;"}]


def test_a_variant_that_is_refused_stands_alone() -> None:
    shop, _ = store(ABOUT, WRONG, (200, {}), WRONG)
    outcomes = shop.send_prices([_price(1), _price(2)])
    assert [one.state for one in outcomes] == ["done", "refused"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"currency": "USD"}, "the price is in USD, the store's are in EUR"),
        ({"includes_tax": False}, "prices of the store are with tax, this one is not"),
    ],
)
def test_a_price_of_another_kind_is_refused(more: dict[str, Any], reason: str) -> None:
    (outcome,) = store(ABOUT)[0].send_prices([_price(1, **more)])
    assert (outcome.state, outcome.reason) == ("refused", reason)


# ---- invoices

LINK = "https://files.example.com/INV-2.pdf"


def _invoice(link: str = LINK) -> InvoiceFile:
    return InvoiceFile("k", "103", "INV/2", AT, "invoice", Decimal(1), "EUR", link=link)


def test_the_address_of_an_invoice_is_a_metafield_of_its_order() -> None:
    shop, session = store((200, {"data": []}), (200, {"data": {"id": 4}}))
    assert shop.send_invoice(_invoice()).state == "done"
    look, made = session.calls
    assert asked(look)[2]["namespace"] == "edi_gateway_invoices"
    assert asked(made)[:2] == ("POST", "v3/orders/103/metafields")
    assert made.json() == {
        "permission_set": "read",
        "namespace": "edi_gateway_invoices",
        "key": "INV_2",
        "value": LINK,
        "description": "invoice",
    }


def test_a_repeat_writes_nothing_and_another_address_replaces_the_first() -> None:
    shop, session = store((200, {"data": [{"id": 4, "value": LINK}]}))
    assert shop.send_invoice(_invoice()).state == "done" and len(session.calls) == 1
    shop, session = store(
        (200, {"data": [{"id": 4, "value": "https://old.example.com"}]}), (200, {})
    )
    assert shop.send_invoice(_invoice()).state == "done"
    assert asked(session.calls[1])[:2] == ("PUT", "v3/orders/103/metafields/4")
    assert store()[0].send_invoice(_invoice("")).state == "refused"


# ---- the connection

URI = "https://edi.example.com/shops/cups/webhook"
HOOK = {"id": 3, "scope": "store/order/created", "destination": URI, "is_active": False}


def test_a_webhook_that_was_switched_off_is_switched_on_again() -> None:
    on = {**HOOK, "is_active": True}
    shop, session = store((200, {"data": [HOOK]}), (200, {"data": on}))
    made = shop.make_webhook("store/order/created", URI, "not used")
    assert made.active and asked(session.calls[1])[:2] == ("PUT", "v3/hooks/3")


def test_a_missing_webhook_is_made() -> None:
    shop, session = store((200, {"data": [HOOK]}), (200, {"data": {**HOOK, "id": 4}}))
    shop.make_webhook("store/order/updated", URI, "not used")
    assert asked(session.calls[1])[:2] == ("POST", "v3/hooks")
    assert session.calls[1].json() == {
        "scope": "store/order/updated", "destination": URI, "is_active": True,
    }  # fmt: skip


def test_it_says_which_store_it_is() -> None:
    about = {"name": "Cups", "domain": "cups.example.com", "currency": "EUR", "plan_name": "Pro"}
    assert store(Answer(200, (), dumps(about)))[0].try_out() == "Cups (cups.example.com, EUR, Pro)"


def test_nothing_is_accepted_and_nothing_is_pending() -> None:
    shop, _ = store()
    assert shop.send_decision(Decision("k", "1", accepted=True)).state == "refused"
    assert shop.follow_up("t").state == "refused"
