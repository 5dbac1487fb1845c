"""``gateway partner rehearse``: every scenario of a partner, played in a temporary house."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.commands.partner.named import known_partner
from gateway.cli.output import (
    FOUND,
    OK,
    json_option,
    open_workspace,
    print_json,
    print_problems,
    print_table,
)
from gateway.pipeline.rehearsal.rehearse import Rehearsed, rehearse
from gateway.pipeline.rehearsal.scenarios import SCENARIOS

_COLOURS = {"passed": "green", "failed": "red", "not agreed": None}


@click.command("rehearse", cls=Command)
@click.argument("name")
@click.option(
    "--scenario",
    "only",
    multiple=True,
    type=click.Choice(list(SCENARIOS)),
    metavar="S",
    help="Only this one; may be repeated.",
)
@click.option("--seed", type=int, default=0, help="Another number, other articles and quantities.")
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder that keeps all files, to be shown to the partner.",
)
@json_option
@click.pass_obj
def rehearse_(
    root: Path, name: str, only: tuple[str, ...], seed: int, keep: Path | None, as_json: bool
) -> None:
    """Play what happens between trading partners: orders, changes, partial deliveries, returns.

    Everything goes the real way, with the partner's real settings, guide and maps, in a temporary
    house: nothing of the running one is read or written. What he sends is invented, what the ERP
    would answer is made from it. Documents that are not agreed take no part. Exit code 1: a
    scenario does not come out as it should.

    Example:
        gateway partner rehearse acme-retail
        gateway partner rehearse acme-retail --scenario back-order --keep shown/
        gateway partner rehearse acme-retail --json

    """
    workspace = open_workspace(root, as_json=as_json)
    partner = known_partner(workspace, name)
    kept = None if keep is None else keep.absolute()
    played = rehearse(workspace, partner, datetime.now(UTC), only=only, seed=seed, keep=kept)
    failed = [each for each in played if each.result == "failed"]
    if as_json:
        print_json(
            {"partner": name, "passed": not failed, "scenarios": [o.as_json() for o in played]}
        )
    else:
        print_played(played)
        for each in failed:
            click.secho(f"\n{each.name}: {each.title}", bold=True)
            print_problems(each.problems, root)
        if keep is not None:
            click.echo(f"the files are in {keep}")
    sys.exit(FOUND if failed else OK)


def print_played(played: Sequence[Rehearsed]) -> None:
    """The table of scenarios."""
    rows = []
    for each in played:
        told = each.reason or ", ".join(step.what for step in each.steps if step.state == "failed")
        steps = sum(step.state == "done" for step in each.steps)
        rows.append((each.name, each.title, each.result, told or f"{steps} steps"))
    print_table(("Scenario", "What happens", "Result", ""), rows)
    counts = [(word, sum(one.result == word for one in played)) for word in _COLOURS]
    click.echo(", ".join(f"{count} {word}" for word, count in counts if count))
