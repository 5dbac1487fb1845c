"""One order and everything about it: its documents, its lines, what does not fit, its state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from gateway.documents.threads.checks import currencies, duplicates, no_despatch, no_order
from gateway.documents.threads.entry import Entry, Listed, count
from gateway.documents.threads.finding import Facts, Finding, Rules
from gateway.documents.threads.linechecks import line_findings
from gateway.documents.threads.lines import Line, lines_of
from gateway.documents.threads.quantity import Quantities, comparable, more, some
from gateway.documents.threads.statement import COLUMNS, statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The comparison of all documents of one order."""

    number: str
    """Number of the order."""
    state: str
    """A word of :data:`STATES`."""
    documents: tuple[Listed, ...]
    """All that was given, oldest first."""
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    """What does not fit."""
    waiting: tuple[Finding, ...]
    """What would not fit if nothing more came within the time of grace."""
    rules: Rules

    @property
    def again(self) -> datetime | None:
        """When the first of those counts."""
        return min((one.ripe_at(self.rules.grace) for one in self.waiting), default=None)


def compare(number: str, documents: Iterable[Entry], rules: Rules) -> Thread:
    """Compare what documents say about the order ``number``.

    The order in which they are given does not matter. Findings are A201 to A210.
    """
    counted = count(documents)
    lines = lines_of(statements(number, counted), counted.entries)
    facts = Facts(number, counted, lines, rules)
    found = _findings(facts)
    ripe = tuple(one for one in found if one.ripe_at(rules.grace) <= rules.at)
    waiting = tuple(one for one in found if one.ripe_at(rules.grace) > rules.at)
    return Thread(
        number=number,
        state=next(state for state, holds in STATES.items() if holds(facts, ripe)),
        documents=counted.listed,
        lines=lines,
        findings=ripe,
        waiting=waiting,
        rules=rules,
    )


def _findings(facts: Facts) -> list[Finding]:
    twice = list(duplicates(facts))
    again = frozenset(one.entry.message for one in twice)
    found = [*no_order(facts), *no_despatch(facts), *twice, *currencies(facts)]
    for line in facts.lines:
        found += line_findings(facts, line, again)
    unique = {one.key: one for one in found}
    return sorted(unique.values(), key=lambda one: one.key)


# ---- the state --------------------------------------------------------------------------------

Ripe = tuple[Finding, ...]


def _differs(_facts: Facts, ripe: Ripe) -> bool:
    return bool(ripe)


def _cancelled(facts: Facts, _ripe: Ripe) -> bool:
    agreed = [line for line in facts.lines if line.agreed]
    moved = any(some(line.shipped) or some(line.invoiced) for line in facts.lines)
    return bool(agreed) and not moved and not any(some(line.agreed) for line in agreed)


def _complete(facts: Facts, _ripe: Ripe) -> bool:
    wanted = [line for line in facts.lines if some(line.agreed)]
    kinds = facts.rules.exchanged | {one.document.name for one in facts.counted.entries}
    last = [COLUMNS[name] for name in ("despatch", "invoice") if name in kinds]
    return bool(wanted and last) and all(
        _covered(getattr(line, column), line.agreed) for line in wanted for column in last
    )


def _covered(said: Quantities, agreed: Quantities) -> bool:
    return some(said) and comparable(said, agreed) and not more(agreed, said)


def _invoiced(facts: Facts, _ripe: Ripe) -> bool:
    return any(some(line.invoiced) for line in facts.lines)


def _shipped(facts: Facts, _ripe: Ripe) -> bool:
    return any(some(line.shipped) for line in facts.lines)


def _confirmed(facts: Facts, _ripe: Ripe) -> bool:
    return any(line.confirmed and not line.stale for line in facts.lines)


def _open(_facts: Facts, _ripe: Ripe) -> bool:
    return True


STATES: dict[str, Callable[[Facts, Ripe], bool]] = {
    "differs": _differs,
    "cancelled": _cancelled,
    "complete": _complete,
    "invoiced": _invoiced,
    "shipped": _shipped,
    "confirmed": _confirmed,
    "open": _open,
}
"""The state of a thread is the first that holds.

``differs``: something does not fit. ``cancelled``: nothing is wanted any more, nothing moved.
``complete``: every line is shipped and invoiced as agreed, as far as these documents are
exchanged. The others say what has happened to some line at least.
"""
