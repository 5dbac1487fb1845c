"""Customers that the ERP was told of, so that it is told once, or when something changed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Connection, select

from gateway.store.shops.tables import customer
from gateway.store.upsert import upsert


def key_of(name: str) -> str:
    """What names a customer here: his id or address is not kept."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def known(connection: Connection, shop: str, key: str) -> str | None:
    """The hash of what the ERP was told of a customer last."""
    mine = (customer.c.shop == shop, customer.c.key == key)
    found: str | None = connection.scalar(select(customer.c.hash).where(*mine))
    return found


def told(
    connection: Connection, shop: str, key: str, hash_: str, message: int, at: datetime
) -> None:
    """The ERP is told of a customer by a row."""
    values = {"hash": hash_, "message": message, "updated": at}
    row = {"shop": shop, "key": key, **values}
    upsert(connection, customer, row, keys=["shop", "key"], change=values)
