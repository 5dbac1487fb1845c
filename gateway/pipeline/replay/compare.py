"""One file judged again, beside the rows of what was found in it before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from gateway.grammar import Library
from gateway.pipeline.house import House, Rules
from gateway.pipeline.replay.difference import (
    Change,
    changes,
    line_changes,
    lines_of,
    only_in,
    wire_lines,
)
from gateway.pipeline.replay.obstacle import named
from gateway.pipeline.shelf import number_of
from gateway.pipeline.states import State
from gateway.pipeline.trial import Trial, TriedMessage
from gateway.problems import Problem, has_errors
from gateway.store import Message, deliveries, messages

_STOPPED = (State.REFUSED, State.HELD)
_OUTSIDE = (
    *("P125", "P155", "P161", "P163", "P164"),
    *("P176", "P177", "P191", "P192", "P193", "P194", "T106", "T107"),
)
"""Problems that were met after the verdict: a replay neither repeats nor takes them back."""
_BY_RECEIVER = {"out": ("P125", "P155"), "in": ("P161",)}
"""By direction: refused by the partner (as a message, for its content), not posted by the ERP."""
_OURS = {"P101", "P103", "P120", "P171"}
"""With these an interchange or file is held for a person here, with others refused."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One message or document: as it is, and as it would be."""

    id: int
    """Its row; 0 for one that has none yet."""
    what: str
    before: str
    """Its state; empty where there is no row."""
    after: str
    """``mapped``, ``refused``, ``held``; ``sent`` where the same bytes leave again."""
    fields: tuple[Change, ...] = ()
    gone: tuple[Problem, ...] = ()
    new: tuple[Problem, ...] = ()
    lines: tuple[str, ...] = ()
    """The file for the ERP, or the message for the partner, as a unified difference."""
    brief: bool = False
    """There are differences that were not kept."""
    taken_over: bool = True
    """Whether it was right for us, as it is now."""

    @property
    def verdict(self) -> str:
        """``same``, ``differs``, ``accepted`` (was not), ``refused`` or ``held`` (was not)."""
        if self.after in _STOPPED and (self.taken_over or self.before != self.after):
            return str(self.after)
        if self.after not in _STOPPED and not self.taken_over:
            return "accepted"
        different = self.brief or self.fields or self.gone or self.new or self.lines
        return "differs" if different else "same"

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "id": self.id,
            "what": self.what,
            "verdict": self.verdict,
            "before": self.before,
            "after": str(self.after),
            "fields": [
                {"path": each.path, "before": each.before, "after": each.after}
                for each in self.fields
            ],
            "gone": [found.as_json() for found in self.gone],
            "new": [found.as_json() for found in self.new],
            "lines": list(self.lines),
        }


@dataclass(frozen=True, slots=True)
class Part:
    """A row to be replayed, and which part of its file that is."""

    row: Message
    file: Message
    only: str


@dataclass(frozen=True, slots=True)
class Comparing:
    """The results of one file beside the rows of it."""

    connection: Connection
    house: House
    rules: Rules
    trial: Trial
    _sent: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def part(self, part: Part) -> Iterator[Comparison]:
        """Every message or document of a part; the part itself when there is none in it."""
        stored = dict(self._stored(part.row, part.only))
        tried = {each.where: each for each in self.trial.messages if _is_in(each.where, part.only)}
        for where in dict.fromkeys([*stored, *tried]):
            yield self._compared(stored.get(where), tried.get(where), where)
        if not stored and not tried:
            yield self._alone(part)

    def _stored(self, row: Message, only: str) -> Iterator[tuple[str, Message]]:
        """Rows of messages or documents by their part of the file."""
        if row.kind in ("message", "document"):
            yield only, row
            return
        for each in messages.children(self.connection, row.id):
            if each.kind == "document":
                yield str(each.ordinal), each
            elif each.kind == "message":
                yield f"{only}/{each.ordinal}", each
            elif each.kind == "interchange" and each.direction == "in":
                yield from self._stored(each, str(each.ordinal))

    def _compared(self, row: Message | None, tried: TriedMessage | None, where: str) -> Comparison:
        before = () if row is None else self._problems(row)
        problems = whole_problems(self.trial, where) if tried is None else tried.problems
        document = None if tried is None else tried.document
        return Comparison(
            0 if row is None else row.id,
            _called(tried, where) if row is None else named(row),
            "" if row is None else row.state,
            stopped_as(self.trial, where) if tried is None else tried.state,
            changes(self._content(row), b"" if document is None else document.to_json().encode()),
            only_in(before, problems),
            only_in(problems, before),
            line_changes(
                self._lines_before(row), output_lines(self.rules.translation.library, tried)
            ),
            taken_over=row is not None and self._was_taken_over(row),
        )

    def _alone(self, part: Part) -> Comparison:
        """Nothing was ever found in it, nor would be."""
        row, found, before = (
            part.row,
            whole_problems(self.trial, part.only),
            self._problems(part.row),
        )
        after = stopped_as(self.trial, part.only) if has_errors(found) else row.state
        gone, new = only_in(before, found), only_in(found, before)
        taken_over = row.state not in _STOPPED
        return Comparison(
            row.id, named(row), row.state, after, (), gone, new, taken_over=taken_over
        )

    # ---- before

    def _problems(self, row: Message) -> tuple[Problem, ...]:
        found = messages.problems_of(self.connection, row.id)
        return tuple(each for each in found if each.code not in _OUTSIDE)

    def _was_taken_over(self, row: Message) -> bool:
        """Whether it was right for us, whatever the partner said."""
        if row.state not in _STOPPED:
            return True
        found = messages.problems_of(self.connection, row.id)
        return any(each.code in _BY_RECEIVER[row.direction] for each in found)

    def _content(self, row: Message | None) -> bytes:
        return b"" if row is None or row.content is None else self._payload(row.content)

    def _lines_before(self, row: Message | None) -> list[str]:
        if row is None:
            return []
        if row.direction == "in":
            planned = deliveries.of_message(self.connection, row.id)
            files = [one.sha for one in planned if one.purpose == "erp"]
            return lines_of(self._payload(files[0])) if files else []
        carrier = None if row.carrier is None else messages.get(self.connection, row.carrier)
        if carrier is None or carrier.content is None:
            return []
        if carrier.content not in self._sent:
            data = self._payload(carrier.content)
            self._sent[carrier.content] = wire_lines(self.rules.translation.library, data)
        return self._sent[carrier.content].get(row.reference, [])

    def _payload(self, sha: str) -> bytes:
        try:
            return self.house.store.payload(sha)
        except KeyError:  # deleted when its time had come
            return b""


def output_lines(library: Library, tried: TriedMessage | None) -> list[str]:
    """The file for the ERP, or the message for the partner, as lines that can be compared."""
    if tried is None:
        return []
    if "/" in tried.where:
        return lines_of(tried.output)
    return next(iter(wire_lines(library, tried.output).values()), [])


def whole_problems(trial: Trial, where: str) -> tuple[Problem, ...]:
    """Why there is nothing in a part of the file: problems of the interchange, or the file."""
    first = where.partition("/")[0]
    known = trial.by_interchange
    return known.get(int(first), ()) if first and known else trial.problems


def stopped_as(trial: Trial, where: str) -> State:
    """What becomes of a part of the file in which nothing was judged."""
    found = whole_problems(trial, where)
    held = any(each.code in _OURS or each.facts.get("action") == "held" for each in found)
    return State.HELD if held else State.REFUSED


def _is_in(where: str, part: str) -> bool:
    return not part or where == part or where.startswith(f"{part}/")


def _called(tried: TriedMessage | None, where: str) -> str:
    """``order PO-26-10417``, of what has no row yet."""
    if tried is None or tried.document is None:
        return f"message {where}"
    return f"{tried.document.name} {number_of(tried.document)}".rstrip()
