"""266 orders of a real WooCommerce (CC0, our own) become the ERP's, each to the cent."""

from __future__ import annotations

import lzma
from collections import Counter
from decimal import Decimal
from functools import cache

import pytest

from gateway.channels.shops.woocommerce.read import read_order
from gateway.documents import Order, check
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.convert import to_order
from gateway.documents.shop.money import allowed
from gateway.mapping import Maps
from gateway.problems import errors
from gateway.syntax.jsonparts import member
from tests.maps.conftest import maps  # noqa: F401 (fixture)
from tests.shops.canonical.orders import RULES
from tests.shops.canonical.test_erp_formats import EVEN, forms, lost, wrong_prices
from tests.shops.woocommerce.kit import LIVE, shop


@cache
def made() -> tuple[tuple[ShopOrder, Order], ...]:
    """Every order as the shop has it, with SKUs, and as the ERP gets it."""
    found = []
    for text in lzma.decompress((LIVE / "orders_266.jsonl.xz").read_bytes()).splitlines():
        order = read_order(member(text, "o") or b"", shop()).order
        assert order is not None
        lines = tuple(one.model_copy(update={"sku": f"A{one.key}"}) for one in order.lines)
        order = order.model_copy(update={"lines": lines})
        converted, problems = to_order(order, RULES)
        assert converted is not None, problems
        found.append((order, converted))
    return tuple(found)


def test_what_the_buyer_paid_is_the_total_and_rounding_explains_the_rest() -> None:
    kinds: Counter[str] = Counter()
    for order, converted in made():
        totals = converted.totals
        assert totals is not None
        assert totals.amount == order.totals.grand
        rounding = totals.rounding or Decimal(0)
        assert abs(rounding) <= allowed(Decimal("0.01"), "EUR", len(order.lines) + 4)
        assert errors(check(converted, Decimal(0))) == []
        kinds["rounded" if rounding else "exact"] += 1
    assert kinds == {"exact": 224, "rounded": 42}


@pytest.mark.parametrize("form", forms("order"))
def test_every_format_of_the_erp_has_the_same_figures(form: str, maps: Maps) -> None:  # noqa: F811
    compiled, problems = maps.load(f"{form}/order.map")
    assert compiled is not None, problems
    step = 60 if form == "xlsx" else 20
    assert [one for _, order in made()[::step] for one in lost(compiled, order)] == []


@pytest.mark.parametrize("form", EVEN)
def test_erps_that_compute_come_to_the_same_amounts(form: str, maps: Maps) -> None:  # noqa: F811
    compiled, problems = maps.load(f"{form}/order.map")
    assert compiled is not None, problems
    assert [one for _, order in made()[::5] for one in wrong_prices(compiled, order)] == []
