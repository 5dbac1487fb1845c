"""Which control numbers a partner got, where more than one counter, or another range, gave them.

Kept as runs in the table of counters: ``SCOPE used 500`` holds 517 when 500 to 517 were used. As
long as one counter goes through all numbers there are none: everything up to its value was used.
``SCOPE used 0`` says that there are some.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, select

from gateway.store.tables import control_number
from gateway.store.upsert import upsert

_USED = " used "


@dataclass(slots=True)
class Runs:
    """Of one pair: first number → last number of each run."""

    pair: str
    known: dict[int, int]
    changed: dict[int, int | None] = field(default_factory=dict)
    """What is to be stored: ``None`` for a run that is no more."""

    @classmethod
    def until(cls, pair: str, highest: int) -> Runs:
        """Of a pair that one counter went through up to here."""
        runs = cls(pair, {})
        runs.changed[0] = 0
        if highest:
            runs._set(1, highest)
        return runs

    def free(self, number: int) -> int:
        """The first number from there on that was not used."""
        for first in sorted(self.known):
            if first <= number <= self.known[first]:
                number = self.known[first] + 1
        return number

    def use(self, number: int) -> None:
        """A number is used."""
        before = next((one for one, last in self.known.items() if last == number - 1), number)
        self._set(before, number)

    def forget(self, first: int, last: int) -> None:
        """These numbers count as unused again."""
        for start, end in list(self.known.items()):
            if start > last or end < first:
                continue
            self._drop(start)
            if start < first:
                self._set(start, first - 1)
            if end > last:
                self._set(last + 1, end)

    def _set(self, first: int, last: int) -> None:
        self.known[first] = self.changed[first] = last

    def _drop(self, first: int) -> None:
        del self.known[first]
        self.changed[first] = None


def marker(pair: str) -> str:
    """The row that says that there are runs of a pair."""
    return f"{pair}{_USED}0"


def is_marked(connection: Connection, pair: str) -> bool:
    """Whether there are runs of a pair."""
    found = select(control_number.c.scope).where(control_number.c.scope == marker(pair))
    return connection.scalar(found) is not None


def read(connection: Connection, pair: str) -> Runs:
    """The runs of a pair, whose counter is locked."""
    front = f"{pair}{_USED}"
    found = select(control_number.c.scope, control_number.c.value).where(
        control_number.c.scope.startswith(front, autoescape=True)
    )
    rows = {int(scope.removeprefix(front)): value for scope, value in connection.execute(found)}
    return Runs(pair, {first: last for first, last in rows.items() if first})


def keep(connection: Connection, runs: Runs, at: datetime) -> None:
    """Store what was changed."""
    for first, last in runs.changed.items():
        scope = f"{runs.pair}{_USED}{first}"
        if last is None:
            connection.execute(delete(control_number).where(control_number.c.scope == scope))
        else:
            row: Mapping[str, object] = {"value": last, "updated": at}
            upsert(connection, control_number, {"scope": scope, **row}, keys=["scope"], change=row)
    runs.changed.clear()


def is_counter(scope: str) -> bool:
    """Whether a row of the table is a counter, and no run."""
    return not scope.rpartition(" ")[0].endswith(_USED.rstrip())
