"""What calls us, and how often we call: polling, webhooks, posted orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from gateway.config.models import Settings
from gateway.config.shops.abilities import ABILITIES
from gateway.config.shops.checks.saying import refused, written
from gateway.config.shops.shop import Shop
from gateway.config.values import duration_text, is_here
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

_PORTS = {"http": 80, "https": 443}


def call_problems(settings: Settings, shop: Shop, text: YamlText) -> Iterator[Problem]:
    """Of ``poll``, ``webhooks``, ``api``, ``reconcile``."""
    yield from _posting(settings, shop, text)
    if ABILITIES[shop.kind].asked:
        yield from _polling(shop, text)
    if shop.webhooks is not None:
        yield from _webhooks(settings, shop, text)


# ---- we call


def _polling(shop: Shop, text: YamlText) -> Iterator[Problem]:
    able, poll = ABILITIES[shop.kind], shop.poll
    limits: tuple[tuple[str, bool, Any, str], ...] = (
        ("every", poll.every < able.least, poll.every, f"at least {duration_text(able.least)}"),
        ("page", poll.page > able.page, poll.page, f"at most {able.page}"),
        (
            "overlap",
            poll.overlap is not None and poll.overlap < able.overlap,
            poll.overlap,
            f"at least {duration_text(able.overlap)}",
        ),
    )
    for setting, beyond, value, limit in limits:
        if beyond:
            shown = duration_text(value) if setting != "page" else value
            facts: dict[str, Any] = {"setting": f"poll.{setting}", "value": shown}
            place = text.place(("poll", setting))
            yield problem("C574", place, **facts, platform=able.name, limit=limit)
    if able.least <= poll.every < able.agreed:
        facts = {"value": duration_text(poll.every), "agreed": duration_text(able.agreed)}
        yield problem("C575", text.place(("poll", "every")), platform=able.name, **facts)


# ---- the shop calls


def _posting(settings: Settings, shop: Shop, text: YamlText) -> Iterator[Problem]:
    if shop.kind != "api":
        if shop.api is not None:
            why = "its orders are read from it; only a shop of kind api posts them"
            yield refused(shop, text, ("api",), why)
        return
    if shop.api is None:
        yield problem("C595", text.place(("kind",)), shop=shop.shop)
    elif settings.http.listen == "off" and settings.http.partners is None:
        yield problem("C582", text.place(("api",), key=True), setting="api", why=_CLOSED)
    if written(text, ("poll",)):
        yield refused(shop, text, ("poll",), "nobody can ask it for orders")


_CLOSED = "http.listen is off in gateway.yaml, and there is no http.partners"


def _webhooks(settings: Settings, shop: Shop, text: YamlText) -> Iterator[Problem]:
    able, hooks = ABILITIES[shop.kind], shop.webhooks
    assert hooks is not None
    path: Path_ = ("webhooks",)
    if not able.webhooks:
        yield refused(shop, text, path, "it calls nobody; polling finds every order")
        return
    if not hooks.secrets and not _signed_by_the_app(shop):
        yield problem("C581", text.place(path, key=True), shop=shop.shop, platform=able.name)
    if settings.http.listen == "off" and settings.http.partners is None:
        yield problem("C582", text.place(path, key=True), setting="webhooks", why=_CLOSED)
    if hooks.manage and hooks.address is None:
        why = "webhooks.manage makes them in the shop, and needs webhooks.address for it"
        place = text.place((*path, "manage"))
        yield problem("C582", place, setting="webhooks.manage", why=why)
    if hooks.address is not None:
        yield from _called_at(shop, text, hooks.address)


def _called_at(shop: Shop, text: YamlText, address: str) -> Iterator[Problem]:
    able, parts = ABILITIES[shop.kind], urlsplit(address)
    place = text.place(("webhooks", "address"))
    if able.https_hooks and parts.scheme != "https":
        why = f"{able.name} calls by https only"
        yield problem("C582", place, setting="webhooks.address", why=why)
        return
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        port = 0
    if able.ports and port not in able.ports and not _on_this_machine(shop, parts.netloc):
        known = ", ".join(map(str, able.ports))
        why = f"{able.name} calls at port {known} only; put a reverse proxy in front"
        yield problem("C582", place, setting="webhooks.address", why=why)
    end = f"/shops/{shop.shop}/webhook"
    if parts.path.endswith(end):
        facts: dict[str, Any] = {"setting": "webhooks.address", "value": address}
        why = f"{end} is added by the gateway"
        yield problem("C576", place, **facts, why=why, right=address.removesuffix(end))


def _on_this_machine(shop: Shop, address: str) -> bool:
    """Whether shop and gateway are both here, as they are where somebody tries things."""
    url = urlsplit(str(getattr(shop.connection, "url", "")))
    return is_here(url.netloc) and is_here(address)


def _signed_by_the_app(shop: Shop) -> bool:
    """Whether the platform signs with a secret of the connection."""
    return getattr(shop.connection, "client_secret", None) is not None
