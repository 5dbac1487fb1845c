"""The order on the page about orders of shops is one, and the settings of a shop become rules."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.checks import identities
from gateway.documents.shop.convert import to_order
from gateway.pipeline.shops.rules import rules_of
from gateway.problems import REGISTRY
from tests.pipeline.world import make
from tests.shops.canonical.orders import RULES

PAGE = Path(__file__).resolve().parents[3] / "docs/reference/shop-orders.md"


def test_the_example_of_the_page_holds() -> None:
    (text,) = re.findall(r"```json shop order\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    order = ShopOrder.from_json(text)
    assert identities(order) == []
    made, problems = to_order(order, RULES)
    assert problems == [] and made is not None and made.totals is not None
    assert made.totals.amount == Decimal("34.96")


def test_every_problem_of_sums_stands_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    sums = [code for code in REGISTRY if "W200" <= code < "W210"]
    assert [code for code in sums if f"codes/{code}.md" not in text] == []


def test_settings_of_a_shop_are_its_rules(tmp_path: Path) -> None:
    files = {
        "gateway.yaml": "schema: 1\n",
        "shops/web-shop/articles.csv": "sku,article\nMUG,4711\n",
    }
    workspace = make(tmp_path, files)
    shop = Shop.model_validate(
        {
            "shop": "web-shop",
            "name": "Web shop",
            "kind": "api",
            "api": {"keys": ["${env:SHOP_KEY}"]},
            "orders": {"number": "W-{number}"},
            "items": {"codes": "articles.csv", "by": "sku", "unknown": "send"},
            "tax": {"rounding": "0.02", "country": "FR"},
            "erp": {"customer": "C100", "payment_codes": {"*": "WEB"}},
        }
    )
    rules = rules_of(workspace, shop)
    assert (rules.shop, rules.number, rules.customer) == ("web-shop", "W-{number}", "C100")
    assert (rules.items_by, rules.unknown, rules.unit) == ("sku", "send", "piece")
    assert (rules.tolerance, rules.tax_country) == (Decimal("0.02"), "FR")
    assert rules.codes is not None and rules.codes["MUG"] == "4711"
    assert rules.payment_code("paypal") == "WEB"
