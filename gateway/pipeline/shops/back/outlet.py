"""The outlet ``shop``: what was planned for a shop is told to it, each call by itself.

A call that was made and whose outcome is not known is made again under the same key; connectors
look in the shop first, so nothing is told twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.shops.connector import (
    Connector,
    Decision,
    Outcome,
    Shipment,
)
from gateway.channels.shops.session import (
    ShopBusyError,
    ShopError,
    ShopLoginError,
    ShopRefusedError,
    ShopUncertainError,
)
from gateway.config.operation import Retry
from gateway.config.shops import Shop
from gateway.pipeline.arrival import COUNTED, arrived, tell
from gateway.pipeline.house import House
from gateway.pipeline.retry import Failed, put_off
from gateway.pipeline.shops.back import order
from gateway.pipeline.shops.back.invoicefile import Missing, as_file
from gateway.pipeline.shops.back.plan import PURPOSE
from gateway.pipeline.shops.back.route import SETTINGS
from gateway.pipeline.shops.back.shipments import is_complete
from gateway.pipeline.shops.back.told import PLACE, Bill, Prices, Told, read
from gateway.pipeline.shops.connections import connections
from gateway.problems import Problem, problem
from gateway.store import Delivery, StateChangedError, deliveries, messages
from gateway.store.lanes import FencedError
from gateway.store.shops import decisions, shipments
from gateway.telemetry import events
from gateway.telemetry.secrets import clean
from gateway.telemetry.traces import span

PAUSED = timedelta(minutes=5)
"""How long a call to a paused shop waits before its settings are looked at again."""
ASK = timedelta(minutes=1)
"""How long after a call whose outcome comes later it is asked for; each time twice as long."""
WAIT_FOR_FILE = Retry(
    first=timedelta(seconds=30),
    ceiling=timedelta(minutes=15),
    attempts=1000,
    give_up=timedelta(days=3),
)
"""An ERP may print its invoices in the night."""
ASKING = Retry(
    first=ASK, ceiling=timedelta(hours=1), attempts=1000, give_up=timedelta(days=7), jitter=0
)
_FEW = 5
_LONGEST_TICKET = 255


def send(house: House, batch: Sequence[Delivery]) -> None:
    """Tell a shop what waits for it, one after the other."""
    for one in batch:
        with span("deliver", one.trace, lane=one.lane, outlet=one.outlet):
            _Attempt(house, one).carry_out()


@dataclass(frozen=True, slots=True)
class _Said:
    """What a shop said about all of a call."""

    outcome: Outcome
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Attempt:
    """A call on its way."""

    house: House
    one: Delivery
    complete: bool = False

    @property
    def shop_name(self) -> str:
        """Whom it is for."""
        return self.one.folder.removeprefix(PLACE)

    def carry_out(self) -> None:
        """Make the call, and enter what came of it."""
        shop = self.house.workspace.shops.get(self.shop_name)
        if shop is None or shop.mode == "paused":
            self._wait(shop)
            return
        try:
            what, test = read(self.house.store.payload(self.one.sha))
        except (KeyError, ValueError, TypeError) as failure:
            self._failed("W455", f"it cannot be read any more: {failure}", for_good=True)
            return
        if test or shop.mode == "test":
            self._only_tried(what)
            return
        self.house.checkpoint("shop: before")
        said = self._made(shop, what)
        if said is not None:
            self.house.checkpoint("shop: answered")
            self._enter(what, said)

    def _made(self, shop: Shop, what: Told) -> _Said | None:
        """What the shop says; ``None`` where it did not get so far, which is entered."""
        try:
            return self._call(connections(self.house).get(shop.shop), shop, what)
        except ShopError as failure:
            self._trouble(failure)
        except (SQLAlchemyError, FencedError, StateChangedError):
            raise
        except OSError as failure:  # a secret is away
            self._failed("W451", str(failure))
        except Exception as bug:
            events.bug(where="shop outlet", message=self.one.message, failure=bug)
            self._failed("W452", f"{type(bug).__name__}: {bug}")
        return None

    # ---- the call

    def _call(self, connector: Connector, shop: Shop, what: Told) -> _Said | None:
        if self.one.state == "prepared":
            return _Said(connector.follow_up(self.one.temporary))
        if isinstance(what, Shipment):
            return _Said(connector.send_shipment(self._as_now(shop, what)))
        if isinstance(what, Decision):
            return _Said(connector.send_decision(what))
        if isinstance(what, Prices):
            return _of_all(shop, what, connector.send_prices(what.prices))
        return self._bill(connector, shop, what)

    def _as_now(self, shop: Shop, what: Shipment) -> Shipment:
        """The shipment with what is known at this moment: whether anything is left after it."""
        with self.house.store.read() as connection:
            found = order.known(connection, shop.shop, what.order)
            if found is not None:
                id_ = found.row.external_id
                told = shipments.told_lines(connection, shop.shop, id_, what.key)
                self.complete = is_complete(order.lines_of(found, shop), told)
        return replace(what, complete=self.complete)

    def _bill(self, connector: Connector, shop: Shop, what: Bill) -> _Said | None:
        rules = shop.send.invoices
        if rules is None:
            self._failed("W455", "its settings say no invoices any more", for_good=True)
            return None
        made = as_file(self.house.workspace, rules, what, self.one.message)
        if isinstance(made, Missing):
            self._put_off(made.found, for_good=made.for_good, retry=WAIT_FOR_FILE)
            return None
        return _Said(connector.send_invoice(made))

    # ---- what came of it

    def _enter(self, what: Told, said: _Said) -> None:
        outcome = said.outcome
        if outcome.state == "done":
            self._done(what, said)
        elif outcome.state == "pending" and outcome.ticket:
            self._pending(outcome)
        elif outcome.state == "refused":
            self._refused(what, outcome)
        else:
            self._failed("W453", outcome.reason or outcome.state)

    def _done(self, what: Told, said: _Said) -> None:
        at, outcome = self.house.clock(), said.outcome
        text = f"{self.shop_name} was told: {self.one.name}"
        text += f" ({clean(outcome.reference)})" if outcome.reference else ""
        with self.house.store.write("shop told") as connection:
            self._arrived(connection, text, said.problems, at)
            if isinstance(what, Shipment):
                shipments.move(
                    connection, what.key, "told", at, complete=self.complete,
                    reference=outcome.reference,
                )  # fmt: skip
            elif isinstance(what, Decision):
                decisions.move(connection, self.shop_name, what.order, "told", at)
        self.house.tally.counts[COUNTED[PURPOSE]] += 1
        tell(self.one, at)

    def _arrived(
        self, connection: Connection, text: str, found: Sequence[Problem], at: datetime
    ) -> None:
        """Told; the row of the document is delivered when all of its calls are."""
        id_ = self.one.message
        if id_ is None:
            deliveries.change(connection, [self.one.id], at, state="done", due=None)
            return
        messages.add_problems(connection, {id_: list(found)})
        others = [
            each
            for each in deliveries.of_message(connection, id_)
            if each.id != self.one.id and each.outlet == self.one.outlet
        ]
        row = messages.get(connection, id_)
        if row is None or row.direction == "in" or any(each.state in _OPEN for each in others):
            deliveries.change(connection, [self.one.id], at, state="done", due=None)
            if row is not None:
                messages.record(connection, [(id_, row.state, row.state, text)], at)
            return
        arrived(self.house, connection, [(self.one, text)], at)

    def _pending(self, outcome: Outcome) -> None:
        """The shop works on it: asked again under its ticket."""
        house, at = self.house, self.house.clock()
        ticket = outcome.ticket[:_LONGEST_TICKET]
        first = self.one.state != "prepared"
        due = at + ASK
        if not first:
            due = at + min(ASK * 2 ** min(self.one.attempts, 6), timedelta(hours=1))
        given_up = self.one.failing is not None and at - self.one.failing >= timedelta(days=7)
        if given_up:
            self._failed("W450", "it never said what became of it", for_good=True)
            return
        with house.store.write("shop works on it") as connection:
            deliveries.change(
                connection, [self.one.id], at, state="prepared", temporary=ticket, due=due,
                crashes=0, failing=self.one.failing or at, attempts=self.one.attempts + 1,
            )  # fmt: skip
            if first and self.one.message is not None:
                when = f"{due:%H:%M:%S}"
                facts: dict[str, Any] = {"shop": self.shop_name, "name": self.one.name, "at": when}
                found = problem("W457", **facts)
                messages.add_problems(connection, {self.one.message: [found]})

    def _refused(self, what: Told, outcome: Outcome) -> None:
        self._failed("W450", outcome.reason or "without a reason", for_good=True)
        at = self.house.clock()
        with self.house.store.write("shop refused") as connection:
            if isinstance(what, Shipment):
                shipments.move(connection, what.key, "refused", at)
            elif isinstance(what, Decision):
                decisions.move(
                    connection, self.shop_name, what.order, "refused", at, clean(outcome.reason)
                )

    def _only_tried(self, what: Told) -> None:
        at = self.house.clock()
        facts: dict[str, Any] = {"shop": self.shop_name, "name": self.one.name}
        found = problem("W456", what=_short(what), **facts)
        text = f"{self.shop_name}: nothing is sent in test; {self.one.name}"
        with self.house.store.write("shop in test") as connection:
            self._arrived(connection, text, [found], at)

    # ---- not now

    def _wait(self, shop: Shop | None) -> None:
        """The shop is paused, or its file is broken: its calls wait, and count no attempts."""
        name, workspace = self.shop_name, self.house.workspace
        if shop is None and name not in workspace.broken_shops:
            self._failed("W455", "there is no such shop any more", for_good=True)
            return
        at = self.house.clock()
        with self.house.store.write("shop paused") as connection:
            deliveries.change(connection, [self.one.id], at, due=at + PAUSED, crashes=0)

    def _trouble(self, failure: ShopError) -> None:
        reason = failure.reason
        if isinstance(failure, ShopRefusedError):
            self._failed("W450", reason, for_good=True)
        elif isinstance(failure, ShopBusyError):
            self._failed("W453", reason, wait=failure.after)
        elif isinstance(failure, ShopLoginError):
            self._failed("W454", reason)
        elif isinstance(failure, ShopUncertainError):
            self._failed("W452", reason)
        else:
            self._failed("W451", reason)

    def _failed(self, code: str, reason: str, *, for_good: bool = False, wait: float = 0.0) -> None:
        document = self.one.lane.rpartition("/")[2]
        facts: dict[str, Any] = {
            "shop": self.shop_name,
            "name": self.one.name,
            "reason": clean(reason),
            "setting": SETTINGS.get(document, "send"),
            "id": self.one.message or "",
        }
        self._put_off(problem(code, **facts), for_good=for_good, wait=wait)

    def _put_off(
        self,
        found: Problem,
        *,
        for_good: bool = False,
        wait: float = 0.0,
        retry: Retry | None = None,
    ) -> None:
        """Not this time. ``wait``: seconds that the shop asks for."""
        failed = Failed(self.one, found.sentence, for_good=for_good, found=found, retry=retry)
        with self.house.store.write("shop put off") as connection:
            due = put_off(self.house, connection, failed)
            values: dict[str, Any] = {"crashes": 0}
            asked = self.house.clock() + timedelta(seconds=wait)
            if due is not None and asked > due:
                values["due"] = asked
            deliveries.change(connection, [self.one.id], self.house.clock(), **values)


_OPEN = ("pending", "prepared", "dead")
"""States of a delivery whose document is not told wholly."""


def _of_all(shop: Shop, what: Prices, outcomes: Sequence[Outcome]) -> _Said:
    """One outcome for a call of many items: what is refused is told, what waits is made again."""
    by_key = {one.key: one for one in outcomes}
    each = [(one, by_key.get(one.key)) for one in what.prices]
    wrong = [(one, said) for one, said in each if said is not None and said.state == "refused"]
    later = [
        said.reason for _, said in each if said is not None and said.state in ("retry", "conflict")
    ]
    tickets = [said.ticket for _, said in each if said is not None and said.state == "pending"]
    if later or len(by_key) < len({one.key for one in what.prices}):
        reason = next(filter(None, later), "not all of them were answered")
        return _Said(Outcome(what.key, "retry", reason=reason))
    if wrong and len(wrong) == len(each):
        return _Said(Outcome(what.key, "refused", reason=wrong[0][1].reason))
    problems: tuple[Problem, ...] = ()
    if wrong:
        items = "; ".join(f"{one.sku}: {said.reason}" for one, said in wrong[:_FEW])
        facts: dict[str, Any] = {"shop": shop.shop, "count": len(wrong), "of": len(each)}
        problems = (problem("W437", items=clean(items), **facts),)
    if tickets:
        return _Said(Outcome(what.key, "pending", ticket=tickets[0]), problems)
    return _Said(Outcome(what.key, "done"), problems)


def _short(what: Told) -> str:
    if isinstance(what, Shipment):
        lines = ", ".join(f"{one.quantity} of line {one.line}" for one in what.lines)
        parcels = ", ".join(one.tracking for one in what.parcels) or "no parcel"
        return f"shipment of {lines}; {parcels}"
    if isinstance(what, Bill):
        return f"{what.kind} {what.number} over {what.total} {what.currency}"
    if isinstance(what, Prices):
        return f"{len(what.prices)} prices"
    return "accepted" if what.accepted else "refused"
