"""Acknowledgements: built from verdicts, kept with their control number, sent again for repeats."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, select

from gateway.channels.folder import file_name
from gateway.config.models import Channel, Partner
from gateway.grammar.acknowledge import (
    InterchangeVerdict,
    MessageVerdict,
    conclude,
    contrl,
    functional_997,
    needs_answer,
    needs_ta1,
    ta1,
)
from gateway.grammar.envelope import Interchange, InterchangeEnd, MessageHeader, answering, wrap
from gateway.pipeline import lanes, wire
from gateway.pipeline.failure import free_name
from gateway.pipeline.house import House, Rules
from gateway.pipeline.states import State, way
from gateway.problems import Problem, errors, has_errors, problem
from gateway.store import Message, NewDelivery, NewMessage, contents, deliveries, messages
from gateway.store.messages import from_row
from gateway.store.tables import message

_FUNCTIONAL = "FA"


@dataclass(frozen=True, slots=True)
class Answer:
    """An acknowledgement ready to leave."""

    kind: str
    """``CONTRL``, ``997``, ``TA1``."""
    data: bytes
    sender: str
    receiver: str
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Collected:
    """The verdicts on one interchange, as far as its acknowledgement needs them."""

    interchange: Interchange
    verdict: InterchangeVerdict | None = None
    expected: int = 0
    """Messages that may be acknowledged at all."""
    _messages: list[MessageVerdict] = field(default_factory=list)

    def add(self, header: MessageHeader, problems: tuple[Problem, ...]) -> None:
        """One message. A CONTRL needs only the refused ones, so memory stays small."""
        if not needs_answer(header.type):
            return
        self.expected += 1
        wrong = tuple(errors(problems))
        if wrong or header.standard == "x12":
            self._messages.append(MessageVerdict(header, wrong))

    def close(self, end: InterchangeEnd, more: tuple[Problem, ...] = ()) -> None:
        """The interchange is over; ``more``: what its trailer does not say itself."""
        self.verdict = conclude(end, self._messages, more)


def build(
    rules: Rules, partner: Partner, collected: Collected, drawn: wire.Numbers, at: datetime
) -> Answer | None:
    """The acknowledgement of an interchange; ``None`` when none is due."""
    verdict = collected.verdict
    if verdict is None or not due(partner, collected):
        return None
    edifact = verdict.interchange.standard == "edifact"
    if edifact:
        kind, bodies = "CONTRL", [contrl(verdict, reference="1")]
        outgoing = answering(verdict.interchange, drawn.interchange, at, content=bodies)
    else:
        kind, bodies = "997", list[list[str]]()
        groups = [each for each in verdict.groups if each.header.type != _FUNCTIONAL]
        if verdict.accepted:
            bodies = [
                functional_997(each, reference=f"{number:04}")
                for number, each in enumerate(groups, 1)
            ]
        first = groups[0].header if groups else None
        kind = kind if bodies else "TA1"
        outgoing = replace(
            answering(verdict.interchange, drawn.interchange, at, group=first, content=bodies),
            group_reference=drawn.group,
            controls=(ta1(verdict),) if needs_ta1(verdict) else (),
        )
        if not bodies and not outgoing.controls:
            return None
    syntax = partner.syntax.edifact if edifact else partner.syntax.x12
    data, found = wire.written(wrap(bodies, outgoing), outgoing, syntax)
    wrong = [*errors(found), *wire.recheck(rules.translation.library, data)]
    return Answer(kind, data, str(outgoing.sender), str(outgoing.receiver), tuple(wrong))


def due(partner: Partner, collected: Collected) -> bool:
    """Whether an answer was agreed, and there is something to answer."""
    standard = collected.interchange.standard
    answers = [
        each.answer
        for each in partner.agreements
        if each.direction == "inbound" and each.standard.syntax == standard
    ]
    if answers and all(each == "none" for each in answers):
        return False
    refused = collected.verdict is not None and not collected.verdict.accepted
    return collected.expected > 0 or refused


def send(
    house: House, connection: Connection, row: Message, partner: Partner, collected: Collected
) -> None:
    """Store the acknowledgement of an interchange and plan its delivery."""
    if not due(partner, collected):
        return
    at, standard = house.clock(), collected.interchange.standard
    ours, theirs = (str(each.identities.of(standard)) for each in (house.workspace.own, partner))
    test = collected.interchange.test
    drawn = wire.draw_for(connection, standard, ours, theirs, test, at)
    built = build(house, partner, collected, drawn, at)
    if built is None:
        return
    contents.put(connection, [built.data])
    new = NewMessage(
        kind="acknowledgement",
        direction="out",
        state=State.MAPPED,
        parent=row.id,
        source=row.source,
        partner=partner.partner,
        document=built.kind,
        standard=standard,
        format=f"{standard}/{built.kind}",
        sender=built.sender,
        receiver=built.receiver,
        reference=drawn.interchange,
        grouping=drawn.group,
        number=row.reference,
        test=test,
        content=contents.sha_of(built.data),
        config=house.workspace.hash,
        trace=row.trace,
    )
    _plan(house, connection, new, partner, built.problems)


def again(
    house: House, connection: Connection, row: Message, partner: Partner, before: int
) -> None:
    """A repeat gets the stored bytes of the answer it got before."""
    earlier = select(message).where(message.c.parent == before, message.c.kind == "acknowledgement")
    for each in connection.execute(earlier.order_by(message.c.id)).all():
        first = from_row(each)
        values = {name: getattr(first, name) for name in NewMessage.__dataclass_fields__}
        new = NewMessage(
            **{**values, "parent": row.id, "state": State.MAPPED, "replay_of": first.id}
        )
        _plan(house, connection, new, partner, ())


def answered(connection: Connection, replayed: int, ordinal: int) -> bool:
    """Whether what is replayed was answered before, and not with a refusal.

    ``replayed``: the file or interchange that is replayed; ``ordinal``: the interchange in it.
    """
    row = messages.get(connection, replayed)
    below = select(message.c.id).where(
        message.c.kind == "interchange",
        message.c.state != State.REFUSED.value,
        message.c.id == replayed
        if row is not None and row.kind == "interchange"
        else and_(message.c.parent == replayed, message.c.ordinal == ordinal),
    )
    found = select(message.c.id).where(
        message.c.kind == "acknowledgement", message.c.parent.in_(below)
    )
    return connection.scalar(found.limit(1)) is not None


def _plan(
    house: House,
    connection: Connection,
    new: NewMessage,
    partner: Partner,
    wrong: tuple[Problem, ...],
) -> None:
    at = house.clock()
    name, channel = _channel(partner, new.source)
    found = list(wrong)
    if wrong:
        facts: dict[str, Any] = {"message": new.document, "partner": partner.partner}
        found.insert(0, problem("P124", finding=wrong[0].sentence, **facts))
    if channel is None:
        found.append(problem("P123", partner=partner.partner, what=new.document))
    state = State.HELD if has_errors(found) else State.MAPPED
    states = (State.CHECKED, state)
    way(*states)
    (id_,) = messages.add(connection, [replace(new, state=state)], at, ways=[states])
    messages.add_problems(connection, {id_: found})
    if channel is None or channel.send is None or state is State.HELD:
        house.tally.counts["held"] += 1
        return
    folder = house.workspace.path(channel.send.folder)
    file = file_name(channel.send.name, _facts(new, id_, at))
    planned = NewDelivery(
        key=f"partner:{id_}",
        message=id_,
        purpose="partner",
        lane=lanes.partner(partner.partner, name, lanes.ACKNOWLEDGEMENT),
        folder=str(folder),
        name=free_name(connection, Path(folder), file),
        sha=str(new.content),
        due=at,
    )
    deliveries.add(connection, [planned], at)


def _facts(new: NewMessage, id_: int, at: datetime) -> dict[str, str]:
    return {
        "document": "acknowledgement",
        "message": new.document,
        "partner": new.partner,
        "number": new.number,
        "control": new.reference,
        "seq": f"{id_:06}",
        "date": f"{at:%Y%m%d}",
        "time": f"{at:%H%M%S}",
        "ext": wire.EXTENSION[new.standard],
    }


def _channel(partner: Partner, source: str) -> tuple[str, Channel | None]:
    """Where answers go: the channel the interchange came by, or the first that sends."""
    name = source.partition("/")[2]
    own = partner.channels.get(name)
    if own is not None and own.send is not None:
        return name, own
    sending = ((name, each) for name, each in partner.channels.items() if each.send is not None)
    return next(sending, ("", None))
