"""Making a plan: compare, then judge stored messages by both rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from gateway.config import Workspace
from gateway.config.difference import Difference, Sides, difference
from gateway.config.translation import Translation
from gateway.pipeline.configuration.restarts import moved, restarts
from gateway.pipeline.house import House, Rules
from gateway.pipeline.plan.archive import judge_again
from gateway.pipeline.plan.model import Plan
from gateway.pipeline.plan.waiting import waiting
from gateway.problems import Problem

DAYS = timedelta(days=7)
LIMIT = 100
"""Messages of an agreement that are judged again, the newest."""


def plan(
    house: House,
    wanted: Workspace,
    *,
    partners: Sequence[str] = (),
    days: timedelta | None = DAYS,
    limit: int = LIMIT,
    problems: Sequence[Problem] = (),
    against: str = "",
    tell: Callable[[str], None] = lambda _text: None,
) -> Plan:
    """What applying ``wanted`` would do in a house that runs something else.

    The files of ``house.workspace`` are read where it was loaded from: that is another folder than
    the one of ``wanted`` (:func:`gateway.pipeline.plan.baseline.baseline`). ``partners``: only of
    these, and of what all share. ``days``: how far back stored messages are judged by both rules,
    ``None``: none are. ``problems``: of ``wanted``. ``tell`` hears how far it is.
    """
    old = house.workspace
    with house.store.read() as connection:
        wait = waiting(connection)
    if old.hash == wanted.hash:
        return Plan(old.hash, wanted.hash, against, Difference(), problems=tuple(problems))
    tell("comparing settings and maps")
    maps = Translation(wanted, house.translation.definitions)
    sides = Sides(old, wanted, house.translation, maps)
    found = _only(difference(sides), partners)
    stays, running = sorted(sides.stays), {*old.partners, *old.shops}
    broken = sorted((*wanted.broken, *wanted.broken_shops))
    made = Plan(
        old.hash,
        wanted.hash,
        against,
        found,
        stays=tuple(stays),
        left_out=tuple(each for each in broken if each not in running),
        problems=tuple(dict.fromkeys((*problems, *moved(old, wanted)))),
        waiting=wait,
        restarts=tuple(f"{each.setting} ({each.reason})" for each in restarts(old, wanted)),
    )
    if days is None or not found.decided:
        return made
    # one instant for both: what differs then is not the time
    at = house.clock()
    before = Rules(old, house.translation, lambda: at)
    after = Rules(wanted, maps, lambda: at)
    again = judge_again(house.store, (before, after), found.decided, days, limit, tell)
    return replace(made, archive=again)


def _only(found: Difference, partners: Sequence[str]) -> Difference:
    """What is of some partners, or of all and touches these."""
    if not partners:
        return found
    kept = []
    for each in found.changes:
        agreed = tuple(one for one in each.agreements if one.partner in partners)
        if each.partner in partners or agreed:
            kept.append(replace(each, agreements=agreed))
    return Difference(tuple(kept))
