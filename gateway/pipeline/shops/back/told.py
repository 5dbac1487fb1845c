"""What a shop is to be told, as it is kept until it was: one JSON object for each call.

Kept as small texts in the database, under the delivery that carries it out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

from gateway.channels.shops.connector import (
    Decision,
    InvoiceFile,
    Parcel,
    Price,
    Shipment,
    ShippedLine,
)
from gateway.documents.base import plain

PLACE = "shop:"
"""Begins the folder of a delivery to a shop: ``shop:acme-store``."""
OUTLET = "shop"


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice before its file is there; the outlet finds it, or writes the link."""

    key: str
    order: str
    number: str
    order_number: str
    issued: datetime
    kind: Literal["invoice", "credit_note"]
    total: Decimal
    currency: str
    tax: Decimal | None = None

    def file(self, **found: Any) -> InvoiceFile:
        """As the shop gets it."""
        return InvoiceFile(
            self.key, self.order, self.number, self.issued, self.kind, self.total, self.currency,
            tax=self.tax,
            **found,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of a catalogue."""

    key: str
    prices: tuple[Price, ...]


Told = Shipment | Bill | Decision | Prices


@dataclass(frozen=True, slots=True)
class Planned:
    """One call of one shop that a document leads to."""

    shop: str
    what: Told
    name: str
    """What people call it: ``shipment DN-1 of order 1001``."""
    order: str = ""
    """External id of the order."""
    number: str = ""
    """The order's number in the ERP."""
    lines: Mapping[str, Decimal] = field(default_factory=dict)
    """Of a shipment: quantity by key of the line."""
    despatch: str = ""
    """Of a shipment: number of the despatch advice."""
    whole: bool = False
    """Of a shipment: with it, all of the order has left."""


def place_of(shop: str) -> str:
    """What stands for a folder."""
    return f"{PLACE}{shop}"


def lane_of(shop: str, document: str) -> str:
    """The lane of what goes back to a shop."""
    return f"to/{shop}/shop/{document}"[:160]


def key_of(kind: str, *parts: str) -> str:
    """A name that the same call has always, and no other one; short enough for any platform."""
    text = json.dumps(parts, ensure_ascii=False)
    return f"{kind}-{sha256(text.encode()).hexdigest()[:32]}"


def written(what: Told, *, test: bool = False) -> bytes:
    """As it is kept. ``test``: nothing of it may be sent."""
    kind = type(what).__name__.lower()
    data = {"what": kind, "test": test, "values": _plain(asdict(what))}
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def read(data: bytes) -> tuple[Told, bool]:
    """What :func:`written` wrote, and whether it is only a test."""
    given = json.loads(data)
    return _READ[given["what"]](given["values"]), bool(given["test"])


def _shipment(given: dict[str, Any]) -> Shipment:
    parcels = tuple(
        Parcel(**{**each, "lines": _lines(each["lines"])}) for each in given.pop("parcels")
    )
    shipped = datetime.fromisoformat(given.pop("shipped"))
    lines = _lines(given.pop("lines"))
    return Shipment(**given, shipped=shipped, lines=lines, parcels=parcels)


def _lines(given: list[dict[str, str]]) -> tuple[ShippedLine, ...]:
    return tuple(ShippedLine(each["line"], Decimal(each["quantity"])) for each in given)


def _bill(given: dict[str, Any]) -> Bill:
    issued = datetime.fromisoformat(given.pop("issued"))
    tax = None if given["tax"] is None else Decimal(given["tax"])
    return Bill(**given | {"issued": issued, "total": Decimal(given["total"]), "tax": tax})


def _decision(given: dict[str, Any]) -> Decision:
    lines = tuple((line, accepted) for line, accepted in given["lines"])
    return Decision(**given | {"lines": lines})


def _prices(given: dict[str, Any]) -> Prices:
    each = (Price(**one | {"amount": Decimal(one["amount"])}) for one in given["prices"])
    return Prices(given["key"], tuple(each))


_READ: dict[str, Callable[[dict[str, Any]], Told]] = {
    "shipment": _shipment,
    "bill": _bill,
    "decision": _decision,
    "prices": _prices,
}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
