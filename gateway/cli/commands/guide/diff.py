"""``gateway guide diff``: what changed between two guides, and which files feel it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.guide.names import Known, Opened, opened
from gateway.cli.commands.guide.validate import judged
from gateway.cli.output import FOUND, OK, json_option, print_json
from gateway.grammar.guide.publish.affected import Affected, affected
from gateway.grammar.guide.publish.change import Change
from gateway.grammar.guide.publish.difference import differences
from gateway.problems import Problem
from gateway.syntax import detect, read_bytes

_COLOURS = {"breaking": "red", "compatible": "green", "neutral": None}
_SHOWN = 5


@click.command(cls=Command)
@click.argument("old")
@click.argument("new")
@click.option(
    "--samples",
    "-s",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    help="A file, or a folder of files, that both guides judge.",
)
@json_option
@click.pass_obj
def diff(root: Path, old: str, new: str, samples: tuple[Path, ...], as_json: bool) -> None:
    """Show what changed from guide OLD to guide NEW. Exit code 1: something breaks.

    A change is compatible when every message that was right stays right, else breaking.

    Example:
        gateway guide diff eancom1997/ORDERS acme-retail/orders
        gateway guide diff old.yaml new.yaml --samples samples/acme-retail

    """
    known = Known(root)
    before, after = opened(root, old, known), opened(root, new, known)
    changes = differences(before.guide, after.guide)
    files = affected(_judged(before, samples), _judged(after, samples))
    if as_json:
        print_json(
            {
                "old": before.guide.name,
                "new": after.guide.name,
                "changes": [one.as_json() for one in changes],
                "files": [one.as_json() for one in files],
            }
        )
    else:
        _print(changes, files, looked=bool(samples))
    effects = [*(one.effect for one in changes), *(one.effect for one in files)]
    broken = "breaking" in effects
    sys.exit(FOUND if broken else OK)


def _judged(guide: Opened, samples: Sequence[Path]) -> dict[str, list[Problem]]:
    """What a guide finds in each file that has a message of its kind."""
    found = {}
    for given in samples:
        paths = [given] if given.is_file() else sorted(given.rglob("*"))
        for path in paths:
            if not path.is_file():
                continue
            data = path.read_bytes()
            if detect(data[:4096]) != guide.guide.base.standard:
                continue
            count, problems = judged(guide, read_bytes(data))
            if count:
                found[str(path)] = problems
    return found


def _print(changes: Sequence[Change], files: Sequence[Affected], *, looked: bool) -> None:
    for one in changes:
        click.secho(str(one), fg=_COLOURS[one.effect])
    counts = [
        f"{sum(one.effect == effect for one in changes)} {effect}"
        for effect in _COLOURS
        if any(one.effect == effect for one in changes)
    ]
    click.echo(f"{', '.join(counts) or 'no'} change{'' if len(changes) == 1 else 's'}")
    for file in files:
        was, now = ("right" if right else "refused" for right in (file.was_right, file.is_right))
        click.secho(f"\n{file.file}: {was} before, {now} now", fg=_COLOURS[file.effect])
        for sign, problems in (("+", file.new), ("-", file.gone)):
            for found in problems[:_SHOWN]:
                click.echo(f"  {sign} {found}")
            if len(problems) > _SHOWN:
                click.echo(f"  {sign} and {len(problems) - _SHOWN} more (--json lists all)")
    if looked and not files:
        click.echo("no sample file is judged in another way")
