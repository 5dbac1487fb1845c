"""Every setting of ``shop.yaml`` does something, or is refused or warned of where it cannot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.config import load_workspace
from gateway.config.effective import effective
from gateway.config.reference import rows
from gateway.config.shops import Shop
from gateway.pipeline.watch import alerts
from gateway.pipeline.watch.letter import News, Told
from gateway.problems import problem
from gateway.store.alarms import Alarm
from tests.pipeline.world import OWN, make
from tests.shops.settings import (
    back_cases,
    called,
    idle_cases,
    intake_cases,
    platform_cases,
    test_what_platforms_take,
    watch_cases,
)
from tests.shops.settings.called import OTHER_KEY
from tests.shops.settings.platform_cases import Setting, asks
from tests.shops.settings.street import GATEWAY, opened, shop_yaml
from tests.shops.settings.wire import sent, shop_of
from tests.shops.web.world import KEY, OLD

ALERTED = "email:shop@example.com"
ALARMS = """\
alarms:
  email: {server: mail.example.com, sender: edi@example.com, to: [house@example.com]}
"""
CALLED = {
    "webhooks.secrets", "webhooks.max_size", "webhooks.rate", "shopify.client_secret",
    "bigcommerce.client_secret", "api.keys", "api.max_size", "api.rate",
}  # fmt: skip


def test_settings_of_orders_and_of_what_goes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_TEST_HOOK", "h00k-of-a-street-2026")
    cases = (*intake_cases.CASES, *back_cases.CASES, *watch_cases.CASES)
    street = opened(tmp_path, monkeypatch, cases)
    street.gateway.run_once()
    street.clock.forward(minutes=1)
    street.goes_on()
    back_cases.play(street)
    assert street.differences() == []
    street.gateway.close()


def _seen(monkeypatch: pytest.MonkeyPatch, kind: str, setting: Setting, value: Any) -> str:
    group = {**setting.base, **value}
    shop = shop_of(kind, group, **setting.whole)
    if setting.read is not None:
        return repr(setting.read(shop))
    return sent(monkeypatch, shop, setting.look or asks, setting.answers)


@pytest.mark.parametrize("kind", platform_cases.SETTINGS)
def test_settings_of_a_platform(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    wrong = []
    for one in platform_cases.SETTINGS[kind]:
        plain = _seen(monkeypatch, kind, one, {})
        other = _seen(monkeypatch, kind, one, {one.name: one.other})
        if plain == other or one.shows not in other or (one.shows and one.shows in plain):
            wrong.append(f"{kind}.{one.name}: {one.shows}\n  {plain[:900]}\n  {other[:900]}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize(("kind", "asked"), platform_cases.PAGES.items())
def test_as_many_orders_as_set_are_asked_for(
    monkeypatch: pytest.MonkeyPatch, kind: str, asked: str
) -> None:
    seven = shop_of(kind, {}, poll={"page": 7})
    assert asked in sent(monkeypatch, seven, asks, {})
    assert asked not in sent(monkeypatch, shop_of(kind, {}), asks, {})


def test_settings_of_what_calls_us(tmp_path: Path) -> None:
    world = called.opened(tmp_path)
    assert world.workspace.broken_shops == ()
    found = {
        "webhooks.secrets": [called.called(world, name, secret=OLD) for name in ("one", "old")],
        "webhooks.max_size": [called.called(world, name, fill=2000) for name in ("one", "short")],
        "webhooks.rate": [
            [called.called(world, name) for _ in range(2)][-1] for name in ("one", "slow")
        ],
        "shopify.client_secret": [called.called_by_app(world, name) for name in ("jars", "cups")],
        "bigcommerce.client_secret": [called.tells(world, name) for name in ("jugs", "mugs")],
        "api.keys": [called.posts(world, key) for key in ("nobodys-key-at-all-2026", OTHER_KEY)],
        "api.max_size": [called.posts(world, f"{KEY}{end}", 2, fill=2000) for end in ("", "-b")],
        "api.rate": [
            [called.posts(world, key, number) for number in (3, 4)][-1]
            for key in (OTHER_KEY, f"{KEY}-l")
        ],
    }
    assert found == {
        "webhooks.secrets": [401, 200],
        "webhooks.max_size": [200, 413],
        "webhooks.rate": [200, 429],
        "shopify.client_secret": [401, 200],
        "bigcommerce.client_secret": [401, 200],
        "api.keys": [401, 201],
        "api.max_size": [201, 413],
        "api.rate": [201, 429],
    }
    assert set(found) == CALLED
    world.gateway.close()


def test_a_setting_that_can_do_nothing_is_told(tmp_path: Path) -> None:
    cases = [*idle_cases.REFUSED, *idle_cases.WARNED, *idle_cases.FREE]
    files = {"gateway.yaml": GATEWAY + ALARMS, "partners/_own.yaml": OWN}
    for number, case in enumerate(cases):
        files[f"shops/x{number}/shop.yaml"] = idle_cases.shop_yaml(f"x{number}", case)
        if "codes:" in case[2]:
            files[f"shops/x{number}/articles.csv"] = "sku,article\nTEA-1,100201\n"
    workspace = make(tmp_path, files)
    _, problems = load_workspace(tmp_path)
    told: dict[str, list[str]] = {f"x{number}": [] for number in range(len(cases))}
    for each in problems:
        name = (each.place.file or "").removeprefix("shops/").partition("/")[0]
        told[name].append(f"{each.code} {each.facts.get('setting', '')}".strip())
    expected = {case: [text] for case, text in idle_cases.REFUSED.items()}
    expected |= {case: [f"C573 {text}"] for case, text in idle_cases.WARNED.items()}
    wrong = {
        cases[int(name[1:])]: found
        for name, found in told.items()
        if [one for one in found if one != "C590 send.shipments.carriers"]
        != expected.get(cases[int(name[1:])], [])
    }
    assert wrong == {}
    refused = {f"x{number}" for number in range(len(idle_cases.REFUSED))}
    assert set(workspace.broken_shops) == refused


@pytest.mark.parametrize(
    ("area", "on", "told"),
    [
        ("held/", "held", True), ("held/", "failed", False), ("dead/", "failed", True),
        ("shop/", "unreachable", True), ("shop-webhook/", "silent", True),
        ("shop-compared/", "mismatch", True), ("thread:", "mismatch", True),
        ("shop-stock/", "all", True),
    ],
)  # fmt: skip
def test_alerts_tell_whom_they_name_of_what_they_name(
    tmp_path: Path, area: str, on: str, told: bool
) -> None:
    text = shop_yaml("acme-shop", "woocommerce", f"alerts: [{{on: [{on}], to: '{ALERTED}'}}]")
    workspace = make(tmp_path, {"shops/acme-shop/shop.yaml": text})
    at = datetime(2026, 3, 2, tzinfo=UTC)
    found = problem("A174", shop="acme-shop", when="never yet", every="5 min")
    alarm = Alarm(
        id=1, key=f"{area}acme-shop", found=found, partner="acme-shop", message=None, times=1,
        raised=at, seen=at, resolved=None, told=None, tellings=0,
    )  # fmt: skip
    mails = list(alerts.mails(workspace, [News(alarm, Told.RAISED)], at))
    assert bool(mails) is told
    assert all(b"shop@example.com" in body for _, body in mails)


# ---- nothing is left out

NAMES = {
    "schema": "the version of the file; there is one",
    "shop": "the name of the folder (C561)",
    "name": "what people read",
    "kind": "which group is the connection (C580): each platform has its own settings here",
}
"""Settings that name something, and need no effect of their own."""
ELSEWHERE = {
    "poll.page": test_as_many_orders_as_set_are_asked_for,
    "tax.rates": test_what_platforms_take.test_legal_rates_count_where_a_platform_tells_no_rate,
    "tax.default": test_what_platforms_take.test_the_rate_of_prices_that_say_nothing_of_tax,
    "alerts[].on": test_alerts_tell_whom_they_name_of_what_they_name,
    "alerts[].to": test_alerts_tell_whom_they_name_of_what_they_name,
    "alerts[].before": test_a_setting_that_can_do_nothing_is_told,
}
"""Settings with a test of their own."""


def test_every_setting_of_a_shop_has_its_test() -> None:
    cases = (*intake_cases.CASES, *back_cases.CASES, *watch_cases.CASES)
    tested = {each.setting for each in cases} | CALLED | set(ELSEWHERE) | set(NAMES)
    for kind, settings in platform_cases.SETTINGS.items():
        tested |= {f"{kind}.{one.name}" for one in settings}
    assert tested == {path for path, _, _ in rows(Shop)}


def test_what_show_effective_lists_is_what_is_tested(tmp_path: Path) -> None:
    """The two ways in which settings are enumerated agree."""
    text = shop_yaml("acme-shop", "woocommerce", "send: {stock: {}, shipments: {}, prices: {}}")
    workspace = make(tmp_path, {"shops/acme-shop/shop.yaml": text})
    listed = {each.setting for each in effective(workspace, "acme-shop")} - {"alerts"}
    assert listed < {path for path, _, _ in rows(Shop)}
