"""Business answers: an APERAK or 824 to what was right as a message, but not as a document.

Each message that gets one gets its own interchange, with its own control number and its own row
below the row of the message. They are made in the transaction that settles the interchange.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection, exists, select

from gateway.config.envelope import syntax_of
from gateway.config.models import Agreement, Partner
from gateway.grammar.acknowledge import (
    BusinessAnswer,
    Subject,
    aperak,
    application_advice,
    is_business_answer,
)
from gateway.grammar.envelope import Interchange
from gateway.pipeline import answer, wire
from gateway.pipeline.agreed import inbound, is_business
from gateway.pipeline.house import House
from gateway.pipeline.states import State
from gateway.problems import Problem, errors, has_errors
from gateway.store import Message, NewMessage, contents, messages
from gateway.store.messages import from_row
from gateway.store.tables import message
from gateway.syntax.charset import repertoire

_WRITERS = {"aperak": aperak, "824": application_advice}
_ANSWERED = (State.REFUSED, State.MAPPED)
"""What a message that was judged as a document is when its interchange is settled."""
_MOST = 200
"""Rows that are read at a time."""
_BRACKETS = str.maketrans("[]{}", "()()")
"""Our paths have them, small charsets do not."""


@dataclass(frozen=True, slots=True)
class _Due:
    """A message that gets an answer."""

    row: Message
    agreement: Agreement
    problems: tuple[Problem, ...]

    @property
    def accepted(self) -> bool:
        return not has_errors(self.problems)


def send_all(
    house: House,
    connection: Connection,
    row: Message,
    partner: Partner,
    interchange: Interchange,
    under: Mapping[int, Agreement],
) -> None:
    """Answer the messages of an interchange that was not refused as a whole.

    ``under``: the agreements of those that may get an answer, by the place of the message.
    """
    agreements = inbound(partner, interchange.standard)
    if all(each.acknowledge.business == "none" for each in agreements):
        return
    for each in _due(connection, row, under):
        _send(house, connection, each, partner, interchange)


def _due(connection: Connection, row: Message, under: Mapping[int, Agreement]) -> Iterator[_Due]:
    """The messages in their order, read in pages."""
    last = -1
    while True:
        page = select(message).where(
            message.c.parent == row.id, message.c.kind == "message", message.c.ordinal > last
        )
        rows = connection.execute(page.order_by(message.c.ordinal).limit(_MOST)).all()
        for each in map(from_row, rows):
            last = each.ordinal or 0
            found = _one(connection, each, under.get(last))
            if found is not None:
                yield found
        if len(rows) < _MOST:
            return


def _one(connection: Connection, row: Message, agreement: Agreement | None) -> _Due | None:
    """What one message is told, if anything is due."""
    if row.state not in _ANSWERED or row.format.count("/") != 2:
        return None
    kind = row.format.rpartition("/")[2]
    if agreement is None or agreement.acknowledge.business == "none" or is_business_answer(kind):
        return None
    found = messages.problems_of(connection, row.id)
    wrong = errors(found)
    if any(not is_business(each) for each in wrong):
        return None  # refused as a message: the technical answer says so
    if row.state == State.REFUSED and not wrong:
        return None  # refused with its group
    if not wrong and agreement.acknowledge.business_when == "errors":
        return None
    if row.replay_of is not None and _answered(connection, row.replay_of):
        return None
    return _Due(row, agreement, tuple(each for each in found if is_business(each)))


def _answered(connection: Connection, subject: int) -> bool:
    below = select(message.c.id).where(
        message.c.parent == subject, message.c.kind == "acknowledgement"
    )
    return bool(connection.scalar(select(exists(below))))


def _send(
    house: House, connection: Connection, due: _Due, partner: Partner, interchange: Interchange
) -> None:
    row, agreement, standard = due.row, due.agreement, interchange.standard
    kind = agreement.acknowledge.business.upper()
    drawn = answer.draw_answer(house, connection, partner, standard, row.test)
    subject = _subject(connection, due, interchange)
    written = _write(house, due, partner, subject, drawn)
    contents.put(connection, [written.data])
    new = NewMessage(
        kind="acknowledgement",
        direction="out",
        state=State.MAPPED,
        parent=row.id,
        source=row.source,
        partner=partner.partner,
        document=kind,
        standard=standard,
        format=f"{standard}/{agreement.standard.directory}/{kind}",
        sender=written.sender,
        receiver=written.receiver,
        reference=drawn.interchange,
        grouping=drawn.group,
        number=row.number,
        test=row.test,
        content=contents.sha_of(written.data),
        config=house.workspace.hash,
        trace=row.trace,
    )
    said = "accepts" if due.accepted else "refuses"
    text = f"{kind} {drawn.interchange} {said} it"
    messages.record(connection, [(row.id, row.state, row.state, text)], house.clock())
    answer.plan(house, connection, new, partner, written.problems)


def _write(
    house: House, due: _Due, partner: Partner, subject: Subject, drawn: wire.Numbers
) -> wire.Built:
    """The interchange; texts that its charset does not hold are written without accents."""
    at = house.clock()
    x12 = due.row.standard == "x12"
    standard = due.agreement.standard
    dialect = wire.dialect_of(syntax_of(partner, due.agreement), standard.directory)
    signs = dialect.delimiters
    separators = signs.component + signs.element + signs.repetition + signs.terminator
    made = BusinessAnswer(
        subject=subject,
        number=drawn.interchange,
        at=at,
        accepted=due.accepted,
        problems=due.problems,
        directory=due.agreement.standard.directory,
        association=due.agreement.standard.association,
        signs=separators if x12 else "",
    )
    kind = due.agreement.acknowledge.business
    body = _WRITERS[kind](made)
    built = _composed(house, due, partner, body, drawn, at)
    if not built.problems:
        return built
    plain = [_folded(each, dialect.level, dialect.codec) for each in body]
    return _composed(house, due, partner, plain, drawn, at)


def _composed(
    house: House,
    due: _Due,
    partner: Partner,
    body: Sequence[str],
    drawn: wire.Numbers,
    at: datetime,
) -> wire.Built:
    kind = due.agreement.acknowledge.business.upper()
    built = wire.compose(
        house.workspace,
        partner,
        due.agreement,
        [body],
        drawn,
        at,
        message=kind,
        test=due.row.test,
    )
    library, agreed = house.translation.library, (partner, due.agreement)
    wrong = (*errors(built.problems), *wire.recheck(library, built.data, agreed=agreed))
    return replace(built, problems=wrong)


def _subject(connection: Connection, due: _Due, interchange: Interchange) -> Subject:
    row = due.row
    return Subject(
        type=due.agreement.message,
        number=row.number,
        date=_issued(connection, row),
        message=row.reference,
        group=row.grouping,
        interchange=interchange.reference,
        sender=interchange.sender,
        receiver=interchange.receiver,
    )


def _issued(connection: Connection, row: Message) -> date | None:
    """The date of the document, where one could be built."""
    document = None if row.content is None else contents.read(connection, row.content)
    if document is None:
        return None
    try:
        return date.fromisoformat(json.loads(document)["issued"])
    except (KeyError, TypeError, ValueError):
        return None


def _folded(segment: str, level: str, codec: str) -> str:
    """A segment as far as a charset holds it: accents and small letters go, the rest is blank."""
    plain = unicodedata.normalize("NFKD", segment)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = plain.encode(codec, "replace").decode(codec).translate(_BRACKETS)
    allowed = repertoire(level, codec)
    if allowed is None:
        return plain
    if plain.isascii() and not allowed & set("abc"):
        plain = plain.upper()
    return "".join(sign if sign in allowed or sign < " " else " " for sign in plain)
