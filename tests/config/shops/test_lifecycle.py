"""A shop from its file to what runs: hash, snapshot, plan, what was applied, and as it was then."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.config import Workspace, load_workspace
from gateway.config.applied import load_applied
from gateway.config.asthen import load_as_then
from gateway.config.difference import Change, Sides, difference
from gateway.config.effective import effective
from gateway.config.shops.articles import articles
from gateway.config.snapshot import MASK, collect
from gateway.config.translation import Translation
from tests.config.shops.kit import change, found, right, shop_file

LIST = "shops/web-shop/codes/articles.csv"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return right(tmp_path / "edi")


def load(root: Path) -> Workspace:
    workspace, problems = found(root)
    assert problems == []
    return workspace


def applied(workspace: Workspace) -> Workspace:
    runs, problems = load_applied(collect(workspace), workspace)
    assert runs is not None, problems
    return runs


def changes(old: Workspace, new: Workspace) -> list[Change]:
    sides = Sides(old, new, Translation(old), Translation(new))
    return list(difference(sides).changes)


def told(each: Change) -> tuple[str, str, str]:
    return each.partner, f"{each.what} {each.path}", each.values


# ---- hash and snapshot


def test_a_shop_is_part_of_the_hash_and_of_the_snapshot(root: Path) -> None:
    before = load(root)
    snapshot = collect(before)
    assert snapshot.hash == before.hash
    assert {"shops/web-shop/shop.yaml", LIST} <= set(snapshot.files)
    change(shop_file(root, "market"), "share: 50", "share: 60")
    assert load(root).hash != before.hash


@pytest.mark.parametrize(
    ("shop", "old", "new", "secret"),
    [
        ("web-shop", "key: ${env:WEB_KEY}", "key: ck_0123456789", "ck_0123456789"),
        ("web-shop", "secret: ${env:WEB_SECRET}", "secret: cs_0123456789", "cs_0123456789"),
        ("posted", '"${env:POSTED_KEY}"', "bearer-0123456789", "bearer-0123456789"),
        ("seller", "refresh_token: ${env:SELLER_TOKEN}", "refresh_token: Atzr-0123", "Atzr-0123"),
        ("boutique", "boutique.example.com", "boutique.example.com/?ws_key=ABCDEF", "ABCDEF"),
        ("market", "https://market", "https://me:0123456789@market", "0123456789"),
    ],
)
def test_what_is_secret_is_in_no_snapshot(
    root: Path, shop: str, old: str, new: str, secret: str
) -> None:
    change(shop_file(root, shop), old, new)
    workspace, problems = load_workspace(root)
    assert workspace is not None
    assert workspace.broken_shops == (shop,)
    assert secret not in str([each.as_json() for each in problems])
    kept = collect(workspace).files[f"shops/{shop}/shop.yaml"].decode()
    assert secret not in kept
    assert MASK in kept or "ws_key" in new


def test_names_of_meta_data_are_no_secrets(root: Path) -> None:
    change(shop_file(root, "web-shop"), "  auth: basic", "  invoice_key: _my_invoice")
    workspace, _ = found(root)
    assert b"_my_invoice" in collect(workspace).files["shops/web-shop/shop.yaml"]


def test_a_shop_whose_file_is_the_same_is_not_read_again(root: Path) -> None:
    before = load(root)
    change(shop_file(root, "market"), "share: 50", "share: 60")
    after, _ = load_workspace(root, previous=before)
    assert after is not None
    assert after.shops["store"] is before.shops["store"]
    assert after.shops["market"].send.stock != before.shops["market"].send.stock


# ---- what was applied, and as then


def test_what_was_applied_has_the_same_shops(root: Path) -> None:
    workspace = load(root)
    runs = applied(workspace)
    assert runs.shops == workspace.shops
    assert runs.broken_shops == ()
    lists = [articles(each, each.shops["web-shop"]) for each in (workspace, runs)]
    assert lists[0] is not None
    assert lists[0] == lists[1]
    assert lists[0].article("MUG-BLUE") == "100310"
    assert lists[0].skus("100201") == ("TEE-RED-M",)


def test_the_folder_may_have_another_name(root: Path) -> None:
    (root / "shops").rename(root / "stores")
    change(root / "gateway.yaml", "schema: 1", "schema: 1\nshops: stores")
    workspace = load(root)
    assert len(workspace.shops) == 9
    runs = applied(workspace)
    assert runs.shops == workspace.shops
    assert changes(runs, workspace) == []


def test_as_then_a_shop_is_as_it_was(root: Path, tmp_path: Path) -> None:
    snapshot = collect(load(root))
    change(shop_file(root, "market"), "states: [SHIPPING]", "states: [SHIPPED]")
    then, problems = load_as_then(snapshot, tmp_path / "then", load(root))
    assert then is not None, problems
    assert then.shops["market"].orders.states == ("SHIPPING",)


# ---- plan


def test_a_plan_tells_what_changes_in_a_shop(root: Path) -> None:
    runs = applied(load(root))
    change(shop_file(root, "market"), "share: 50", "share: 60")
    change(shop_file(root, "market"), "key: ${env:MARKET_KEY}", "key: ${env:NEW_KEY}")
    change(root / LIST, "MUG-BLUE,100310", "MUG-BLUE,100311\nMUG-RED,100312")
    assert [told(each) for each in changes(runs, load(root))] == [
        ("market", "setting mirakl.key", "${env:MARKET_KEY} -> ${env:NEW_KEY}"),
        ("market", "setting send.stock.share", "50 -> 60"),
        ("web-shop", "code articles.csv MUG-BLUE", "100310 -> 100311"),
        ("web-shop", "code articles.csv MUG-RED", "100312"),
    ]


def test_a_plan_tells_who_comes_and_goes(root: Path) -> None:
    runs = applied(load(root))
    shop_file(root, "souk").unlink()
    (root / "shops/souk").rmdir()
    (root / "shops/bazar").mkdir()
    shop_file(root, "bazar").write_text(
        "shop: bazar\nname: Bazar\nkind: api\napi: {keys: ['${env:BAZAR}']}\n"
        "orders: {number: 'B-{number}'}\n"
    )
    assert [told(each) for each in changes(runs, load(root))] == [
        ("bazar", "shop Bazar", "api, live"),
        ("souk", "shop Souk", "octopia, live"),
    ]


def test_a_broken_shop_stays_as_it_runs(root: Path) -> None:
    runs = applied(load(root))
    change(shop_file(root, "market"), "kind: mirakl", "kind: mirakel")
    files, _ = found(root)
    sides = Sides(runs, files, Translation(runs), Translation(files))
    assert sides.stays == {"market"}
    assert difference(sides).changes == ()


def test_a_comment_changes_nothing(root: Path) -> None:
    runs = applied(load(root))
    change(shop_file(root, "market"), "kind: mirakl", "kind: mirakl   # one operator")
    found_ = changes(runs, load(root))
    assert [(each.what, each.note) for each in found_] == [("file", "means the same")]


# ---- every setting


def test_every_setting_tells_where_it_is_written(root: Path) -> None:
    values = {each.setting: each for each in effective(load(root), "market")}
    assert values["send.stock.share"].value == "50"
    assert values["send.stock.share"].shown_origin == "shop.yaml:12"
    assert (values["poll.every"].value, values["poll.every"].source) == ("15m", "default")
    assert values["mirakl.key"].value == "${env:MARKET_KEY}"
    assert "shopify.url" not in values
