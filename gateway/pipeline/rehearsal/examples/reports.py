"""Documents that belong to no order: stock, sales, catalogue, remittance, master data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from gateway.pipeline.rehearsal.examples.deal import Data, Deal

_NUMBERS = {"inventory": 20, "sales": 21, "catalogue": 22, "remittance": 23, "parties": 24}


def inventory(deal: Deal) -> Data:
    """What lies at the buyer's place."""
    stock = [
        {**_article(deal, at), "stocks": [{"kind": "on_hand", "quantity": each.quantity}]}
        for at, each in enumerate(deal.lines)
    ]
    return {**_head(deal, "inventory"), "warehouse": deal.ship_to, "lines": stock}


def sales(deal: Deal) -> Data:
    """What the buyer's place sold yesterday."""
    day = deal.day - timedelta(days=1)
    place = {"gln": deal.ship_to["gln"]} if "gln" in deal.ship_to else {"place": "1"}
    lines = [
        {**_article(deal, at), **place, "quantity": each.quantity, "unit": "piece"}
        for at, each in enumerate(deal.lines)
    ]
    return {**_head(deal, "sales"), "period": {"start": day, "end": day}, "lines": lines}


def catalogue(deal: Deal) -> Data:
    """The articles and their net prices, from next month on."""
    valid = {"start": deal.day + timedelta(days=30)}
    items = [
        {
            **_article(deal, at),
            "action": "changed",
            "prices": [{"kind": "net", "amount": each.article.price, "valid": valid}],
        }
        for at, each in enumerate(deal.lines)
    ]
    return {**_head(deal, "catalogue"), "currency": deal.currency, "items": items}


def remittance(deal: Deal) -> Data:
    """One invoice is paid."""
    net = sum((each.article.price * each.quantity for each in deal.lines), Decimal(0))
    settled = {"kind": "invoice", "number": deal.numbered(90), "amount": net, "paid": net}
    return {
        "number": deal.numbered(_NUMBERS["remittance"]),
        "issued": deal.day,
        "currency": deal.currency,
        "amount": net,
        "paid_on": deal.day,
        "payer": deal.buyer,
        "payee": deal.supplier,
        "documents": [settled],
    }


def parties(deal: Deal) -> Data:
    """One place of the buyer's."""
    place = {**deal.ship_to, "role": "ship_to", "action": "added"}
    return {
        **_head(deal, "parties"),
        "sender": deal.buyer,
        "receiver": deal.supplier,
        "parties": [place],
    }


REPORTS: Mapping[str, Callable[[Deal], Data]] = {
    "inventory": inventory,
    "sales": sales,
    "catalogue": catalogue,
    "remittance": remittance,
    "parties": parties,
}


def _head(deal: Deal, document: str) -> Data:
    return {
        "number": deal.numbered(_NUMBERS[document]),
        "function": "original",
        "issued": deal.day,
        "buyer": deal.buyer,
        "supplier": deal.supplier,
    }


def _article(deal: Deal, at: int) -> Data:
    article = deal.lines[at].article
    return {
        "number": str(at + 1),
        "gtin": article.gtin,
        "supplier_item": article.supplier_item,
        "text": article.text,
    }
