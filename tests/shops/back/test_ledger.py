"""Laws of the stock ledger: it never shows more than there is."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.pipeline.shops.stock.ledger import (
    Figure,
    Taken,
    Terms,
    account,
    is_contained,
    is_implausible,
)

EXAMPLES = int(os.environ.get("GATEWAY_LEDGER_EXAMPLES", "20"))
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTES = st.integers(0, 200).map(lambda minutes: START + timedelta(minutes=minutes))
PLACES = ("", "EAST", "WEST")

figures = st.lists(
    st.builds(Figure, st.sampled_from(PLACES), st.integers(-5, 60), MINUTES),
    max_size=4,
    unique_by=lambda one: one.place,
)
taken = st.builds(
    Taken,
    st.just("acme-shop"),
    st.integers(0, 10**6).map(str),
    st.integers(0, 9),
    MINUTES,
    st.none() | MINUTES,
    st.none() | MINUTES,
)
orders_ = st.lists(taken, max_size=6, unique_by=lambda one: one.order)
terms = st.builds(
    Terms,
    st.sampled_from([{}, {"EAST": "1"}, {"EAST": "1", "WEST": "2"}, {"EAST": "1", "WEST": "1"}]),
    st.sampled_from(["available", "on_hand"]),
    st.integers(0, 5),
    st.integers(0, 100),
    st.none() | st.integers(0, 20),
    st.integers(1, 6),
    st.integers(0, 30).map(lambda minutes: timedelta(minutes=minutes)),
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(figures, orders_, terms)
def test_what_is_shown_is_never_more_than_what_is_left(
    there: list[Figure], orders: list[Taken], rules: Terms
) -> None:
    found = account(there, orders, rules)
    if found is None:
        assert not [one for one in there if not rules.locations or one.place in rules.locations]
        return
    left = found.available - sum(one.quantity for one in found.taken) - rules.safety
    shown = sum(found.shown.values()) * rules.pack
    assert all(quantity >= 0 for quantity in found.shown.values())
    assert shown <= found.sellable <= max(0, left)


@settings(max_examples=EXAMPLES, deadline=None)
@given(figures, orders_, terms, st.randoms())
def test_the_order_of_rows_and_the_day_it_is_asked_on_change_nothing(
    there: list[Figure], orders: list[Taken], rules: Terms, dice: object
) -> None:
    again, mixed = list(there), list(orders)
    dice.shuffle(again)  # type: ignore[attr-defined]
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert account(again, mixed, rules) == account(there, orders, rules)


@settings(max_examples=EXAMPLES, deadline=None)
@given(figures, orders_, taken, terms)
def test_one_more_order_never_makes_it_more(
    there: list[Figure], orders: list[Taken], one: Taken, rules: Terms
) -> None:
    before, after = account(there, orders, rules), account(there, [*orders, one], rules)
    if before is not None and after is not None:
        assert after.sellable <= before.sellable
        if len(set(rules.locations.values())) <= 1:
            assert sum(after.shown.values()) <= sum(before.shown.values())


@settings(max_examples=EXAMPLES, deadline=None)
@given(taken, MINUTES, MINUTES, terms)
def test_what_a_figure_contains_every_later_one_contains(
    one: Taken, at: datetime, other: datetime, rules: Terms
) -> None:
    earlier, later = min(at, other), max(at, other)
    assert not is_contained(one, earlier, rules) or is_contained(one, later, rules)


@dataclass
class Erp:
    """Books what it is given within ten minutes, and reports what is left."""

    stock: int
    booked: int = 0


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 12), st.lists(st.tuples(st.sampled_from("ogbr"), st.integers(1, 3))))
def test_shops_that_sell_what_they_show_never_sell_what_is_not_there(
    stock: int, steps: list[tuple[str, int]]
) -> None:
    """o: an order of the size, if the shop shows enough; g: the ERP gets all; b: it books; r: it
    reports. Time goes on by five minutes with each step; what was given ten minutes ago is booked.
    """
    erp, now, sold = Erp(stock), START, 0
    orders: list[Taken] = []
    figure = Figure("", stock, now)
    rules = Terms(booked=timedelta(minutes=10))
    for step, size in steps:
        now += timedelta(minutes=5)
        due = [one for one in orders if one.given and one.given + rules.booked <= now]
        if step == "b":
            due = [one for one in orders if one.given]
        erp.booked = max(erp.booked, sum(one.quantity for one in due))
        found = account([figure], orders, rules)
        assert found is not None
        if step == "o" and found.shown[""] >= size:
            orders.append(Taken("acme-shop", str(len(orders)), size, now))
            sold += size
        elif step == "g":
            orders = [replace(one, given=one.given or now) for one in orders]
        elif step == "r":
            figure = Figure("", erp.stock - erp.booked, now)
        assert sold <= stock


def test_the_last_pieces_are_spread_and_none_is_shown_twice() -> None:
    there = [Figure("EAST", 3, START), Figure("WEST", 2, START)]
    rules = Terms({"EAST": "1", "WEST": "2"}, share=50)
    found = account(there, [], rules)
    assert found is not None
    assert (found.sellable, found.shown) == (2, {"1": 1, "2": 1})


def test_a_shop_with_packs_a_cap_and_a_buffer() -> None:
    rules = Terms(safety=2, pack=6, cap=3)
    found = account([Figure("", 40, START)], [Taken("s", "1", 7, START)], rules)
    assert found is not None
    assert (found.sellable, found.shown) == (31, {"": 3})


def test_too_much_that_falls_to_nothing_is_not_believed() -> None:
    before = {"A": 5, "B": 1, "C": 0, "D": 2}
    assert is_implausible(before, {"A": 0, "B": 0}, 50) == 2
    assert is_implausible(before, {"A": 0}, 50) == 0
    assert is_implausible({"A": 0}, {"A": 0}, 1) == 0, "what was sold out before did not fall"
