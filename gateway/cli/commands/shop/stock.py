"""``gateway shop stock``: what a shop is to show, and how each quantity came about."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from gateway.cli.command import Command, Group
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
from gateway.cli.working import open_gateway, person
from gateway.config import Workspace
from gateway.config.shops import Shop
from gateway.pipeline.shops.stock import switch
from gateway.pipeline.shops.stock.view import Seen, View, view
from gateway.store import audit

COLUMNS = ("SKU", "Location", "To show", "Confirmed", "In the shop", "State", "How it came about")
STATES = ("new", "known", "unknown", "unmanaged", "refused")


class _Stock(Group):
    """A group whose first word may be a shop: then it is shown."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """``stock acme-shop`` is ``stock show acme-shop``."""
        if args and args[0] not in list(self.commands) and not args[0].startswith("-"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(
    "stock",
    cls=_Stock,
    modules={
        "show": "gateway.cli.commands.shop.stock:show",
        "release": "gateway.cli.commands.shop.stock:release",
    },
)
def stock() -> None:
    """Show the stock of a shop, and how each quantity came about; release it when it is stopped.

    Example:
        gateway shop stock web-shop
        gateway shop stock web-shop TEA-1 --json
        gateway shop stock release web-shop --reason "sold out, the ERP is right"

    """


@click.command(cls=Command)
@click.argument("name", metavar="SHOP")
@click.argument("sku", required=False)
@click.option("--state", type=click.Choice(STATES), help="Only articles in this state.")
@click.option("--unknown", is_flag=True, help="Only articles that the shop does not know.")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="How many.")
@json_option
@click.pass_obj
def show(
    root: Path,
    name: str,
    sku: str | None,
    state: str | None,
    unknown: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Show the stock of a shop: to be shown, confirmed, expected there, and why.

    Exit code 1 when the stock is stopped (late or implausible figures) or the shop refuses some.

    Example:
        gateway shop stock web-shop
        gateway shop stock web-shop TEA-1
        gateway shop stock web-shop --unknown --json

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        shop = _taking(gateway.house.workspace, name)
        wanted = "unknown" if unknown else state
        found = view(gateway.house, shop, sku=sku, state=wanted, limit=limit)
    if as_json:
        print_json(found.as_json())
    else:
        _print(found, sku)
    good = not (found.feed.stopped or found.late or found.states.get("refused"))
    sys.exit(OK if good else FOUND)


@click.command(cls=Command)
@click.argument("name", metavar="SHOP")
@click.option("--reason", required=True, help="Why the figures are right; it stands in the audit.")
@json_option
@click.pass_obj
def release(root: Path, name: str, reason: str, as_json: bool) -> None:
    """Send the stock of a shop again, though its figures were not believed.

    For figures that are late, or by which too many articles fell to nothing: they are right.

    Example:
        gateway shop stock release web-shop --reason "sold out, the ERP is right"

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        house = gateway.house
        shop = _taking(house.workspace, name)
        at = house.clock()
        with house.store.write("stock released") as connection:
            done = switch.release(connection, shop, reason, at)
            if done:
                audit.enter(connection, at, person(), "release stock", f"shop {name}", reason)
    if as_json:
        print_json({"shop": name, "released": done})
    else:
        said = "is sent again with the next run" if done else "was not stopped"
        click.echo(f"the stock of {name} {said}")
    sys.exit(OK)


def _taking(workspace: Workspace, name: str) -> Shop:
    shop = shop_named(workspace, name)
    if shop.send.stock is None:
        cannot(f"{name} gets no stock; send: {{stock: {{}}}} in its shop.yaml would send it")
    return shop


def _print(found: View, sku: str | None) -> None:
    feed = found.feed
    as_of = "never" if feed.as_of is None else _when(feed.as_of)
    report = f" (message {feed.message})" if feed.message else ""
    click.echo(f"{found.shop}: last report of the ERP {as_of}{report}")
    stopped = feed.stopped or ("late" if found.late else "")
    if stopped:
        done = {"zero": "everything is sold out there"}.get(feed.done, "the shop keeps what it has")
        click.secho(f"stopped: the figures are {stopped}; {done}", fg="red", bold=True)
    if found.test:
        click.echo("in test: nothing is sent")
    if not found.articles:
        click.echo("no articles" if sku is None else f"no article {sku}")
        return
    rows = [
        (
            one.row.sku,
            one.row.location or "–",
            _number(one.wanted),
            _number(one.row.acked),
            _number(one.row.expected),
            one.row.state,
            how(one),
        )
        for one in found.articles
    ]
    print_table(COLUMNS, rows)


def how(one: Seen) -> str:
    """``12 of the ERP (03-02 09:14) − 2 in 1 orders − 1 safety, × 50 %``."""
    account = one.account
    if account is None:
        return one.row.reason or "the ERP says nothing about it"
    parts = [f"{account.available} of the ERP ({_when(account.as_of)})"]
    taken = sum(each.quantity for each in account.taken)
    parts += [f"− {taken} in {len(account.taken)} orders"] if taken else []
    parts += [f"− {one.safety} safety"] if one.safety else []
    parts += [f"× {one.share} %"] if one.share != 100 else []
    parts += [f"in packs of {one.pack}"] if one.pack != 1 else []
    parts += [f"at most {one.cap}"] if one.cap is not None else []
    text = " ".join(parts)
    return f"{text}; {one.row.reason}" if one.row.reason else text


def _number(value: int | None) -> str:
    return "–" if value is None else str(value)


def _when(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"
