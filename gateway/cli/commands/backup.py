"""``gateway backup DIR``: a copy of all there is, while the gateway works."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    json_option,
    open_running,
    print_json,
    print_problems,
    summary,
)
from gateway.cli.progress import telling
from gateway.cli.working import open_gateway
from gateway.problems import has_errors
from gateway.store.backup import BackupError, back_up
from gateway.store.backup import verify as verified


@click.command(cls=Command)
@click.argument("dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--verify", is_flag=True, help="Make none; check every hash of the one in DIR.")
@click.option("--without-payloads", is_flag=True, help="The archive is copied by other means.")
@json_option
@click.pass_obj
def backup(root: Path, dir: Path, verify: bool, without_payloads: bool, as_json: bool) -> None:
    """Back up the database and the archive into a new folder.

    The gateway goes on working meanwhile. On the same disk payloads are linked, not copied: quick
    and small, but no help against the loss of that disk. The settings belong into version control
    and are not in it.

    Example:
        gateway backup /backup/edi-2026-03-02
        gateway backup /backup/edi-2026-03-02 --verify

    """
    if verify:
        _verify(dir, as_json=as_json)
    workspace = open_running(root, as_json=as_json)
    try:
        with open_gateway(workspace) as gateway, telling("backing up", quiet=as_json) as tell:
            made = back_up(gateway.house.store, dir, payloads=not without_payloads, tell=tell)
    except BackupError as failure:
        cannot(f"{failure.found}; {failure.found.remedy}")
    if as_json:
        print_json(asdict(made))
    else:
        click.echo(f"{dir}: the database of {made.made} and {_payloads(made.count, made.included)}")
        if made.missing:
            click.echo(f"{len(made.missing)} payloads are missing in the archive: gateway doctor")
    sys.exit(FOUND if made.missing else OK)


def _payloads(count: int, included: bool) -> str:
    return f"{count} payloads" if included else f"the names of {count} payloads"


def _verify(folder: Path, *, as_json: bool) -> None:
    with telling("reading", quiet=as_json):
        found = list(verified(folder))
    if as_json:
        print_json([each.as_json() for each in found])
    else:
        print_problems(found, folder)
        click.echo(summary(found) if found else f"{folder}: everything is as it was written")
    sys.exit(FOUND if has_errors(found) else OK)
