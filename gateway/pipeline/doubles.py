"""Messages and documents of a partner that came before (``duplicates``), found by one query.

What was refused or held does not count, and a replay is nobody's duplicate: a person decided it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from gateway.config.models import Agreement
from gateway.config.policies import Policy
from gateway.pipeline.states import State, way
from gateway.problems import Problem, Severity, problem
from gateway.store import Message, deliveries, messages
from gateway.store.identities import one_by_one
from gateway.store.search import apart
from gateway.store.tables import message

_NOT_TAKEN = (State.REFUSED.value, State.HELD.value, State.DEAD.value)
_UNDER_WAY = (State.RECEIVED.value, State.IDENTIFIED.value)
_STATES: Mapping[Policy, State] = {"hold": State.HELD, "reject": State.REFUSED}
_LEVELS = (("number", "P176"), ("message", "P177"))
_STRENGTH: tuple[Policy, ...] = ("accept", "warn", "hold", "reject")
_COLUMNS = {"number": "number", "message": "reference"}


@dataclass(frozen=True, slots=True)
class Double:
    """A message that came before, and what is done with it."""

    row: int
    ordinal: int
    policy: Policy
    found: Problem


def looks(agreement: Agreement) -> bool:
    """Whether anything is to be looked for."""
    return {agreement.duplicates.number, agreement.duplicates.message} != {"accept"}


def doubles(
    connection: Connection,
    row: Message,
    under: Mapping[int, Agreement],
    at: datetime,
    window: timedelta,
) -> list[Double]:
    """Of the messages of an interchange that would go on: those that came before.

    ``under``: their agreements, by the place of the message; ``window``: how long what came counts
    where an agreement does not say.
    """
    one_by_one(connection, f"doubles {row.partner}")
    found: dict[int, Double] = {}
    for level, code in _LEVELS:
        wanted = {
            ordinal: each
            for ordinal, each in under.items()
            if getattr(each.duplicates, level) != "accept"
        }
        for one in _seen(connection, row, level, code, wanted, at, window):
            known = found.get(one.row)
            if known is None or _STRENGTH.index(one.policy) > _STRENGTH.index(known.policy):
                found[one.row] = one
    return list(found.values())


def treat(connection: Connection, found: Sequence[Double], at: datetime) -> None:
    """Say it of each, and let those that are held or rejected not go on."""
    for one in found:
        messages.add_problems(connection, {one.row: [one.found]})
        state = _STATES.get(one.policy)
        if state is not None:
            which, text = message.c.id == one.row, one.found.sentence
            messages.change_all(connection, which, State.MAPPED, way(State.MAPPED, state), at, text)
    stopped = [one.row for one in found if one.policy in _STATES]
    deliveries.withdraw_of(connection, stopped, at)


def _seen(
    connection: Connection,
    row: Message,
    level: str,
    code: str,
    wanted: Mapping[int, Agreement],
    at: datetime,
    window: timedelta,
) -> Iterator[Double]:
    if not wanted:
        return
    longest = max(_within(each, window) for each in wanted.values())
    for new in connection.execute(_query(connection, row, level, at - longest)):
        agreement = wanted.get(new.ordinal)
        if agreement is None or new.created < at - _within(agreement, window):
            continue
        facts: dict[str, Any] = {
            "document": new.document,
            "number": new.number,
            "reference": new.reference,
            "before": new.before,
            "when": f"{new.created:%Y-%m-%d %H:%M}",
            "id": new.id,
        }
        policy: Policy = getattr(agreement.duplicates, level)
        said = problem(code, **facts)
        if policy == "warn":
            said = replace(said, severity=Severity.WARNING)
        yield Double(new.id, new.ordinal, policy, said)


def _within(agreement: Agreement, window: timedelta) -> timedelta:
    return agreement.duplicates.within or window


def _query(connection: Connection, row: Message, level: str, since: datetime) -> Any:
    new, old, whole = message.alias("new"), message.alias("old"), message.alias("whole")
    column = _COLUMNS[level]
    same = and_(
        old.c[column] == new.c[column],
        # expressions: a partner has many rows, a number few, so the index of the number is taken
        apart(connection, old.c.partner) == new.c.partner,
        apart(connection, old.c.document) == new.c.document,
        old.c.kind == "message",
        old.c.direction == "in",
        old.c.test == new.c.test,
        old.c.created >= since,
        func.coalesce(old.c.state, "").not_in(_NOT_TAKEN),
    )
    before = or_(
        and_(old.c.parent == new.c.parent, old.c.id < new.c.id),
        # another interchange, once it was read to its end: it may have begun later than this one
        and_(old.c.parent != new.c.parent, whole.c.state.not_in(_UNDER_WAY)),
    )
    if level == "message":
        same = and_(same, old.c.parent != new.c.parent)
    return (
        select(
            new.c.id, new.c.ordinal, new.c.document, new.c.number, new.c.reference,
            func.max(old.c.id).label("before"),
            func.max(old.c.created, type_=old.c.created.type).label("created"),
        )
        .join(old, same)
        .join(whole, and_(whole.c.id == old.c.parent, before))
        .where(new.c.parent == row.id, new.c.state == State.MAPPED.value, new.c[column] != "")
        .group_by(new.c.id, new.c.ordinal, new.c.document, new.c.number, new.c.reference)
        .order_by(new.c.id)
    )  # fmt: skip
