"""Prices, product data and links of invoices."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from gateway.channels.shops.connector import InvoiceFile, Price
from tests.shops.shopify.checking import store

SHOP = {
    "shop": {
        "name": "Tea", "myshopifyDomain": "tea.example.com", "currencyCode": "EUR",
        "taxesIncluded": True, "ianaTimezone": "Europe/Berlin",
    },
    "currentAppInstallation": {"accessScopes": [{"handle": "read_orders"}]},
}  # fmt: skip


def _said(*complaints: tuple[str, list[str]]) -> dict[str, Any]:
    errors = [{"code": None, "message": text, "field": field} for text, field in complaints]
    return {"productVariantsBulkUpdate": {"userErrors": errors}}


def _price(number: int, amount: str = "9.90", **more: Any) -> Price:
    product = more.pop("product", 20)
    return Price(
        f"SKU-{number}", Decimal(amount), more.pop("currency", "EUR"),
        more.pop("includes_tax", True), f"k{number}", f"{number}/{number + 100}/{product}", **more,
    )  # fmt: skip


def test_variants_of_a_product_are_one_call() -> None:
    shop, session = store(SHOP, _said(), _said())
    prices = [_price(1), _price(2, "12.00", ean="4006381333931"), _price(3, product=21)]
    assert [one.state for one in shop.send_prices(prices)] == ["done"] * 3
    assert session.variables[1] == {
        "product": "gid://shopify/Product/20",
        "variants": [
            {"id": "gid://shopify/ProductVariant/101", "price": "9.90"},
            {"id": "gid://shopify/ProductVariant/102", "price": "12.00",
             "barcode": "4006381333931"},
        ],
    }  # fmt: skip
    assert session.variables[2]["product"] == "gid://shopify/Product/21"


def test_a_complaint_is_of_its_variant() -> None:
    shop, _ = store(SHOP, _said(("too long", ["variants", "1", "barcode"])))
    outcomes = shop.send_prices([_price(1), _price(2, ean="1" * 300)])
    assert [one.state for one in outcomes] == ["done", "refused"]
    assert outcomes[1].reason == "too long"


def test_a_complaint_of_the_product_is_of_all() -> None:
    shop, _ = store(SHOP, _said(("no such product", ["productId"])))
    assert {one.state for one in shop.send_prices([_price(1), _price(2)])} == {"refused"}


def test_names_and_descriptions_are_texts_not_markup() -> None:
    told = {"productUpdate": {"userErrors": []}}
    shop, session = store(SHOP, _said(), told)
    shop.send_prices([_price(1, name="Tea & cup", description="a <b>\nc")])
    assert session.variables[2]["product"] == {
        "id": "gid://shopify/Product/20",
        "title": "Tea & cup",
        "descriptionHtml": "a &lt;b&gt;<br>c",
    }


@pytest.mark.parametrize(
    ("price", "reason"),
    [
        (_price(1, currency="USD"), "the price is in USD, the store's are in EUR"),
        (_price(1, includes_tax=False), "prices of the store are with tax, this one is not"),
    ],
)
def test_a_price_of_another_kind_is_refused(price: Price, reason: str) -> None:
    shop, _ = store(SHOP)
    (outcome,) = shop.send_prices([price])
    assert (outcome.state, outcome.reason) == ("refused", reason)


# ---- invoices


def _invoice(link: str) -> InvoiceFile:
    at = datetime(2026, 10, 7, tzinfo=UTC)
    return InvoiceFile("k", "1", "INV-2", at, "invoice", Decimal(1), "EUR", link=link)


def _order(*links: str) -> dict[str, Any]:
    field = {"value": json.dumps(links), "compareDigest": "d1"} if links else None
    return {"order": {"id": "gid://shopify/Order/1", "metafield": field}}


def _noted(*codes: str) -> dict[str, Any]:
    errors = [{"code": code, "message": code.lower(), "field": None} for code in codes]
    return {"metafieldsSet": {"userErrors": errors}}


LINK = "https://files.example.com/INV-2.pdf"


def test_links_of_invoices_stand_beside_each_other() -> None:
    shop, session = store(_order("https://files.example.com/INV-1.pdf"), _noted())
    assert shop.send_invoice(_invoice(LINK)).state == "done"
    assert session.variables[1]["metafields"] == [
        {
            "ownerId": "gid://shopify/Order/1",
            "namespace": "edi_gateway",
            "key": "invoices",
            "type": "list.url",
            "value": json.dumps(["https://files.example.com/INV-1.pdf", LINK]),
            "compareDigest": "d1",
        }
    ]


def test_the_first_link_is_only_written_where_there_is_none() -> None:
    shop, session = store(_order(), _noted(), invoices="custom.bills")
    shop.send_invoice(_invoice(LINK))
    (field,) = session.variables[1]["metafields"]
    assert (field["namespace"], field["key"], field["compareDigest"]) == ("custom", "bills", None)


def test_a_repeat_writes_nothing() -> None:
    shop, session = store(_order(LINK))
    assert shop.send_invoice(_invoice(LINK)).state == "done"
    assert len(session.calls) == 1


@pytest.mark.parametrize(("code", "state"), [("STALE_OBJECT", "retry"), ("INVALID", "refused")])
def test_a_list_that_somebody_else_changed_is_read_again(code: str, state: str) -> None:
    shop, _ = store(_order(), _noted(code))
    assert shop.send_invoice(_invoice(LINK)).state == state


def test_only_addresses_are_taken() -> None:
    shop, session = store()
    assert shop.send_invoice(_invoice("")).state == "refused"
    assert session.calls == []
