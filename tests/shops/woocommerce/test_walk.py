"""Walking a list while people go on buying: nothing is lost, nothing stale is all that was seen."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.shops.connector import Window
from gateway.channels.shops.session import Answer, ShopAnswerError
from gateway.channels.shops.woocommerce.client import WooCommerceShop, connect
from gateway.channels.shops.woocommerce.walk import Place
from gateway.syntax.jsonparts import dumps
from tests.shops.woocommerce.kit import NOW, listed, shop, store

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Drifting:
    """A list of orders that changes after each call; second resolution, bounds left out."""

    def __init__(self, orders: dict[int, int], seed: int = 0, changes: int = 0) -> None:
        self.orders = orders
        """Seconds after the start, by id."""
        self.random = random.Random(seed)
        self.changes = changes
        self.now = max(orders.values(), default=0) + 1
        self.asked = 0

    def call(self, method: str, path: str, *, query: Any = (), **_: Any) -> Answer:
        self.asked += 1
        assert (method, path) == ("GET", "orders")
        told = dict(query)
        after, before = (_seconds(told[name]) for name in ("modified_after", "modified_before"))
        found = [(at, one) for one, at in self.orders.items() if after < at < before]
        # what is of one second comes in any order, as databases give it
        tie = {one: self.random.random() for _, one in found}
        by_id = told["orderby"] == "id"
        found.sort(key=lambda pair: (pair[1], 0) if by_id else (pair[0], tie[pair[1]]))
        number, size = int(told["page"]), int(told["per_page"])
        page = found[(number - 1) * size : number * size]
        for _ in range(self.changes):
            self.now += self.random.randint(0, 1)
            self.orders[self.random.choice([*self.orders])] = self.now
        shown = [{"id": one, "date_modified_gmt": _stamp(at), "refunds": []} for at, one in page]
        return listed(shown, -(-len(found) // size), len(found))

    def close(self) -> None:
        """Nothing is open."""


def _seconds(text: str) -> int:
    return round((datetime.fromisoformat(text).replace(tzinfo=UTC) - START).total_seconds())


def _stamp(seconds: int) -> str:
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def connector(session: Any, page: int) -> WooCommerceShop:
    return connect(shop(poll={"page": page}), lambda _: "", lambda: NOW, session)


def walked(session: Drifting, until: int, page: int) -> dict[int, set[str]]:
    """Ids and the changes of them that were seen."""
    window = Window(START, START + timedelta(seconds=until))
    seen: dict[int, set[str]] = {}
    position = ""
    for _ in range(500):
        found = connector(session, page).page(window, position)
        for record in found.records:
            seen.setdefault(int(record.external_id), set()).add(str(record.updated))
        position = found.next
        if not position:
            return seen
    raise AssertionError("the walk does not end")


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=40),
    st.integers(1, 5),
    st.integers(0, 2),
    st.integers(0, 99),
)
def test_whoever_changes_meanwhile_is_seen_or_comes_in_the_next_window(
    times: list[int], page: int, changes: int, seed: int
) -> None:
    """An order that did not change while it was read is seen; one that did has moved on."""
    session = Drifting(dict(enumerate(times, 1)), seed, changes)
    until = max(times)
    seen = walked(session, until, page)
    for order, at in session.orders.items():
        assert order in seen or at > until


def test_a_second_that_fills_pages_is_read_by_id_from_its_last_page() -> None:
    session = Drifting({**dict.fromkeys(range(1, 10), 3), 10: 5})
    assert set(walked(session, 9, 2)) == set(range(1, 11))
    plain = Drifting(dict(enumerate(range(10), 1)))
    assert len(walked(plain, 99, 4)) == 10
    assert plain.asked == 3


def test_orders_that_leave_a_second_move_nobody_out_of_sight() -> None:
    """Four of one second; whenever a page was read, its first order is changed."""
    session = Drifting(dict.fromkeys(range(1, 9), 3))
    real = session.call

    def call(*args: Any, **rest: Any) -> Answer:
        answer = real(*args, **rest)
        first = min((one for one, at in session.orders.items() if at == 3), default=None)
        if first is not None:
            session.orders[first] = 100 + first
        return answer

    session.call = call  # type: ignore[method-assign]
    seen = walked(session, 50, 2)
    assert set(seen) >= {one for one, at in session.orders.items() if at == 3}
    assert set(seen) | {one for one, at in session.orders.items() if at > 50} == set(range(1, 9))


@pytest.mark.parametrize(
    "place",
    [Place(START), Place(START, 7), Place(START, 0, second=True), Place(START, 12, second=True)],
)
def test_a_place_is_written_and_read(place: Place) -> None:
    assert Place.read(place.written()) == place


def test_what_is_no_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no place of a walk"):
        Place.read("page 2")


def test_a_second_without_a_count_of_pages_is_told() -> None:
    """Without the header nobody knows where its last page is."""
    orders = [{"id": number, "date_modified_gmt": _stamp(0)} for number in (1, 2)]
    both = store((200, orders), (200, orders))
    both.shop = shop(poll={"page": 2})
    first = both.page(Window(START, START))
    assert first.next == "2026-03-02T08:59:59/second/0"
    with pytest.raises(ShopAnswerError, match="X-WP-TotalPages"):
        both.page(Window(START, START), first.next)


def test_an_entry_without_an_id_stops_nobody() -> None:
    orders = [{"date_modified_gmt": _stamp(0)}, 7, {"id": 3, "date_modified_gmt": _stamp(1)}]
    found = store((200, dumps(orders))).page(Window(START, START + timedelta(seconds=9)))
    assert [record.external_id for record in found.records] == ["3"]
    assert [one.code for one in found.broken] == ["W231", "W230"]
