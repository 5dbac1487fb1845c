"""What a reading of an order means beside what is known of it."""

from __future__ import annotations

import json
from datetime import timedelta

from gateway.channels.shops.connector import Record
from gateway.pipeline.shops.accept import accept
from gateway.store import contents
from tests.shops.intake.fake import START, refund_fields
from tests.shops.intake.world import ShopWorld

WAITING: dict[str, tuple[dict[str, object], str]] = {
    "unpaid": ({"status": "pending", "shop_status": "pending"}, "W300"),
    "draft": ({"status": "draft", "shop_status": "checkout-draft"}, "W301"),
    "on hold": ({"status": "on_hold", "shop_status": "on-hold"}, "W301"),
    "cancelled": ({"status": "cancelled", "shop_status": "cancelled"}, "W305"),
    "old": ({"created": "2026-02-01T09:00:00Z"}, "W304"),
    "to be accepted": ({"awaits_acceptance": True, "status": "pending"}, "W308"),
}


def test_the_same_again_changes_nothing(world: ShopWorld) -> None:
    world.shop.put("1")

    outcomes = [world.accept("1")[0].outcome for _ in range(3)]

    assert outcomes == ["taken", "same", "same"]
    assert len(world.rows()) == 1
    assert world.order("1").revision == 1


def test_a_younger_stamp_alone_is_no_revision_and_makes_what_is_older_known(
    world: ShopWorld,
) -> None:
    world.shop.put("1", at=START)
    world.accept("1")
    stale = world.shop.record("1")
    world.shop.put("1", at=START + timedelta(minutes=5))

    assert world.accept("1")[0].outcome == "same"
    assert world.order("1").updated == START + timedelta(minutes=5)

    (told,) = accept(world.house, world.settings, [stale], origin="hook")
    assert told.outcome == "older"


def test_what_is_older_is_left_alone(world: ShopWorld) -> None:
    world.shop.put("1", at=START)
    stale = world.shop.record("1")
    world.shop.put("1", at=START + timedelta(seconds=1), note="ring twice")
    world.accept("1")

    (told,) = accept(world.house, world.settings, [stale], origin="hook")

    assert told.outcome == "older"
    assert world.order("1").revision == 1


def test_other_content_in_the_same_second_is_a_revision(world: ShopWorld) -> None:
    world.shop.put("1", at=START)
    world.accept("1")
    world.shop.put("1", at=START, note="ring twice")

    assert world.accept("1")[0].revision == 2
    assert [row.state for row in world.rows()] == ["received", "received"]


def test_in_the_same_second_a_counted_version_decides(world: ShopWorld) -> None:
    world.shop.put("1", at=START, version="8", note="new")
    world.accept("1")
    world.shop.put("1", at=START, version="7", note="old")

    assert world.accept("1")[0].outcome == "older"


def test_a_change_and_back_are_two_revisions(world: ShopWorld) -> None:
    for note in ("a", "b", "a"):
        world.shop.put("1", note=note)
        assert world.accept("1")[0].outcome == "taken"
        world.clock.forward(seconds=1)

    assert world.order("1").revision == 3


def test_one_order_twice_in_a_page_is_taken_once(world: ShopWorld) -> None:
    world.shop.put("1")

    told = world.accept("1", "1")

    assert [each.outcome for each in told] == ["taken", "same"]
    assert len(world.rows()) == 1


def test_what_is_not_taken_waits_with_its_reason(world: ShopWorld) -> None:
    for id_, (changes, _) in WAITING.items():
        world.shop.put(id_, **changes)

    told = world.accept(*WAITING)

    assert {each.outcome for each in told} == {"waiting"}
    found = {id_: world.order(id_) for id_ in WAITING}
    assert {row.state for row in found.values()} == {"waiting"}
    assert {id_: row.reason[:4] for id_, row in found.items()} == {
        id_: code for id_, (_, code) in WAITING.items()
    }
    assert world.rows() == []
    assert {each.outcome for each in world.accept(*WAITING)} == {"same"}


def test_an_order_that_waits_is_taken_when_it_is_paid(world: ShopWorld) -> None:
    world.shop.put("1", status="pending", shop_status="pending")
    world.accept("1")
    world.clock.forward(seconds=60)
    world.shop.put("1", status="paid", shop_status="processing")

    assert world.accept("1")[0].outcome == "taken"
    row = world.order("1")
    assert (row.state, row.reason, row.raw) == ("taken", "", None)


def test_an_order_that_was_taken_is_never_filtered_again(world: ShopWorld) -> None:
    world.shop.put("1")
    world.accept("1")
    world.clock.forward(seconds=60)
    world.shop.put("1", status="on_hold", shop_status="on-hold")

    assert world.accept("1")[0].outcome == "taken"


def test_orders_that_we_made_are_noted_and_never_taken(world: ShopWorld) -> None:
    world.shop.put("1", ours=True)

    assert world.accept("1")[0].outcome == "ours"
    assert world.order("1").reason.startswith("W306")
    world.clock.forward(seconds=60)
    world.shop.put("1", note="changed")
    assert world.accept("1")[0].outcome == "ours"
    assert world.rows() == []


def test_a_record_that_is_not_understood_is_held_and_blocks_nobody(world: ShopWorld) -> None:
    world.shop.put("1")
    world.shop.put("2")
    world.shop.put("3")
    world.shop.spoil("2")

    assert [each.outcome for each in world.accept("1", "2", "3")] == ["taken", "held", "taken"]

    world.run()
    held = world.order("2")
    assert (held.state, held.reason[:4]) == ("held", "W230")
    assert held.message is not None
    assert world.codes(held.message) == ["W230"]
    assert len(world.erp()) == 2
    assert world.accept("2")[0].outcome == "same"


def test_what_is_held_is_taken_when_the_shop_has_it_right(world: ShopWorld) -> None:
    world.shop.spoil("1")
    world.accept("1")
    world.run()
    world.clock.forward(seconds=60)
    world.shop.orders["1"].broken = None
    world.shop.put("1")

    world.run()

    assert world.order("1").state == "taken"
    assert len(world.erp()) == 1


def test_what_was_never_understood_is_still_filtered(world: ShopWorld) -> None:
    world.shop.spoil("1")
    world.accept("1")
    world.clock.forward(seconds=60)
    world.shop.orders["1"].broken = None
    world.shop.put("1", status="pending", shop_status="pending")

    assert world.accept("1")[0].outcome == "waiting"


def test_a_record_of_another_order_is_held(world: ShopWorld) -> None:
    raw = world.shop.put("2").raw

    accept(world.house, world.settings, [Record("order", "1", raw, START)], origin="hook")
    world.run()

    assert world.order("1").reason.startswith("W318")
    assert len(world.erp()) == 1, "only order 2, by the poll"


def test_refunds_in_a_record_are_taken_once(world: ShopWorld) -> None:
    world.shop.put("1")
    world.accept("1")
    world.clock.forward(seconds=60)
    world.shop.refund("1", "r1")
    for _ in range(2):
        told = world.accept("1")
    world.clock.forward(seconds=60)
    world.shop.refund("1", "r2")
    more = world.accept("1")

    assert [each.kind for each in told] == ["order"]
    assert [(each.kind, each.external_id) for each in more if each.new] == [("refund", "r2")]
    assert world.refund("r1").state == world.refund("r2").state == "taken"
    names = [row.name for row in world.rows()]
    assert names == ["order-1", "refund-r1", "refund-r2"]


def test_a_refund_that_comes_alone_is_taken_once(world: ShopWorld) -> None:
    world.shop.put("1")
    world.accept("1")
    raw = json.dumps(refund_fields("r1", "1")).encode()
    alone = Record("refund", "r1", raw, START, parent="1")

    told = [accept(world.house, world.settings, [alone], origin="poll")[0] for _ in range(2)]

    assert [each.outcome for each in told] == ["taken", "same"]
    assert world.refund("r1").total == "12.00"


def test_hostile_texts_are_kept_apart_and_block_nobody(world: ShopWorld) -> None:
    long = "x" * 500
    world.shop.put(long, number="n" * 300, shop_status="s" * 300)
    world.shop.put(long + "y", number="m" * 300)

    world.shop.put("good")

    told = world.accept(long, long + "y", "good")

    assert [each.outcome for each in told] == ["taken"] * 3
    world.run()
    assert [row.state for row in world.rows(kind="file")] == ["held", "held", "split"]
    assert len({row.number for row in world.rows(kind="file")}) == 3


def test_the_canonical_order_is_kept_and_let_go_with_its_retention(world: ShopWorld) -> None:
    world.shop.put("1")
    world.accept("1")
    world.run()
    sha = world.order("1").content
    assert sha is not None

    world.shop.orders.clear()
    for _ in range(3):
        world.clock.forward(days=5000)
        world.run_whole()

    row = world.order("1")
    assert (row.content, row.state) == (None, "taken")
    with world.house.store.read() as connection:
        assert contents.read(connection, sha) is None
