"""What depends on the day: a beginning that is still to come, an API that ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from gateway.config.shops.shop import Shop
from gateway.config.workspace import Workspace
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import YamlText

_SOON = timedelta(days=60)
"""Before its end, a version of an API is told."""


def problems_of_today(workspace: Workspace, at: datetime) -> Iterator[Problem]:
    """Of all shops that can be used."""
    for name, shop in workspace.shops.items():
        text = workspace.shop_texts[name]
        yield from _beginning(shop, text, at.date())
        yield from _version(shop, text, at.date())


def _beginning(shop: Shop, text: YamlText, today: date) -> Iterator[Problem]:
    since = shop.poll.since
    if since is not None and since > today:
        yield problem("C593", text.place(("poll", "since")), shop=shop.shop, day=since.isoformat())


def _version(shop: Shop, text: YamlText, today: date) -> Iterator[Problem]:
    """A version of Shopify's API lasts for a year from the first day of its month."""
    if shop.shopify is None:
        return
    year, month = map(int, shop.shopify.version.split("-"))
    ends = date(year + 1, month, 1)
    if today + _SOON >= ends:
        place = text.place(("shopify", "version"))
        yield problem("C584", place, version=shop.shopify.version, day=ends.isoformat())
