"""``gateway invoice validate``: an invoice against our rules, and those that others publish."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.invoice.opened import invoices_of, known_maps
from gateway.cli.output import FOUND, OK, json_option, print_json, print_problems, summary
from gateway.config import load_workspace
from gateway.documents import check
from gateway.documents.checks import PROFILES
from gateway.problems import Problem, has_errors
from gateway.validation import Limits, Validator

_XML = ("ubl", "ubl-creditnote", "cii", "edifact-xml")


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--artefacts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with rules that others publish (*.xslt, *.xsd).  [default: of the workspace]",
)
@click.option(
    "--profile",
    type=click.Choice([*PROFILES, "none"]),
    default="en16931",
    help="Which of our own rules.  [default: en16931]",
)
@click.option("--timeout", type=float, default=30.0, help="Seconds for the rules of others.")
@click.option("--memory", type=int, default=1500, help="Megabytes for the rules of others.")
@json_option
@click.pass_obj
def validate(
    root: Path, file: Path, artefacts: Path | None, profile: str, timeout: float, memory: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Check the invoices of a FILE.

    First whether it can be read and whether all of it is read; then sums, tax and what EN 16931
    requires; then, for XML, the rules in the folder of artefacts (Schematron as XSLT, schemas). The
    rules of EN 16931, Peppol or a country are not part of the gateway: get them from their
    publisher.

    Example:
        gateway invoice validate invoice.xml
        gateway invoice validate invoice.xml --artefacts rules/ --json

    """
    problems: list[Problem] = []
    kinds: list[str] = []
    for found in invoices_of(known_maps(root), file):
        kinds.append(found.kind)
        problems += found.problems
        if found.document is not None:
            own = check(found.document, profile="" if profile == "none" else profile)
            problems += [one.at(file=str(file)) for one in own]
    folder = artefacts or _of_workspace(root)
    rules = folder is not None and kinds[0] in _XML
    if rules and folder is not None:
        with Validator(folder, Limits(seconds=timeout, megabytes=memory)) as validator:
            problems += validator.check(file.read_bytes(), str(file))
    if as_json:
        print_json(
            {
                "ok": not has_errors(problems),
                "kinds": kinds,
                "artefacts": str(folder) if rules else None,
                "problems": [one.as_json() for one in problems],
            }
        )
    else:
        print_problems(problems, Path())
        told = f"by the rules in {folder}" if rules else "by our own rules only"
        click.echo(f"{file}: {', '.join(kinds) or 'no invoice'}, {told}, {summary(problems)}")
    sys.exit(FOUND if has_errors(problems) else OK)


def _of_workspace(root: Path) -> Path | None:
    """The folder that the settings name, where there is a workspace."""
    if not (root / "gateway.yaml").is_file():
        return None
    workspace, _ = load_workspace(root)
    folder = None if workspace is None else workspace.settings.einvoice.artefacts
    return None if folder is None else root / folder
