"""What was shipped is told once, whatever becomes of the calls that tell it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shops.faults.parcels import Shipping
from tests.shops.faults.styles import STYLES


@pytest.mark.parametrize("name", ["woocommerce", "shopify", "mirakl"])
def test_a_call_that_was_carried_out_unheard_is_not_made_twice(name: str, tmp_path: Path) -> None:
    shipping = Shipping(tmp_path, STYLES[name](), orders=4, seed=1)
    check(shipping)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["woocommerce", "shopify", "mirakl"])
@pytest.mark.parametrize("seed", range(2, 12))
def test_many_more_calls(name: str, seed: int, tmp_path: Path) -> None:
    check(Shipping(tmp_path, STYLES[name](), orders=60, seed=seed))


def check(shipping: Shipping) -> None:
    assert shipping.run() == 0
    shop = shipping.trade.shop
    assert shop.counts["cut after"] > 2
    told = {number: sorted(shop.style.told(number)) for number in shipping.sent}
    assert told == {number: sorted(numbers) for number, numbers in shipping.sent.items()}
