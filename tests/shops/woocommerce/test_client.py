"""What WooCommerce is asked: method, address, parameters; and what is made of its answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.shops.connector import Decision, Window
from gateway.channels.shops.recording import ScriptedSession
from gateway.channels.shops.session import (
    Answer,
    ShopAnswerError,
    ShopRefusedError,
    ShopUnreachableError,
)
from gateway.channels.shops.woocommerce.client import connect
from gateway.config.secrets import Secret
from gateway.syntax.jsonparts import dumps, member
from tests.shops.woocommerce.kit import LIVE, NOW, calls, listed, shop, store

SINCE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WINDOW = Window(SINCE, SINCE + timedelta(hours=1))
GONE = {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."}


def test_changes_are_asked_for_by_time_strictly_after_a_second_before() -> None:
    connector = store(listed([], 0))
    assert connector.page(WINDOW).records == ()
    assert isinstance(connector.session, ScriptedSession)
    (call,) = connector.session.calls
    assert (call.method, call.path, dict(call.query)) == (
        "GET",
        "orders",
        {
            "modified_after": "2026-03-02T08:59:59",
            "modified_before": "2026-03-02T10:00:01",
            "dates_are_gmt": "true",
            "status": "any",
            "orderby": "modified",
            "order": "asc",
            "per_page": "100",
            "page": "1",
        },
    )


def test_what_is_archived_is_what_came() -> None:
    raw = b'{ "id": 7, "number":"7", "total": 1.50, "date_modified_gmt":"2026-03-02T09:00:00" }'
    page = store(Answer(200, (), b"[" + raw + b"]")).page(WINDOW)
    assert page.records[0].raw == raw
    assert page.records[0].updated == SINCE
    assert page.next == ""


def test_refunds_are_bundled_as_they_came() -> None:
    order = b'{"id": 7, "refunds": [{"id": 9, "total": "-1.00"}], "status":"processing"}'
    refunds = b'[ {"id": 9, "amount": "1.00"} ]'
    connector = store(Answer(200, (), b"[" + order + b"]"), Answer(200, (), refunds))
    record = connector.page(WINDOW).records[0]
    assert member(record.raw, "order") == order
    assert member(record.raw, "refunds", 0) == b'{"id": 9, "amount": "1.00"}'
    assert [path for _, path, _ in calls(connector)] == ["orders", "orders/7/refunds"]


@pytest.mark.parametrize("failure", [(404, GONE), (200, b"<html>")])
def test_refunds_that_are_not_given_hold_their_order_only(failure: tuple[int, Any]) -> None:
    order = json.loads((LIVE / "order.json").read_text("utf-8"), parse_float=Decimal)
    orders = [order | {"refunds": [{"id": 9, "total": "-1.00"}]}, order]
    connector = store(listed(orders, 1), failure)
    held, sound = connector.page(WINDOW).records
    assert [one.code for one in connector.read_order(held.raw).problems] == ["W239"]
    assert connector.read_order(sound.raw).problems == ()


def test_one_order_is_read_by_its_id() -> None:
    raw = (LIVE / "order.json").read_bytes()
    connector = store(Answer(200, (), raw))
    record = connector.order("16")
    assert record is not None
    assert (record.external_id, record.raw) == ("16", raw)
    assert connector.read_order(record.raw).order is not None


def test_an_order_that_is_not_there_is_none_and_a_wrong_address_is_none() -> None:
    assert store((404, GONE)).order("16") is None
    assert store().order("16/../../users") is None
    with pytest.raises(ShopRefusedError, match="is the address right"):
        store((404, {"code": "rest_no_route"})).order("16")
    with pytest.raises(ShopRefusedError, match="is the address right"):
        store((404, b"<html>")).order("16")


@pytest.mark.parametrize("body", [b"<html>", b'{"code":"x"}', b"[1,"])
def test_what_is_no_list_is_no_answer(body: bytes) -> None:
    with pytest.raises(ShopAnswerError):
        store(Answer(200, (), body)).page(WINDOW)


def test_orders_are_listed_in_short_and_counted() -> None:
    order = {"id": 7, "number": "A7", "status": "processing", "currency": "EUR", "total": "1.50",
             "date_created_gmt": "2026-03-02T09:00:00", "date_modified_gmt": None}  # fmt: skip
    connector = store(listed([order, order, {"id": 8}], 1), listed([{"id": 7}], 1, 3), (200, []))
    (one,) = connector.listed(WINDOW, by="created")
    assert (one.external_id, one.number, one.total) == ("7", "A7", Decimal("1.50"))
    assert connector.count(WINDOW) == 3
    assert connector.count(WINDOW) is None
    assert isinstance(connector.session, ScriptedSession)
    listing, count, _ = (dict(call.query) for call in connector.session.calls)
    assert (listing["after"], listing["before"]) == ("2026-03-02T08:59:59", "2026-03-02T10:00:01")
    assert listing["orderby"] == "date"
    assert (count["per_page"], count["_fields"]) == ("1", "id")


def test_articles_are_found_by_sku() -> None:
    rows = [
        {"id": 10, "parent_id": 0, "type": "simple", "sku": "CH-01", "manage_stock": True,
         "stock_quantity": 7, "global_unique_id": "4012345678901"},
        {"id": 13, "parent_id": 12, "type": "variation", "sku": "TB-02", "manage_stock": "parent",
         "stock_quantity": None, "global_unique_id": ""},
        {"id": 14, "parent_id": 0, "type": "simple", "sku": "TWICE"},
        {"id": 15, "parent_id": 0, "type": "simple", "sku": "TWICE"},
    ]  # fmt: skip
    connector = store((200, rows), (200, []))
    found = connector.articles(["CH-01", "TB-02", "TWICE", "A,B", "none"])
    assert set(found) == {"CH-01", "TB-02"}
    assert (found["CH-01"].product, found["CH-01"].quantity) == ("10", 7)
    assert found["CH-01"].ean == "4012345678901"
    assert (found["TB-02"].product, found["TB-02"].managed) == ("12/13", False)
    assert isinstance(connector.session, ScriptedSession)
    asked = [dict(call.query)["sku"] for call in connector.session.calls]
    assert asked == ["CH-01,TB-02,TWICE,none", "A,B"]


def test_published_samples_of_articles_and_webhooks_are_understood(shop_samples: Path) -> None:
    folder = shop_samples / "woocommerce" / "docs_v3"
    product, variation, hook = (
        json.loads((folder / name).read_text("utf-8"))
        for name in ("products_01.json", "product-variations_02.json", "webhooks_01.json")
    )
    variation |= {"type": "variation", "parent_id": 22, "sku": "V"}
    found = store((200, [{**product, "sku": "P"}, variation])).articles(["P", "V"])
    assert {sku: one.product for sku, one in found.items()} == {
        "P": str(product["id"]), "V": f"22/{variation['id']}",
    }  # fmt: skip
    (listed_hook,) = store((200, [hook])).webhooks()
    assert (listed_hook.topic, listed_hook.active) == ("order.updated", True)


def test_the_connection_is_tried_out() -> None:
    assert store((200, [{"id": 1, "version": "10.0.2"}])).try_out() == "WooCommerce 10.0.2"
    assert store((200, [])).try_out() == "WooCommerce"


def test_nothing_is_accepted_and_nothing_pending() -> None:
    assert store().send_decision(Decision("k", "16", True)).state == "refused"
    assert store().follow_up("t").state == "refused"


def test_webhooks_are_listed() -> None:
    hooks = [{"id": 1, "topic": "order.updated", "status": "disabled",
              "delivery_url": "https://edi.example.com/shops/acme-web/webhook"}]  # fmt: skip
    (hook,) = store((200, hooks)).webhooks()
    assert (hook.id, hook.active, hook.detail) == ("1", False, "disabled")
    assert "order.deleted" in store().topics()


def test_a_webhook_is_made_once_and_switched_on_again() -> None:
    address = "https://edi.example.com/shops/acme-web/webhook"
    made = {"id": 5, "topic": "order.created", "delivery_url": address, "status": "active"}
    connector = store((200, []), (201, made))
    assert connector.make_webhook("order.created", address, "signing").active
    assert calls(connector)[1] == (
        "POST",
        "webhooks",
        {"name": "EDI gateway: order.created", "topic": "order.created", "delivery_url": address,
         "secret": "signing", "status": "active"},
    )  # fmt: skip
    again = store((200, [{**made, "status": "disabled"}]), (200, made))
    again.make_webhook("order.created", address, "signing")
    assert calls(again)[1] == ("PUT", "webhooks/5", {"status": "active", "secret": "signing"})


def _secret(secret: Secret) -> str:
    return "ck_1" if secret.where == "WOO_KEY" else "cs_2"


def test_a_key_does_not_travel_readably() -> None:
    with pytest.raises(ShopUnreachableError, match="https"):
        connect(shop(url="http://shop.example.com"), _secret, lambda: NOW)
    connect(shop(url="http://127.0.0.1:8081"), _secret, lambda: NOW).close()
    connect(shop(url="http://shop.example.com", auth="oauth1"), _secret, lambda: NOW).close()


def test_an_answer_without_an_order_is_none() -> None:
    with pytest.raises(ShopAnswerError):
        store((200, {"code": "odd"})).order("16")
    with pytest.raises(ShopAnswerError):
        store(Answer(200, (), dumps([{"topic": "x"}]))).webhooks()
