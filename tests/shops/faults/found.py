"""What is wrong in the end: what the gateway knows, and told the ERP, beside what is so."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from gateway.store import Store
from gateway.store.shops.tables import order as shop_order
from gateway.store.tables import message
from tests.shops.faults.book import Entry
from tests.shops.faults.plan import SHOP


@dataclass
class Result:
    """What was found in the end."""

    orders: int
    changes: int
    refunds: int
    broken: int
    lost: list[str]
    stale: list[str]
    doubled: list[str]
    unheld: list[str]
    requests: Counter[str]
    rounds: int

    @property
    def right(self) -> bool:
        return not (self.lost or self.stale or self.doubled or self.unheld)


class Told:
    """What the gateway knows, and what it gave to the ERP."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.orders: defaultdict[str, list[Any]] = defaultdict(list)
        """Rows of orders and their changes by the shop's id, oldest first."""
        self.refunds: Counter[str] = Counter()
        of_shop = select(message).where(message.c.partner == SHOP, message.c.kind == "message")
        with store.read() as connection:
            rows = connection.execute(select(shop_order).where(shop_order.c.shop == SHOP))
            self.known = {row.external_id: row for row in rows}
            for row in connection.execute(of_shop.order_by(message.c.id)):
                if row.document == "refund":
                    self.refunds[row.name.removeprefix("refund-")] += 1
                elif row.document in ("order", "orderchange"):
                    self.orders[row.reference].append(row)

    def read(self, content: str) -> Any:
        """A canonical document."""
        return json.loads(self._store.payload(content))


def up_to_date(entry: Entry, last: Any) -> bool:
    """Whether what the ERP was told last is what is so."""
    if entry.status == "cancelled":
        return bool(last["function"] == "cancellation")
    return all(Decimal(line["quantity"]) == entry.quantity for line in last["lines"])
