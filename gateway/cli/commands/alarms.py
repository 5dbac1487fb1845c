"""``gateway alarms``: what a person has to know."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

from gateway.cli.command import Command
from gateway.cli.output import FOUND, OK, json_option, open_running, print_json, print_table
from gateway.cli.working import open_gateway
from gateway.config import Workspace
from gateway.pipeline.watch.tell import try_outlets
from gateway.store.alarms import Alarm, AlarmFilter
from gateway.telemetry.secrets import clean

COLUMNS = ("ID", "Since", "Over", "Times", "Partner", "Message", "What")
ADVISED = 20
"""Alarms below whose list it is said what to do; `--json` says it for each."""


@click.command(cls=Command)
@click.option("--all", "all_", is_flag=True, help="Those that are over, too.")
@click.option("--partner", metavar="P", help="Only those about one partner.")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="At most.")
@click.option("--test", is_flag=True, help="Send a test to all who are told, and nothing else.")
@json_option
@click.pass_obj
def alarms(
    root: Path, all_: bool, partner: str | None, limit: int, test: bool, as_json: bool
) -> None:
    """List what is wrong and needs a person, newest first.

    An alarm goes away by itself when what it is about is over. Exit code 1 when any is open.

    Example:
        gateway alarms
        gateway alarms --all --partner acme-retail
        gateway alarms --test

    """
    if test:
        _test(open_running(root, as_json=as_json), as_json=as_json)
    wanted = AlarmFilter(open=None if all_ else True, partner=partner, limit=limit)
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        found = gateway.alarms(wanted)
    if as_json:
        print_json([one.as_json() for one in found])
    elif found:
        _print(found, over=all_)
    else:
        click.echo("no alarms")
    sys.exit(FOUND if any(one.resolved is None for one in found) else OK)


def _test(workspace: Workspace, *, as_json: bool) -> NoReturn:
    tried = dict(try_outlets(workspace, datetime.now(UTC)))
    if as_json:
        print_json([{"outlet": name, "failure": why or None} for name, why in tried.items()])
    elif not tried:
        click.echo("nobody is told: set alarms.email or alarms.webhook in gateway.yaml")
    else:
        for name, why in tried.items():
            click.echo(f"{name}: {why or 'taken'}")
    sys.exit(FOUND if not tried or any(tried.values()) else OK)


def _print(found: Sequence[Alarm], *, over: bool) -> None:
    skipped = () if over else ("Over",)
    rows = [
        {
            "ID": str(one.id),
            "Since": f"{one.raised.astimezone():%Y-%m-%d %H:%M}",
            "Over": "–" if one.resolved is None else f"{one.resolved.astimezone():%Y-%m-%d %H:%M}",
            "Times": str(one.times),
            "Partner": one.partner or "–",
            "Message": "–" if one.message is None else str(one.message),
            "What": f"{one.found.code} {clean(one.found.sentence)}",
        }
        for one in found
    ]
    columns = [column for column in COLUMNS if column not in skipped]
    print_table(columns, [[row[column] for column in columns] for row in rows])
    for one in [one for one in found if one.resolved is None][:ADVISED]:
        click.echo(f"\n{one.id}: {clean(one.found.remedy)}")
