"""``gateway shop orders``: orders of a shop, and why one is not in the ERP."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.commands.shop.named import shop_named
from gateway.cli.output import OK, json_option, open_running, print_json, print_table
from gateway.cli.working import open_gateway
from gateway.pipeline.house import House
from gateway.pipeline.shops.reconcile.standing import Standing, standings
from gateway.store.shops import orders
from gateway.store.shops.orders import OrderRow

COLUMNS = ("Number", "In the shop", "Made", "Total", "State there", "State", "ERP", "Why")
ERP = {
    "erp": "there",
    "pending": "on its way",
    "waiting": "–",
    "nothing": "–",
    "gone": "–",
    "fault": "not there",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """An order, and where it is."""

    row: OrderRow
    standing: Standing

    @property
    def reason(self) -> str:
        """Why it is not in the ERP, or not as the shop has it."""
        found = self.standing.found
        return found.sentence if found is not None else self.row.reason

    @property
    def in_the_erp(self) -> str:
        """Whether it is in the ERP."""
        return "posted" if self.standing.posted else ERP[self.standing.kind]

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        row, found = self.row, self.standing.found
        return {
            "number": row.number,
            "shop_number": row.shop_number,
            "external_id": row.external_id,
            "created": _iso(row.created),
            "updated": _iso(row.updated),
            "seen": _iso(row.seen),
            "status": row.status,
            "shop_status": row.shop_status,
            "state": row.state,
            "reason": row.reason,
            "currency": row.currency,
            "total": row.total,
            "test": row.test,
            "revision": row.revision,
            "message": row.message,
            "erp": self.standing.kind,
            "posted": self.standing.posted,
            "erp_message": self.standing.message,
            "problem": None if found is None else found.as_json(),
        }


@click.command("orders", cls=Command)
@click.argument("name", metavar="SHOP")
@click.option("--state", type=click.Choice(orders.STATES), help="Only orders in this state.")
@click.option("--number", help="An order by its number, here or there, or by its id in the shop.")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="How many.")
@json_option
@click.pass_obj
def orders_(
    root: Path, name: str, state: str | None, number: str | None, limit: int, as_json: bool
) -> None:
    """List orders of a shop, newest first, with the reason of each that is not in the ERP.

    States: waiting (kept until it is paid, or until a setting changes), taken, held (a person has
    to look), refused, ours (made by ourselves), gone (in the shop no more).

    Example:
        gateway shop orders web-shop --state waiting
        gateway shop orders web-shop --number 1001 --json

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        shop = shop_named(gateway.house.workspace, name)
        with gateway.house.store.read() as connection:
            if number is not None:
                rows = orders.called(connection, shop.shop, number, limit)
                rows = [row for row in rows if state in (None, row.state)]
            elif state is not None:
                rows = orders.in_state(connection, state, shop.shop, limit)
            else:
                rows = orders.newest(connection, shop.shop, limit)
        found = listed(gateway.house, rows)
    if as_json:
        print_json([each.as_json() for each in found])
    elif found:
        print_table(COLUMNS, map(_row, found))
    else:
        asked = state is not None or number is not None
        click.echo("no orders fit" if asked else f"no orders of {name} yet")
    sys.exit(OK)


def listed(house: House, rows: Sequence[OrderRow]) -> list[Listed]:
    """With where each is on its way to the ERP."""
    with house.store.read() as connection:
        where = standings(connection, rows, house.clock())
    return [Listed(row, where[row.external_id]) for row in rows]


def _row(one: Listed) -> tuple[str, ...]:
    row = one.row
    made = "–" if row.created is None else f"{row.created.astimezone():%Y-%m-%d %H:%M}"
    return (
        row.number or "–",
        row.shop_number or row.external_id,
        made,
        f"{row.total} {row.currency}".strip() or "–",
        row.shop_status or "–",
        f"{row.state} (test)" if row.test else row.state,
        one.in_the_erp,
        " ".join(one.reason.split()) or "–",
    )


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
