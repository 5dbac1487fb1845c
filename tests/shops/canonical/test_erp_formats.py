"""A shop's amounts in every format of the ERP: read back to the cent, or told as not written."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from gateway.documents import Document, Order, build
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.convert import to_change, to_order, to_parties, to_refund
from gateway.mapping import CompiledMap, Maps
from gateway.problems import errors
from tests.maps.conftest import maps  # noqa: F401 (fixture)
from tests.shops.canonical.orders import (
    RULES,
    amounts,
    charge,
    line,
    order,
    orders,
    refund,
    refunded,
)

MAPPINGS = Path(__file__).resolve().parents[3] / "mappings"
PARTNERS = ("edifact", "x12")
"""Folders of what partners send; all others are formats of ERPs."""
EVEN = ("businesscentral", "odoo", "x3")
"""Formats of ERPs that compute amounts of lines themselves, of quantity and price."""
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


def forms(document: str) -> list[str]:
    """Formats of ERPs that have a map of a document."""
    found = {path.parent.name for path in MAPPINGS.glob(f"*/{document}.map")}
    return sorted(found - set(PARTNERS))


def read_back(compiled: CompiledMap, document: Document) -> tuple[dict[str, Any], set[str]]:
    """The document out of the file that it was written in, and the paths of what was not."""
    record, problems = compiled.write(document)
    assert errors(problems) == []
    data, problems = compiled.layout.write([record])
    assert problems == []
    reading = compiled.layout.read(data)
    assert reading.problems == []
    fields, problems = compiled.read(reading.documents[0])
    assert errors(problems) == []
    again, problems = build(compiled.document, fields)
    assert again is not None, problems
    told = {str(one.place.path) for one in compiled.unwritten(document)}
    return dict(figures(again.to_data())), told


def figures(value: Any, path: str = "") -> list[tuple[str, Decimal]]:
    """Every amount, rate and quantity by its path; those of lines that a format re-orders, too."""
    if isinstance(value, dict):
        return [one for name, inner in value.items()
                for one in figures(inner, f"{path}.{name}" if path else name)]  # fmt: skip
    if isinstance(value, list | tuple):
        return [one for index, inner in enumerate(value, start=1)
                for one in figures(inner, f"{path}[{index}]")]  # fmt: skip
    return [(path, value)] if isinstance(value, Decimal) else []


def lost(compiled: CompiledMap, document: Document) -> list[str]:
    """Figures that are neither read back as they were nor told as not written."""
    found, told = read_back(compiled, document)
    written = figures(document.to_data())
    return [
        f"{path} {value} came back as {found.get(path)}"
        for path, value in written
        if found.get(path) != value
        and not any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in told)
        and not _price(compiled, path)
    ]


def _price(compiled: CompiledMap, path: str) -> bool:
    """Prices that other formats have no need of, or that these have of one unit only."""
    return path.endswith(".price_each") or (computes(compiled) and path.endswith(".price"))


def computes(compiled: CompiledMap) -> bool:
    """Whether the ERP computes amounts itself, of quantity and price."""
    return compiled.format.partition("/")[2].partition("-")[0] in EVEN


def everything() -> ShopOrder:
    """An order with whatever a shop may have."""
    lines = [
        line("1", "24.98", "5.00", quantity="3", ean="4012345000016",
             discounts=[{"code": "SUMMER", "gross": "3.00", "kind": "voucher"}]),
        line("2", "10.00", "0.55", rate="5.5", quantity="2", attributes={"Colour": "red"}),
        {**line("3", "0", "0", rate=None), "parent": "1"},
        {**line("4", "20.00", "3.20"), "taxes": [
            {"rate": "10", "amount": "2.00", "base": "20.00", "country": "FR"},
            {"rate": "6", "amount": "1.20", "base": "20.00", "country": "FR"},
        ]},
    ]  # fmt: skip
    charges = [
        charge("4.16", "0.83"), charge("2.00", "0.40", kind="gift_wrap"),
        charge("-1.00", "-0.20", kind="fee", name="Loyalty"),
        charge("0.25", "0.05", kind="eco_contribution"), charge("3.00", "0", "0", kind="duty"),
        charge("1.00", "0", "0", kind="deposit"),
    ]  # fmt: skip
    grand = str(
        sum(Decimal(one["amounts"]["gross"]) for one in [*lines, *charges]) + Decimal("-0.02")
    )
    return order(
        lines, charges, totals={"grand": grand, "paid": "30.00", "outstanding": "40.00"},
        payments=[{"kind": "gift_card", "amount": "10.00", "id": "G1"},
                  {"kind": "gateway", "method": "card", "amount": "20.00", "state": "paid"}],
        shop_currency="SEK", shop_grand="700.00", fx_rate="11.2", prices_include_tax=True,
        note="Please ring", channel="web",
    )  # fmt: skip


@pytest.mark.parametrize("form", forms("order"))
def test_no_figure_of_an_order_goes_missing_in_silence(form: str, maps: Maps) -> None:  # noqa: F811
    compiled, problems = maps.load(f"{form}/order.map")
    assert compiled is not None, problems
    made, problems = to_order(everything(), RULES)
    assert made is not None, problems
    assert lost(compiled, made) == []


@pytest.mark.parametrize("form", ["csv", "json"])
def test_our_own_formats_tell_all_of_an_order(form: str, maps: Maps) -> None:  # noqa: F811
    compiled, _ = maps.load(f"{form}/order.map")
    made, _ = to_order(everything(), RULES)
    assert compiled is not None and made is not None
    assert compiled.unwritten(made) == []


@pytest.mark.parametrize("form", [one for one in forms("order") if one not in EVEN])
def test_amounts_of_lines_have_a_place(form: str, maps: Maps) -> None:  # noqa: F811
    compiled, _ = maps.load(f"{form}/order.map")
    made, _ = to_order(everything(), RULES)
    assert compiled is not None and made is not None
    found, told = read_back(compiled, made)
    assert [found[f"lines[{index}].amount"] for index in (1, 2, 4, 5)] == [
        Decimal("24.98"), Decimal("10.00"), Decimal("20.00"), Decimal("4.16"),
    ]  # fmt: skip
    assert not [one for one in told if one.endswith("].amount") and one.startswith("lines")]


def wrong_prices(compiled: CompiledMap, document: Order) -> list[str]:
    """Lines whose price, as it is written, times the quantity rounds to another amount."""
    found, _ = read_back(compiled, document)
    name = "gross_price" if compiled.format.endswith("x3-order") else "price"
    return [
        f"{path}: {found.get(path)} × {one.quantity} for {one.amount}"
        for index, one in enumerate(document.lines, start=1)
        if one.amount is not None
        and round((found.get(path := f"lines[{index}].{name}") or 0) * one.quantity, 2)
        != one.amount
    ]


@pytest.mark.parametrize("form", sorted(EVEN))
def test_where_the_erp_computes_it_comes_to_the_amount(form: str, maps: Maps) -> None:  # noqa: F811
    compiled, _ = maps.load(f"{form}/order.map")
    made, _ = to_order(everything(), RULES)
    assert compiled is not None and made is not None
    assert wrong_prices(compiled, made) == []
    _, told = read_back(compiled, made)
    assert {"lines[1].amount", "totals.amount"} <= told


@pytest.mark.parametrize("form", sorted(EVEN))
def test_a_price_for_several_is_never_written_as_one_of_one(form: str, maps: Maps) -> None:  # noqa: F811
    compiled, _ = maps.load(f"{form}/order.map")
    made, _ = to_order(everything(), RULES)
    assert compiled is not None and made is not None
    line = made.lines[0].model_copy(update={"price_each": None})
    document = made.model_copy(update={"lines": (line,)})
    found, told = read_back(compiled, document)
    assert not [one for one in found if one.endswith("price")]
    assert "lines[1].price_basis" in told


@pytest.mark.parametrize("form", ["csv", "flat", "json", "idoc", "ubl", "xlsx"])
def test_drawn_orders_come_back_to_the_cent(form: str, maps: Maps) -> None:  # noqa: F811
    compiled, _ = maps.load(f"{form}/order.map")
    assert compiled is not None

    @settings(max_examples=10, deadline=None, suppress_health_check=SLOW)
    @given(orders())
    def law(drawn: ShopOrder) -> None:
        made, problems = to_order(drawn, RULES)
        assert made is not None, problems
        if form != "flat" or drawn.currency != "KWD":  # two decimals are all it has
            assert lost(compiled, made) == []

    law()


@pytest.mark.parametrize("form", forms("orderchange"))
def test_a_change_keeps_its_figures(form: str, maps: Maps) -> None:  # noqa: F811
    compiled, _ = maps.load(f"{form}/orderchange.map")
    before = everything()
    more = line("5", "8.33", "1.67")
    after = before.model_copy(update={"lines": (*before.lines[1:], *order([more]).lines)})
    made, problems = to_change(before, after, RULES, 1)
    assert compiled is not None and made is not None, problems
    assert lost(compiled, made) == []


@pytest.mark.parametrize("form", forms("refund"))
def test_a_refund_keeps_its_figures(form: str, maps: Maps) -> None:  # noqa: F811
    compiled, _ = maps.load(f"{form}/refund.map")
    given_back = refund([refunded("1", "8.33", "1.67")], [charge("4.16", "0.83")],
                        total="14.98", rounding="-0.01")  # fmt: skip
    made, problems = to_refund(given_back, everything(), RULES)
    assert compiled is not None and made is not None, problems
    assert lost(compiled, made) == []
    assert compiled.unwritten(made) == []


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_customer_keeps_address_and_email(form: str, maps: Maps) -> None:  # noqa: F811
    compiled, _ = maps.load(f"{form}/parties.map")
    made, problems = to_parties(everything(), RULES)
    assert compiled is not None and made is not None, problems
    assert compiled.unwritten(made) == []
    assert made.parties[0].email == "alex@example.com"


def test_a_tax_without_a_place_is_told(maps: Maps) -> None:  # noqa: F811
    compiled, _ = maps.load("odoo/order.map")
    made, _ = to_order(order([line("1", "10.00", "2.00")]), RULES)
    assert compiled is not None and made is not None
    told = {str(one.place.path) for one in compiled.unwritten(made)}
    assert {"lines[1].tax.amount", "totals.amount"} <= told


def test_amounts_are_not_made_up(maps: Maps) -> None:  # noqa: F811
    """A part of a bundle has no amount of its own, in no format."""
    made, _ = to_order(everything(), RULES)
    assert made is not None
    part = made.lines[2]
    assert (part.parent_line, part.amount, part.price, part.tax) == ("1", None, None, None)
    assert amounts("1", "0.2")["gross"] == "1.2"
