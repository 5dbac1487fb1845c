"""``gateway map test``: samples through their maps, beside what they should become."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.commands.map.names import Known
from gateway.cli.excerpt import excerpt
from gateway.cli.output import FOUND, OK, cannot, json_option, print_json
from gateway.config.models import Partner
from gateway.pipeline.samples import Case, Result, cases, run, update

_SHOWN = 30
"""Lines of a difference that are shown."""


@click.command(cls=Command)
@click.argument("subjects", metavar="[PARTNER | FOLDER]...", nargs=-1)
@click.option("--partner", "-p", help="Whose maps the samples of a FOLDER go through.")
@click.option("--update", "renew", is_flag=True, help="Write the expected files anew.")
@json_option
@click.pass_obj
def test(
    root: Path, subjects: tuple[str, ...], partner: str | None, renew: bool, as_json: bool
) -> None:
    """Run samples through their maps and show what differs. Exit code 1: something does.

    A sample is a folder with a file in.edi (in.csv …) as it was sent, and what it should become:
    canonical.json, erp.csv, back.edi, problems.txt. Those of a partner lie in
    partners/PARTNER/samples; without an argument those of all partners run. --update writes the
    expected files: run it for a new sample, review the difference with git for an old one.

    Example:
        gateway map test
        gateway map test acme-retail --update
        gateway map test tests/maps/samples

    """
    tested(root, subjects, partner, renew=renew, as_json=as_json)


def tested(
    root: Path,
    subjects: tuple[str, ...],
    partner: str | None,
    *,
    renew: bool,
    as_json: bool,
    partners_only: bool = False,
) -> None:
    """Run samples, print them, and end the command; ``partners_only``: a subject is no folder."""
    known = Known(root)
    if partners_only and (strange := set(subjects) - set(known.workspace.partners)):
        known_names = ", ".join(known.workspace.partners)
        cannot(f"there is no partner {', '.join(sorted(strange))}; there are {known_names}")
    found = list(_found(known, subjects, partner))
    if not found:
        click.echo("no samples: none of the folders holds a file in.edi, in.csv …", err=True)
    results = [run(known.translation, case, owner) for case, owner in found]
    written = {one.case.name: update(one) for one in results} if renew else {}
    if as_json:
        print_json([_as_json(one) for one in results])
    else:
        _print(results, written, renew=renew)
    failed = [one for one in results if not one.passed and not (renew and one.outcome)]
    sys.exit(FOUND if failed else OK)


def _found(
    known: Known, subjects: tuple[str, ...], partner: str | None
) -> Iterator[tuple[Case, Partner | None]]:
    partners = known.workspace.partners
    if partner is not None and partner not in partners:
        cannot(f"there is no partner {partner}; there are {', '.join(partners)}")
    for name in subjects or tuple(partners):
        if name in partners and not (subjects and Path(name).is_dir()):
            folder = known.workspace.partner_folder(name) / "samples"
            yield from ((case, partners[name]) for case in cases([folder]))
        elif Path(name).is_dir():
            owner = partners[partner] if partner is not None else _owner(known, Path(name))
            yield from ((case, owner) for case in cases([Path(name)]))
        else:
            cannot(f"{name} is no partner and no folder; partners: {', '.join(partners)}")


def _owner(known: Known, folder: Path) -> Partner | None:
    """The partner in whose folder the samples lie."""
    for name, partner in known.workspace.partners.items():
        if folder.resolve().is_relative_to(known.workspace.partner_folder(name).resolve()):
            return partner
    return None


def _as_json(one: Result) -> dict[str, Any]:
    share = None if one.outcome is None else one.outcome.share.as_json()
    return {
        "case": one.case.name,
        "folder": str(one.case.folder),
        "passed": one.passed,
        "reason": one.reason,
        "differs": [
            {"file": name, "expected": _text(one.expected[name]), "actual": _text(after)}
            for name, after in one.actual.items()
        ],
        "coverage": share,
    }


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _print(results: list[Result], written: dict[str, list[str]], *, renew: bool) -> None:
    for one in results:
        share = "" if one.outcome is None else f"  {one.outcome.share.ratio:.0%} read"
        if one.reason:
            click.secho(f"cannot run  {one.case.name}: {one.reason}", fg="red")
        elif one.passed:
            click.echo(f"ok          {one.case.name}{share}")
        elif renew:
            names = ", ".join(written.get(one.case.name, ()))
            click.secho(f"written     {one.case.name}: {names}{share}", fg="yellow")
        else:
            click.secho(f"differs     {one.case.name}{share}", fg="red")
            for name in one.actual:
                _print_difference(name, one.expected[name], one.actual[name])
    passed = sum(one.passed for one in results)
    count = f"{len(results)} sample{'' if len(results) == 1 else 's'}"
    click.echo(f"{count}, {passed} as expected")


def _print_difference(name: str, before: bytes, after: bytes) -> None:
    old, new = (excerpt(data) if data else [] for data in (before, after))
    lines = list(difflib.unified_diff(old, new, f"expected {name}", f"now {name}", lineterm=""))
    for line in lines[:_SHOWN]:
        click.secho(f"  {line}", fg={"+": "green", "-": "red"}.get(line[:1]))
    if len(lines) > _SHOWN:
        click.echo(f"  … {len(lines) - _SHOWN} more lines")
