"""``gateway shop fetch``: read orders again by their ids."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from gateway.channels.shops.connector import Connector
from gateway.cli.command import Command
from gateway.cli.commands.shop.calling import asking, at_work, called, holding
from gateway.cli.commands.shop.named import shop_named
from gateway.cli.commands.shop.told import NEXT
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
from gateway.pipeline.house import House
from gateway.pipeline.shops.accept import accept
from gateway.pipeline.shops.connections import connections
from gateway.pipeline.shops.pieces import Accepted
from gateway.problems import Problem, problem
from gateway.store.shops import orders


@click.command("fetch", cls=Command)
@click.argument("name", metavar="SHOP")
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@json_option
@click.pass_obj
def fetch(root: Path, name: str, ids: tuple[str, ...], as_json: bool) -> None:
    """Read orders by their ids in the shop, and take over what is new of them.

    ID may also be the number of an order that is known already. Orders that are older than the
    connection of the shop are taken over, too: somebody asked for them. Exit code 1: the shop
    shows one of them to nobody.

    Example:
        gateway shop fetch web-shop 10417
        gateway shop fetch web-shop 10417 10418 --json

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        shop = at_work(called(shop_named(gateway.house.workspace, name)))
        with (
            holding(gateway, shop, "inbox") as house,
            telling(f"reading orders of {name}", quiet=as_json) as tell,
            asking(shop),
        ):
            connector = connections(house).get(name)
            if not connector.capabilities.by_id:
                cannot(f"{name} cannot be asked for one order; see gateway shop backfill")
            told: list[Accepted] = []
            missing: list[Problem] = []
            for number, id_ in enumerate(_ids(house, name, ids), 1):
                tell(f"{number} of {len(ids)}")
                one = _one(house, shop, connector, id_)
                told += one
                missing += [] if one else [problem("W320", external_id=id_)]
    if as_json:
        print_json({"shop": name, "orders": [_as_json(each) for each in told],
                    "missing": [each.facts["external_id"] for each in missing]})  # fmt: skip
    else:
        _print(told, missing)
    sys.exit(FOUND if missing else OK)


def _ids(house: House, shop: str, wanted: tuple[str, ...]) -> Iterator[str]:
    """Ids in the shop: as they are given, or of orders that have such a number."""
    for each in wanted:
        with house.store.read() as connection:
            known = orders.called(connection, shop, each)
        exact = [row for row in known if row.external_id == orders.key(each)]
        yield known[0].external_id if known and not exact else each


def _one(house: House, shop: Shop, connector: Connector, id_: str) -> list[Accepted]:
    record = connector.order(id_)
    if record is None:
        return []
    return accept(house, shop, [replace(record, external_id=id_)], origin="by hand")


def _as_json(one: Accepted) -> dict[str, object]:
    return {
        "external_id": one.external_id,
        "kind": one.kind,
        "outcome": one.outcome,
        "reason": one.reason,
        "message": one.message,
        "revision": one.revision,
    }


def _print(told: list[Accepted], missing: list[Problem]) -> None:
    rows = [
        (each.kind, each.external_id, each.outcome, str(each.message or "–"), each.reason or "–")
        for each in told
    ]
    if rows:
        print_table(("What", "Id", "Outcome", "Message", "Why"), rows)
    for found in missing:
        click.echo(coloured(found, None))
    if any(each.new for each in told):
        click.echo(NEXT)
