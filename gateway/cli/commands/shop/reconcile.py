"""``gateway shop reconcile``: the proof that nothing is missing."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from gateway.channels.shops.session import ShopBusyError
from gateway.cli.command import Command
from gateway.cli.commands.guide.publish import write
from gateway.cli.commands.shop.calling import asking, at_work, holding
from gateway.cli.commands.shop.named import shop_named
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    coloured,
    json_option,
    open_running,
    print_json,
    print_table,
)
from gateway.cli.progress import telling
from gateway.cli.working import open_gateway
from gateway.config.shops import Shop
from gateway.pipeline import Gateway
from gateway.pipeline.house import House
from gateway.pipeline.shops.reconcile.page import numbers, page
from gateway.pipeline.shops.reconcile.report import Report, report
from gateway.pipeline.shops.reconcile.run import advance, begin
from gateway.store.shops import reconciliations
from gateway.store.shops.reconciliations import DONE, Run

COLUMNS = (
    "Day", "", "Shop", "Gateway", "ERP", "Posted", "On their way", "Waiting", "Nothing to do",
    "Gone", "Differences",
)  # fmt: skip
_SHOWN = 50
_BUSY = 600.0
"""Seconds for which a shop may ask for patience."""


@click.command("reconcile", cls=Command)
@click.argument("name", metavar="SHOP")
@click.option("--days", type=click.IntRange(0, 366), help="Days before today.  [default: settings]")
@click.option("--last", is_flag=True, help="Only show what the last comparison found.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A page with all of it, to print and to keep.",
)
@json_option
@click.pass_obj
def reconcile_(
    root: Path, name: str, days: int | None, last: bool, html: Path | None, as_json: bool
) -> None:
    """Compare the orders in a shop, in the gateway and in the ERP, day by day.

    The shop is asked for its lists by creation and by change, for what it hides order by order.
    An order that was missed is taken over like any other, and told; nothing is put right silently.
    The gateway does the same every night (reconcile: in shop.yaml). Exit code 1: something differs,
    2: it could not be done.

    Example:
        gateway shop reconcile web-shop
        gateway shop reconcile web-shop --days 30 --html proof.html
        gateway shop reconcile web-shop --last --json

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        shop = shop_named(gateway.house.workspace, name)
        if not last:
            at_work(shop)
            _compare(gateway, shop, shop.reconcile.days if days is None else days, as_json)
        found = report(gateway.house, shop)
    if found is None:
        cannot(f"{name} was not compared yet")
    if html is not None:
        write(html, page(found).encode())
    if as_json:
        print_json(found.as_json())
    else:
        show(found)
    sys.exit(OK if found.equal else FOUND)


def _compare(gateway: Gateway, shop: Shop, days: int, quiet: bool) -> None:
    with (
        holding(gateway, shop, "reconcile") as house,
        telling(f"comparing {shop.shop}", quiet=quiet) as tell,
        asking(shop),
    ):
        run = begin(house, shop, days)
        while run.phase != DONE:
            tell(_how_far(run))
            run = _piece(house, shop, run)


def _piece(house: House, shop: Shop, run: Run) -> Run:
    """A piece; a shop that asks for patience gets it."""
    until = time.monotonic() + _BUSY
    while True:
        try:
            return advance(house, shop, run)
        except ShopBusyError as busy:
            if time.monotonic() + busy.after > until:
                raise
            time.sleep(busy.after)
            with house.store.read() as connection:  # it may go on in smaller pieces
                run = reconciliations.find(connection, shop.shop) or run


def _how_far(run: Run) -> str:
    words = {
        "created": "orders by creation",
        "updated": "orders by change",
        "open": "open orders by their ids",
        "rest": "what differed before",
    }
    day = "" if run.position is None else f", {run.position:%Y-%m-%d}"
    return f"{words[run.phase]}{day}"


def show(found: Report) -> None:
    """The table of days, and each difference with what to do."""
    rows = [
        (
            day.name,
            "=" if day.equal else "≠",
            *numbers(day.counts),
            str(day.differences),
        )
        for day in found.days
    ]
    print_table(COLUMNS, rows)
    for one in found.differences[:_SHOWN]:
        click.echo()
        click.echo(coloured(one.found, None))
    if found.count > _SHOWN:
        click.echo(f"\n… and {found.count - _SHOWN} more (--json, --html)")
    total = found.total
    shop = "–" if total.shop is None else str(total.shop)
    sums = f"shop {shop}, gateway {total.gateway}, ERP {total.erp}"
    verdict = "nothing is missing" if found.equal else f"differences: {found.count}"
    colour = "green" if found.equal else "red"
    click.secho(f"\n{found.shop}: {sums}: {verdict}", fg=colour, bold=True)
    if found.ended is None:
        click.echo("the comparison is not over")
