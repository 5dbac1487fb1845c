"""``gateway partner ping``: a test message to a partner, and its receipt."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.output import FOUND, OK, cannot, json_option, open_workspace, print_json
from gateway.config import Workspace
from gateway.telemetry.secrets import clean

_NAMES = {
    "settings": "Message",
    "address": "Address",
    "tls": "TLS",
    "http": "Answer",
    "receipt": "Receipt",
    "signature": "Signed by",
    "digest": "Digest",
}


@click.command(cls=Command)
@click.argument("name")
@click.option("--channel", metavar="C", help="Where the partner has several by AS2.")
@json_option
@click.pass_obj
def ping(root: Path, name: str, channel: str | None, as_json: bool) -> None:
    """Send a partner a small test message by AS2, and check the receipt.

    It goes to the partner's address with the keys and layers of every message to him, and asks for
    a signed receipt in the reply. Nothing is stored; it may run beside `gateway serve`. A gateway
    like this one makes no document of it; other systems may show a file as2-ping.txt, so tell the
    partner. Exit code 1 when something failed.

    Example:
        gateway partner ping acme-retail
        gateway partner ping acme-retail --channel main --json

    """
    from gateway.pipeline.as2.ping import ping as steps  # noqa: PLC0415 (slow to load)

    workspace = open_workspace(root, as_json=as_json)
    tried = steps(workspace, name, _channel(workspace, name, channel), _now)
    told: list[dict[str, Any]] = []
    failed = False
    for step in tried:
        failed = failed or step.found is not None
        if as_json:
            found = None if step.found is None else step.found.code
            told.append({"step": step.name, "text": clean(step.text), "problem": found})
            told[-1]["remedy"] = clean(step.remedy) or None
        elif step.found is None:
            click.echo(f"{_NAMES[step.name]:<10} {clean(step.text)}")
        else:
            click.echo(f"{_NAMES[step.name]:<10} failed\n")
            click.secho(f"{step.found.code} {clean(step.text)}", fg="red", bold=True)
            click.secho(f"  = {clean(step.remedy)}", fg="cyan")
    if as_json:
        print_json({"partner": name, "steps": told, "works": not failed})
    elif not failed:
        click.echo("the connection works")
    sys.exit(FOUND if failed else OK)


def _channel(workspace: Workspace, name: str, wanted: str | None) -> str:
    """The channel by AS2 that is meant."""
    partner = workspace.partners.get(name)
    if partner is None:
        cannot(f"there is no partner {name}; there are {_listed(workspace.partners)}")
    known = [key for key, each in partner.channels.items() if each.as2 is not None]
    if not known or workspace.own.as2 is None:
        cannot(f"{name} has no channel by AS2, or partners/_own.yaml no group as2")
    if wanted is None and len(known) > 1:
        cannot(f"{name} has several channels by AS2: --channel {' or '.join(known)}")
    found = wanted or known[0]
    if found not in known:
        cannot(f"{name} has no channel {found} by AS2; there is {_listed(known)}")
    return found


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _now() -> datetime:
    return datetime.now(UTC)
