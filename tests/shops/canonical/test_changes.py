"""What changed between two revisions: lines added, changed, deleted; or nothing the ERP needs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gateway.documents import OrderChange, check
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.convert import to_cancellation, to_change
from gateway.problems import errors
from tests.shops.canonical.orders import CHARGES, RULES, address, charge, codes, line, order

BEFORE = [line("1", "10.00", "2.00", quantity="2"), line("2", "5.00", "1.00")]


def change(lines: list[Any], charges: list[Any] | None = None, **more: Any) -> OrderChange | None:
    """The change from ``BEFORE`` to these lines."""
    found, problems = to_change(order(BEFORE), order(lines, charges, **more), CHARGES, 3)
    assert errors(problems) == []
    assert found is None or errors(check(found)) == []
    return found


def told(lines: list[Any]) -> list[tuple[Any, ...]]:
    found = change(lines)
    assert found is not None
    return [(one.number, one.action, one.quantity, one.quantity_difference) for one in found.lines]


def test_a_line_more() -> None:
    assert told([*BEFORE, line("3", "1.00", "0.20")]) == [("3", "added", 1, None)]


def test_a_line_less_is_named_with_what_it_was() -> None:
    found = change(BEFORE[:1])
    assert found is not None
    (gone,) = found.lines
    assert (gone.number, gone.action, gone.quantity) == ("2", "deleted", 0)
    assert (gone.quantity_before, gone.quantity_difference) == (1, -1)
    assert gone.supplier_item == "SKU-2"


def test_more_and_fewer_pieces() -> None:
    more = line("1", "15.00", "3.00", quantity="3")
    fewer = line("1", "5.00", "1.00", quantity="1")
    assert told([more, BEFORE[1]]) == [("1", "quantity_increased", 3, 1)]
    assert told([fewer, BEFORE[1]]) == [("1", "quantity_decreased", 1, -1)]


def test_a_part_that_is_cancelled_is_a_smaller_quantity() -> None:
    part = line("1", "10.00", "2.00", quantity="2", cancelled="1")
    assert told([part, BEFORE[1]]) == [("1", "quantity_decreased", 1, -1)]
    whole = line("2", "5.00", "1.00", cancelled="1")
    assert told([BEFORE[0], whole]) == [("2", "deleted", 0, -1)]


def test_another_price_and_another_article() -> None:
    cheaper = line("1", "9.00", "1.80", quantity="2")
    other = {**line("2", "5.00", "1.00"), "sku": "OTHER"}
    assert told([cheaper, other]) == [("1", "price_changed", 2, 0), ("2", "replaced", 1, 0)]


def test_another_name_is_a_change_of_the_line() -> None:
    renamed = {**BEFORE[1], "name": "Another name"}
    assert told([BEFORE[0], renamed]) == [("2", "changed", 1, 0)]


def test_the_whole_is_as_it_is_now() -> None:
    found = change(BEFORE[:1], [charge("4.00", "0.80")])
    assert found is not None and found.totals is not None
    assert found.totals.amount == Decimal("16.80")
    assert [one.amount for one in found.allowances] == [Decimal("4.00")]
    assert (found.order.number, found.number, found.sequence) == ("1001", "1001-3", "3")


def test_another_address_is_a_change_without_lines() -> None:
    found = change(BEFORE, ship_to=address(street="2 rue Exemple"))
    assert found is not None and found.ship_to is not None
    assert (found.lines, found.ship_to.street) == ((), "2 rue Exemple")


def test_what_was_paid_or_shipped_meanwhile_is_none_of_the_erps() -> None:
    shipped = [{**one, "shipped": "1"} for one in BEFORE]
    payments = [{"kind": "gateway", "method": "card", "amount": "18.00"}]
    paid = {"totals": {"paid": "18.00"}, "payments": payments}
    assert change(shipped, status="shipped", shop_status="completed", **paid) is None


def test_everything_cancelled_deletes_every_line() -> None:
    gone = [{**one, "cancelled": one["quantity"]} for one in BEFORE]
    assert [action for _, action, _, _ in told(gone)] == ["deleted", "deleted"]


def test_another_currency_is_no_change() -> None:
    found, problems = to_change(order(BEFORE), order(BEFORE, currency="SEK"), RULES, 1)
    assert (found, codes(problems)) == (None, ["W218"])


def test_a_line_that_nobody_knows_holds_the_change() -> None:
    new: ShopOrder = order([*BEFORE, {**line("3", "1", "0.2"), "sku": None}])
    found, problems = to_change(order(BEFORE), new, RULES, 1)
    assert (found, codes(problems)) == (None, ["W212"])


def test_the_same_line_has_one_number_through_all_changes() -> None:
    first, second = order(BEFORE), order(BEFORE[1:])
    third = order([*BEFORE[1:], line("3", "1", "0.2")])
    one, _ = to_change(first, second, RULES, 1)
    two, _ = to_change(second, third, RULES, 2)
    assert one is not None and two is not None
    assert [each.number for each in (*one.lines, *two.lines)] == ["1", "3"]


def test_a_cancellation_is_of_the_whole_order_and_says_why() -> None:
    gone = order(BEFORE, status="cancelled", cancel_reason="changed my mind")
    found, problems = to_cancellation(gone, RULES, 2)
    assert found is not None and problems == []
    assert (found.function, found.order.number, found.lines) == ("cancellation", "1001", ())
    assert (found.note, found.number) == ("changed my mind", "1001-2")
    assert found.buyer is not None and found.buyer.supplier_number == "C100"


def test_an_order_with_unknown_articles_can_be_cancelled() -> None:
    unknown = order([{**line("1", "10", "2"), "sku": None}])
    found, problems = to_cancellation(unknown, RULES, 1)
    assert found is not None and problems == []
