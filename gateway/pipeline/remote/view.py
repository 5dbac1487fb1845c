"""Why a file on a partner's server is taken or not: the table of rules, for every file there.

Only looks, and takes nothing. The rules are those that take files. What the running gateway saw
with earlier looks is not known here, so that a file that only has to stand still is told as such.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.channels.remote.directory import Entry, Leaving, RemoteDir
from gateway.channels.remote.failure import RemoteError
from gateway.channels.remote.fetch import ends
from gateway.channels.remote.ready import Decision, Facts, Seen, Taken, decide, whole
from gateway.channels.remote.whole import missing
from gateway.pipeline.house import House
from gateway.pipeline.remote.loop import loop
from gateway.pipeline.remote.servers import servers_for
from gateway.pipeline.remote.source import Source, source_of
from gateway.problems import Problem
from gateway.store.remote import picked
from gateway.store.remote.picked import Picked, spot_of

MOST = 100_000
"""Entries that are listed."""
OPENED = 50
"""Files whose ends are looked at."""
_ORDER = {"take": 0, "wait": 0, "taken": 1, "ignore": 2}


@dataclass(frozen=True, slots=True)
class Viewed:
    """A file on the server, and what happens to it."""

    entry: Entry
    path: str
    decision: Decision
    message: int | None = None
    """The row that it became before, or one of its name, size and time did."""


@dataclass(frozen=True, slots=True)
class View:
    """A folder on a server."""

    files: Sequence[Viewed] = ()
    """What may be taken first, oldest first; what is ignored at the end."""
    more: bool = False
    """There is more than was listed."""
    left: Mapping[str, Problem] = field(default_factory=dict)
    """What else is there and is left alone, by what it is in a few words."""


def view(house: House, partner: str, channel: str, seconds: float | None = None) -> View:
    """Everything in the folder of a channel.

    Raises ``RemoteError``, ``TimeoutError``; ``KeyError`` for a channel that is not there,
    ``ValueError`` for one that fetches nothing.
    """
    source = source_of(house.workspace, partner, channel)
    if source is None:
        raise ValueError(f"the channel {channel} of {partner} fetches nothing")
    return loop().run(_view(house, source), seconds)


async def _view(house: House, source: Source) -> View:
    servers = servers_for(house.workspace)
    servers.try_at_once(source.partner, source.channel)
    listed: dict[str, Entry] = {}
    async with servers.to(source.partner, source.channel) as directory:
        async for page in directory.scan(source.receive.folder):
            listed |= {each.name: each for each in page}
            if len(listed) >= MOST:
                break
        known = _known(house, source, listed.values())
        found = [
            _viewed(source, each, known.get(each.name), directory, listed)
            for each in listed.values()
        ]
        found.sort(key=_rank)
        for number, each in enumerate(found[:OPENED]):
            found[number] = await _opened(source, directory, each)
        left = directory.left() if isinstance(directory, Leaving) else {}
    return View(found, len(listed) >= MOST, left)


def _rank(one: Viewed) -> tuple[int, int, str]:
    return _ORDER[one.decision.verdict], one.entry.changed or 0, one.path


def _viewed(
    source: Source,
    entry: Entry,
    row: Picked | None,
    directory: RemoteDir,
    listed: Mapping[str, Entry],
) -> Viewed:
    rules = source.rules
    stays = source.receive.after == "leave" or directory.abilities.lasting
    ours = row is not None and (stays or (row.due is not None and row.failing is not None))
    taken = _taken(row) if ours else None
    marked = rules.marker_of(entry.name) in listed
    decision = decide(rules, Facts(entry, 0.0, marked, None, taken))
    if decision.rule == "stable":
        why = f"it has to stay the same for {rules.stable_for:g} s between two looks of the gateway"
        decision = replace(decision, why=why)
    elif row is not None and decision.verdict == "take":
        again = f"; message {row.message} had its name, size and time: the bytes are compared"
        decision = replace(decision, why=decision.why + again)
    path = posixpath.join(source.receive.folder, entry.name)
    return Viewed(entry, path, decision, None if row is None else row.message)


def _taken(row: Picked | None) -> Taken | None:
    if row is None:
        return None
    found = row.problem
    return Taken(row.message, "" if found is None else found.sentence)


async def _opened(source: Source, directory: RemoteDir, one: Viewed) -> Viewed:
    """What its end says, where nothing else keeps it from being taken."""
    rules, decision = source.rules, one.decision
    free = decision.verdict == "take" or decision.rule == "stable"
    if not (free and rules.complete and rules.marker is None and directory.abilities.ranges):
        return one
    try:
        seen = await ends(directory, one.path, one.entry.size or 0)
    except RemoteError as failure:
        if failure.trouble in ("lost", "protocol"):
            raise
        why = f"it cannot be read: {failure.problem.sentence}"
        return replace(one, decision=Decision("wait", "failed", why))
    lacks = missing(seen.head, seen.tail)
    waits = whole(rules, Seen(one.entry.size, one.entry.changed, 0.0), lacks, 0.0)
    return replace(one, decision=waits) if waits.verdict == "wait" else one


def _known(house: House, source: Source, entries: Iterable[Entry]) -> dict[str, Picked]:
    """The rows of files that were taken with this name, size and time."""
    spots = {}
    for each in entries:
        path = posixpath.join(source.receive.folder, each.name)
        spots[spot_of(source.name, path, each.size or 0, each.changed)] = each.name
    with house.store.read() as connection:
        rows = picked.by_spots(connection, spots)
        latest = {max(ids.values()): spot for spot, ids in rows.items()}
        found = picked.get_many(connection, latest)
    return {spots[latest[id_]]: row for id_, row in found.items()}
