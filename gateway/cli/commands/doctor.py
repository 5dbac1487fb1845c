"""``gateway doctor``: whether everything is there, whole, and at work."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import (
    FOUND,
    OK,
    json_option,
    open_running,
    print_json,
    print_problems,
    summary,
)
from gateway.cli.progress import telling
from gateway.cli.working import open_gateway
from gateway.pipeline.configuration.standing import standing
from gateway.pipeline.housekeeping.doctor import check


@click.command(cls=Command)
@click.option("--deep", is_flag=True, help="Compute every hash anew; reads all there is.")
@click.option("--repair", is_flag=True, help="Move payloads that no message names out.")
@json_option
@click.pass_obj
def doctor(root: Path, deep: bool, repair: bool, as_json: bool) -> None:
    """Examine the database, the archive, the disks and the work that waits.

    It may run while the gateway works, and changes nothing (with --repair it moves payloads that
    no message names to var/lost-and-found). Exit code 1 when anything was found.

    Example:
        gateway doctor
        gateway doctor --deep --json

    """
    with (
        open_gateway(open_running(root, as_json=as_json)) as gateway,
        telling("examining", quiet=as_json) as tell,
    ):
        found = list(check(gateway.house, deep=deep, repair=repair, tell=tell))
        row = gateway.running.applied
        runs = "" if row is None else standing(row, gateway.house.workspace.base)
    if as_json:
        print_json([each.as_json() for each in found])
    else:
        print_problems(found, root)
        if runs:
            click.echo(runs)
        click.echo(summary(found))
    sys.exit(FOUND if found else OK)
