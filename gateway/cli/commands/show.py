"""``gateway show FILE``: any file as people read it, with its problems under the place."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.annotate import Line, lines_of, pin, render
from gateway.cli.command import Command
from gateway.cli.inspection import Inspection, inspect
from gateway.cli.output import (
    CANNOT,
    FOUND,
    OK,
    cannot,
    json_option,
    print_json,
    print_problems,
    summary,
)
from gateway.documents import DOCUMENTS
from gateway.problems import has_errors

STYLES = {"segment": None, "error": "red", "warning": "yellow", "remedy": "cyan"}
"""Colours of :func:`gateway.cli.annotate.render`'s rows."""


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--document",
    type=click.Choice(list(DOCUMENTS)),
    help="What an ERP file holds.  [default: the name of its folder]",
)
@click.option("--problems", "only", is_flag=True, help="Only the segments that have problems.")
@json_option
@click.pass_obj
def show(root: Path, file: Path, document: str | None, only: bool, as_json: bool) -> None:
    """Show a file with every problem under its place.

    EDI is shown with a segment a line, numbered as acknowledgements count; of a file of the ERP the
    lines with problems.

    Example:
        gateway show samples/acme-retail/orders/0001-one-good-one-bad.edi
        gateway show --document invoice export.csv

    """
    try:
        data = file.read_bytes()
    except OSError as error:
        cannot(f"{file} cannot be read: {error.strerror}")
    found = inspect(data, str(file), root, document)
    if found.format == "unknown":
        cannot(f"{file} is {found.what}; show knows EDIFACT, X12, and CSV or JSON of the ERP")
    if as_json:
        _print_json(found)
    elif found.parts:
        _print_lines(found, only=only)
    else:
        print_problems(found.problems, Path())
    if not as_json:
        click.echo(f"{file}: {found.what}, {summary(found.problems)}")
    sys.exit(FOUND if has_errors(found.problems) else OK)


def _print_json(found: Inspection) -> None:
    lines = list(lines_of(found.parts))
    homeless = pin(lines, found.problems)
    print_json(
        {
            "format": found.format,
            "what": found.what,
            "segments": [line.as_json() for line in lines],
            "problems": [each.as_json() for each in (homeless if lines else found.problems)],
        }
    )


def _print_lines(found: Inspection, *, only: bool) -> None:
    lines = list(lines_of(found.parts))
    homeless = pin(lines, found.problems)
    print_lines([line for line in lines if line.problems or not only])
    print_problems(homeless, Path())


def print_lines(lines: list[Line], *, indent: str = "") -> None:
    """Lines with their problems, coloured on a terminal."""
    for line in lines:
        for style, text in render(line):
            click.secho(indent + text, fg=STYLES[style])


__all__ = ["CANNOT", "print_lines", "show"]
