"""``gateway grammar import FILE``: grammars from a standards body, a partner or SAP."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import FOUND, OK, cannot, json_option, print_json, print_problems, summary
from gateway.cli.progress import telling
from gateway.grammar.importing import Imported, install, read_grammar


@click.command("import", cls=Command)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", default="", help="Name of the folder.  [default: as the file says]")
@click.option(
    "--within",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="XSD: the folder with all files of the schema.  [default: that of FILE]",
)
@click.option("--replace", is_flag=True, help="Replace grammars of that name in the workspace.")
@json_option
@click.pass_obj
def import_(
    root: Path, file: Path, name: str, within: Path | None, replace: bool, as_json: bool
) -> None:
    """Import grammars into the workspace.

    FILE is the zip of a UN/EDIFACT directory as UNECE publishes it, a SEF file of a partner, the
    parser output or XML schema of an IDoc type (SAP transaction WE60), or any other XML schema
    (XSD). It is recognised by what is in it, and becomes a folder of grammars/, which comes before
    the one of the package.

    Example:
        gateway grammar import d24a.zip
        gateway grammar import partner.sef --name ACME850
        gateway grammar import ORDERS05.txt
        gateway grammar import schema/order.xsd --within schema --name webshop

    """
    if not (root / "gateway.yaml").is_file():
        cannot(f"there is no workspace in {root.absolute()}; `gateway init DIR` makes one")
    try:
        with telling(f"reading {file.name}", quiet=as_json) as tell:
            imported = read_grammar(file, tell, within)
        folder = root / "grammars"
        if imported.usable:
            with telling("checking and writing", quiet=as_json):
                folder = install(imported, root / "grammars", name, replace=replace)
    except OSError as error:
        cannot(f"{error.filename or file}: {error.strerror or error}")
    _print(imported, folder, file, root, as_json=as_json)
    sys.exit(OK if imported.usable else FOUND)


def _print(imported: Imported, folder: Path, file: Path, root: Path, *, as_json: bool) -> None:
    written = imported.usable
    if as_json:
        print_json(
            {
                "written": folder.as_posix() if written else None,
                "read": imported.told,
                "problems": [one.as_json() for one in imported.problems],
                "problems_beyond": imported.beyond,
            }
        )
        return
    print_problems(imported.problems, file.parent)
    if imported.beyond:
        click.echo(f"… and {imported.beyond} more problems that were not kept")
    if imported.told:
        click.echo(f"read from {file.name}: {', '.join(imported.told)}")
    if written:
        shown = folder.relative_to(root) if folder.is_relative_to(root) else folder
        click.echo(f"written to {shown}")
    else:
        click.echo(f"nothing is written: {summary(imported.problems)}")
