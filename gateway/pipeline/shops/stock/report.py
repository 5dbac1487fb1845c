"""A stock report of the ERP enters the ledger, in the transaction that stores its document.

An older report never overwrites a newer one: each figure remembers the report it is of. A report
that is not plausible is entered, too, but nothing of it goes to the shop until a person, or the
next report, says that it may (:mod:`.switch`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from sqlalchemy import Connection

from gateway.config.shops import Shop
from gateway.documents import InventoryReport
from gateway.documents.common import Party
from gateway.documents.inventory import InventoryLine, Stock
from gateway.pipeline.house import House
from gateway.pipeline.shops.back.names import article_of, names_of
from gateway.pipeline.shops.stock import switch
from gateway.pipeline.shops.stock.ledger import is_contained
from gateway.pipeline.shops.stock.terms import as_taken, takers, terms_of
from gateway.pipeline.shops.stock.wake import wake
from gateway.problems import Problem, problem
from gateway.store import Message, messages
from gateway.store.shops import stock
from gateway.store.shops.stock import FigureRow, ReservedRow

SELLABLE = (None, "accepted")
"""States of a quantity (UNCL 7491) that can be sold."""
_FEW = 5
_LONGEST = 80
_KEPT = timedelta(days=90)
"""How long it is kept what orders took that counts no more."""
_AGAIN = timedelta(days=1)
"""After that the shop is asked once more about an article that it did not know."""
Key = tuple[str, str, str]
"""Article, place, kind."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The quantities of a report that can be sold, whatever shop they are for."""

    quantities: Mapping[Key, int]
    gtins: Mapping[str, str]
    """By article."""
    kinds: Mapping[str, set[str]]
    """By kind: the articles that have a quantity of it."""
    articles: tuple[str, ...]
    """All that are named."""


@dataclass(slots=True)
class Entry:
    """A report on its way into the ledger."""

    document: InventoryReport
    message: int
    """Its row."""
    sequence: int
    as_of: datetime
    counted: Counted
    found: list[Problem] = field(default_factory=list)

    @property
    def number(self) -> str:
        """What people call it."""
        return self.document.number or f"of {self.document.issued}"


def take(
    house: House,
    connection: Connection,
    file: Message,
    reports: Sequence[tuple[int, InventoryReport]],
    at: datetime,
    *,
    test: bool,
) -> dict[int, list[Problem]]:
    """Enter the reports of a file; by row what was found about them (W440 to W442)."""
    shops = takers(house.workspace, test=test)
    if not shops or not reports:
        return {}
    sequence, came = _origin(connection, file)
    found: dict[int, list[Problem]] = {}
    for message, document in reports:
        places = {place for shop in shops for place in _places(shop)}
        counted = count(document, places)
        entry = Entry(document, message, sequence, moment(document.issued, came), counted)
        _enter(house, connection, entry, shops, at, test=test)
        found[message] = entry.found
    stock.forget(connection, at - _KEPT)
    return found


def moment(issued: date, came: datetime) -> datetime:
    """When the quantities of a report were so: when it came, or while its day was somewhere."""
    latest = datetime.combine(issued + timedelta(days=1), time(12), UTC)
    return min(came, latest)


def count(document: InventoryReport, places: set[str]) -> Counted:
    """What of a report can be sold, added up by article, place and kind; whole pieces."""
    sums: dict[Key, Decimal] = {}
    gtins: dict[str, str] = {}
    kinds: dict[str, set[str]] = {}
    named: dict[str, None] = {}
    for line in document.lines:
        article = article_of(line)[:_LONGEST]
        if not article:
            continue
        named[article] = None
        gtins[article] = line.gtin or gtins.get(article, "")
        for one in line.stocks:
            if not _counts(one, document.issued):
                continue
            key = (article, _place(document, line, one, places), one.kind[:40])
            sums[key] = sums.get(key, Decimal(0)) + one.quantity
            kinds.setdefault(one.kind, set()).add(article)
    whole = {key: int(value.to_integral_value(ROUND_FLOOR)) for key, value in sums.items()}
    return Counted(whole, gtins, kinds, tuple(named))


def _counts(one: Stock, issued: date) -> bool:
    """Whether it is there now, and can be sold; what comes and goes is no stock."""
    return one.movement is None and one.state in SELLABLE and (one.on is None or one.on <= issued)


def _place(document: InventoryReport, line: InventoryLine, one: Stock, places: set[str]) -> str:
    told = one.location or line.location
    if told:
        return told[:_LONGEST]
    party = document.warehouse
    if not isinstance(party, Party):
        return ""
    names = [party.gln, party.supplier_number, party.buyer_number]
    known = next((name for name in names if name in places), None)
    return (known or next(filter(None, names), ""))[:_LONGEST]


def _places(shop: Shop) -> set[str]:
    return set() if shop.send.stock is None else set(shop.send.stock.locations)


def _origin(connection: Connection, file: Message) -> tuple[int, datetime]:
    """The file that first brought these bytes to be read: a replay is no newer report."""
    row = file
    while row.replay_of is not None:
        before = messages.get(connection, row.replay_of)
        if before is not None and before.kind != "file" and before.parent is not None:
            before = messages.get(connection, before.parent)
        if before is None or before.id >= row.id:
            break
        row = before
    return row.id, row.created


def _enter(
    house: House,
    connection: Connection,
    entry: Entry,
    shops: Sequence[Shop],
    at: datetime,
    *,
    test: bool,
) -> None:
    counted = entry.counted
    known = stock.figures(connection, test=test, kinds=list(counted.kinds), articles=None)
    before = {(row.article, row.place, row.kind): row for row in known}
    newer = [key for key in counted.quantities if _is_newer(before.get(key), entry.sequence)]
    if newer:
        other = before[newer[0]].sequence
        facts: dict[str, Any] = {"number": entry.number, "what": entry.document.issued}
        entry.found.append(problem("W442", newer=other, count=len(newer), **facts))
    rows = [
        FigureRow(*key, quantity, entry.as_of, entry.sequence, counted.gtins[key[0]][:20])
        for key, quantity in counted.quantities.items()
    ]
    stock.put_figures(connection, rows, test=test)
    taken = stock.open_reserved(connection, test=test, articles=None)
    taken = _named_anew(connection, taken, test=test)
    after = before | {
        (row.article, row.place, row.kind): row
        for row in rows
        if not _is_newer(before.get((row.article, row.place, row.kind)), entry.sequence)
    }
    given = stock.note_given(connection, taken)
    taken = [replace(row, given=given.get(row.id, row.given)) for row in taken]
    changed = {
        key[0]
        for key, row in after.items()
        if (old := before.get(key)) is None or old.quantity != row.quantity
    } | ({row.article for row in taken} & set(counted.articles))
    for shop in shops:
        _for_shop(house, connection, entry, shop, (before, after, taken, changed), at)
    _close(connection, shops, after.values(), taken, at)


def _is_newer(row: FigureRow | None, sequence: int) -> bool:
    return row is not None and row.sequence > sequence


_Change = tuple[Mapping[Key, FigureRow], Mapping[Key, FigureRow], Sequence[ReservedRow], set[str]]
"""Figures before and after, what orders take, articles whose account may have changed."""


def _for_shop(
    house: House,
    connection: Connection,
    entry: Entry,
    shop: Shop,
    change: _Change,
    at: datetime,
) -> None:
    """What a report means for one shop."""
    rules = shop.send.stock
    assert rules is not None
    before, after, taken, changed = change
    missing = _missing(entry, shop)
    if missing is not None:
        entry.found.append(missing)
    if rules.kind not in entry.counted.kinds:
        return
    switch.judge(
        connection,
        shop,
        switch.Report(entry.message, entry.sequence, entry.as_of),
        _left(before, taken, shop),
        _left(after, (), shop),
        at,
    )
    names = names_of(house.workspace, shop)
    listed = stock.known_articles(connection, shop.shop)
    locations = sorted(set(rules.locations.values())) or [""]
    new = [
        {"shop": shop.shop, "sku": sku[:_LONGEST], "location": location, "article": article,
         "due": at}
        for article in sorted(entry.counted.kinds[rules.kind])
        for sku in names.skus(article, entry.counted.gtins.get(article, ""))
        for location in locations
        if (article, sku[:_LONGEST], location) not in listed
    ]  # fmt: skip
    stock.add_listings(connection, new)
    stock.look_again(connection, shop.shop, at - _AGAIN, at)
    stock.touch(connection, shop.shop, changed, at + rules.wait)
    wake(connection, [shop], at)


def _missing(entry: Entry, shop: Shop) -> Problem | None:
    """What a report does not say about the kind that a shop sells."""
    assert shop.send.stock is not None
    kind, counted = shop.send.stock.kind, entry.counted
    facts: dict[str, Any] = {"number": entry.number, "kind": kind, "shop": shop.shop}
    having = counted.kinds.get(kind, set())
    if not having:
        return problem("W440", kinds=", ".join(sorted(counted.kinds)) or "none", **facts)
    without = [article for article in counted.articles if article not in having]
    if not without:
        return None
    return problem("W441", count=len(without), items=", ".join(without[:_FEW]), **facts)


def _left(
    figures: Mapping[Key, FigureRow], taken: Sequence[ReservedRow], shop: Shop
) -> dict[str, int]:
    """Pieces by article that count for a shop, less what orders take."""
    assert shop.send.stock is not None
    kind, places = shop.send.stock.kind, _places(shop)
    found: dict[str, int] = {}
    for row in figures.values():
        if row.kind == kind and (not places or row.place in places):
            found[row.article] = found.get(row.article, 0) + row.quantity
    for one in taken:
        if one.article in found:
            found[one.article] -= one.quantity
    return found


def _named_anew(
    connection: Connection, taken: Sequence[ReservedRow], *, test: bool
) -> list[ReservedRow]:
    """Orders that came before any figure of their article: now the ERP's name is known."""
    names = {row.article: row.gtin for row in taken}
    called = stock.resolve(connection, test=test, names=names)
    moved = [row for row in taken if called[row.article] != row.article]
    for row in moved:
        stock.change_reserved(connection, [row.id], article=called[row.article])
    if not moved:
        return list(taken)
    return stock.open_reserved(connection, test=test, articles=None)


def _close(
    connection: Connection,
    shops: Sequence[Shop],
    figures: Iterable[FigureRow],
    taken: Sequence[ReservedRow],
    at: datetime,
) -> None:
    """What every figure of its article contains, whatever shop asks, counts no more."""
    oldest: dict[str, datetime] = {}
    for row in figures:
        oldest[row.article] = min(row.as_of, oldest.get(row.article, row.as_of))
    terms = [terms_of(shop, "") for shop in shops]
    over = [
        row.id
        for row, one in zip(taken, as_taken(taken), strict=True)
        if row.article in oldest
        and all(is_contained(one, oldest[row.article], each) for each in terms)
    ]
    stock.change_reserved(connection, over, closed=at)
