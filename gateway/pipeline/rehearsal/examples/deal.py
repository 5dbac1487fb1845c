"""Who buys what from whom: what all documents of one example say alike."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from gateway.config import Workspace
from gateway.config.models import Identities, Partner
from gateway.pipeline.rehearsal.examples.articles import ASSORTMENT, Article, place_of

Data = dict[str, Any]
_SELLS = {("order", "outbound"), ("orderresponse", "inbound"), ("despatch", "inbound")}
_SELLS |= {("invoice", "inbound"), ("orderchange", "outbound"), ("receipt", "outbound")}
"""What a partner exchanges from whom we buy."""
_TERM = 30
"""Days until an invoice is due."""
_GLN = 13


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of the order."""

    article: Article
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Deal:
    """One purchase."""

    serial: int
    """Makes the numbers of its documents."""
    day: date
    buyer: Data
    supplier: Data
    ship_to: Data
    currency: str
    tax: Decimal | None
    """VAT in per cent; ``None`` where invoices tell none."""
    lines: tuple[Wanted, ...]

    @property
    def number(self) -> str:
        """Of the order."""
        return f"45{self.serial:08}"

    def numbered(self, front: int, part: int = 0) -> str:
        """Of another document: two digits that tell its kind, then the deal and the part."""
        return f"{front}{(self.serial * 10 + part) % 10**8:08}"

    @property
    def delivery(self) -> date:
        """The day that is asked for: after today, and no Sunday."""
        day = self.day + timedelta(days=5)
        return day + timedelta(days=1) if day.isoweekday() == 7 else day

    @property
    def due(self) -> date:
        """When an invoice of today is to be paid."""
        return self.day + timedelta(days=_TERM)


def deal_of(workspace: Workspace, partner: Partner, day: date, seed: int, part: int = 0) -> Deal:
    """A purchase between a partner and us; ``part``: which one of the same seed."""
    dice = random.Random(seed * 1000 + part)
    sells = sells_to_us(partner)
    them, us = _party(partner.identities, partner.name), _own(workspace, partner)
    buyer, supplier = (us, them) if sells else (them, us)
    syntax = partner.agreements[0].standard.syntax if partner.agreements else "edifact"
    chosen = dice.sample(ASSORTMENT, 3)
    return Deal(
        serial=dice.randrange(10**6) * 100 + part % 100,
        day=day,
        buyer=buyer,
        supplier=supplier,
        ship_to=_place(buyer),
        currency="EUR" if syntax == "edifact" else "USD",
        tax=Decimal(19) if syntax == "edifact" else None,
        lines=tuple(Wanted(one, Decimal(dice.randrange(2, 20) * 10)) for one in chosen),
    )


def sells_to_us(partner: Partner) -> bool:
    """Whether we buy from him, by what is exchanged."""
    found = [(each.document, each.direction) in _SELLS for each in partner.agreements]
    return sum(found) * 2 > len(found)


def _own(workspace: Workspace, partner: Partner) -> Data:
    identities = workspace.own.identities
    number = partner.identities.erp.supplier
    return _party(identities, workspace.own.name) | ({"buyer_number": number} if number else {})


def _party(identities: Identities, name: str) -> Data:
    """Name and an invented address; a GLN, or the number that the ERP has for it."""
    found: Data = {
        "name": name[:35],
        "street": "1 Example Street",
        "city": "Sampletown",
        "postcode": "12345",
        "country": "DE" if identities.edifact is not None else "US",
    }
    envelope = identities.edifact.id if identities.edifact is not None else ""
    gln = identities.gln or (envelope if len(envelope) == _GLN and envelope.isdigit() else None)
    if gln is not None:
        found["gln"] = gln
    elif identities.erp.customer is not None:
        found["buyer_number"] = identities.erp.customer
    return found


def _place(buyer: Data) -> Data:
    """Where goods go: a place of the buyer's."""
    place = {**buyer, "name": f"{buyer['name'][:28]} Store", "street": "7 Example Lane"}
    if "gln" in buyer:
        place["gln"] = place_of(buyer["gln"])
    return place
