"""``gateway layout schema``: a layout as JSON Schema."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.layout.names import opened
from gateway.cli.output import print_json
from gateway.grammar.layoutschema import schema


@click.command("schema", cls=Command)
@click.argument("layout")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: it is JSON always.")
@click.pass_obj
def schema_(root: Path, layout: str, as_json: bool) -> None:
    """Print the JSON Schema of LAYOUT, for those who write or read the files.

    Of a JSON layout it is that of its files; of the others that of the documents which
    `gateway layout check --json` prints.

    Example:
        gateway layout schema json/order > order.schema.json

    """
    print_json(schema(opened(root, layout)))
