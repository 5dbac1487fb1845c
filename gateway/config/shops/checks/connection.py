"""How a shop is reached: the group of its platform, and the addresses in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from gateway.config.shops.abilities import ABILITIES
from gateway.config.shops.shop import PLATFORMS, Shop
from gateway.config.values import is_here
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import YamlText


def connection_problems(shop: Shop, text: YamlText) -> Iterator[Problem]:
    """Of the group that has the name of the platform."""
    yield from _groups(shop, text)
    if shop.connection is None:
        return
    for setting in ("url", "login"):
        value = getattr(shop.connection, setting, None)
        if value is not None:
            yield from _address(shop, text, setting, str(value))


def _groups(shop: Shop, text: YamlText) -> Iterator[Problem]:
    """The group of its kind is there, and no other one (C580)."""
    facts: dict[str, Any] = {"shop": shop.shop, "kind": shop.kind}
    for kind in PLATFORMS:
        if kind != shop.kind and getattr(shop, kind) is not None:
            why, way = f"it has the group {kind}", f"take {kind} out, or write kind: {kind}"
            yield problem("C580", text.place((kind,), key=True), **facts, why=why, way=way)
    if shop.kind != "api" and shop.connection is None:
        why = f"it has no group {shop.kind}"
        way = f"write {shop.kind}: with its address and keys"
        yield problem("C580", text.place(("kind",)), **facts, why=why, way=way)


def _address(shop: Shop, text: YamlText, setting: str, value: str) -> Iterator[Problem]:
    able = ABILITIES[shop.kind]
    parts = urlsplit(value)
    path = (shop.kind, setting)
    facts: dict[str, Any] = {"setting": ".".join(path), "value": value}
    if parts.scheme == "http" and not is_here(parts.netloc):
        signed = shop.woocommerce is not None and shop.woocommerce.auth == "oauth1"
        code = "C578" if signed else "C577"
        yield problem(code, text.place(path), **facts, what=able.plain)
    low = parts.path.lower()
    below = next((each for each in able.below if each.lower() in low), None)
    if setting == "url" and below is not None:
        at = low.index(below.lower())
        right = f"{parts.scheme}://{parts.netloc}{parts.path[:at]}"
        why = f"{below} and what follows is added by the gateway"
        yield problem("C576", text.place(path), **facts, why=why, right=right)
