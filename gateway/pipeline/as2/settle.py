"""What a receipt does to the message it is about, in one transaction, once.

A receipt is kept first, whatever it says. It counts when it proves something (``mdn.verdict``),
whether it came in the reply or by itself, in time or late; the first one that counts settles the
message, and nothing after it changes that. Who settles and who sends lock the same rows in the
same order (parent, row, message on the wire), so that both may come at the same moment.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Link
from gateway.channels.as2.mdn.read import ReadMdn, read_mdn
from gateway.channels.as2.mdn.verdict import SentFacts, Verdict, settle_verdict
from gateway.channels.as2.mime.headers import Headers
from gateway.pipeline.arrival import COUNTED, LEFT, WAITS, arrived, tell
from gateway.pipeline.as2.receive.spool import Spools
from gateway.pipeline.house import House
from gateway.pipeline.retry import bury
from gateway.pipeline.states import State, way
from gateway.problems import Problem, problem
from gateway.store import Message, alarms, contents, deliveries, messages
from gateway.store.as2 import sent
from gateway.store.as2.sent import Said, Sent
from gateway.telemetry import events

LOG = logging.getLogger(__name__)
KEPT = 20
"""Receipts of one message that are kept, beside the one that settles it."""
NOTED = 5
"""Receipts that prove nothing which the history of a message tells of."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A receipt that was read, and what it means for a message."""

    read: ReadMdn
    verdict: Verdict
    raw: bytes
    """Headers, blank line, body."""
    status: int | None = None
    """Of the reply it came in."""
    kept: int | None = None
    """Its row, where it was kept already."""

    @property
    def kind(self) -> str:
        """What it does; who refuses a message because he had it before has something."""
        disposition = self.read.disposition
        refuses = self.verdict.kind == "negative" and disposition is not None
        if refuses and disposition is not None and "duplicate" in disposition.text.lower():
            return "duplicate"
        return self.verdict.kind

    @property
    def said(self) -> str:
        """Its disposition: ``processed``, ``processed/error: decryption-failed``."""
        disposition = self.read.disposition
        return "" if disposition is None else disposition.outcome


def judge(
    house: House, link: Link, row: Sent, headers: Headers, body: Extent
) -> tuple[ReadMdn, Verdict]:
    """Read a receipt and compare it with a message of ours; nothing is changed."""
    try:
        with Spools.beside(house.store.archive) as spools:
            read = read_mdn(headers, body, link, spools, house.clock())
        return read, settle_verdict(read, facts_of(row, link))
    except OSError:
        raise
    except Exception as bug:  # or the message would go out again and again, without a pause
        events.bug(where="as2 receipt", message=row.message, failure=bug)
        text = f"{type(bug).__name__}: {bug}"
        return ReadMdn(), Verdict("ignored", problem("P190", failure=text, id=row.message or ""))


def facts_of(row: Sent, link: Link) -> SentFacts:
    """What a receipt has to fit."""
    return SentFacts(
        row.message_id, row.as2_from, row.as2_to, row.mics, row.signed, link.receipt.lenient
    )


def locked(connection: Connection, row: Sent) -> tuple[Message | None, Sent]:
    """The rows of a message on the wire as they are now, until the end of the transaction."""
    about = lock_message(connection, row.message)
    now = sent.get(connection, row.id, lock=True)
    assert now is not None
    return about, now


def lock_message(connection: Connection, id_: int | None) -> Message | None:
    """A row and, before it, what it was found in, until the end of the transaction."""
    about = None if id_ is None else messages.get(connection, id_)
    if about is None:
        return None
    messages.get_many(connection, [about.parent] if about.parent else [], lock=True)
    return messages.get(connection, about.id, lock=True)


def enter(house: House, row: Sent, judged: Judged) -> Said:
    """Keep a receipt and let it settle its message; what became of the receipt."""
    with house.store.write("as2 settled") as connection:
        settling = _Settling(house, connection, row, judged)
        said = settling.enter()
    for told in settling.told:
        told()
    return said


class _Settling:
    """One receipt and its message, inside of a transaction."""

    def __init__(self, house: House, connection: Connection, row: Sent, judged: Judged) -> None:
        self.house = house
        self.connection = connection
        self.judged = judged
        self.at = house.clock()
        self.about, self.row = locked(connection, row)
        self.one = deliveries.get(connection, row.delivery)
        self.told: list[Callable[[], None]] = []
        """What is counted and logged once it is committed."""

    def enter(self) -> Said:
        said = self._said()
        if said != "settled" and self._flooded():
            LOG.warning("another receipt for %s was not kept: %s", self._name, said)
            return said
        self._keep(said)
        if said == "settled":
            _BY_KIND[self.judged.kind](self)
            alarms.resolve(self.connection, self.at, [alarm_key(self.row.partner)])
        elif said == "repeat":
            self._second()
        else:
            self._proves_nothing()
        return said

    def _said(self) -> Said:
        if self.judged.verdict.kind == "ignored":
            return "ignored"
        return "repeat" if self.row.settled else "settled"

    def _flooded(self) -> bool:
        """So many receipts were kept for this message that this one is only counted."""
        if self.judged.kept is not None:
            return False
        return sent.count_receipts(self.connection, self.row.id) >= KEPT

    def _keep(self, said: Said) -> None:
        """The receipt as it came, and what it is worth."""
        connection, judged, row = self.connection, self.judged, self.row
        found = _as_json(judged.verdict.problem)
        facts: dict[str, Any] = {
            "verdict": said,
            "sent_id": row.id,
            "message_id": judged.read.original_message_id,
            "found": found,
        }
        contents.put(connection, [judged.raw])
        sha = contents.sha_of(judged.raw)
        if judged.kept is None:
            sent.add_receipt(connection, self.at, sha, row.partner, **facts)
        else:
            sent.judged(connection, judged.kept, **facts)
        if said == "settled":
            state = _STATES[judged.kind]
            values: dict[str, Any] = {"mdn": sha, "disposition": judged.said, "found": found}
            if judged.status is not None:
                values["status"] = judged.status
            sent.change(connection, row.id, self.at, state=state, **values)

    # ---- what it does

    def positive(self) -> None:
        """The partner has it."""
        late = self.about is not None and self.about.state == State.DEAD
        self._arrived(", late" if late else "")
        warning = self.judged.verdict.problem
        if warning is not None and self.about is not None:
            messages.add_problems(self.connection, {self.about.id: [warning]})

    def negative(self) -> None:
        """The partner could not take it."""
        found = self._found("T292")
        if self.one is not None and self.one.state in ("pending", "dead"):
            values = {"state": "dead", "due": None, "attempts": self.one.attempts + 1}
            deliveries.change(self.connection, [self.one.id], self.at, **values)
        row = self.about
        if row is None:
            return
        messages.add_problems(self.connection, {row.id: [found]})
        if row.state in WAITS:
            first = "its receipt refuses it"
            bury(self.house, self.connection, self._counted(row), found.sentence, self.at, first)
            self.told.append(lambda: self._gave_up(found))
        else:
            self._note(found.sentence)

    def mismatch(self) -> None:
        """The partner has something, and it may not be what was sent."""
        self._hold(self._found("T293"))

    def duplicate(self) -> None:
        """The partner says that he had it before: from us, most often, and its receipt was lost."""
        self._hold(self._found("T272", message_id=self.row.message_id))

    def _hold(self, found: Problem) -> None:
        self._arrived("")
        row = None if self.about is None else messages.get(self.connection, self.about.id)
        if row is None:
            return
        messages.add_problems(self.connection, {row.id: [found]})
        if row.state == State.DELIVERED:
            state = way(State.DELIVERED, State.HELD)
            messages.change(self.connection, row, state, self.at, found.sentence, deadline=None)
            self.told.append(lambda: self._held(row, found))

    def _second(self) -> None:
        """It was settled before: a repeat is no news, a contradiction is."""
        kind = self.judged.kind
        if _STATES[kind] == self.row.state or self.about is None:
            return
        if kind == "duplicate" and self.row.state == "acknowledged":
            return  # he says the same in other words
        found = problem(
            "T297",
            name=self._name,
            message_id=self.row.message_id,
            disposition=self.judged.said,
            before=f"{self.row.state} ({self.row.disposition})",
            id=self.about.id,
        )
        messages.add_problems(self.connection, {self.about.id: [found]})
        self._note(found.sentence)

    def _proves_nothing(self) -> None:
        why = self.judged.verdict.problem
        reason = "" if why is None else why.sentence
        partner = self.row.partner
        found = problem("A130", partner=partner, reason=reason)
        alarms.raise_alarm(self.connection, self.at, alarm_key(partner), found, partner)
        before = sent.receipts_of(self.connection, self.row.id)
        if sum(each.verdict == "ignored" for each in before) <= NOTED:
            self._note(self._found("T291", message_id=self.row.message_id).sentence)

    # ---- how

    def _arrived(self, how: str) -> None:
        if self.one is None:
            return
        signer = self.judged.read.signer
        signed = "not signed" if signer is None else f"signed with {signer.name}"
        what = f"{self._name} received by {self.row.partner}: {self.judged.said}{how}"
        text = f"{what} ({self.row.message_id}, {signed})"
        arrived(self.house, self.connection, [(self.one, text)], self.at, before=LEFT)
        self.told.append(self._counts)

    def _found(self, code: str, **more: str) -> Problem:
        """A problem that repeats what the reader of the receipt found."""
        why = self.judged.verdict.problem
        facts: dict[str, Any] = {
            "name": self._name,
            "partner": self.row.partner,
            "reason": "" if why is None else why.sentence,
            "id": "" if self.about is None else self.about.id,
        }
        return problem(code, **facts | more)

    @property
    def _name(self) -> str:
        return self.row.message_id if self.one is None else self.one.name

    def _counted(self, row: Message) -> Message:
        return replace(row, attempts=row.attempts if self.one is None else self.one.attempts + 1)

    def _note(self, text: str) -> None:
        if self.about is not None:
            line = (self.about.id, self.about.state, self.about.state, text)
            messages.record(self.connection, [line], self.at)

    def _counts(self) -> None:
        if self.one is not None:
            self.house.tally.counts[COUNTED.get(self.one.purpose, "sent")] += 1
            tell(self.one, self.at)

    def _gave_up(self, found: Problem) -> None:
        if self.one is not None and self.about is not None:
            events.gave_up(
                kind="delivery",
                attempts=self.one.attempts + 1,
                id=self.about.id,
                partner=self.row.partner,
                lane=self.one.lane,
                failure=found.sentence,
            )

    def _held(self, row: Message, found: Problem) -> None:
        self.house.tally.counts["held"] += 1
        facts = {"partner": row.partner, "document": row.document, "code": found.code}
        events.held(message=row.id, **facts)


_BY_KIND: Mapping[str, Callable[[_Settling], None]] = {
    "positive": _Settling.positive,
    "negative": _Settling.negative,
    "mismatch": _Settling.mismatch,
    "duplicate": _Settling.duplicate,
}
_STATES: Mapping[str, sent.State] = {
    "positive": "acknowledged",
    "negative": "rejected",
    "mismatch": "mismatch",
    "duplicate": "mismatch",
}
"""What a message becomes by a receipt that counts."""


def alarm_key(partner: str) -> str:
    """Of the alarm about receipts that prove nothing; over with the next one that does."""
    return f"as2-receipt/{partner or '-'}"


def _as_json(found: Problem | None) -> str:
    return "" if found is None else json.dumps(found.as_json(), ensure_ascii=False)
