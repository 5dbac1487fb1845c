"""A file of the ERP: read, checked, mapped, wrapped, planned for delivery to partners.

One bad document does not stop the others: what is right goes out, what is wrong is written out
alone into the error folder. All documents of a file for one partner and agreement travel in one
interchange; everything about a file is one transaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection

from gateway.documents.threads import orders_of
from gateway.pipeline.batches import leave
from gateway.pipeline.deadlines import RESPONSE, answered
from gateway.pipeline.export import Exported, ExportReading, read_export
from gateway.pipeline.failure import Told, numbered, refuse_file, report
from gateway.pipeline.house import House, is_sandbox
from gateway.pipeline.lots import format_of, lots
from gateway.pipeline.replaced import supersede
from gateway.pipeline.shops.back.entering import enter, finder_of, renew, settled
from gateway.pipeline.shops.back.order import Look
from gateway.pipeline.states import State, way
from gateway.pipeline.versions import Version, versions
from gateway.problems import has_errors, problem
from gateway.store import Message, NewMessage, contents, messages, threads
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
    reading = read_export(
        house.workspace,
        house.translation,
        data,
        row.name,
        row.document,
        test=is_sandbox(row.source),
        look=Look(row.created, finder_of(house)),
    )
    if not reading.documents or has_errors(reading.problems):
        found = reading.problems or (problem("P127"),)
        ours = any(each.code == "P120" for each in found)
        state = State.HELD if ours else State.REFUSED
        refuse_file(house, row, found, state, text=reading.text)
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
        known = versions(connection, row, taken)
        judged = [each.exported for each in known]
        rows = [_row(row, each.exported, each.before) for each in known]
        ways = [_ways(each) for each in judged]
        for states in set(ways):
            way(*states)
        ids = messages.add(connection, rows, at, ways=ways)
        texts = [each.document.to_json().encode() for each in judged if each.document]
        contents.put(connection, texts)
        threads.link(connection, at, _linked(ids, judged, test=is_sandbox(row.source)))
        answered(connection, _responses(ids, judged))
        found = {id_: numbered(each.problems, id_) for id_, each in zip(ids, judged, strict=True)}
        messages.add_problems(connection, found)
        leaving = list(zip(ids, judged, strict=True))
        mapped = [(id_, each) for id_, each in leaving if each.state is State.MAPPED]
        supersede(connection, row, mapped, at)
        for lot in lots(leaving):
            leave(house, connection, row, lot, at)
        enter(house, connection, row, leaving, at)
        outcome = _outcome(known)
        messages.add_problems(connection, {row.id: list(reading.problems)})
        messages.change(connection, row, way(State.RECEIVED, State.SPLIT), at, outcome, due=None)
        _report(house, connection, row, reading, list(zip(ids, known, strict=True)), outcome)
    for each in known:
        house.tally.counts[_counted(each)] += 1


def _ways(each: Exported) -> tuple[State, ...]:
    """The states that a document goes through now; what tells a shop nothing is over at once."""
    ways = _WAYS[each.state]
    return (*ways, State.DELIVERED) if settled(each) else ways


def _linked(ids: Sequence[int], judged: Sequence[Exported], *, test: bool) -> list[Linked]:
    """Which documents belong to which orders; test documents to none."""
    return [
        Linked(id_, each.whom, each.document.name, orders_of(each.document))
        for id_, each in zip(ids, judged, strict=True)
        if each.document is not None
        and each.whom
        and not (each.agreement is not None and each.agreement.mode == "test")
        and not (each.partner is None and test)
    ]


def _responses(ids: Sequence[int], judged: Sequence[Exported]) -> list[int]:
    """The order responses that are sent."""
    return [
        id_
        for id_, each in zip(ids, judged, strict=True)
        if each.state is State.MAPPED
        and each.document is not None
        and each.document.name == RESPONSE
    ]


def _row(file: Message, each: Exported, before: Message | None) -> NewMessage:
    document = each.document
    text = None if document is None else document.to_json().encode()
    standard = "" if each.agreement is None else each.agreement.standard.syntax
    return NewMessage(
        kind="document",
        direction="out",
        state=_ways(each)[-1],
        parent=file.id,
        ordinal=each.ordinal,
        replay_of=file.replay_of if file.only else None,
        replaces=None if before is None else before.id,
        source=file.source,
        name=file.name,
        partner=each.whom,
        document=file.document,
        standard=standard,
        format=format_of(each.agreement),
        number=each.number,
        test=is_sandbox(file.source),
        payload=file.payload,
        content=None if text is None else contents.sha_of(text),
        config=file.config,
        trace=file.trace,
    )


def _counted(each: Version) -> str:
    if each.repeat:
        return "repeats"
    state = each.exported.state
    return "documents" if state is State.MAPPED else str(state)


def _outcome(known: Sequence[Version]) -> str:
    """``49 of 50 documents were taken over, 1 refused``."""
    counts = Counter(_counted(each) for each in known)
    parts = [f"{counts['documents']} of {len(known)} documents were taken over"]
    parts += [f"{counts['refused']} refused"] if counts["refused"] else []
    parts += [f"{counts['held']} held for a person here"] if counts["held"] else []
    parts += [f"{counts['repeats']} sent before and unchanged"] if counts["repeats"] else []
    return ", ".join(parts)


def _report(
    house: House,
    connection: Connection,
    row: Message,
    reading: ExportReading,
    known: Sequence[tuple[int, Version]],
    outcome: str,
) -> None:
    """The refused documents alone, with their reports; of a repeat there is nothing to correct."""
    bad = [
        (id_, each.exported)
        for id_, each in known
        if not each.repeat and each.exported.state is not State.MAPPED
    ]
    if not bad:
        return
    found: list[Told] = [
        (f"{row.document} {one.number}".strip(), each)
        for id_, one in bad
        for each in numbered(one.problems, id_)
    ]
    alone = reading.alone([each.ordinal for _, each in bad])
    held = all(each.state is State.HELD for _, each in bad)
    report(house, connection, row, outcome, found, alone=alone, text=reading.text, held=held)


def _repeat(house: House, row: Message) -> None:
    """The same bytes again: said, put to the duplicates, not processed."""
    at, reports = house.clock(), renew(house, row)
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
        reports(connection, at)
    house.tally.counts["repeats"] += 1
