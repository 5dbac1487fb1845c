"""``gateway serve``: keep exchanging until told to stop."""

from __future__ import annotations

import json
import signal
import threading
from datetime import datetime
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import json_option, open_workspace
from gateway.cli.working import as_data, did_something, open_gateway, sentence
from gateway.pipeline import Summary


@click.command(cls=Command)
@json_option
@click.pass_obj
def serve(root: Path, as_json: bool) -> None:
    """Watch the folders and process what arrives.

    Ctrl-C or SIGTERM ends it; what is being processed is finished first. Nothing is lost if the
    machine stops without it.
    With --json one line of JSON for each run that did something.

    Example:
        gateway serve
        gateway -w /srv/edi serve --json

    """
    workspace = open_workspace(root, as_json=as_json)
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    with open_gateway(workspace) as gateway:
        click.echo(f"watching {workspace.root}; Ctrl-C stops", err=True)
        gateway.serve(stop, told=_tell_json if as_json else _tell)
    click.echo("stopped; everything that was begun is finished", err=True)


def _tell(summary: Summary) -> None:
    """A line for each run that did something."""
    for found in summary.problems:
        click.echo(str(found), err=True)
    if did_something(summary):
        click.echo(f"{datetime.now().astimezone():%H:%M:%S}  {sentence(summary)}")


def _tell_json(summary: Summary) -> None:
    """The same as one line of JSON."""
    if did_something(summary):
        click.echo(json.dumps(as_data(summary), default=str))
