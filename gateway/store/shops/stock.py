"""The stock ledger as rows: figures of the ERP, what orders take, articles as shops sell them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from gateway.store.shops.stocktables import feed, figure, listing, reserved
from gateway.store.tables import Instant, delivery, message
from gateway.store.upsert import insert_new

_PART = 500
"""Articles that are looked up with one statement."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """What the ERP says of an article at a place; see the table."""

    article: str
    place: str
    kind: str
    quantity: int
    as_of: datetime
    sequence: int
    gtin: str = ""


@dataclass(frozen=True, slots=True)
class ReservedRow:
    """What an order takes of an article; see the table."""

    id: int
    shop: str
    order_id: str
    number: str
    article: str
    gtin: str
    quantity: int
    at: datetime
    given: datetime | None
    shipped: datetime | None
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class ListingRow:
    """An article as a shop sells it; see the table."""

    id: int
    shop: str
    sku: str
    location: str
    article: str
    product: str
    state: str
    reason: str
    expected: int | None
    wanted: int | None
    turn: int
    sent: int | None
    sent_at: datetime | None
    acked: int | None
    acked_at: datetime | None
    attempts: int
    looked: datetime | None
    due: datetime | None
    change: int


@dataclass(frozen=True, slots=True)
class FeedRow:
    """How far a shop's stock is believed; see the table."""

    shop: str
    as_of: datetime | None = None
    sequence: int = 0
    message: int | None = None
    stopped: str = ""
    done: str = ""
    since: datetime | None = None
    fell: int = 0
    articles: int = 0
    released: datetime | None = None
    reason: str = ""


# ---- figures


def figures(
    connection: Connection, *, test: bool, kinds: Collection[str], articles: Collection[str] | None
) -> list[FigureRow]:
    """Figures of these kinds; of some articles, or of all (``None``)."""
    columns = [figure.c[each.name] for each in fields(FigureRow)]
    statement = select(*columns).where(figure.c.test == test, figure.c.kind.in_(sorted(kinds)))
    if articles is None:
        return [FigureRow(*row) for row in connection.execute(statement)]
    found: list[FigureRow] = []
    for part in _parts(articles):
        rows = connection.execute(statement.where(figure.c.article.in_(part)))
        found += [FigureRow(*row) for row in rows]
    return found


def put_figures(connection: Connection, rows: Sequence[FigureRow], *, test: bool) -> None:
    """Keep these figures; one of an older report changes nothing."""
    if not rows:
        return
    dialect = connection.dialect.name
    made = (postgresql if dialect == "postgresql" else sqlite).insert(figure)
    statement = made.on_conflict_do_update(
        index_elements=["test", "article", "place", "kind"],
        set_={name: made.excluded[name] for name in ("quantity", "as_of", "sequence", "gtin")},
        where=figure.c.sequence <= made.excluded.sequence,
    )
    ordered = sorted(rows, key=lambda row: (row.article, row.place, row.kind))
    values = [
        {each.name: getattr(row, each.name) for each in fields(FigureRow)} | {"test": test}
        for row in ordered
    ]
    connection.execute(statement, values)


def resolve(connection: Connection, *, test: bool, names: Mapping[str, str]) -> dict[str, str]:
    """By article as an order names it: what the ERP's figures call it, by number, then by GTIN.

    ``names``: article → its GTIN, or nothing. What no figure is of keeps its name.
    """
    found: dict[str, str] = {}
    gtins = {gtin: article for article, gtin in names.items() if gtin}
    wanted = [*names, *gtins]
    for part in _parts(wanted):
        statement = select(figure.c.article, figure.c.gtin).where(
            figure.c.test == test, or_(figure.c.article.in_(part), figure.c.gtin.in_(part))
        )
        for article, gtin in connection.execute(statement.distinct()):
            if article in names:
                found[article] = article
            if gtin in gtins:
                found.setdefault(gtins[gtin], article)
    return {name: found.get(name, name) for name in names}


# ---- what orders take


def open_reserved(
    connection: Connection, *, test: bool, articles: Collection[str] | None
) -> list[ReservedRow]:
    """What orders take of some articles (of all: ``None``), as far as it counts still."""
    columns = [reserved.c[each.name] for each in fields(ReservedRow)]
    statement = select(*columns).where(reserved.c.test == test, reserved.c.closed.is_(None))
    if articles is None:
        return [ReservedRow(*row) for row in connection.execute(statement)]
    found: list[ReservedRow] = []
    for part in _parts(articles):
        rows = connection.execute(statement.where(reserved.c.article.in_(part)))
        found += [ReservedRow(*row) for row in rows]
    return found


def reserved_of(
    connection: Connection, shop: str, order_ids: Collection[str]
) -> dict[str, list[ReservedRow]]:
    """By order: what it takes, closed or not; locked."""
    columns = [reserved.c[each.name] for each in fields(ReservedRow)]
    found: dict[str, list[ReservedRow]] = {}
    for part in _parts(order_ids):
        mine = (reserved.c.shop == shop, reserved.c.order_id.in_(part))
        rows = connection.execute(
            select(*columns).where(*mine).order_by(reserved.c.id).with_for_update()
        )
        for row in map(lambda each: ReservedRow(*each), rows):
            found.setdefault(row.order_id, []).append(row)
    return found


def add_reserved(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enter what an order takes for the first time."""
    if rows:
        connection.execute(insert(reserved), [dict(row) for row in rows])


def change_reserved(connection: Connection, ids: Collection[int], **values: Any) -> None:
    """Change some of them."""
    if ids:
        connection.execute(update(reserved).where(reserved.c.id.in_(ids)).values(**values))


def forget(connection: Connection, before: datetime) -> None:
    """Delete what counts no more since then."""
    connection.execute(delete(reserved).where(reserved.c.closed < before))


def note_given(connection: Connection, rows: Iterable[ReservedRow]) -> dict[int, datetime]:
    """When the ERP got the orders of which that was not known; kept, and returned by row."""
    open_ = {row.id for row in rows if row.given is None}
    found: dict[int, datetime] = {}
    for part in _parts(open_):
        statement = (
            select(reserved.c.id, func.max(delivery.c.updated, type_=delivery.c.updated.type))
            .join(message, and_(message.c.number == reserved.c.number,
                                message.c.partner == reserved.c.shop))
            .join(delivery, delivery.c.message == message.c.id)
            .where(
                reserved.c.id.in_(part),
                message.c.direction == "in",
                delivery.c.purpose == "erp",
                delivery.c.state == "done",
                delivery.c.created >= reserved.c.at,
            )
            .group_by(reserved.c.id)
        )  # fmt: skip
        found |= {id_: at for id_, at in connection.execute(statement)}
    if found:
        statement_ = update(reserved).where(reserved.c.id == bindparam("row"))
        connection.execute(
            statement_.values(given=bindparam("at_")),
            [{"row": id_, "at_": at} for id_, at in sorted(found.items())],
        )
    return found


def ship(connection: Connection, shop: str, order_ids: Collection[str], at: datetime) -> None:
    """All that these orders take has left the house."""
    mine = (
        reserved.c.shop == shop,
        reserved.c.order_id.in_(sorted(order_ids)),
        reserved.c.shipped.is_(None),
    )
    connection.execute(update(reserved).where(*mine).values(shipped=at))


# ---- articles as shops sell them


def listings(
    connection: Connection,
    shop: str,
    *,
    sku: str | None = None,
    state: str | None = None,
    limit: int | None = None,
) -> list[ListingRow]:
    """Of one shop, by SKU and location; one SKU, those in a state, or all."""
    statement = select(listing).where(listing.c.shop == shop)
    if sku is not None:
        statement = statement.where(listing.c.sku == sku)
    if state is not None:
        statement = statement.where(listing.c.state == state)
    statement = statement.order_by(listing.c.sku, listing.c.location).limit(limit)
    return [_listing(row) for row in connection.execute(statement)]


def known_articles(connection: Connection, shop: str) -> set[tuple[str, str, str]]:
    """Article, SKU and location of everything that is listed of a shop."""
    statement = select(listing.c.article, listing.c.sku, listing.c.location)
    return {tuple(row) for row in connection.execute(statement.where(listing.c.shop == shop))}


def add_listings(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Enter articles as a shop sells them; those that are known stay as they are."""
    insert_new(connection, listing, [dict(row) for row in rows], keys=["shop", "sku", "location"])


def due(connection: Connection, shop: str, at: datetime, limit: int) -> list[ListingRow]:
    """Listings that are to be looked at now, longest due first."""
    statement = (
        select(listing)
        .where(listing.c.shop == shop, listing.c.due <= at)
        .order_by(listing.c.due, listing.c.id)
        .limit(limit)
    )
    return [_listing(row) for row in connection.execute(statement)]


def same_articles(connection: Connection, rows: Sequence[ListingRow]) -> list[ListingRow]:
    """These and all other listings of the same articles in the same shop."""
    found: dict[int, ListingRow] = {}
    for part in _parts({row.article for row in rows}):
        statement = select(listing).where(
            listing.c.shop == rows[0].shop, listing.c.article.in_(part)
        )
        found |= {row.id: _listing(row) for row in connection.execute(statement)}
    return [found[id_] for id_ in sorted(found)]


def next_due(connection: Connection, shop: str) -> datetime | None:
    """When the next listing of a shop is due."""
    found: datetime | None = connection.scalar(
        select(func.min(listing.c.due, type_=listing.c.due.type)).where(
            listing.c.shop == shop, listing.c.due.is_not(None)
        )
    )
    return found


def touch(connection: Connection, shop: str, articles: Collection[str] | None, at: datetime) -> int:
    """Have listings of some articles (of all: ``None``) looked at, at the latest then; how many.

    What is due earlier stays so: changes within a pause are one call.
    """
    number = 0
    for part in [None] if articles is None else _parts(articles):
        which = [listing.c.shop == shop, listing.c.state.not_in(("unknown", "unmanaged"))]
        if part is not None:
            which.append(listing.c.article.in_(part))
        # in the order of their rows, so that two who do so wait for each other
        held = select(listing.c.id).where(*which).order_by(listing.c.id).with_for_update()
        ids = list(connection.scalars(held))
        sooner = case((listing.c.due <= at, listing.c.due), else_=literal(at, Instant))
        values = {"due": sooner, "change": listing.c.change + 1}
        for some in _parts(ids):
            connection.execute(update(listing).where(listing.c.id.in_(some)).values(**values))
        number += len(ids)
    return number


def change_listings(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change listings, each with the same columns; ``id`` says which.

    ``due`` is only set where nothing happened to the listing since it was read (``change``).
    """
    if not rows:
        return
    names = [name for name in rows[0] if name not in ("id", "change", "due")]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    if "due" in rows[0]:
        same = listing.c.change == bindparam("was")
        values["due"] = case((same, bindparam("new_due", type_=listing.c.due.type)),
                             else_=listing.c.due)  # fmt: skip
    statement = update(listing).where(listing.c.id == bindparam("row")).values(values)
    connection.execute(
        statement,
        [
            {f"new_{name}": row[name] for name in (*names, *(["due"] if "due" in row else []))}
            | {"row": row["id"]}
            | ({"was": row["change"]} if "due" in row else {})
            for row in sorted(rows, key=lambda one: one["id"])
        ],
    )


def expect(
    connection: Connection, shop: str, sold: Mapping[str, int], placed: datetime | None
) -> None:
    """The shop itself sold so many of these SKUs: less is expected there.

    Where it is not certain whether that was before or after our last call, nothing is expected:
    the shop is looked at.
    """
    rows = [
        _listing(row)
        for part in _parts(sold)
        for row in connection.execute(
            select(listing).where(
                listing.c.shop == shop, listing.c.sku.in_(part), listing.c.expected.is_not(None)
            )
        )
    ]
    changed = []
    for row in rows:
        sure = placed is not None and row.acked_at is not None and placed > row.acked_at + _CLOCKS
        only = sum(1 for other in rows if other.sku == row.sku) == 1
        left = (row.expected or 0) - sold[row.sku]
        changed.append({"id": row.id, "expected": left if sure and only and left >= 0 else None})
    change_listings(connection, changed)


_CLOCKS = timedelta(seconds=10)
"""How far a shop's clock may be from ours."""


def look_again(connection: Connection, shop: str, before: datetime, at: datetime) -> None:
    """Articles that the shop did not know when it was asked before that time are due again."""
    old = (
        listing.c.shop == shop,
        listing.c.state.in_(("unknown", "unmanaged")),
        listing.c.looked < before,
    )
    values = {"due": at, "state": "new", "change": listing.c.change + 1}
    connection.execute(update(listing).where(*old).values(**values))


def states(connection: Connection, shop: str) -> dict[str, int]:
    """How many listings of a shop, by state."""
    statement = select(listing.c.state, func.count()).where(listing.c.shop == shop)
    return {state: number for state, number in connection.execute(statement.group_by("state"))}


@dataclass(frozen=True, slots=True)
class Some:
    """How many articles something is said of, and the first of them."""

    count: int
    first: tuple[str, ...] = ()
    reason: str = ""


def troubled(connection: Connection, shop: str, attempts: int, few: int) -> Some:
    """Articles that the shop refuses, or that did not settle in so many attempts."""
    return _some(
        connection, shop, few,
        or_(listing.c.state == "refused",
            and_(listing.c.state == "known", listing.c.attempts >= attempts)),
    )  # fmt: skip


def unknown(connection: Connection, shop: str, few: int) -> Some:
    """Articles that the shop does not know."""
    return _some(connection, shop, few, listing.c.state == "unknown")


def _some(connection: Connection, shop: str, few: int, which: ColumnElement[bool]) -> Some:
    mine = (listing.c.shop == shop, which)
    number = connection.scalar(select(func.count()).select_from(listing).where(*mine)) or 0
    if not number:
        return Some(0)
    found = select(listing.c.sku, listing.c.reason).where(*mine).order_by(listing.c.sku)
    rows = connection.execute(found.limit(few)).all()
    return Some(number, tuple(row.sku for row in rows), rows[0].reason)


# ---- the kill switch


def feed_of(connection: Connection, shop: str) -> FeedRow:
    """How far a shop's stock is believed."""
    row = connection.execute(select(feed).where(feed.c.shop == shop)).first()
    return FeedRow(shop) if row is None else FeedRow(**row._mapping)


def feeds(connection: Connection) -> dict[str, FeedRow]:
    """By shop."""
    rows = connection.execute(select(feed).order_by(feed.c.shop))
    return {row.shop: FeedRow(**row._mapping) for row in rows}


def change_feed(connection: Connection, shop: str, **values: Any) -> None:
    """Change a shop's row; it is made when it is missing."""
    insert_new(connection, feed, [{"shop": shop}], keys=["shop"])
    connection.execute(update(feed).where(feed.c.shop == shop).values(**values))


def by_article(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Rows by their article."""
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.article].append(row)
    return found


def _listing(row: Any) -> ListingRow:
    return ListingRow(**row._mapping)


def _parts(values: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(sorted(set(values)))
    while part := list(islice(rest, _PART)):
        yield part
