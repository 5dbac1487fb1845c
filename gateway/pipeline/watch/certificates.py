"""Certificates of AS2 that end soon and nothing takes their place; files that cannot be read.

An alarm at 60, 30, 14, 7 and 1 days before, each a new one, so that somebody is told again. The
key of each begins with that of the next: the end of one is not told when the next took its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from gateway.config import Workspace
from gateway.pipeline.house import House
from gateway.pipeline.watch.findings import Finding
from gateway.problems import Problem, Severity, problem
from gateway.store.alarms import Alarm

if TYPE_CHECKING:
    from gateway.pipeline.as2.inventory import Held
    from gateway.pipeline.as2.links import Links

AREA = "certificate/"
DAYS = (60, 30, 14, 7, 1)
"""Left, at which an alarm is raised."""
URGENT = 14
"""Days below which it is an error."""
_SHORT = 16
"""Digits of a fingerprint in a key."""


def certificates(
    house: House, connection: Connection, open_: Mapping[str, Alarm]
) -> Iterator[Finding]:
    """Of both sides; a certificate in several channels of a partner is one."""
    if house.workspace.own.as2 is None and not _of_connections(house.workspace):
        return
    from gateway.pipeline.as2.inventory import inventory  # noqa: PLC0415 (slow to load)
    from gateway.pipeline.as2.links import links_for  # noqa: PLC0415 (slow to load)

    links = links_for(house.workspace)
    at = house.clock()
    seen: set[str] = set()
    for held in inventory(links, at):
        found = _finding(held, at)
        if found is not None and found.key not in seen:
            seen.add(found.key)
            yield found
    yield from _unreadable(links, seen)


def _finding(held: Held, at: datetime) -> Finding | None:
    if held.succeeded or held.state == "planned":
        return None
    fingerprint = held.credential.fingerprint[:_SHORT]
    key = f"{AREA}{held.owner or '-'}/{fingerprint}"
    name, use = held.credential.name, held.use
    day = f"{held.ends:%Y-%m-%d}"
    if at >= held.ends:
        owner = held.owner or "ours"
        return Finding(key, problem("A122", name=name, use=use, day=day, owner=owner), held.owner)
    left = held.days(at)
    passed = [days for days in DAYS if left < days]
    if not passed:
        return None
    found = problem(
        "A121" if held.owner else "A120",
        severity=Severity.ERROR if passed[-1] <= URGENT else Severity.WARNING,
        name=name,
        use=use,
        day=day,
        days=passed[-1],
        partner=held.owner,
    )
    # 1/7/14/30 for the alarm at 30 days: this one and those that follow it
    steps = "/".join(str(days) for days in sorted(DAYS) if days <= passed[-1])
    return Finding(f"{key}/{steps}", found, held.owner)


def _unreadable(links: Links, seen: set[str]) -> Iterator[Finding]:
    for found in links.own_problems():
        yield from _broken("-", found, seen)
    for link in links.all():
        for found in links.problems_of(link):
            yield from _broken(link.partner, found, seen)
    yield from _unreadable_too(links.workspace, seen)


def _unreadable_too(workspace: Workspace, seen: set[str]) -> Iterator[Finding]:
    """Those of channels that are not by AS2."""
    from gateway.pipeline.remote import certificates as connections  # noqa: PLC0415

    for each in connections.named(workspace):
        read = connections.read(workspace, each)
        if isinstance(read, Problem):
            yield from _broken(each.partner, read, seen)


def _of_connections(workspace: Workspace) -> bool:
    """Whether a channel that is not by AS2 names certificates."""
    kinds = {each.kind for one in workspace.partners.values() for each in one.channels.values()}
    return bool(kinds & {"ftps", "https", "mail"})


def _broken(owner: str, found: Problem, seen: set[str]) -> Iterator[Finding]:
    mark = sha256(found.sentence.encode()).hexdigest()[:_SHORT]
    key = f"{AREA}{owner}/file/{mark}"
    if key not in seen:
        seen.add(key)
        what = found.sentence if owner == "-" else f"{owner}: {found.sentence}"
        yield Finding(key, problem("A123", what=what[:500]), "" if owner == "-" else owner)
