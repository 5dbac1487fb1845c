"""Whether the reference of a partner's interchange is the one that should come.

Repeats are recognised elsewhere (:mod:`gateway.store.identities`): what comes here was not seen
before, or only refused. Its number is compared with the last one of its sequence: the next, above
a gap, below the last (late), or so far away that a new range begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, select

from gateway.config.models import Partner
from gateway.config.policies import References
from gateway.grammar.envelope import Interchange
from gateway.pipeline.failure import NUMBER
from gateway.pipeline.house import House
from gateway.pipeline.states import State
from gateway.problems import Problem, problem
from gateway.store import Message, audit, messages, sequences
from gateway.store.sequences import Gap, SequenceKey
from gateway.store.sequences import Sequence as Stored
from gateway.store.tables import message

_DIGITS = 18
"""More do not fit into a column of 64 bits."""
_SUFFIX = re.compile(rf"(?P<prefix>.*?)(?P<digits>[0-9]{{1,{_DIGITS}}})\Z", re.DOTALL)
_SHOWN = 3
"""Ranges of missing numbers that a sentence names."""


class Action(Enum):
    """What becomes of an interchange by its reference."""

    GO_ON = "go on"
    HOLD = "hold"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was found about a reference."""

    action: Action = Action.GO_ON
    problems: tuple[Problem, ...] = ()


_ACTIONS = {
    "P131": Action.HOLD,
    "P132": Action.REJECT,
    "P134": Action.HOLD,
    "P135": Action.REJECT,
}
_GAP = {"warn": "P130", "hold": "P131", "reject": "P132"}
_LATE = {"warn": "P133", "hold": "P134", "reject": "P135"}
WAITS = "P131"
"""It goes on by itself."""


def number_of(reference: str, how: str) -> tuple[str, int] | None:
    """What stands before the digits that count, and their number; ``None`` where nothing counts."""
    if how == "none":
        return None
    found = _SUFFIX.fullmatch(reference)
    if found is None or (how == "whole" and found["prefix"]):
        return None
    return found["prefix"], int(found["digits"])


def decides_early(rules: References) -> bool:
    """Whether it has to be known before the messages are read."""
    return {rules.gap, rules.late} & {"hold", "reject"} != set()


def key_of(interchange: Interchange, rules: References) -> tuple[SequenceKey, int] | None:
    """The sequence of an interchange, and its number in it."""
    counted = number_of(interchange.reference, rules.number)
    if counted is None:
        return None
    key = SequenceKey(
        standard=interchange.standard,
        sender=str(interchange.sender),
        receiver=str(interchange.receiver),
        test=interchange.test,
        prefix=counted[0],
    )
    return key, counted[1]


@dataclass(frozen=True, slots=True)
class _Here:
    """One interchange before its sequence, which is locked."""

    connection: Connection
    sequence: Stored
    rules: References
    number: int
    message: int
    at: datetime
    reference: str
    known: bool
    """It came before and was refused: it is no news that it is below the last."""


def arrive(
    connection: Connection,
    partner: Partner,
    interchange: Interchange,
    row: int,
    at: datetime,
    *,
    known: bool = False,
) -> Arrival:
    """Enter the reference of an interchange, in the transaction that makes its row."""
    found = key_of(interchange, partner.references)
    if found is None:
        return Arrival()
    key, number = found
    sequence, new = sequences.look(connection, key, partner.partner, number, row, at)
    if new:
        return Arrival()
    reference, rules = interchange.reference, partner.references
    here = _Here(connection, sequence, rules, number, row, at, reference, known)
    if number > sequence.last:
        return _above(here)
    missing = sequences.around(connection, sequence, number)
    if missing is not None:
        return _missed(here, missing)
    return _below(here)


def remembered(found: Sequence[Problem]) -> Arrival:
    """What was decided before a crash, by the problems that were stored then."""
    said = tuple(each for each in found if each.code in _ACTIONS)
    return Arrival(_ACTIONS[said[0].code], said) if said else Arrival()


def _above(here: _Here) -> Arrival:
    last, rules = here.sequence.last, here.rules
    leap = here.number - last
    if leap > rules.jump:
        sequences.advance(here.connection, here.sequence, here.number, here.message, here.at)
        return _said(here, "P136")
    if leap > 1 and rules.gap == "reject":
        return _said(here, "P132", missing=_missing([(last + 1, here.number - 1)]))
    sequences.advance(here.connection, here.sequence, here.number, here.message, here.at)
    if leap > 1 and rules.gap != "accept":
        due = here.at + rules.filled_within
        left = (last + 1, here.number - 1)
        sequences.leave_out(here.connection, here.sequence, left, here.message, here.at, due)
    if rules.gap == "hold":
        return _wait(here)
    if leap > 1 and rules.gap == "warn":
        return _said(here, "P130", missing=_missing([(last + 1, here.number - 1)]))
    return Arrival()


def _missed(here: _Here, missing: Gap) -> Arrival:
    """One of those that were left out."""
    policy = here.rules.late
    if here.rules.gap == "hold":  # what came after it waits: it is not late
        _fill(here, missing)
        return _wait(here)
    if policy == "reject" and not here.known:
        return _said(here, "P135")
    _fill(here, missing)
    return _late(here)


def _below(here: _Here) -> Arrival:
    if here.known or here.number == here.sequence.last:
        return Arrival()
    if here.sequence.last - here.number > here.rules.jump:
        sequences.advance(here.connection, here.sequence, here.number, here.message, here.at)
        return _said(here, "P136")
    return _late(here)


def _late(here: _Here) -> Arrival:
    code = _LATE.get(here.rules.late)
    return Arrival() if code is None or here.known else _said(here, code)


def _fill(here: _Here, missing: Gap) -> None:
    sequences.fill(here.connection, here.sequence, missing, here.number)
    text = f"{here.reference} has come, message {here.message}"
    row = messages.get(here.connection, missing.message)
    if row is not None:
        messages.record(here.connection, [(row.id, row.state, row.state, text)], here.at)


def _wait(here: _Here) -> Arrival:
    """Held, when anything before it is missing."""
    ranges = sequences.missing_below(here.connection, here.sequence.id, here.number, _SHOWN + 1)
    return _said(here, WAITS, missing=_missing(ranges)) if ranges else Arrival()


def _said(here: _Here, code: str, **facts: Any) -> Arrival:
    last = str(here.sequence.last)
    found = problem(code, reference=here.reference, before=last, last=last, id=NUMBER, **facts)
    return Arrival(_ACTIONS.get(code, Action.GO_ON), (found,))


def _missing(ranges: Sequence[tuple[int, int]]) -> str:
    """``4712 has``, ``4712 to 4714 have``, ``4712, 4715 to 4718 and others have``."""
    shown = [f"{a}" if a == b else f"{a} to {b}" for a, b in ranges[:_SHOWN]]
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return f"{shown[0]} has"
    more = " and others" if len(ranges) > _SHOWN else ""
    return f"{', '.join(shown)}{more} have"


# ---- what waits


def wait(
    connection: Connection, partner: Partner, interchange: Interchange, row: int, at: datetime
) -> int | None:
    """Let a held interchange wait for what is missing; its sequence."""
    found = key_of(interchange, partner.references)
    if found is None:
        return None
    key, number = found
    sequence, _ = sequences.look(connection, key, partner.partner, number, row, at)
    sequences.wait(connection, sequence.id, number, row)
    return sequence.id


def let_go(
    house: House, connection: Connection, partner: Partner, interchange: Interchange, row: int
) -> None:
    """After an interchange was settled: what had to wait for it runs."""
    if partner.references.gap != "hold":
        return
    found = key_of(interchange, partner.references)
    if found is None:
        return
    key, number = found
    at = house.clock()
    sequence, _ = sequences.look(connection, key, partner.partner, number, row, at)
    release(house, connection, sequence.id, f"{interchange.reference} has come")


def release(house: House, connection: Connection, sequence: int, reason: str) -> int:
    """Run again what need not wait any longer, in the order of its numbers; how many."""
    count = 0
    for id_ in sequences.release(connection, sequence):
        row = messages.get(connection, id_, lock=True)
        if row is not None and row.state == State.HELD and not _ran_again(connection, row):
            run_again(house, connection, row, reason)
            count += 1
    return count


def _ran_again(connection: Connection, row: Message) -> bool:
    """Whether a person did not wait, and replayed it or the file that it is in."""
    rows = [id_ for id_ in (row.id, row.parent) if id_ is not None]
    replay = select(message.c.id).where(message.c.replay_of.in_(rows)).limit(1)
    return connection.scalar(replay) is not None


def run_again(house: House, connection: Connection, row: Message, reason: str) -> None:
    """Replay an interchange, as a person would, in the transaction that makes it possible."""
    # here, because replaying needs trials, and those read interchanges
    from gateway.pipeline.replay.again import Wish, again  # noqa: PLC0415

    again(connection, row, Wish(reason), house.clock(), house.workspace.hash)


def close_gap(house: House, gap: int, reason: str, who: str) -> tuple[Stored, Gap, int] | None:
    """What is missing will never come: forget it, and run what waited for it.

    The sequence, the gap, and how many interchanges run now; ``None`` when no such gap is open.
    """
    with house.store.write("close gap") as connection:
        found = sequences.find_gap(connection, gap)
        if found is None:
            return None
        sequence, closed = found
        sequences.close(connection, gap)
        at = house.clock()
        audit.enter(connection, at, who, "close gap", sequence.key.scope, reason, str(closed))
        count = release(house, connection, sequence.id, f"{closed} will not come: {reason}")
    return sequence, closed, count
