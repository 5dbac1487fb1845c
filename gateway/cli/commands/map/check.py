"""``gateway map check``: what is wrong with maps, before anything runs."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.commands.map.names import Known, files_below
from gateway.cli.output import FOUND, OK, json_option, print_json, print_problems, summary
from gateway.problems import Problem, has_errors


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@json_option
@click.pass_obj
def check(root: Path, files: tuple[Path, ...], as_json: bool) -> None:
    """Check maps and overlays against grammars, documents and code lists.

    FILES may be folders. Nothing needs to run for it; a caret shows each place.

    Example:
        gateway map check partners/acme-retail/orders.map
        gateway map check mappings --json

    """
    known = Known(root)
    found = {str(path): known.file(str(path)) for path in files_below(files)}
    problems = [one for _, listed in found.values() for one in listed]
    if as_json:
        print_json([_as_json(name, *each) for name, each in found.items()])
    else:
        for name, (_, listed) in found.items():
            print_problems([_near(one, name) for one in listed], Path())
            click.echo(f"{name}: {summary(listed)}")
    sys.exit(FOUND if has_errors(problems) else OK)


def _as_json(name: str, made: object, problems: list[Problem]) -> dict[str, Any]:
    return {
        "file": name,
        "ok": made is not None,
        "problems": [one.as_json() for one in problems],
    }


def _near(found: Problem, name: str) -> Problem:
    """The problem with its file as the command names it, so that the line can be shown."""
    shown = Path(found.place.file or "")
    if shown.name == Path(name).name and not shown.is_file():
        return replace(found, place=replace(found.place, file=name))
    return found
