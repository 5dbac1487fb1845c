"""Despatch advices of the ERP become shipments of the orders of shops."""

from __future__ import annotations

import shutil
from decimal import Decimal

import pytest

from gateway.channels.shops.connector import Outcome
from gateway.channels.shops.session import (
    ShopBusyError,
    ShopError,
    ShopLoginError,
    ShopRefusedError,
    ShopUncertainError,
    ShopUnreachableError,
)
from gateway.config import load_workspace
from tests.shops.back.world import BackWorld, despatch, item


def test_a_despatch_reaches_the_shop_once_with_its_tracking(world: BackWorld) -> None:
    world.taken("1001")

    world.says(
        despatch(
            "DN-1",
            [{"tracking": "JD01", "kind": "carton", "items": [item("1001")]}],
            transport={"carrier_code": "DHL", "carrier_name": "DHL Parcel"},
        )
    )
    world.run()

    (shipment,) = world.shipments()
    assert (shipment.order, shipment.complete) == ("1001", True)
    assert [(one.line, one.quantity) for one in shipment.lines] == [("1", Decimal(2))]
    (parcel,) = shipment.parcels
    assert (parcel.tracking, parcel.carrier) == ("JD01", "dhl-fr")
    assert parcel.url == "https://track.example.com/JD01"
    row = world.document("despatch")
    assert (row.state, row.partner, row.number) == ("delivered", "acme-shop", "DN-1")

    world.later(minutes=6)
    assert world.shop.calls["shipment"] == 1


def test_parts_are_told_as_parts_and_the_last_completes_the_order(world: BackWorld) -> None:
    world.taken("1001")
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001", 1)]}]))
    world.run()
    world.says(despatch("DN-2", [{"tracking": "B", "items": [item("1001", 1)]}]))
    world.run()

    assert [one.complete for one in world.shipments()] == [False, True]


def test_a_part_that_was_not_told_yet_is_missing_to_the_whole(world: BackWorld) -> None:
    world.taken("1001")
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001", 1)]}]))
    world.says(despatch("DN-2", [{"tracking": "B", "items": [item("1001", 1)]}]))
    world.shop.trouble = [ShopUnreachableError("no route")]
    world.run()
    world.later(minutes=1)

    by_tracking = {one.parcels[0].tracking: one.complete for one in world.shipments()}
    assert by_tracking == {"B": False, "A": True}


def test_several_orders_and_parcels_of_one_despatch(world: BackWorld) -> None:
    world.taken("1001", "1002")
    world.says(
        despatch(
            "DN-1",
            [
                {"kind": "pallet", "sscc": "340123450000000014", "packages": [
                    {"kind": "carton", "tracking": "A", "items": [item("1001", 1)]},
                    {"kind": "carton", "tracking": "B", "items": [item("1001", 1),
                                                                 item("1002", 2)]},
                ]},
            ],
        )
    )  # fmt: skip
    world.run()

    told = {one.order: one for one in world.shipments()}
    assert [one.tracking for one in told["1001"].parcels] == ["A", "B"]
    assert [one.tracking for one in told["1002"].parcels] == ["B"]
    assert all(one.complete for one in told.values())
    assert world.document("despatch").state == "delivered"


def test_without_tracking_the_sscc_stands_for_it(world: BackWorld) -> None:
    world.taken("1001")
    world.says(despatch("DN-1", [{"sscc": "340123450000000014", "items": [item("1001")]}]))
    world.run()

    assert [one.tracking for one in world.shipments()[0].parcels] == ["340123450000000014"]


def test_nothing_is_shipped_that_was_not_ordered(world: BackWorld) -> None:
    world.taken("1001", "1002")
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001", 3), item("1002", 2)]}]))
    world.says(despatch("DN-2", [{"items": [item("1001", 1, "COFFEE")]}]))
    world.run()

    assert [one.order for one in world.shipments()] == ["1002"]
    first, second = [row for row in world.rows() if row.kind == "document"]
    assert (first.state, world.codes(first.id)) == ("held", ["W411"])
    assert (second.state, world.codes(second.id)) == ("refused", ["W410"])
    errors = world.root / "erp/in/despatch/error"
    text = " ".join(" ".join(path.read_text() for path in errors.glob("*.txt")).split())
    assert "3 now and 0 before, of 2 ordered" in text
    assert "article COFFEE is no line of order 1001" in text


def test_an_order_of_nobody_is_said_beside_the_others(world: BackWorld) -> None:
    world.taken("1001")
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001"), item("9999")]}]))
    world.says(despatch("DN-2", [{"tracking": "A", "items": [item("9999")]}]))
    world.run()

    first, second = [row for row in world.rows() if row.kind == "document"]
    assert (first.state, world.codes(first.id)) == ("delivered", ["W405"])
    assert (second.state, world.codes(second.id)) == ("refused", ["P121"])


def test_the_same_despatch_again_is_not_told_again(world: BackWorld) -> None:
    world.taken("1001")
    first = despatch("DN-1", [{"tracking": "A", "items": [item("1001", 1)]}])
    world.says(first)
    world.run()
    world.says(first, name="again.json")
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001", 2)]}]))
    world.run()

    assert world.shop.calls["shipment"] == 1
    assert world.document("despatch").state == "held"
    assert "W408" in world.codes(world.document("despatch").id)


def test_a_carrier_that_no_setting_knows_goes_by_its_name(world: BackWorld) -> None:
    world.taken("1001")
    world.says(
        despatch(
            "DN-1", [{"tracking": "A", "items": [item("1001")]}],
            transport={"carrier_name": "Bike"},
        )
    )  # fmt: skip
    world.run()

    (parcel,) = world.shipments()[0].parcels
    assert (parcel.carrier, parcel.carrier_name) == ("", "Bike")
    assert "W412" in world.codes(world.document("despatch").id)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (ShopUnreachableError("no route"), "W451"),
        (ShopUncertainError("no answer"), "W452"),
        (ShopBusyError("slow down", 90), "W453"),
        (ShopLoginError("bad key"), "W454"),
    ],
)
def test_what_fails_for_now_is_tried_again(world: BackWorld, failure: ShopError, code: str) -> None:
    world.taken("1001")
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001")]}]))
    world.shop.trouble = [failure]
    world.run()
    row = world.document("despatch")
    assert (row.state, world.codes(row.id)) == ("retrying", [code])

    world.later(seconds=95)
    assert world.document("despatch").state == "delivered"
    assert len(world.shipments()) == 1


def test_a_call_that_was_carried_out_without_an_answer_is_not_made_twice(
    world: BackWorld,
) -> None:
    world.taken("1001")

    def lost(_call: str) -> None:
        world.shop.after = lambda _call: None
        raise ShopUncertainError("connection reset")

    world.shop.after = lost
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001")]}]))
    world.run()
    world.later(minutes=1)

    assert world.shop.calls["shipment"] == 2
    assert len(world.shipments()) == 1
    assert world.document("despatch").state == "delivered"


def test_what_the_shop_refuses_is_said_in_its_words_and_may_come_again(world: BackWorld) -> None:
    world.taken("1001")
    world.shop.refuses["1001"] = "the order is locked"
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001")]}]))
    world.run()
    row = world.document("despatch")
    assert row.state == "dead"
    history = world.gateway.message(row.id)
    assert history is not None
    assert "the order is locked" in history.problems[0].sentence

    world.shop.refuses.clear()
    world.says(despatch("DN-1", [{"tracking": "A2", "items": [item("1001")]}]))
    world.run()
    assert [one.parcels[0].tracking for one in world.shipments()] == ["A2"]

    world.gateway.replay(row.id, "the shop was put right")
    world.run()
    assert len(world.shipments()) == 1, "one key is one shipment"


def test_a_refusal_by_status_is_for_good(world: BackWorld) -> None:
    world.taken("1001")
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001")]}]))
    world.shop.trouble = [ShopRefusedError("no such order", 404)]
    world.run()
    assert world.document("despatch").state == "dead"


def test_what_the_shop_decides_later_is_asked_for(world: BackWorld) -> None:
    world.taken("1001")
    world.shop.answers = [Outcome("", "pending", ticket="feed-7")]
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001")]}]))
    world.run()
    assert world.document("despatch").state == "mapped"
    assert world.codes(world.document("despatch").id) == ["W457"]

    world.later(minutes=2)
    assert world.shop.calls["follow_up"] == 1
    assert world.document("despatch").state == "delivered"


def test_a_partner_is_told_as_before(world: BackWorld) -> None:
    world.taken("1001")
    advice = despatch("DN-1", [{"items": [item("1001")]}], buyer={"gln": "4012345000009"})
    world.says(advice)
    world.run()

    # acme-retail has no agreement about despatch advices, and the order is the shop's
    assert len(world.shipments()) == 1


def test_a_despatch_without_goods_is_refused(world: BackWorld) -> None:
    world.taken("1001")
    world.says(despatch("DN-1", [{"kind": "carton"}], order={"number": "1001"}))
    world.run()
    row = world.document("despatch")
    assert (row.state, world.codes(row.id)) == ("refused", ["W413"])


def test_a_person_who_runs_it_again_tells_nothing_twice(world: BackWorld) -> None:
    world.taken("1001", "1002")
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001"), item("1002", 9)]}]))
    world.run()
    assert world.document("despatch").state == "held"

    world.gateway.replay(world.document("despatch").id, "to see")
    world.run()
    row = world.document("despatch")
    assert {"W409", "W411"} <= set(world.codes(row.id))
    assert world.shop.calls["shipment"] == 1


def test_a_shop_that_is_gone_is_said(world: BackWorld) -> None:
    world.taken("1001")
    world.shop.trouble = [ShopUnreachableError("no route")]
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001")]}]))
    world.run()
    shutil.rmtree(world.root / "shops/acme-shop")
    world.gateway.close()
    world.workspace = load_workspace(world.root)[0]  # type: ignore[assignment]
    world.gateway = world.open()
    world.later(minutes=1)
    row = world.document("despatch")
    assert row.state == "dead"
    assert "W455" in world.codes(row.id)
