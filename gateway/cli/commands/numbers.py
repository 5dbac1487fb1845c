"""``gateway numbers``: the control numbers of what we send, and setting them."""

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
    open_workspace,
    print_json,
    print_table,
)
from gateway.cli.working import open_gateway, person
from gateway.pipeline.renumber import Counter, Renumbered, counters, renumber

COLUMNS = ("Partner", "Counter", "Last", "Next", "Updated")


@click.group(
    cls=Group,
    modules={"set": "gateway.cli.commands.numbers:set_"},
    invoke_without_command=True,
)
@json_option
@click.pass_context
def numbers(ctx: click.Context, as_json: bool) -> None:
    r"""List the counters of control numbers.

    Each has the last number that was used; a counter that was never used is listed when an
    agreement will need it.

    Example:
        gateway numbers
        gateway numbers set "edifact 4098765000003:14 > 4012345000009:14 live interchange" 4711 \
            --reason "goes on where the old gateway stopped"

    """
    if ctx.invoked_subcommand is not None:
        return
    with open_gateway(open_workspace(ctx.obj, as_json=as_json)) as gateway:
        found = counters(gateway.house)
    if as_json:
        print_json([each.as_json() for each in found])
    elif found:
        print_table(COLUMNS, [_row(each) for each in found])
    else:
        click.echo("no counters: there is no agreement yet")


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
    with open_gateway(open_workspace(root, as_json=as_json)) as gateway:
        done = renumber(gateway.house, scope, value, reason, who=person(), force=force)
    if done.after is None and done.before is None and done.problem is not None:
        cannot(f"{done.problem}; {done.problem.remedy}")
    if as_json:
        print_json(_as_json(done))
    else:
        _print(done)
    sys.exit(OK if done.after is not None else FOUND)


def _row(each: Counter) -> tuple[str, ...]:
    last = "–" if each.last is None else str(each.last)
    updated = "–" if each.updated is None else f"{each.updated.astimezone():%Y-%m-%d %H:%M:%S}"
    return (each.partner or "–", each.scope, last, str(each.next), updated)


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
