"""``gateway shop show``: a shop at a glance, or every setting that holds and its origin."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.commands.shop.list import glance
from gateway.cli.commands.shop.named import shop_named
from gateway.cli.output import OK, cannot, json_option, open_workspace, print_json, print_table
from gateway.config import Workspace
from gateway.config.effective import effective
from gateway.config.shops import Shop
from gateway.config.values import duration_text


@click.command(cls=Command)
@click.argument("name")
@click.option("--effective", "every", is_flag=True, help="Every setting, and where it is written.")
@click.option("--written", is_flag=True, help="With --effective: without the defaults.")
@json_option
@click.pass_obj
def show(root: Path, name: str, every: bool, written: bool, as_json: bool) -> None:
    """Show a shop: where it is, which orders are taken over, what the ERP gets, what goes back.

    With --effective each setting stands with the line of shop.yaml that says so, or as a default.
    Of secrets only the references are shown.

    Example:
        gateway shop show web-shop
        gateway shop show web-shop --effective --written
        gateway shop show web-shop --effective --json

    """
    workspace = open_workspace(root, as_json=as_json)
    shop = shop_named(workspace, name)
    if every:
        _every(workspace, name, written=written, as_json=as_json)
    elif written:
        cannot("--written goes with --effective")
    elif as_json:
        print_json({**glance(shop), **_more(shop)})
    else:
        _print(shop)
    sys.exit(OK)


def _every(workspace: Workspace, name: str, *, written: bool, as_json: bool) -> None:
    values = [
        each for each in effective(workspace, name) if not written or each.source != "default"
    ]
    if as_json:
        print_json({"shop": name, "settings": [each.as_json() for each in values]})
        return
    rows = [(each.setting, each.value or "–", each.shown_origin) for each in values]
    print_table(("Setting", "Value", "Written in"), rows)


def _more(shop: Shop) -> dict[str, Any]:
    """The groups that decide what comes of an order."""
    connection = shop.connection
    return {
        "address": None if connection is None else str(getattr(connection, "url", "")),
        "asked": None if connection is None else f"every {duration_text(shop.poll.every)}",
        "states": list(shop.orders.states),
        "unpaid": shop.orders.unpaid,
        "number": shop.orders.number,
        "customer": shop.erp.customer,
        "format": shop.erp.format,
        "articles": shop.items.codes,
    }


def _print(shop: Shop) -> None:
    told, more = glance(shop), _more(shop)
    click.secho(f"{shop.shop}  {shop.name}", bold=True)
    rows = {
        "Platform": f"{shop.kind}, {more['address']}" if more["address"] else shop.kind,
        "Mode": shop.mode,
        "Orders": ", ".join([*told["orders"], *([more["asked"]] if more["asked"] else [])]) or "–",
        "Taken over": ", ".join(more["states"]) or "those that are paid or being processed",
        "Unpaid": "they wait" if more["unpaid"] == "wait" else "taken over, too",
        "Number": more["number"],
        "In the ERP": f"customer {more['customer']}" if more["customer"] else "–",
        "Back to it": ", ".join(told["back"]) or "–",
        "Articles": more["articles"] or "–",
    }
    width = max(map(len, rows))
    for name, value in rows.items():
        click.echo(f"  {name:<{width}}  {value}")
