"""Channels by which no file comes: ``silent`` in the settings of any channel that receives.

The time counts from the last file, or from when the setting was made, whichever is later; a file
of any kind ends the alarm, be it refused. What documents are expected of whom is
:mod:`.silence`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from sqlalchemy import Connection

from gateway.config import Workspace
from gateway.config.values import duration_text
from gateway.pipeline.house import House
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store import silences
from gateway.store.alarms import Alarm

AREA = "silent/"


def follow(house: House) -> None:
    """Note which channels are watched since when; writes only when the settings changed."""
    wanted = set(_watched(house.workspace))
    with house.store.read() as connection:
        known = silences.sources(connection)
    if wanted != known:
        with house.store.write("silences") as connection:
            silences.begin(connection, wanted - known, house.clock())
            silences.end(connection, known - wanted)


def silent(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """A155 and A156, of all channels by one query."""
    settings, at = _watched(house.workspace), house.clock()
    if not settings:
        return
    for source, one in silences.watched(connection).items():
        within = settings.get(source)
        from_ = one.since if one.last is None else max(one.since, one.last)
        if within is None or at - from_ < within:
            continue
        partner, _, channel = source.partition("/")
        since = one.since if one.last is None else one.last
        found = problem(
            "A156" if one.last is None else "A155",
            partner=partner,
            channel=channel,
            since=f"{since:%Y-%m-%d %H:%M} UTC",
            silent=duration_text(within),
        )
        yield Finding(AREA + source, found, partner)


def _watched(workspace: Workspace) -> dict[str, timedelta]:
    """How long each channel may be silent, by ``partner/channel``."""
    return {
        f"{name}/{channel_name}": channel.silent
        for name, partner in workspace.partners.items()
        for channel_name, channel in partner.channels.items()
        if channel.silent is not None and not partner.rests(channel_name)
    }
