"""``gateway channel list``: all channels, where they lead, and how they fare."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Connection, func, select

from gateway.channels.remote.schedule import next_look
from gateway.cli.command import Command
from gateway.cli.output import json_option, open_running, print_json, print_table
from gateway.cli.working import open_gateway
from gateway.config import Workspace
from gateway.config.models import Channel
from gateway.pipeline.destination import place_of
from gateway.pipeline.remote.address import address_of
from gateway.store.remote import looks
from gateway.store.remote.looks import Look
from gateway.store.tables import delivery, message
from gateway.telemetry.secrets import clean

COLUMNS = (
    "Partner", "Channel", "Kind", "Leads to", "Ways", "Last came", "Last left", "Waiting",
    "Next look", "Trouble",
)  # fmt: skip
LATEST = 200_000
"""Rows, the newest ones, among which last files are looked for."""
_MINUTE = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True)
class Row:
    """A channel, and how it fares."""

    partner: str
    channel: str
    kind: str
    address: str
    receives: bool
    sends: bool
    came: datetime | None
    """When the last file came in."""
    left: datetime | None
    """When the last one left."""
    waiting: int
    """Files that have to leave."""
    next_look: datetime | None
    """When somebody else's folder is looked into again, while the gateway runs."""
    trouble: str


@click.command(cls=Command)
@click.option("--partner", metavar="P", help="Only those of one partner.")
@json_option
@click.pass_obj
def list_(root: Path, partner: str | None, as_json: bool) -> None:
    """List all channels: kind, where they lead, last files, next look, trouble.

    Times are UTC. `gateway channel test` tries one.

    Example:
        gateway channel list
        gateway channel list --partner acme-retail --json

    """
    workspace = open_running(root, as_json=as_json)
    with open_gateway(workspace) as gateway:
        store = gateway.house.store
        with store.read() as connection:
            rows = _rows(workspace, connection, store.clock())
    shown = [row for row in rows if partner in (None, row.partner)]
    if as_json:
        print_json([asdict(row) for row in shown])
    else:
        print_table(COLUMNS, [_cells(row) for row in shown])


def _rows(workspace: Workspace, connection: Connection, at: datetime) -> list[Row]:
    """All of them, with one question for each kind of fact."""
    came, left, waits = _came(connection), _left(connection), _waits(connection)
    known = {each.source: each for each in looks.find_all(connection)}
    rows = []
    for name, partner in sorted(workspace.partners.items()):
        for key, channel in partner.channels.items():
            source, place = f"{name}/{key}"[:120], _place(workspace, name, key, channel)
            look, (waiting, failing) = known.get(source), waits.get(place, (0, None))
            rows.append(
                Row(
                    partner=name,
                    channel=key,
                    kind=channel.kind,
                    address=address_of(channel),
                    receives=channel.receives,
                    sends=channel.sends,
                    came=came.get(source),
                    left=left.get(place),
                    waiting=waiting,
                    next_look=_next(channel, look, at),
                    trouble=_trouble(look, failing),
                )
            )
    return rows


def _came(connection: Connection) -> dict[str, datetime]:
    """When the last file came, by ``partner/channel``; of the latest rows only."""
    newest = connection.scalar(select(func.max(message.c.id))) or 0
    found = (
        select(message.c.source, func.max(message.c.created))
        .where(message.c.id > newest - LATEST, message.c.kind == "file", message.c.source != "")
        .group_by(message.c.source)
    )
    return {source: created for source, created in connection.execute(found)}


def _left(connection: Connection) -> dict[str, datetime]:
    """When the last file left, by folder; of the latest deliveries only."""
    newest = connection.scalar(select(func.max(delivery.c.id))) or 0
    found = (
        select(delivery.c.folder, func.max(delivery.c.updated))
        .where(delivery.c.id > newest - LATEST, delivery.c.state == "done")
        .group_by(delivery.c.folder)
    )
    return {folder: updated for folder, updated in connection.execute(found)}


def _waits(connection: Connection) -> dict[str, tuple[int, datetime | None]]:
    """Files that have to leave, and since when that fails, by folder."""
    found = (
        select(delivery.c.folder, func.count(), func.min(delivery.c.failing))
        .where(delivery.c.due.is_not(None))
        .group_by(delivery.c.folder)
    )
    return {folder: (count, failing) for folder, count, failing in connection.execute(found)}


def _place(workspace: Workspace, partner: str, name: str, channel: Channel) -> str:
    """The folder of its deliveries."""
    if channel.send is not None:
        return str(workspace.path(channel.send.folder))
    return place_of(channel.kind, partner, name)


def _next(channel: Channel, look: Look | None, at: datetime) -> datetime | None:
    receive = channel.away
    if receive is None:
        return None
    return next_look(receive.schedule, None if look is None else look.looked, at)


def _trouble(look: Look | None, failing: datetime | None) -> str:
    """What a person should know, the worse first."""
    found = None if look is None else look.problem
    if look is not None and found is not None:
        since = "" if look.failing is None else f" (since {look.failing:{_MINUTE}})"
        return f"{found.code} {found.sentence}{since}"
    return "" if failing is None else f"files cannot be sent since {failing:{_MINUTE}}"


def _cells(row: Row) -> tuple[str, ...]:
    ways = [word for word, true in (("in", row.receives), ("out", row.sends)) if true]
    times = [f"{each:{_MINUTE}}" if each else "" for each in (row.came, row.left, row.next_look)]
    return (
        row.partner,
        row.channel,
        row.kind,
        clean(row.address),
        "+".join(ways),
        times[0],
        times[1],
        str(row.waiting or ""),
        times[2],
        clean(row.trouble),
    )
