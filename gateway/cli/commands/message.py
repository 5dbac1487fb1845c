"""``gateway message ID``: one message with its way, its problems and where its files lie."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from gateway.cli.command import Command
from gateway.cli.output import (
    FOUND,
    OK,
    cannot,
    coloured,
    json_option,
    open_running,
    print_json,
)
from gateway.cli.working import open_gateway
from gateway.pipeline import Gateway
from gateway.pipeline.destination import AS2
from gateway.problems import has_errors
from gateway.store import History, Message


@click.command(cls=Command)
@click.argument("id", type=int)
@json_option
@click.pass_obj
def message(root: Path, id: int, as_json: bool) -> None:
    """Show one message and what became of it.

    With its history, its problems, and where its files lie.

    Example:
        gateway message 4

    """
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        found = gateway.message(id)
        by_as2 = {} if found is None else _by_as2(gateway, found)
    if found is None:
        cannot(f"there is no message {id}; `gateway messages` lists them")
    if as_json:
        print_json(_as_json(found) | ({"as2": by_as2} if by_as2 else {}))
    else:
        _print(found, by_as2)
    sys.exit(FOUND if has_errors(found.problems) else OK)


def _by_as2(gateway: Gateway, found: History) -> dict[str, Any]:
    """How it came or went by AS2, if it did."""
    came = (found.message.intake or "").startswith(f"{AS2}:")
    if not came and all(each.outlet != AS2 for each in found.deliveries):
        return {}
    from gateway.cli.commands.as2.transfer import transfers  # noqa: PLC0415 (slow to load)

    with gateway.house.store.read() as connection:
        return transfers(connection, found.message)


def _as_json(found: History) -> dict[str, object]:
    return {
        "message": found.message.as_json(),
        "parents": [row.as_json() for row in found.parents],
        "children": [row.as_json() for row in found.children],
        "related": [row.as_json() for row in found.related],
        "events": [
            {"at": event.at.isoformat(), "state": event.state, "text": event.text}
            for event in found.events
        ],
        "problems": [problem.as_json() for problem in found.problems],
        "deliveries": [
            {
                "purpose": each.purpose,
                "file": f"{each.folder}/{each.name}",
                "state": each.state,
                "attempts": each.attempts,
                "next": None if each.due is None else each.due.isoformat(),
            }
            for each in found.deliveries
        ],
    }


def _print(found: History, by_as2: dict[str, Any]) -> None:
    row = found.message
    click.secho(f"{row.id}  {headline(row)}  {row.state}", bold=True)
    facts = {
        "partner": row.partner,
        "format": row.format,
        "from": row.sender,
        "to": row.receiver,
        "reference": row.reference,
        "file": row.name,
        "payload": row.payload,
        "configuration": row.config[:12],
        "attempts": str(row.attempts or ""),
        "next attempt": "" if row.due is None else _time(row.due),
        "answer by": "" if row.deadline is None else _time(row.deadline),
        "trace": row.trace,
    }
    for name, value in facts.items():
        if value:
            click.echo(f"  {name:14}{value}")
    for name, rows in (("in", found.parents), ("holds", found.children), ("see", found.related)):
        for other in rows:
            click.echo(f"  {name:14}{other.id}  {headline(other)}  {other.state}")
    for each in found.deliveries:
        tries = f", {each.attempts} attempts" if each.attempts else ""
        later = f", next {_time(each.due)}" if each.attempts and each.due else ""
        place = f"{each.folder}/{each.name}"
        waits = each.outlet == "mailbox" and each.state == "prepared"
        state = "to be fetched" if waits else each.state
        click.echo(f"  {each.purpose + ' file':14}{place}  {state}{tries}{later}")
    if by_as2:
        from gateway.cli.commands.as2.transfer import lines  # noqa: PLC0415 (slow to load)

        for name, line in lines(by_as2):
            click.echo(f"  {name:14}{line}")
    click.echo()
    for event in found.events:
        click.echo(f"  {event.at.astimezone():%Y-%m-%d %H:%M:%S}  {event.state:13} {event.text}")
    for problem in found.problems:
        click.echo()
        click.echo(coloured(problem, None))


def _time(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


def headline(row: Message) -> str:
    """``order PO-26-10417``, ``interchange 4711``."""
    what = row.document or row.kind
    return f"{what} {row.number or row.reference or row.name}".rstrip()
