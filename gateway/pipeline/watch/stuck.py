"""Rows that wait for a person: held, and given up.

One alarm for each row, or one for many with the same partner and cause. It is over when the row
leaves the state, or was run again: the replay has rows of its own. What stands in a file or
interchange that is stuck itself has no alarm of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from gateway.pipeline.house import House
from gateway.pipeline.states import State
from gateway.pipeline.watch.findings import Finding, Stuck, StuckRows, group, read_stuck, together
from gateway.problems import REGISTRY, Severity, problem
from gateway.store import messages
from gateway.store.alarms import Alarm
from gateway.store.tables import message
from gateway.store.tables import problem as problems


@dataclass(frozen=True, slots=True)
class Kind:
    """The state, and the codes of the alarms of one row and of many."""

    state: State
    one: str
    many: str


HELD = Kind(State.HELD, "A104", "A105")
DEAD = Kind(State.DEAD, "A106", "A107")


def held(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Rows that are held."""
    return _look(HELD, connection, open_)


def given_up(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Rows that were given up."""
    return _look(DEAD, connection, open_)


def _look(kind: Kind, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    each, many = together(f"{kind.state}/", read_stuck(connection, stuck(kind.state)), open_)
    for key, row in each:
        yield _one(kind, connection, key, row)
    for key, found in many:
        cause = REGISTRY.get(found[0].cause)
        title = "reason unknown" if cause is None else f"{cause.code} {cause.title}"
        yield group(kind.many, key, found, title)


def _one(kind: Kind, connection: Connection, key: str, row: Stuck) -> Finding:
    stored = messages.get(connection, row.id)
    causes = [
        found
        for found in messages.problems_of(connection, row.id)
        if found.severity is Severity.ERROR
    ]
    found = problem(
        kind.one,
        id=row.id,
        what="something" if stored is None else what(stored),
        cause=causes[-1].sentence if causes else "the reason is in its history",
    )
    return Finding(key, found, row.partner, row.id)


def what(row: messages.Message) -> str:
    """``order PO1 of acme-retail``, ``file a.edi from acme-retail``."""
    name = row.number or row.reference or row.name
    kind = row.document if row.kind in ("message", "document") and row.document else row.kind
    way = {"in": "from", "out": "to"}[row.direction]
    return " ".join(part for part in (kind, name, way, row.partner or "an unknown partner") if part)


def stuck(state: State) -> StuckRows:
    """Rows in a state, with the code of their last error; not what is stuck with its parent."""
    row, parent = message, message.alias("parent")
    cause = (
        select(problems.c.code)
        .where(problems.c.message == row.c.id, problems.c.severity == Severity.ERROR.value)
        .order_by(problems.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(row.c.id, row.c.partner, func.coalesce(cause, "").label("cause"))
        .outerjoin(parent, parent.c.id == row.c.parent)
        .where(
            row.c.state == state.value,
            or_(parent.c.id.is_(None), parent.c.state != state.value),
            *(~_run_again(id_) for id_ in (row.c.id, row.c.parent, parent.c.parent)),
        )
        .order_by(row.c.id)
    )


def _run_again(id_: ColumnElement[int]) -> ColumnElement[bool]:
    replay = message.alias()
    return exists().where(replay.c.replay_of == id_)
