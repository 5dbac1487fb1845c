"""What is answered to an order: response, despatch advice, invoice, credit note, receipt.

They are made from the order as it was understood, so that what a map loses is missing here, too.
``quantities``: how many of each line of the order, by its position; what is absent is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from gateway.documents import Order, OrderLine
from gateway.pipeline.rehearsal.examples.articles import sscc
from gateway.pipeline.rehearsal.examples.deal import Data, Deal

RESPONSE, DESPATCH, INVOICE, RECEIPT = 60, 80, 90, 50
Quantities = Mapping[int, Decimal]
_CENT = Decimal("0.01")
_VAT_ID = "DE123456788"


def everything(order: Order) -> dict[int, Decimal]:
    """All that was ordered."""
    return {at: line.quantity for at, line in enumerate(order.lines)}


def respond(
    deal: Deal,
    order: Order,
    confirmed: Quantities,
    *,
    otherwise: str = "quantity_changed",
    later: date | None = None,
) -> Data:
    """An order response; ``otherwise``: the status of lines that are not as ordered.

    ``later``: when the rest of those comes (a back-order promises all of it).
    """
    lines = []
    for at, line in enumerate(order.lines):
        quantity = confirmed.get(at, Decimal(0))
        short = quantity != line.quantity
        waits = later if short else None
        status = "accepted" if not short else otherwise if quantity or later else "rejected"
        lines.append(
            {
                **_promised(line, at, line.quantity if waits else quantity),
                "status": status,
                "delivery": {"on": waits or deal.delivery},
            }
        )
    changed = any(each["status"] != "accepted" for each in lines)
    return {
        "number": deal.numbered(RESPONSE),
        "issued": deal.day,
        "kind": "response",
        "status": "changed" if changed else "accepted",
        "order": _reference(order),
        "supplier_reference": deal.numbered(10),
        "currency": order.currency or deal.currency,
        "delivery": {"on": deal.delivery},
        **_parties(deal),
        "lines": lines,
    }


def ship(deal: Deal, order: Order, shipped: Quantities, part: int = 0) -> Data:
    """A despatch advice: all on one pallet with its SSCC."""
    items = [
        {
            **_article(order.lines[at]),
            "line": str(number),
            "quantity": quantity,
            "order": {**_reference(order), "line": _number(order.lines[at], at)},
        }
        for number, (at, quantity) in enumerate(sorted(shipped.items()), 1)
        if quantity
    ]
    pallet = {"sscc": sscc(deal.serial * 10 + part), "kind": "pallet", "items": items}
    return {
        "number": deal.numbered(DESPATCH, part),
        "kind": "despatch",
        "function": "original",
        "issued": deal.day,
        "despatched": deal.day,
        "delivery": {"on": deal.delivery},
        "order": _reference(order),
        "delivery_note": deal.numbered(DESPATCH, part),
        **_parties(deal),
        "ship_from": deal.supplier,
        "packages": [pallet],
        "totals": {"packages": 1},
    }


def bill(
    deal: Deal,
    order: Order,
    quantities: Quantities,
    part: int = 0,
    *,
    credits_: str = "",
    dearer: Decimal = Decimal(0),
) -> Data:
    """An invoice; ``credits_``: a credit note about the invoice of that number.

    ``dearer``: what each price is raised by.
    """
    lines = [
        _billed(deal, order, at, quantity, number, dearer)
        for number, (at, quantity) in enumerate(sorted(quantities.items()), 1)
        if quantity
    ]
    preceding = {"preceding_invoice": {"number": credits_, "date": deal.day}} if credits_ else {}
    return {
        "number": deal.numbered(INVOICE, part),
        "kind": "credit_note" if credits_ else "invoice",
        "function": "original",
        "issued": deal.day,
        "currency": order.currency or deal.currency,
        "order": _reference(order),
        "despatch": {"number": deal.numbered(DESPATCH, part), "date": deal.day},
        "delivery": {"on": deal.day},
        "seller": {**deal.supplier, **({"vat_id": _VAT_ID} if deal.tax is not None else {})},
        "buyer": deal.buyer,
        "invoicee": deal.buyer,
        "ship_to": deal.ship_to,
        "payment": {"due": deal.due},
        **preceding,
        "lines": lines,
        **_sums(deal, lines),
    }


def receive(deal: Deal, order: Order, received: Quantities, part: int = 0) -> Data:
    """A receiving advice about a despatch advice."""
    despatch = {"number": deal.numbered(DESPATCH, part), "date": deal.day}
    lines = [
        {
            **_article(order.lines[at]),
            "number": str(number),
            "quantity": quantity,
            "quantity_despatched": quantity,
            "order": {**_reference(order), "line": _number(order.lines[at], at)},
            "despatch": despatch,
        }
        for number, (at, quantity) in enumerate(sorted(received.items()), 1)
        if quantity
    ]
    return {
        "number": deal.numbered(RECEIPT, part),
        "function": "original",
        "issued": deal.delivery,
        "received": deal.delivery,
        "order": _reference(order),
        "despatch": despatch,
        **_parties(deal),
        "lines": lines,
    }


def _promised(line: OrderLine, at: int, quantity: Decimal) -> Data:
    return {
        **_article(line),
        "number": str(at + 1),
        "order_line": _number(line, at),
        "quantity": quantity,
        "quantity_ordered": line.quantity,
        "price": line.price,
        "amount": None if line.price is None else quantity * line.price,
    }


def next_week(deal: Deal) -> date:
    """When the rest of a back-order comes."""
    return deal.delivery + timedelta(days=7)


def _parties(deal: Deal) -> Data:
    return {"buyer": deal.buyer, "supplier": deal.supplier, "ship_to": deal.ship_to}


def _reference(order: Order) -> Data:
    return {"number": order.number, "date": order.issued}


def _number(line: OrderLine, at: int) -> str:
    return line.number or str(at + 1)


def _article(line: OrderLine) -> Data:
    names = ("gtin", "buyer_item", "supplier_item", "text", "unit")
    return {name: getattr(line, name) for name in names}


def _billed(
    deal: Deal, order: Order, at: int, quantity: Decimal, number: int, dearer: Decimal
) -> Data:
    line = order.lines[at]
    known = dict(enumerate(deal.lines)).get(at)
    price = line.price if line.price is not None else known.article.price if known else _CENT
    price += dearer
    tax = {} if deal.tax is None else {"tax": {"kind": "vat", "category": "S", "rate": deal.tax}}
    return {
        **_article(line),
        "number": str(number),
        "quantity": quantity,
        "price": price,
        "amount": (price * quantity).quantize(_CENT, ROUND_HALF_UP),
        "order": {**_reference(order), "line": _number(line, at)},
        **tax,
    }


def _sums(deal: Deal, lines: Sequence[Data]) -> Data:
    net = sum((each["amount"] for each in lines), Decimal(0))
    if deal.tax is None:
        return {"totals": {"lines": net, "net": net, "gross": net, "payable": net}}
    tax = (net * deal.tax / 100).quantize(_CENT, ROUND_HALF_UP)
    gross = net + tax
    row = {"kind": "vat", "category": "S", "rate": deal.tax, "base": net, "amount": tax}
    totals = {"lines": net, "net": net, "tax": tax, "gross": gross, "payable": gross}
    return {"taxes": [row], "totals": totals}
