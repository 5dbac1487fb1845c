"""Shops beside partners: neither takes the other's files, threads or turn."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import delete

from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.crew import Crew
from gateway.pipeline.lanes import calls_a_shop
from gateway.pipeline.replay import preview, replay, replay_one
from gateway.pipeline.shops.step import is_of_shop
from gateway.store import pauses
from gateway.store.shops.tables import revision
from tests.pipeline.world import ACME, drop, orders
from tests.shops.intake.world import SHOP, ShopWorld


def test_a_partner_s_channel_may_be_called_orders(world: ShopWorld) -> None:
    channel = ACME.replace("  main:", "  orders:")
    path = world.root / "partners/acme-retail/partner.yaml"
    path.write_text(channel)
    drop(world.root / "acme/in", "a.edi", orders())
    world.gateway.close()
    world.workspace = world.loaded()
    world.gateway = world.open()
    world.shop.put("1")

    world.run_whole()

    files = {row.source: row for row in world.rows(kind="file")}
    assert files["acme-retail/orders"].state in ("split", "acknowledged")
    assert len(world.erp()) == 2
    assert not is_of_shop(world.workspace, files["acme-retail/orders"])


def test_a_record_of_a_shop_that_is_no_more_is_held(world: ShopWorld) -> None:
    world.shop.put("1")
    world.accept("1")
    world.remove_shop()

    world.run()

    (row,) = world.rows()
    assert (row.state, world.codes(row.id)) == ("held", ["W314"])


@pytest.mark.parametrize(
    ("lane", "calls"),
    [
        (f"shop/{SHOP}/poll", True),
        (f"to/{SHOP}/shop/despatch", True),
        (f"in/{SHOP}/orders", False),
        ("to/erp/order", False),
        ("to/acme-retail/main/invoice", False),
    ],
)
def test_lanes_that_wait_for_shops(lane: str, calls: bool) -> None:
    assert calls_a_shop(lane) is calls


def test_slow_shops_leave_threads_to_files(world: ShopWorld) -> None:
    """Half of the threads at most wait for shops, however many shops there are."""
    crew = Crew(Core(world.house, "a test"), workers=4)
    for number in range(6):
        crew.wake(f"shop/shop-{number}/poll")
    crew.wake("in/acme-retail/main")
    crew.wake("to/erp/order")

    taken = {crew._take() for _ in range(4)}

    assert sum(calls_a_shop(str(key)) for key in taken) == 2
    assert {"in/acme-retail/main", "to/erp/order"} <= taken


def test_a_house_at_work_asks_its_shops_by_itself(world: ShopWorld) -> None:
    world.shop.put("1")
    stop = threading.Event()
    served = threading.Thread(target=world.gateway.serve, args=(stop,))
    served.start()
    try:
        until = time.monotonic() + 20
        while not world.erp() and time.monotonic() < until:
            stop.wait(0.05)
    finally:
        stop.set()
        served.join()

    assert len(world.erp()) == 1


def test_what_a_person_drains_takes_nothing_in(world: ShopWorld) -> None:
    with world.house.store.write("pause") as connection:
        pauses.add(connection, SHOP, "drain", "a test", "tester", world.clock())
    world.shop.put("1")
    world.run()
    assert world.shop.calls["page"] == 0

    with world.house.store.write("goes on") as connection:
        pauses.end(connection, SHOP)
    world.run()
    assert world.order("1").state == "taken"


@pytest.mark.parametrize(
    ("mode", "task", "rests"),
    [
        ("drain", "poll", True), ("drain", "inbox", True), ("drain", "stock", False),
        ("pause", "poll", False), ("pause", "stock", True),
    ],
)  # fmt: skip
def test_pausing_and_draining_a_shop(world: ShopWorld, mode: str, task: str, rests: bool) -> None:
    with world.house.store.write("pause") as connection:
        pauses.add(connection, SHOP, mode, "a test", "tester", world.clock())
        found = pauses.find(connection)

    assert (pauses.stopped(found, f"shop/{SHOP}/{task}") is not None) is rests


def test_a_replay_as_then_uses_the_settings_of_then(world: ShopWorld) -> None:
    world.shop.put("1", lines=[], charges=[], totals={"grand": "0.00"})
    world.run_whole()
    held = world.order("1").message
    assert held is not None and world.order("1").state == "held"
    before = world.codes(held)

    world.reload("orders: {changes: hold}\n")
    done = replay(world.house, [held], "as then", as_then=True)
    world.run_whole()

    assert done.refused == []
    assert world.codes(held) == [*before, *before]
    row = next(each for each in world.rows() if each.id == held)
    assert row.state == "held"
    assert row.config != world.house.workspace.hash


def test_what_a_replay_would_give_is_not_guessed(world: ShopWorld) -> None:
    world.shop.put("1")
    world.run()
    (message,) = world.rows(document="order")

    shown = preview(world.house, [message.id], force=True)

    assert [found.code for _, found in shown.refused] == ["P206"]
    assert shown.compared == []


def test_a_row_whose_revision_is_not_kept_is_held(world: ShopWorld) -> None:
    world.shop.put("1")
    world.run()
    (file, _) = world.rows()
    again = replay_one(world.house, file.id, "once more")
    with world.house.store.write("unlink") as connection:
        connection.execute(delete(revision))
    world.run()

    assert world.codes(again) == ["W319"]
