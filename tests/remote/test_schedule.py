"""When a server is looked into next: tables of schedules, days and clocks that are set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.channels.remote.schedule import first_pause, is_open, next_look, opening
from gateway.config.remote import Schedule

BERLIN = "Europe/Berlin"  # 2026: forward on 29 March at 02:00, back on 25 October at 03:00


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def schedule(**settings: object) -> Schedule:
    return Schedule.model_validate(settings)


OFFICE = [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "06:00", "to": "20:00"}]
NIGHT = [{"days": ["fri"], "from": "22:00", "to": "06:00"}]


@pytest.mark.parametrize(
    ("settings", "last", "now", "due"),
    [
        # intervals
        ({}, None, "2026-03-02T09:14", "2026-03-02T09:14"),
        ({"every": "5m"}, "2026-03-02T09:14", "2026-03-02T09:15", "2026-03-02T09:19"),
        ({"every": "5m"}, "2026-03-02T09:14", "2026-03-02T12:00", "2026-03-02T12:00"),
        # set times
        ({"cron": "*/10 6-20 * * 1-5"}, None, "2026-03-02T09:14", "2026-03-02T09:20"),
        ({"cron": "*/10 6-20 * * 1-5"}, None, "2026-03-06T20:55", "2026-03-09T06:00"),
        ({"cron": "0 6 * * *", "zone": BERLIN}, None, "2026-03-02T09:00", "2026-03-03T05:00"),
        ({"cron": "0 6 * * *", "zone": BERLIN}, None, "2026-07-02T09:00", "2026-07-03T04:00"),
        # a set time that was missed is made up for at once
        ({"cron": "0 6 * * *"}, "2026-03-01T06:00", "2026-03-02T09:00", "2026-03-02T09:00"),
        # 02:30 does not exist on 29 March, and comes twice on 25 October
        ({"cron": "30 2 * * *", "zone": BERLIN}, None, "2026-03-28T12:00", "2026-03-29T01:00"),
        ({"cron": "30 2 * * *", "zone": BERLIN}, None, "2026-03-29T01:00", "2026-03-30T00:30"),
        ({"cron": "30 2 * * *", "zone": BERLIN}, None, "2026-10-24T12:00", "2026-10-25T00:30"),
        ({"cron": "30 2 * * *", "zone": BERLIN}, None, "2026-10-25T00:30", "2026-10-26T01:30"),
        # set times within hours
        ({"cron": "0 * * * *", "windows": OFFICE}, None, "2026-03-02T20:30", "2026-03-03T06:00"),
        (
            {"cron": "*/5 * * * *", "windows": [{"days": ["sun"], "from": "03:00", "to": "04:00"}]},
            None,
            "2026-03-02T00:00",
            "2026-03-08T03:00",
        ),
        # hours
        ({"windows": OFFICE}, None, "2026-03-02T05:00", "2026-03-02T06:00"),
        ({"windows": OFFICE}, "2026-03-06T19:59", "2026-03-06T20:00", "2026-03-09T06:00"),
    ],
)
def test_the_next_look(settings: dict[str, object], last: str | None, now: str, due: str) -> None:
    found = next_look(schedule(**settings), last and at(last), at(now))  # type: ignore[arg-type]
    assert found == at(due)


@pytest.mark.parametrize(
    "settings",
    [
        {"cron": "0 3 * * *", "windows": [{"days": []}]},
        {"cron": "0 3 * * *", "windows": [{"from": "06:00", "to": "20:00"}]},
    ],
)
def test_a_schedule_without_any_time_never_looks(settings: dict[str, object]) -> None:
    assert next_look(schedule(**settings), None, at("2026-03-02T09:00")) is None


@pytest.mark.parametrize(
    ("windows", "instant", "open_"),
    [
        ([], "2026-03-01T03:00", True),
        (OFFICE, "2026-03-02T05:59:59", False),
        (OFFICE, "2026-03-02T06:00", True),
        (OFFICE, "2026-03-02T19:59:59", True),
        (OFFICE, "2026-03-02T20:00", False),
        (OFFICE, "2026-03-01T12:00", False),
        # over midnight, and the day it began on counts
        (NIGHT, "2026-03-06T21:59", False),
        (NIGHT, "2026-03-06T23:00", True),
        (NIGHT, "2026-03-07T05:59", True),
        (NIGHT, "2026-03-07T06:00", False),
        (NIGHT, "2026-03-06T05:00", False),
        # until the end of the day
        ([{"days": ["mon"], "from": "20:00"}], "2026-03-02T23:59:59", True),
        ([{"days": ["mon"], "from": "20:00"}], "2026-03-03T00:00", False),
    ],
)
def test_hours_in_which_a_server_may_be_called(
    windows: list[object], instant: str, open_: bool
) -> None:
    assert is_open(schedule(windows=windows), at(instant)) is open_


@pytest.mark.parametrize(
    ("window", "instant", "opens"),
    [
        # the clock goes from 02:00 to 03:00: the hours begin when it does
        ({"from": "02:30", "to": "06:00"}, "2026-03-28T12:00", "2026-03-29T01:00"),
        # it goes back from 03:00 to 02:00: the quarter comes twice
        ({"from": "02:30", "to": "02:45"}, "2026-10-24T12:00", "2026-10-25T00:30"),
        ({"from": "02:30", "to": "02:45"}, "2026-10-25T00:45", "2026-10-25T01:30"),
        ({"from": "02:30", "to": "02:45"}, "2026-10-25T01:45", "2026-10-26T01:30"),
        ({"from": "08:00", "to": "09:00"}, "2026-03-28T12:00", "2026-03-29T06:00"),
    ],
)
def test_hours_when_clocks_are_set(window: dict[str, str], instant: str, opens: str) -> None:
    assert opening(schedule(windows=[window], zone=BERLIN), at(instant)) == at(opens)


def test_hours_that_nothing_lies_in_never_open() -> None:
    assert opening(schedule(windows=[{"days": []}]), at("2026-03-02T09:00")) is None


def test_first_looks_are_spread_and_always_the_same() -> None:
    every = timedelta(minutes=5)
    pauses = {first_pause(f"partner-{n}/main", every) for n in range(200)}
    assert len(pauses) == 200
    assert max(pauses) < timedelta(minutes=1)
    assert first_pause("a/main", every) == first_pause("a/main", every)
    assert first_pause("a/main", timedelta(seconds=1)) < timedelta(seconds=1)
