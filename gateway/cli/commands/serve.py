"""``gateway serve``: keep exchanging until told to stop."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.command import Command
from gateway.cli.output import cannot, json_option, open_running
from gateway.cli.working import (
    as_data,
    did_something,
    open_gateway,
    say_what_runs,
    sentence,
)
from gateway.config import Workspace
from gateway.pipeline import Gateway, Summary
from gateway.problems import Problem
from gateway.telemetry import log
from gateway.telemetry.otel import TracesUnavailableError
from gateway.web.mailboxes import mailboxes
from gateway.web.port import PortError
from gateway.web.reception import reception
from gateway.web.watched import watched

if TYPE_CHECKING:
    from gateway.pipeline.as2.links import Links


@click.command(cls=Command)
@json_option
@click.pass_obj
def serve(root: Path, as_json: bool) -> None:
    """Watch the folders and process what arrives.

    Ctrl-C or SIGTERM ends it; what is being processed is finished first. Nothing is lost if the
    machine stops without it. Health, readiness and metrics are at the address `http.listen`.
    With --json one line of JSON for each time that something was done.

    Example:
        gateway serve
        gateway -w /srv/edi serve --json

    """
    stay(open_running(root, as_json=as_json), as_json=as_json, intake=True)


def stay(workspace: Workspace, *, as_json: bool, intake: bool) -> None:
    """Work until a signal comes; with ``intake`` look into the folders, too."""
    stop = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda *_: stop.set())
    log.configure_as(workspace.settings.telemetry)
    with open_gateway(workspace) as gateway:
        workspace = gateway.house.workspace
        say_what_runs(gateway)
        try:
            with (
                watched(
                    workspace.settings,
                    gateway.house.store,
                    owner=gateway.name,
                    live=gateway.dead,
                    ready=gateway.trouble,
                    reception=reception(gateway),
                    links=_links(gateway),
                    runs=gateway.runs,
                ) as where,
                mailboxes(gateway) if intake else nullcontext() as sftp,
            ):
                what = "watching" if intake else "working for"
                web = "" if where is None else f"; {where.url}"
                partners = workspace.settings.http.partners
                web += "" if partners is None else f"; for partners {partners.listen}"
                web += "" if sftp is None else f"; mailboxes {sftp}"
                click.echo(f"{what} {workspace.base}{web}; Ctrl-C stops", err=True)
                gateway.serve(stop, told=_teller(as_json), intake=intake)
        except (PortError, TracesUnavailableError) as reason:
            cannot(str(reason))
    click.echo("stopped; everything that was begun is finished", err=True)


def _links(gateway: Gateway) -> Callable[[], Links] | None:
    """Whose certificates are watched, where there can be any."""
    if gateway.house.workspace.own.as2 is None:
        return None
    from gateway.pipeline.as2.links import links_for  # noqa: PLC0415 (slow to load)

    return lambda: links_for(gateway.house.workspace)


def _teller(as_json: bool) -> Callable[[Summary], None]:
    """A line for each time that something was done; lasting trouble is said once."""
    said: set[Problem] = set()

    def tell(summary: Summary) -> None:
        nonlocal said
        fresh = [found for found in summary.problems if found not in said]
        said = (said | set(summary.problems)) if len(said) < 1000 else set(summary.problems)
        if as_json:
            if did_something(summary):
                click.echo(json.dumps(as_data(summary), default=str))
            return
        for found in fresh:
            click.echo(str(found), err=True)
        if any(getattr(summary, name) for name in _COUNTED):
            click.echo(f"{datetime.now().astimezone():%H:%M:%S}  {sentence(summary)}")

    return tell


_COUNTED = tuple(
    name for name in Summary.__dataclass_fields__ if name not in ("waiting", "problems")
)
