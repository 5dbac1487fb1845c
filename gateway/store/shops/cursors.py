"""How far the polls of a shop have read, and the window that they are in."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from gateway.store.shops.tables import cursor
from gateway.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the changes of a shop; see the table."""

    shop: str
    begun: datetime
    mark: datetime
    since: datetime | None = None
    until: datetime | None = None
    position: str = ""
    newest: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    updated: datetime | None = None
    """When something was read last."""


_FIND = select(cursor).where(cursor.c.shop == bindparam("shop_"))


def begin(connection: Connection, shop: str, begun: datetime, mark: datetime, at: datetime) -> None:
    """Where the first look begins (``mark``); nothing happens where there was one."""
    row = {"shop": shop, "begun": begun, "mark": mark, "updated": at}
    insert_new(connection, cursor, [row], keys=["shop"])


def find(connection: Connection, shop: str) -> Cursor | None:
    """Of one shop."""
    row = connection.execute(_FIND, {"shop_": shop}).first()
    return None if row is None else _from(row._asdict())


def find_all(connection: Connection) -> dict[str, Cursor]:
    """By shop."""
    rows = connection.execute(select(cursor).order_by(cursor.c.shop))
    return {row.shop: _from(row._asdict()) for row in rows}


def move(connection: Connection, now: Cursor, at: datetime) -> None:
    """Where it is now; in the transaction that keeps what was read until there."""
    kept = {name: value for name, value in asdict(now).items() if name not in ("shop", "begun")}
    mine = update(cursor).where(cursor.c.shop == now.shop)
    connection.execute(mine.values(**{**kept, "updated": at}))


def go_back(connection: Connection, shop: str, to: datetime, at: datetime) -> None:
    """Read again what changed since then, with the next look (also what was made since then)."""
    again = update(cursor).where(cursor.c.shop == shop)
    fresh = {"since": None, "until": None, "position": "", "newest": None, "started": None}
    connection.execute(again.where(cursor.c.mark > to).values(mark=to, updated=at, **fresh))
    connection.execute(again.where(cursor.c.begun > to).values(begun=to))


def begin_earlier(connection: Connection, shop: str, to: datetime) -> None:
    """Orders made since then are the house's, too."""
    mine = (cursor.c.shop == shop, cursor.c.begun > to)
    connection.execute(update(cursor).where(*mine).values(begun=to))


def _from(values: dict[str, Any]) -> Cursor:
    return Cursor(**values)
