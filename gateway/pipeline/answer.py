"""Acknowledgements: built from verdicts, kept with their control number, sent again for repeats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, literal, select, union_all

from gateway.config import Workspace
from gateway.config.models import Agreement, Channel, Partner
from gateway.grammar.acknowledge import (
    AckRules,
    InterchangeVerdict,
    MessageVerdict,
    acknowledge,
    conclude,
    needs_answer,
)
from gateway.grammar.acknowledge import Numbers as Drawn
from gateway.grammar.acknowledge.codes import reportable
from gateway.grammar.envelope import Interchange, InterchangeEnd, MessageHeader
from gateway.pipeline import lanes, wire
from gateway.pipeline.agreed import Choice, inbound, own_numbers, rules_of, technical
from gateway.pipeline.destination import destination
from gateway.pipeline.heading import admitted
from gateway.pipeline.house import House, Rules
from gateway.pipeline.naming import business_keys, moments
from gateway.pipeline.states import State, way
from gateway.problems import Problem, Severity, errors, has_errors, problem
from gateway.store import Message, NewDelivery, NewMessage, contents, deliveries, messages
from gateway.store.messages import from_row
from gateway.store.tables import message

_NOT_DRAWN = "0"


@dataclass(frozen=True, slots=True)
class Answer:
    """An acknowledgement ready to leave."""

    kind: str
    """``CONTRL``, ``997``, ``999``, ``TA1``."""
    data: bytes
    sender: str
    receiver: str
    drawn: wire.Numbers
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Collected:
    """The verdicts on one interchange, as far as its acknowledgement needs them."""

    interchange: Interchange
    workspace: Workspace
    partner: Partner | None
    verdict: InterchangeVerdict | None = None
    expected: int = 0
    """Messages that may be acknowledged at all."""
    _messages: list[MessageVerdict] = field(default_factory=list)
    _choice: Choice | None = None
    _reporting: bool = False
    """Warnings may have to be told."""
    _listing: bool = False
    """Accepted messages may have to be listed, or be refused after all."""

    def __post_init__(self) -> None:
        """What any agreement of the partner may ask for is kept."""
        standard = self.interchange.standard
        every = [] if self.partner is None else inbound(self.partner, standard)
        if self.partner is not None:
            self._choice = Choice(self.workspace, self.partner, self.interchange)
        options = [each.acknowledge for each in every]
        self._reporting = any(each.warnings == "report" for each in options)
        listed = any(each.messages == "all" for each in options)
        self._listing = listed or standard == "x12" or any(map(_may_refuse_later, every))

    def add(self, header: MessageHeader, problems: tuple[Problem, ...]) -> None:
        """One message. A CONTRL mostly needs only the refused ones, so memory stays small."""
        if not needs_answer(header.type):
            return
        self.expected += 1
        told = technical(problems, None if self._choice is None else self._choice.of(header))
        kept = errors(told)
        if self._reporting:
            kept = [each for each in told if each.severity is Severity.ERROR or reportable(each)]
        if kept or self._listing:
            self._messages.append(MessageVerdict(header, tuple(kept)))

    def refuse(self, found: Problem) -> None:
        """No message is accepted: those without an error of their own have this one."""
        self._messages = [
            replace(one, problems=(*one.problems, found)) if one.accepted else one
            for one in self._messages
        ]

    def refuse_some(self, found: Mapping[int, Problem]) -> None:
        """Some are not accepted after all; by their position in the interchange (from 1)."""
        self._messages = [
            replace(one, problems=(*one.problems, found[one.header.index]))
            if one.header.index in found
            else one
            for one in self._messages
        ]

    def close(self, end: InterchangeEnd, more: tuple[Problem, ...] = ()) -> None:
        """The interchange is over; ``more``: what its trailer does not say itself."""
        self.verdict = conclude(end, self._messages, more)

    @property
    def rules(self) -> AckRules:
        """What was agreed for the messages in it; for nothing known, by all agreements."""
        standard = self.interchange.standard
        known = [] if self._choice is None else self._choice.all()
        every = [] if self.partner is None else inbound(self.partner, standard)
        return rules_of(known or every, standard)


def _may_refuse_later(agreement: Agreement) -> bool:
    """Whether what is accepted by itself may be refused at the end of its interchange."""
    duplicates = agreement.duplicates
    return agreement.errors.scope == "interchange" or "reject" in (
        duplicates.number,
        duplicates.message,
    )


def build(
    rules: Rules,
    partner: Partner,
    collected: Collected,
    draw: Callable[[], wire.Numbers],
    at: datetime,
) -> Answer | None:
    """The acknowledgement of an interchange; ``None`` when none is due.

    ``draw`` is called only when there is one: a number that is drawn and not used is a gap.
    """
    if collected.verdict is None or not due(collected):
        return None
    made = acknowledge(collected.verdict, collected.rules, Drawn(interchange=_NOT_DRAWN), at)
    if made is None:
        return None
    drawn = draw()
    outgoing = replace(made.outgoing, reference=drawn.interchange, group_reference=drawn.group)
    syntax = partner.syntax.of(collected.interchange.standard)
    root = rules.workspace.base if drawn.real else None
    outgoing = admitted(outgoing, syntax, root)
    made = replace(made, outgoing=outgoing)
    data, found = wire.written(made.segments, outgoing, syntax)
    wrong = (*errors(found), *wire.recheck(rules.translation.library, data))
    return Answer(made.kind, data, str(outgoing.sender), str(outgoing.receiver), drawn, wrong)


def due(collected: Collected) -> bool:
    """Whether there is something to answer: an acknowledgement never is answered itself."""
    refused = collected.verdict is not None and not collected.verdict.accepted
    return collected.expected > 0 or refused


def send(
    house: House, connection: Connection, row: Message, partner: Partner, collected: Collected
) -> None:
    """Store the acknowledgement of an interchange and plan its delivery."""
    at, standard = house.clock(), collected.interchange.standard
    test = collected.interchange.test

    def draw() -> wire.Numbers:
        return draw_answer(house, connection, partner, standard, test)

    built = build(house, partner, collected, draw, at)
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
        reference=built.drawn.interchange,
        grouping=built.drawn.group,
        number=row.reference,
        test=test,
        content=contents.sha_of(built.data),
        config=house.workspace.hash,
        trace=row.trace,
    )
    plan(house, connection, new, partner, built.problems)


def draw_answer(
    house: House, connection: Connection, partner: Partner, standard: str, test: bool
) -> wire.Numbers:
    """Control numbers of an answer, from the range that was agreed for answers."""
    ours, theirs = (str(each.identities.of(standard)) for each in (house.workspace.own, partner))
    own = own_numbers(partner, standard)
    settings = partner.syntax.of(standard).control_numbers
    at = house.clock()
    return wire.draw_for(
        connection, standard, ours, theirs, test, at, settings=settings, answers=own
    )


def again(
    house: House, connection: Connection, row: Message, partner: Partner, before: int
) -> None:
    """A repeat gets the stored bytes of the answers it got before."""
    replays = select(message.c.id).where(
        message.c.replay_of == before, message.c.kind == "interchange"
    )
    itself = union_all(select(literal(before).label("id")), replays).subquery()
    inside = select(message.c.id).where(
        message.c.parent.in_(select(itself.c.id)), message.c.kind == "message"
    )
    subjects = union_all(select(itself.c.id), inside)  # with OR, PostgreSQL would read all
    earlier = select(message).where(
        message.c.parent.in_(subjects), message.c.kind == "acknowledgement"
    )
    for each in connection.execute(earlier.order_by(message.c.id)).all():
        first = from_row(each)
        values = {name: getattr(first, name) for name in NewMessage.__dataclass_fields__}
        new = NewMessage(
            **{**values, "parent": row.id, "state": State.MAPPED, "replay_of": first.id}
        )
        plan(house, connection, new, partner, ())


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


def plan(
    house: House,
    connection: Connection,
    new: NewMessage,
    partner: Partner,
    wrong: tuple[Problem, ...],
) -> None:
    """Store an answer and plan its delivery; held when it is wrong or has nowhere to go."""
    at = house.clock()
    name, channel = _channel(partner, new.source, test=new.test)
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
    where = destination(house.workspace, partner.partner, name, channel)
    if where is None or state is State.HELD:
        house.tally.counts["held"] += 1
        return
    planned = NewDelivery(
        key=f"partner:{id_}",
        message=id_,
        purpose="partner",
        lane=lanes.partner(partner.partner, name, lanes.ACKNOWLEDGEMENT),
        outlet=where.outlet,
        folder=where.folder,
        name=where.name(connection, _facts(house.workspace, new, id_, at)),
        sha=str(new.content),
        due=at,
    )
    deliveries.add(connection, [planned], at)


def _facts(workspace: Workspace, new: NewMessage, id_: int, at: datetime) -> dict[str, str]:
    return {
        "document": "acknowledgement",
        "message": new.document,
        "partner": new.partner,
        "number": new.number,
        "control": new.reference,
        "seq": f"{id_:06}",
        "ext": wire.EXTENSION[new.standard],
        **moments(at),
        **business_keys(workspace, new.partner, None),
    }


def _channel(partner: Partner, source: str, *, test: bool) -> tuple[str, Channel | None]:
    """Where answers go: the channel the interchange came by, or the first that sends.

    Of a test rather one of his test system, of a live one rather none of it.
    """
    name = source.partition("/")[2]
    own = partner.channels.get(name)
    if own is not None and own.sends:
        return name, own
    tests = {each.test for each in partner.channels.values()}
    sending = [(name, each) for name, each in partner.channels.items() if each.sends]
    fitting = [each for each in sending if (each[0] in tests) is test]
    return next(iter(fitting or sending), ("", None))
