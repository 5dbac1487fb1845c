"""``gateway map complete``: what may stand at a place of a map, for editors."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.map.names import Known
from gateway.cli.output import FOUND, OK, json_option, print_json, print_table


@click.command(cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--line", required=True, type=click.IntRange(min=1), help="From 1.")
@click.option("--column", required=True, type=click.IntRange(min=1), help="From 1.")
@click.option("--text", "stdin", is_flag=True, help="The text on standard input, not the file's.")
@json_option
@click.pass_obj
def complete(root: Path, file: Path, line: int, column: int, stdin: bool, as_json: bool) -> None:
    """List fields of the document, paths of the grammar and words that fit at a place.

    Exit code 1: there is nothing to suggest. Editors that speak the Language Server Protocol use
    gateway map serve instead.

    Example:
        gateway map complete partners/acme-retail/orders.map --line 3 --column 28

    """
    desk = Known(root).desk()
    path = file.absolute()
    text = sys.stdin.read() if stdin else file.read_text(encoding="utf-8", errors="replace")
    desk.drafts[path] = text
    found = desk.complete(path, line, column)
    if as_json:
        print_json({"start": found.start, "suggestions": [s._asdict() for s in found.suggestions]})
    else:
        print_table(("Text", "Kind", "Detail"), [tuple(one) for one in found.suggestions])
    sys.exit(OK if found.suggestions else FOUND)
