"""``gateway shop backfill``: read again everything that changed since a day."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from gateway.channels.shops.connector import Window
from gateway.cli.command import Command
from gateway.cli.commands.shop.calling import asking, at_work, called, holding
from gateway.cli.commands.shop.named import shop_named
from gateway.cli.commands.shop.told import NEXT, as_json_of, count, sentence
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    coloured,
    json_option,
    open_running,
    print_json,
)
from gateway.cli.progress import telling
from gateway.cli.working import open_gateway
from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops.accept import accept
from gateway.pipeline.shops.connections import connections
from gateway.problems import Problem
from gateway.store.shops import cursors

DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])
_SHOWN = 20


@click.command("backfill", cls=Command)
@click.argument("name", metavar="SHOP")
@click.option("--since", type=DAY, required=True, help="The first day, like 2026-03-01 (UTC).")
@click.option("--until", type=DAY, help="The last day.  [default: now]")
@json_option
@click.pass_obj
def backfill(root: Path, name: str, since: datetime, until: datetime | None, as_json: bool) -> None:
    """Read again every order that changed from a day on, and take over what is new.

    Orders that are older than the connection of the shop are taken over, too, as far as poll.since
    of its settings allows. What is known already changes nothing, so it can be repeated. Exit code
    1: entries of the shop's list could not be told apart.

    Example:
        gateway shop backfill web-shop --since 2026-02-01
        gateway shop backfill web-shop --since 2026-02-01 --until 2026-02-07 --json

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        shop = at_work(called(shop_named(gateway.house.workspace, name)))
        window = _window(gateway.house, since, until)
        with (
            holding(gateway, shop, "poll") as house,
            telling(f"reading {name}", quiet=as_json) as tell,
            asking(shop),
        ):
            with house.store.write("shop backfill") as connection:
                cursors.begin_earlier(connection, name, window.since)
            counts, broken = _read(house, shop, window, tell)
    if as_json:
        problems = [each.as_json() for each in broken]
        print_json({"shop": name, "orders": as_json_of(counts), "problems": problems})
    else:
        for found in broken[:_SHOWN]:
            click.echo(coloured(found, None))
        click.echo(f"{name}: {sentence(counts)}")
        if counts["taken"] or counts["held"]:
            click.echo(NEXT)
    sys.exit(FOUND if broken else OK)


def _window(house: House, since: datetime, until: datetime | None) -> Window:
    first, at = since.replace(tzinfo=UTC), house.clock()
    last = at if until is None else until.replace(tzinfo=UTC)
    if until is not None and last == last.replace(hour=0, minute=0):
        last += timedelta(days=1) - timedelta(seconds=1)
    last = min(last, at)
    if first > last:
        cannot(f"--since {first:%Y-%m-%d} lies behind {last:%Y-%m-%d}")
    return Window(first, last)


def _read(
    house: House, shop: Shop, window: Window, tell: Callable[[str], None]
) -> tuple[Counter[str], list[Problem]]:
    """Page by page; what became of the orders, and what could not be told apart."""
    connector = connections(house).get(shop.shop)
    counts: Counter[str] = Counter()
    broken: list[Problem] = []
    position, pages = "", 0
    while True:
        page = connector.page(window, position)
        counts += count(accept(house, shop, page.records, origin="by hand"))
        broken += page.broken
        pages += 1
        tell(f"page {pages}, {sum(counts.values())} orders")
        if not page.next or page.next == position:
            return counts, broken
        position = page.next
