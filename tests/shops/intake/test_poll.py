"""Asking a shop again and again: whatever happens to the list meanwhile, nothing is passed over."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st

from gateway.channels.shops.connector import Capabilities, Page
from gateway.channels.shops.session import (
    ShopAnswerError,
    ShopBusyError,
    ShopLoginError,
    ShopRefusedError,
    ShopUnreachableError,
)
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.shops import errands as tasks
from gateway.pipeline.watch import watch
from gateway.problems import problem
from gateway.store.shops import cursors, errands
from gateway.store.shops.cursors import Cursor
from gateway.store.shops.errands import Errand
from tests.shops.intake import fake
from tests.shops.intake.fake import FakeConnector, FakeShop, install
from tests.shops.intake.world import SHOP, ShopWorld


def cursor(world: ShopWorld) -> Cursor:
    with world.house.store.read() as connection:
        found = cursors.find(connection, SHOP)
    assert found is not None
    return found


def errand(world: ShopWorld, task: str = "poll") -> Errand:
    with world.house.store.read() as connection:
        found = errands.find(connection, errands.lane_of(SHOP, task))
    assert found is not None
    return found


def alarms(world: ShopWorld) -> list[str]:
    watch(world.house)
    return [each.found.code for each in world.gateway.alarms()]


def taken(world: ShopWorld) -> set[str]:
    return {id_ for id_ in world.shop.orders if world.order(id_).state == "taken"}


def test_all_pages_of_a_window_are_read_in_one_run(world: ShopWorld) -> None:
    for number in range(7):
        world.shop.put(str(number))

    world.run()

    assert len(world.erp()) == 7
    assert cursor(world).position == ""
    assert world.shop.calls["page"] == 4


def test_a_second_run_asks_once_and_takes_nothing_again(world: ShopWorld) -> None:
    world.shop.put("1")
    world.run()

    world.later(minutes=1)

    assert world.shop.calls["page"] == 2
    assert len(world.rows()) == 2


def test_many_changes_in_one_second_are_all_met(world: ShopWorld) -> None:
    stamp = world.clock()
    for number in range(9):
        world.shop.put(str(number), at=stamp)

    world.run()

    assert len(world.erp()) == 9


def test_what_changes_in_the_second_of_the_last_look_is_met(world: ShopWorld) -> None:
    world.shop.put("1")
    world.run()
    world.shop.put("2")
    world.later(seconds=1)

    assert taken(world) == {"1", "2"}


def test_an_order_that_moves_to_the_end_while_pages_are_read_is_met(world: ShopWorld) -> None:
    for number in range(6):
        world.shop.put(str(number), at=world.clock() - timedelta(minutes=10 - number))
    moved: list[str] = []

    def move(call: str) -> None:
        if world.shop.calls[call] == 1 and not moved:
            moved.append("5")
            world.shop.put("0", note="moved")
            world.shop.put("5", note="moved")

    world.shop.before = move
    world.run()
    world.later(minutes=5)

    assert taken(world) == {str(number) for number in range(6)}
    assert {world.order(id_).revision for id_ in ("1", "5")} == {1}
    assert world.order("0").revision == 2


@pytest.mark.parametrize("minutes", [-30, 30])
def test_a_shop_whose_clock_goes_wrong_loses_nothing(world: ShopWorld, minutes: int) -> None:
    world.shop.skew = timedelta(minutes=minutes)
    for number in range(4):
        world.shop.put(str(number), created=world.shop.now().isoformat())
        world.later(seconds=7)

    assert taken(world) == {str(number) for number in range(4)}


def test_a_stamp_far_in_the_future_does_not_make_us_blind(world: ShopWorld) -> None:
    world.shop.put("1", at=world.clock() + timedelta(minutes=50))
    world.run()
    world.clock.forward(minutes=1)
    world.shop.put("2")
    world.run()

    assert taken(world) == {"1", "2"}


def test_what_the_list_shows_late_is_met_within_the_overlap(world: ShopWorld) -> None:
    world.reload("poll: {since: 2026-03-01, overlap: 2m}\n")
    world.shop.put("1", at=world.clock() - timedelta(seconds=100)).hidden = True
    world.shop.put("2")
    world.run()
    world.shop.orders["1"].hidden = False
    world.later(minutes=1)

    assert taken(world) == {"1", "2"}


def test_where_the_bound_is_exclusive_the_second_before_is_asked_for_too(
    world: ShopWorld,
) -> None:
    world.shop.capabilities = Capabilities(bound="exclusive", overlap=timedelta(seconds=5))
    world.shop.put("1")
    world.run()
    windows: list[timedelta] = []
    seen = FakeConnector.page

    def page(self: FakeConnector, window: object, position: str = "") -> Page:
        windows.append(world.clock() - window.since)  # type: ignore[attr-defined]
        return seen(self, window, position)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(FakeConnector, "page", page)
        world.run()

    assert windows == [timedelta(seconds=6)]


def test_orders_made_before_the_first_look_are_listed_and_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = FakeShop()
    install(monkeypatch, acme_shop=shop)
    world = ShopWorld(tmp_path, shop, more="poll: {every: 5m}\n")
    shop.put("old", created="2026-03-01T09:00:00Z")
    world.run()
    world.clock.forward(minutes=5)
    shop.put("new", created=world.clock().isoformat())
    world.run()

    assert (world.order("old").state, world.order("new").state) == ("waiting", "taken")
    assert world.order("old").reason.startswith("W304")
    world.gateway.close()


def test_a_change_of_the_rules_takes_what_waited(world: ShopWorld) -> None:
    world.shop.put("1", status="pending", shop_status="pending")
    world.run()
    calls = world.shop.calls["order"]

    world.reload("orders: {unpaid: import}\n")
    world.later(minutes=20)

    assert world.order("1").state == "taken"
    assert world.shop.calls["order"] == calls, "what is kept was enough"


def test_an_earlier_since_reads_back(world: ShopWorld) -> None:
    world.shop.put("1", at=world.clock() - timedelta(days=20), created="2026-02-10T09:00:00Z")
    world.run()
    assert world.shop.calls["page"] == 1

    world.reload("poll: {since: 2026-02-01}\n")
    world.later(minutes=20)

    assert taken(world) == {"1"}


@pytest.mark.parametrize(
    ("failure", "kind", "code"),
    [
        (ShopLoginError("the key is not known"), "login", "A171"),
        (ShopAnswerError("a page of a proxy"), "answer", "A172"),
        (ShopUnreachableError("no route"), "network", None),
        (ShopBusyError("429", after=90.0), "busy", None),
    ],
)
def test_a_shop_that_fails_is_asked_again_after_a_pause(
    world: ShopWorld, failure: Exception, kind: str, code: str | None
) -> None:
    world.shop.put("1")
    world.shop.fails = [failure]

    world.run()

    found = errand(world)
    assert (found.trouble, found.attempts) == (kind, 1)
    assert alarms(world) == ([code] if code else [])
    pause = (found.due - world.clock()).total_seconds()
    assert pause == 90 if kind == "busy" else 8 <= pause <= 12

    world.run()
    assert world.shop.calls["page"] == 1, "left alone until then"
    world.later(seconds=100)
    assert taken(world) == {"1"}
    assert errand(world).attempts == 0
    assert alarms(world) == []


def test_a_shop_that_stays_away_is_an_alarm(world: ShopWorld) -> None:
    world.shop.fails = [ShopUnreachableError("no route") for _ in range(3)]
    for _ in range(3):
        world.later(minutes=6)

    assert alarms(world) == ["A170"]


def test_a_key_that_is_not_where_the_settings_say_is_an_alarm(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_arguments: object) -> None:
        raise fake.ShopRefusedError("no", 400)

    monkeypatch.setattr(fake.FakePlatform, "_connect", connect)
    world.run()

    assert alarms(world) == ["A172"]


def test_a_failure_in_the_middle_goes_on_where_it_was(world: ShopWorld) -> None:
    for number in range(6):
        world.shop.put(str(number), at=world.clock() - timedelta(minutes=10 - number))

    def fail(_call: str) -> None:
        if world.shop.calls["page"] == 1:
            world.shop.fails = [ShopUnreachableError("cut")]

    world.shop.before = fail
    world.run()
    assert cursor(world).position != ""
    assert len(world.erp()) == 2
    world.shop.before = lambda _call: None
    world.later(minutes=1)

    assert len(world.erp()) == 6
    assert world.shop.calls["page"] == 4


@pytest.mark.parametrize(
    ("failures", "kept"),
    [
        ([ShopRefusedError("expired", 400)], False),
        ([ShopAnswerError("a page of a proxy")], True),
        ([ShopAnswerError("a page of a proxy")] * 4, False),
    ],
)
def test_a_place_that_the_shop_knows_no_more_begins_the_window_again(
    world: ShopWorld, failures: list[Exception], kept: bool
) -> None:
    for number in range(6):
        world.shop.put(str(number), at=world.clock() - timedelta(minutes=10 - number))
    world.shop.before = lambda _call: (
        world.shop.fails.extend(failures) if world.shop.calls["page"] == 1 else None
    )
    for _ in failures:
        world.later(minutes=6)
    assert (cursor(world).position != "") is kept
    world.shop.before = lambda _call: None
    world.later(minutes=6)

    assert len(world.erp()) == 6


def test_a_list_that_goes_round_in_circles_is_told_and_ends(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.shop.put("1")
    monkeypatch.setattr(
        FakeConnector, "page", lambda self, _window, _position="": Page((), next="again")
    )
    world.run()
    world.later(minutes=1)

    assert alarms(world) == ["A172"]


def test_an_entry_that_cannot_be_told_apart_is_told_and_passed(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.shop.put("1")
    broken = problem("W230", what="an entry of the list", reason="it has no id")
    record = world.shop.record("1")
    monkeypatch.setattr(
        FakeConnector, "page", lambda self, _window, _position="": Page((record,), broken=(broken,))
    )
    world.run()

    assert taken(world) == {"1"}
    assert alarms(world) == ["A172"]


def test_a_shop_not_asked_for_long_is_an_alarm(world: ShopWorld) -> None:
    world.run()
    assert alarms(world) == []
    world.clock.forward(hours=2)
    assert alarms(world) == ["A174"]


def test_paused_shops_rest_and_go_on(world: ShopWorld) -> None:
    world.run()
    world.reload("mode: paused\n")
    world.shop.put("1")
    world.later(minutes=10)
    assert world.shop.calls["page"] == 1
    assert alarms(world) == []

    world.reload("mode: live\n")
    world.later(minutes=10)
    assert taken(world) == {"1"}


def test_errands_follow_the_settings(world: ShopWorld) -> None:
    world.run()
    world.hint("1")
    assert known(world) >= {"poll", "recheck"}

    world.remove_shop()
    world.run()

    assert known(world) == set()
    assert cursor(world).begun is not None, "should it come back, it goes on where it was"


def known(world: ShopWorld) -> set[str]:
    with world.house.store.read() as connection:
        return {each.task for each in errands.find_all(connection)}


def test_one_drain_leaves_the_others_their_turn(world: ShopWorld) -> None:
    for number in range(40):
        world.shop.put(str(number), at=world.clock() - timedelta(minutes=60 - number))
    tasks.review(world.house)

    core = Core(world.house, "a test")
    done = core.drain(errands.lane_of(SHOP, "poll"))

    assert done == tasks.TURN
    assert world.shop.calls["page"] == tasks.TURN


@given(seed=st.integers(0, 10**6), size=st.integers(1, 4), rounds=st.integers(1, 3))
@law(max_examples=20)
def test_law_whatever_is_written_while_it_is_read_is_met(
    seed: int, size: int, rounds: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dice = random.Random(seed)
    with _world(tmp_path_factory.mktemp("law"), size) as world:
        shop, count = world.shop, 0

        def write(_call: str) -> None:
            nonlocal count
            for _ in range(dice.randrange(3)):
                if shop.orders and dice.random() < 0.5:
                    shop.put(dice.choice(sorted(shop.orders)), note=f"n{dice.random()}")
                else:
                    count += 1
                    shop.put(f"{count:03}")
            if dice.random() < 0.3:
                world.clock.forward(seconds=1)

        shop.before = write
        for _ in range(rounds):
            world.run_polls()
            world.clock.forward(seconds=dice.randrange(30))
        shop.before = lambda _call: None
        world.clock.forward(minutes=5)
        world.run_polls()
        for id_, kept in shop.orders.items():
            row = world.order(id_)
            assert row.state == "taken"
            assert row.updated == kept.updated


class LawWorld(ShopWorld):
    """Only the polls run: what the ERP gets is not looked at."""

    def run_polls(self) -> None:
        tasks.review(self.house)
        tasks.at_once(self.house)
        core = Core(self.house, "a test")
        while core.drain(errands.lane_of(SHOP, "poll")):
            pass


class _world:  # noqa: N801
    def __init__(self, root: Path, size: int) -> None:
        self.patch = pytest.MonkeyPatch()
        shop = FakeShop(page_size=size)
        install(self.patch, acme_shop=shop)
        self.world = LawWorld(root, shop)

    def __enter__(self) -> LawWorld:
        return self.world

    def __exit__(self, *_failure: object) -> None:
        self.world.gateway.close()
        self.patch.undo()
