"""``gateway shop webhooks``: whether a shop calls us, and making it do so."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.commands.shop.calling import asking, called, holding
from gateway.cli.commands.shop.named import shop_named
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    json_option,
    open_running,
    print_json,
    print_table,
)
from gateway.cli.working import open_gateway
from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops import health
from gateway.pipeline.shops.connections import connections
from gateway.pipeline.shops.webhooks import Standing, address_of, path_of
from gateway.store.shops import health as kept

PERIOD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came within a day."""

    last: datetime | None
    hints: int
    without: int
    """Orders that changed and of which no webhook told."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        last = None if self.last is None else self.last.isoformat()
        return {"last": last, "day": self.hints, "found_without": self.without}


@click.command("webhooks", cls=Command)
@click.argument("name", metavar="SHOP")
@click.option("--make", is_flag=True, help="Make those that are missing, or switch them on again.")
@json_option
@click.pass_obj
def webhooks(root: Path, name: str, make: bool, as_json: bool) -> None:
    """Show the webhooks a shop has for this gateway, and how many came within a day.

    --make makes what is missing in the shop (webhooks.address and webhooks.secrets say how), and
    has the shop asked for what it did not tell. Exit code 1: some are missing or switched off.

    Example:
        gateway shop webhooks web-shop
        gateway shop webhooks web-shop --make
        gateway shop webhooks web-shop --json

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        shop = called(shop_named(gateway.house.workspace, name))
        if not health.is_wanted(shop):
            cannot(f"{name} has no webhooks: in its shop.yaml (webhooks:), or on its platform")
        lane = holding(gateway, shop, "health") if make else nullcontext(gateway.house)
        with lane as house, asking(shop):
            found = _looked(house, shop, make=make)
        heard = _heard(gateway.house, shop)
    address = address_of(shop) or f"…{path_of(shop)}"
    if as_json:
        print_json({"shop": name, "address": address, "heard": heard.as_json(),
                    "webhooks": [each.as_json() for each in found]})  # fmt: skip
    else:
        _print(shop, address, found, heard)
    sys.exit(OK if all(each.good for each in found) else FOUND)


def _looked(house: House, shop: Shop, *, make: bool) -> list[Standing]:
    connector = connections(house).get(shop.shop)
    found = health.look(house, shop, connector)
    lacking = [each for each in found if not each.good]
    if not (make and lacking):
        return found
    health.make(house, shop, connector, lacking)
    return health.look(house, shop, connector)


def _heard(house: House, shop: Shop) -> Heard:
    at = house.clock()
    with house.store.read() as connection:
        return Heard(
            kept.last_hint(connection, shop.shop),
            kept.hints(connection, shop.shop, at - PERIOD),
            kept.found_without(connection, shop.shop, at - PERIOD, at),
        )


def _print(shop: Shop, address: str, found: Sequence[Standing], heard: Heard) -> None:
    click.echo(f"{shop.shop} calls {address}")
    rows = [(each.topic, each.state, each.detail or "–") for each in found]
    print_table(("Topic", "State", "As the shop says"), rows)
    last = "never" if heard.last is None else f"{heard.last.astimezone():%Y-%m-%d %H:%M:%S}"
    click.echo(
        f"came last {last}; within a day {heard.hints}; orders that changed without one: "
        f"{heard.without}"
    )
