"""Of a shop: its secrets, whether it answers to its keys, and its webhooks. Nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime

from gateway.channels.remote.step import Step
from gateway.channels.shops import platforms
from gateway.channels.shops.connector import Connector
from gateway.channels.shops.session import ShopError
from gateway.config import Workspace
from gateway.config.secrets import Secret, SecretError, resolve
from gateway.config.shops import Shop
from gateway.pipeline.shops.webhooks import address_of, path_of, standing
from gateway.pipeline.world.house import secrets_of
from gateway.pipeline.world.looked import failed
from gateway.problems import problem

Connect = Callable[
    [Shop, Callable[[Secret], str], Callable[[], datetime]],
    Connector,
]


def look_at(
    workspace: Workspace,
    name: str,
    clock: Callable[[], datetime],
    connect: Connect = platforms.connect,
) -> Iterator[Step]:
    """Secrets first: without them there is no login."""
    shop = workspace.shops[name]
    missing = False
    for step in secrets_of(workspace, shop, workspace.shop_texts[name].file):
        missing = missing or step.found is not None
        yield step
    if missing or shop.connection is None:
        return
    try:
        with closing(connect(shop, lambda one: resolve(one, workspace.base), clock)) as connector:
            yield Step("login", connector.try_out())
            yield from _webhooks(shop, connector)
    except (ShopError, SecretError) as failure:
        yield failed("login", problem("C596", shop=name, reason=str(failure)))


def _webhooks(shop: Shop, connector: Connector) -> Iterator[Step]:
    """Each topic has one that leads here and is switched on."""
    wanted = shop.webhooks
    if wanted is None:
        return
    address = address_of(shop) or f"https://…{path_of(shop)}"
    for each in standing(shop, connector):
        if each.good:
            yield Step("webhook", f"{each.topic} leads here")
            continue
        reason = {
            "switched off": f"it is switched off ({each.detail})",
            "leads elsewhere": f"it leads to {each.detail}",
        }.get(each.state, each.state)
        found = problem("C597", shop=shop.shop, topic=each.topic, address=address, reason=reason)
        yield failed("webhook", found)
