"""A partner who is silent is noticed, at the right hour of his own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, text

from gateway.config.operation import Expect
from gateway.pipeline.watch.silence import missed_by
from tests.watch.kit import EXPECTING, TOLD, Watched

EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def order(house: Watched, **more: object) -> int:
    return house.add(**({"state": "delivered", "document": "order"} | more))


def test_a_partner_who_is_silent_is_an_alarm_until_something_comes(expecting: Watched) -> None:
    order(expecting)  # at 10:14 in Paris
    expecting.round(days=1, minutes=105)
    assert expecting.keys() == [], "11:59"
    expecting.round(minutes=1)
    (one,) = expecting.alarms()
    assert (one.key, one.partner) == ("silence/acme-retail/order", "acme-retail")
    assert str(one.found) == (
        "A103 no order came from acme-retail on 2026-03-03, although one is expected by 12:00 "
        "(Europe/Paris)"
    )
    order(expecting)
    expecting.round(minutes=1)
    assert expecting.keys() == []


def test_silence_does_not_end_at_midnight(expecting: Watched) -> None:
    expecting.round(hours=2)
    assert len(expecting.keys()) == 1
    expecting.round(hours=14)
    assert len(expecting.keys()) == 1, "01:14 of the next day"
    expecting.round(days=6)
    assert [one.found.facts["day"] for one in expecting.alarms(open=None)] == ["2026-03-02"]
    order(expecting)
    expecting.round()
    assert expecting.keys() == []


@pytest.mark.parametrize(
    "other",
    [
        {"document": "invoice"},
        {"partner": "northwind"},
        {"direction": "out"},
        {"kind": "interchange"},
        {"test": True},
    ],
)
def test_something_else_is_no_order(expecting: Watched, other: dict[str, object]) -> None:
    order(expecting, **other)
    expecting.round(hours=3)
    assert len(expecting.keys()) == 1


def test_a_refused_order_breaks_the_silence(expecting: Watched) -> None:
    order(expecting, state="refused")
    expecting.round(hours=3)
    assert expecting.keys() == []


@pytest.mark.parametrize("mode", ["test", "paused"])
def test_the_mode_of_the_agreement_counts(tmp_path: Path, mode: str) -> None:
    partner = EXPECTING.replace("mode: live, expect", f"mode: {mode}, expect")
    house = Watched(tmp_path, told=TOLD, partner=partner)
    if mode == "test":
        house.round(hours=3)
        assert len(house.keys()) == 1
        order(house, test=True)
    house.round(hours=3)
    assert house.keys() == []
    house.store.close()


def test_what_is_not_expected_any_more_is_not_missed(tmp_path: Path) -> None:
    house = Watched(tmp_path, partner=EXPECTING)
    house.round(hours=3)
    assert len(house.keys()) == 1
    house.store.close()
    again = Watched(tmp_path)
    again.round(hours=4)
    assert again.keys() == []
    again.store.close()


@pytest.mark.parametrize(
    ("zone", "by", "at", "since"),
    [
        # an ordinary Monday, in winter and summer
        ("Europe/Paris", "12:00", "2026-03-02 10:59:59", None),
        ("Europe/Paris", "12:00", "2026-03-02 11:00", "2026-03-01 23:00"),
        ("Europe/Paris", "12:00", "2026-07-06 10:00", "2026-07-05 22:00"),
        # 29 March 2026: 02:00 becomes 03:00; 02:30 does not exist, the later instant counts
        ("Europe/Paris", "02:30", "2026-03-29 01:29", None),
        ("Europe/Paris", "02:30", "2026-03-29 01:30", "2026-03-28 23:00"),
        ("Europe/Paris", "12:00", "2026-03-29 10:00", "2026-03-28 23:00"),
        # 25 October 2026: 03:00 becomes 02:00; 02:30 comes twice, the second counts
        ("Europe/Paris", "02:30", "2026-10-25 00:30", None),
        ("Europe/Paris", "02:30", "2026-10-25 01:29", None),
        ("Europe/Paris", "02:30", "2026-10-25 01:30", "2026-10-24 22:00"),
        ("Europe/Paris", "12:00", "2026-10-25 11:00", "2026-10-24 22:00"),
        # 6 September 2026 in Santiago: midnight does not exist, the day starts at 01:00
        ("America/Santiago", "12:00", "2026-09-06 15:00", "2026-09-06 03:00"),
        # half an hour of daylight saving, and a date of its own
        ("Australia/Lord_Howe", "12:00", "2026-10-04 01:00", "2026-10-03 13:30"),
        ("Pacific/Kiritimati", "06:00", "2026-03-01 16:00", "2026-03-01 10:00"),
        ("UTC", "00:00", "2026-03-02 00:00", "2026-03-02 00:00"),
        ("UTC", "23:59", "2026-03-02 23:58", None),
    ],
)
def test_clocks_that_are_put_forward_and_back(
    zone: str, by: str, at: str, since: str | None
) -> None:
    missed = missed_by(Expect(by=by, zone=zone, days=EVERY_DAY), utc(at))
    assert (missed and missed.since) == (since and utc(since))


@pytest.mark.parametrize(
    ("day", "missed"),
    [("2026-03-06", True), ("2026-03-07", False), ("2026-03-08", False), ("2026-03-09", True)],
)
def test_weekdays_are_those_of_the_zone(day: str, missed: bool) -> None:
    late = datetime.fromisoformat(f"{day} 23:30").replace(tzinfo=ZoneInfo("America/New_York"))
    expect = Expect(by="12:00", zone="America/New_York")
    found = missed_by(expect, late.astimezone(UTC))
    assert (found is not None) is missed
    assert found is None or f"{found.day}" == day


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 (becomes UTC)
    st.sampled_from(["Europe/Paris", "America/Santiago", "Asia/Kolkata", "Africa/Cairo", "UTC"]),
    st.times(),
)
def test_what_is_missed_began_today_and_is_past(at: datetime, zone: str, by: object) -> None:
    now = at.replace(tzinfo=UTC)
    missed = missed_by(Expect(by=f"{by:%H:%M}", zone=zone, days=EVERY_DAY), now)
    if missed is not None:
        assert missed.since <= now < missed.since + timedelta(hours=26)
        assert missed.day == now.astimezone(ZoneInfo(zone)).date()


def test_many_other_orders_cost_nothing(expecting: Watched) -> None:
    """Asked are the rows of today only, by an index."""
    with expecting.store.write() as connection:
        connection.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
                "INSERT INTO message (kind, direction, partner, document, state, created, updated) "
                "SELECT 'message', 'out', 'acme-retail', 'order', 'acknowledged', "
                "'2026-02-01T00:00:00.000000Z', '2026-02-01T00:00:00.000000Z' FROM n"
            )
        )
    expecting.add(state="delivered", document="invoice")
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    def counted(connection: Any, *_: object) -> None:
        connection.set_progress_handler(count, 10)

    event.listen(expecting.store.engine, "checkout", counted)
    expecting.round(hours=3)
    assert len(expecting.keys()) == 1
    assert 0 < steps < 1000, "tens of instructions of the database"
