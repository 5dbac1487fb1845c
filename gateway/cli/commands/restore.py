"""``gateway restore DIR``: a backup becomes the gateway again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from gateway.cli.command import Command
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    json_option,
    open_workspace,
    print_json,
    print_problems,
)
from gateway.cli.progress import telling
from gateway.cli.working import open_gateway, person
from gateway.config import Workspace
from gateway.config.lastrun import forget
from gateway.pipeline import GatewayBusyError
from gateway.pipeline.house import lock_file
from gateway.pipeline.housekeeping.doctor import check
from gateway.pipeline.lock import Lock
from gateway.problems import Problem
from gateway.store.archive import open_archive
from gateway.store.backup import AHEAD, BackupError, Restored
from gateway.store.backup import restore as restored


@click.command(cls=Command)
@click.argument("dir", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--ahead",
    type=click.IntRange(0, 100_000_000),
    default=AHEAD,
    show_default=True,
    help="Skip so many control numbers and row numbers.",
)
@click.option("--go-on", is_flag=True, help="Do not pause everything.")
@json_option
@click.pass_obj
def restore(root: Path, dir: Path, ahead: int, go_on: bool, as_json: bool) -> None:
    """Restore a backup into a workspace without database and archive.

    Every hash is checked, before and after. What happened after the backup is not in it: numbers
    that may have been used since are skipped, and everything is paused until you have looked;
    `gateway resume all` then goes on.

    Example:
        gateway restore /backup/edi-2026-03-02
        gateway resume all

    """
    workspace = open_workspace(root, as_json=as_json)
    with telling("restoring", quiet=as_json) as tell:
        try:
            done = _restore(workspace, dir, ahead, tell, pause=not go_on)
        except BackupError as failure:
            cannot(f"{failure.found}; {failure.found.remedy}")
        except GatewayBusyError as reason:
            cannot(str(reason))
        except SQLAlchemyError as error:
            cannot(f"the database cannot be used: {getattr(error, 'orig', None) or error}")
        except OSError as error:
            cannot(f"{error.filename or workspace.base}: {error.strerror or error}")
        forget(workspace.base)  # what runs is what the backup says
        with open_gateway(workspace) as gateway:
            found = [*done.warnings, *check(gateway.house, tell=tell)]
    _print(done, found, root, as_json=as_json)
    sys.exit(FOUND if found else OK)


def _restore(
    workspace: Workspace, folder: Path, ahead: int, tell: Callable[[str], None], *, pause: bool
) -> Restored:
    """On SQLite nobody may begin to work meanwhile."""
    alone = workspace.database.startswith("sqlite")
    with Lock(lock_file(workspace)) if alone else nullcontext():
        return restored(
            folder,
            workspace.database,
            open_archive(workspace.archive),
            datetime.now(UTC),
            who=person(),
            ahead=ahead,
            pause=pause,
            tell=tell,
        )


def _print(done: Restored, found: list[Problem], root: Path, *, as_json: bool) -> None:
    if as_json:
        numbers = {name: getattr(done, name) for name in ("messages", "payloads", "undelivered")}
        problems = [each.as_json() for each in found]
        told = {"made": done.manifest.made, **numbers, "paused": done.paused}
        print_json({**told, "problems": problems})
        return
    print_problems(found, root)
    click.echo(
        f"restored as of {done.manifest.made}: {done.messages} rows, {done.payloads} payloads"
    )
    if done.undelivered:
        click.echo(f"{done.undelivered} deliveries had not been made then; they will be made")
    if done.paused:
        click.echo("everything is paused: look at what was sent since, then: gateway resume all")
