"""What a shop lists of a stretch of time, compared with what the house has of it.

The list is read as a stream, the house's orders by pages: of a stretch only the ids are kept in
memory. Nothing is asked for by the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Literal

from gateway.channels.shops.connector import Connector, Listed, Window
from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops.filter import since as ours_since
from gateway.pipeline.shops.reconcile.byid import ById, Wanted, grace
from gateway.pipeline.shops.reconcile.days import TICK, name_of
from gateway.pipeline.shops.reconcile.standing import Standing, standings
from gateway.problems import Problem
from gateway.store.shops import cursors, orders, reconciliations
from gateway.store.shops.orders import OrderRow, key
from gateway.store.shops.reconciliations import Counts, NewDifference, Run

By = Literal["created", "updated"]
PAGE = 500


@dataclass(slots=True)
class Stretch:
    """Orders of one shop, made (or changed) within ``[since, until)``."""

    house: House
    shop: Shop
    connector: Connector | None
    """``None``: nobody can ask this shop."""
    run: Run
    since: datetime
    until: datetime
    by_id: ById | None
    counts: Counts = field(default_factory=Counts)
    _begun: datetime | None = None
    _met: set[str] = field(default_factory=set)

    def compare(self, by: By) -> Counts:
        """Compare it; what was counted, of orders made in it. Raises ``OSError``."""
        with self.house.store.read() as connection:
            cursor = cursors.find(connection, self.shop.shop)
        self._begun = ours_since(self.shop, None if cursor is None else cursor.begun)
        if self.connector is not None:
            window = Window(self.since, self.until - TICK)
            listed = iter(self.connector.listed(window, by=by))
            while batch := list(islice(listed, PAGE)):
                self._batch(batch, by)
        elif by == "created":
            self.counts = Counts(shop=None)
        if by == "created":
            for rows in self._pages():
                self._rest(rows)
        return self.counts

    # ---- what the shop lists

    def _batch(self, batch: Sequence[Listed], by: By) -> None:
        """Some entries of the list; each order once."""
        fresh = {key(one.external_id): one for one in batch if key(one.external_id) not in
                 self._met}  # fmt: skip
        self._met |= set(fresh)
        self.house.checkpoint("reconcile: listed")
        rows = self._known(fresh)
        if self._look(fresh, rows):
            rows = self._known(fresh)
        known = [row for row in rows.values() if row.hash]
        if by == "updated":  # those made within the comparison were judged before
            since, until = self.run.since, self.run.until
            known = [row for row in known if not _is_within(row.created, since, until)]
            judge(self.house, self.shop, self.run, known)
            return
        ours = sum(1 for id_, one in fresh.items() if self._is_ours(one, rows.get(id_)))
        told = Counts(shop=ours, gateway=len(known), before=len(fresh) - ours)
        self.counts = self.counts.plus(told)
        self._count(judge(self.house, self.shop, self.run, known))

    def _look(self, listed: dict[str, Listed], rows: dict[str, OrderRow]) -> bool:
        """Read again what is missing or different; whether there was any."""
        wanted: list[Wanted] = []
        for id_, one in listed.items():
            row = rows.get(id_)
            why = self._differs(one, row)
            if why is not None:
                young = self._is_young(one.updated or one.created)
                wanted.append(Wanted(why, one.external_id, one, row, young))
        if wanted and self.by_id is not None:
            self.by_id.look(wanted)
        return bool(wanted)

    def _differs(self, one: Listed, row: OrderRow | None) -> Literal["missing", "differs"] | None:
        if row is None or not row.hash:
            return "missing" if self._is_ours(one, None) else None
        if row.state == "gone":  # it was only hidden
            return "differs"
        if one.updated is not None and row.updated is not None and one.updated > row.updated:
            return "differs"
        if not row.taken and not row.raw:  # held: there are no figures of it to be compared
            return None
        if one.total is not None and row.total and one.total != Decimal(row.total):
            return "differs"
        if one.currency and row.currency and one.currency != row.currency:
            return "differs"
        return "differs" if one.status and one.status != row.shop_status else None

    def _is_ours(self, one: Listed, row: OrderRow | None) -> bool:
        """Whether the house has it, or is to have it: older orders are not its business."""
        return row is not None or self._begun is None or one.created >= self._begun

    def _is_young(self, changed: datetime) -> bool:
        return changed > self.run.until - grace(self.shop)

    # ---- what the house has besides

    def _pages(self) -> Iterator[list[OrderRow]]:
        after: tuple[datetime, int] | None = None
        while True:
            with self.house.store.read() as connection:
                rows = orders.created_between(
                    connection, self.shop.shop, self.since, self.until, after, PAGE
                )
            yield [row for row in rows if row.external_id not in self._met]
            if len(rows) < PAGE:
                return
            assert rows[-1].created is not None
            after = (rows[-1].created, rows[-1].id)

    def _rest(self, rows: Sequence[OrderRow]) -> None:
        """Orders that the list does not have; of young ones it need not have caught up yet."""
        if self.by_id is not None:
            rows = [row for row in rows if not self._is_young(row.updated or row.entered)]
            wanted = [
                Wanted("unlisted", row.external_id, None, row)
                for row in rows
                if row.state != "gone"
            ]
            self.by_id.look(wanted)
            shown = sum(1 for row in rows if row.external_id in self.by_id.shown)
            self.counts = self.counts.plus(Counts(shop=shown, hidden=shown))
            rows = [*self._known([row.external_id for row in rows]).values()]
        self.counts = self.counts.plus(Counts(gateway=len(rows)))
        self._count(judge(self.house, self.shop, self.run, rows))

    # ---- where they are

    def _known(self, ids: Iterable[str]) -> dict[str, OrderRow]:
        with self.house.store.read() as connection:
            return orders.find_many(connection, self.shop.shop, ids)

    def _count(self, found: dict[str, Standing]) -> None:
        kinds = [each.kind for each in found.values()]
        names = ("erp", "pending", "waiting", "nothing", "gone")
        counts = {name: kinds.count(name) for name in names if name in kinds}
        posted = sum(each.posted for each in found.values())
        self.counts = self.counts.plus(Counts(posted=posted, **counts))


def judge(house: House, shop: Shop, run: Run, rows: Sequence[OrderRow]) -> dict[str, Standing]:
    """Where orders are on their way to the ERP, by external id; what is wrong is entered."""
    at = house.clock()
    with house.store.read() as connection:
        found = standings(connection, rows, at)
    by_id = {row.external_id: row for row in rows}
    wrong = [
        _difference(run, by_id[id_], each.found)
        for id_, each in found.items()
        if each.found is not None
    ]
    if wrong:
        with house.store.write("reconcile") as connection:
            reconciliations.note(connection, shop.shop, wrong, run.run, at)
    return found


def _difference(run: Run, row: OrderRow, found: Problem) -> NewDifference:
    day = name_of(row.created, run.zone, row.entered)
    return NewDifference(day, row.external_id, row.number or row.shop_number, found)


def _is_within(at: datetime | None, since: datetime, until: datetime) -> bool:
    return at is not None and since <= at < until
