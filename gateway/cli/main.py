"""``gateway``: the group of commands.

Exit codes of every command: 0 all is well, 1 problems were found, 2 it could not run (wrong use,
no workspace). Every command takes ``--json`` and prints one JSON value then.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.command import Group

COMMANDS = {
    "init": "gateway.cli.commands.init:init",
    "check": "gateway.cli.commands.check:check",
    "plan": "gateway.cli.commands.plan:plan",
    "apply": "gateway.cli.commands.apply:apply",
    "rollback": "gateway.cli.commands.rollback:rollback",
    "history": "gateway.cli.commands.history:history",
    "show": "gateway.cli.commands.show:show",
    "try": "gateway.cli.commands.try_:try_",
    "run": "gateway.cli.commands.run:run",
    "serve": "gateway.cli.commands.serve:serve",
    "work": "gateway.cli.commands.work:work",
    "messages": "gateway.cli.commands.messages:messages",
    "message": "gateway.cli.commands.message:message",
    "threads": "gateway.cli.commands.thread:threads",
    "thread": "gateway.cli.commands.thread:thread",
    "alarms": "gateway.cli.commands.alarms:alarms",
    "partner": "gateway.cli.commands.partner:partner",
    "shop": "gateway.cli.commands.shop:shop",
    "sample": "gateway.cli.commands.sample:sample",
    "channel": "gateway.cli.commands.channel:channel",
    "replay": "gateway.cli.commands.replay:replay",
    "assign": "gateway.cli.commands.assign:assign",
    "numbers": "gateway.cli.commands.numbers:numbers",
    "pause": "gateway.cli.commands.pause:pause",
    "drain": "gateway.cli.commands.drain:drain",
    "resume": "gateway.cli.commands.resume:resume",
    "doctor": "gateway.cli.commands.doctor:doctor",
    "backup": "gateway.cli.commands.backup:backup",
    "restore": "gateway.cli.commands.restore:restore",
    "expire": "gateway.cli.commands.expire:expire",
    "grammar": "gateway.cli.commands.grammar:grammar",
    "guide": "gateway.cli.commands.guide:guide",
    "map": "gateway.cli.commands.map:map_",
    "layout": "gateway.cli.commands.layout:layout",
    "invoice": "gateway.cli.commands.invoice:invoice",
    "as2": "gateway.cli.commands.as2:as2",
    "demo": "gateway.cli.commands.demo:demo",
    "schema": "gateway.cli.commands.schema:schema_",
    "explain": "gateway.cli.commands.explain:explain",
}
"""In the order a new user meets them."""


@click.group(
    cls=Group,
    modules=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--workspace",
    "-w",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder with gateway.yaml.  [default: the current folder]",
)
@click.version_option(package_name="edi-gateway", prog_name="gateway")
@click.pass_context
def main(ctx: click.Context, workspace: Path) -> None:
    """Exchange EDIFACT and X12 documents with partners, and files with the ERP.

    Example:
        gateway demo                 # see what it does, in a minute
        gateway init shop && cd shop # a workspace of your own
        gateway check                # are the settings right?
        gateway serve                # keep exchanging

    """
    ctx.obj = workspace
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign gets a question mark, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
