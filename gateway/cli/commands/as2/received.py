"""``gateway as2 received``: what partners sent by AS2, refused messages too."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from gateway.channels.as2.mdn.report import shown
from gateway.cli.command import Command
from gateway.cli.commands.as2.stored import MARK, problems_of
from gateway.cli.output import FOUND, OK, json_option, open_running, print_json, print_table
from gateway.cli.working import open_gateway
from gateway.problems import errors
from gateway.store.as2.received import Received
from gateway.store.as2.tables import received as table

COLUMNS = ("ID", "Came", "Partner", "Message-ID", "State", "Message", "Why")


@click.command(cls=Command)
@click.option("--partner", metavar="P", help="Only those of one partner.")
@click.option("--refused", is_flag=True, help="Only those that were refused.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most.")
@json_option
@click.pass_obj
def received(root: Path, partner: str | None, refused: bool, limit: int, as_json: bool) -> None:
    """List what partners sent by AS2, newest first.

    A message that was refused is here only; `gateway as2 explain --message ID` says why. Exit code
    1 when any of them was refused.

    Example:
        gateway as2 received
        gateway as2 received --refused --partner acme-retail

    """
    wanted = select(table).order_by(table.c.id.desc()).limit(limit)
    if partner is not None:
        wanted = wanted.where(table.c.partner == partner)
    if refused:
        wanted = wanted.where(table.c.state == "refused")
    workspace = open_running(root, as_json=as_json)
    with open_gateway(workspace) as gateway, gateway.house.store.read() as connection:
        rows = [Received(**row._mapping) for row in connection.execute(wanted)]
    if as_json:
        print_json([_as_json(row) for row in rows])
    else:
        print_table(COLUMNS, [_cells(row) for row in rows])
    sys.exit(FOUND if any(row.state == "refused" for row in rows) else OK)


def _cells(row: Received) -> tuple[str, ...]:
    why = next((str(each) for each in errors(problems_of(row))), "")
    return (
        f"{MARK}{row.id}",
        f"{row.created:%Y-%m-%d %H:%M:%S}",
        row.partner,
        shown(row.message_id, 60),
        row.state,
        str(row.message or ""),
        why,
    )


def _as_json(row: Received) -> dict[str, Any]:
    return {
        "id": f"{MARK}{row.id}",
        "created": row.created.isoformat(),
        "partner": row.partner,
        "channel": row.channel,
        "message_id": row.message_id,
        "state": row.state,
        "message": row.message,
        "disposition": row.disposition,
        "repeats": row.repeats,
        "problems": [each.as_json() for each in problems_of(row)],
    }
