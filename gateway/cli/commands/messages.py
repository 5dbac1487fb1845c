"""``gateway messages``: the list of what came and went."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from gateway.cli.command import Command
from gateway.cli.output import cannot, json_option, open_running, print_json, print_table
from gateway.cli.working import open_gateway
from gateway.store import Filter, Message

COLUMNS = ("ID", "Received", "Way", "Kind", "Partner", "Document", "Number", "State", "File")
FILTERS = ("partner", "document", "state", "kind", "direction", "problem", "since", "limit")
_AGO = re.compile(r"(\d+)([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@click.command(cls=Command)
@click.argument("filters", nargs=-1)
@json_option
@click.pass_obj
def messages(root: Path, filters: tuple[str, ...], as_json: bool) -> None:
    """List messages, newest first.

    A filter is NAME:VALUE with partner, document, state, kind, direction (in, out), problem (a
    code), since (2026-05-17, 2h, 3d) or limit; a bare word is any reference, business number or
    file name.

    Example:
        gateway messages partner:acme-retail state:refused
        gateway messages since:2d PO-26-10417

    """
    wanted = parse(filters, datetime.now(UTC))
    with open_gateway(open_running(root, as_json=as_json)) as gateway:
        found = gateway.messages(wanted)
    if as_json:
        print_json([row.as_json() for row in found])
    elif found:
        print_messages(found)
    else:
        click.echo("no messages" + (" fit" if filters else " yet"))


def print_messages(found: Iterable[Message]) -> None:
    """The list as a table."""
    print_table(
        COLUMNS,
        [
            (
                str(row.id),
                f"{row.created.astimezone():%Y-%m-%d %H:%M:%S}",
                row.direction,
                row.kind,
                row.partner or "–",
                row.document or row.format.rpartition("/")[2] or "–",
                row.number or row.reference or "–",
                row.state,
                row.name or "–",
            )
            for row in found
        ],
    )


def parse(filters: Iterable[str], now: datetime) -> Filter:
    """Filters as written to a filter of the store; ends the command where one is unknown."""
    known: dict[str, str] = {}
    for each in filters:
        name, colon, value = each.partition(":")
        if colon and name not in (*FILTERS, "ref"):
            cannot(f"there is no filter {name}; there are {', '.join(FILTERS)} and ref")
        known[name if colon and name != "ref" else "reference"] = value if colon else each
    since = _since(known.pop("since"), now) if "since" in known else None
    limit = known.pop("limit", "200")
    if not limit.isdigit() or int(limit) == 0:
        cannot(f"limit:{limit} is not a number of messages")
    return Filter(
        partner=known.get("partner"),
        document=known.get("document"),
        state=known.get("state"),
        kind=known.get("kind"),
        direction=known.get("direction"),
        reference=known.get("reference"),
        problem=known.get("problem"),
        since=since,
        limit=int(limit),
    )


def _since(value: str, now: datetime) -> datetime:
    if found := _AGO.fullmatch(value):
        return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        return datetime.fromisoformat(value).astimezone()
    except ValueError:
        cannot(f"since:{value} is no time; write 2026-05-17, 30m, 2h or 3d")
