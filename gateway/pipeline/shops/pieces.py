"""What was decided about readings of a shop, on its way into the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder
from gateway.pipeline.house import House
from gateway.store import NewMessage, contents, messages
from gateway.store.shops import orders, refunds, revisions
from gateway.store.shops.orders import OrderRow
from gateway.store.shops.refunds import RefundRow
from gateway.store.shops.revisions import NewRevision
from gateway.telemetry.traces import new_trace

Outcome = Literal["taken", "same", "older", "waiting", "held", "ours"]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of one order or refund."""

    external_id: str
    outcome: Outcome
    """``taken``: a new row runs; ``held``: one runs, and will be held, as it is not understood."""
    message: int | None = None
    """The newest row of it."""
    revision: int = 0
    kind: Literal["order", "refund"] = "order"
    reason: str = ""
    """Why it waits."""
    new: bool = False
    """Whether the row was made now."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of the orders and refunds that were read."""

    orders: dict[str, OrderRow]
    refunds: dict[str, RefundRow]
    begun: datetime | None


@dataclass(slots=True)
class Piece:
    """What is to be told of a reading, and the row that is made for it."""

    told: Accepted
    row: NewMessage | None = None
    text: str = ""
    """Of the row's timeline."""
    revision: NewRevision | None = None
    refund: dict[str, Any] | None = None
    """Values of a new refund, by column."""


@dataclass(slots=True)
class Pieces:
    """All of one batch."""

    all: list[Piece] = field(default_factory=list)
    changed: dict[int, OrderRow] = field(default_factory=dict)
    """Orders as they are now, by the numbers of their rows."""
    contents: list[bytes] = field(default_factory=list)
    stock: list[tuple[bool, ShopOrder]] = field(default_factory=list)
    """Whose goods are kept for them (true), or set free."""

    def keep(
        self, connection: Connection, house: House, shop: Shop, at: datetime
    ) -> list[Accepted]:
        """Write all of it; what is to be told."""
        contents.put(connection, self.contents)
        made = [(each, each.row) for each in self.all if each.row is not None]
        rows = [replace(row, trace=new_trace(house.token)) for _, row in made]
        ids = messages.add(connection, rows, at, [each.text for each, _ in made])
        for id_, (piece, _) in zip(ids, made, strict=True):
            self._numbered(piece, id_)
        orders.change(connection, list(self.changed.values()))
        new = [each.revision for each in self.all if each.revision is not None]
        revisions.add(connection, new, at)
        found = [each.refund for each in self.all if each.refund is not None]
        refunds.add(connection, [{"message": None, **each} for each in found])
        if self.stock:
            hold_stock(connection, house, shop, self.stock, at)
        return [each.told for each in self.all]

    def _numbered(self, piece: Piece, id_: int) -> None:
        """The row of a piece has its number now."""
        piece.told = replace(piece.told, message=id_)
        if piece.revision is not None:
            piece.revision = replace(piece.revision, message=id_)
            order = self.changed[piece.revision.order]
            self.changed[order.id] = replace(order, message=id_)
        if piece.refund is not None:
            piece.refund["message"] = id_


def hold_stock(
    connection: Connection,
    house: House,
    shop: Shop,
    held: Sequence[tuple[bool, ShopOrder]],
    at: datetime,
) -> None:
    """The goods of orders are kept for them, or set free, in the shop's other channels."""
    from gateway.pipeline.shops.stock import reserve  # noqa: PLC0415 (loaded when used)

    reserve.hold(connection, house, shop, held, at)
