"""One interchange of a partner on its way through the house.

First it is decided what to do with it (:class:`Plan`); then its messages come by; then its trailer
settles everything in one transaction: rows, acknowledgement, deliveries.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import Connection, and_, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.config.models import Agreement, Partner
from gateway.grammar.acknowledge import reconcile as reconcile_segments
from gateway.grammar.envelope import (
    GroupSummary,
    InterchangeEnd,
    InterchangeStart,
    MessageFound,
    MessageHeader,
)
from gateway.pipeline import answer, business, doubles, reconcile, references, repeats
from gateway.pipeline.deadlines import deadlines, ends_with
from gateway.pipeline.failure import NUMBER, numbered
from gateway.pipeline.house import House
from gateway.pipeline.identify import REFUSED, identify
from gateway.pipeline.judge import Judge, Judged, is_answer
from gateway.pipeline.marked import marked
from gateway.pipeline.reconcile import CHOSEN
from gateway.pipeline.references import Action, Arrival
from gateway.pipeline.scope import Stopped, stop, stops
from gateway.pipeline.shelf import Shelf
from gateway.pipeline.states import State, way
from gateway.problems import Problem, errors, has_errors, problem
from gateway.store import Message, NewMessage, deliveries, identities, messages
from gateway.store.identities import Seen
from gateway.store.messages import from_row
from gateway.store.tables import message

LOG = logging.getLogger(__name__)


class Plan(Enum):
    """What to do with an interchange, known from its header."""

    PROCESS = "process"
    COMPARE = "compare"
    """The reference came before: only find out whether the content did too."""
    REFUSE = "refuse"
    HOLD = "hold"
    WAIT = "wait"
    """Held by its reference, which is taken: only find out what its content is."""
    TURN_AWAY = "turn away"
    """Refused by its reference."""
    SKIP = "skip"
    """Done before a crash, or not the part of the file that is replayed."""


class InterchangeStep:
    """The interchange that is being read."""

    def __init__(
        self,
        house: House,
        file: Message,
        owner: Partner | None,
        start: InterchangeStart,
        ordinal: int,
    ) -> None:
        self.house = house
        self.file = file
        self.interchange = marked(house.workspace, start.interchange)
        self.ordinal = ordinal
        self.only, self.chosen = _only(file.only)
        self.problems: list[Problem] = []
        self.digest = hashlib.sha256(self.interchange.header.encode("utf-8", "surrogatepass"))
        self.partner, who = identify(house.workspace, start.interchange, owner)
        self.refused_before = False
        self.existing, self.seen = self._look_up()
        self.arrival = Arrival()
        self.plan = self._plan(who)
        self.count = -1
        self.groups: tuple[GroupSummary, ...] = ()
        self.closing: InterchangeEnd | None = None
        self.verdict = answer.Collected(self.interchange, house.workspace, self.partner)
        narrowed = self.only is not None and self.only[1] is not None
        replayed = file.replay_of if narrowed else None
        self.shelf = Shelf(house, self._row, self.existing, replayed)
        self.under: dict[int, Agreement] = {}
        """The agreements of messages, by their place, where the end has something to do."""
        self.places: dict[int, int] = {}
        """Of these messages, the position as the envelope counts."""
        self.stopped: Stopped | None = None
        self.judge = (
            None
            if self.partner is None
            else Judge(
                house.workspace, house.translation, self.partner, self.interchange, house.paused
            )
        )

    # ---- what its header says

    def begin(self) -> None:
        """Before its messages: whether it may be processed, where its reference decides that."""
        if self.plan is not Plan.PROCESS or self.partner is None:
            return
        if not references.decides_early(self.partner.references):
            return
        if self.existing is not None:  # from before a crash
            with self.house.store.read() as connection:
                stored = messages.problems_of(connection, self.existing.id)
            self.arrival = references.remembered(stored)
        elif self.file.replay_of is None:
            with self.house.store.write("reference") as connection:
                self._row(connection)
        self.plan = _BY_REFERENCE[self.arrival.action]

    def _look_up(self) -> tuple[Message | None, Seen | None]:
        mine = select(message).where(
            message.c.parent == self.file.id,
            message.c.kind == "interchange",
            message.c.ordinal == self.ordinal,
        )
        with self.house.store.read() as connection:
            row = connection.execute(mine).first()
            seen = identities.seen(connection, repeats.key_of(self.interchange))
            if seen is not None:
                before = messages.get(connection, seen.message)
                self.refused_before = before is not None and before.state == State.REFUSED
        return (None if row is None else from_row(row)), seen

    def _plan(self, who: Problem | None) -> Plan:
        existing = self.existing
        if existing is not None and existing.state != State.IDENTIFIED:
            return Plan.SKIP
        if self.only is not None and self.only[0] != self.ordinal:
            return Plan.SKIP
        if who is not None:
            self.problems.append(who)
            return Plan.REFUSE if who.code in REFUSED else Plan.HOLD
        if self._is_new():
            return Plan.PROCESS
        return Plan.COMPARE

    def _is_new(self) -> bool:
        if self.seen is None or self.file.replay_of is not None:
            return True
        if self.existing is not None and self.seen.message == self.existing.id:
            return True  # ours, from before a crash
        if self.refused_before:
            return True  # nothing of it was taken over: this is the corrected one
        age = self.house.clock() - self.seen.created
        return age > self.window

    @property
    def window(self) -> timedelta:
        """How long what came before counts."""
        own = None if self.partner is None else self.partner.references.window
        return own or self.house.workspace.settings.window

    # ---- its messages

    def message(self, found: MessageFound) -> None:
        """A message came by."""
        self.count += 1
        group = found.header.group
        header = "" if group is None else group.header
        text = "\x1c".join([header, *found.part.segments])
        self.digest.update(text.encode("utf-8", "surrogatepass"))
        if self.plan is not Plan.PROCESS or self.judge is None:
            return
        if self.only is not None and self.only[1] not in (None, self.count):
            return
        before = self.shelf.stored(self.count)
        if before is not None:  # judged before a crash: its verdict stands
            known = self.shelf.problems(before)
            self.verdict.add(found.header, () if before.state == State.HELD else known)
            self._note(found.header, self.judge.recall(found), before.state, known)
            if is_answer(found.header.type):
                self.shelf.hear(self.count, self.judge.judge(found).answers)
            return
        judged = self._judged(self.judge, found)
        self.verdict.add(found.header, judged.told)
        self._note(found.header, judged.agreement, judged.state, judged.problems)
        self.shelf.put(self.count, found, judged)

    def _note(
        self,
        header: MessageHeader,
        agreement: Agreement | None,
        state: str,
        found: Sequence[Problem],
    ) -> None:
        """Remember what a message means for the end of its interchange."""
        self.stopped = self.stopped or stops(agreement, header.reference, state, found)
        if agreement is not None and (ends_with(agreement) or doubles.looks(agreement)):
            self.under[self.count] = agreement
            self.places[self.count] = header.index

    def _judged(self, judge: Judge, found: MessageFound) -> Judged:
        """The verdict; a bug of ours that one message meets holds that message alone."""
        try:
            return judge.judge(found)
        except (SQLAlchemyError, OSError):
            raise  # what is away now, such as a table that a map asks, comes back
        except Exception as failure:
            LOG.exception("a bug met message %s of %s", found.header.reference, self.file.name)
            text = f"{type(failure).__name__}: {failure}"
            return Judged(found.header, State.HELD, (problem("P190", failure=text, id=NUMBER),))

    # ---- its trailer

    def end(self, end: InterchangeEnd) -> None:
        """The trailer: what is left to do is one transaction, :meth:`settle`."""
        if self.plan is Plan.SKIP:
            return
        self.problems += end.problems
        self.groups = end.groups
        if self.plan is Plan.PROCESS:
            self.shelf.hear(None, reconcile_segments(end.controls))
        self.closing = end

    def settle(self, connection: Connection) -> None:
        """Everything about it, in one transaction; :meth:`settled` after its commit."""
        if self.plan is not Plan.SKIP:
            _SETTLE[self.plan](self, connection)

    def settled(self) -> None:
        """It is committed: count it."""
        self.shelf.count()

    def _row(self, connection: Connection) -> Message:
        """The row of this interchange, made with its first message."""
        if self.existing is not None:
            return self.existing
        at = self.house.clock()
        self.existing = self._add(connection, State.IDENTIFIED)
        if self.plan is Plan.PROCESS and self.file.replay_of is None:
            if self.seen is not None:
                identities.forget(connection, self.seen.message)
            identities.claim(connection, repeats.key_of(self.interchange), self.existing.id, at)
            self._arrive(connection, self.existing, at)
        return self.existing

    def _arrive(self, connection: Connection, row: Message, at: datetime) -> None:
        """Enter its reference among the others of the partner."""
        if self.partner is None:
            return
        self.arrival = references.arrive(
            connection, self.partner, self.interchange, row.id, at, known=self.refused_before
        )
        placed = numbered(self.arrival.problems, row.id)
        found = [each.at(file=self.file.name) for each in placed]
        messages.add_problems(connection, {row.id: found})

    def _add(self, connection: Connection, *states: State) -> Message:
        """A row in the last of the states, having gone the way of all of them."""
        at, interchange = self.house.clock(), self.interchange
        row = NewMessage(
            kind="interchange",
            direction="in",
            state=way(State.RECEIVED, *states),
            parent=self.file.id,
            ordinal=self.ordinal,
            replay_of=self.file.replay_of if self.only and self.only[1] is None else None,
            source=self.file.source,
            name=self.file.name,
            partner="" if self.partner is None else self.partner.partner,
            standard=interchange.standard,
            sender=str(interchange.sender),
            receiver=str(interchange.receiver),
            reference=interchange.reference,
            test=interchange.test,
            payload=self.file.payload,
            payload_offset=interchange.offset,
            config=self.house.workspace.hash,
            trace=self.file.trace,
        )
        (id_,) = messages.add(connection, [row], at, ways=[(State.RECEIVED, *states)])
        added = messages.get(connection, id_)
        assert added is not None
        return added

    def _store_problems(self, connection: Connection, row: Message) -> None:
        found = [*self.problems, *(each for group in self.groups for each in group.problems)]
        placed = [each.at(file=self.file.name) for each in numbered(found, row.id)]
        messages.add_problems(connection, {row.id: placed})

    def _process(self, connection: Connection) -> None:
        house, at = self.house, self.house.clock()
        row = self._row(connection)
        self.shelf.flush(connection)
        self._groups_seen(connection, row)
        self._store_problems(connection, row)
        if has_errors(self.problems):
            text = errors(self.problems)[0].sentence
            refused = way(State.MAPPED, State.REFUSED)
            below = message.c.parent == row.id
            messages.change_all(connection, below, State.MAPPED, refused, at, text)
            deliveries.withdraw(connection, row.id, at)
            state = way(State.IDENTIFIED, State.REFUSED)
            house.tally.counts["refused"] += 1
        elif self.stopped is not None:
            state, text = self._stop(connection, row, self.stopped), self.stopped.found.sentence
        else:
            self._refuse_groups(connection, row)
            self._doubles(connection, row)
            deadlines(connection, row, self.under, at, again=self.file.replay_of is not None)
            deliveries.release(connection, row.id, at)
            why = reconcile.enter(house, connection, self.shelf.answers, row, self.chosen)
            state, text = way(State.IDENTIFIED, State.SPLIT), f"{self.count + 1} messages"
            if why is not None:
                messages.add_problems(connection, {row.id: numbered([why], row.id)})
            if why is not None and self.count < 0:  # nothing in it but the TA1
                state, text = way(State.IDENTIFIED, State.HELD), why.sentence
                house.tally.counts["held"] += 1
        row = messages.change(connection, row, state, at, text)
        identities.settle(connection, row.id, self.digest.hexdigest())
        self._answer(connection, row)
        self._let_go(connection, row)
        if (
            row.state == State.SPLIT
            and self.partner is not None
            and not self._told_before(connection)
        ):
            business.send_all(house, connection, row, self.partner, self.interchange, self.under)

    def _stop(self, connection: Connection, row: Message, stopped: Stopped) -> State:
        """An error of one message concerns all of them."""
        count = stop(connection, row.id, stopped, self.house.clock())
        placed = [each.at(file=self.file.name) for each in numbered([stopped.found], row.id)]
        messages.add_problems(connection, {row.id: placed})
        if stopped.state is State.REFUSED:
            self.verdict.refuse(stopped.found)
        self.house.tally.counts[str(stopped.state)] += count
        return way(State.IDENTIFIED, stopped.state)

    def _doubles(self, connection: Connection, row: Message) -> None:
        """Messages that came before; a replay is none, a person decided it."""
        if not self.under or self.file.replay_of is not None:
            return
        at = self.house.clock()
        found = doubles.doubles(connection, row, self.under, at, self.window)
        doubles.treat(connection, found, at)
        rejected = {self.places[one.ordinal]: one.found for one in found if one.policy == "reject"}
        self.verdict.refuse_some(rejected)
        for one in found:
            if one.policy in ("hold", "reject"):
                state = State.HELD if one.policy == "hold" else State.REFUSED
                self.house.tally.counts[str(state)] += 1

    def _groups_seen(self, connection: Connection, row: Message) -> None:
        """Groups that came before in another interchange; a replay brings none anew."""
        if self.partner is None or self.closing is None or self.file.replay_of is not None:
            return
        at, rules = self.house.clock(), self.partner.references
        since = at - self.window
        self.groups = repeats.groups_seen(connection, self.groups, rules, row.id, at, since)
        self.closing = dataclasses.replace(self.closing, groups=self.groups)

    def _refuse_groups(self, connection: Connection, row: Message) -> None:
        """A group with errors of its own refuses the messages in it."""
        at = self.house.clock()
        for group in self.groups:
            if not has_errors(group.problems):
                continue
            text = errors(group.problems)[0].sentence
            state = way(State.MAPPED, State.REFUSED)
            below = message.c.parent == row.id
            in_group = message.c.grouping == group.header.reference
            deliveries.withdraw(connection, row.id, at, grouping=group.header.reference)
            messages.change_all(connection, and_(below, in_group), State.MAPPED, state, at, text)
            self.house.tally.counts["refused"] += 1

    def _wait(self, connection: Connection) -> None:
        """Held by its reference; what it waits for may have come meanwhile."""
        at, row = self.house.clock(), self._row(connection)
        self._store_problems(connection, row)
        text = self.arrival.problems[0].sentence
        row = messages.change(connection, row, way(State.IDENTIFIED, State.HELD), at, text)
        identities.settle(connection, row.id, self.digest.hexdigest())
        self.house.tally.counts["held"] += 1
        if self.partner is None or self.arrival.problems[0].code != references.WAITS:
            return
        references.wait(connection, self.partner, self.interchange, row.id, at)
        self._let_go(connection, row)

    def _turn_away(self, connection: Connection) -> None:
        """Refused by its reference."""
        at, row = self.house.clock(), self._row(connection)
        self._store_problems(connection, row)
        text = self.arrival.problems[0].sentence
        row = messages.change(connection, row, way(State.IDENTIFIED, State.REFUSED), at, text)
        identities.settle(connection, row.id, self.digest.hexdigest())
        self.house.tally.counts["refused"] += 1
        self.problems += self.arrival.problems
        self._answer(connection, row)

    def _let_go(self, connection: Connection, row: Message) -> None:
        """What waited for it runs now."""
        if self.partner is not None and self.file.replay_of is None:
            references.let_go(self.house, connection, self.partner, self.interchange, row.id)

    def _compare(self, connection: Connection) -> None:
        """The reference came before."""
        assert self.seen is not None
        assert self.partner is not None
        at, content = self.house.clock(), self.digest.hexdigest()
        since = at - self.window
        rules, seen = self.partner.references, self.seen
        repeat = repeats.recognise(connection, self.interchange, rules, content, seen, since)
        self.problems.append(repeat.found)
        if repeat.policy == "reject":
            self._refuse(connection)
        elif repeat.policy == "hold":
            self._hold(connection)
        elif repeat.policy == "accept":  # it runs as a replay of itself, its messages have passed
            row = self._add(connection, State.HELD)
            self._store_problems(connection, row)
            repeats.claim(connection, self.interchange, content, row.id, at)
            references.run_again(self.house, connection, row, repeat.found.sentence)
        else:
            row = self._add(connection, State.IDENTIFIED, State.SPLIT)
            self._store_problems(connection, row)
            self.house.tally.counts["repeats"] += 1
            answer.again(self.house, connection, row, self.partner, repeat.before.message)

    def _refuse(self, connection: Connection) -> None:
        row = self._add(connection, State.IDENTIFIED, State.REFUSED)
        self._store_problems(connection, row)
        self.house.tally.counts["refused"] += 1
        self._answer(connection, row)

    def _hold(self, connection: Connection) -> None:
        row = self._add(connection, State.HELD)
        self._store_problems(connection, row)
        self.house.tally.counts["held"] += 1

    def _answer(self, connection: Connection, row: Message) -> None:
        """An acknowledgement, unless it is a replay of what was answered already."""
        if self.partner is None or (self.only is not None and self.only[1] is not None):
            return
        if self._told_before(connection):
            return
        if self.closing is not None:  # what the trailer says itself is in it already
            said = set(map(id, self.closing.problems))
            more = tuple(each for each in self.problems if id(each) not in said)
            self.verdict.close(self.closing, more)
        answer.send(self.house, connection, row, self.partner, self.verdict)

    def _told_before(self, connection: Connection) -> bool:
        """Whether it is a replay of what was answered, and not refused, already."""
        replayed = self.file.replay_of
        if replayed is None or (self.only is not None and self.only[1] is not None):
            return False
        return answer.answered(connection, replayed, self.ordinal)


_SETTLE = {
    Plan.PROCESS: InterchangeStep._process,
    Plan.COMPARE: InterchangeStep._compare,
    Plan.REFUSE: InterchangeStep._refuse,
    Plan.HOLD: InterchangeStep._hold,
    Plan.WAIT: InterchangeStep._wait,
    Plan.TURN_AWAY: InterchangeStep._turn_away,
}
_BY_REFERENCE = {
    Action.GO_ON: Plan.PROCESS,
    Action.HOLD: Plan.WAIT,
    Action.REJECT: Plan.TURN_AWAY,
}


def _only(text: str) -> tuple[tuple[int, int | None] | None, int | None]:
    """Which part of a file is replayed: ``2`` or ``2/5``; and what it answers: ``2/5@17``."""
    where, _, chosen = text.partition(CHOSEN)
    first, _, second = where.partition("/")
    part = (int(first), int(second) if second else None) if first else None
    return part, int(chosen) if chosen else None
