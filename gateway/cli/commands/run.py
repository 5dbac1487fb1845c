"""``gateway run``: process everything that is there, then stop."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import FOUND, OK, json_option, open_running, print_json, print_problems
from gateway.cli.progress import busy
from gateway.cli.working import as_data, open_gateway, say_what_runs, sentence
from gateway.problems import has_errors


@click.command(cls=Command)
@json_option
@click.pass_obj
def run(root: Path, as_json: bool) -> None:
    """Process everything that is there, then stop.

    Fit for cron: it ends with 1 if something was refused or waits for a person.

    Example:
        gateway run
        gateway -w /srv/edi run --json

    """
    workspace = open_running(root, as_json=as_json)
    with open_gateway(workspace) as gateway, busy("processing", quiet=as_json):
        say_what_runs(gateway)
        summary = gateway.run_once()
    if as_json:
        print_json(as_data(summary))
    else:
        print_problems(summary.problems, root)
        click.echo(sentence(summary))
    sys.exit(OK if summary.clean and not has_errors(summary.problems) else FOUND)
