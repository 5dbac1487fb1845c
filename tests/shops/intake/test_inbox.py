"""Webhooks are hints: each order is read again by its id; nothing they say is believed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gateway.channels.shops.connector import Capabilities, Record
from gateway.channels.shops.session import (
    ShopAnswerError,
    ShopBusyError,
    ShopUnreachableError,
)
from gateway.pipeline.dispatch.poison import suspect
from gateway.pipeline.housekeeping.retention import expire
from gateway.problems import problem
from gateway.store.shops import inbox
from gateway.store.shops.tables import inbox as table
from tests.shops.intake.fake import FakeConnector
from tests.shops.intake.world import SHOP, ShopWorld


@pytest.fixture(autouse=True)
def no_list(world: ShopWorld) -> None:
    """The list of orders shows nothing: whatever comes, comes by a hint."""
    seen = world.shop.put

    def put(id_: str, **changes: Any) -> Any:
        made = seen(id_, **changes)
        made.hidden = True
        return made

    world.shop.put = put  # type: ignore[method-assign]


def hints(world: ShopWorld) -> list[tuple[str, str, int]]:
    with world.house.store.read() as connection:
        rows = connection.execute(
            select(table.c.external_id, table.c.state, table.c.attempts).order_by(table.c.id)
        )
        return [(row.external_id, row.state, row.attempts) for row in rows]


def test_an_order_is_read_by_its_id_and_taken(world: ShopWorld) -> None:
    world.shop.put("1")
    world.hint("1")

    world.run()

    assert len(world.erp()) == 1
    assert hints(world) == [("1", "done", 0)]


def test_many_hints_about_one_order_are_one_call(world: ShopWorld) -> None:
    world.shop.put("1")
    world.hint("1", "1", "1")

    world.run()

    assert world.shop.calls["order"] == 1
    assert {state for _, state, _ in hints(world)} == {"done"}


def test_hint_and_list_take_an_order_once(world: ShopWorld) -> None:
    world.shop.put("1").hidden = False
    world.hint("1")

    world.run()

    assert len(world.erp()) == 1
    assert world.order("1").revision == 1


def test_an_order_that_is_not_shown_is_looked_for_again_and_is_not_gone(world: ShopWorld) -> None:
    world.hint("1")
    for _ in range(5):
        world.later(minutes=6)

    assert world.shop.calls["order"] == 3
    assert hints(world) == [("1", "done", 2)]
    with world.house.store.read() as connection:
        assert (
            connection.scalar(select(table.c.reason)) == problem("W320", external_id="1").sentence
        )

    world.shop.put("1")
    world.hint("1")
    world.run()
    del world.shop.orders["1"]
    world.hint("1")
    for _ in range(5):
        world.later(minutes=6)
    assert world.order("1").state == "taken"


def test_a_hint_that_fails_blocks_no_other(world: ShopWorld) -> None:
    for id_ in ("1", "2"):
        world.shop.put(id_)
    world.shop.before = lambda call: (
        world.shop.fails.append(ShopAnswerError("nonsense"))
        if call == "order" and world.shop.calls["order"] == 0
        else None
    )
    world.hint("1", "2")

    world.run()

    assert hints(world) == [("1", "new", 1), ("2", "done", 0)]
    world.later(minutes=1)
    assert hints(world)[0] == ("1", "done", 1)
    assert len(world.erp()) == 2


def test_a_bug_that_a_hint_meets_is_its_own(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.shop.put("2")
    found = FakeConnector.order

    def order(self: FakeConnector, id_: str) -> Record | None:
        if id_ == "1":
            raise KeyError("a bug")
        return found(self, id_)

    monkeypatch.setattr(FakeConnector, "order", order)
    world.hint("1", "2")
    for _ in range(8):
        world.later(minutes=6)

    assert hints(world) == [("1", "left", 5), ("2", "done", 0)]


@pytest.mark.parametrize(
    ("failure", "pause"), [(ShopUnreachableError("no route"), 12), (ShopBusyError("429", 90), 90)]
)
def test_while_the_shop_cannot_be_asked_no_hint_is_to_blame(
    world: ShopWorld, failure: Exception, pause: int
) -> None:
    for id_ in ("1", "2", "3"):
        world.shop.put(id_)
    world.shop.before = lambda call: (
        world.shop.fails.append(failure)
        if call == "order" and not world.shop.calls["order"]
        else None
    )
    world.hint("1", "2", "3")

    world.run()

    assert world.shop.calls["order"] == 1
    assert {each[1:] for each in hints(world)} == {("new", 0)}
    world.later(seconds=pause)
    assert {each[1] for each in hints(world)} == {"done"}


def test_where_no_order_can_be_read_by_its_id_the_list_is_read(world: ShopWorld) -> None:
    world.run()
    world.shop.capabilities = Capabilities(by_id=False)
    world.reload("")
    world.shop.put("1").hidden = False
    world.hint("1")

    world.run()

    assert world.order("1").state == "taken"
    assert world.shop.calls["order"] == 0


def test_hints_of_a_shop_that_is_no_more_rest(world: ShopWorld) -> None:
    world.hint("1")
    world.remove_shop()

    world.run()

    assert hints(world) == [("1", "new", 0)]
    with world.house.store.read() as connection:
        assert inbox.due(connection, inbox.lane_of(SHOP), world.clock(), 10) == []


def test_a_hint_that_kills_the_process_is_set_aside(world: ShopWorld) -> None:
    world.hint("1", "2")
    with world.house.store.read() as connection:
        first, _ = inbox.due(connection, inbox.lane_of(SHOP), world.clock(), 10)
    suspect(world.house, first)

    with world.house.store.read() as connection:
        (next_,) = inbox.due(connection, inbox.lane_of(SHOP), world.clock(), 10)
    assert next_.external_id == "2"


def test_bodies_go_when_they_are_done_and_hints_after_a_month(world: ShopWorld) -> None:
    with world.house.store.write("hint") as connection:
        inbox.add(
            connection, SHOP, topic="order.updated", kind="order", external_id="1",
            delivery="d-1", body=b'{"id": 1}', at=world.clock(),
        )  # fmt: skip
        (hint,) = inbox.due(connection, inbox.lane_of(SHOP), world.clock(), 10)
        assert inbox.body_of(connection, hint.id) == b'{"id": 1}'
    world.shop.put("1")
    world.run()

    with world.house.store.read() as connection:
        assert inbox.body_of(connection, hint.id) is None
        assert inbox.waiting(connection, SHOP) == 0
    world.clock.forward(**{"days": 31})
    expire(world.house)
    assert hints(world) == []
    assert world.clock() > world.order("1").seen + timedelta(days=30)
