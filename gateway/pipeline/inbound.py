"""A partner's file: identified, split, checked, mapped, answered.

Read as a stream, one message at a time; rows are written in batches, so a file of any size is
bounded in memory by one batch. What nothing leaves the house between is one transaction; a small
interchange is one altogether. Deliveries to the ERP are planned with the messages but released
only with the trailer of their interchange, because that can still refuse all of them.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection, bindparam, func, select, union_all

from gateway.config.models import Partner
from gateway.grammar.envelope import InterchangeEnd, InterchangeStart, MessageFound, Stray, walk
from gateway.pipeline.failure import Told, refuse_file, report
from gateway.pipeline.house import House
from gateway.pipeline.interchange import InterchangeStep
from gateway.pipeline.states import State, way
from gateway.problems import Place, Problem, has_errors, problem
from gateway.store import Message, messages
from gateway.store.tables import message
from gateway.store.tables import problem as problem_table
from gateway.syntax import detect, read

_HEAD = 4096
_MOST = 200
_EXPECTED = "an EDIFACT or X12 interchange"
_CALLED = {
    "csv": "a text file with columns",
    "json": "a JSON file",
    "xml": "an XML file",
    "binary": "binary data",
    "unknown": "text that is no interchange",
}


def read_file(house: House, row: Message) -> None:
    """The whole step for one file in state ``received``; repeatable after a crash."""
    assert row.payload is not None
    head = next(house.store.archive.chunks(row.payload, _HEAD), b"")
    kind = detect(head)
    refusal = unreadable(row.name, kind, row.payload_size or 0, house.workspace.limits.file)
    if refusal is not None:
        refuse_file(house, row, [refusal])
        return
    partner, _ = house.partner_of(row.source)
    step = FileStep(house, row, partner)
    chunks = house.store.archive.chunks(row.payload)
    parts = read(chunks, limits=house.limits, codec=codec_of(partner, kind))
    for item in walk(parts, house.translation.library.service):
        step.take(item)
    step.finish()


def unreadable(name: str, kind: str, size: int, limit: int) -> Problem | None:
    """Why a file from a partner cannot be read at all."""
    place = Place(file=name)
    if size > limit:
        return problem("T108", place, name=name, size=size, limit=limit)
    if size == 0 or kind == "empty":
        return problem("T101", place, name=name, size=size)
    if kind not in ("edifact", "x12"):
        found = _CALLED.get(kind, kind)
        return problem("T102", place, name=name, found=found, expected=_EXPECTED)
    return None


class FileStep:
    """One file on its way: an interchange at a time."""

    def __init__(self, house: House, row: Message, owner: Partner | None) -> None:
        self.house = house
        self.row = row
        self.owner = owner
        self.ordinal = -1
        self.current: InterchangeStep | None = None
        self.ended: InterchangeStep | None = None
        """Read to its end; its transaction is still to come, with that of the file if it can."""
        self.strays: list[Problem] = []

    def take(self, item: InterchangeStart | MessageFound | InterchangeEnd | Stray) -> None:
        """The next thing that was found in the file."""
        if isinstance(item, InterchangeStart):
            self._settle()
            self.ordinal += 1
            self.current = InterchangeStep(self.house, self.row, self.owner, item, self.ordinal)
            self.current.begin()
        elif isinstance(item, Stray):
            self._stray(item)
        elif self.current is not None and isinstance(item, MessageFound):
            self.current.message(item)
        elif self.current is not None and isinstance(item, InterchangeEnd):
            self.current.end(item)
            self.current, self.ended = None, self.current

    def finish(self) -> None:
        """All of it has rows: the file is split, or refused when there was nothing in it."""
        house, at = self.house, self.house.clock()
        strays = [each.at(file=self.row.name) for each in self.strays]
        ended, self.ended = self.ended, None
        with house.store.write("split") as connection:
            if ended is not None:
                ended.settle(connection)
            messages.add_problems(connection, {self.row.id: strays})
            counts, found = _below(connection, self.row)
            nothing = self.ordinal < 0
            state = way(State.RECEIVED, State.REFUSED if nothing else State.SPLIT)
            outcome = _outcome(counts) if counts else "nothing was taken over"
            messages.change(connection, self.row, state, at, outcome, due=None)
            told = [*(("", each) for each in strays), *found]
            if has_errors(each for _, each in told):
                held = not counts.get("refused")
                text = _text(house, self.row)
                report(house, connection, self.row, outcome, told, text=text, held=held)
        if ended is not None:
            ended.settled()
        if nothing:
            house.tally.counts["refused"] += 1

    def _settle(self) -> None:
        """An interchange that is followed by another one has a transaction of its own."""
        ended, self.ended = self.ended, None
        if ended is not None:
            with self.house.store.write("interchange") as connection:
                ended.settle(connection)
            ended.settled()

    def _stray(self, item: Stray | MessageFound) -> None:
        found = [*item.part.problems]
        if isinstance(item, MessageFound):
            found += item.problems
        if len(self.strays) < _MOST:
            self.strays += found


def codec_of(partner: Partner | None, kind: str) -> str | None:
    """The charset that the partner's settings name, whatever his interchanges declare."""
    if partner is None:
        return None
    return partner.syntax.edifact.codec if kind == "edifact" else partner.syntax.x12.codec


_PART, _INNER = message.alias("part"), message.alias("inner")
_COUNTED = (
    select(_INNER.c.state, func.count())
    .join(_PART, _INNER.c.parent == _PART.c.id)
    .where(_PART.c.parent == bindparam("file"), _INNER.c.kind == "message")
    .group_by(_INNER.c.state)
)
_PARTS = (
    select(message.c.state, func.count())
    .where(message.c.parent == bindparam("file"))
    .group_by(message.c.state)
)
_BELOW = union_all(
    select(message.c.id).where(message.c.parent == bindparam("file")),
    select(_INNER.c.id)
    .join(_PART, _INNER.c.parent == _PART.c.id)
    .where(
        _PART.c.parent == bindparam("file"),
        # written so that no index over states is chosen: most refused rows are others
        func.coalesce(_INNER.c.state, "").in_([State.REFUSED.value, State.HELD.value]),
    ),
).subquery("below")
"""Not one condition with OR: PostgreSQL would read all rows for it."""
_FOUND = (
    select(message.c.kind, message.c.document, message.c.number, problem_table.c.data)
    .join_from(_BELOW, message, message.c.id == _BELOW.c.id)
    .join(problem_table, problem_table.c.message == message.c.id)
    .order_by(problem_table.c.severity, message.c.id, problem_table.c.id)
    .limit(_MOST)
)
"""Made once: making them takes longer than running them."""


def _below(connection: Connection, row: Message) -> tuple[dict[str, int], list[Told]]:
    """Messages by state, and what was found in a file, as it is stored."""
    file = {"file": row.id}
    counts = {state: number for state, number in connection.execute(_COUNTED, file)}
    held = sum(number for state, number in connection.execute(_PARTS, file) if state == "held")
    counts["held"] = counts.get("held", 0) + held
    told = [
        (f"{each.document} {each.number}".strip(), Problem.from_json(json.loads(each.data)))
        for each in connection.execute(_FOUND, file)
    ]
    return {state: number for state, number in counts.items() if number}, told


def _outcome(counts: dict[str, int]) -> str:
    """``2 of 3 messages were taken over, 1 refused``."""
    total = sum(counts.values())
    refused, held = counts.get("refused", 0), counts.get("held", 0)
    parts = [f"{total - refused - held} of {total} messages were taken over"]
    parts += [f"{refused} refused"] if refused else []
    parts += [f"{held} held for a person here"] if held else []
    return ", ".join(parts)


def _text(house: House, row: Message) -> str:
    """The text of the file, one character a byte, where it is small enough to be shown."""
    if row.payload is None or (row.payload_size or 0) > _MOST * 10_000:
        return ""
    return house.store.payload(row.payload).decode("latin-1")
