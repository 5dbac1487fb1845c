"""``gateway try FILE``: everything that would happen with a file, and nothing that does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from gateway.cli.annotate import lines_of, pin
from gateway.cli.command import Command
from gateway.cli.commands.show import print_lines
from gateway.cli.excerpt import excerpt
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    coloured,
    json_option,
    open_workspace,
    print_json,
    source,
)
from gateway.cli.translation import translation_of
from gateway.cli.working import open_gateway
from gateway.config import Workspace
from gateway.documents import DOCUMENTS
from gateway.pipeline import Rules, Trial, TriedMessage, try_file
from gateway.problems import Problem
from gateway.store.database import now
from gateway.syntax import read_bytes

_WOULD = {
    "mapped": ("would be delivered", "green"),
    "received": ("would be taken as an answer to what we sent", "green"),
    "refused": ("would be refused", "red"),
    "held": ("would wait for a person", "yellow"),
}


@click.command("try", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--partner", "-p", help="Whose folder it would come from.")
@click.option(
    "--document",
    type=click.Choice(list(DOCUMENTS)),
    help="What a file of the ERP holds.  [default: the name of its folder or file]",
)
@json_option
@click.pass_obj
def try_(root: Path, file: Path, partner: str | None, document: str | None, as_json: bool) -> None:
    """Show what would happen with a file.

    All of it: problems, the file for the ERP or for the partner, the answer. Nothing is stored,
    sent or moved.

    Example:
        gateway try orders.edi --partner acme-retail
        gateway try invoices.csv --document invoice

    """
    workspace = open_workspace(root, as_json=as_json)
    if partner is not None and partner not in workspace.partners:
        cannot(f"there is no partner {partner}; there are {', '.join(workspace.partners)}")
    trial = _tried(workspace, file, partner, document)
    if as_json:
        print_json(trial.as_json())
    else:
        _print(trial, file)
    sys.exit(OK if trial.clean else FOUND)


def _tried(workspace: Workspace, file: Path, partner: str | None, document: str | None) -> Trial:
    """For web shops, whose orders are found by their number, with what is stored here."""
    if workspace.shops and _is_stored(workspace):
        with open_gateway(workspace, draft=True) as gateway:
            return gateway.try_file(file, partner, document)
    return try_file(Rules(workspace, translation_of(workspace), now), file, partner, document)


def _is_stored(workspace: Workspace) -> bool:
    """Whether there is a database; trying a file makes none."""
    path = workspace.database.removeprefix("sqlite:///")
    return path == workspace.database or Path(path).is_file()


def _print(trial: Trial, file: Path) -> None:
    click.secho(
        f"{trial.file}: {trial.kind.upper()} of {trial.partner or 'nobody known'}", bold=True
    )
    edi = trial.kind in ("edifact", "x12")
    found = list(trial.problems)
    for message in trial.messages:
        if edi:
            found += message.problems
    if edi:
        _pinned(file, found)
    else:
        _unpinned(file, found)
    for message in trial.messages:
        _print_message(message, file, pinned=edi)
    for answer in trial.answers:
        click.echo("\nwould be answered with")
        for line in excerpt(answer):
            click.echo(f"      {line}")


def _pinned(file: Path, problems: list[Problem]) -> None:
    """Problems under their segments, once for all messages."""
    lines = list(lines_of(read_bytes(file.read_bytes())))
    homeless = pin(lines, problems)
    print_lines([line for line in lines if line.problems])
    _unpinned(file, homeless)


def _unpinned(file: Path, problems: list[Problem]) -> None:
    for found in problems:
        click.echo(coloured(found, source(file.parent, found)))


def _print_message(message: TriedMessage, file: Path, *, pinned: bool) -> None:
    would, colour = _WOULD.get(message.state, (message.state, "white"))
    click.echo()
    click.secho(f"{message.format} {message.reference}: {would}", fg=colour, bold=True)
    if not pinned:
        _unpinned(file, list(message.problems))
    if message.document is not None:
        click.echo("  the document:")
        for line in json.dumps(
            json.loads(message.document.to_json()), indent=2, ensure_ascii=False
        ).splitlines():
            click.echo(f"      {line}")
    if message.output:
        click.echo("  the file:")
    for line in excerpt(message.output):
        click.echo(f"      {line}")
