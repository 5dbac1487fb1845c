"""``gateway numbers``: the control numbers of what we send, and of what partners send."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.cli.command import Command, Group
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    coloured,
    json_option,
    open_running,
    print_json,
    print_table,
)
from gateway.cli.working import open_gateway, person
from gateway.pipeline.references import close_gap
from gateway.pipeline.renumber import Counter, Renumbered, counters, renumber
from gateway.store import sequences
from gateway.store.sequences import Gap, Sequence

COLUMNS = ("Partner", "Counter", "Last", "Next", "Updated")
COMING = ("Partner", "What partners send", "Last", "Missing", "Updated")
_SHOWN = 3
"""Ranges of missing numbers in a row of the table."""


@click.group(
    cls=Group,
    modules={
        "set": "gateway.cli.commands.numbers:set_",
        "close": "gateway.cli.commands.numbers:close",
    },
    invoke_without_command=True,
)
@json_option
@click.pass_context
def numbers(ctx: click.Context, as_json: bool) -> None:
    r"""List the counters of control numbers.

    Each has the last number that was used; a counter that was never used is listed when an
    agreement will need it. Below stand the references that partners' interchanges came with: the
    last one, and what is missing before it, with the number of the gap.

    Example:
        gateway numbers
        gateway numbers set "edifact 4098765000003:14 > 4012345000009:14 live interchange" 4711 \
            --reason "goes on where the old gateway stopped"
        gateway numbers close 3 --reason "the partner has cancelled it"

    """
    if ctx.invoked_subcommand is not None:
        return
    with open_gateway(open_running(ctx.obj, as_json=as_json)) as gateway:
        found = counters(gateway.house)
        with gateway.house.store.read() as connection:
            coming = sequences.find(connection)
    if as_json:
        ours = [{"direction": "out", **each.as_json()} for each in found]
        print_json([*ours, *({"direction": "in", **each.as_json()} for each in coming)])
        return
    if found:
        print_table(COLUMNS, [_row(each) for each in found])
    else:
        click.echo("no counters: there is no agreement yet")
    if coming:
        click.echo()
        print_table(COMING, [_coming(each) for each in coming])


@click.command("set", cls=Command)
@click.argument("scope")
@click.argument("value", type=int)
@click.option("--reason", required=True, help="Why; it stands in the audit.")
@click.option("--force", is_flag=True, help="Also back behind a number that was used.")
@json_option
@click.pass_obj
def set_(root: Path, scope: str, value: int, reason: str, force: bool, as_json: bool) -> None:
    r"""Let VALUE count as the last number of a counter; the next one is VALUE + 1.

    SCOPE is the counter as `gateway numbers` lists it. Back behind a number that was used it goes
    only with --force: the partner may refuse the interchange, or ignore it as a repeat. What is
    built already keeps its number.

    Example:
        gateway numbers set "x12 OURCOMPANY:ZZ > NORTHWIND:ZZ live interchange" 500 \
            --reason "agreed with Northwind"

    """
    if not reason.strip():
        cannot("setting a control number needs a reason")
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        done = renumber(gateway.house, scope, value, reason, who=person(), force=force)
    if done.after is None and done.before is None and done.problem is not None:
        cannot(f"{done.problem}; {done.problem.remedy}")
    if as_json:
        print_json(_as_json(done))
    else:
        _print(done)
    sys.exit(OK if done.after is not None else FOUND)


@click.command("close", cls=Command)
@click.argument("gap", type=int)
@click.option("--reason", required=True, help="Why; it stands in the audit.")
@json_option
@click.pass_obj
def close(root: Path, gap: int, reason: str, as_json: bool) -> None:
    """Say that the missing references of a GAP will never come.

    Its alarm is over, and interchanges that were held for it are processed. GAP is the number
    that `gateway numbers` lists with what is missing.

    Example:
        gateway numbers
        gateway numbers close 3 --reason "the partner has cancelled it"

    """
    if not reason.strip():
        cannot("closing a gap needs a reason")
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        done = close_gap(gateway.house, gap, reason, person())
    if done is None:
        cannot(f"there is no open gap {gap}; gateway numbers lists those there are")
    sequence, closed, released = done
    if as_json:
        shown = {"scope": sequence.key.scope, "gap": closed.as_json(), "released": released}
        print_json(shown)
    else:
        click.echo(f"{sequence.key.scope}: nobody waits for {closed} any more")
        if released:
            click.echo(f"{released} held interchange(s) are processed with the next run")


def _coming(each: Sequence) -> tuple[str, ...]:
    shown = [_missing(one) for one in each.gaps[:_SHOWN]]
    more = len(each.gaps) - len(shown)
    missing = ", ".join(shown) + (f" and {more} more" if more else "")
    updated = f"{each.updated.astimezone():%Y-%m-%d %H:%M:%S}"
    return (each.partner or "–", each.key.scope, str(each.last), missing or "–", updated)


def _missing(each: Gap) -> str:
    return f"{each} (gap {each.id})"


def _row(each: Counter) -> tuple[str, ...]:
    last = "–" if each.last is None else str(each.last)
    updated = "–" if each.updated is None else f"{each.updated.astimezone():%Y-%m-%d %H:%M:%S}"
    following = "–" if each.next is None else str(each.next)
    return (each.partner or "–", each.scope, last, following, updated)


def _as_json(done: Renumbered) -> dict[str, object]:
    return {
        "before": None if done.before is None else done.before.as_json(),
        "after": None if done.after is None else done.after.as_json(),
        "problem": None if done.problem is None else done.problem.as_json(),
    }


def _print(done: Renumbered) -> None:
    if done.problem is not None:
        click.echo(coloured(done.problem, None))
    if done.after is None or done.before is None:
        return
    before = "never used" if done.before.last is None else f"was {done.before.last}"
    click.echo(f"{done.after.scope}: {done.after.last} ({before}), the next is {done.after.next}")
