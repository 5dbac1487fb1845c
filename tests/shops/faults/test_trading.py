"""Every platform, with everything going wrong and people buying: nothing lost, doubled or stale."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.pipeline.world import without_password
from tests.shops.faults.plan import Plan
from tests.shops.faults.styles import STYLES
from tests.shops.faults.trading import Trade

PAGES = {"amazon": 50}
"""Amazon may be asked once in three minutes: small pages take hours."""


def traded(folder: Path, name: str, plan: Plan) -> None:
    result = Trade(folder, STYLES[name](), plan).run()
    assert result.right, result


@pytest.mark.parametrize("name", sorted(STYLES))
def test_whatever_goes_wrong_every_order_comes_once(name: str, tmp_path: Path) -> None:
    traded(tmp_path, name, Plan(orders=16, burst=5, page=PAGES.get(name, 6), bulks=1))


@pytest.mark.parametrize("minutes", [-47, 47])
def test_a_shop_whose_clock_is_wrong_loses_nothing(minutes: int, tmp_path: Path) -> None:
    plan = Plan(orders=12, page=6, bulks=1, skew=timedelta(minutes=minutes))
    traded(tmp_path, "woocommerce", plan)


def test_people_who_buy_while_a_page_is_read(tmp_path: Path) -> None:
    traded(tmp_path, "octopia", Plan(orders=16, burst=4, page=6, bulks=1, beside=True))


def test_machines_that_meet_over_the_same_orders(tmp_path: Path, postgres_ready: str) -> None:
    house = {"database": without_password(postgres_ready)}
    traded(tmp_path, "woocommerce", Plan(orders=12, page=6, bulks=1, machines=3, house=house))


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(STYLES))
@pytest.mark.parametrize("seed", range(2, 8))
def test_many_more_orders(name: str, seed: int, tmp_path: Path) -> None:
    plan = Plan(orders=400, burst=20, page=max(20, PAGES.get(name, 0)), seed=seed, bulks=5)
    traded(tmp_path / "between", name, plan)
    plan.beside, plan.machines = True, 3
    traded(tmp_path / "beside", name, plan)
