"""``gateway map fmt``: maps in columns."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.map.names import files_below
from gateway.cli.output import FOUND, OK, json_option, print_json, print_problems
from gateway.mapping.format import formatted
from gateway.problems import Problem


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 if a file would change.")
@click.option("--diff", "differ", is_flag=True, help="Write nothing; show what would change.")
@json_option
def fmt(files: tuple[Path, ...], check: bool, differ: bool, as_json: bool) -> None:
    """Align the columns of maps. Only blanks change, and comments stay.

    FILES may be folders. A file that cannot be read as a map is left alone (exit code 1).

    Example:
        gateway map fmt partners/acme-retail
        gateway map fmt mappings --check --diff

    """
    changed: list[str] = []
    broken: dict[str, list[Problem]] = {}
    for path in files_below(files):
        text = path.read_text(encoding="utf-8", errors="replace")
        result, problems = formatted(text, str(path))
        if result is None:
            broken[str(path)] = problems
        elif result != text:
            changed.append(str(path))
            if differ and not as_json:
                _print(text, result, str(path))
            if not check and not differ:
                _write(path, result)
    if as_json:
        told = {name: [one.as_json() for one in found] for name, found in broken.items()}
        print_json({"changed": changed, "broken": told})
    else:
        for found in broken.values():
            print_problems(found, Path())
        for name in changed:
            click.echo(f"{'would change' if check or differ else 'changed'}  {name}")
    sys.exit(FOUND if broken or (check and changed) else OK)


def _print(old: str, new: str, name: str) -> None:
    for line in difflib.unified_diff(old.splitlines(), new.splitlines(), name, name, lineterm=""):
        click.secho(line, fg={"+": "green", "-": "red"}.get(line[:1]))


def _write(path: Path, text: str) -> None:
    """Replace the file at once: an interrupted run leaves the old one."""
    near = path.with_name(f".{path.name}.new")
    near.write_text(text, encoding="utf-8")
    near.replace(path)
