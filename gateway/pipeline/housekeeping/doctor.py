"""The doctor: is everything there, whole, and at work? Looks only; repairs what it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.pipeline.house import House
from gateway.pipeline.housekeeping.payloads import (
    Orphans,
    Tell,
    check_contents,
    check_deliveries,
    check_payloads,
    orphaned,
    put_aside,
)
from gateway.pipeline.housekeeping.state import QUICK, check_sqlite
from gateway.problems import Problem, problem
from gateway.store import alarms

PREFIX = "house:"
"""What the keys of our alarms begin with."""
_SUBJECTS = ("lane", "folder", "setting")
"""Facts that tell one finding of a code from another."""


def check(
    house: House, *, deep: bool = False, repair: bool = False, tell: Tell | None = None
) -> Iterator[Problem]:
    """Everything that is wrong with the house, as it is found.

    ``deep``: compute every hash anew, which reads all there is. ``repair``: move payloads that no
    row names out of the archive. ``tell`` hears how far the long parts are.
    """
    told: Tell = tell or (lambda _text: None)
    yield from quick(house)
    yield from check_sqlite(house)
    orphans = Orphans()
    try:
        yield from check_payloads(house, deep=deep, orphans=orphans, tell=told)
        yield from check_contents(house, deep=deep, tell=told)
        yield from check_deliveries(house)
        yield from orphaned(house, orphans)
        if repair and orphans.count:
            told(f"{put_aside(house, orphans)} payloads moved out of the archive")
    except OSError as failure:
        folder = house.workspace.settings.archive
        yield problem("H124", folder=folder, reason=failure.strerror or failure)


def quick(house: House) -> Iterator[Problem]:
    """What is known within a second: disks, clock, settings of the database, work that waits."""
    for each in QUICK:
        yield from each(house)


def examine(house: House) -> None:
    """The duty: what is wrong is an alarm, and over when it is not found any more."""
    found = {_key(each): each for each in quick(house)}
    at = house.clock()
    with house.store.read() as connection:
        known = {each.key for each in alarms.open_alarms(connection, prefix=PREFIX)}
    if not found and not known:
        return
    with house.store.write("examined") as connection:
        for key, each in sorted(found.items()):
            alarms.raise_alarm(connection, at, key, each)
        alarms.resolve(connection, at, keys=sorted(known - set(found)))


def _key(found: Problem) -> str:
    """``house:H121:/srv/edi``."""
    facts: Any = found.facts
    subject = next((str(facts[name]) for name in _SUBJECTS if name in facts), "")
    return f"{PREFIX}{found.code}:{subject}"[:250]
