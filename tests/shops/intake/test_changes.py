"""What the ERP is given when an order changes, is cancelled or refunded, and what on a replay."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import update

from gateway.channels.shops.connector import Record
from gateway.documents.shop import ShopOrder
from gateway.pipeline.replay import replay_one
from gateway.pipeline.shops.accept import accept
from gateway.pipeline.shops.filter import why_waiting
from gateway.store.shops.tables import revision
from gateway.store.tables import message
from tests.shops.intake.fake import order_fields
from tests.shops.intake.world import SHOP, ShopWorld

_THREE = {
    "lines": [
        order_fields("1")["lines"][0]
        | {
            "quantity": "3",
            "amounts": {"net": "30.00", "tax": "6.00", "gross": "36.00"},
            "taxes": [{"rate": "20", "amount": "6.00", "country": "FR"}],
        }
    ],
    "totals": {"grand": "42.00", "tax": "7.00"},
}


def taken(world: ShopWorld, id_: str = "1", **changes: object) -> None:
    """An order that the ERP has, and a minute later."""
    world.shop.put(id_, **changes)
    world.run()
    assert len(world.erp()) == 1
    world.clock.forward(minutes=10)


def test_what_changes_later_is_an_order_change(world: ShopWorld) -> None:
    taken(world)
    world.shop.put("1", **_THREE)

    world.run()

    (text,) = world.erp("orderchange").values()
    assert json.loads(text)
    assert "36.00" in text or "30.00" in text
    assert len(world.erp()) == 1


def test_each_change_has_its_own_number(world: ShopWorld) -> None:
    taken(world)
    world.shop.put("1", **_THREE)
    world.later(minutes=10)
    world.shop.put("1", note="leave it with the neighbour")
    world.later(minutes=10)

    numbers = [row.number for row in world.rows(document="orderchange")]
    assert numbers == ["1-1", "1-2"]


def test_what_the_erp_need_not_know_is_only_noted(world: ShopWorld) -> None:
    taken(world)
    world.shop.put("1", shop_status="completed", status="shipped")

    world.run()

    assert world.erp("orderchange") == {}
    assert world.order("1").status == "shipped"
    assert world.rows()[-1].state == "split"


def test_a_cancellation_before_the_erp_gives_it_nothing(world: ShopWorld) -> None:
    world.shop.spoil("1")
    world.run()
    world.clock.forward(minutes=10)
    world.shop.orders["1"].broken = None
    world.shop.put("1", status="cancelled", shop_status="cancelled")

    world.run()

    assert world.erp() == world.erp("orderchange") == {}
    assert world.order("1").state == "waiting"


def test_a_cancellation_afterwards_is_told_once(world: ShopWorld) -> None:
    taken(world)
    world.shop.put("1", status="cancelled", shop_status="cancelled")
    world.run()
    world.clock.forward(minutes=10)
    world.shop.put("1", note="sorry")
    world.run()

    (text,) = world.erp("orderchange").values()
    assert "cancellation" in text


def test_a_cancelled_order_that_is_open_again_is_for_a_person(world: ShopWorld) -> None:
    taken(world)
    world.shop.put("1", status="cancelled", shop_status="cancelled")
    world.later(minutes=10)
    world.shop.put("1", status="paid", shop_status="processing")
    world.later(minutes=10)

    assert world.order("1").reason.startswith("W315")


@pytest.mark.parametrize(
    ("setting", "change", "code"),
    [
        ("changes", _THREE, "W311"),
        ("cancellations", {"status": "cancelled", "shop_status": "cancelled"}, "W312"),
    ],
)
def test_changes_can_be_held_or_ignored(
    world: ShopWorld, setting: str, change: dict[str, object], code: str
) -> None:
    taken(world)
    world.reload(f"orders: {{{setting}: hold}}\n")
    world.shop.put("1", **change)
    world.run()

    held = world.order("1")
    assert (held.state, held.reason[:4]) == ("held", code)
    assert world.erp("orderchange") == {}

    world.reload(f"orders: {{{setting}: ignore}}\n")
    assert held.message is not None
    replay_one(world.house, held.message, "as the settings are now")
    world.run()
    assert world.order("1").state == "taken"
    assert world.erp("orderchange") == {}


def test_a_change_under_hold_that_the_erp_need_not_know_is_not_held(world: ShopWorld) -> None:
    taken(world)
    world.reload("orders: {changes: hold}\n")
    world.shop.put("1", shop_status="completed", status="shipped")

    world.run()

    assert world.order("1").state == "taken"


def test_a_refund_is_a_document_of_its_own_once(world: ShopWorld) -> None:
    taken(world)
    world.shop.refund("1", "r1")
    for _ in range(3):
        world.run()
        world.clock.forward(minutes=10)

    (text,) = world.erp("refund").values()
    assert "12.00" in text
    assert world.refund("r1").state == "taken"
    assert world.erp("orderchange") == {}


def test_refunds_can_be_only_listed(world: ShopWorld) -> None:
    taken(world)
    world.reload("orders: {refunds: ignore}\n")
    world.shop.refund("1", "r1")
    world.run()

    assert world.erp("refund") == {}
    assert world.refund("r1").reason.startswith("W307")


def test_a_refund_waits_for_its_order_and_follows_by_itself(world: ShopWorld) -> None:
    wrong = {"totals": {"grand": "99.00", "tax": "5.00"}}
    world.shop.put("1", **wrong)
    world.shop.refund("1", "r1")
    world.run()
    assert world.order("1").state == world.refund("r1").state == "held"
    assert world.refund("r1").reason.startswith("W316")

    world.clock.forward(minutes=10)
    world.shop.put("1", totals={"grand": "30.00", "tax": "5.00"})
    world.run()

    assert (world.order("1").state, world.refund("r1").state) == ("taken", "taken")
    assert len(world.erp()) == len(world.erp("refund")) == 1


def test_sums_that_do_not_agree_hold_the_order_and_say_which(world: ShopWorld) -> None:
    world.shop.put("1", totals={"grand": "31.50", "tax": "5.00"})

    world.run()

    row = world.order("1")
    assert (row.state, row.reason[:4]) == ("held", "W200")
    assert world.erp() == {}


def test_a_held_order_goes_on_when_it_is_replayed(world: ShopWorld) -> None:
    world.shop.put("1", totals={"grand": "30.02", "tax": "5.00"})
    world.reload("tax: {rounding: 0}\n")
    world.run()
    held = world.order("1")
    assert held.state == "held" and held.message is not None

    world.reload("")
    replay_one(world.house, held.message, "the rule was too strict")
    world.run()

    assert world.order("1").state == "taken"
    assert len(world.erp()) == 1


def test_a_replay_of_what_was_overtaken_gives_nothing(world: ShopWorld) -> None:
    world.shop.put("1", totals={"grand": "99.00"})
    world.run()
    old = world.order("1").message
    world.clock.forward(minutes=10)
    world.shop.put("1", totals={"grand": "30.00", "tax": "5.00"})
    world.run()
    assert old is not None and len(world.erp()) == 1

    replay_one(world.house, old, "once more")
    world.run()

    assert len(world.erp()) == 1
    assert world.order("1").state == "taken"


def test_a_forced_replay_writes_the_same_document_again_and_no_other(world: ShopWorld) -> None:
    taken(world)
    world.shop.put("1", **_THREE)
    world.run()
    (change,) = world.rows(document="orderchange")

    replay_one(world.house, change.id, "the ERP lost it")
    world.run()

    assert len(world.erp()) == 1
    first, again = world.erp("orderchange").values()
    assert first == again
    assert [row.number for row in world.rows(document="orderchange")] == ["1-1", "1-1"]


def test_two_orders_of_one_number_are_not_one_order_to_the_erp(world: ShopWorld) -> None:
    taken(world)
    world.shop.put("2", number="1")
    world.run()

    assert world.order("2").reason.startswith("W310")
    assert len(world.erp()) == 1


def test_numbers_follow_the_template_and_stay(world: ShopWorld) -> None:
    world.reload('orders: {number: "W-{number}-{id}"}\n')
    taken(world, "5", number="1001")
    world.reload("")
    world.shop.put("5", **_THREE)
    world.run()

    assert world.order("5").number == "W-1001-5"
    assert "W-1001-5" in next(iter(world.erp("orderchange").values()))


def test_test_orders_go_to_the_sandbox(world: ShopWorld) -> None:
    world.shop.put("1", test=True)
    world.run()

    assert world.erp() == {}
    assert len(world.erp(test=True)) == 1


def test_test_orders_can_be_only_listed(world: ShopWorld) -> None:
    world.reload("orders: {test_orders: ignore}\n")
    world.shop.put("1", test=True)
    world.run()

    assert world.order("1").reason.startswith("W303")


def test_an_order_taken_in_test_stays_one_when_the_shop_goes_live(world: ShopWorld) -> None:
    world.reload("mode: test\n")
    world.shop.put("1")
    world.run()
    world.clock.forward(minutes=10)
    world.reload("mode: live\n")
    world.shop.put("1", **_THREE)
    world.run()

    assert world.erp() == world.erp("orderchange") == {}
    assert len(world.erp("orderchange", test=True)) == 1


def test_customers_are_told_once_or_when_they_change(world: ShopWorld) -> None:
    world.reload("orders: {customers: changed}\n")
    for number in ("1", "2"):
        world.shop.put(number)
    world.run()
    assert len(world.erp("parties")) == 1

    world.clock.forward(minutes=10)
    moved = order_fields("3")["bill_to"] | {"street": "2 Other Street"}
    world.shop.put("3", bill_to=moved)
    world.run()
    assert len(world.erp("parties")) == 2

    world.reload("orders: {customers: new}\n")
    world.clock.forward(minutes=10)
    world.shop.put("4", bill_to=order_fields("3")["bill_to"])
    world.run()
    assert len(world.erp("parties")) == 2


def test_an_order_has_its_thread(world: ShopWorld) -> None:
    world.shop.put("1")
    world.shop.refund("1", "r1")
    world.run()

    (view,) = world.gateway.thread("1", SHOP)
    assert [each.document for each in view.documents][:1] == ["order"]


def test_orders_of_other_channels_wait(world: ShopWorld) -> None:
    rules = world.settings.orders.model_copy(update={"channels": ("web",)})
    shop = world.settings.model_copy(update={"orders": rules})
    found = {}
    for channel in ("pos", "web"):
        order = ShopOrder.model_validate(order_fields("1", channel=channel))
        found[channel] = why_waiting(shop, order, None)

    assert found["pos"] is not None and found["pos"].code == "W302"
    assert found["web"] is None


def test_named_states_decide_alone(world: ShopWorld) -> None:
    world.reload("orders: {states: [on-hold]}\n")
    world.shop.put("1")
    world.shop.put("2", status="on_hold", shop_status="on-hold")
    world.run()

    assert world.order("1").reason.startswith("W301")
    assert world.order("2").state == "taken"


def test_a_change_of_what_is_not_kept_any_more_is_for_a_person(world: ShopWorld) -> None:
    taken(world)
    with world.house.store.write("forgotten") as connection:
        connection.execute(update(revision).values(content=None))
    world.shop.put("1", **_THREE)
    world.run()

    assert world.order("1").reason.startswith("W313")
    assert world.erp("orderchange") == {}


def test_a_refund_that_its_record_does_not_hold_is_held(world: ShopWorld) -> None:
    taken(world)
    world.shop.refund("1", "r1")
    world.accept("1")
    with world.house.store.write("renamed") as connection:
        other = update(message).where(message.c.name == "refund-r1")
        connection.execute(other.values(name="refund-r2"))
    world.run()

    row = next(each for each in world.rows() if each.name == "refund-r2")
    assert (row.state, world.codes(row.id)) == ("held", ["W317"])


def test_a_refund_that_comes_alone_and_is_broken_is_held(world: ShopWorld) -> None:
    taken(world)
    alone = Record("refund", "r1", b"{", world.clock(), parent="1")
    accept(world.house, world.settings, [alone], origin="poll")
    world.run()

    assert (world.refund("r1").state, world.refund("r1").reason[:4]) == ("held", "W230")


def test_what_is_put_right_in_the_shop_waits_for_nobody_any_more(world: ShopWorld) -> None:
    world.shop.spoil("1")
    world.run()
    world.clock.forward(minutes=10)
    world.shop.orders["1"].broken = None
    world.shop.put("1", totals={"grand": "99.00"})
    world.run()
    world.clock.forward(minutes=10)
    world.shop.put("1", totals={"grand": "30.00", "tax": "5.00"})
    world.run()

    assert [row.state for row in world.rows(kind="file")] == ["split"] * 3
    assert len(world.erp()) == 1
    assert world.order("1").state == "taken"


def test_an_order_cancelled_while_it_was_held_never_reaches_the_erp(world: ShopWorld) -> None:
    world.shop.put("1", totals={"grand": "99.00"})
    world.run()
    held = world.order("1").message
    world.clock.forward(minutes=10)
    world.shop.put("1", status="cancelled", shop_status="cancelled")
    world.run()
    assert held is not None

    replay_one(world.house, held, "the sums are all right after all")
    world.run()

    assert world.erp() == world.erp("orderchange") == {}


def test_of_two_changes_before_the_erp_had_any_only_the_newest_goes(world: ShopWorld) -> None:
    world.shop.put("1")
    world.accept("1")
    world.clock.forward(seconds=60)
    world.shop.put("1", **_THREE)
    world.accept("1")
    world.run()

    (text,) = world.erp().values()
    assert "42.00" in text
    assert world.erp("orderchange") == {}
