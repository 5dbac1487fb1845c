"""``gateway channel look``: what lies on a partner's server, and why it is taken or not."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gateway.channels.folder.names import shown
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.schedule import is_open
from gateway.cli.command import Command
from gateway.cli.commands.channel.chosen import chosen
from gateway.cli.output import (
    FOUND,
    cannot,
    json_option,
    open_running,
    print_json,
    print_table,
)
from gateway.cli.working import open_gateway
from gateway.config import Workspace
from gateway.config.models import Channel
from gateway.problems import Problem
from gateway.telemetry.secrets import clean

if TYPE_CHECKING:
    from gateway.pipeline.remote.view import View, Viewed

COLUMNS = ("File", "Bytes", "Changed", "Next look", "Why")
_PATIENCE = 300.0
"""Seconds for listing a folder, however large."""
_WORDS = {
    "take": "taken",
    "wait": "waits",
    "taken": "taken before",
    "ignore": "left alone",
}


@click.command(cls=Command)
@click.argument("name")
@click.argument("channel", required=False)
@click.option("--file", "pattern", metavar="PATTERN", default="*", help="Only files named so.")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True,
              help="Files that are shown; all are counted.")  # fmt: skip
@json_option
@click.pass_obj
def look(
    root: Path, name: str, channel: str | None, pattern: str, limit: int, as_json: bool
) -> None:
    """Say of each file on a partner's server, or in his folder, whether it is taken, and why not.

    NAME is the folder of the partner; CHANNEL the channel that files are fetched by. Nothing is
    taken or changed; it may run beside `gateway serve`. Times are UTC, as the server tells them.
    Exit code 1 when the server cannot be looked into.

    Example:
        gateway channel look acme-retail
        gateway channel look acme-retail main --file "ORDERS*"
        gateway channel look acme-retail main --json

    """
    workspace = open_running(root, as_json=as_json)
    key, settings = _chosen(workspace, name, channel)
    told = _viewed(workspace, name, key, settings)
    if isinstance(told, Problem):
        _failed(told, as_json=as_json)
    files = [each for each in told.files if fnmatchcase(each.entry.called, pattern)]
    if as_json:
        print_json(_as_json(told, files, limit))
        return
    print_table(COLUMNS, [_cells(each) for each in files[:limit]])
    _sum_up(told, files, settings)


def _viewed(workspace: Workspace, name: str, key: str, settings: Channel) -> View | Problem:
    """What is there, or why the server cannot be looked into."""
    from gateway.pipeline.remote.folderview import folder_view  # noqa: PLC0415 (slow to load)
    from gateway.pipeline.remote.loop import loop  # noqa: PLC0415
    from gateway.pipeline.remote.servers import servers_for  # noqa: PLC0415
    from gateway.pipeline.remote.view import view  # noqa: PLC0415

    with open_gateway(workspace) as gateway:
        if settings.receive is not None:
            return folder_view(gateway.house, name, key)
        try:
            return view(gateway.house, name, key, _PATIENCE)
        except RemoteError as failure:
            return failure.problem
        except TimeoutError:
            cannot(f"the server did not show its folder within {_PATIENCE:g} s")
        finally:
            loop().run(servers_for(workspace).close())


def _chosen(workspace: Workspace, name: str, channel: str | None) -> tuple[str, Channel]:
    """The channel that files are fetched by, from a server or a folder."""
    known = chosen(workspace, name, channel)
    found = [each for each in known if each[1].away is not None or each[1].receive is not None]
    if not found:
        comes = any(settings.mailbox is not None for _, settings in known)
        hint = f"; what he put into his mailbox tells gateway channel log {name}" if comes else ""
        cannot(f"{name} has no such channel that the gateway fetches files by{hint}")
    if len(found) > 1:
        cannot(f"{name} has several such channels; name one: {', '.join(key for key, _ in found)}")
    return found[0]


def _failed(found: Problem, *, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"problem": found.as_json()})
    else:
        click.secho(f"{found.code} {clean(found.sentence)}", fg="red", bold=True)
        click.secho(f"  = {clean(found.remedy)}", fg="cyan")
    sys.exit(FOUND)


def _counts(files: Sequence[Viewed]) -> Counter[str]:
    return Counter(each.decision.verdict for each in files)


def _sum_up(told: View, files: Sequence[Viewed], settings: Channel) -> None:
    for what, found in told.left.items():
        click.echo(f"{shown(what)}: {found.code} {found.sentence}")
    counts = _counts(files)
    words = [f"{counts[each]} {word}" for each, word in _WORDS.items() if counts[each]]
    more = "at least " if told.more else ""
    click.echo(f"{more}{len(files)} {'entry' if len(files) == 1 else 'entries'}"
               f"{': ' if words else ''}{', '.join(words)}")  # fmt: skip
    receive = settings.away
    if receive is not None and not is_open(receive.schedule, datetime.now(UTC)):
        click.echo("nothing is taken now: it is outside of the hours of the schedule")


def _cells(one: Viewed) -> tuple[str, ...]:
    entry, decision = one.entry, one.decision
    changed = "" if entry.changed is None else f"{_at(entry.changed):%Y-%m-%d %H:%M:%S}"
    size = "" if entry.size is None else str(entry.size)
    why = clean(shown(decision.why))
    return shown(entry.called), size, changed, _WORDS[decision.verdict], why


def _as_json(told: View, files: Sequence[Viewed], limit: int) -> dict[str, Any]:
    rows = [
        {
            "name": shown(each.entry.called),
            "path": shown(each.path),
            "kind": each.entry.kind,
            "size": each.entry.size,
            "changed": None if each.entry.changed is None else _at(each.entry.changed).isoformat(),
            "verdict": each.decision.verdict,
            "rule": each.decision.rule,
            "why": clean(shown(each.decision.why)),
            "message": each.message,
        }
        for each in files[:limit]
    ]
    left = {shown(what): found.as_json() for what, found in told.left.items()}
    return {"counts": dict(_counts(files)), "more": told.more, "files": rows, "left": left}


def _at(seconds: int) -> datetime:
    """An instant of the server's clock, whatever it says."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return datetime(1970, 1, 1, tzinfo=UTC)
