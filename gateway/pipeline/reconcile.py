"""What partners' answers say about what we sent.

The statements of one answer are taken together: when one of them fits several of ours, takes back
what was said before, or comes too late for the agreement, the whole answer is held and nothing of
it counts. A person decides, and replays it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from gateway.config.models import Acknowledge
from gateway.grammar.acknowledge import Reconciliation
from gateway.pipeline import subjects
from gateway.pipeline.destination import AS2
from gateway.pipeline.house import House
from gateway.pipeline.states import State, way
from gateway.pipeline.watch.refusals import AREA
from gateway.problems import Problem, problem
from gateway.store import Message, alarms, deliveries, messages
from gateway.store.messages import from_row
from gateway.store.tables import message

_ANSWERABLE = (State.DELIVERED, State.ACKNOWLEDGED, State.REFUSED)
_ON_ITS_WAY = (State.MAPPED, State.RETRYING, State.DEAD)
"""Known to have arrived once it is answered, though our own entry is still to come; what was given
up by AS2 may have arrived as well."""
CHOSEN = "@"
"""In ``only`` of a file: what follows is the message of ours that its answers are about."""
_NAMED = 5
"""Candidates that a sentence names."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one answer says; ``ordinal`` of its message, none for what stands outside (TA1)."""

    ordinal: int | None
    said: tuple[Reconciliation, ...]


@dataclass(frozen=True, slots=True)
class _Effect:
    """One statement, what it is about, and the rows that it changes."""

    said: Reconciliation
    subject: Message
    rows: tuple[Message, ...] = ()


def enter(
    house: House,
    connection: Connection,
    told: Sequence[Told],
    answer: Message,
    chosen: int | None = None,
) -> Problem | None:
    """Mark what is accepted or refused; ``answer`` is the interchange that says so.

    ``chosen``: what a person says that it is about; then nothing stands in its way. Returns why the
    interchange itself has to be held: a TA1 in it that cannot be entered.
    """
    held: Problem | None = None
    for each in told:
        effects, found, why = _read(house, connection, each.said, answer, chosen)
        messages.add_problems(connection, {answer.id: found} if found else {})
        if why is None:
            for one in effects:
                _enter(house, connection, one, answer, decided=chosen is not None)
        elif each.ordinal is None:
            held = held or why
        else:
            _hold(house, connection, answer, each.ordinal, why)
    return held


def _read(
    house: House,
    connection: Connection,
    said: Sequence[Reconciliation],
    answer: Message,
    chosen: int | None,
) -> tuple[list[_Effect], list[Problem], Problem | None]:
    """What an answer would change; what is wrong with it; why nothing of it may count."""
    refused = {
        (each.interchange, each.group, each.message)
        for each in said
        if each.level == "message" and not each.accepted
    }
    effects: list[_Effect] = []
    unknown: list[Problem] = []
    for each in said:
        subject = _subject(house, connection, each, answer, chosen)
        if not subject.rows:
            facts = {"partner": answer.partner, "reference": _named(each)}
            unknown.append(problem("P126", **facts))  # type: ignore[arg-type]
            continue
        if subject.one is None:
            return [], unknown, _ambiguous(each, subject, answer)
        effect = _Effect(each, subject.one, _rows(connection, each, subject.one, refused, answer))
        why = None if chosen is not None else _objection(house, effect, answer)
        if why is not None:
            return [], unknown, why
        effects.append(effect)
    return effects, unknown, None


def _subject(
    house: House,
    connection: Connection,
    said: Reconciliation,
    answer: Message,
    chosen: int | None,
) -> subjects.Subject:
    if chosen is not None:
        row = messages.get(connection, chosen, lock=True)
        return subjects.Subject(() if row is None else (row,))
    window = house.workspace.settings.window
    if said.interchange or said.group:
        found = subjects.carrier_of(connection, said, answer, window)
        if found.rows or not said.business:
            return found
    return subjects.document_of(connection, said, answer, window)


def _rows(
    connection: Connection,
    said: Reconciliation,
    subject: Message,
    refused: set[tuple[str, str, str]],
    answer: Message,
) -> tuple[Message, ...]:
    """What a statement changes; an acceptance does not touch what is refused beside it."""
    if said.accepted and _is_receipt(said, answer):
        return ()
    if subject.kind == "document":
        return (subject,)
    documents = subjects.documents_in(connection, subject)
    if said.level == "message":
        return tuple(each for each in documents if subjects.same(each.reference, said.message))
    if said.business:
        named = [each for each in documents if said.document in ("", each.number)]
        return tuple(named)
    return tuple(
        each
        for each in (subject, *documents)
        if not said.accepted or (said.interchange, said.group, each.reference) not in refused
    )


def _is_receipt(said: Reconciliation, answer: Message) -> bool:
    """UCI 8 and a TA1 say nothing about the contents."""
    x12 = answer.standard == "x12" and said.level == "interchange"
    return said.receipt or (x12 and not said.business)


# ---- what may not count


def _objection(house: House, effect: _Effect, answer: Message) -> Problem | None:
    """Why an answer has to be held by what was agreed about answers."""
    options = _options(house, effect.subject)
    deadline = effect.subject.deadline
    late = deadline is not None and house.clock() > deadline
    if late and options.late == "hold" and effect.subject.state in subjects.OPEN:
        return problem(
            "P152",
            partner=answer.partner,
            reference=_named(effect.said),
            deadline=f"{deadline:%Y-%m-%d %H:%M} UTC",
            message=effect.subject.id,
        )
    against = next((row for row in effect.rows if _contradicts(effect.said, row)), None)
    if against is None or options.contradiction != "hold":
        return None
    return problem(
        "P151",
        partner=answer.partner,
        what=_what(against),
        now=_verdict(effect.said.accepted),
        before=_verdict(against.state != State.REFUSED),
        message=against.id,
    )


def _contradicts(said: Reconciliation, row: Message) -> bool:
    """Whether the partner takes back what he said; the content may be refused after the syntax."""
    if said.accepted:
        return row.state == State.REFUSED
    return row.state == State.ACKNOWLEDGED and not said.business


def _ambiguous(said: Reconciliation, subject: subjects.Subject, answer: Message) -> Problem:
    shown = ", ".join(f"{row.id} ({_what(row)})" for row in subject.rows[:_NAMED])
    more = len(subject.rows) - _NAMED
    return problem(
        "P150",
        partner=answer.partner,
        reference=_named(said),
        candidates=shown + (f" and {more} more" if more > 0 else ""),
    )


def _hold(
    house: House, connection: Connection, answer: Message, ordinal: int, why: Problem
) -> None:
    """The message that holds the answer waits for a person."""
    found = connection.execute(
        select(message).where(
            message.c.parent == answer.id,
            message.c.kind == "message",
            message.c.ordinal == ordinal,
        )
    ).one()
    row = from_row(found)
    told = why.at(file=row.name)
    messages.add_problems(connection, {row.id: [_numbered(told, row.id)]})
    state = way(State(row.state), State.HELD)
    messages.change(connection, row, state, house.clock(), why.sentence)
    house.tally.counts["held"] += 1


def _numbered(found: Problem, id_: int) -> Problem:
    return replace(found, facts={**found.facts, "id": str(id_)})


# ---- what counts


def _enter(
    house: House, connection: Connection, effect: _Effect, answer: Message, *, decided: bool
) -> None:
    """Change the rows of one statement; ``decided`` by a person: it is the one that counts."""
    said, subject = effect.said, effect.subject
    if not effect.rows:
        kind = "receipt" if _is_receipt(said, answer) else "answer"
        text = f"{kind} of {answer.partner}: {_verdict(said.accepted)}, message {answer.id}"
        messages.record(
            connection, [(subject.id, subject.state, subject.state, text)], house.clock()
        )
        return
    options = _options(house, subject)
    if decided:
        options = options.model_copy(update={"contradiction": "newest"})
    for row in effect.rows:
        fresh = messages.get(connection, row.id, lock=True)
        if fresh is not None:
            _mark(house, connection, fresh, effect, answer, options)
    whole = said.level != "message" or subject.kind == "document"
    if not said.accepted and options.refusal == "alarm":
        rows = [subject] if whole else effect.rows
        _alarm(house, connection, rows, said, answer)


def _mark(
    house: House,
    connection: Connection,
    row: Message,
    effect: _Effect,
    answer: Message,
    options: Acknowledge,
) -> None:
    at, said = house.clock(), effect.said
    if row.state in _ON_ITS_WAY:
        state, text = way(State(row.state), State.DELIVERED), "arrived: it was answered"
        row = messages.change(connection, row, state, at, text, due=None, resume="")
        _end_sending(connection, row, at)
    if row.state not in _ANSWERABLE:
        return
    if _contradicts(said, row):
        text = f"{answer.partner} now says: {_verdict(said.accepted)}, message {answer.id}"
        messages.record(connection, [(row.id, row.state, row.state, text)], at)
        if options.contradiction == "first":
            return
    if said.accepted:
        _accepted(connection, row, answer, house)
    elif row.state != State.REFUSED:
        _refused(house, connection, row, said, answer)


def _end_sending(connection: Connection, row: Message, at: datetime) -> None:
    """The receipt by AS2 need not be waited for any more, nor anything be sent again for it."""
    open_ = [
        one.id
        for one in deliveries.of_message(connection, row.id)
        if one.outlet == AS2 and one.state in ("pending", "dead")
    ]
    if open_:
        deliveries.change(connection, open_, at, state="done", due=None)


def _accepted(connection: Connection, row: Message, answer: Message, house: House) -> None:
    text = f"accepted by {answer.partner}, message {answer.id}"
    if row.state == State.ACKNOWLEDGED:
        messages.record(connection, [(row.id, row.state, row.state, text)], house.clock())
        return
    state = way(State(row.state), State.ACKNOWLEDGED)
    messages.change(connection, row, state, house.clock(), text, deadline=None)


def _refused(
    house: House, connection: Connection, row: Message, said: Reconciliation, answer: Message
) -> None:
    found = _refusal(row, said, answer)
    messages.add_problems(connection, {row.id: [found]})
    state = way(State(row.state), State.REFUSED)
    messages.change(connection, row, state, house.clock(), found.sentence, deadline=None)
    if row.kind == "document":
        house.tally.counts["refused by partner"] += 1


def _refusal(row: Message, said: Reconciliation, answer: Message) -> Problem:
    return problem(
        "P155" if said.business else "P125",
        partner=answer.partner,
        what=_what(row),
        codes=", ".join(said.codes) or "no code",
        text=said.text or "no reason given",
    )


def _alarm(
    house: House,
    connection: Connection,
    rows: Sequence[Message],
    said: Reconciliation,
    answer: Message,
) -> None:
    at = house.clock()
    cause = f"{', '.join(said.codes) or 'no code'}: {said.text or 'no reason given'}"
    for row in sorted(rows, key=lambda one: f"{AREA}{one.id}"):
        found = problem("A112", partner=answer.partner, what=_what(row), cause=cause, id=row.id)
        alarms.raise_alarm(connection, at, f"{AREA}{row.id}", found, answer.partner, row.id)


def _options(house: House, subject: Message) -> Acknowledge:
    """What was agreed about answers to what we sent; an acknowledgement has no agreement."""
    agreement = house.workspace.agreement(
        subject.partner, subject.document, "outbound", subject.standard, test=subject.test
    )
    return Acknowledge() if agreement is None else agreement.acknowledge


def _verdict(accepted: bool) -> str:
    return "accepted" if accepted else "refused"


def _what(row: Message) -> str:
    return f"{row.document} {row.number or row.reference}".strip()


def _named(said: Reconciliation) -> str:
    return "/".join(_parts(said)) or "nothing that has a reference"


def _parts(said: Reconciliation) -> Iterator[str]:
    parts = (said.interchange, said.group, said.message, said.document)
    yield from (part for part in parts if part)
