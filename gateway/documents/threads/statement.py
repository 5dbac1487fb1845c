"""What documents say about the lines of one order, in one shape: who, which article, how much.

A statement is one line of one document. Quantities keep their units; nothing is converted. Prices
are for one unit, without the price basis.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from gateway.documents.common import Delivery, DocumentReference
from gateway.documents.despatch import DespatchAdvice
from gateway.documents.invoice import Invoice
from gateway.documents.order import Order
from gateway.documents.orderresponse import OrderResponse, OrderResponseLine
from gateway.documents.threads.entry import Counted, Entry, line_number, packed
from gateway.documents.threads.quantity import ZERO, Price

COLUMNS = {
    "order": "ordered",
    "orderresponse": "confirmed",
    "despatch": "shipped",
    "invoice": "invoiced",
}
"""Document → the quantity that it states."""
_SIGNS = {"credit_note": -1, "debit_note": 0, "proforma": 0, "prepayment": 0}
"""Kinds of invoices that do not simply add to what is invoiced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One line of one document."""

    entry: Entry
    column: str
    """``ordered``, ``confirmed``, ``shipped``, ``invoiced``."""
    ids: tuple[tuple[str, str], ...]
    """What identifies the order's line, the surest first: ``("line", "1"), ("gtin", …)``."""
    text: str = ""
    quantity: Decimal | None = None
    """``None``: as ordered."""
    unit: str | None = None
    price: Price | None = None
    on: date | None = None
    """Wanted, promised, despatched or invoiced on this day."""
    sign: int = 1
    """−1 for a credit note, 0 for what moves no goods."""


def statements(number: str, counted: Counted) -> list[Statement]:
    """All that the documents say about the order ``number``, oldest document first."""
    found: list[Statement] = []
    for entry in counted.entries:
        document = entry.document
        if isinstance(document, Order):
            found += _ordered(entry, document, void=entry.message in counted.cancelled)
        elif isinstance(document, OrderResponse):
            found += _confirmed(entry, document)
        elif isinstance(document, DespatchAdvice):
            found += _shipped(entry, document, number)
        elif isinstance(document, Invoice):
            found += _invoiced(entry, document, number)
    return found


def about(reference: DocumentReference | None, head: DocumentReference | None) -> str | None:
    """The order that a line belongs to: its own, else the one of the whole document."""
    own = reference.number if reference is not None else None
    return own or (head.number if head is not None else None)


def _ids(line: Any, number: str | None, own: str | None = None) -> tuple[tuple[str, str], ...]:
    """``own``: a response's own line number, which is the order's where nothing else is named."""
    found = [
        ("line", line_number(number)),
        ("gtin", (line.gtin or "").lstrip("0")),  # a GTIN-13 is a GTIN-14 that begins with 0
        ("buyer_item", line.buyer_item or ""),
        ("supplier_item", line.supplier_item or ""),
    ]
    named = tuple((name, value) for name, value in found if value)
    return named or ((("line", line_number(own)),) if own else ())


def _price(line: Any, currency: str | None) -> Price | None:
    if line.price is None or line.price_basis == 0:
        return None
    unit = getattr(line, "price_unit", None)
    value = line.price / (line.price_basis or 1)
    return Price(value, currency, None if unit == line.unit else unit)


def _day(delivery: Delivery | None) -> date | None:
    return None if delivery is None else delivery.on or delivery.latest or delivery.earliest


def _ordered(entry: Entry, order: Order, *, void: bool) -> Iterator[Statement]:
    for line in order.lines:
        yield Statement(
            entry=entry,
            column="ordered",
            ids=_ids(line, line.number),
            text=line.text or "",
            quantity=ZERO if void else line.quantity,
            unit=line.unit,
            price=_price(line, order.currency),
            on=_day(line.delivery) or _day(order.delivery),
        )


def _confirmed(entry: Entry, response: OrderResponse) -> Iterator[Statement]:
    for line in response.lines:
        yield Statement(
            entry=entry,
            column="confirmed",
            ids=_ids(line, line.order_line, line.number),
            text=line.text or "",
            quantity=_promised(line),
            unit=line.unit,
            price=_price(line, response.currency),
            on=_day(line.delivery) or _day(response.delivery),
        )


def _promised(line: OrderResponseLine) -> Decimal | None:
    """What the supplier will deliver; what is late or substituted is still to come."""
    if line.status == "rejected":
        return ZERO
    return line.quantity if line.quantity is not None else line.quantity_ordered


def _shipped(entry: Entry, advice: DespatchAdvice, number: str) -> Iterator[Statement]:
    for item in packed(advice):
        if about(item.order, advice.order) != number:
            continue
        yield Statement(
            entry=entry,
            column="shipped",
            ids=_ids(item, item.order.line if item.order else None),
            text=item.text or "",
            quantity=item.quantity,
            unit=item.unit,
            on=advice.despatched or _day(advice.delivery) or advice.issued,
        )


def _invoiced(entry: Entry, invoice: Invoice, number: str) -> Iterator[Statement]:
    for line in invoice.lines:
        if about(line.order, invoice.order) != number:
            continue
        yield Statement(
            entry=entry,
            column="invoiced",
            ids=_ids(line, line.order.line if line.order else None),
            text=line.text or "",
            quantity=line.quantity,
            unit=line.unit,
            price=_price(line, invoice.currency),
            on=invoice.issued,
            sign=_SIGNS.get(invoice.kind or "", 1),
        )
