"""``gateway history``: which configurations ran, since when, and what changed."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.applying import row_data
from gateway.cli.command import Command
from gateway.cli.output import json_option, open_running, print_json, print_table
from gateway.cli.working import open_gateway
from gateway.config.asthen import SHOWN
from gateway.store import applied


@click.command(cls=Command)
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The newest.")
@json_option
@click.pass_obj
def history(root: Path, limit: int, as_json: bool) -> None:
    """List what was applied, newest first; the first one is what runs.

    Example:
        gateway history
        gateway history --limit 5 --json

    """
    with (
        open_gateway(open_running(root, as_json=as_json), draft=True) as gateway,
        gateway.house.store.read() as connection,
    ):
        found = applied.history(connection, limit)
        waiting = applied.prepared(connection)
        alive = applied.processes(connection, gateway.house.clock())
    if as_json:
        print_json([{**row_data(row), "runs": row is found[0]} for row in found])
        return
    if waiting is not None:
        click.echo(f"{waiting.who} is applying number {waiting.seq} at the moment")
    if not found:
        click.echo("nothing was applied yet: each process runs the files as they were at its start")
        return
    rows = [
        [
            str(row.seq),
            f"{row.at.astimezone():%Y-%m-%d %H:%M}",
            row.who,
            row.hash[:SHOWN],
            "runs" if row is found[0] else "earlier",
            row.summary + (f" ({row.reason})" if row.reason else ""),
        ]
        for row in found
    ]
    print_table(("No.", "Applied", "By", "Hash", "", "Change"), rows)
    for each in alive:
        trouble = f": {each.trouble}" if each.trouble and each.running != found[0].seq else ""
        click.echo(f"{each.owner} is at work with number {each.running}{trouble}")
