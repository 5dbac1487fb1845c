"""Which documents of the ERP are for shops."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from gateway.pipeline.replay.again import Wish, again
from tests.shops.back.world import (
    ACME_SHOP,
    BIGCOMMERCE,
    SEND,
    BackWorld,
    catalogue,
    despatch,
    invoice,
    item,
    report,
)

CUSTOMER = "erp: {customer: D4711}\n"


def one_of(world: BackWorld, order: str = "1001") -> None:
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item(order)]}]))
    world.run()


def test_an_order_number_of_two_shops_is_nobodys(worlds: Callable[..., BackWorld]) -> None:
    world = worlds(second=SEND)
    world.corner.put("1001")
    world.taken("1001")
    one_of(world)

    row = world.document("despatch")
    assert (row.state, world.codes(row.id)) == ("held", ["W401"])
    assert world.shipments() == []


def test_the_customer_number_says_which_shop_is_meant(worlds: Callable[..., BackWorld]) -> None:
    world = worlds(more=CUSTOMER + SEND, second=SEND)
    world.corner.put("1001")
    world.taken("1001")
    buyer = {"supplier_number": "D4711"}
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001")]}], buyer=buyer))
    world.says(despatch("DN-2", [{"tracking": "A", "items": [item("77")]}], buyer=buyer))
    world.run()

    assert [one.order for one in world.shipments()] == ["1001"]
    assert world.corner.sent == []
    row = world.document("despatch")
    assert (row.state, world.codes(row.id)) == ("refused", ["W407"])


def test_one_despatch_for_orders_of_two_shops(world: BackWorld) -> None:
    world.corner.put("1001")
    world.taken("1001")
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001"), item("C-1001")]}]))
    world.run()

    assert len(world.shipments()) == len(world.corner.sent) == 1
    row = world.document("despatch")
    assert (row.state, row.partner) == ("delivered", "")


def test_a_paused_shop_waits(worlds: Callable[..., BackWorld]) -> None:
    world = worlds()
    world.taken("1001")
    world.reload("mode: paused\n" + SEND)
    one_of(world)
    row = world.document("despatch")
    assert (row.state, world.codes(row.id)) == ("held", ["W402"])

    world.reload(SEND)
    world.gateway.replay(row.id, "open again")
    world.run()
    assert len(world.shipments()) == 1


def test_a_call_that_is_planned_waits_while_its_shop_is_paused(world: BackWorld) -> None:
    world.taken("1001")
    world.shop.trouble = [OSError("a secret is away")]
    one_of(world)
    world.reload("mode: paused\n" + SEND)
    world.later(hours=3)
    assert world.shipments() == []
    assert world.document("despatch").state == "retrying"

    world.reload(SEND)
    world.later(minutes=6)
    assert len(world.shipments()) == 1


def test_a_shop_in_test_is_told_nothing(worlds: Callable[..., BackWorld]) -> None:
    world = worlds(more="mode: test\n" + SEND)
    world.taken("1001")
    one_of(world)
    row = world.document("despatch")
    assert (row.state, world.codes(row.id)) == ("held", ["W403"])

    world.says(despatch("DN-9", [{"tracking": "A", "items": [item("1001")]}]), test=True)
    world.run()
    row = world.document("despatch")
    assert (row.state, world.codes(row.id)) == ("delivered", ["W456"])
    assert world.shop.sent == []
    assert world.shop.calls["shipment"] == 0


def test_what_the_test_system_says_never_reaches_a_live_order(world: BackWorld) -> None:
    world.taken("1001")
    world.says(despatch("DN-1", [{"items": [item("1001")]}]), test=True)
    world.run()
    row = world.document("despatch")
    assert (row.state, world.codes(row.id)) == ("refused", ["W404"])


def test_what_a_shop_does_not_ask_for_is_said_and_not_sent(
    worlds: Callable[..., BackWorld],
) -> None:
    world = worlds(more="send: {shipments: {carriers: {'*': other}}}\n")
    world.taken("1001")
    world.says(invoice("1", "1001"))
    world.run()
    row = world.document("invoice")
    assert (row.state, world.codes(row.id)) == ("delivered", ["W406"])
    assert world.shop.sent == []


def test_a_report_that_names_nobody_is_for_all_shops(world: BackWorld) -> None:
    world.says(report({"TEA-1": 5}))
    world.later(minutes=1)
    assert world.shop.stock == world.corner.stock == {"TEA-1": 5}
    row = world.document("inventory")
    assert (row.state, row.partner) == ("delivered", "")


def test_a_report_for_a_partner_is_for_no_shop(world: BackWorld) -> None:
    world.says(report({"TEA-1": 5}, buyer={"gln": "4012345000009"}))
    world.later(minutes=1)
    assert world.shop.stock == {"TEA-1": 0}
    row = world.document("inventory")
    assert (row.state, world.codes(row.id)) == ("refused", ["P122"])


def test_a_report_of_a_place_that_a_shop_sells_from_is_for_all_shops(
    worlds: Callable[..., BackWorld],
) -> None:
    world = worlds(second_head=BIGCOMMERCE, second="send: {stock: {locations: {WEST: '1'}}}\n")
    stocks = [{"kind": "available", "quantity": "5"}]
    lines = {"TEA-1": {"location": "WEST", "stocks": stocks}}
    world.says(report(lines, buyer={"gln": "4012345000009"}))
    world.later(minutes=1)
    assert world.shop.stock == world.corner.stock == {"TEA-1": 5}
    assert world.document("inventory").state == "delivered"


def test_prices_of_a_catalogue_that_names_nobody_go_to_all_shops(world: BackWorld) -> None:
    price = {"kind": "retail", "amount": "12.50"}
    later = {"kind": "retail", "amount": "9.00", "valid": {"start": "2027-01-01"}}
    world.says(
        catalogue(
            {"TEA-1": [price, later], "MUG": [later], "CAN": [{"kind": "net", "amount": "1"}]}
        )
    )
    world.run()

    (told,) = world.prices()
    assert (told.sku, told.amount, told.currency) == ("TEA-1", Decimal("12.50"), "EUR")
    assert (told.includes_tax, told.name) == (True, None)
    assert len(world.corner.sent) == 1
    row = world.document("catalogue")
    assert (row.state, sorted(set(world.codes(row.id)))) == ("delivered", ["W435", "W436"])


def test_a_catalogue_for_somebody_else_is_for_no_shop(world: BackWorld) -> None:
    price = {"kind": "retail", "amount": "12.50"}
    world.says(catalogue({"TEA-1": [price]}, buyer={"supplier_number": "K-1"}))
    world.run()
    row = world.document("catalogue")
    assert (row.state, world.codes(row.id)) == ("refused", ["P121"])


def test_articles_that_the_shop_refuses_are_named(world: BackWorld) -> None:
    world.shop.refuses["MUG"] = "no such article"
    each = [{"kind": "retail", "amount": "12.50"}]
    world.says(catalogue({"TEA-1": each, "MUG": each}))
    world.run()
    row = world.document("catalogue")
    assert (row.state, world.codes(row.id)) == ("delivered", ["W437"])


def test_one_bad_document_does_not_stop_the_others(world: BackWorld) -> None:
    world.taken("1001")
    good = world.written(despatch("DN-1", [{"tracking": "A", "items": [item("1001")]}]))
    world.says(despatch("DN-0", [{"items": [item("9999")]}]))
    folder = world.house.workspace.erp_in("despatch")
    (folder / "good.json").write_bytes(good)
    world.later(minutes=1)
    assert len(world.shipments()) == 1


def test_a_file_can_be_tried(world: BackWorld, tmp_path: Path) -> None:
    world.taken("1001")
    path = tmp_path / "despatch.json"
    path.write_bytes(world.written(despatch("DN-1", [{"tracking": "A", "items": [item("1001")]}])))
    trial = world.gateway.try_file(path)

    (tried,) = trial.messages
    assert (tried.state, tried.format, trial.partner) == ("mapped", "shop/despatch", ACME_SHOP)
    assert b'"tracking": "A"' in tried.output
    assert world.shipments() == []


def test_a_document_can_be_sent_once_more_by_a_person(world: BackWorld) -> None:
    world.taken("1001")
    one_of(world)
    row = world.document("despatch")
    with world.house.store.write("again") as connection:
        again(connection, row, Wish("they lost it", resend=True), world.clock(), row.config)
    world.run()
    assert world.shop.calls["shipment"] == 2
    assert len(world.shipments()) == 1, "the shop knows it by its key"
