"""Settings of what watches over a shop: its webhooks, and the comparison of every night."""

from __future__ import annotations

from typing import Any

from gateway.pipeline.shops.reconcile import run
from gateway.pipeline.watch.shop_compared import webhooks
from gateway.store.shops import errands
from tests.shops.settings.intake_cases import buys
from tests.shops.settings.street import Case, Stall, Street

HOOKS = "webhooks: {{secrets: ['${{env:GATEWAY_TEST_HOOK}}'], {more}}}"
MANAGED = "manage: true, address: 'https://edi.example.com'"


def hooks(more: str = "address: 'https://edi.example.com'") -> str:
    """Settings of webhooks."""
    return HOOKS.format(more=more)


def managed(street: Street, stall: Stall) -> bool:
    """Whether the shop was told to call, and the address has the shop's name."""
    return [f"/shops/{stall.name}/webhook" in address for address in stall.hooks] == [True]


def called_at(_street: Street, stall: Stall) -> str:
    return stall.hooks[0].partition("/shops/")[0]


def is_silent(street: Street, stall: Stall) -> bool:
    """Whether there is an alarm: orders are found, and nobody calls."""
    with street.house.store.read() as connection:
        found = list(webhooks(street.house, connection, {}))
    return ("A175", stall.name) in [(one.found.code, one.partner) for one in found]


def compared_at(street: Street, stall: Stall) -> str:
    return street.due(stall, "reconcile")


def compared_since(street: Street, stall: Stall) -> str:
    """From when on the shop's list is compared."""
    with street.house.store.read() as connection:
        errand = errands.find(connection, errands.lane_of(stall.name, "reconcile"))
    assert errand is not None
    run.reconcile(street.house, street.workspace.shops[stall.name], errand)
    return f"{stall.compared[0].since:%m-%d %H:%M}"


def case(setting: str, values: tuple[str, str], look: Any, ends: tuple[Any, Any]) -> Case:
    return Case(setting, values, look, ends, buys)


CASES = (
    case("webhooks.manage", (hooks(), hooks(MANAGED)), managed, (False, True)),
    case("webhooks.address",
         (hooks(MANAGED), hooks(MANAGED.replace("edi.", "hooks."))), called_at,
         ("https://edi.example.com", "https://hooks.example.com")),
    Case("webhooks.silent", (hooks(), hooks("silent: 1h")), is_silent, (False, True),
         later=buys),
    case("reconcile.at", ("", "reconcile: {at: '04:30'}"), compared_at, ("03:00", "04:30")),
    case("reconcile.zone", ("", "reconcile: {zone: Europe/Paris}"), compared_at,
         ("03:00", "02:00")),
    case("reconcile.days", ("", "reconcile: {days: 1}"), compared_since,
         ("02-27 00:00", "03-01 00:00")),
)  # fmt: skip
