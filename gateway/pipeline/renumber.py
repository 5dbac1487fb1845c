"""Control numbers set by a person: to continue another system's numbers, or as a partner asks.

A counter never goes back behind a number that we used, unless the person insists; every change is
in the audit. What is already built keeps its number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, func, select

from gateway.config import Workspace
from gateway.config.models import Partner
from gateway.pipeline import wire
from gateway.pipeline.agreed import own_numbers
from gateway.pipeline.counters import EVERYBODY, Subject
from gateway.pipeline.counters import Counter as Drawn
from gateway.pipeline.counters import counters as numbered_by
from gateway.pipeline.house import House
from gateway.problems import Problem, Severity, problem
from gateway.store import Message, audit, numbers
from gateway.store.messages import from_row
from gateway.store.numbers import ALL, LARGEST, Span
from gateway.store.tables import message

_COLUMNS = {
    "interchange": message.c.reference,
    "group": message.c.grouping,
    "message": message.c.reference,
}
_NUMBERED = ("interchange", "acknowledgement")
_ANSWERS = ("acknowledgement",)
_MESSAGES = ("document",)
_DIGITS = tuple("0123456789")


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of the workspace; one that was never drawn from has no ``last`` number."""

    scope: str
    partner: str
    """Empty for an identity that no partner has any more."""
    last: int | None
    updated: datetime | None
    span: Span = ALL
    """The numbers that it goes through."""
    pair: str = ""
    """The counter that keeps the highest number of the partner, where that is another one."""

    @property
    def next(self) -> int | None:
        """The number that comes next; ``None`` where the range is at its end."""
        following = max((self.last or 0) + 1, self.span.first)
        if following <= self.span.last:
            return following
        return self.span.first if self.span.again else None

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
    with house.store.write("renumber") as connection:
        numbers.lock(connection, scope)  # whoever draws one now waits, and goes on behind it
        known = {each.scope: each for each in _counters(connection, house.workspace)}
        before = known.get(scope)
        largest = LARGEST if before is None else before.span.last
        if not 0 <= value <= largest:
            return Renumbered(None, None, problem("P222", value=value, largest=largest))
        if before is None:
            near = get_close_matches(scope, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            return Renumbered(None, None, problem("P221", scope=scope, hint=hint))
        at = house.clock()
        after = replace(before, last=value, updated=at)
        found = _used(connection, after)
        if found is not None and not force:
            return Renumbered(before, None, found)
        numbers.put(connection, scope, value, at)
        if force:
            numbers.forget(connection, before.pair or scope, value, at)
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
            owners[scope][0] if scope in owners else "",
            drawn[scope].value if scope in drawn else None,
            drawn[scope].updated if scope in drawn else None,
            owners[scope][1].span if scope in owners else ALL,
            owners[scope][1].pair if scope in owners else "",
        )
        for scope in sorted({*drawn, *_owners(workspace)})
    ]


def _owners(workspace: Workspace, *, everything: bool = False) -> dict[str, tuple[str, Drawn]]:
    """The partner of every counter that the agreements need, and the counter.

    ``everything``: of those, too, that only an unexpected test interchange would need. One that
    several partners share belongs to none.
    """
    found: dict[str, tuple[str, Drawn]] = {}
    for partner in workspace.partners.values():
        for subject in _subjects(workspace, partner, everything=everything):
            for _, counter in numbered_by(subject):
                shared = f"> {EVERYBODY} " in counter.scope
                found[counter.scope] = ("" if shared else partner.partner, counter)
    return found


def _subjects(workspace: Workspace, partner: Partner, *, everything: bool) -> Iterator[Subject]:
    """What goes to a partner: documents under their agreements, and answers."""
    for standard, test in sorted(_ways(partner, everything=everything)):
        ours, theirs = (each.identities.of(standard) for each in (workspace.own, partner))
        mine = [one for one in partner.agreements if one.standard.syntax == standard]
        for one in mine:
            if one.direction == "outbound" and (everything or (one.mode == "test") is test):
                yield wire.subject_of(workspace, partner, one, test=test)
        if all(one.direction == "outbound" for one in mine):
            continue
        settings = partner.syntax.of(standard).control_numbers
        general = Subject(
            standard, str(ours), str(theirs), test, settings, grouped=standard == "x12"
        )
        yield general
        if own_numbers(partner, standard):
            yield replace(general, answers=True)


def _ways(partner: Partner, *, everything: bool) -> set[tuple[str, bool]]:
    """Standard, and whether it is for tests, of what goes to a partner, answers among it."""
    ways = {(each.standard.syntax, each.mode == "test") for each in partner.agreements}
    return ways | ({(standard, not test) for standard, test in ways} if everything else set())


def _used(connection: Connection, counter: Counter) -> Problem | None:
    """The highest number that we used, when it is above the one that shall be the last."""
    counted = _counted(connection, counter.scope)
    row = _highest(connection, counter, counted)
    if row is None:
        return None
    text = row.grouping if counted.level == "group" else row.reference
    used, last = int(text[len(counted.prefix) :]), counter.last or 0
    if used <= last:
        return None
    when = f"{row.created:%Y-%m-%d}"
    facts = {"value": last, "next": counter.next, "used": used, "id": row.id, "when": when}
    return problem("P220", **facts)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What the name of a counter says: ``answer-interchange=INV@invoice``."""

    level: str
    prefix: str
    document: str
    kinds: tuple[str, ...]


def _counted(connection: Connection, scope: str) -> _Counted:
    """The level of a counter, and what is numbered by it: answers may have a range of their own."""
    front, _, named = scope.rpartition(" ")
    rest, _, document = named.partition("@")
    level, _, prefix = rest.partition("=")
    if level.startswith(wire.ANSWERS):
        return _Counted(level.removeprefix(wire.ANSWERS), prefix, document, _ANSWERS)
    if level == "message":
        return _Counted(level, prefix, document, _MESSAGES)
    own = {each.scope for each in numbers.find(connection)}
    alone = document or f"{front} {wire.ANSWERS}{level}" in own
    kinds = tuple(kind for kind in _NUMBERED if not alone or kind not in _ANSWERS)
    return _Counted(level, prefix, document, kinds)


def _highest(connection: Connection, counter: Counter, counted: _Counted) -> Message | None:
    standard, _, rest = counter.scope.partition(" ")
    _, mode, _ = rest.rsplit(" ", 2)
    column = _COLUMNS[counted.level]
    if counted.prefix:
        written = column.startswith(counted.prefix, autoescape=True)
    else:
        written = func.substr(column, 1, 1).in_(_DIGITS)
    wanted = [
        message.c.direction == "out",
        message.c.kind.in_(counted.kinds),
        message.c.standard == standard,
        message.c.test == (mode == "test"),
        column != "",
        written,
    ]
    if f"> {EVERYBODY} " not in counter.scope:
        wanted.append(message.c.partner == counter.partner)
    if counted.document:
        wanted.append(message.c.document == counted.document)
    # as numbers: those of groups are not padded
    ordered = select(message).where(*wanted).order_by(func.length(column).desc(), column.desc())
    row = connection.execute(ordered.limit(1)).first()
    return None if row is None else from_row(row)
