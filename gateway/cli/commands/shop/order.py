"""``gateway shop order``: one order, from the shop to the ERP and back."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.shop.named import shop_named
from gateway.cli.commands.shop.orders import Listed
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
from gateway.cli.working import open_gateway
from gateway.pipeline.shops.history import OrderHistory, history
from gateway.problems.render import visible
from gateway.store.shops import orders


@click.command("order", cls=Command)
@click.argument("name", metavar="SHOP")
@click.argument("number")
@json_option
@click.pass_obj
def order_(root: Path, name: str, number: str, as_json: bool) -> None:
    """Show one order: what it looked like, what the ERP was given, what the shop was told.

    NUMBER is its number in the shop or in the ERP, or its id in the shop. Exit code 1: it is not
    in the ERP though it should be, or not as the shop has it.

    Example:
        gateway shop order web-shop 1001
        gateway shop order web-shop W-1001 --json

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        shop = shop_named(gateway.house.workspace, name)
        with gateway.house.store.read() as connection:
            rows = orders.called(connection, shop.shop, number)
        if not rows:
            cannot(
                f"no order {number} of {name}; gateway shop fetch {name} ID asks the shop for it"
            )
        found = [history(gateway.house, row) for row in rows]
    if as_json:
        told = [Listed(one.row, one.standing).as_json() | one.as_json() for one in found]
        print_json({"shop": name, "orders": told})
    else:
        for one in found:
            _print(one)
    wrong = any(one.standing.found is not None or one.differences for one in found)
    sys.exit(FOUND if wrong else OK)


def _print(one: OrderHistory) -> None:
    row, shown = one.row, Listed(one.row, one.standing)
    click.secho(visible(f"{row.shop}  order {row.shop_number or row.external_id}"), bold=True)
    facts = {
        "Number in the ERP": row.number,
        "Id in the shop": row.external_id,
        "Made": _when(row.created),
        "Changed": _when(row.updated),
        "Read last": _when(row.seen),
        "In the shop": f"{row.shop_status} ({row.status})" if row.status else "",
        "Total": f"{row.total} {row.currency}".strip(),
        "State": f"{row.state} (test)" if row.test else row.state,
        "In the ERP": shown.in_the_erp,
        "Why": row.reason,
    }
    width = max(map(len, facts))
    for name, value in facts.items():
        if value:
            click.echo(f"  {name:<{width}}  {visible(' '.join(value.split()))}")
    _parts(one)
    found = [one.standing.found] if one.standing.found is not None else []
    known = {each.code for each in found}
    more = [*one.problems, *(each for each in one.differences if each.code not in known)]
    for each in (*found, *more):
        click.echo()
        click.echo(coloured(each, None))


def _parts(one: OrderHistory) -> None:
    _table(
        "What it looked like",
        ("Revision", "Total", "State there", "Given to the ERP", "Message"),
        (
            (str(each.number), each.total or "–", each.status or "–", each.written or "–",
             f"{each.message} {each.state}".strip())
            for each in one.revisions
        ),
    )  # fmt: skip
    _table(
        "Documents",
        ("ID", "Way", "Document", "Number", "State", "Delivered"),
        (
            (str(each.message), each.direction, each.document, each.number or "–", each.state,
             "; ".join(each.told) or "–")
            for each in one.documents
        ),
    )  # fmt: skip
    _more(one)


def _more(one: OrderHistory) -> None:
    _table(
        "Refunds",
        ("Refund", "Total", "State", "Why"),
        (
            (each.external_id, f"{each.total} {each.currency}".strip(), each.state,
             each.reason or "–")
            for each in one.refunds
        ),
    )  # fmt: skip
    _table(
        "Shipments",
        ("Shipment", "State", "Complete", "ID"),
        (
            (each.number, each.state, "yes" if each.complete else "no", str(each.message))
            for each in one.shipments
        ),
    )
    _table(
        "Webhooks",
        ("Received", "Topic", "State", "Why"),
        (
            (_when(each.received), each.topic or "–", each.state, each.reason or "–")
            for each in one.hints
        ),
    )


def _table(title: str, columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> None:
    shown = list(rows)
    if shown:
        click.echo()
        click.secho(title, bold=True)
        print_table(columns, shown)


def _when(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
