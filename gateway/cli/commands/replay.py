"""``gateway replay``: do it again, as now or as then, or send the same bytes once more."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli import comparison
from gateway.cli.command import Command
from gateway.cli.commands.message import headline
from gateway.cli.commands.messages import parse
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    coloured,
    json_option,
    open_running,
    print_json,
)
from gateway.cli.working import open_gateway, person
from gateway.pipeline import Gateway, GatewayBusyError
from gateway.pipeline.replay import Preview, Replayed, preview
from gateway.pipeline.replay import replay as replay_rows
from gateway.problems import Problem
from gateway.store import Filter, History, Message

LIMIT = 1000
"""Messages that a filter means, when it does not say how many."""
_BAD = ("refused", "held", "dead")
_SHOWN = 20
_UNUSABLE = ("P206", "P207")
"""The wish itself makes no sense."""


@click.command(cls=Command)
@click.argument("which", nargs=-1, required=True)
@click.option("--reason", default="", help="Why; it stands in the history and in the audit.")
@click.option(
    "--as",
    "as_",
    type=click.Choice(["now", "then"]),
    default="now",
    help="By the settings and maps of now, or those it was processed with.  [default: now]",
)
@click.option("--resend", is_flag=True, help="The file that left already, byte for byte.")
@click.option("--force", is_flag=True, help="Although the receiver has it already.")
@click.option("--preview", "only_show", is_flag=True, help="Show what would come out differently.")
@json_option
@click.pass_obj
def replay(
    root: Path,
    which: tuple[str, ...],
    reason: str,
    as_: str,
    resend: bool,
    force: bool,
    only_show: bool,
    as_json: bool,
) -> None:
    """Process messages again, from their archived bytes.

    WHICH are numbers of messages, or a filter as in `gateway messages` (oldest first, limit:1000
    when it does not say). A filter that was interrupted goes on where it stopped. What the
    receiver has already is refused, unless you --force it. Interchanges and acknowledgements of
    ours are sent again as they were.

    Example:
        gateway replay 4 --reason "unit BX added to the code list"
        gateway replay partner:acme-retail state:refused problem:V502 --preview
        gateway replay 4 --as then --reason "as it was before the map changed"
        gateway replay 17 --resend --reason "the partner lost it"

    """
    if not only_show and not reason.strip():
        cannot("a replay needs a reason: --reason TEXT")
    wanted = _which(which)
    how = {"as_then": as_ == "then", "resend": resend, "force": force}
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        if only_show:
            _show(preview(gateway.house, wanted, **how), as_json=as_json)
        done = replay_rows(gateway.house, wanted, reason, who=person(), **how)
        if done.refused and not done.rows:
            _unusable([found for _, found in done.refused])
        elsewhere = bool(done.rows) and _run(gateway)
        rows = [(asked, list(_tree(gateway, new))) for asked, new in done.rows]
    if as_json:
        print_json(_as_json(done, rows))
    elif isinstance(wanted, Filter) or len(wanted) > 1:
        _print_many(done, rows, elsewhere=elsewhere)
    else:
        _print_one(done, rows, elsewhere=elsewhere)
    bad = any(row.state in _BAD for _, found in rows for row in found)
    sys.exit(FOUND if bad or done.refused else OK)


def _which(words: Sequence[str]) -> Sequence[int] | Filter:
    numbers = [word for word in words if word.isdecimal()]
    if len(numbers) == len(words):
        return [int(word) for word in numbers]
    if numbers:
        cannot(
            f"{numbers[0]} is the number of a message, the rest is a filter; as a reference write "
            f"ref:{numbers[0]}"
        )
    wanted = parse(words, datetime.now(UTC))
    limited = any(word.startswith("limit:") for word in words)
    return wanted if limited else replace(wanted, limit=LIMIT)


def _unusable(found: Sequence[Problem]) -> None:
    if all(each.code in _UNUSABLE for each in found):
        cannot(f"{found[0].sentence}; {found[0].remedy}")


def _show(shown: Preview, *, as_json: bool) -> None:
    if shown.refused and not shown.compared:
        _unusable([found for _, found in shown.refused])
    if as_json:
        print_json(comparison.as_json(shown))
    else:
        comparison.print_preview(shown)
    different = any(each.verdict != "same" for each in shown.compared)
    sys.exit(FOUND if different or shown.refused else OK)


def _run(gateway: Gateway) -> bool:
    """Run it now; whether another process works on the workspace and will run it instead."""
    try:
        gateway.run_once()
    except GatewayBusyError:
        return True
    return False


def _tree(gateway: Gateway, id_: int) -> Iterator[Message]:
    """A row, and everything that came out of it."""
    found = gateway.message(id_)
    if found is not None:
        yield found.message
        yield from _below(gateway, found)


def _below(gateway: Gateway, history: History) -> Iterator[Message]:
    for child in history.children:
        yield child
        found = gateway.message(child.id)
        if found is not None:
            yield from _below(gateway, found)


def _as_json(done: Replayed, rows: Iterable[tuple[int, list[Message]]]) -> dict[str, object]:
    return {
        "replayed": [
            {"id": asked, "rows": [row.as_json() for row in found]} for asked, found in rows
        ],
        "refused": comparison.told(done.refused),
        "warned": comparison.told(done.warned),
        "skipped": comparison.told(done.skipped),
    }


def _print_one(
    done: Replayed, rows: Sequence[tuple[int, list[Message]]], *, elsewhere: bool
) -> None:
    for _, found in (*done.refused, *done.warned):
        click.echo(coloured(found, None))
    for asked, (row, *below) in rows:
        if elsewhere:
            click.echo(f"{asked} will be processed again by the gateway that is serving")
        else:
            same = row.id == asked
            what = "was processed again" if same else f"was processed again as {row.id}"
            click.echo(f"{asked} {what}: {row.state}")
            for child in below:
                click.echo(f"  {child.id}  {headline(child)}  {child.state}")
        click.echo(f"  gateway message {row.id}")


def _print_many(
    done: Replayed, rows: Sequence[tuple[int, list[Message]]], *, elsewhere: bool
) -> None:
    for _, found in (*done.refused[:_SHOWN], *done.warned[:_SHOWN]):
        click.echo(coloured(found, None))
    parts = [f"{len(rows)} replayed"]
    parts += [f"{len(done.refused)} refused"] if done.refused else []
    parts += [f"{len(done.skipped)} replayed before"] if done.skipped else []
    click.echo(", ".join(parts))
    if elsewhere and rows:
        click.echo("they will be processed again by the gateway that is serving")
        return
    states = Counter(_outcome(found) for _, found in rows)
    for state, count in sorted(states.items()):
        click.echo(f"  {count} {state}")


def _outcome(rows: Sequence[Message]) -> str:
    """The worst that became of a replay, or where it ended."""
    states = [row.state for row in rows if row.kind in ("message", "document")]
    states = states or [row.state for row in rows]
    return next((state for state in _BAD if state in states), states[-1])
