"""``gateway resume``: what was paused or drained goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import FOUND, json_option, open_running, print_json
from gateway.cli.working import open_gateway, person
from gateway.pipeline.resting import resume as resumed


@click.command(cls=Command)
@click.argument("scope")
@click.option("--reason", default="", help="Why; it stands in the audit.")
@json_option
@click.pass_obj
def resume(root: Path, scope: str, reason: str, as_json: bool) -> None:
    """Let a paused or drained scope go on; messages that it held go on, too.

    Example:
        gateway resume acme-retail

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        held = resumed(gateway.house, scope, person(), reason)
    if as_json:
        print_json({"scope": scope, "resumed": held is not None, "messages": held or 0})
    elif held is None:
        click.echo(f"{scope} does not rest; `gateway pause` lists what does", err=True)
    else:
        click.echo(f"{scope} goes on" + (f", {held} held messages with it" if held else ""))
    if held is None:
        sys.exit(FOUND)
