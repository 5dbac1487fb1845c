"""``gateway layout new``: a first layout from a sample file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import OK, cannot, json_option, print_json
from gateway.documents import DOCUMENTS
from gateway.grammar.layoutproposal import propose


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--document", default="order", type=click.Choice(sorted(DOCUMENTS)),
              show_default=True, help="What the file holds.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path),
              help="Write it there; a file that exists stays as it is.")  # fmt: skip
@json_option
def new(file: Path, document: str, output: Path | None, as_json: bool) -> None:
    """Propose a layout from FILE: delimiter, charset, titles, types, days, lengths.

    What one file cannot tell is left to you: names of fields, what is required, which record
    belongs below which. Then see what it reads with `gateway layout check`.

    Example:
        gateway layout new export.csv --document order
        gateway layout new orders.xlsx -o grammars/xlsx/our-order.yaml

    """
    text, notes = propose(file.read_bytes(), document)
    if not text:
        cannot(f"{file}: {'; '.join(notes)}")
    if output is not None:
        try:
            with output.open("x", encoding="utf-8") as target:
                target.write(text)
        except OSError as failure:
            cannot(f"{output} cannot be written: {failure.strerror or failure}")
    if as_json:
        print_json({"layout": text, "notes": notes, "file": str(output) if output else None})
        sys.exit(OK)
    if output is None:
        click.echo(text, nl=False)
    for note in notes:
        click.echo(f"note: {note}", err=True)
