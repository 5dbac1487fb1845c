"""``gateway shop …``: what a person at a terminal sees, beside a gateway that may be serving."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.channels.shops.connector import Hook
from gateway.channels.shops.session import ShopBusyError, ShopLoginError
from gateway.cli.commands.shop import dry_run
from gateway.cli.main import main
from gateway.pipeline.dispatch.core import Core
from gateway.store import database
from tests.shops.intake.fake import FakeShop, install, order_fields
from tests.shops.intake.world import SHOP, ShopWorld

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
_DAY = timedelta(days=1)


class Terminal:
    """A workspace with a shop, and a person who gives commands."""

    def __init__(self, root: Path, shop: FakeShop) -> None:
        self.shop = shop
        self.world = ShopWorld(root, shop)
        self.now = NOW
        self.world.clock.now = self.now - 3 * _DAY
        shop.clock = self.world.clock
        for id_ in ("1", "2", "3"):
            self.made(id_)
        self.world.run()
        self.world.clock.now = self.now - timedelta(hours=30)

    def made(self, id_: str, **changes: Any) -> None:
        """An order is made in the shop."""
        at = self.shop.now().isoformat()
        self.shop.put(id_, **({"created": at, "placed": at} | changes))

    def give(self, *words: str) -> Result:
        self.world.gateway.close()
        words = ("-w", str(self.world.root), "shop", *words)
        return CliRunner().invoke(main, words, catch_exceptions=False)

    def json(self, *words: str) -> Any:
        return json.loads(self.give(*words, "--json").stdout)


def golden(name: str, text: str) -> None:
    """The text is what the file says; ``GATEWAY_GOLDEN=write`` writes it."""
    path = GOLDEN / name
    if os.environ.get("GATEWAY_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setattr(database, "now", lambda: NOW)
    monkeypatch.setattr(dry_run, "now", lambda: NOW)
    shop = FakeShop()
    install(monkeypatch, acme_shop=shop)
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield Terminal(tmp_path, shop)
    time.tzset()


def test_the_same_orders_everywhere(terminal: Terminal) -> None:
    done = terminal.give("reconcile", SHOP)
    assert done.exit_code == 0, done.output
    golden("equal.txt", done.stdout)


def test_what_differs_is_told_with_what_to_do(terminal: Terminal) -> None:
    terminal.made("4")
    terminal.shop.spoil("5")
    terminal.world.accept("5")
    done = terminal.give("reconcile", SHOP)

    assert done.exit_code == 1
    golden("differs.txt", done.stdout)


def test_the_last_comparison_is_shown_without_asking_the_shop(terminal: Terminal) -> None:
    assert terminal.give("reconcile", SHOP, "--last").exit_code == 2
    terminal.made("4")
    first = terminal.json("reconcile", SHOP)
    terminal.shop.fails.append(ShopLoginError("401"))
    again = terminal.json("reconcile", SHOP, "--last")

    assert again == first
    assert first["equal"] is False
    assert first["total"]["shop"] == first["total"]["gateway"] == 4
    assert [one["code"] for one in first["differences"]] == ["W330"]


def test_a_shop_that_does_not_answer(terminal: Terminal) -> None:
    terminal.shop.fails.append(ShopLoginError("the key was withdrawn"))
    done = terminal.give("reconcile", SHOP)
    assert done.exit_code == 2
    assert f"{SHOP} cannot be asked: the key was withdrawn" in done.stderr


def test_a_comparison_that_runs_elsewhere_is_not_disturbed(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.cli.commands.shop.calling.PATIENCE", 0.0)
    world = terminal.world
    world.clock.now = terminal.now + timedelta(hours=1)  # a lease that has not run out
    held = Core(world.house, "the one that serves").hold(f"shop/{SHOP}/reconcile")
    assert held is not None
    done = terminal.give("reconcile", SHOP)
    assert done.exit_code == 2
    assert f"shop/{SHOP}/reconcile is worked on by another process" in done.stderr


def test_the_lane_is_given_back(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.cli.commands.shop.calling.PATIENCE", 0.0)
    assert terminal.give("reconcile", SHOP).exit_code == 0
    assert terminal.give("reconcile", SHOP).exit_code == 0


def test_the_page_escapes_what_a_shop_says(terminal: Terminal, tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>&\"'"
    terminal.made("6", number=hostile, shop_status="<b>paid</b>")
    file = tmp_path / "proof.html"
    done = terminal.give("reconcile", SHOP, "--html", str(file))

    text = file.read_text("utf-8")
    assert done.exit_code == 1
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "http://" not in text
    assert "https://" not in text
    assert "W330" in text


def test_orders_and_why_they_are_not_in_the_erp(terminal: Terminal) -> None:
    terminal.made("4", status="pending", shop_status="pending")
    terminal.world.run()
    terminal.shop.spoil("5")
    terminal.world.run()

    done = terminal.give("orders", SHOP)
    assert done.exit_code == 0
    golden("orders.txt", done.stdout)
    assert [one["number"] for one in terminal.json("orders", SHOP, "--state", "waiting")] == ["4"]
    (two,) = terminal.json("orders", SHOP, "--number", "2")
    assert (two["erp"], two["posted"], two["state"]) == ("erp", False, "taken")
    assert terminal.json("orders", SHOP, "--number", "99") == []


def test_one_order_from_the_shop_to_the_erp_and_back(terminal: Terminal) -> None:
    line = order_fields("1")["lines"][0] | {"quantity": "3"}
    terminal.shop.put("2", lines=[line])
    terminal.shop.refund("2", "r1")
    terminal.world.hint("2")
    terminal.world.run()

    done = terminal.give("order", SHOP, "2")
    golden("order.txt", done.stdout)
    (found,) = terminal.json("order", SHOP, "2")["orders"]
    assert [each["written"] for each in found["revisions"]] == ["order", "orderchange"]
    assert [each["external_id"] for each in found["refunds"]] == ["r1"]
    assert len(found["hints"]) == 1
    assert terminal.give("order", SHOP, "99").exit_code == 2


def test_a_poll_now(terminal: Terminal) -> None:
    terminal.world.clock.now = terminal.now
    terminal.made("4")
    assert terminal.json("poll", SHOP)["taken"] == 1
    assert terminal.json("poll", SHOP)["taken"] == 0
    assert [one["number"] for one in terminal.json("orders", SHOP, "--number", "4")] == ["4"]


def test_orders_are_read_by_their_ids(terminal: Terminal) -> None:
    terminal.made("4")
    terminal.shop.orders["4"].hidden = True
    done = terminal.give("fetch", SHOP, "4", "1", "99")

    assert done.exit_code == 1
    assert re.search(r"order\s+4\s+taken", done.stdout)
    assert re.search(r"order\s+1\s+same", done.stdout)
    assert "W320" in done.stdout
    told = terminal.json("fetch", SHOP, "4")
    assert [one["outcome"] for one in told["orders"]] == ["same"]


def test_orders_from_before_are_read_again(terminal: Terminal) -> None:
    at = terminal.now - 200 * _DAY
    terminal.made("old", created=at.isoformat())
    terminal.shop.orders["old"].updated = at
    told = terminal.json("backfill", SHOP, "--since", f"{at:%Y-%m-%d}")
    assert told["orders"]["same"] == 3
    assert told["orders"]["taken"] + told["orders"]["waiting"] == 1
    again = terminal.json(
        "backfill", SHOP, "--since", f"{at:%Y-%m-%d}", "--until", f"{at:%Y-%m-%d}"
    )
    assert again["orders"]["same"] == 1
    assert terminal.give("backfill", SHOP, "--since", "2099-01-01").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [("poll",), ("fetch", "1"), ("backfill", "--since", "2026-03-01"), ("reconcile",)],
    ids=lambda words: str(words[0]),
)
def test_nothing_of_a_paused_shop_is_taken_over(terminal: Terminal, words: tuple[str, ...]) -> None:
    terminal.world.settle("mode: paused\n")
    done = terminal.give(words[0], SHOP, *words[1:])
    assert done.exit_code == 2
    assert f"{SHOP} is paused" in done.stderr
    assert terminal.give("dry-run", SHOP).exit_code == 0


def test_a_shop_that_asks_for_patience_gets_it(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("gateway.cli.commands.shop.reconcile.time.sleep", slept.append)
    terminal.shop.fails += [ShopBusyError("slow down", 7), ShopBusyError("slow down", 9)]
    assert terminal.give("reconcile", SHOP).exit_code == 0
    assert slept == [7, 9]


WEBHOOKS = """\
webhooks:
  secrets: ["${env:GATEWAY_TEST_HOOK_KEY}"]
  address: https://edi.example.com
"""
ADDRESS = f"https://edi.example.com/shops/{SHOP}/webhook"


def test_webhooks_are_looked_at_and_made(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert terminal.give("webhooks", SHOP).exit_code == 2, "it has none"
    monkeypatch.setenv("GATEWAY_TEST_HOOK_KEY", "wN8-qx2-2kL")
    terminal.world.settle(WEBHOOKS)
    done = terminal.give("webhooks", SHOP)
    assert done.exit_code == 1
    assert re.search(r"order.updated\s+missing", done.stdout)

    terminal.shop.hooks = [Hook("1", "order.updated", ADDRESS, active=False, detail="disabled")]
    assert "switched off" in terminal.give("webhooks", SHOP).stdout

    told = terminal.json("webhooks", SHOP, "--make")
    assert told["webhooks"] == [{"topic": "order.updated", "state": "at work", "detail": ""}]
    assert [each.active for each in terminal.shop.hooks] == [True]
    assert terminal.give("webhooks", SHOP).exit_code == 0


def test_before_going_live(terminal: Terminal) -> None:
    line = order_fields("7")["lines"][0]
    terminal.made("7", lines=[line | {"sku": None, "ean": None}])
    terminal.made("8", status="on_hold", shop_status="on-hold")
    terminal.made("9", totals={"grand": "31.00", "tax": "5.00"})
    terminal.made("10", payments=[{"kind": "gateway", "method": "stripe", "amount": "30.00"}])
    terminal.shop.spoil("11")
    before = dict(terminal.shop.calls)

    done = terminal.give("dry-run", SHOP)

    assert done.exit_code == 1
    golden("dry-run.txt", done.stdout)
    assert terminal.shop.calls["order"] == before.get("order", 0)
    assert terminal.shop.sent == []
    told = terminal.json("dry-run", SHOP)
    assert (told["orders"], told["taken"], told["waits"], told["holds"]) == (8, 4, 1, 3)
    assert list(told["articles"]) == ["Green tea"]
    assert list(told["payment"]) == ["stripe"]
    assert terminal.json("orders", SHOP, "--number", "10") == [], "nothing was kept"
