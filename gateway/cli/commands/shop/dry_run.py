"""``gateway shop dry-run``: what the orders of some weeks would become, before going live."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from gateway.channels.shops import platforms
from gateway.channels.shops.connector import Window
from gateway.cli.command import Command
from gateway.cli.commands.shop.calling import asking, called
from gateway.cli.commands.shop.named import shop_named
from gateway.cli.output import FOUND, OK, json_option, open_workspace, print_json, print_table
from gateway.cli.progress import telling
from gateway.cli.translation import translation_of
from gateway.config import Workspace
from gateway.config.secrets import resolve
from gateway.config.shops import Shop
from gateway.pipeline.house import Rules
from gateway.pipeline.shops.dryrun import DryRun, Table, Tried, advice
from gateway.problems import REGISTRY
from gateway.store.database import now


@click.command("dry-run", cls=Command)
@click.argument("name", metavar="SHOP")
@click.option(
    "--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How many days back."
)
@json_option
@click.pass_obj
def dry_run_(root: Path, name: str, days: int, as_json: bool) -> None:
    """Read and convert the orders of some weeks, as the files of the settings say; keep nothing.

    Nothing is stored, nothing is sent, the shop is only read, a gateway that runs is not touched.
    It tells how many orders would go to the ERP, wait, or need a person, and why; which articles,
    methods and rates the settings do not know; and which settings to look at. Exit code 1: orders
    would need a person.

    Example:
        gateway shop dry-run web-shop
        gateway shop dry-run web-shop --days 7 --json

    """
    workspace = open_workspace(root, as_json=as_json)
    shop = called(shop_named(workspace, name))
    with asking(shop), telling(f"reading {name}", quiet=as_json) as tell:
        tried = _tried(workspace, shop, days, lambda orders: tell(f"{orders} orders"))
    if as_json:
        print_json(tried.as_json())
    else:
        _print(tried)
    sys.exit(FOUND if tried.holds or tried.broken else OK)


def _tried(workspace: Workspace, shop: Shop, days: int, tell: Callable[[int], None]) -> Tried:
    at = now()
    rules = Rules(workspace, translation_of(workspace), now)
    window = Window(at - timedelta(days=days), at)
    made = platforms.connect(shop, lambda secret: resolve(secret, workspace.base), now)
    with closing(made) as connector:
        return DryRun(rules, shop, connector, window).run(tell)


def _print(tried: Tried) -> None:
    click.secho(
        f"{tried.shop}: {tried.orders} orders that changed since {tried.since:%Y-%m-%d}", bold=True
    )
    rows = {
        "would go to the ERP": tried.taken,
        "would wait": tried.waits,
        "would need a person": tried.holds,
        "cancelled before": tried.over,
        "refunds among them": tried.refunds,
        "not told apart in the list": tried.broken,
    }
    width = max(len(str(count)) for count in rows.values())
    for words, count in rows.items():
        if count or words == "would go to the ERP":
            click.echo(f"  {count:>{width}} {words}")
    _codes("Would need a person", tried.held)
    _codes("Would wait", tried.waiting)
    _codes("Told besides", tried.warnings)
    for title, table in (
        ("States in the shop", tried.states),
        ("Articles that the ERP does not know", tried.articles),
        ("Shipping methods without a code", tried.shipping),
        ("Payment methods without a code", tried.payment),
    ):
        _things(title, table)
    found = list(advice(tried))
    if found:
        click.echo()
        click.secho("To be looked at in shop.yaml", bold=True)
        print_table(("Setting", "Why"), found)


def _codes(title: str, table: Table) -> None:
    if table:
        click.echo()
        click.secho(title, bold=True)
        rows = [
            (code, str(one.count), REGISTRY[code].title, f"{', '.join(one.orders)}: {one.sentence}")
            for code, one in sorted(table.items(), key=lambda each: -each[1].count)
        ]
        print_table(("Code", "Orders", "What", "For example"), rows)


def _things(title: str, table: Table) -> None:
    if table:
        click.echo()
        click.secho(title, bold=True)
        rows = [
            (name, str(one.count), ", ".join(one.orders))
            for name, one in sorted(table.items(), key=lambda each: -each[1].count)
        ]
        print_table(("", "Orders", "For example"), rows)
