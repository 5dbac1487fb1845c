"""Which shops read the same orders, and which only look like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config.shops.accounts import address
from tests.config.shops.kit import found, right, shop_file

TWIN = {
    "woocommerce": 'woocommerce: {{url: {url}, key: "${{env:K}}", secret: "${{env:S}}"}}\n',
    "mirakl": 'mirakl: {{url: {url}, key: "${{env:{key}}}"{more}}}\n',
    "prestashop": 'prestashop: {{url: {url}, key: "${{env:K}}", zone: UTC{more}}}\n',
    "amazon": 'amazon: {{client_id: c, client_secret: "${{env:C}}", refresh_token: "${{env:R}}", '
    "seller: {url}, marketplaces: [{more}]}}\n",
}


def left_out(root: Path, kind: str, orders: str = "", **facts: str) -> tuple[str, ...]:
    """Who is left out when a twin is added to what is right."""
    (root / "shops/twin").mkdir()
    group = TWIN[kind].format(**{"key": "K", "more": "", **facts})
    head = f"shop: twin\nname: Twin\nkind: {kind}\n"
    shop_file(root, "twin").write_text(head + group + orders)
    workspace, problems = found(root)
    twice = {each.facts["shop"] for each in problems if each.code == "C564"}
    assert twice == set(workspace.broken_shops), problems
    return workspace.broken_shops


@pytest.mark.parametrize(
    ("kind", "facts", "both"),
    [
        ("woocommerce", {"url": "https://www.shop.example.com"}, True),
        ("woocommerce", {"url": "https://shop.example.com/fr"}, False),
        ("prestashop", {"url": "https://boutique.example.com", "more": ", id_shop: 2"}, True),
        ("mirakl", {"url": "https://market.example.com", "more": ", shop_id: 1001"}, True),
        ("mirakl", {"url": "https://market.example.com", "more": ", shop_id: 1002"}, False),
        ("mirakl", {"url": "https://market.example.org", "more": ", shop_id: 1001"}, False),
        ("amazon", {"url": "A1B2C3D4E5F6G7", "more": "A1PA6795UKMFR9"}, False),
        ("amazon", {"url": "A1B2C3D4E5F6G7", "more": "A1PA6795UKMFR9, A13V1IB3VIYZZH"}, True),
        ("amazon", {"url": "A7G6F5E4D3C2B1", "more": "A13V1IB3VIYZZH"}, False),
    ],
)
def test_two_shops_on_one_account(
    tmp_path: Path, kind: str, facts: dict[str, str], both: bool
) -> None:
    known = {"woocommerce": "web-shop", "prestashop": "boutique", "mirakl": "market",
             "amazon": "seller"}[kind]  # fmt: skip
    # a number of their own, so that nothing else is wrong
    orders = "orders: {number: 'T-{number}'}\n"
    expected = tuple(sorted((known, "twin"))) if both else ()
    assert left_out(right(tmp_path / "edi"), kind, orders, **facts) == expected


def test_channels_divide_an_account(tmp_path: Path) -> None:
    facts = {"url": "https://market.example.com", "more": ", shop_id: 1001"}
    root = right(tmp_path / "edi")
    assert left_out(root, "mirakl", "orders: {channels: [DE]}\n", **facts) == ()


@pytest.mark.parametrize("mode", ["test", "paused"])
def test_one_to_try_things_out_may_stand_beside_it(tmp_path: Path, mode: str) -> None:
    root = right(tmp_path / "edi")
    orders = f"mode: {mode}\norders: {{number: 'T-{{number}}'}}\n"
    assert left_out(root, "woocommerce", orders, url="https://shop.example.com") == ()


@pytest.mark.parametrize(
    "written",
    ["https://Shop.Example.com", "http://www.shop.example.com/", "https://shop.example.com"],
)
def test_an_address_has_one_spelling(written: str) -> None:
    assert address(written) == "shop.example.com"
