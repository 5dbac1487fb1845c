"""``gateway expire``: delete now what has been kept long enough."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import json_option, open_running, print_json, print_table
from gateway.cli.progress import busy
from gateway.cli.working import open_gateway, person
from gateway.pipeline.housekeeping import retention


@click.command(cls=Command)
@click.option("--dry-run", is_flag=True, help="Only count.")
@json_option
@click.pass_obj
def expire(root: Path, dry_run: bool, as_json: bool) -> None:
    """Delete files and messages that are over and older than the retention of their documents.

    A running gateway does this every day. The bytes in the archive go a day after the last row
    that names them.

    Example:
        gateway expire --dry-run
        gateway expire --json

    """
    with (
        open_gateway(open_running(root, as_json=as_json)) as gateway,
        busy("looking for what is over", quiet=as_json),
    ):
        house = gateway.house
        counted = retention.preview(house) if dry_run else retention.expire(house, person())
    if as_json:
        print_json(counted.as_json())
        return
    rows = [(name, str(count), str(counted.rows[name])) for name, count in counted.files.items()]
    if rows:
        print_table(("Document", "Files", "Rows"), sorted(rows))
    what = "would be deleted" if dry_run else "deleted"
    click.echo(f"{sum(counted.files.values())} files {what}")
    if counted.payloads:
        click.echo(f"{counted.payloads} payloads removed from the archive")
