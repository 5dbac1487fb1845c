"""Stock of the ERP reaches shops: reserved, compared, believed or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gateway.channels.shops.session import ShopUncertainError, ShopUnreachableError
from gateway.documents.shop import ShopOrder
from gateway.pipeline.replay.again import Wish, again
from gateway.pipeline.shops.stock import reserve, switch
from tests.shops.back.shelf import COMPARING, Shelf
from tests.shops.back.world import ACME_SHOP, BIGCOMMERCE, CORNER, BackWorld, despatch, item, report

STOCK = "send: {{stock: {{books_within: 1m, {more}}}}}\n"
Worlds = Callable[..., BackWorld]


def settle(world: BackWorld, seconds: int = 5) -> None:
    """Pauses go by, and what is due is done."""
    world.later(seconds=seconds)


@pytest.fixture(params=["absolute", "comparing"])
def shops(request: pytest.FixtureRequest, worlds: Worlds) -> BackWorld:
    """Both ways of setting stock."""
    if request.param == "absolute":
        return worlds()
    more = {"stock": {"TEA-1": 0}, "capabilities": COMPARING}
    return worlds(shop=Shelf(**more), corner=Shelf(**more))


def test_a_report_reaches_the_shops_and_nothing_is_sent_again(shops: BackWorld) -> None:
    shops.says(report({"TEA-1": 7}))
    shops.run()
    settle(shops)
    assert shops.shop.stock == shops.corner.stock == {"TEA-1": 7}
    assert (shops.listing("TEA-1").acked, shops.listing("TEA-1").due) == (7, None)

    shops.says(report({"TEA-1": 7}, number="R2"))
    shops.run()
    settle(shops)
    assert shops.shop.writes == [("TEA-1", 7)]


def test_the_last_piece_is_sold_once(shops: BackWorld) -> None:
    shops.says(report({"TEA-1": 1}))
    shops.run()
    settle(shops)

    shops.shop.sell("TEA-1", 1, "1001")
    shops.taken("1001")
    settle(shops)
    assert shops.corner.stock == {"TEA-1": 0}
    assert shops.shop.stock == {"TEA-1": 0}
    assert shops.seen("TEA-1", CORNER).wanted == 0


def test_a_report_that_does_not_contain_the_order_sells_it_not_twice(shops: BackWorld) -> None:
    shops.says(report({"TEA-1": 10}))
    shops.run()
    settle(shops)
    shops.shop.sell("TEA-1", 3, "1001")
    shops.taken("1001")

    # made in the same minute: the ERP has not booked the order yet
    shops.says(report({"TEA-1": 10}, number="R2"))
    shops.run()
    settle(shops)
    assert shops.shop.stock == shops.corner.stock == {"TEA-1": 7}

    # it has now
    shops.clock.forward(minutes=20)
    shops.says(report({"TEA-1": 7}, number="R3"))
    shops.run()
    settle(shops)
    assert shops.shop.stock == shops.corner.stock == {"TEA-1": 7}
    account = shops.seen("TEA-1").account
    assert account is not None and account.taken == ()


def test_a_sale_that_nobody_heard_of_is_not_overwritten(shops: BackWorld) -> None:
    """Measured elsewhere: sale of 3, then a push of 10, and 3 are sold that nobody has."""
    shops.says(report({"TEA-1": 10}))
    shops.run()
    settle(shops)

    shops.shop.sell("TEA-1", 3, "1001")
    shops.shop.orders["1001"].hidden = True  # the list lags
    shops.says(report({"TEA-1": 11}, number="R2"))
    shops.run()
    settle(shops, 3)
    assert shops.shop.stock == {"TEA-1": 7}

    shops.shop.orders["1001"].hidden = False
    shops.shop.put("1001")
    settle(shops, 6)
    settle(shops, 10)
    settle(shops, 20)
    assert shops.shop.stock == {"TEA-1": 8}
    assert shops.corner.stock == {"TEA-1": 8}


def test_a_quantity_that_somebody_changed_by_hand_is_overwritten_in_the_end(
    shops: BackWorld,
) -> None:
    shops.says(report({"TEA-1": 10}))
    shops.run()
    settle(shops)
    shops.shop.stock["TEA-1"] = 2
    shops.says(report({"TEA-1": 11}, number="R2"))
    shops.run()
    for _ in range(8):
        settle(shops, 30)
    assert shops.shop.stock == {"TEA-1": 11}
    assert shops.listing("TEA-1").attempts == 0


def test_a_cancelled_order_gives_back(shops: BackWorld) -> None:
    shops.says(report({"TEA-1": 5}))
    shops.run()
    settle(shops)
    shops.shop.sell("TEA-1", 2, "1001")
    shops.taken("1001")
    settle(shops)
    assert shops.corner.stock == {"TEA-1": 3}

    shops.shop.stock["TEA-1"] += 2
    shops.shop.put("1001", status="cancelled", shop_status="cancelled")
    shops.later(minutes=6)
    settle(shops)
    assert shops.shop.stock == shops.corner.stock == {"TEA-1": 5}


def test_an_order_that_changed_takes_what_it_says_now(shops: BackWorld) -> None:
    shops.says(report({"TEA-1": 5}))
    shops.run()
    shops.shop.stock["TEA-1"] = 5
    shops.shop.sell("TEA-1", 1, "1001")
    shops.taken("1001")
    shops.shop.stock["TEA-1"] += 1
    shops.shop.sell("TEA-1", 4, "1001")
    shops.later(minutes=6)
    settle(shops)
    assert shops.corner.stock == {"TEA-1": 1}


def test_an_older_report_never_overwrites_a_newer_one(world: BackWorld) -> None:
    world.says(report({"TEA-1": 9}, number="OLD"), name="old.json")
    world.run()
    first = next(row for row in world.rows() if row.kind == "file")
    world.later(minutes=5)
    world.says(report({"TEA-1": 4}, number="NEW"))
    world.run()
    with world.house.store.write("again") as connection:
        again(connection, first, Wish("to see", force=True), world.clock(), first.config)
    world.run()
    settle(world)
    assert world.shop.stock == {"TEA-1": 4}
    assert "W442" in world.codes(world.document("inventory").id)


def test_the_same_bytes_again_are_a_new_word(world: BackWorld) -> None:
    world.says(report({"TEA-1": 9}, number="R"))
    world.run()
    world.later(minutes=5)
    world.says(report({"TEA-1": 4}, number="S"))
    world.run()
    world.later(minutes=5)
    world.says(report({"TEA-1": 9}, number="R"))
    world.run()
    settle(world)
    assert world.shop.stock == {"TEA-1": 9}
    assert world.feed().as_of == world.seen("TEA-1").figures[0].as_of


def test_only_stock_that_can_be_sold_counts(world: BackWorld) -> None:
    stocks = [
        {"kind": "available", "quantity": "5"},
        {"kind": "on_hand", "quantity": "1869"},
        {"kind": "available", "quantity": "3", "state": "damaged"},
        {"kind": "available", "quantity": "20", "on": "2026-04-01"},
        {"kind": "available", "quantity": "4", "movement": "in"},
        {"kind": "available", "quantity": "0.9", "batch": "B2"},
    ]
    world.says(report({"TEA-1": {"stocks": stocks}}))
    world.run()
    settle(world)
    assert world.shop.stock == {"TEA-1": 5}


def test_articles_by_other_names_in_packs_with_a_buffer(worlds: Worlds) -> None:
    world = worlds(
        shop=Shelf(stock={"TEA-RED": 0, "TEA-RED-3": 0, "TEA-1": 0}),
        more="items: {codes: codes.csv}\n" + STOCK.format(more="safety: 1, packs: {TEA-RED-3: 3}"),
    )
    codes = world.root / f"shops/{ACME_SHOP}/codes.csv"
    codes.write_text("sku,article\nTEA-RED,4711\nTEA-RED-3,4711\n")
    world.reload(world.more)
    world.says(report({"4711": 12, "TEA-1": 4}))
    world.run()
    settle(world)
    assert world.shop.stock == {"TEA-RED": 11, "TEA-RED-3": 3, "TEA-1": 0}

    world.shop.sell("TEA-RED-3", 2, "1001")
    world.taken("1001")
    settle(world)
    assert world.shop.stock == {"TEA-RED": 5, "TEA-RED-3": 1, "TEA-1": 0}


def test_places_of_the_erp_are_locations_of_the_shop(worlds: Worlds) -> None:
    world = worlds(head=BIGCOMMERCE, more=STOCK.format(more="locations: {EAST: '1', WEST: '2'}"))
    lines = [
        {"supplier_item": "TEA-1", "location": place,
         "stocks": [{"kind": "available", "quantity": str(n)}]}
        for place, n in (("EAST", 4), ("WEST", 2), ("REPAIRS", 50))
    ]  # fmt: skip
    world.says(report({}, lines=lines))
    world.run()
    settle(world)
    assert sorted(world.shop.writes) == [("TEA-1", 2), ("TEA-1", 4)]


def test_unknown_articles_are_told_once_and_looked_for_daily(world: BackWorld) -> None:
    world.says(report({"TEA-1": 4, "GHOST": 9}))
    world.run()
    settle(world)
    assert world.listing("GHOST").state == "unknown"
    looks = world.shop.calls["articles"]
    for _ in range(3):
        settle(world, 60)
    assert world.shop.calls["articles"] == looks
    world.watch(minutes=2)
    assert "A184" in world.alarms()

    world.shop.stock["GHOST"] = 0
    world.clock.forward(days=2)
    world.says(report({"TEA-1": 4, "GHOST": 9}, number="R2"))
    world.run()
    settle(world)
    assert world.shop.stock["GHOST"] == 9


def test_one_article_that_is_refused_does_not_stop_the_others(world: BackWorld) -> None:
    world.shop.stock = {"A": 0, "B": 0, "C": 0, "D": 0, "E": 0}
    world.shop.unmanaged = {"E"}
    world.shop.refuses["B"] = "its stock is kept elsewhere"
    world.says(report(dict.fromkeys("ABCDE", 4)))
    world.run()
    settle(world)
    settle(world, 60)
    assert world.shop.stock == {"A": 4, "B": 0, "C": 4, "D": 4, "E": 0}
    assert world.listing("B").reason == "its stock is kept elsewhere"
    assert world.listing("E").state == "unmanaged"
    world.watch(minutes=2)
    assert "A183" in world.alarms()
    tries = world.shop.calls["stock"]
    settle(world, 600)
    assert world.shop.calls["stock"] == tries


def test_changes_within_the_pause_are_one_call(worlds: Worlds) -> None:
    world = worlds(more=STOCK.format(more="wait: 30s"))
    world.says(report({"TEA-1": 9}))
    world.run()
    settle(world, 31)
    calls = world.shop.calls["stock"]
    for number, quantity in enumerate((8, 7, 6)):
        world.says(report({"TEA-1": quantity}, number=f"R{number + 2}"))
        world.later(seconds=1)
    settle(world, 31)
    assert world.shop.calls["stock"] == calls + 1
    assert world.shop.stock == {"TEA-1": 6}


# ---- trouble


def test_a_call_without_an_answer_is_made_again_and_changes_nothing(shops: BackWorld) -> None:
    def lost(_call: str) -> None:
        shops.shop.after = lambda _call: None
        raise ShopUncertainError("connection reset")

    shops.shop.after = lost
    shops.says(report({"TEA-1": 7}))
    shops.run()
    settle(shops)
    for _ in range(3):
        settle(shops, 30)
    assert shops.shop.stock == {"TEA-1": 7}
    assert (shops.listing("TEA-1").acked, shops.listing("TEA-1").due) == (7, None)


def test_a_shop_that_stays_away_is_an_alarm(world: BackWorld) -> None:
    world.says(report({"TEA-1": 7}))
    world.shop.trouble = [ShopUnreachableError("no route") for _ in range(20)]
    world.run()
    for _ in range(8):
        settle(world, 200)
    world.watch(minutes=2)
    assert "A185" in world.alarms()
    world.shop.trouble = []
    settle(world, 400)
    world.watch(minutes=2)
    assert world.shop.stock == {"TEA-1": 7}
    assert "A185" not in world.alarms()


# ---- the kill switch


@pytest.mark.parametrize(("doubt", "there"), [("freeze", 5), ("zero", 0)])
def test_a_report_that_is_not_plausible_is_not_sent(worlds: Worlds, doubt: str, there: int) -> None:
    shop = Shelf(stock={"A": 0, "B": 0, "C": 0})
    world = worlds(shop=shop, more=STOCK.format(more=f"when_in_doubt: {doubt}"), second="")
    world.says(report(dict.fromkeys("ABC", 5)))
    world.run()
    settle(world)
    world.says(report({"A": 0, "B": 0, "C": 9}, number="R2"))
    world.run()
    settle(world)
    world.watch(minutes=2)
    assert world.shop.stock == dict.fromkeys("ABC", there)
    assert world.feed().stopped == "implausible"
    assert "A181" in world.alarms()

    with world.house.store.write("released") as connection:
        assert switch.release(connection, world.settings, "sold out", world.clock())
    world.watch(minutes=2)
    assert world.shop.stock == {"A": 0, "B": 0, "C": 9}
    assert "A181" not in world.alarms()


def test_a_right_report_ends_the_doubt(worlds: Worlds) -> None:
    world = worlds(shop=Shelf(stock={"A": 0, "B": 0, "C": 0}))
    world.says(report(dict.fromkeys("ABC", 5)))
    world.run()
    settle(world)
    world.says(report(dict.fromkeys("ABC", 0), number="R2"))
    world.run()
    settle(world)
    assert world.shop.stock == dict.fromkeys("ABC", 5)
    world.says(report({"A": 4, "B": 5, "C": 5}, number="R3"))
    world.run()
    settle(world)
    assert world.shop.stock == {"A": 4, "B": 5, "C": 5}


def test_articles_that_were_sold_to_the_end_are_plausible(world: BackWorld) -> None:
    world.says(report({"TEA-1": 2}))
    world.run()
    settle(world)
    world.shop.sell("TEA-1", 2, "1001")
    world.taken("1001")
    world.clock.forward(minutes=20)
    world.says(report({"TEA-1": 0}, number="R2"))
    world.run()
    assert world.feed().stopped == ""


@pytest.mark.parametrize(("doubt", "there"), [("freeze", 5), ("zero", 0)])
def test_a_feed_that_is_late_is_not_believed(worlds: Worlds, doubt: str, there: int) -> None:
    world = worlds(more=STOCK.format(more=f"late_after: 1h, when_in_doubt: {doubt}"))
    world.says(report({"TEA-1": 5}))
    world.run()
    settle(world)
    world.later(minutes=70)
    settle(world)
    assert world.shop.stock == {"TEA-1": there}
    world.watch(minutes=2)
    assert "A180" in world.alarms()

    world.says(report({"TEA-1": 4}, number="R2"))
    world.run()
    settle(world)
    world.watch(minutes=2)
    assert world.shop.stock == {"TEA-1": 4}
    assert "A180" not in world.alarms()


def test_a_report_of_another_kind_is_said(world: BackWorld) -> None:
    world.says(report({"TEA-1": {"stocks": [{"kind": "on_hand", "quantity": "5"}]}}))
    world.says(
        report({"TEA-1": 5, "MUG": {"stocks": [{"kind": "on_hand", "quantity": "5"}]}}, "R2")
    )
    world.run()
    first, second = [row for row in world.rows() if row.kind == "document"]
    assert set(world.codes(first.id)) == {"W440"}
    assert set(world.codes(second.id)) == {"W441"}


def test_a_shop_in_test_is_sent_nothing(worlds: Worlds) -> None:
    world = worlds(more="mode: test\n" + STOCK.format(more="safety: 0"))
    world.says(report({"TEA-1": 5}), test=True)
    world.says(report({"TEA-1": 9}, number="R2"))
    world.run()
    settle(world)
    assert world.shop.calls["stock"] == 0
    assert world.seen("TEA-1").wanted == 5
    assert world.corner.stock == {"TEA-1": 9}


def test_reserving_twice_is_reserving_once(world: BackWorld) -> None:
    world.says(report({"TEA-1": 9}))
    world.run()
    world.taken("1001")
    found = world.gateway.house.workspace.shops[ACME_SHOP]
    order = ShopOrder.model_validate(world.shop.orders["1001"].fields)
    for _ in range(2):
        with world.house.store.write("reserve") as connection:
            reserve.reserve(connection, world.house, found, order, world.clock())
    assert world.seen("TEA-1").wanted == 7


def test_what_was_shipped_stands_in_the_next_figure(worlds: Worlds) -> None:
    world = worlds(more="send:\n  stock: {kind: on_hand, books_within: 1m}\n  shipments: {}\n")
    on_hand = {"TEA-1": {"stocks": [{"kind": "on_hand", "quantity": "9"}]}}
    world.says(report(on_hand))
    world.run()
    world.shop.stock["TEA-1"] = 9
    world.shop.sell("TEA-1", 2, "1001")
    world.taken("1001")
    world.clock.forward(hours=5)
    world.says(report(on_hand, "R2"))
    world.run()
    assert world.seen("TEA-1").wanted == 7, "it lies there still"

    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001")]}]))
    world.run()
    world.clock.forward(minutes=5)
    world.says(report({"TEA-1": {"stocks": [{"kind": "on_hand", "quantity": "7"}]}}, "R3"))
    world.run()
    assert world.seen("TEA-1").wanted == 7
