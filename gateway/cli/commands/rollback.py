"""``gateway rollback``: what ran before runs again."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.applying import agreed, do, finish, refuse
from gateway.cli.command import Command
from gateway.cli.output import json_option, open_running
from gateway.cli.working import open_gateway, person
from gateway.config.asthen import SHOWN
from gateway.config.snapshot import version
from gateway.pipeline import Gateway
from gateway.pipeline.configuration.applying import rollback_to
from gateway.pipeline.configuration.running import NotRunnableError, Running, running
from gateway.problems import Problem
from gateway.store import applied
from gateway.store.applied import Wish


@click.command(cls=Command)
@click.argument("seq", type=click.IntRange(1), required=False, metavar="[NUMBER]")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--reason", default="", help="Why; it stands in the history.")
@click.option("--anyway", is_flag=True, help="Although a process cannot run it.")
@json_option
@click.pass_obj
def rollback(
    root: Path, seq: int | None, yes: bool, reason: str, anyway: bool, as_json: bool
) -> None:
    """Make an earlier configuration what runs: the one before, or a NUMBER of the history.

    It is applied like any other, in every process at once. The files stay as they are; without a
    change they are the draft of the next `gateway apply`.

    Example:
        gateway history
        gateway rollback --reason "wrong map for acme-retail"
        gateway rollback 7 --yes --json

    """
    with open_gateway(open_running(root, as_json=as_json), draft=True) as gateway:
        now = _running(gateway)
        store = gateway.house.store
        found = rollback_to(store, now, seq)
        if isinstance(found, Problem):
            refuse([found], root, as_json=as_json)
        row, snapshot = found
        said = f"back to number {row.seq} of {row.at:%Y-%m-%d %H:%M}"
        if not as_json:
            click.echo(f"{said} ({row.hash[:SHOWN]}), applied by {row.who}: {row.summary}")
        agreed("Go back?", yes=yes, as_json=as_json)
        wish = Wish("rollback", row.hash, version(), now.seq, person(), reason, said)
        outcome = do(store, now, snapshot, wish, anyway=anyway, quiet=as_json)
    finish(outcome, root, {}, as_json=as_json)


def _running(gateway: Gateway) -> Running:
    """What runs; what cannot be loaded is all the more left."""
    house = gateway.house
    try:
        return running(house.store, house.workspace)
    except NotRunnableError:
        with house.store.read() as connection:
            return Running(house.workspace, applied.current(connection))
