"""What the ERP made of what we gave it: posted as a document of its own, or not posted.

A file that lies in the ERP's folder is delivered; whether it is a sales order there, only the ERP
knows. It answers into its folder ``status``. Each status names the row of a message (DOCNUM of the
IDoc is its number). The control record that we wrote is read again, so that a wrong number does
not hit a stranger's message. What a status says stands in the timeline of its message; the same
said twice changes nothing. A file is one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, func, insert, select

from gateway.pipeline import outbound
from gateway.pipeline.failure import Told, numbered, refuse_file, report
from gateway.pipeline.house import House
from gateway.pipeline.posting_read import read_said
from gateway.pipeline.posting_said import Said
from gateway.pipeline.posting_words import cause_of, said_text, shown_number, what_of
from gateway.pipeline.stamp import Control, control_of
from gateway.pipeline.states import State, way
from gateway.pipeline.watch.refusals import AREA
from gateway.problems import Problem, has_errors, problem
from gateway.store import Message, alarms, contents, messages
from gateway.store.tables import delivery, event
from gateway.telemetry import events

_T = TypeVar("_T")
_ON_ITS_WAY = (State.MAPPED, State.RETRYING)
"""Known to have arrived once the ERP speaks of it, though our own entry is still to come."""
_MARK = "erp:"
"""How the detail of an event begins that keeps what the ERP said; JSON follows."""
_MESTYP = 6
"""Characters of a message type, as releases before long names tell it."""
_BATCH = 500
_SHOWN = 200


@dataclass(slots=True)
class _Subject:
    """A message that the ERP was given."""

    row: Message
    control: Control | None
    """What its IDoc says about itself; ``None`` for what is no IDoc."""
    heard: set[str] = field(default_factory=set)
    """What the ERP said before."""
    made: str | None = None
    """As what it was posted, which may not be known (``""``); ``None``: it is not posted."""

    def hear(self, text: str, posted: bool | None, made: str) -> None:
        """Keep what was said; of two documents the first counts."""
        self.heard.add(text)
        if posted:
            self.made = self.made or made


def read_file(house: House, row: Message) -> None:
    """The whole step for one file of statuses in state ``received``."""
    if outbound.turned_away(house, row):
        return
    reading = read_said(house.translation, house.store.payload(str(row.payload)), row.name)
    if not reading.said:
        found = reading.problems or (problem("P127"),)
        refuse_file(house, row, found, State.HELD if reading.broken else State.REFUSED)
        return
    at = house.clock()
    wanted = sorted({each.row for each in reading.said if each.row is not None})
    given = dict(_given(house, wanted))
    with house.store.write("posting") as connection:
        entry = _Entry(house, connection, row, at, _subjects(connection, given))
        for each in reading.said:
            entry.enter(each)
        entry.finish(reading.problems, len(reading.said))
    house.tally.counts["answers"] += entry.entered
    house.tally.counts["refused"] += len(entry.failed)
    for one in entry.failed.values():
        events.refused(message=one.id, partner=one.partner, document=one.document, code="P161")


# ---- what it is about


def _given(house: House, wanted: Sequence[int]) -> Iterator[tuple[int, Control | None]]:
    """Messages of which the ERP got a file, with the control record of that file."""
    for keys in _parts([f"erp:{id_}" for id_ in wanted]):
        planned = select(delivery.c.message, delivery.c.sha).where(
            delivery.c.key.in_(keys), delivery.c.state != "withdrawn"
        )
        with house.store.read() as connection:
            found = [(id_, sha) for id_, sha in connection.execute(planned) if id_ is not None]
            files = contents.read_all(connection, [sha for _, sha in found])
        for id_, sha in found:
            data = files.get(sha)
            yield id_, _archived(house, sha) if data is None else control_of(data)


def _archived(house: House, sha: str) -> Control | None:
    """Of a file that went into the archive; what was deleted by its age cannot be compared."""
    try:
        return control_of(house.store.payload(sha))
    except KeyError:
        return Control()


def _subjects(connection: Connection, given: Mapping[int, Control | None]) -> dict[int, _Subject]:
    """These messages, locked, with what was said about them before."""
    found: dict[int, _Subject] = {}
    for ids in _parts(sorted(given)):
        rows = messages.get_many(connection, ids, lock=True)
        found |= {id_: _Subject(row, given[id_]) for id_, row in rows.items()}
        said = (
            select(event.c.message, event.c.text, event.c.detail)
            .where(event.c.message.in_(ids), func.substr(event.c.detail, 1, 4) == _MARK)
            .order_by(event.c.id)
        )
        for id_, text, detail in connection.execute(said):
            found[id_].hear(text, *json.loads(detail.removeprefix(_MARK)))
    return found


def _parts(values: Sequence[_T]) -> Iterable[Sequence[_T]]:
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))


def _unknown(said: Said) -> Problem:
    named = said.status.docnum or said.status.key or "nothing"
    return problem("P160", status=said.status.status, named=named, cause=cause_of(said))


def _of_another(subject: _Subject, said: Said) -> Problem | None:
    """Why a status cannot be about the message that its number names."""
    row, control, status = subject.row, subject.control, said.status
    pairs: list[tuple[str, str, str]] = [("order", said.number, row.number)]
    if said.idoc:
        if control is None:
            pairs = [("format", "an IDoc", "another one")]
        else:
            pairs = [
                ("DOCNUM", status.docnum, control.docnum),
                ("ARCKEY", status.key, control.key),
                ("MESTYP", said.kind, control.kind[: max(len(said.kind), _MESTYP)]),
            ]
    for name, given, ours in pairs:
        if given and ours and given != ours:
            facts = {"status": status.status, "name": name, "given": given, "ours": ours}
            return problem("P162", id=row.id, what=what_of(row), **facts)  # type: ignore[arg-type]
    return None


# ---- what is done about it


@dataclass(slots=True)
class _Entry:
    """The statuses of one file on their way into the timelines."""

    house: House
    connection: Connection
    file: Message
    at: datetime
    subjects: dict[int, _Subject]
    entered: int = 0
    known: int = 0
    """Said before."""
    wrong: list[Problem] = field(default_factory=list)
    failed: dict[int, Message] = field(default_factory=dict)
    """Not posted, by row."""
    _lines: list[dict[str, Any]] = field(default_factory=list)
    """Of timelines, still to be written."""
    _raised: dict[str, tuple[Problem, Message]] = field(default_factory=dict)
    _over: set[str] = field(default_factory=set)
    """Keys of alarms."""

    def enter(self, said: Said) -> None:
        """One status."""
        subject = self.subjects.get(said.row or 0)
        why = _unknown(said) if subject is None else _of_another(subject, said)
        if subject is None or why is not None:
            self.wrong += [why] if why else []
            return
        text, posted, made = said_text(said), said.status.posted, said.status.made
        if text in subject.heard:
            self.known += 1
            return
        detail, state = _MARK + json.dumps([posted, made]), str(subject.row.state)
        line = {"message": subject.row.id, "at": self.at, "text": text, "detail": detail}
        self._lines.append({**line, "before": state, "state": state})
        if posted:
            self._posted(subject, said)
        elif posted is False:
            self._not_posted(subject, said)
        subject.hear(text, posted, made)
        self.entered += 1

    def _posted(self, subject: _Subject, said: Said) -> None:
        before, made = subject.made, said.status.made
        if before and made and before != made:
            facts = {"made": shown_number(made), "before": shown_number(before)}
            what, id_ = what_of(subject.row), subject.row.id
            found = problem("P163", what=what, id=id_, **facts)  # type: ignore[arg-type]
            messages.add_problems(self.connection, {id_: [found]})
            self.wrong.append(found)
            return
        if subject.row.state == State.REFUSED:
            key = f"{AREA}{subject.row.id}"
            self._raised.pop(key, None)
            self._over.add(key)
        self.failed.pop(subject.row.id, None)
        self._move(subject, State.ACKNOWLEDGED, "posted by the ERP")

    def _not_posted(self, subject: _Subject, said: Said) -> None:
        row, cause = subject.row, cause_of(said)
        if subject.made is not None:
            facts = {"what": what_of(row), "status": said.status.status, "cause": cause}
            found = problem("P164", **facts)  # type: ignore[arg-type]
            messages.add_problems(self.connection, {row.id: [found]})
            return
        idoc = f"IDoc {said.status.theirs}" if said.status.theirs else "the IDoc"
        facts = {"what": what_of(row), "status": said.status.status, "cause": cause, "idoc": idoc}
        found = problem("P161", partner=row.partner, **facts)  # type: ignore[arg-type]
        messages.add_problems(self.connection, {row.id: [found]})
        self._move(subject, State.REFUSED, found.sentence)
        told = problem("A113", what=what_of(row), cause=cause, id=row.id)
        self._raised[f"{AREA}{row.id}"] = (told, row)
        self.failed[row.id] = row

    def _move(self, subject: _Subject, state: State, text: str) -> None:
        """To a state, if it is where an answer can move it; what was given up stays so."""
        row = subject.row
        if row.state == state:
            return
        self._write_lines()
        if row.state in _ON_ITS_WAY:
            arrived, why = way(State(row.state), State.DELIVERED), "arrived: the ERP answered it"
            row = messages.change(self.connection, row, arrived, self.at, why, due=None, resume="")
        if row.state in (State.DELIVERED, State.ACKNOWLEDGED, State.REFUSED):
            moved = way(State(row.state), state)
            row = messages.change(self.connection, row, moved, self.at, text)
        subject.row = row

    def _write_lines(self) -> None:
        if self._lines:
            self.connection.execute(insert(event), self._lines)
            self._lines = []

    def _tell(self) -> None:
        """Alarms, in the order of their keys: two machines must not lock each other out."""
        for key, (found, row) in sorted(self._raised.items()):
            alarms.raise_alarm(self.connection, self.at, key, found, row.partner, row.id)
        alarms.resolve(self.connection, self.at, self._over - self._raised.keys())

    def finish(self, found: Sequence[Problem], total: int) -> None:
        """The file itself: what of it was entered, and a report of what was not."""
        self._write_lines()
        self._tell()
        file, wrong = self.file, numbered([*found, *self.wrong], self.file.id)
        placed = [each.at(file=file.name) for each in wrong]
        taken = self.entered + self.known
        outcome = f"{self.entered} of {total} statuses were entered"
        outcome += f", {self.known} were known" if self.known else ""
        messages.add_problems(self.connection, {file.id: placed})
        state = way(State.RECEIVED, State.SPLIT if taken else State.REFUSED)
        messages.change(self.connection, file, state, self.at, outcome, due=None)
        if has_errors(placed):
            told: list[Told] = [("", each) for each in placed[:_SHOWN]]
            report(self.house, self.connection, file, outcome, told)
