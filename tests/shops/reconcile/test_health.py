"""Webhooks that are missing, switched off, lead elsewhere or do not come; versions that end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.channels.shops.connector import Hook
from gateway.channels.shops.session import ShopBusyError
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.watch.rounds import watch
from gateway.store import alarms
from gateway.store.alarms import AlarmFilter
from gateway.store.shops import errands
from gateway.store.shops import health as kept
from tests.shops.intake.fake import FakeShop, install
from tests.shops.intake.world import SHOP
from tests.shops.reconcile.night import Night

TOPIC = "order.updated"
ADDRESS = f"https://edi.example.com/shops/{SHOP}/webhook"
HOOKS = """\
webhooks:
  secrets: ["${env:GATEWAY_TEST_HOOK_KEY}", "${env:GATEWAY_TEST_HOOK_OLD}"]
  address: https://edi.example.com
  silent: 6h
"""


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    """A shop with webhooks."""
    monkeypatch.setenv("GATEWAY_TEST_HOOK_KEY", "wN8-qx2-2kL")
    monkeypatch.setenv("GATEWAY_TEST_HOOK_OLD", "aT5-pp0-7rV")
    shop = FakeShop()
    install(monkeypatch, acme_shop=shop)
    made = Night(tmp_path, shop, HOOKS)
    made.trade("1")
    yield made
    made.gateway.close()


def look(night: Night) -> dict[str, str]:
    """The hourly look, and the alarms that are open then."""
    core = Core(night.house, "a test")
    night.clock.forward(hours=1)
    core.drain(errands.lane_of(SHOP, "health"))
    return told(night)


def told(night: Night) -> dict[str, str]:
    watch(night.house)
    with night.house.store.read() as connection:
        found = alarms.find(connection, AlarmFilter())
    return {one.found.code: one.found.sentence for one in found}


def hook(**more: object) -> Hook:
    values: dict[str, object] = {"address": ADDRESS, "active": True} | more
    return Hook("7", TOPIC, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hooks", "why"),
    [
        ([], f"{TOPIC} missing"),
        ([hook(active=False, detail="disabled")], f"{TOPIC} switched off (disabled)"),
        (
            [hook(address=f"https://old.example.com/shops/{SHOP}/webhook?key=secret")],
            f"{TOPIC} leads elsewhere (https://old.example.com/shops/{SHOP}/webhook)",
        ),
        ([Hook("8", "order.deleted", ADDRESS, active=True)], f"{TOPIC} missing"),
        ([hook(address="https://edi.example.com/shops/other/webhook")], f"{TOPIC} missing"),
    ],
    ids=["missing", "switched off", "elsewhere", "of another topic", "of another shop"],
)
def test_a_webhook_that_is_not_at_work(night: Night, hooks: list[Hook], why: str) -> None:
    night.shop.hooks = hooks
    assert look(night)["A176"] == f"webhooks of {SHOP} are not at work: {why}"

    night.shop.hooks = [hook()]
    assert "A176" not in look(night)
    assert night.shop.calls["make_webhook"] == 0, "nobody said that it is to be made"


def test_what_is_missing_is_made_and_the_shop_is_asked(night: Night) -> None:
    night.reload(HOOKS + "  manage: true\n")
    night.shop.hooks = [hook(active=False)]
    with night.house.store.read() as connection:
        before = errands.find(connection, errands.lane_of(SHOP, "poll"))

    assert "A176" not in look(night)

    (made,) = night.shop.hooks
    assert (made.active, made.address) == (True, ADDRESS)
    assert made.detail == "wN8-qx2-2kL", "the first of the secrets"
    with night.house.store.read() as connection:
        poll = errands.find(connection, errands.lane_of(SHOP, "poll"))
    assert before is not None
    assert poll is not None
    assert poll.due <= night.clock()


def test_webhooks_that_are_switched_off_again_and_again(night: Night) -> None:
    night.reload(HOOKS + "  manage: true\n")
    found = {}
    for _ in range(3):
        assert "A176" not in found
        night.shop.hooks = [hook(active=False)]
        found = look(night)
    assert "had to be made 3 times" in found["A176"]

    night.clock.forward(days=2)
    assert "A176" not in look(night)


def test_a_shop_in_test_is_left_as_it_is(night: Night) -> None:
    night.reload("mode: test\n" + HOOKS + "  manage: true\n")
    assert "A176" in look(night)
    assert night.shop.hooks == []


def test_a_shop_that_does_not_answer_is_asked_later(night: Night) -> None:
    night.shop.fails.append(ShopBusyError("slow down", 30))
    look(night)
    with night.house.store.read() as connection:
        found = errands.find(connection, errands.lane_of(SHOP, "health"))
    assert found is not None
    assert (found.trouble, found.attempts) == ("busy", 1)


def test_orders_are_found_and_nobody_calls(night: Night) -> None:
    night.shop.hooks = [hook()]
    look(night)
    night.hint("1")
    night.shop.put("2")
    night.later(hours=3)
    assert "A175" not in told(night), "the last one came less than six hours ago"

    night.clock.forward(hours=4)
    assert told(night)["A175"] == (
        f"no webhook of {SHOP} came since 2026-03-02 12:14 UTC; orders found by asking meanwhile: 1"
    )
    night.hint("2")
    assert "A175" not in told(night)


def test_a_quiet_shop_is_not_silent(night: Night) -> None:
    night.shop.hooks = [hook()]
    look(night)
    night.clock.forward(days=3)
    assert "A175" not in told(night), "nothing changed there"


def test_webhooks_that_never_came_count_from_the_first_look(night: Night) -> None:
    night.shop.hooks = [hook()]
    look(night)
    with night.house.store.read() as connection:
        found = kept.find(connection, SHOP)
    assert found is not None
    assert found.since == night.clock()
    assert "A175" not in told(night), "orders from before are no sign"


SHOPIFY = """\
schema: 1
shop: {name}
name: Acme Shop (example)
kind: shopify
shopify:
  url: https://acme-example.myshopify.com
  token: ${{env:GATEWAY_TEST_SHOP_KEY}}
  version: "2026-01"
"""


def test_a_version_that_ends_soon(night: Night) -> None:
    night.gateway.close()
    (night.root / f"shops/{SHOP}/shop.yaml").write_text(SHOPIFY.format(name=SHOP))
    night.workspace = night.loaded()
    night.gateway = night.open()
    night.clock.now = datetime(2026, 10, 1, tzinfo=UTC)
    assert "A178" not in told(night)

    night.clock.now = datetime(2026, 11, 10, tzinfo=UTC)
    assert told(night)["A178"] == (
        f"{SHOP} is called by version 2026-01 of its API, which may end on 2027-01-01"
    )
