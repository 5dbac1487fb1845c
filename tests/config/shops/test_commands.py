"""`gateway shop list` and `gateway shop show`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from tests.config.shops.kit import change, right, shop_file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return right(tmp_path / "edi")


def gateway(root: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["-w", str(root), *words])


def told(root: Path, *words: str) -> Any:
    result = gateway(root, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_list_tells_how_orders_come_and_what_goes_back(root: Path) -> None:
    rows = {each["shop"]: each for each in told(root, "shop", "list")["shops"]}
    assert len(rows) == 9
    assert rows["web-shop"]["orders"] == ["asked", "webhooks"]
    assert rows["posted"]["orders"] == ["posted"]
    assert rows["market"]["back"] == ["stock", "shipments", "invoices", "prices", "acceptance"]
    assert [each["shop"] for each in told(root, "shop", "list", "--kind", "mirakl")["shops"]] == [
        "market"
    ]


def test_one_that_is_left_out_is_listed_as_such(root: Path) -> None:
    change(shop_file(root, "market"), "kind: mirakl", "kind: mirakel")
    assert told(root, "shop", "list")["broken"] == ["market"]
    assert "left out" in gateway(root, "shop", "list").output
    result = gateway(root, "shop", "show", "market")
    assert result.exit_code == 2
    assert "market is left out, its settings have problems" in result.output


def test_without_any_shop_the_list_says_where_they_would_be(tmp_path: Path) -> None:
    root = right(tmp_path / "edi")
    (root / "shops").rename(root / "elsewhere")
    assert gateway(root, "shop", "list").output == "no shops; each has a folder in shops/\n"


def test_a_shop_at_a_glance(root: Path) -> None:
    glance = told(root, "shop", "show", "web-shop")
    assert glance["address"] == "https://shop.example.com"
    assert (glance["asked"], glance["number"]) == ("every 5m", "W-{number}")
    output = gateway(root, "shop", "show", "posted").output
    assert "Platform    api" in output
    assert "Orders      posted" in output


def test_every_setting_with_its_origin_and_no_secret(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKET_KEY", "wN8-qx2-2kL")
    rows = told(root, "shop", "show", "market", "--effective")["settings"]
    by_name = {each["setting"]: each for each in rows}
    assert by_name["mirakl.key"]["value"] == "${env:MARKET_KEY}"
    assert by_name["send.stock.share"]["line"] == 12
    written = told(root, "shop", "show", "market", "--effective", "--written")["settings"]
    assert {each["source"] for each in written} == {"written"}
    assert len(written) < len(rows)


def test_an_unknown_name_is_told_with_those_there_are(root: Path) -> None:
    result = gateway(root, "shop", "show", "web")
    assert result.exit_code == 2
    assert "there is no shop web; there are bazaar, boutique" in result.output


def test_check_tells_of_one_shop_only(root: Path) -> None:
    change(shop_file(root, "market"), "share: 50", "share: 500")
    change(shop_file(root, "souk"), "accept: response", "accept: never")
    result = gateway(root, "check", "--shop", "souk", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [each["place"]["file"] for each in found["problems"]] == ["shops/souk/shop.yaml"]
    assert found["broken_shops"] == ["market", "souk"]
    assert gateway(root, "check", "--shop", "sook").exit_code == 2


def test_secrets_that_are_missing_are_told_of_those_that_are_called(root: Path) -> None:
    change(shop_file(root, "souk"), "kind: octopia", "kind: octopia\nmode: paused")
    result = gateway(root, "check", "--json")
    rows = json.loads(result.stdout)["problems"]
    missing = {each["place"]["file"] for each in rows if each["code"] == "C497"}
    assert "shops/market/shop.yaml" in missing
    assert "shops/souk/shop.yaml" not in missing
    assert result.exit_code == 0
