"""A house with a shop, in which comparisons are made whenever a test says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.shops.reconcile.run import advance, begin
from gateway.store import lanes
from gateway.store.shops import errands, orders, reconciliations
from gateway.store.shops.reconciliations import DONE, Difference, Run
from tests.shops.intake.world import SHOP, ShopWorld

Piece = Callable[[Run], None]


@dataclass
class Night(ShopWorld):
    """The workspace at work, and comparisons of it."""

    def trade(self, *ids: str) -> None:
        """Orders are made, and reach the ERP; then time goes by."""
        for id_ in ids:
            self.shop.put(id_)
        self.run()
        self.clock.forward(hours=2)

    def compare(self, days: int = 3, piece: Piece = lambda _run: None) -> Run:
        """A whole comparison, as the command does it; ``piece`` hears of each piece."""
        run = begin(self.house, self.settings, days)
        while run.phase != DONE:
            piece(run)
            run = advance(self.house, self.settings, run)
        return run

    def tonight(self) -> None:
        """It is the next night, and the gateway does what is due of it."""
        self.clock.forward(days=1)
        with self.house.store.note() as connection:
            lanes.expire_all(connection, self.clock())
        core = Core(self.house, "a test")
        while core.drain(errands.lane_of(SHOP, "reconcile")):
            pass

    def found(self) -> list[Difference]:
        """What differs."""
        with self.house.store.read() as connection:
            return reconciliations.differences(connection, SHOP)

    def told(self) -> dict[tuple[str, str], str]:
        """By order and code: the sentence."""
        return {(one.external_id, one.found.code): one.found.sentence for one in self.found()}

    def day(self, name: str = "2026-03-02") -> dict[str, int | None]:
        """What was counted of a day; without zeros."""
        with self.house.store.read() as connection:
            found = {one.day: one for one in reconciliations.days(connection, SHOP)}
        counts = found[name].counts
        every = {name: getattr(counts, name) for name in counts.__slots__}
        return {name: value for name, value in every.items() if value}

    def lose(self, id_: str) -> None:
        """The house forgets that it ever had an order, as if its looks had missed it."""
        with self.house.store.write("lost") as connection:
            row = orders.find(connection, SHOP, id_)
            assert row is not None
            connection.exec_driver_sql(f"DELETE FROM shop_revision WHERE shop_order = {row.id}")
            connection.exec_driver_sql(f"DELETE FROM shop_order WHERE id = {row.id}")
