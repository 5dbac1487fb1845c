"""``gateway guide page`` and ``gateway guide schema``: a guide for partners and for programs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.guide.names import opened
from gateway.cli.output import cannot
from gateway.grammar.guide.publish import Edition, json_schema, page

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("page", cls=Command)
@click.argument("guide")
@click.option("--output", "-o", type=_FILE, help="The file.  [default: standard output]")
@click.option("--partner", default="", help="Name to put on the page.")
@click.option("--edition", default="", help="Version to put on the page.")
@click.option("--date", default="", help="Date to put on the page.")
@click.option("--everything", is_flag=True, help="Show in detail what is taken over unchanged.")
@click.pass_obj
def page_(
    root: Path,
    guide: str,
    output: Path | None,
    partner: str,
    edition: str,
    date: str,
    everything: bool,
) -> None:
    """Write a guide as one HTML file to read and to print: rules, samples, what is refused.

    Example:
        gateway guide page acme-retail/orders -o orders.html --edition 1.2 --date 2026-05-29

    """
    found = opened(root, guide)
    shown = Edition(partner, edition, date)
    try:
        text = page(found.guide, shown, found.extended, everything=everything)
    except ValueError as impossible:
        cannot(f"no sample can be made of {guide}: {impossible}")
    put(text, output)


@click.command("schema", cls=Command)
@click.argument("guide")
@click.option("--output", "-o", type=_FILE, help="The file.  [default: standard output]")
@click.pass_obj
def schema(root: Path, guide: str, output: Path | None) -> None:
    """Write a guide as JSON Schema of its messages as JSON (`gateway guide sample --json`).

    Example:
        gateway guide schema acme-retail/orders -o orders.schema.json

    """
    made = json_schema(opened(root, guide).guide)
    put(json.dumps(made, indent=1, ensure_ascii=False) + "\n", output)


def put(text: str, output: Path | None) -> None:
    """To the file, or to standard output."""
    if output is None:
        sys.stdout.write(text)
        return
    write(output, text.encode("utf-8"))
    click.echo(f"{output} written", err=True)


def write(path: Path, data: bytes) -> None:
    """A file; where that cannot be, the command ends."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        cannot(f"{path} cannot be written: {error.strerror}")
