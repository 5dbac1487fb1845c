"""What `gateway apply` and `gateway rollback` share: asking, doing it, and saying how it went."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from gateway.cli.output import FOUND, OK, cannot, print_json, print_problems
from gateway.cli.progress import telling
from gateway.config import Workspace
from gateway.config.asthen import SHOWN
from gateway.config.snapshot import Snapshot
from gateway.pipeline.configuration.applying import Applying, Outcome
from gateway.pipeline.configuration.running import Running
from gateway.problems import Problem
from gateway.store import Store
from gateway.store.applied import Applied, Wish


def agreed(question: str, *, yes: bool, as_json: bool) -> None:
    """Ask, where there is somebody to ask; else ``--yes`` is needed."""
    if yes:
        return
    if as_json or not sys.stdin.isatty():
        cannot("nobody can be asked here: --yes applies it")
    if not click.confirm(question):
        cannot("nothing was changed")


def do(
    store: Store,
    running: Running,
    snapshot: Snapshot,
    wish: Wish,
    *,
    anyway: bool,
    quiet: bool,
    files: Workspace | None = None,
) -> Outcome:
    """Apply it, and show meanwhile who is waited for."""
    with telling("applying", quiet=quiet) as tell:
        doing = Applying(store, running.workspace, anyway=anyway, told=tell, previous=files)
        return doing.apply(snapshot, wish)


def finish(outcome: Outcome, root: Path, more: dict[str, Any], *, as_json: bool) -> NoReturn:
    """Say how it went, and end: 0 when it runs, 1 when it was refused."""
    if as_json:
        print_json({**as_data(outcome), **more})
    elif outcome.applied is None:
        print_problems(outcome.problems, root)
        click.echo("nothing was changed; what ran goes on")
    else:
        _said(outcome)
    sys.exit(OK if outcome.applied is not None and not _troubled(outcome) else FOUND)


def refuse(problems: Sequence[Problem], root: Path, *, as_json: bool) -> NoReturn:
    """End without having changed anything."""
    finish(Outcome(None, tuple(problems)), root, {}, as_json=as_json)


def nothing(row: Applied, *, as_json: bool) -> NoReturn:
    """End well: what is wanted is what runs."""
    if as_json:
        print_json(as_data(Outcome(row)))
    else:
        click.echo(f"the files are what runs, number {row.seq}: nothing to apply")
    sys.exit(OK)


def row_data(row: Applied) -> dict[str, Any]:
    """A configuration of the history for ``--json``."""
    names = ("seq", "hash", "who", "reason", "summary", "kind", "version", "based")
    return {name: getattr(row, name) for name in names} | {"at": row.at.isoformat()}


def as_data(outcome: Outcome) -> dict[str, Any]:
    """An outcome for ``--json``."""
    return {
        "applied": None if outcome.applied is None else row_data(outcome.applied),
        "problems": [each.as_json() for each in outcome.problems],
        "seconds": round(outcome.seconds, 3),
        "processes": [
            {"process": each.owner, "running": each.running, "trouble": each.trouble}
            for each in outcome.processes
        ],
    }


def _said(outcome: Outcome) -> None:
    row = outcome.applied
    assert row is not None
    count = len(outcome.processes)
    where = "no process is at work; the next one starts with it"
    if count:
        where = f"{count} process{'' if count == 1 else 'es'} changed in {outcome.seconds:.2f} s"
    click.echo(f"number {row.seq} runs ({row.hash[:SHOWN]}); {where}")
    for each in _troubled(outcome):
        click.echo(f"{each.owner} does no work: {each.trouble}", err=True)


def _troubled(outcome: Outcome) -> list[Any]:
    return [each for each in outcome.processes if each.trouble]
