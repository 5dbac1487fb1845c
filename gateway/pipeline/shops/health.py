"""The hourly look at a shop's webhooks; what is missing is made again where the settings say so.

Shops switch webhooks off, or delete them, and tell nobody. Nothing is lost by it, as the polls find
every order: what was missed meanwhile is read at once when a webhook had to be made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from gateway.channels.shops.connector import Connector
from gateway.channels.shops.session import ShopError
from gateway.config.secrets import SecretError, resolve
from gateway.config.shops import Shop
from gateway.config.shops.abilities import ABILITIES
from gateway.pipeline.house import House
from gateway.pipeline.shops.connections import connections
from gateway.pipeline.shops.webhooks import Standing, address_of, standing
from gateway.store.shops import errands
from gateway.store.shops import health as kept
from gateway.store.shops.errands import Errand
from gateway.store.shops.health import Health
from gateway.telemetry import events
from gateway.telemetry.secrets import mask

EVERY = timedelta(hours=1)
CALM = timedelta(days=1)
"""Webhooks that did not have to be made for so long stay."""


def is_wanted(shop: Shop) -> bool:
    """Whether a shop has webhooks that can be looked at."""
    called = shop.connection is not None and ABILITIES[shop.kind].webhooks
    return shop.webhooks is not None and called


def health(house: House, shop: Shop, errand: Errand) -> datetime | None:
    """Look at them; when they are looked at next. Raises ``OSError``."""
    connector = connections(house).get(shop.shop)
    wanted, found = shop.webhooks, standing(shop, connector)
    lacking = [one for one in found if not one.good]
    if lacking and wanted is not None and wanted.manage and shop.mode == "live":
        try:
            make(house, shop, connector, lacking)
        finally:  # only what is lacking then is an alarm
            look(house, shop, connector)
    else:
        _keep(house, shop, found)
    return house.clock() + EVERY


def look(house: House, shop: Shop, connector: Connector) -> list[Standing]:
    """How they stand now; kept for the alarms. Raises ``OSError``."""
    found = standing(shop, connector)
    _keep(house, shop, found)
    return found


def _keep(house: House, shop: Shop, found: Sequence[Standing]) -> None:
    at = house.clock()
    with house.store.read() as connection:
        before = kept.find(connection, shop.shop)
    made_at = None if before is None else before.made_at
    calm = all(one.good for one in found) and (made_at is None or at - made_at > CALM)
    now = Health(
        shop.shop,
        at if before is None else before.since,
        at,
        [one.as_json() for one in found],
        0 if calm or before is None else before.made,
        None if calm else made_at,
    )
    house.checkpoint("health: looked")
    with house.store.write("shop health") as connection:
        kept.keep(connection, now)


def make(house: House, shop: Shop, connector: Connector, lacking: Sequence[Standing]) -> None:
    """Have the shop call us; orders that changed meanwhile are read at once.

    Raises ``OSError``, also where the settings say too little.
    """
    address, secret = address_of(shop), _secret(house, shop)
    if address is None:
        raise ShopError(f"webhooks.address of {shop.shop} does not say where webhooks come in")
    for one in lacking:
        connector.make_webhook(one.topic, address, secret)
        house.checkpoint("health: made")
        events.shop_webhook_made(shop=shop.shop, topic=one.topic, state=one.state)
    at = house.clock()
    with house.store.write("webhooks made") as connection:
        known = kept.find(connection, shop.shop)
        made = 1 if known is None else known.made + 1
        hooks = [] if known is None else known.hooks
        since = at if known is None else known.since
        kept.keep(connection, Health(shop.shop, since, at, hooks, made, at))
        errands.pull_in(connection, [errands.lane_of(shop.shop, "poll")], at)


def _secret(house: House, shop: Shop) -> str:
    """The first that signs; empty where the platform signs with that of the app."""
    if shop.webhooks is None or not shop.webhooks.secrets:
        return ""
    try:
        found = resolve(shop.webhooks.secrets[0], house.workspace.base).strip()
    except SecretError as failure:
        raise ShopError(f"the secret of webhooks cannot be used: {failure}") from None
    mask(found)  # a shop that refuses it may repeat it
    return found
