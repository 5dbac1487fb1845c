"""``gateway schema``: JSON Schema of the settings files, for editors."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import cannot, json_option, print_json
from gateway.config.schema import NAMES, schema, schema_text

FOLDER = "schema"


@click.command("schema", cls=Command)
@click.argument("name", required=False, type=click.Choice(NAMES))
@click.option("--write", is_flag=True, help="Write all of them into schema/ of the workspace.")
@json_option
@click.pass_obj
def schema_(root: Path, name: str | None, write: bool, as_json: bool) -> None:
    """Print the JSON Schema of a settings file, or write them all for editors.

    An editor with a YAML language server completes settings and underlines mistakes when the
    first line of a file names its schema:
    # yaml-language-server: $schema=../../schema/partner.json

    Example:
        gateway schema partner
        gateway schema --write

    """
    if write == (name is not None):
        cannot("say which schema to print, or --write for all of them; see gateway schema --help")
    if name is not None:
        print_json(schema(name))
        return
    try:
        made = write_schemas(root)
    except OSError as error:
        cannot(f"{root / FOLDER} cannot be written: {error.strerror}")
    if as_json:
        print_json({"files": made})
        return
    for path in made:
        click.echo(f"written  {path}")


def write_schemas(root: Path) -> list[Path]:
    """Write all schemas below a workspace; returns the files made. Raises ``OSError``."""
    (root / FOLDER).mkdir(exist_ok=True)
    made = [root / FOLDER / f"{name}.json" for name in NAMES]
    for path in made:
        path.write_text(schema_text(path.stem), encoding="utf-8")
    return made
