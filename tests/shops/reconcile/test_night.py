"""In the night, by itself: pieces, alarms, and whatever the shop does meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.channels.shops.session import ShopBusyError, ShopLoginError
from gateway.pipeline.shops.reconcile.days import next_time
from gateway.pipeline.shops.reconcile.run import advance, begin
from gateway.pipeline.watch.rounds import watch
from gateway.store import alarms
from gateway.store.alarms import AlarmFilter
from gateway.store.shops import errands, reconciliations
from tests.shops.intake.world import SHOP
from tests.shops.reconcile.night import Night

LANE = f"shop/{SHOP}/reconcile"


def open_alarms(night: Night) -> dict[str, str]:
    watch(night.house)
    with night.house.store.read() as connection:
        found = alarms.find(connection, AlarmFilter())
    return {one.found.code: one.found.sentence for one in found}


def errand(night: Night) -> errands.Errand:
    with night.house.store.read() as connection:
        found = errands.find(connection, LANE)
    assert found is not None
    return found


def test_every_night_at_the_time_of_the_settings(night: Night) -> None:
    assert errand(night).due == datetime(2026, 3, 3, 3, 0, tzinfo=UTC), "not at once"
    night.tonight()

    assert night.day() == {"shop": 3, "counted": 3, "gateway": 3, "erp": 3}
    assert errand(night).due == datetime(2026, 3, 4, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rules", "now", "expected"),
    [
        ("{at: '03:00', zone: Europe/Paris}", "2026-03-28T12:00+00:00", "2026-03-29T01:00+00:00"),
        ("{at: '02:30', zone: Europe/Paris}", "2026-03-29T00:00+00:00", "2026-03-29T01:30+00:00"),
        ("{at: '23:00'}", "2026-03-28T23:00+00:00", "2026-03-29T23:00+00:00"),
    ],
    ids=["in summer time", "at a time that does not exist", "it is that time"],
)
def test_when_it_is_next(night: Night, rules: str, now: str, expected: str) -> None:
    night.reload(f"reconcile: {rules}\n")
    found = next_time(night.settings, datetime.fromisoformat(now))
    assert found == datetime.fromisoformat(expected)


def test_what_was_found_is_an_alarm_until_it_is_over(night: Night) -> None:
    night.shop.put("4")
    night.clock.forward(hours=10)
    night.tonight()
    assert open_alarms(night)["A177"] == f"the comparison of {SHOP} found differences: 1 (W330: 1)"

    night.run()
    run = begin(night.house, night.settings, 3)
    assert "A177" in open_alarms(night), "it is being compared, nobody knows yet"
    assert run.run == 2
    night.tonight()
    assert "A177" not in open_alarms(night)


def test_a_first_night_without_an_order_is_no_alarm(night: Night) -> None:
    del night.shop.orders["2"]
    night.tonight()
    assert "A177" not in open_alarms(night)
    night.tonight()
    assert "W335: 1" in open_alarms(night)["A177"]


def test_a_shop_that_answers_slowly_is_read_in_smaller_pieces(night: Night) -> None:
    steps: set[int] = set()
    night.clock.forward(days=1)
    run = begin(night.house, night.settings, 1)
    for _ in range(3):
        night.shop.fails.append(ShopBusyError("slow down", 5))
        with pytest.raises(ShopBusyError):
            advance(night.house, night.settings, run)
        with night.house.store.read() as connection:
            found = reconciliations.find(connection, SHOP)
        assert found is not None
        run = found
        steps.add(run.step)
    assert steps == {43200, 21600, 10800}

    night.compare(days=1)
    assert night.day() == {"shop": 3, "counted": 3, "gateway": 3, "erp": 3}


def test_it_goes_on_where_a_failure_stopped_it(night: Night) -> None:
    night.clock.forward(hours=20)
    night.shop.fails.append(ShopLoginError("401"))
    night.tonight()
    assert errand(night).trouble == "login"
    assert f"shop {SHOP} lets nobody in" in open_alarms(night)["A171"]

    night.clock.forward(minutes=10)
    night.tonight()
    assert errand(night).trouble == ""
    assert night.day()["erp"] == 3


def test_a_comparison_that_does_not_come_to_an_end(night: Night) -> None:
    night.clock.forward(days=3)
    assert "A179" in open_alarms(night)
    night.tonight()
    assert "A179" not in open_alarms(night)


def test_a_paused_shop_is_not_compared(night: Night) -> None:
    night.reload("mode: paused\n")
    night.clock.forward(days=3)
    night.run()
    assert open_alarms(night) == {}
    with night.house.store.read() as connection:
        assert reconciliations.find(connection, SHOP) is None


def test_what_differed_before_is_looked_at_until_it_is_the_same(night: Night) -> None:
    night.shop.spoil("4")
    night.run()
    night.clock.forward(hours=2)
    night.compare(days=1)
    night.clock.forward(days=30)
    night.compare(days=1)
    assert list(night.told()) == [("4", "W340")]

    night.shop.orders["4"].broken = None
    night.shop.orders["4"].updated = night.clock()
    night.later(minutes=6)
    night.clock.forward(hours=2)
    night.compare(days=1)
    assert night.found() == []


def test_days_and_differences_are_forgotten_with_their_age(night: Night) -> None:
    night.shop.put("4")
    night.clock.forward(days=1)
    night.compare()
    with night.house.store.write("test") as connection:
        gone = reconciliations.remove_old(connection, night.clock() + timedelta(days=1), 100)
    assert gone == 5
    assert night.found() == []
