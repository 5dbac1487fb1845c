"""What Amazon is asked, and what is made of its answers."""

from __future__ import annotations

import gzip
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.shops.amazon import access
from gateway.channels.shops.connector import (
    InvoiceFile,
    Level,
    Parcel,
    Shipment,
    ShippedLine,
    Window,
)
from gateway.channels.shops.pace import Bucket, Pace
from gateway.channels.shops.recording import ScriptedSession
from gateway.channels.shops.session import Answer, ShopError, ShopRefusedError
from tests.shops.amazon.kit import NOW, connector, contracts, shop
from tests.shops.cases import loaded

WINDOW = Window(NOW - timedelta(hours=1), NOW)
ORDER = loaded(Path(__file__).parent / "orders" / "prices-with-tax.json")["record"]
NUMBER = ORDER["orderId"]
SHIPMENT = Shipment(
    key="despatch-7",
    order=NUMBER,
    order_number=NUMBER,
    shipped=datetime(2026, 3, 3, 15, 0, tzinfo=UTC),
    lines=(
        ShippedLine("71000000001", Decimal(2)),
        ShippedLine("71000000002", Decimal(1)),
    ),
    parcels=(
        Parcel("TRACK1", "DPD", lines=(ShippedLine("71000000001", Decimal(2)),)),
        Parcel("TRACK2", "", "Sample Post", lines=(ShippedLine("71000000002", Decimal(1)),)),
    ),
)
INVOICE = InvoiceFile(
    key="invoice-9",
    order=NUMBER,
    number="RE-9",
    issued=NOW,
    kind="invoice",
    total=Decimal("32.88"),
    currency="EUR",
    media_type="application/pdf",
    body=b"%PDF-1.7",
    tax=Decimal("4.88"),
)


def kept(session: ScriptedSession) -> list[str]:
    """The operations of all calls to Amazon itself, each of which keeps to its contract."""
    calls = [call for call in session.calls if not call.path.startswith("http")]
    return [[rules.check(call) for call in calls] for rules in contracts()][-1]


def listing(*orders: Any, token: str = "") -> dict[str, Any]:
    return {"orders": list(orders), **({"pagination": {"nextToken": token}} if token else {})}


def test_a_window_is_walked_by_its_token() -> None:
    session = ScriptedSession(
        (200, listing(ORDER, token="more")), (200, listing({**ORDER, "orderId": "2"}))
    )
    shop = connector(session)
    first = shop.page(WINDOW)
    second = shop.page(WINDOW, first.next)
    assert [one.external_id for one in (*first.records, *second.records)] == [NUMBER, "2"]
    assert second.next == ""
    assert first.records[0].updated == datetime(2026, 3, 2, 10, 20, 30, tzinfo=UTC)
    assert shop.read_order(first.records[0].raw).problems[0].code == "W233"
    one, two = (dict(call.query) for call in session.calls)
    assert two.pop("paginationToken") == "more"
    assert one == two
    assert kept(session) == ["searchOrders", "searchOrders"]


def test_amazon_lets_nobody_look_at_the_last_two_minutes() -> None:
    session = ScriptedSession((200, listing()))
    assert connector(session).page(WINDOW).records == ()
    assert dict(session.calls[0].query)["lastUpdatedBefore"] == "2026-03-02T11:58:00Z"
    late = Window(NOW - timedelta(minutes=1), NOW)
    assert connector(ScriptedSession()).page(late).records == ()


def test_a_place_that_amazon_knows_no_more_is_refused_and_a_spoilt_one_is_the_beginning() -> None:
    session = ScriptedSession(
        (200, listing(ORDER, token="old")), ShopRefusedError("400 token", 400), (200, listing())
    )
    shop = connector(session)
    position = shop.page(WINDOW).next
    with pytest.raises(ShopRefusedError):
        shop.page(WINDOW, position)
    assert shop.page(WINDOW, "[spoilt").records == ()
    assert "paginationToken" not in dict(session.calls[2].query)


def test_an_entry_without_a_number_is_told_and_passed() -> None:
    session = ScriptedSession((200, listing({"nothing": 1}, ORDER)))
    page = connector(session).page(WINDOW)
    assert [one.external_id for one in page.records] == [NUMBER]
    assert [one.code for one in page.broken] == ["W230"]


@pytest.mark.parametrize(
    "change",
    [{"fulfillment": {"fulfilledBy": "AMAZON"}}, {"salesChannel": {"marketplaceId": "ELSEWHERE"}}],
    ids=["fulfilled by amazon", "other marketplace"],
)
def test_orders_that_are_not_taken_are_not_there(change: dict[str, Any]) -> None:
    other = {**ORDER, **change}
    assert connector(ScriptedSession((200, listing(other)))).page(WINDOW).records == ()
    assert connector(ScriptedSession((200, {"order": other}))).order(NUMBER) is None


def test_an_order_is_read_by_its_id_when_no_list_shows_it() -> None:
    session = ScriptedSession((200, {"order": ORDER}), (404, {"errors": []}))
    shop = connector(session)
    record = shop.order(NUMBER)
    assert record is not None
    assert record.external_id == NUMBER
    assert shop.order("gone/../x") is None
    assert session.calls[1].path.endswith("/gone%2F..%2Fx")
    assert kept(session) == ["getOrder", "getOrder"]


def test_orders_are_listed_to_be_compared() -> None:
    session = ScriptedSession((200, listing(ORDER, token="t")), (200, listing({"orderId": "x"})))
    found = list(connector(session).listed(WINDOW, by="created"))
    assert [(one.number, one.total, one.currency, one.status) for one in found] == [
        (NUMBER, Decimal("32.88"), "EUR", "UNSHIPPED")
    ]
    assert kept(session) == ["searchOrders", "searchOrders"]


def test_stock_is_set_absolutely_and_what_is_wrong_is_told() -> None:
    accepted = {"sku": "A/1", "status": "ACCEPTED", "submissionId": "s1", "issues": []}
    invalid = {
        "sku": "B",
        "status": "INVALID",
        "submissionId": "s2",
        "issues": [{"code": "1", "message": "no such listing", "severity": "ERROR"}],
    }
    session = ScriptedSession((200, accepted), (200, invalid), ShopRefusedError("404 gone", 404))
    levels = [Level("A/1", 7, "k1"), Level("B", 0, "k2"), Level("C", 1, "k3")]
    outcomes = connector(session).send_stock(levels)
    assert [(one.key, one.state) for one in outcomes] == [
        ("k1", "done"), ("k2", "refused"), ("k3", "refused"),
    ]  # fmt: skip
    assert outcomes[1].reason == "no such listing"
    assert session.calls[0].path == "/listings/2021-08-01/items/A1SELLER/A%2F1"
    assert kept(session) == ["patchListingsItem"] * 3


def test_articles_are_asked_for_together() -> None:
    place = [{"fulfillmentChannelCode": "DEFAULT", "quantity": 4}]
    items = [
        {"sku": "A", "summaries": [{"asin": "B0A"}], "fulfillmentAvailability": place},
        {"sku": "F", "fulfillmentAvailability": [{"fulfillmentChannelCode": "AMAZON_EU"}]},
    ]
    comma = {"sku": "C,1", "summaries": [{"asin": "B0C"}]}
    session = ScriptedSession((200, {"items": items}), (200, comma))
    found = connector(session).articles(["A", "F", "C,1", "gone"])
    assert {sku: (one.product, one.quantity, one.managed) for sku, one in found.items()} == {
        "A": ("B0A", 4, True), "F": ("F", None, False), "C,1": ("B0C", None, True),
    }  # fmt: skip
    assert kept(session) == ["searchListingsItems", "getListingsItem"]


def test_each_parcel_is_a_package_of_its_own() -> None:
    session = ScriptedSession((200, {"order": ORDER}), (204, b""), (204, b""))
    outcome = connector(session).send_shipment(SHIPMENT)
    assert outcome.state == "done"
    assert kept(session) == ["getOrder", "confirmShipment", "confirmShipment"]
    one, two = (call.json()["packageDetail"] for call in session.calls[1:])
    assert one["orderItems"] == [{"orderItemId": "71000000001", "quantity": 2}]
    assert (two["carrierCode"], two["carrierName"]) == ("Other", "Sample Post")
    assert outcome.reference == f"{one['packageReferenceId']}, {two['packageReferenceId']}"


def test_a_repeat_confirms_only_what_amazon_does_not_have() -> None:
    session = ScriptedSession((200, {"order": ORDER}), (204, b""), (204, b""))
    connector(session).send_shipment(SHIPMENT)
    first = session.calls[1].json()["packageDetail"]["packageReferenceId"]
    packages = [{"packageReferenceId": first, "trackingNumber": "TRACK1"}]
    again = ScriptedSession((200, {"order": {**ORDER, "packages": packages}}), (204, b""))
    assert connector(again).send_shipment(SHIPMENT).state == "done"
    assert again.calls[1].json()["packageDetail"]["trackingNumber"] == "TRACK2"
    by_hand = [{"packageReferenceId": "1", "trackingNumber": name} for name in ("TRACK1", "TRACK2")]
    told = ScriptedSession((200, {"order": {**ORDER, "packages": by_hand}}))
    assert connector(told).send_shipment(SHIPMENT).state == "done"


def test_parcels_with_one_tracking_number_are_told_apart() -> None:
    parcels = tuple(replace(one, tracking="SAME") for one in SHIPMENT.parcels)
    shipment = replace(SHIPMENT, parcels=parcels)
    session = ScriptedSession((200, {"order": ORDER}), (204, b""), (204, b""))
    connector(session).send_shipment(shipment)
    first = session.calls[1].json()["packageDetail"]["packageReferenceId"]
    packages = [{"packageReferenceId": first, "trackingNumber": "SAME"}]
    again = ScriptedSession((200, {"order": {**ORDER, "packages": packages}}), (204, b""))
    connector(again).send_shipment(shipment)
    assert len(again.calls) == 2


def test_parcels_of_unknown_content_are_one_package() -> None:
    parcels = (Parcel("TRACK1", "DPD"), Parcel("TRACK2", "DPD"))
    session = ScriptedSession((200, {"order": ORDER}), (204, b""))
    outcome = connector(session).send_shipment(replace(SHIPMENT, parcels=parcels))
    assert len(session.calls[1].json()["packageDetail"]["orderItems"]) == 2
    assert "TRACK2" in outcome.reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"parcels": ()}, "tracking number"),
        ({"parcels": (Parcel("T"),)}, "carrier"),
        (
            {"parcels": (Parcel("T", "DPD"),), "lines": (ShippedLine("1", Decimal("1.5")),)},
            "whole quantities",
        ),
    ],
)
def test_what_amazon_cannot_be_told_is_refused(change: dict[str, Any], reason: str) -> None:
    session = ScriptedSession((200, {"order": ORDER}))
    outcome = connector(session).send_shipment(replace(SHIPMENT, **change))
    assert outcome.state == "refused"
    assert reason in outcome.reason


def test_orders_that_are_gone_or_cancelled_are_not_shipped() -> None:
    cancelled = {**ORDER, "fulfillment": {"fulfillmentStatus": "CANCELLED"}}
    for answer in ((404, {"errors": []}), (200, {"order": cancelled})):
        assert connector(ScriptedSession(answer)).send_shipment(SHIPMENT).state == "refused"
    session = ScriptedSession((200, {"order": ORDER}), ShopRefusedError("400 no", 400))
    assert connector(session).send_shipment(SHIPMENT).reason == "400 no"


def test_an_invoice_is_a_feed_that_is_asked_about() -> None:
    url = "https://uploads.s3.eu-west-1.amazonaws.com/place?signature=x"
    session = ScriptedSession(
        (200, {"order": ORDER}),
        (201, {"feedDocumentId": "doc1", "url": url}),
        (200, b""),
        (202, {"feedId": "4711"}),
        (200, {"feedId": "4711", "processingStatus": "IN_PROGRESS"}),
        (200, {"feedId": "4711", "processingStatus": "DONE"}),
    )
    shop = connector(session)
    outcome = shop.send_invoice(INVOICE)
    assert outcome.state == "pending"
    assert (session.calls[2].path, session.calls[2].body) == (url, b"%PDF-1.7")
    feed = session.calls[3].json()
    assert feed["marketplaceIds"] == ["A13V1IB3VIYZZH"]
    assert feed["feedOptions"] == {
        "metadata:orderid": NUMBER,
        "metadata:invoicenumber": "RE-9",
        "metadata:documenttype": "Invoice",
        "metadata:totalamount": "32.88",
        "metadata:totalvatamount": "4.88",
    }
    asked = shop.follow_up(outcome.ticket)
    assert asked.state == "pending"
    assert shop.follow_up(asked.ticket).state == "done"
    assert kept(session) == [
        "getOrder", "createFeedDocument", "createFeed", "getFeed", "getFeed",
    ]  # fmt: skip


@pytest.mark.parametrize("packed", [False, True])
def test_what_amazon_says_against_an_invoice_is_told(packed: bool) -> None:
    report = b"Number of records processed\t1\nNumber of records successful\t0\n\n79513\tno total\n"
    document = {"feedDocumentId": "r", "url": "https://reports.s3.eu-west-1.amazonaws.com/r"}
    if packed:
        report, document["compressionAlgorithm"] = gzip.compress(report), "GZIP"
    done = {"feedId": "1", "processingStatus": "DONE", "resultFeedDocumentId": "r"}
    session = ScriptedSession((200, done), (200, document), (200, report))
    outcome = connector(session).follow_up("invoice-9\n1")
    assert (outcome.key, outcome.state, outcome.reason) == (
        "invoice-9", "refused", "79513 no total",
    )  # fmt: skip


def test_invoices_that_amazon_does_not_take_are_never_uploaded() -> None:
    shop = connector(ScriptedSession())
    for wrong in ({"media_type": "text/xml"}, {"body": b""}, {"kind": "credit_note"}):
        assert shop.send_invoice(replace(INVOICE, **wrong)).state == "refused"


def test_a_feed_that_failed_or_is_unknown_is_refused() -> None:
    fatal = {"feedId": "1", "processingStatus": "FATAL"}
    for answer in ((200, fatal), (404, {"errors": []})):
        assert connector(ScriptedSession(answer)).follow_up("k\n1").state == "refused"
    assert connector(ScriptedSession()).follow_up("k\n../x").state == "refused"


def test_what_amazon_has_not_is_said() -> None:
    shop = connector(ScriptedSession((200, {"payload": [{"marketplace": {"name": "Amazon.fr"}}]})))
    assert shop.try_out() == "Amazon: Amazon.fr"
    assert (shop.webhooks(), shop.topics(), shop.count(WINDOW)) == ([], (), None)
    with pytest.raises(ShopError, match="queue"):
        shop.make_webhook("orders", "https://x", "s")


def test_tokens_are_asked_for_with_the_lasting_one() -> None:
    settings = shop().amazon
    assert settings is not None
    assert access.form(settings, lambda secret: f"value of {secret.where}") == {
        "grant_type": "refresh_token",
        "refresh_token": "value of AMAZON_REFRESH",
        "client_id": "app-1",
        "client_secret": "value of AMAZON_CLIENT",
    }


def test_amazon_says_how_fast_it_may_be_called() -> None:
    bucket = Bucket(Pace(0.0056, 20), 0.0)
    for told in ("", "nonsense", "-1", "nan"):
        access.slow_down(Answer(200, (("x-amzn-RateLimit-Limit", told),), b""), bucket, 0.0)
        assert bucket.pace.rate == 0.0056
    access.slow_down(Answer(200, (("x-amzn-RateLimit-Limit", "0.5"),), b""), bucket, 0.0)
    assert bucket.pace == Pace(0.5, 20)
