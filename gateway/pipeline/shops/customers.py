"""Customers that are handed to the ERP with their orders, as party information."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.convert import to_parties
from gateway.documents.shop.rules import Rules
from gateway.pipeline.house import House
from gateway.pipeline.shops.written import Written, write
from gateway.problems import Problem, has_errors
from gateway.store.shops import customers

_PASSING = frozenset({"number", "issued"})
"""What is another one in each message about the same customer."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the ERP is told of a customer, and what was found on the way."""

    shop: str
    key: str
    hash: str
    written: list[Written]
    problems: tuple[Problem, ...] = ()
    """An order never waits for what is wrong with its customer."""

    def remember(self, connection: Connection, message: int, at: datetime) -> None:
        """It is told by this row."""
        if self.written:
            customers.told(connection, self.shop, self.key, self.hash, message, at)


def told(house: House, shop: Shop, order: ShopOrder, rules: Rules) -> Told | None:
    """What the ERP has to be told of the customer of an order; ``None`` when nothing."""
    wish, name = shop.orders.customers, _name(order)
    if wish == "none" or name is None:
        return None
    document, found = to_parties(order, rules)
    if document is None or has_errors(found):
        return Told(shop.shop, "", "", [], tuple(found)) if found else None
    key = customers.key_of(name)
    data = document.model_dump(mode="json", exclude=set(_PASSING))
    hash_ = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    with house.store.read() as connection:
        known = customers.known(connection, shop.shop, key)
    if known is not None and (wish == "new" or known == hash_):
        return None
    written = write(house, shop, document, found)
    if isinstance(written, list):
        return Told(shop.shop, key, hash_, [], tuple(written))
    return Told(shop.shop, key, hash_, [written])


def _name(order: ShopOrder) -> str | None:
    """What names a customer: his id in the shop, or a guest's e-mail."""
    buyer = order.buyer
    if buyer is not None and buyer.id is not None:
        return f"id {buyer.id}"
    addresses = (each for each in (buyer, order.bill_to) if each is not None)
    email = next((each.email for each in addresses if each.email), None)
    return None if email is None else f"email {email.strip().lower()}"
