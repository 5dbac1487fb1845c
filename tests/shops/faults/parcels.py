"""The ERP ships what was ordered while the shop fails: what its buyers are told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from gateway.documents import DespatchAdvice
from gateway.pipeline import Gateway
from gateway.store.tables import delivery
from tests.pipeline.world import drop
from tests.shops.back.world import despatch, item
from tests.shops.faults.plan import Plan
from tests.shops.faults.server import FAULTS, Style
from tests.shops.faults.trading import Trade

CALM = (1, 0, 0, 0, 0, 0, 0)
FAILING = (45, 5, 5, 5, 5, 10, 25)
"""By :data:`FAULTS`: one request in four is carried out, and nobody hears of it."""
ROUNDS = 80
RETRY = {"first": "10s", "factor": 2, "ceiling": "60s", "attempts": 1000, "jitter": 0}
FORMS = {"order": "json", "orderchange": "json", "despatch": "json"}


class Shipping:
    """A shop with some orders that are shipped in parts."""

    def __init__(self, folder: Path, style: Style, *, orders: int, seed: int) -> None:
        assert len(FAILING) == len(FAULTS)
        house = {"retry": RETRY, "erp": {"formats": FORMS}}
        more = {"send": {"shipments": {"carriers": {"DHL": "dhl"}}}}
        plan = Plan(orders=orders, weights=CALM, seed=seed, broken=0.0, refunds=0.0, bulks=0,
                    more=more, house=house)  # fmt: skip
        self.trade = Trade(folder, style, plan)
        self.sent: dict[int, list[str]] = {}
        """Tracking numbers by order."""

    def run(self) -> int:
        """Buy, ship, and tell; how many calls are left that were not made in the end."""
        trade = self.trade
        with (
            trade.going_on() as workspace,
            Gateway.open(workspace, clock=trade.clock) as gateway,
        ):
            assert trade.traded(gateway).right
            trade.shop.weights = FAILING
            for entry in list(trade.book.entries.values()):
                if entry.status != "cancelled":  # one piece first, and then the rest
                    parts = [each for each in (1, entry.quantity - 1) if each]
                    self.sent[entry.number] = ship(gateway, trade, entry.number, parts)
            for _ in range(ROUNDS):
                trade.round(gateway)
                waits = left(gateway)
                if not waits:
                    break
            assert not trade.shop.bugs, trade.shop.bugs[0]
            return waits


def ship(gateway: Gateway, trade: Trade, number: int, parts: Sequence[int]) -> list[str]:
    """The ERP says that so many pieces of an order left, each part in a parcel: their numbers."""
    order, sent = trade.style.erp_number(number), []
    folder = gateway.house.workspace.erp_in("despatch", test=False)
    told: dict[str, Any] = {"carrier": {"name": "DHL"}, "issued": date(2026, 11, 3)}
    for index, pieces in enumerate(parts):
        sent.append(f"T-{number}-{index}")
        package = {"tracking": sent[-1], "items": [item(order, pieces, "CH-01")]}
        advice = despatch(f"DN-{number}-{index}", [package], **told)
        drop(folder, f"{advice.number}.json", written(gateway, advice))
    return sent


def written(gateway: Gateway, advice: DespatchAdvice) -> bytes:
    """A despatch advice as the ERP writes it."""
    compiled, problems = gateway.house.translation.erp_map("despatch", "json")
    assert compiled is not None and compiled.layout is not None, problems
    record, found = compiled.write(advice)
    assert not found
    data, found = compiled.layout.write([record])
    assert not found
    return bytes(data)


def left(gateway: Gateway) -> int:
    """Calls that wait, or were given up."""
    waits = select(func.count()).where(delivery.c.outlet == "shop", delivery.c.state != "done")
    made = select(func.count()).where(delivery.c.outlet == "shop")
    with gateway.house.store.read() as connection:
        return int(connection.scalar(waits) or 0) if connection.scalar(made) else -1
