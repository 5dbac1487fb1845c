"""Amazon Vendor: its API and its EDI mean the same documents."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.shops.amazon.vendor import answers, despatches, invoices, orders, status
from gateway.channels.shops.amazon.vendor.answers import acknowledgement
from gateway.channels.shops.amazon.vendor.despatches import shipment_confirmation
from gateway.channels.shops.amazon.vendor.invoices import invoice_body
from gateway.channels.shops.amazon.vendor.orders import read_purchase_order
from gateway.channels.shops.amazon.write import CannotSayError
from gateway.channels.shops.recording import Call
from gateway.channels.shops.session import ShopAnswerError
from gateway.documents import DespatchAdvice, Invoice, Order, OrderResponse
from gateway.grammar import Library
from gateway.mapping import Maps
from gateway.syntax.jsonparts import dumps
from tests.mapping.kit import tree
from tests.shops.amazon.kit import NOW, SCHEMA, contracts
from tests.shops.cases import loaded
from tests.shops.contract import keeps

HERE = Path(__file__).parent / "vendor"
RAW = loaded(HERE / "order.json")


def order(**changes: Any) -> Order:
    found = read_purchase_order(dumps({**RAW, **changes}))
    assert found.order is not None, [str(one) for one in found.problems]
    return found.order


@cache
def _maps() -> Maps:
    return Maps(Library(), None, [HERE.parents[3] / "mappings"])


def of_edi(name: str, map_name: str) -> Order:
    found, problems = _maps().load(map_name)
    assert found is not None, [str(one) for one in problems]
    data, told = found.read(tree(found, (HERE / name).read_text("utf-8")))
    assert not told
    return Order.model_validate(data)


@pytest.mark.parametrize(
    ("name", "map_name"),
    [("order.edifact", "edifact/orders.map"), ("order.x12", "x12/850.map")],
)
def test_one_order_is_the_same_by_api_and_by_edi(name: str, map_name: str) -> None:
    assert order() == of_edi(name, map_name)


def test_our_order_has_the_structure_that_amazon_publishes() -> None:
    told = json.loads((SCHEMA / "vendorOrders.json").read_text("utf-8"))
    schema = {"$ref": "#/definitions/Order", "definitions": told["definitions"]}
    keeps(json.loads((HERE / "order.json").read_text("utf-8")), schema)


def changed(**details: Any) -> Order:
    return order(orderDetails={**RAW["orderDetails"], **details})


def test_what_only_the_api_tells_is_kept_beside() -> None:
    items = [{**RAW["orderDetails"]["items"][0], "isBackOrderAllowed": False}]
    items[0]["listPrice"] = {"currencyCode": "EUR", "amount": "9.90"}
    found = changed(
        purchaseOrderType="ConsignedOrder",
        paymentMethod="Consignment",
        importDetails={"internationalCommercialTerms": "FreeOnBoard", "portOfDelivery": "Le Havre"},
        items=items,
    )
    assert (found.kind, found.lines[0].gross_price) == ("consignment", Decimal("9.90"))
    assert found.delivery_terms is not None
    assert (found.delivery_terms.code, found.delivery_terms.place) == ("FOB", "Le Havre")
    assert found.extra == {
        "amazon:order_type": "ConsignedOrder",
        "amazon:payment_method": "Consignment",
        "amazon:no_back_order": "1",
    }


def test_a_window_may_be_open_and_a_number_of_no_article() -> None:
    item = {**RAW["orderDetails"]["items"][0], "vendorProductIdentifier": "4006381333930"}
    found = changed(shipWindow="2026-03-04T07:00:00Z--", deliveryWindow="", items=[item])
    assert found.shipment is not None
    assert (found.shipment.earliest, found.shipment.latest) == (date(2026, 3, 4), None)
    assert found.delivery is None
    assert (found.lines[0].gtin, found.lines[0].supplier_item) == (None, "4006381333930")


@pytest.mark.parametrize(
    ("details", "codes"),
    [
        ({"items": []}, {"W231", "W230"}),
        ({"shipWindow": "soon--later"}, {"W232"}),
        ({"purchaseOrderDate": ""}, {"W231"}),
        ({"items": [{}]}, {"W231"}),
        (
            {
                "items": [
                    RAW["orderDetails"]["items"][0],
                    {
                        **RAW["orderDetails"]["items"][1],
                        "netCost": {"currencyCode": "USD", "amount": "1"},
                    },
                ]
            },
            {"W235"},
        ),
    ],
)
def test_orders_that_cannot_be_understood_are_refused(
    details: dict[str, Any], codes: set[str]
) -> None:
    raw = dumps({**RAW, "orderDetails": {**RAW["orderDetails"], **details}})
    found = read_purchase_order(raw)
    assert found.order is None
    assert {one.code for one in found.problems} == codes
    assert read_purchase_order(b"[").problems[0].code == "W230"


def sent(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """A body that keeps to what Amazon publishes of that path."""
    for rules in contracts():
        rules.check(Call("POST", path, (), dumps(body)))
    return body


def response(**told: Any) -> OrderResponse:
    return OrderResponse.model_validate(
        {"issued": "2026-03-03", "order": {"number": "4A7Q2ZTX"}, **told}
    )


def parts(**told: Any) -> list[list[tuple[str, int]]]:
    body = sent(answers.PATH, acknowledgement(response(**told), order(), NOW))
    items = body["acknowledgements"][0]["items"]
    return [
        [
            (one["acknowledgementCode"], one["acknowledgedQuantity"]["amount"])
            for one in item["itemAcknowledgements"]
        ]
        for item in items
    ]


def test_an_order_is_accepted_or_rejected_as_a_whole() -> None:
    assert parts(status="accepted") == [[("Accepted", 20)], [("Accepted", 3)]]
    assert parts(status="rejected") == [[("Rejected", 20)], [("Rejected", 3)]]


def test_what_is_confirmed_later_or_not_at_all_is_all_that_was_ordered() -> None:
    lines = [
        {"order_line": "1", "status": "quantity_changed", "quantity": "15"},
        {"order_line": "2", "status": "backordered", "shipment": {"on": "2026-03-20"}},
    ]
    assert parts(lines=lines, status="changed") == [
        [("Accepted", 15), ("Rejected", 5)],
        [("Backordered", 3)],
    ]
    assert parts(lines=lines[:1], status="changed") == [
        [("Accepted", 15), ("Rejected", 5)],
        [("Rejected", 3)],
    ]


def test_an_acknowledgement_tells_price_article_and_days() -> None:
    told = response(status="accepted", delivery={"latest": "2026-03-10"})
    body = acknowledgement(told, order(), NOW)["acknowledgements"][0]
    item = body["items"][1]
    assert body["sellingParty"] == {"partyId": "NORTH"}
    assert body["acknowledgementDate"] == "2026-03-02T12:00:00Z"
    assert item["vendorProductIdentifier"] == "TEA-100"
    assert item["orderedQuantity"] == {"amount": 3, "unitOfMeasure": "Cases", "unitSize": 12}
    assert item["netCost"] == {"currencyCode": "EUR", "amount": "48.00"}
    assert item["itemAcknowledgements"][0]["scheduledDeliveryDate"] == "2026-03-10T12:00:00Z"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"order": {"number": "OTHER"}}, "is about OTHER"),
        ({"lines": [{"order_line": "9"}]}, "no line 9"),
        ({"lines": [{"order_line": "1", "quantity": "21"}]}, "more is confirmed"),
        ({"lines": [{"order_line": "1", "quantity": "2", "unit": "case"}]}, "in case"),
        ({"lines": [{"order_line": "1", "quantity": "1.5"}]}, "whole quantities"),
        ({"status": "received"}, "not answered"),
    ],
)
def test_answers_that_amazon_cannot_be_given(told: dict[str, Any], reason: str) -> None:
    with pytest.raises(CannotSayError, match=reason):
        acknowledgement(response(**told), order(), NOW)


CUPS = {"gtin": "4006381333931", "buyer_item": "B0SAMPLE01", "quantity": "10", "unit": "piece"}
TEA = {"supplier_item": "TEA-100", "quantity": "3", "unit": "case", "per_pack": "12", "batch": "L7",
       "best_before": "2027-01-31"}  # fmt: skip


def advice(**told: Any) -> DespatchAdvice:
    cartons = [
        {"sscc": sscc, "kind": "carton", "items": [CUPS], "tracking": f"T{sscc[-1]}"}
        for sscc in ("340123450000000018", "340123450000000025")
    ]
    packages = [
        {"sscc": "340123450000000032", "kind": "pallet", "packages": cartons},
        {"items": [TEA]},
    ]
    return DespatchAdvice.model_validate(
        {
            "number": "DN-7",
            "issued": "2026-03-04",
            "despatched": "2026-03-04",
            "delivery": {"on": "2026-03-06"},
            "order": {"number": "4A7Q2ZTX"},
            "supplier": {"buyer_number": "NORTH"},
            "ship_to": {"buyer_number": "XLY9"},
            "transport": {"mode": "road", "carrier_code": "DPDX"},
            "packages": packages,
            **told,
        }
    )


def test_a_despatch_tells_articles_cartons_and_pallets() -> None:
    body = sent(despatches.PATH, shipment_confirmation(advice(), NOW))
    told = body["shipmentConfirmations"][0]
    assert [one["shippedQuantity"]["amount"] for one in told["shippedItems"]] == [20, 3]
    assert told["shippedItems"][1]["itemDetails"] == {
        "purchaseOrderNumber": "4A7Q2ZTX",
        "lotNumber": "L7",
        "expiry": {"expiryDate": "2027-01-31T12:00:00Z"},
    }
    assert [one["trackingNumber"] for one in told["cartons"]] == ["T8", "T5"]
    references = told["pallets"][0]["cartonReferenceDetails"]["cartonReferenceNumbers"]
    assert references == ["001", "002"]
    assert told["transportationDetails"] == {"carrierScac": "DPDX", "transportationMode": "Road"}
    assert told["shippedDate"] == "2026-03-04T12:00:00Z"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"packages": []}, "no articles"),
        ({"ship_to": None}, "place of delivery"),
        ({"packages": [{"items": [{**CUPS, "unit": "kilogram"}]}]}, "pieces and cases"),
        ({"packages": [{"items": [{"quantity": "1"}]}]}, "no article"),
    ],
)
def test_despatches_that_amazon_cannot_be_told(told: dict[str, Any], reason: str) -> None:
    with pytest.raises(CannotSayError, match=reason):
        shipment_confirmation(advice(**told), NOW)


INVOICE: dict[str, Any] = {
    "number": "RE-9",
    "issued": "2026-03-05",
    "kind": "invoice",
    "currency": "EUR",
    "order": {"number": "4A7Q2ZTX"},
    "seller": {
        "buyer_number": "NORTH", "name": "northwind", "street": "Musterweg 1", "city": "Hamburg",
        "postcode": "20095", "country": "DE", "vat_id": "DE999999999",
    },
    "invoicee": {"buyer_number": "AMZB"},
    "ship_to": {"buyer_number": "XLY9"},
    "lines": [
        {
            "number": "1", "quantity": "20", "unit": "piece", "price": "75.00",
            "price_basis": "10", "amount": "150.00", "gtin": "4006381333931",
            "tax": {"rate": "19", "amount": "28.50"},
            "allowances": [{"kind": "allowance", "amount": "1.00", "reason": "spring"}],
        }
    ],
    "allowances": [{"kind": "charge", "amount": "5.00", "reason_code": "freight"}],
    "taxes": [{"rate": "19", "base": "154.00", "amount": "29.26"}],
    "totals": {"gross": "183.26"},
}  # fmt: skip


def test_an_invoice_tells_lines_taxes_and_who_is_paid() -> None:
    body = sent(invoices.PATH, invoice_body(Invoice.model_validate(INVOICE)))
    told = body["invoices"][0]
    assert told["remitToParty"]["taxRegistrationDetails"][0]["taxRegistrationNumber"] == (
        "DE999999999"
    )
    assert told["invoiceTotal"] == {"currencyCode": "EUR", "amount": "183.26"}
    item = told["items"][0]
    assert item["netCost"]["amount"] == "7.50"
    assert item["purchaseOrderNumber"] == "4A7Q2ZTX"
    assert item["allowanceDetails"][0]["description"] == "spring"
    assert told["chargeDetails"][0]["type"] == "Freight"


def test_a_credit_note_names_the_invoice_it_corrects() -> None:
    told = {**INVOICE, "kind": "credit_note", "preceding_invoice": {"number": "RE-8"}}
    body = sent(invoices.PATH, invoice_body(Invoice.model_validate(told)))["invoices"][0]
    assert body["invoiceType"] == "CreditNote"
    assert body["items"][0]["creditNoteDetails"] == {"referenceInvoiceNumber": "RE-8"}


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"totals": None}, "no total"),
        ({"seller": {"name": "northwind"}}, "seller"),
        ({"currency": None}, "no currency"),
        ({"lines": [{"number": "1", "quantity": "1", "gtin": "4006381333931"}]}, "no price"),
        ({"lines": [{**INVOICE["lines"][0], "price_basis": "7"}]}, "no exact price of one"),
    ],
)
def test_invoices_that_amazon_cannot_be_told(told: dict[str, Any], reason: str) -> None:
    with pytest.raises(CannotSayError, match=reason):
        invoice_body(Invoice.model_validate({**INVOICE, **told}))


def _status(**told: Any) -> bytes:
    return dumps({"payload": {"transactionStatus": {"transactionId": "t1", **told}}})


def test_a_submission_is_asked_about_until_amazon_has_judged() -> None:
    assert status.transaction(b'{"payload": {"transactionId": "t1"}}') == "t1"
    pending = status.outcome("k", _status(status="Processing"))
    assert (pending.state, pending.ticket) == ("pending", "t1")
    assert status.outcome("k", _status(status="Success")).state == "done"
    failed = status.outcome(
        "k", _status(status="Failure", errors=[{"code": "X", "message": "no such order"}])
    )
    assert (failed.state, failed.reason) == ("refused", "X no such order")
    for answer in (b"{}", b"<html>"):
        with pytest.raises(ShopAnswerError):
            status.outcome("k", answer)
        with pytest.raises(ShopAnswerError):
            status.transaction(answer)


def test_the_paths_are_those_that_amazon_publishes() -> None:
    rules = contracts()[0]
    asked = Call("GET", f"{status.PATH}/t1", (), b"")
    assert rules.check(asked) == "getTransaction"
    listed = replace(asked, path=orders.PATH, query=(("changedAfter", "2026-03-02T00:00:00Z"),))
    assert rules.check(listed) == "getPurchaseOrders"
