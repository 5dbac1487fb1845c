"""Single orders read again by their ids, taken over like any other, and told of in the report.

What an order was found to be is entered in the transaction that takes it over, so that no crash
separates the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection

from gateway.channels.shops.connector import Connector, Listed, Record
from gateway.channels.shops.session import ShopAnswerError, ShopRefusedError
from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder
from gateway.pipeline.house import House
from gateway.pipeline.shops.accept import Accepted, accept
from gateway.pipeline.shops.pieces import hold_stock
from gateway.pipeline.shops.reconcile.days import day_of, name_of
from gateway.pipeline.shops.reconcile.standing import standings
from gateway.problems import Problem, problem
from gateway.store import contents
from gateway.store.shops import orders, reconciliations
from gateway.store.shops.orders import OrderRow, key
from gateway.store.shops.reconciliations import NewDifference, Run

Why = Literal["missing", "differs", "unlisted", "open"]
BATCH = 20
"""Orders that are taken over together."""
_NO_ID = "this shop cannot be asked for one order"
_TOO_MANY = "too many orders to be read one by one"
_LISTED_ONLY = "the shop lists it, and shows none by this id"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An order to be looked at."""

    why: Why
    external_id: str
    """As the shop wrote it."""
    listed: Listed | None = None
    row: OrderRow | None = None
    young: bool = False
    """It changed so lately that the polls need not have met it: nothing is told of it."""

    @property
    def number(self) -> str:
        """As people know it."""
        if self.listed is not None:
            return self.listed.number or self.external_id
        row = self.row
        return (row.number or row.shop_number or row.external_id) if row else self.external_id

    @property
    def created(self) -> datetime | None:
        """When it was made in the shop."""
        if self.listed is not None:
            return self.listed.created
        return None if self.row is None else self.row.created


class ById:
    """Reads orders of one shop, for one comparison."""

    def __init__(self, house: House, shop: Shop, connector: Connector, run: Run, most: int) -> None:
        """``most``: orders that may be read."""
        self.house = house
        self.shop = shop
        self.connector = connector
        self.run = run
        self.left = most
        self.shown: set[str] = set()
        """Orders that the shop showed."""

    def look(self, wanted: Sequence[Wanted]) -> None:
        """Read them; what was missed is taken over, and told. Raises ``OSError``."""
        for start in range(0, len(wanted), BATCH):
            self._some(wanted[start : start + BATCH])

    def day(self, one: Wanted) -> str:
        """The day of the report that an order belongs to."""
        entered = self.run.begun if one.row is None else one.row.entered
        return name_of(one.created, self.run.zone, entered)

    # ---- reading

    def _some(self, wanted: Sequence[Wanted]) -> None:
        records: dict[str, tuple[Wanted, Record]] = {}
        unread: list[tuple[Wanted, str]] = []
        unshown: list[Wanted] = []
        for one in wanted:
            found, why = self._read(one)
            if found is not None:
                records[key(one.external_id)] = (one, found)
            elif not why and one.why in ("unlisted", "open"):
                unshown.append(one)
            else:
                unread.append((one, why or _LISTED_ONLY))
        self.house.checkpoint("reconcile: read by id")
        self._take(records)
        self._not_read(unread)
        self._not_shown(unshown)

    def _read(self, one: Wanted) -> tuple[Record | None, str]:
        """The record; or none, and why it could not be asked for."""
        if not self.connector.capabilities.by_id:
            return None, _NO_ID
        if self.left <= 0:
            return None, _TOO_MANY
        self.left -= 1
        try:
            found = self.connector.order(one.external_id)
        except (ShopRefusedError, ShopAnswerError) as failure:
            return None, failure.reason
        if found is None:
            return None, ""
        self.shown.add(key(one.external_id))
        return replace(found, external_id=one.external_id), ""

    # ---- what it means

    def _take(self, records: dict[str, tuple[Wanted, Record]]) -> None:
        if not records:
            return

        def also(connection: Connection, told: list[Accepted]) -> None:
            self._note(connection, self._missed(records, told))

        accept(
            self.house,
            self.shop,
            [record for _, record in records.values()],
            origin="comparison",
            also=also,
        )

    def _missed(
        self, records: dict[str, tuple[Wanted, Record]], told: Iterable[Accepted]
    ) -> Iterator[tuple[Wanted, Problem]]:
        """Orders of which the house learns only now."""
        for each in told:
            one, record = records.get(key(each.external_id), (None, None))
            if each.kind != "order" or one is None or one.young:
                continue
            if each.outcome in ("same", "older"):
                continue
            if one.why == "missing":
                facts = self._facts(one)
                yield one, problem("W330", **facts, outcome=_outcome(each))
            elif one.row is not None:
                sides = {"shop_side": _changed(one, record), "gateway_side": side(one.row)}
                facts = self._facts(one) | sides
                yield one, problem("W332", **facts, outcome=_outcome(each))

    def _not_read(self, unread: Sequence[tuple[Wanted, str]]) -> None:
        found: list[tuple[Wanted, Problem]] = []
        for one, why in unread:
            facts = self._facts(one) | {"why": why}
            if one.young:
                continue
            if one.why == "missing":
                found.append((one, problem("W331", **facts)))
            elif one.why == "differs" and one.listed and one.row:
                facts |= {"shop_side": _side(one.listed), "gateway_side": side(one.row)}
                found.append((one, problem("W333", **facts)))
            elif one.why == "unlisted" and one.row is not None:
                found.append((one, problem("W337", **facts)))
        self._written(lambda connection: self._note(connection, found), bool(found))

    def _not_shown(self, wanted: Sequence[Wanted]) -> None:
        """The shop has none by this id. In a second night the order counts as gone."""
        self._written(lambda connection: self._unshown(connection, wanted), bool(wanted))

    def _unshown(self, connection: Connection, wanted: Sequence[Wanted]) -> None:
        name, ids = self.shop.shop, [key(one.external_id) for one in wanted]
        before = reconciliations.known(connection, name, "W334", ids)
        locked = orders.lock(connection, name, ids)
        where = standings(connection, list(locked.values()), self.house.clock())
        found: list[tuple[Wanted, Problem]] = []
        tonight = day_of(self.run.until, self.run.zone).name
        for one in wanted:
            id_ = key(one.external_id)
            first, row = before.get(id_), locked.get(id_)
            if row is None or row.state == "gone":
                continue
            if first is None or day_of(first.first, self.run.zone).name >= tonight:
                found.append((one, problem("W334", **self._facts(one))))
                continue
            erp = "yes" if where[id_].kind == "erp" else "no"
            facts = self._facts(one) | {"since": _shown(first.first), "erp": erp}
            gone = problem("W335", **facts)
            self._is_gone(connection, row, gone)
            found.append((one, gone))
        self._note(connection, found)

    def _is_gone(self, connection: Connection, row: OrderRow, found: Problem) -> None:
        reason = f"{found.code}: {found.sentence}"
        orders.change(connection, [replace(row, state="gone", reason=reason)])
        body = contents.read(connection, row.content) if row.content else None
        if row.state == "waiting" and body is not None:
            order, at = ShopOrder.from_json(body), self.house.clock()
            hold_stock(connection, self.house, self.shop, [(False, order)], at)

    # ---- entering

    def _facts(self, one: Wanted) -> dict[str, Any]:
        created = one.created
        return {
            "shop": self.shop.shop,
            "external_id": one.external_id,
            "number": one.number,
            "created": "?" if created is None else day_of(created, self.run.zone).name,
        }

    def _note(self, connection: Connection, found: Iterable[tuple[Wanted, Problem]]) -> None:
        rows = [
            NewDifference(self.day(one), key(one.external_id), one.number, each)
            for one, each in found
        ]
        at = self.house.clock()
        reconciliations.note(connection, self.shop.shop, rows, self.run.run, at)

    def _written(self, act: Callable[[Connection], None], needed: bool) -> None:
        if needed:
            with self.house.store.write("reconcile") as connection:
                act(connection)


def side(row: OrderRow) -> str:
    """``30.00 EUR, processing``: an order as the gateway knows it."""
    money = f"{row.total} {row.currency}".strip() or "not understood"
    return f"{money}, {row.shop_status}" if row.shop_status else money


def _side(one: Listed) -> str:
    """The same as the shop lists it."""
    money = "" if one.total is None else f"{one.total:f} {one.currency}".strip()
    return ", ".join(filter(None, (money, one.status))) or "something about it"


def _changed(one: Wanted, record: Record | None) -> str:
    """What the shop has now, or when it changed, of an order that its list did not have."""
    if one.listed is not None:
        return _side(one.listed)
    at = None if record is None else record.updated
    return "not listed" if at is None else f"on {_shown(at)}, not listed"


def _outcome(told: Accepted) -> str:
    if told.outcome == "taken":
        return "it goes to the ERP"
    if told.outcome == "held":
        return "it is not understood, and will be held"
    return told.reason or f"it is {told.outcome}"


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def grace(shop: Shop) -> timedelta:
    """Orders younger than this need not have been met by the polls yet."""
    return max(shop.poll.every * 2, timedelta(minutes=15))
