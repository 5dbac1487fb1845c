"""Which orders are taken over and as what: ``orders``, ``items``, ``tax``, ``erp``, ``alerts``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.config.alert import MAIL
from gateway.config.models import Settings
from gateway.config.shops.abilities import ABILITIES
from gateway.config.shops.checks.saying import idle, refused, written
from gateway.config.shops.shop import Shop
from gateway.config.validate import suggestion
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

_NEVER = {
    "certificate_expires": "shops have no certificates of their own",
    "ack_overdue": "shops acknowledge nothing",
    "gap": "orders of shops have no sequence",
    "unanswered": "shops are answered by what goes back to them, at no agreed time",
    "refused": "what a shop refuses is given up, which is failed",
}
"""What alerts may name, and never happens with a shop."""


def intake_problems(settings: Settings, shop: Shop, text: YamlText) -> Iterator[Problem]:
    """Of what becomes of orders."""
    yield from _states(shop, text)
    yield from _orders(shop, text)
    yield from _amounts(shop, text)
    for name in ("shipping_codes", "payment_codes"):
        yield from others_unsaid(getattr(shop.erp, name), text, ("erp", name))
    yield from _alerts(settings, shop, text)


def _states(shop: Shop, text: YamlText) -> Iterator[Problem]:
    able, orders = ABILITIES[shop.kind], shop.orders
    for at, state in enumerate(orders.states):
        path: Path_ = ("orders", "states", at)
        hint = "" if state in able.states else suggestion(state, able.states)
        if hint:
            known = ", ".join(able.states)
            place = text.place(path)
            yield problem("C585", place, value=state, platform=able.name, known=known, hint=hint)
        elif state in able.ghosts:
            way = f"take {state} out of orders.states"
            yield problem("C586", text.place(path), value=state, why="it is no order yet", way=way)
        elif state in able.unpaid and orders.unpaid == "wait":
            why = "nobody has paid yet, and orders.unpaid is wait"
            way = f"take {state} out of orders.states, or write unpaid: import"
            yield problem("C586", text.place(path), value=state, why=why, way=way)


def _orders(shop: Shop, text: YamlText) -> Iterator[Problem]:
    able, orders = ABILITIES[shop.kind], shop.orders
    if orders.channels and not able.channels:
        yield refused(shop, text, ("orders", "channels"), "its orders name no sales channel")
    if "{channel}" in orders.number and not able.channels:
        why = "its orders name no sales channel, so {channel} is always empty"
        yield refused(shop, text, ("orders", "number"), why)
    if written(text, ("orders", "test_orders")) and not able.tests:
        why = f"orders of {able.name} are never marked as tests; use mode: test to try the shop"
        yield idle(text, ("orders", "test_orders"), why)
    if written(text, ("orders", "refunds")) and not able.refunds:
        yield idle(text, ("orders", "refunds"), f"orders of {able.name} tell of no refunds")


def _amounts(shop: Shop, text: YamlText) -> Iterator[Problem]:
    """Of articles and taxes."""
    able = ABILITIES[shop.kind]
    if shop.items.codes is not None and shop.items.by == "ean":
        yield idle(text, ("items", "codes"), "items.by is ean, which is the same everywhere")
    if written(text, ("items", "bundles")) and not able.bundles:
        why = f"orders of {able.name} do not say which articles are parts of another one"
        yield idle(text, ("items", "bundles"), why)
    if shop.tax.rates and able.rates:
        yield idle(text, ("tax", "rates"), f"taxes of {able.name} always have their rate")
    if shop.tax.default is not None and not able.untold:
        why = f"prices of {able.name} always say whether there is tax in them"
        yield idle(text, ("tax", "default"), why)


def others_unsaid(codes: Mapping[str, str], text: YamlText, path: Path_) -> Iterator[Problem]:
    """A translation that says nothing of values it does not name (C590)."""
    if codes and "*" not in codes:
        place = text.place(path, key=True)
        yield problem("C590", place, setting=".".join(map(str, path)), count=len(codes))


# ---- who is told


def _alerts(settings: Settings, shop: Shop, text: YamlText) -> Iterator[Problem]:
    for index, alert in enumerate(shop.alerts):
        path: Path_ = ("alerts", index)
        if not alert.to.startswith(MAIL):
            facts: dict[str, Any] = {"shop": shop.shop, "value": alert.to}
            yield problem("C591", text.place((*path, "to")), **facts)
        if settings.alarms.email is None:
            yield problem("C592", text.place((*path, "to")), shop=shop.shop, value=alert.to)
        yield from _idle_alert(text, path, alert.on)
        if alert.before is not None:
            yield idle(text, (*path, "before"), _NEVER["certificate_expires"])


def _idle_alert(text: YamlText, path: Path_, on: Sequence[str]) -> Iterator[Problem]:
    for word in on:
        if word in _NEVER:
            yield idle(text, (*path, "on"), f"{word}: {_NEVER[word]}")
