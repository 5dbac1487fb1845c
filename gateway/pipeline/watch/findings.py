"""What a rule found, and making the open alarms agree with it.

A rule has an area, the start of the keys of its alarms (``held/``). It says what is wrong now, all
of it; what is new is raised, and what was open in its area and is not found any more is over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select

from gateway.problems import Problem, problem
from gateway.store import alarms
from gateway.store.alarms import Alarm

FEW = 5
"""Rows with the same cause that have an alarm each; more have one together."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong now."""

    key: str
    """At most 250 characters; starts with the area of its rule."""
    found: Problem
    partner: str = ""
    message: int | None = None


@dataclass(frozen=True, slots=True)
class Stuck:
    """A row that waits for a person."""

    id: int
    partner: str
    cause: str
    """What such rows have in common: the code of a problem, a document."""


StuckRows = Select[Any]
"""A query for rows that are stuck: id, partner, cause."""


def read_stuck(connection: Connection, rows: StuckRows) -> list[Stuck]:
    """Carry out such a query."""
    return [Stuck(row.id, row.partner, row.cause) for row in connection.execute(rows)]


@dataclass(frozen=True, slots=True)
class Changes:
    """What has to be done to the open alarms."""

    raised: tuple[Finding, ...] = ()
    over: tuple[str, ...] = ()
    """Keys."""

    def __bool__(self) -> bool:
        return bool(self.raised or self.over)

    def carry_out(self, connection: Connection, at: datetime) -> None:
        """Raise and resolve."""
        for each in sorted(self.raised, key=lambda finding: finding.key):
            alarms.raise_alarm(connection, at, each.key, each.found, each.partner, each.message)
        if self.over:
            alarms.resolve(connection, at, self.over)


def changes(found: Iterable[Finding], before: Mapping[str, Alarm]) -> Changes:
    """From the alarms that are open in an area to what is found now.

    An alarm whose facts are what they were is left alone: a quiet house writes nothing.
    """
    now = {each.key: each for each in found}
    raised = (
        each for key, each in now.items() if key not in before or before[key].found != each.found
    )
    return Changes(tuple(raised), tuple(key for key in before if key not in now))


def together(
    area: str, stuck: Iterable[Stuck], open_: Mapping[str, Alarm]
) -> tuple[list[tuple[str, Stuck]], list[tuple[str, Sequence[Stuck]]]]:
    """Rows that have an alarm each, and groups that have one together, with their keys.

    A group whose alarm is open stays together until it is empty, so that going from six to five
    is no news. The key of a row's alarm is the key of its group, ``/``, and the row.
    """
    groups: dict[str, list[Stuck]] = {}
    for row in stuck:
        groups.setdefault(f"{area}{row.partner or '-'}/{row.cause or '-'}", []).append(row)
    each: list[tuple[str, Stuck]] = []
    many: list[tuple[str, Sequence[Stuck]]] = []
    for key, rows in groups.items():
        if len(rows) > FEW or key in open_:
            many.append((key, rows))
        else:
            each += [(f"{key}/{row.id}", row) for row in rows]
    return each, many


def stands_for(key: str, open_keys: Collection[str]) -> bool:
    """Whether the alarm of a group took the place of this one."""
    return key.rpartition("/")[0] in open_keys


def group(code: str, key: str, rows: Sequence[Stuck], cause: str) -> Finding:
    """The alarm of many rows: how many, and the first of them."""
    first = min(rows, key=lambda row: row.id)
    found = problem(
        code,
        count=len(rows),
        first=first.id,
        partner=first.partner or "an unknown partner",
        cause=cause,
    )
    return Finding(key, found, first.partner, first.id)


def by_key(found: Iterable[Alarm]) -> dict[str, Alarm]:
    """Alarms by their keys."""
    return {one.key: one for one in found}
