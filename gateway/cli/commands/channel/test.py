"""``gateway channel test``: whether a channel works, step by step."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gateway.channels.remote.step import Step
from gateway.cli.command import Command
from gateway.cli.commands.channel.chosen import chosen
from gateway.cli.output import FOUND, OK, json_option, open_workspace, print_json
from gateway.telemetry.secrets import clean

_NAMES = {
    "dns": "DNS",
    "tcp": "TCP",
    "tls": "TLS",
    "sftp": "SFTP",
    "http": "Answer",
    "read": "Read back",
    "signature": "Signed by",
}
"""Of steps that are not written as they are called."""


@click.command(cls=Command)
@click.argument("name")
@click.argument("channel", required=False)
@click.option("--no-write", is_flag=True, help="Write nothing at the other side.")
@json_option
@click.pass_obj
def test(root: Path, name: str, channel: str | None, no_write: bool, as_json: bool) -> None:
    """Say step by step whether the channels of a partner work, and what does not.

    NAME is the folder of the partner; CHANNEL one of its channels, all of them without it. Where
    files are sent, a small file gateway-test-….txt is written, renamed, read back and removed;
    by AS2 a test message is sent. Nothing is stored, so it may run beside `gateway serve`. Exit
    code 1 when something failed.

    Example:
        gateway channel test acme-retail
        gateway channel test acme-retail main --no-write
        gateway channel test acme-retail main --json

    """
    from gateway.pipeline.remote.trial import trial  # noqa: PLC0415 (slow to load)

    workspace = open_workspace(root, as_json=as_json)
    told: list[dict[str, Any]] = []
    works = True
    for each, _ in chosen(workspace, name, channel):
        token = secrets.token_hex(4)
        steps = trial(workspace, name, each, token=token, clock=_now, write=not no_write)
        if as_json:
            rows = [_as_json(step) for step in steps]
            fine = all(row["problem"] is None for row in rows)
            told.append({"channel": each, "works": fine, "steps": rows})
        else:
            click.secho(f"{name}, channel {each}", bold=True)
            fine = _printed(steps)
        works = works and fine
    if as_json:
        print_json({"partner": name, "works": works, "channels": told})
    sys.exit(OK if works else FOUND)


def _printed(steps: Iterator[Step]) -> bool:
    """Each step as soon as it is known; whether all of them worked."""
    works = True
    for step in steps:
        title = _NAMES.get(step.name, step.name.capitalize())
        if step.found is None:
            click.echo(f"  {title:<10} {clean(step.text)}")
            continue
        works = False
        click.echo(f"  {title:<10} failed")
        click.secho(f"    {step.found.code} {clean(step.text)}", fg="red", bold=True)
        click.secho(f"    = {clean(step.remedy)}", fg="cyan")
    click.echo("  works\n" if works else "  does not work\n")
    return works


def _as_json(step: Step) -> dict[str, Any]:
    found = None if step.found is None else step.found.code
    return {
        "step": step.name,
        "text": clean(step.text),
        "problem": found,
        "remedy": clean(step.remedy) or None,
    }


def _now() -> datetime:
    return datetime.now(UTC)
