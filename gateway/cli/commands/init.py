"""``gateway init DIR``: a workspace to start from."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import cannot, json_option, print_json
from gateway.config.data import installed

_NEXT = """Next:
  edit {dir}/partners/_own.yaml          who you are
  copy {dir}/partners/acme-retail        one folder per partner
  gateway -w {dir} check                 are the settings right?
  gateway -w {dir} serve                 keep exchanging"""


def write_workspace(target: Path) -> list[Path]:
    """Copy ``gateway.yaml`` and the example partners to ``target``; returns the files made."""
    source = installed()
    target.mkdir(parents=True, exist_ok=True)
    made = [target / "gateway.yaml"]
    shutil.copyfile(source / "gateway.yaml", made[0])
    for path in sorted((source / "partners").rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            to = target / "partners" / path.relative_to(source / "partners")
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)
            made.append(to)
    return made


@click.command(cls=Command)
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@json_option
def init(directory: Path, as_json: bool) -> None:
    """Make a workspace with two invented partners to start from. Nothing is overwritten.

    Example:
        gateway init shop

    """
    for name in ("gateway.yaml", "partners"):
        if (directory / name).exists():
            cannot(f"{directory / name} exists already; nothing was changed")
    try:
        made = write_workspace(directory)
    except OSError as error:
        cannot(f"{directory} cannot be written: {error.strerror}")
    if as_json:
        print_json({"workspace": directory.absolute(), "files": made})
        return
    for path in made:
        click.echo(f"written  {path}")
    click.echo("\n" + _NEXT.format(dir=directory))
