"""Partners' servers that do not do what they should: not reachable, another key, no login, files.

What the looks noted in the database is turned into alarms here, so that they survive a new start,
are raised once, and end by themselves when a look works again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from gateway.pipeline.house import House
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store.alarms import Alarm
from gateway.store.remote import looks, picked
from gateway.store.remote.looks import Look

Facts = dict[str, Any]
AREA = "server/"
AT_ONCE = {"identity": "A141", "login": "A142", "settings": "A140"}
"""Failures that do not go away by waiting are told at once, others when they last."""
LASTING = 3
"""Looks that failed one after the other."""


def servers(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Of the channels that there are now."""
    channels = {
        f"{name}/{channel}"[:120]: (name, channel)
        for name, partner in house.workspace.partners.items()
        for channel, each in partner.channels.items()
        if each.away is not None
    }
    if not channels:
        return
    for look in looks.find_all(connection):
        if look.source in channels:
            yield from _of_look(look, *channels[look.source])
    for stuck in picked.stuck(connection):
        if stuck.source in channels:
            partner, channel = channels[stuck.source]
            why = stuck.first.problem
            told = "" if why is None else why.sentence
            facts: Facts = {"partner": partner, "channel": channel, "count": stuck.count}
            found = problem("A143", **facts, why=told)
            yield Finding(f"{AREA}{stuck.source}/remove", found, partner)


def _of_look(look: Look, partner: str, channel: str) -> Iterator[Finding]:
    found = look.problem
    why = "the reason is in the log" if found is None else found.sentence
    facts: Facts = {"partner": partner, "channel": channel, "why": why}
    if look.failures:
        code = AT_ONCE.get(look.trouble)
        if code is None and look.failures < LASTING:
            return
        since = look.failing or look.looked
        told = problem(code or "A140", **facts, since=f"{since:%Y-%m-%d %H:%M} UTC")
        yield Finding(f"{AREA}{look.source}/use", told, partner)
    elif look.left:
        yield Finding(
            f"{AREA}{look.source}/take", problem("A144", **facts, count=look.left), partner
        )
