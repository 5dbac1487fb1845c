"""The step of a shop's record: from ``received`` to ``split``, with files for the ERP.

The record is read anew from the archive, so that it runs again as the settings are now, or were
then. What the ERP is given depends on what it was given before: an order first, changes and a
cancellation afterwards. A refund is a document of its own (:mod:`.refunding`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.config import Workspace
from gateway.config.shops import Shop
from gateway.documents import Document
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.checks import identities
from gateway.documents.shop.convert import to_cancellation, to_change, to_order
from gateway.documents.shop.rules import Rules
from gateway.pipeline.failure import NUMBER, refuse_file
from gateway.pipeline.house import House
from gateway.pipeline.shops import customers, refunding
from gateway.pipeline.shops.batch import REFUND
from gateway.pipeline.shops.filter import why_waiting
from gateway.pipeline.shops.holding import hold_order
from gateway.pipeline.shops.meaning import Meaning, meaning, overtaken
from gateway.pipeline.shops.record import business_hash, reading_of, understood
from gateway.pipeline.shops.rules import rules_of
from gateway.pipeline.shops.written import Written, enter, write
from gateway.pipeline.states import State, way
from gateway.problems import Problem, has_errors, problem
from gateway.store import Message, contents, messages
from gateway.store.shops import cursors, orders, revisions
from gateway.store.shops.orders import OrderRow
from gateway.store.shops.revisions import GIVEN, Revision
from gateway.telemetry import events

SOURCES = ("orders", "refunds")
"""What stands behind the name of a shop in the source of its rows."""
_DEEPEST = 100
"""Replays of replays that are followed to the row that came from the shop."""


def is_of_shop(workspace: Workspace, row: Message) -> bool:
    """Whether a row is a record of a shop, be it in the settings or no more."""
    name, _, what = row.source.partition("/")
    if row.direction != "in" or what not in SOURCES:
        return False
    return name in workspace.shops or name not in workspace.partners


def read_file(house: House, row: Message) -> None:
    """The whole step for one record in state ``received``; repeatable after a crash."""
    name, _, what = row.source.partition("/")
    shop = house.workspace.shops.get(name)
    if shop is None:
        refuse_file(house, row, [problem("W314", shop=name, id=NUMBER)], State.HELD)
    elif what == "refunds" or row.name.startswith(REFUND):
        refunding.read_file(house, row, shop)
    else:
        OrderStep(house, row, shop).run()


@dataclass(frozen=True, slots=True)
class _Known:
    """What the database knows of the order of a record."""

    row: OrderRow
    all: Sequence[Revision]
    mine: Revision
    given_elsewhere: str
    """The other order of the shop that the ERP has under this number; empty when none."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is done for a revision: ``kind`` as in the table of revisions, and why."""

    kind: str
    text: str
    sequence: int = 0
    written: tuple[Written, ...] = ()
    customer: customers.Told | None = None


class OrderStep:
    """One record of an order on its way."""

    def __init__(self, house: House, row: Message, shop: Shop) -> None:
        self.house = house
        self.row = row
        self.shop = shop
        self.found: list[Problem] = []

    def run(self) -> None:
        """Read, judge, write."""
        known, order = self._read()
        if known is None:
            found = problem("W319", number=self.row.number or self.row.reference)
            refuse_file(self.house, self.row, [*self.found, found], State.HELD)
            return
        again = self.row.replay_of is not None
        late = overtaken(known.all, known.mine, again=again)
        if late:
            self.found = []
            self._settle(known, None, Given("none", late))
            return
        if order is None or has_errors(self.found):
            self._hold(known)
            return
        rules = replace(rules_of(self.house.workspace, self.shop), number=known.row.number)
        self.found += identities(order, rules.tolerance)
        means = meaning(self.shop, order, known.all, known.mine, again=again)
        self._refuse(known, order, means)
        given = None if has_errors(self.found) else self._given(known, order, rules, means)
        if given is None:
            self._hold(known)
        else:
            self._settle(known, order, given)

    def _read(self) -> tuple[_Known | None, ShopOrder | None]:
        with self.house.store.read() as connection:
            mine = _revision_of(connection, self.row)
            mine_of = None if mine is None else orders.by_id(connection, mine.order)
        raw = self.house.store.payload(str(self.row.payload))
        reading = reading_of(self.shop, raw, "" if mine_of is None else mine_of.external_id)
        self.found += reading.problems
        with self.house.store.read() as connection:
            return self._known(connection, reading.order, mine, mine_of), reading.order

    # ---- what is known

    def _known(
        self,
        connection: Connection,
        order: ShopOrder | None,
        mine: Revision | None,
        found: OrderRow | None,
    ) -> _Known | None:
        if found is None and order is not None:  # the row that it repeats was deleted meanwhile
            found = orders.find(connection, self.shop.shop, order.external_id)
        if found is None:
            return None
        every = revisions.of_order(connection, found.id)
        if mine is None and order is not None:
            same = business_hash(order)
            mine = next((each for each in reversed(every) if each.hash == same), None)
        if mine is None:
            return None
        if order is not None and not mine.content and not found.taken:
            found = understood(found, self.shop, order, "")
        return _Known(found, every, mine, self._number_taken(connection, found))

    def _number_taken(self, connection: Connection, found: OrderRow) -> str:
        for other in orders.by_number(connection, [found.number] if found.number else []):
            if other.shop == found.shop and other.id != found.id:
                every = revisions.of_order(connection, other.id)
                if any(each.written in GIVEN for each in every):
                    return other.external_id
        return ""

    def _refuse(self, known: _Known, order: ShopOrder, means: Meaning) -> None:
        """What a person has to decide."""
        if means.kind == "held" and means.held is not None:
            self.found.append(means.held)
        if means.kind != "order":
            return
        if known.given_elsewhere:
            number, other, id_ = known.row.number, known.given_elsewhere, order.external_id
            found = problem("W310", number=number, other=other, external_id=id_, id=NUMBER)
            self.found.append(found)
        if known.mine.content is None:  # no filter has seen it yet, as it was not understood
            with self.house.store.read() as connection:
                cursor = cursors.find(connection, self.shop.shop)
            waits = why_waiting(self.shop, order, None if cursor is None else cursor.begun)
            if waits is not None:
                self.found.append(_as_error(waits))

    # ---- what is done

    def _given(self, known: _Known, order: ShopOrder, rules: Rules, means: Meaning) -> Given | None:
        """What the ERP is given; ``None`` where a person has to look first."""
        made, told = self._made(known, order, rules, means)
        self.found += told
        if made is not None and means.held is not None:
            self.found.append(means.held)
        if has_errors(self.found):
            return None
        if made is None:
            return Given("none", means.text or "nothing changed that the ERP has to know")
        written = write(self.house, self.shop, made, self.found)
        if isinstance(written, list):
            self.found = written
            return None
        customer = customers.told(self.house, self.shop, order, rules)
        text = f"{made.name} for the ERP"
        return Given(means.kind, text, means.sequence, (written,), customer)

    def _made(
        self, known: _Known, order: ShopOrder, rules: Rules, means: Meaning
    ) -> tuple[Document | None, list[Problem]]:
        if means.kind == "order":
            return to_order(order, rules)
        if means.kind == "cancellation":
            return to_cancellation(order, rules, means.sequence)
        if means.kind != "orderchange":
            return None, []
        before = self._before(means)
        if before is None:
            return None, [problem("W313", number=known.row.number)]
        return to_change(before, order, rules, means.sequence)

    def _before(self, means: Meaning) -> ShopOrder | None:
        """The order as the ERP knows it."""
        sha = None if means.before is None else means.before.content
        with self.house.store.read() as connection:
            text = None if sha is None else contents.read(connection, sha)
        return None if text is None else ShopOrder.from_json(text)

    def _settle(self, known: _Known, order: ShopOrder | None, given: Given) -> None:
        """Everything about it, in one transaction."""
        house, row, shop, at = self.house, self.row, self.shop, self.house.clock()
        customer = given.customer
        more = () if customer is None else customer.written
        with house.store.write("shop order") as connection:
            locked = orders.lock(connection, shop.shop, [known.row.external_id])
            now, documents = locked[known.row.external_id], [*given.written, *more]
            ids = enter(connection, house, shop, row, documents, at, test=known.row.test)
            if customer is not None and more:
                customer.remember(connection, ids[-1], at)
            rest = [] if given.written else self.found
            beside = () if customer is None else customer.problems
            messages.add_problems(connection, {row.id: [*rest, *beside]})
            if known.mine.written not in GIVEN:
                revisions.written(connection, known.mine.id, given.kind, given.sequence)
            if order is not None:
                self._enter_order(connection, known, now, order)
            self._let_go(connection, known, given, at)
            state = way(State.RECEIVED, State.SPLIT)
            messages.change(connection, row, state, at, given.text, due=None)
        house.tally.counts["messages"] += len(given.written)
        for each in given.written:
            what = each.document.name
            events.judged(
                message=row.id, partner=shop.shop, document=what, accepted=1, refused=0, seconds=0.0
            )

    def _let_go(self, connection: Connection, known: _Known, given: Given, at: datetime) -> None:
        """What waits for this one: refunds of the order, revisions that it has overtaken."""
        if given.kind == "order":
            refunding.let_go(connection, self.shop.shop, known.row.external_id, at)
        if given.kind not in GIVEN:
            return
        ids = [each.message for each in known.all if each.number < known.mine.number]
        before = messages.get_many(connection, [id_ for id_ in ids if id_], lock=True)
        moved = [one for one in before.values() if one.state == State.HELD]
        state, text = way(State.HELD, State.RECEIVED), "a later revision goes to the ERP"
        messages.change_many(connection, [(one, state, text) for one in moved], at, due=at)

    def _enter_order(
        self, connection: Connection, known: _Known, now: OrderRow, order: ShopOrder
    ) -> None:
        """The order's row is taken, unless a newer revision decides about that."""
        if known.mine.number != now.revision:
            return
        new = replace(now, state="taken", reason="")
        if known.mine.content is None:
            data = order.to_json().encode()
            contents.put(connection, [data])
            sha = contents.sha_of(data)
            new = replace(understood(new, self.shop, order, sha), raw=None, rules="")
            revisions.fill(connection, known.mine.id, business_hash(order), sha)
        if new != now:
            orders.change(connection, [new])

    def _hold(self, known: _Known) -> None:
        newest = known.mine.number == known.row.revision
        hold_order(self.house, self.row, self.found, known.row.external_id, newest=newest)


def _revision_of(connection: Connection, row: Message) -> Revision | None:
    """The revision a row was made for, or, of a replay, that of the row that it repeats."""
    found: Message | None = row
    for _ in range(_DEEPEST):
        if found is None:
            return None
        mine = revisions.of_message(connection, found.id)
        if mine is not None:
            return mine
        above = found.replay_of if found.replay_of is not None else found.parent
        found = None if above is None else messages.get(connection, above)
    return None


def _as_error(found: Problem) -> Problem:
    return Problem(found.code, found.place, found.facts)
