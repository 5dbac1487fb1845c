"""Control numbers set by a person: to continue another system's numbers, or as a partner asks.

A counter never goes back behind a number that we used, unless the person insists; every change is
in the audit. What is already built keeps its number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, func, select

from gateway.config import Workspace
from gateway.config.models import Partner
from gateway.pipeline import wire
from gateway.pipeline.agreed import own_numbers
from gateway.pipeline.house import House
from gateway.problems import Problem, Severity, problem
from gateway.store import Message, audit, numbers
from gateway.store.messages import from_row
from gateway.store.numbers import LARGEST
from gateway.store.tables import message

_COLUMNS = {"interchange": message.c.reference, "group": message.c.grouping}
_NUMBERED = ("interchange", "acknowledgement")
_ANSWERS = ("acknowledgement",)


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of the workspace; one that was never drawn from has no ``last`` number."""

    scope: str
    partner: str
    """Empty for an identity that no partner has any more."""
    last: int | None
    updated: datetime | None

    @property
    def next(self) -> int:
        """The number that the next interchange gets."""
        return (self.last or 0) % LARGEST + 1

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        updated = None if self.updated is None else self.updated.isoformat()
        return {
            "scope": self.scope,
            "partner": self.partner,
            "value": self.last,
            "next": self.next,
            "updated": updated,
        }


@dataclass(frozen=True, slots=True)
class Renumbered:
    """What came of it: ``before`` and ``after``, or a problem that is an error."""

    before: Counter | None
    after: Counter | None
    problem: Problem | None = None


def counters(house: House) -> list[Counter]:
    """The counters there are, and those that will be needed, by their scope."""
    with house.store.read() as connection:
        return _counters(connection, house.workspace)


def renumber(
    house: House, scope: str, value: int, reason: str, *, who: str = "", force: bool = False
) -> Renumbered:
    """Let ``value`` count as the last number of a counter.

    P220 where we used a higher number (a warning with ``force``), P221 without such a counter,
    P222 for what is no control number.
    """
    if not 0 <= value <= LARGEST:
        return Renumbered(None, None, problem("P222", value=value, largest=LARGEST))
    with house.store.write("renumber") as connection:
        numbers.lock(connection, scope)  # whoever draws one now waits, and goes on behind it
        known = {each.scope: each for each in _counters(connection, house.workspace)}
        before = known.get(scope)
        if before is None:
            near = get_close_matches(scope, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            return Renumbered(None, None, problem("P221", scope=scope, hint=hint))
        at = house.clock()
        after = Counter(scope, before.partner, value, at)
        found = _used(connection, after)
        if found is not None and not force:
            return Renumbered(before, None, found)
        numbers.put(connection, scope, value, at)
        last = "none" if before.last is None else str(before.last)
        detail = f"from {last} to {value}" + (f"; {found.sentence}" if found else "")
        audit.enter(connection, at, who, "renumber", scope, reason, detail)
    warned = None if found is None else replace(found, severity=Severity.WARNING)
    return Renumbered(before, after, warned)


def _counters(connection: Connection, workspace: Workspace) -> list[Counter]:
    drawn = {each.scope: each for each in numbers.find(connection)}
    owners = _owners(workspace, everything=True)
    return [
        Counter(
            scope,
            owners.get(scope, ""),
            drawn[scope].value if scope in drawn else None,
            drawn[scope].updated if scope in drawn else None,
        )
        for scope in sorted({*drawn, *_owners(workspace)})
    ]


def _owners(workspace: Workspace, *, everything: bool = False) -> dict[str, str]:
    """The partner of every counter that the agreements need.

    ``everything``: of those, too, that only an unexpected test interchange would need.
    """
    return {
        scope: partner.partner
        for partner in workspace.partners.values()
        for standard, test in _ways(partner, everything=everything)
        for answers in (False, True)
        if not answers or own_numbers(partner, standard)
        for scope in wire.scopes(
            standard,
            str(workspace.own.identities.of(standard)),
            str(partner.identities.of(standard)),
            test,
            answers=answers,
        )
    }


def _ways(partner: Partner, *, everything: bool) -> set[tuple[str, bool]]:
    """Standard, and whether it is for tests, of what goes to a partner, answers among it."""
    ways = {(each.standard.syntax, each.mode == "test") for each in partner.agreements}
    return ways | ({(standard, not test) for standard, test in ways} if everything else set())


def _used(connection: Connection, counter: Counter) -> Problem | None:
    """The highest number that we used, when it is above the one that shall be the last."""
    level, kinds = _counted(connection, counter)
    row = _highest(connection, counter, level, kinds)
    if row is None:
        return None
    used = int(row.reference if level == "interchange" else row.grouping)
    last = counter.last or 0
    if used <= last:
        return None
    when = f"{row.created:%Y-%m-%d}"
    facts = {"value": last, "next": counter.next, "used": used, "id": row.id, "when": when}
    return problem("P220", **facts)  # type: ignore[arg-type]


def _counted(connection: Connection, counter: Counter) -> tuple[str, tuple[str, ...]]:
    """The level of a counter, and what is numbered by it: answers may have a range of their own."""
    front, _, level = counter.scope.rpartition(" ")
    if level.startswith(wire.ANSWERS):
        return level.removeprefix(wire.ANSWERS), _ANSWERS
    own = {each.scope for each in numbers.find(connection)}
    alone = f"{front} {wire.ANSWERS}{level}" in own
    return level, tuple(kind for kind in _NUMBERED if not alone or kind not in _ANSWERS)


def _highest(
    connection: Connection, counter: Counter, level: str, kinds: tuple[str, ...]
) -> Message | None:
    standard, _, rest = counter.scope.partition(" ")
    _, mode, _ = rest.rsplit(" ", 2)
    column = _COLUMNS[level]
    statement = (
        select(message)
        .where(
            message.c.partner == counter.partner,
            message.c.direction == "out",
            message.c.kind.in_(kinds),
            message.c.standard == standard,
            message.c.test == (mode == "test"),
            column != "",
        )
        # as numbers: those of groups are not padded
        .order_by(func.length(column).desc(), column.desc())
        .limit(1)
    )
    row = connection.execute(statement).first()
    return None if row is None else from_row(row)
