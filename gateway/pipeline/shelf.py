"""Judged messages on their way into the store, in batches that bound memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from gateway.channels.folder import file_name
from gateway.documents import Document
from gateway.documents.threads import orders_of
from gateway.grammar.acknowledge import Reconciliation
from gateway.grammar.envelope import MessageFound
from gateway.pipeline import lanes
from gateway.pipeline.failure import free_name, numbered
from gateway.pipeline.house import House
from gateway.pipeline.judge import Judged
from gateway.pipeline.naming import business_keys, moments
from gateway.pipeline.reconcile import Told
from gateway.pipeline.states import State, way
from gateway.problems import Problem
from gateway.store import (
    Message,
    NewDelivery,
    NewMessage,
    contents,
    deliveries,
    messages,
    threads,
)
from gateway.store.tables import message
from gateway.store.threads import Linked

BATCH = 200
BYTES = 8 << 20

_WAYS: dict[State, tuple[State, ...]] = {
    State.MAPPED: (State.IDENTIFIED, State.CHECKED, State.MAPPED),
    State.REFUSED: (State.IDENTIFIED, State.REFUSED),
    State.HELD: (State.IDENTIFIED, State.HELD),
    State.RECEIVED: (State.IDENTIFIED, State.CHECKED, State.DELIVERED),
}
"""By verdict: the states a message has gone through when its row is written."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A judged message that has no row yet."""

    ordinal: int
    offset: int
    size: int
    judged: Judged


class Shelf:
    """The messages of one interchange, until its transaction."""

    def __init__(
        self,
        house: House,
        interchange: Callable[[Connection], Message],
        existing: Message | None,
        replay_of: int | None = None,
    ) -> None:
        self.house = house
        self.replay_of = replay_of
        self.interchange = interchange
        self.waiting: list[Waiting] = []
        self.size = 0
        self.answers: list[Told] = []
        """What answers among the messages say."""
        self.counts: dict[str, int] = {}
        self._stored = self._before(existing)

    def stored(self, ordinal: int) -> Message | None:
        """A message that was judged and stored before a crash."""
        return self._stored.get(ordinal)

    def problems(self, row: Message) -> tuple[Problem, ...]:
        """What was found in a stored message."""
        with self.house.store.read() as connection:
            return messages.problems_of(connection, row.id)

    def put(self, ordinal: int, found: MessageFound, judged: Judged) -> None:
        """Keep a message for the next batch; a full batch is written at once."""
        part = found.part
        self.hear(ordinal, judged.answers)
        self.waiting.append(Waiting(ordinal, part.offset, len(part.raw), judged))
        self.size += len(part.raw)
        if len(self.waiting) >= BATCH or self.size >= BYTES:
            with self.house.store.write("messages") as connection:
                self.flush(connection)

    def hear(self, ordinal: int | None, said: Sequence[Reconciliation]) -> None:
        """Keep what an answer says until its interchange is settled."""
        if said:
            self.answers.append(Told(ordinal, tuple(said)))

    def flush(self, connection: Connection) -> None:
        """Write what waits: rows, problems, documents, planned deliveries."""
        if not self.waiting:
            return
        at, parent = self.house.clock(), self.interchange(connection)
        documents = [_json(each.judged.document) for each in self.waiting]
        rows = [
            self._row(parent, each, document)
            for each, document in zip(self.waiting, documents, strict=True)
        ]
        ways = [_WAYS[each.judged.state] for each in self.waiting]
        for states in set(ways):
            way(*states)
        ids = messages.add(connection, rows, at, ways=ways)
        found = {
            id_: [one.at(file=parent.name) for one in numbered(each.judged.problems, id_)]
            for id_, each in zip(ids, self.waiting, strict=True)
        }
        messages.add_problems(connection, found)
        files = [_file(each, parent, id_, at) for id_, each in zip(ids, self.waiting, strict=True)]
        contents.put(connection, [data for data in [*documents, *files] if data])
        if not parent.test:  # test documents are no part of anybody's business
            threads.link(connection, at, _linked(parent.partner, ids, self.waiting))
        self._plan(connection, parent, ids, files, at)
        for row in rows:
            self.counts[row.state] = self.counts.get(row.state, 0) + 1
        self.waiting, self.size = [], 0

    def count(self) -> None:
        """Enter what was written into the tally of the run."""
        for state, number in self.counts.items():
            name = {"mapped": "messages", "delivered": "answers"}.get(state, state)
            self.house.tally.counts[name] += number
        self.counts = {}

    def _row(self, parent: Message, each: Waiting, document: bytes) -> NewMessage:
        judged, header = each.judged, each.judged.header
        return NewMessage(
            kind="message",
            direction="in",
            state=_WAYS[judged.state][-1],
            parent=parent.id,
            ordinal=each.ordinal,
            replay_of=self.replay_of,
            source=parent.source,
            name=parent.name,
            partner=parent.partner,
            document=judged.agreement.document if judged.agreement else "",
            standard=parent.standard,
            format=f"{parent.standard}/{header.directory}/{header.type}",
            sender=parent.sender,
            receiver=parent.receiver,
            reference=header.reference,
            grouping=header.group.reference if header.group else "",
            number=judged.number,
            test=parent.test,
            payload=parent.payload,
            payload_offset=each.offset,
            payload_size=each.size,
            content=contents.sha_of(document) if document else None,
            config=parent.config,
            trace=parent.trace,
        )

    def _plan(
        self,
        connection: Connection,
        parent: Message,
        ids: Sequence[int],
        files: Sequence[bytes],
        at: datetime,
    ) -> None:
        workspace = self.house.workspace
        for id_, each, data in zip(ids, self.waiting, files, strict=True):
            judged = each.judged
            if judged.state is not State.MAPPED or judged.agreement is None:
                continue
            folder = workspace.erp_out(judged.agreement.document, test=parent.test)
            facts = {
                "document": judged.agreement.document,
                "message": judged.header.type,
                "partner": parent.partner,
                "number": judged.number,
                "control": parent.reference,
                "seq": f"{id_:06}",
                "ext": judged.suffix,
                **moments(at),
                **business_keys(workspace, parent.partner, judged.document),
            }
            name = file_name(workspace.erp.send.name, facts)
            planned = NewDelivery(
                key=f"erp:{id_}",
                message=id_,
                purpose="erp",
                lane=lanes.erp(judged.agreement.document, test=parent.test),
                folder=str(folder),
                name=free_name(connection, folder, name),
                sha=contents.sha_of(data),
                due=None,
            )
            deliveries.add(connection, [planned], at)

    def _before(self, existing: Message | None) -> dict[int, Message]:
        if existing is None:
            return {}
        with self.house.store.read() as connection:
            any_below = connection.scalar(
                select(message.c.id).where(message.c.parent == existing.id).limit(1)
            )
            rows = messages.children(connection, existing.id) if any_below else []
        return {row.ordinal: row for row in rows if row.ordinal is not None}


def _file(waiting: Waiting, interchange: Message, row: int, at: datetime) -> bytes:
    """The file for the ERP, with the number of its row where it names that."""
    judged = waiting.judged
    if judged.unstamped is None:
        return judged.erp
    return judged.unstamped.write(row, at, interchange, judged.header.reference)


def _linked(partner: str, ids: Sequence[int], waiting: Sequence[Waiting]) -> list[Linked]:
    """Which documents belong to which orders."""
    return [
        Linked(id_, partner, document.name, orders_of(document))
        for id_, each in zip(ids, waiting, strict=True)
        if (document := each.judged.document) is not None
    ]


def number_of(document: Document | None) -> str:
    """The business number of a document."""
    return "" if document is None else str(getattr(document, "number", "") or "")[:80]


def _json(document: Document | None) -> bytes:
    return b"" if document is None else document.to_json().encode()
