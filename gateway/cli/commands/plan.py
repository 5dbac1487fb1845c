"""``gateway plan``: what the files would change, and how stored messages would come out."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.check import checked
from gateway.cli.output import FOUND, OK, cannot, json_option, print_json, print_problems, summary
from gateway.cli.progress import telling
from gateway.cli.working import open_gateway
from gateway.config import Workspace
from gateway.config.translation import Translation
from gateway.pipeline.configuration.running import NotRunnableError, Running
from gateway.pipeline.configuration.wanted import wanted
from gateway.pipeline.plan import DAYS, LIMIT, Plan, baseline, lines
from gateway.pipeline.plan import plan as make
from gateway.problems import Problem

CHANGES = 3
"""Exit code where something would change, with ``--exit-code``."""
_COLOURS = {"+": "green", "-": "red", "~": "yellow", "!": "red"}


@click.command(cls=Command)
@click.argument("partners", nargs=-1, metavar="[NAME]...")
@click.option(
    "--days",
    type=click.IntRange(0),
    default=DAYS.days,
    show_default=True,
    metavar="N",
    help="How far back stored messages are judged again; 0: none are.",
)
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=LIMIT,
    show_default=True,
    metavar="N",
    help="The most messages of an agreement, the newest.",
)
@click.option("--show", is_flag=True, help="Show the first messages that come out otherwise.")
@click.option("--exit-code", is_flag=True, help="Exit code 3 when something would change.")
@json_option
@click.pass_obj
def plan(
    root: Path,
    partners: tuple[str, ...],
    days: int,
    limit: int,
    show: bool,
    exit_code: bool,
    as_json: bool,
) -> None:
    """Show what `gateway apply` would change; nothing is stored, sent or moved.

    What runs is compared with the files: settings by the value that holds, maps row by row, code
    lists, guides, certificates. Then the newest messages of every agreement that is touched are
    judged by what runs and by the files, and those that would come out otherwise are counted.
    NAME: only of these partners and shops. Exit code 0: all of it can be applied, or nothing would
    change; 1: problems keep some of it from being applied; 3, with --exit-code: something would
    change.

    Example:
        gateway plan
        gateway plan acme-retail --days 30 --show
        gateway plan --exit-code --json

    """
    with telling("checking", quiet=as_json) as tell:
        workspace, problems = checked(root, tell=lambda done, all_: tell(f"{done} of {all_}"))
    if workspace is None:
        if as_json:
            print_json({"problems": [found.as_json() for found in problems]})
        else:
            print_problems(problems, root)
        cannot(f"the files in {root.absolute()} cannot be read; what runs goes on")
    with (
        telling("planning", quiet=as_json) as tell,
        open_gateway(workspace, draft=True) as gateway,
    ):
        house = gateway.house
        try:
            before = baseline(house, workspace)
        except NotRunnableError as reason:
            cannot(f"what runs cannot be read: {reason.problem.sentence}")
        _known((workspace, before.workspace), partners)
        old = Translation(before.workspace, house.translation.definitions)
        made = make(
            replace(house, workspace=before.workspace, translation=old),
            workspace,
            partners=partners,
            days=timedelta(days=days) if days else None,
            limit=limit,
            problems=problems,
            against=before.said,
            tell=tell,
        )
        now = Running(before.workspace, before.applied)
        refused = [] if made.empty else wanted(house.store, now, workspace, problems)
    if isinstance(refused, list):
        known = dict.fromkeys((*made.problems, *refused))
        made = replace(made, problems=tuple(known))
    if as_json:
        print_json(made.as_json())
    else:
        _print(made, root, show=show)
    changes = CHANGES if exit_code and not made.empty else OK
    sys.exit(FOUND if made.obstacles else changes)


def _known(sides: tuple[Workspace, Workspace], partners: tuple[str, ...]) -> None:
    known = {
        name
        for side in sides
        for name in (*side.partners, *side.broken, *side.shops, *side.broken_shops)
    }
    for name in partners:
        if name not in known:
            names = ", ".join(sorted(known)) or "none"
            cannot(f"there is no partner or shop {name}; there are {names}")


def _print(made: Plan, root: Path, *, show: bool) -> None:
    found: list[Problem] = list(made.problems)
    print_problems(found, root)
    for line in lines(made, show=show):
        sign = line.strip()[:1]
        click.secho(line, fg=_COLOURS.get(sign) if line.startswith("  ") else None)
    if made.obstacles:
        click.echo(f"{summary(found)}: mend them, or what they are about stays as it runs")
