"""What `gateway check --world` tries and shows."""

from __future__ import annotations

from collections.abc import Sequence

import click

from gateway.cli.output import cannot, print_table
from gateway.cli.progress import telling
from gateway.config import Workspace
from gateway.pipeline.world import Looked, world
from gateway.telemetry.secrets import clean


def looked_at(workspace: Workspace, names: Sequence[str], *, quiet: bool) -> list[Looked]:
    """Everything, or only of some partners and shops; one that is not there ends the command."""
    there = (*workspace.partners, *workspace.shops)
    for name in names:
        if name not in there:
            what = "partner or shop" if workspace.shops else "partner"
            known = ", ".join(there) or "none"
            cannot(f"there is no {what} {name} that could be tried; there are {known}")
    found: list[Looked] = []
    with telling("looking at the world", quiet=quiet) as tell:
        for each in world(workspace, names):
            found.append(each)
            tell(f"{len(found)} looked at, the last was {each.subject}")
    return sorted(found, key=lambda each: (each.partner, each.subject))


def print_world(looked: Sequence[Looked]) -> None:
    """A table of all, and what each step of those that fail told."""
    rows = [
        [each.subject, "works" if each.works else "fails", f"{each.seconds:.1f} s", each.said]
        for each in looked
    ]
    print_table(["what", "", "time", "steps"], rows)
    click.echo()
    for each in looked:
        if not each.works:
            _print_failing(each)
    failing = sum(not each.works for each in looked)
    click.echo(f"{len(looked)} looked at, {failing or 'none'} of them {_fail(failing)}")


def _fail(count: int) -> str:
    return "fails" if count == 1 else "fail"


def _print_failing(looked: Looked) -> None:
    click.secho(looked.subject, bold=True)
    for step in looked.steps:
        if step.found is None:
            click.echo(f"  {step.name:<10} {clean(step.text)}")
            continue
        click.echo(f"  {step.name:<10} failed")
        click.secho(f"    {step.found.code} {clean(step.text)}", fg="red", bold=True)
        click.secho(f"    = {clean(step.remedy)}", fg="cyan")
    click.echo()
