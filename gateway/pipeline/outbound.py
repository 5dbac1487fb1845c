"""A file of the ERP: read, checked, mapped, wrapped, planned for delivery to partners.

One bad document does not stop the others: what is right goes out, what is wrong is written out
alone into the error folder. All documents of a file for one partner and agreement travel in one
interchange; everything about a file is one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from gateway.documents.threads import orders_of
from gateway.pipeline.export import Exported, ExportReading, read_export
from gateway.pipeline.failure import Told, numbered, refuse_file, report
from gateway.pipeline.house import House
from gateway.pipeline.lots import format_of, lots, send
from gateway.pipeline.shelf import number_of
from gateway.pipeline.states import State, way
from gateway.problems import has_errors, problem
from gateway.store import Message, NewMessage, contents, messages, threads
from gateway.store.messages import from_row
from gateway.store.search import apart
from gateway.store.tables import message
from gateway.store.threads import Linked

_WAYS: dict[State, tuple[State, ...]] = {
    State.MAPPED: (State.IDENTIFIED, State.CHECKED, State.MAPPED),
    State.REFUSED: (State.IDENTIFIED, State.REFUSED),
    State.HELD: (State.IDENTIFIED, State.HELD),
}


def read_file(house: House, row: Message) -> None:
    """The whole step for one file of the ERP in state ``received``."""
    assert row.payload is not None
    if turned_away(house, row):
        return
    data = house.store.payload(row.payload)
    reading = read_export(house.workspace, house.translation, data, row.name, row.document)
    if not reading.documents or has_errors(reading.problems):
        found = reading.problems or (problem("P127"),)
        ours = any(each.code == "P120" for each in found)
        refuse_file(house, row, found, State.HELD if ours else State.REFUSED)
        return
    only = int(row.only) if row.only else None
    taken = [each for each in reading.documents if only in (None, each.ordinal)]
    _store(house, row, reading, taken)


def turned_away(house: House, row: Message) -> bool:
    """Whether a file of the ERP came before, is empty or too large; then that is entered."""
    if row.replaces is not None:
        _repeat(house, row)
        return True
    if row.payload_size == 0 or (row.payload_size or 0) > house.workspace.limits.file:
        size, limit = row.payload_size, house.workspace.limits.file
        code = "T101" if size == 0 else "T108"
        refuse_file(house, row, [problem(code, name=row.name, size=size, limit=limit)])
        return True
    return False


def _store(house: House, row: Message, reading: ExportReading, taken: Sequence[Exported]) -> None:
    """One transaction: rows, control numbers, interchanges, deliveries, error file."""
    at = house.clock()
    with house.store.write("split") as connection:
        known = _once([_known_before(connection, row, each) for each in taken])
        judged = [each for each, _ in known]
        rows = [_row(row, each, before) for each, before in known]
        ways = [_WAYS[each.state] for each in judged]
        for states in set(ways):
            way(*states)
        ids = messages.add(connection, rows, at, ways=ways)
        texts = [each.document.to_json().encode() for each in judged if each.document]
        contents.put(connection, texts)
        threads.link(connection, at, _linked(ids, judged))
        found = {id_: numbered(each.problems, id_) for id_, each in zip(ids, judged, strict=True)}
        messages.add_problems(connection, found)
        for lot in lots(list(zip(ids, judged, strict=True))):
            send(house, connection, row, lot, at)
        outcome = _outcome(judged)
        messages.add_problems(connection, {row.id: list(reading.problems)})
        messages.change(connection, row, way(State.RECEIVED, State.SPLIT), at, outcome, due=None)
        _report(house, connection, row, reading, judged, outcome)
    for each in judged:
        name = "documents" if each.state is State.MAPPED else str(each.state)
        house.tally.counts[name] += 1


def _linked(ids: Sequence[int], judged: Sequence[Exported]) -> list[Linked]:
    """Which documents belong to which orders; test documents to none."""
    return [
        Linked(id_, each.partner.partner, each.document.name, orders_of(each.document))
        for id_, each in zip(ids, judged, strict=True)
        if each.document is not None
        and each.partner is not None
        and not (each.agreement is not None and each.agreement.mode == "test")
    ]


def _known_before(
    connection: Connection, file: Message, each: Exported
) -> tuple[Exported, Message | None]:
    """The same number for the same partner before: a repeat, or a new version."""
    if each.document is None or each.partner is None or not each.number or file.replay_of:
        return each, None
    before = connection.execute(
        select(message)
        .where(
            message.c.number == number_of(each.document),
            message.c.kind == "document",
            apart(connection, message.c.partner) == each.partner.partner,
            apart(connection, message.c.document) == each.document.name,
            message.c.state.not_in([State.REFUSED.value, State.HELD.value, State.DEAD.value]),
        )
        .order_by(message.c.id.desc())
        .limit(1)
    ).first()
    if before is None or each.state is not State.MAPPED:
        return each, None if before is None else from_row(before)
    same = before.content == contents.sha_of(each.document.to_json().encode())
    found = problem(
        "P112" if same else "P113",
        document=each.document.name,
        number=number_of(each.document),
        partner=each.partner.partner,
        before=before.id,
    )
    state = State.REFUSED if same else each.state
    return replace(each, state=state, problems=(*each.problems, found)), from_row(before)


def _once(known: list[tuple[Exported, Message | None]]) -> list[tuple[Exported, Message | None]]:
    """The same document twice in one file goes out once."""
    seen: set[tuple[str, str]] = set()
    kept: list[tuple[Exported, Message | None]] = []
    for each, before in known:
        one = each
        if each.state is State.MAPPED and each.document and each.partner:
            facts: dict[str, Any] = {"document": each.document.name, "number": each.number}
            key = (each.partner.partner, each.document.to_json())
            if key in seen:
                found = problem("P112", partner=key[0], before="in this file", **facts)
                found = found.at(file=each.problems[0].place.file) if each.problems else found
                one = replace(each, state=State.REFUSED, problems=(*each.problems, found))
            seen.add(key)
        kept.append((one, before))
    return kept


def _row(file: Message, each: Exported, before: Message | None) -> NewMessage:
    document = each.document
    text = None if document is None else document.to_json().encode()
    standard = "" if each.agreement is None else each.agreement.standard.syntax
    return NewMessage(
        kind="document",
        direction="out",
        state=each.state,
        parent=file.id,
        ordinal=each.ordinal,
        replay_of=file.replay_of if file.only else None,
        replaces=None if before is None else before.id,
        source=file.source,
        name=file.name,
        partner="" if each.partner is None else each.partner.partner,
        document=file.document,
        standard=standard,
        format=format_of(each.agreement),
        number=each.number,
        test=each.agreement is not None and each.agreement.mode == "test",
        payload=file.payload,
        content=None if text is None else contents.sha_of(text),
        config=file.config,
        trace=file.trace,
    )


def _outcome(judged: Sequence[Exported]) -> str:
    """``49 of 50 documents were taken over, 1 refused``."""
    good = sum(each.state is State.MAPPED for each in judged)
    held = sum(each.state is State.HELD for each in judged)
    refused = len(judged) - good - held
    parts = [f"{good} of {len(judged)} documents were taken over"]
    parts += [f"{refused} refused"] if refused else []
    parts += [f"{held} held for a person here"] if held else []
    return ", ".join(parts)


def _report(
    house: House,
    connection: Connection,
    row: Message,
    reading: ExportReading,
    judged: Sequence[Exported],
    outcome: str,
) -> None:
    """The refused documents alone, with their reports."""
    bad = [each for each in judged if each.state is not State.MAPPED]
    if not bad:
        return
    found: list[Told] = [
        (f"{row.document} {one.number}".strip(), each) for one in bad for each in one.problems
    ]
    alone = reading.alone([each.ordinal for each in bad])
    text = reading.text
    texts = {index: text for index, (_, each) in enumerate(found) if each.place.line is not None}
    report(house, connection, row, outcome, found, alone=alone, texts=texts)


def _repeat(house: House, row: Message) -> None:
    """The same bytes again: said, put to the duplicates, not processed."""
    at = house.clock()
    with house.store.write("repeat") as connection:
        before = messages.get(connection, row.replaces or 0)
        found = problem(
            "T105",
            before=row.replaces,
            name="?" if before is None else before.name,
            when="?" if before is None else f"{before.created:%Y-%m-%d %H:%M}",
        )
        messages.add_problems(connection, {row.id: [found]})
        state = way(State.RECEIVED, State.REFUSED)
        messages.change(connection, row, state, at, found.sentence, due=None)
    house.tally.counts["repeats"] += 1
