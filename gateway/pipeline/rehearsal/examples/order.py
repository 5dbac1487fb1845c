"""An order of a deal, its change and its cancellation."""

from __future__ import annotations

from decimal import Decimal

from gateway.documents import Order
from gateway.pipeline.rehearsal.examples.articles import UNKNOWN
from gateway.pipeline.rehearsal.examples.deal import Data, Deal, Wanted

CHANGE = 46


def order(deal: Deal, *, unknown: bool = False) -> Data:
    """A new order; ``unknown``: with one more line, of an article that nobody has."""
    wanted = [*deal.lines, *([Wanted(UNKNOWN, Decimal(10))] if unknown else [])]
    lines = [_line(number, each) for number, each in enumerate(wanted, 1)]
    return {
        "number": deal.number,
        "kind": "order",
        "function": "original",
        "issued": deal.day,
        "currency": deal.currency,
        "delivery": {"on": deal.delivery},
        "buyer": deal.buyer,
        "supplier": deal.supplier,
        "ship_to": deal.ship_to,
        "invoicee": deal.buyer,
        "lines": lines,
        "totals": {"lines": sum((each["amount"] for each in lines), Decimal(0))},
    }


def change(deal: Deal, first: Order, *, cancel: bool = False) -> Data:
    """The first line is halved; ``cancel``: nothing is wanted any more."""
    lines = []
    for line in () if cancel else first.lines[:1]:
        data = line.to_data()
        half = (line.quantity / 2).to_integral_value()
        data |= {"action": "changed", "quantity": half}
        data |= {"quantity_before": line.quantity, "quantity_difference": half - line.quantity}
        if line.price is not None:
            data["amount"] = half * line.price
        lines.append(data)
    return {
        "number": deal.numbered(CHANGE),
        "sequence": "1",
        "issued": deal.day,
        "function": "cancellation" if cancel else "change",
        "order": {"number": first.number, "date": first.issued},
        "currency": first.currency,
        "delivery": {"on": deal.delivery},
        "buyer": deal.buyer,
        "supplier": deal.supplier,
        "ship_to": deal.ship_to,
        "lines": lines,
    }


def _line(number: int, wanted: Wanted) -> Data:
    article = wanted.article
    return {
        "number": str(number),
        "gtin": article.gtin,
        "buyer_item": article.buyer_item,
        "supplier_item": article.supplier_item,
        "text": article.text,
        "quantity": wanted.quantity,
        "unit": "piece",
        "price": article.price,
        "amount": article.price * wanted.quantity,
    }
