"""``gateway drain``: take nothing more in, and finish what is here."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.pause import rested
from gateway.cli.output import FOUND, OK, json_option, open_running
from gateway.cli.working import open_gateway
from gateway.pipeline.resting import still_open

_PAUSE = 0.5


@click.command(cls=Command)
@click.argument("scope", required=False)
@click.option("--reason", help="Why; it stands in the audit.")
@click.option("--wait", type=float, default=0.0, help="Wait so many seconds until all is finished.")
@json_option
@click.pass_obj
def drain(root: Path, scope: str | None, reason: str | None, wait: float, as_json: bool) -> None:
    """Take no more files of a partner, channel, the ERP, or all in; finish what is here.

    SCOPE is written as for `gateway pause`. With --wait it ends with 0 when everything is
    finished, with 1 when something is still open after that time.

    Example:
        gateway drain acme-retail --reason "new server" --wait 60

    """
    rested(root, scope, "drain", reason, as_json=as_json)
    if scope is None:
        return
    until = time.monotonic() + wait
    with open_gateway(open_running(root, as_json=True)) as gateway:
        left = still_open(gateway.house, scope)
        while (left.files or left.deliveries) and time.monotonic() < until:
            time.sleep(_PAUSE)
            left = still_open(gateway.house, scope)
    click.echo(f"still open: {left.files} files, {left.deliveries} deliveries", err=True)
    sys.exit(FOUND if wait and (left.files or left.deliveries) else OK)
