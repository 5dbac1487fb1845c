"""Walking PrestaShop's orders: by date, in one second by id, and through the hour that is twice."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.shops.connector import Window
from gateway.channels.shops.prestashop.localtime import Clock, after, bounds, is_twice, written
from gateway.channels.shops.prestashop.walk import Place
from gateway.channels.shops.session import Answer, ShopAnswerError, ShopRefusedError
from tests.shops.prestashop.kit import NOW, connector
from tests.shops.prestashop.webservice import Webservice, loaded

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def tables(dates: dict[int, str]) -> dict[str, Any]:
    """A shop with such orders, by id, and nothing else in them."""
    made = loaded("simple")["tables"]
    order = made["orders"][0]
    return {
        **made,
        "orders": [
            {**order, "id": number, "reference": f"R{number}", "date_upd": date, "date_add": date}
            for number, date in dates.items()
        ],
        "order_details": [],
        "order_payments": [],
    }


def walked(service: Any, window: Window, page: int) -> list[str]:
    position, seen = "", []
    for _ in range(300):
        found = connector(service, poll={"page": page}).page(window, position)
        seen += [record.external_id for record in found.records]
        position = found.next
        if not position:
            return seen
    raise AssertionError("the walk does not end")


class Drifting(Webservice):
    """After each list of orders somebody changes one."""

    def __init__(self, dates: dict[int, str], seed: int) -> None:
        super().__init__(tables(dates))
        self.random = random.Random(seed)

    def call(self, method: str, path: str, **rest: Any) -> Answer:
        answer = super().call(method, path, **rest)
        if path == "orders" and dict(rest["query"]).get("date"):
            self.random.choice(self.tables["orders"])["date_upd"] = "2026-03-02 11:00:00"
        return answer


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.integers(1, 4), st.integers(0, 99))
def test_whoever_changes_meanwhile_is_seen_or_comes_in_the_next_window(
    times: list[int], page: int, seed: int
) -> None:
    dates = {n: written(START + timedelta(seconds=at), PARIS) for n, at in enumerate(times, 1)}
    service = Drifting(dates, seed)
    seen = walked(service, Window(START, START + timedelta(seconds=9)), page)
    for order in service.tables["orders"]:
        assert str(order["id"]) in seen or order["date_upd"] == "2026-03-02 11:00:00"


def test_a_second_that_fills_pages_is_read_by_id() -> None:
    """No offset is ever used: whoever leaves a page would move the others."""
    service = Webservice(tables({**dict.fromkeys(range(1, 8), "2026-03-02 10:00:03"),
                                 9: "2026-03-02 10:00:04"}))  # fmt: skip
    seen = walked(service, Window(START, START + timedelta(seconds=9)), 2)
    assert set(seen) == {*map(str, range(1, 8)), "9"}
    assert all("," not in dict(call.query).get("limit", "") for call in service.calls)


def test_the_query_of_a_window() -> None:
    service = Webservice(tables({}))
    page = connector(service, id_shop=2, language=3).page(Window(START, START + timedelta(hours=1)))
    assert (page.records, page.next) == ((), "slips/0")
    (call,) = service.calls
    assert (call.method, call.path, dict(call.query)) == (
        "GET",
        "orders",
        {
            "output_format": "JSON",
            "language": "3",
            "id_shop": "2",
            "display": "full",
            "filter[date_upd]": "[2026-03-02 10:00:00,2026-03-02 11:00:00]",
            "date": "1",
            "sort": "[date_upd_ASC,id_ASC]",
            "limit": "100",
        },
    )


def test_a_credit_slip_brings_its_order_back() -> None:
    """A slip does not touch the date of its order."""
    service = Webservice(loaded("refunded_in_parts")["tables"])
    window = Window(datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC))
    assert walked(service, window, 1) == ["8", "8"]
    assert walked(service, window, 100) == ["8"]


def test_a_page_of_orders_takes_as_many_calls_as_one_order() -> None:
    def count(number: int) -> int:
        service = Webservice(tables(dict.fromkeys(range(1, number + 1), "2026-03-02 10:00:03")))
        connector(service).page(Window(START, START + timedelta(minutes=1)))
        return len(service.calls)

    assert count(1) == count(60) == 12


def test_what_orders_share_is_asked_for_once_an_hour() -> None:
    service = Webservice(loaded("simple")["tables"])
    now = [NOW]
    reader = connector(service)
    reader.reference._clock = lambda: now[0]
    reader.order("5")
    first = len(service.calls)
    reader.order("5")
    again = len(service.calls) - first
    now[0] += timedelta(hours=1)
    reader.order("5")
    assert len(service.calls) - first - again == first > again


def test_what_could_not_be_asked_for_is_asked_for_again() -> None:
    """A failure is not remembered as “there is none”."""
    tables = loaded("simple")["tables"]
    service = Webservice(tables, refused=("currencies",))
    reader = connector(service)
    with pytest.raises(ShopRefusedError):
        reader.order("5")
    service.refused = ()
    found = reader.order("5")
    assert found is not None
    assert reader.read_order(found.raw).order is not None


@pytest.mark.parametrize(
    "place",
    [Place("from", "2026-03-02 10:00:00"), Place("second", "2026-03-02 10:00:00", 7),
     Place("slips", id=12)],
)  # fmt: skip
def test_a_place_is_written_and_read(place: Place) -> None:
    assert Place.read(place.written()) == place


def test_what_leads_nowhere_is_told() -> None:
    with pytest.raises(ValueError, match="no place of a walk"):
        Place.read("2026-03-02")
    with pytest.raises(ShopAnswerError, match="without a date"):
        Place("from", "2026-03-02 10:00:00").following([], True, "2026-03-02 11:00:00")


# ---- the shop's clock


BACK = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
"""From here on it is 02:00 in Paris for the second time."""


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Asia/Kolkata", "UTC"])
@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, 9 * 24 * 3600),
    st.integers(0, 5 * 3600),
    st.floats(0, 1),
)
def test_the_dates_of_a_window_are_within_its_bounds(
    zone: str, start: int, length: int, part: float
) -> None:
    since = datetime(2026, 10, 24, tzinfo=UTC) + timedelta(seconds=start)
    until = since + timedelta(seconds=length)
    instant = since + (until - since) * part
    first, last = bounds(Window(since, until), ZoneInfo(zone))
    assert first <= written(instant, ZoneInfo(zone)) <= last


def test_a_date_that_is_twice_is_the_latest_that_had_been_when_it_was_read() -> None:
    def read(text: str, at: datetime) -> datetime:
        return Clock(PARIS, at).instant(text)

    first, second = BACK - timedelta(minutes=30), BACK + timedelta(minutes=30)
    assert written(first, PARIS) == written(second, PARIS) == "2026-10-25 02:30:00"
    assert is_twice("2026-10-25 02:30:00", PARIS)
    assert read("2026-10-25 02:30:00", first + timedelta(minutes=1)) == first
    assert read("2026-10-25 02:30:00", second) == second
    assert Clock(PARIS).instant("2026-10-25 02:30:00") == first
    assert not is_twice("2026-10-25 03:30:00", PARIS)


def test_a_record_with_such_a_date_says_when_it_was_read() -> None:
    made = tables({1: "2026-10-25 02:30:00", 2: "2026-03-02 10:00:00"})
    reader = connector(Webservice(made), now=BACK + timedelta(minutes=31))
    twice, once = reader.order("1"), reader.order("2")
    assert twice is not None
    assert once is not None
    assert twice.updated == BACK + timedelta(minutes=30)
    assert b'"read"' in twice.raw
    assert b'"read"' not in once.raw
    order = reader.read_order(twice.raw).order
    assert order is None or order.updated == twice.updated


def test_a_date_that_the_clock_passed_over_is_read_on() -> None:
    assert Clock(PARIS).instant("2026-03-29 02:30:00") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert not is_twice("2026-03-29 02:30:00", PARIS)
    assert after("2026-12-31 23:59:59") == "2027-01-01 00:00:00"
