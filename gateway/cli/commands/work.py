"""``gateway work``: work on what is in a shared database, beside other machines."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.serve import stay
from gateway.cli.output import cannot, json_option, open_running


@click.command(cls=Command)
@json_option
@click.pass_obj
def work(root: Path, as_json: bool) -> None:
    """Work on what is in the database, without looking into folders for new files.

    For machines beside the one that runs `gateway serve`, with a database on PostgreSQL. As many
    as you like may run and end at any time; what one leaves is taken over by another.

    Example:
        gateway work
        gateway -w /srv/edi work --json

    """
    workspace = open_running(root, as_json=as_json)
    if workspace.settings.database.startswith("sqlite"):
        cannot(
            "with SQLite one process does everything: gateway serve. "
            "Several machines need `database: postgresql+psycopg://…` in gateway.yaml"
        )
    stay(workspace, as_json=as_json, intake=False)
