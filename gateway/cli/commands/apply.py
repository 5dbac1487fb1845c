"""``gateway apply``: what the files say is what runs from now on, everywhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from gateway.cli.applying import agreed, do, finish, nothing, refuse
from gateway.cli.command import Command
from gateway.cli.commands.check import checked
from gateway.cli.output import cannot, json_option, print_json, print_problems
from gateway.cli.working import open_gateway, person
from gateway.config import Workspace
from gateway.config.snapshot import version
from gateway.config.translation import Translation
from gateway.pipeline import Gateway
from gateway.pipeline.configuration.running import NotRunnableError, Running, running
from gateway.pipeline.configuration.wanted import Wanted, wanted
from gateway.pipeline.plan import Plan, baseline, lines, plan
from gateway.problems import Problem
from gateway.store.applied import Wish


@click.command(cls=Command)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--reason", default="", help="Why; it stands in the history.")
@click.option("--without-broken", is_flag=True, help="Whose files have errors stays as it runs.")
@click.option("--anyway", is_flag=True, help="Although a process cannot run it.")
@json_option
@click.pass_obj
def apply(
    root: Path, yes: bool, reason: str, without_broken: bool, anyway: bool, as_json: bool
) -> None:
    """Make the files what runs, in every process at once and without a restart.

    From the first time on only what was applied runs, also after a restart, whatever happens to
    the files. Every process at work loads it first; where one cannot, nothing changes. What was
    begun ends with the settings it began with. `gateway rollback` goes back.

    Example:
        gateway check && gateway plan
        gateway apply --reason "invoices for acme-retail"
        gateway apply --yes --json

    """
    files, problems = checked(root, tell=lambda _done, _all: None)
    if files is None:
        if as_json:
            print_json({"problems": [found.as_json() for found in problems]})
        else:
            print_problems(problems, root)
        cannot(f"the files in {root.absolute()} cannot be read; what runs goes on")
    with open_gateway(files, draft=True) as gateway:
        now = _running(gateway, files)
        found = wanted(gateway.house.store, now, files, problems, without_broken=without_broken)
        if isinstance(found, list):
            refuse([*problems, *found], root, as_json=as_json)
        if now.applied is not None and now.applied.hash == found.snapshot.hash:
            nothing(now.applied, as_json=as_json)
        made = _planned(gateway, now, files, problems)
        if not as_json:
            _show(made, found)
        agreed("Apply it?", yes=yes, as_json=as_json)
        wish = Wish(
            "apply", found.snapshot.hash, version(), now.seq, person(), reason, made.summary
        )
        store = gateway.house.store
        outcome = do(store, now, found.snapshot, wish, anyway=anyway, quiet=as_json, files=files)
    more = {"plan": made.as_json(), "kept": list(found.kept)}
    finish(outcome, root, more, as_json=as_json)


def _running(gateway: Gateway, files: Workspace) -> Running:
    try:
        return running(gateway.house.store, gateway.house.workspace, files)
    except NotRunnableError as reason:
        cannot(f"{reason.problem.code} {reason}; {reason.problem.remedy}")


def _planned(gateway: Gateway, now: Running, files: Workspace, problems: list[Problem]) -> Plan:
    """What differs, without judging stored messages again: `gateway plan` does that."""
    house = gateway.house
    try:
        before = baseline(house, files, now)
    except NotRunnableError as reason:
        cannot(f"what runs cannot be read: {reason}")
    old = Translation(before.workspace, house.translation.definitions)
    there = replace(house, workspace=before.workspace, translation=old)
    return plan(there, files, days=None, problems=problems, against=before.said)


def _show(made: Plan, found: Wanted) -> None:
    for line in lines(made):
        click.echo(line)
    for name in found.kept:
        click.echo(f"  ! {name}  stays as it runs: its files have errors")
