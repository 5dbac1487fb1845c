"""The stock of a shop as a person sees it: each quantity, and how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops.stock import switch
from gateway.pipeline.shops.stock.ledger import Account
from gateway.pipeline.shops.stock.terms import accounts, is_test, terms_of
from gateway.store.shops import stock
from gateway.store.shops.stock import FeedRow, FigureRow, ListingRow


@dataclass(frozen=True, slots=True)
class Seen:
    """One article at one place of the shop."""

    row: ListingRow
    account: Account | None
    figures: tuple[FigureRow, ...]
    safety: int
    share: int
    cap: int | None
    pack: int

    @property
    def wanted(self) -> int | None:
        """What the shop is to show now; ``None``: the ERP says nothing about it."""
        return None if self.account is None else self.account.shown.get(self.row.location)

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        row, account = self.row, self.account
        return {
            "sku": row.sku,
            "location": row.location or None,
            "article": row.article,
            "product": row.product or None,
            "state": row.state,
            "reason": row.reason or None,
            "wanted": self.wanted,
            "sent": row.sent,
            "sent_at": _instant(row.sent_at),
            "confirmed": row.acked,
            "confirmed_at": _instant(row.acked_at),
            "expected": row.expected,
            "due": _instant(row.due),
            "figures": [
                {"place": one.place or None, "kind": one.kind, "quantity": one.quantity,
                 "as_of": _instant(one.as_of), "report": one.sequence}
                for one in self.figures
            ],
            "available": None if account is None else account.available,
            "orders": [] if account is None else [
                {"shop": one.shop, "order": one.order, "quantity": one.quantity,
                 "at": _instant(one.at), "given": _instant(one.given)}
                for one in account.taken
            ],
            "safety": self.safety,
            "share": self.share,
            "cap": self.cap,
            "pack": self.pack,
            "sellable": None if account is None else account.sellable,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """The stock of a shop."""

    shop: str
    feed: FeedRow
    late: bool
    test: bool
    articles: tuple[Seen, ...]
    states: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        feed = self.feed
        return {
            "shop": self.shop,
            "as_of": _instant(feed.as_of),
            "report": feed.message,
            "stopped": feed.stopped or ("late" if self.late else None),
            "in_doubt": feed.done or None,
            "since": _instant(feed.since),
            "released": _instant(feed.released),
            "reason": feed.reason or None,
            "test": self.test,
            "states": self.states,
            "articles": [one.as_json() for one in self.articles],
        }


def view(
    house: House, shop: Shop, *, sku: str | None = None, state: str | None = None, limit: int = 200
) -> View:
    """The articles of a shop: one SKU, those in a state, or all, by SKU."""
    rules = shop.send.stock
    assert rules is not None
    with house.store.read() as connection:
        feed = stock.feed_of(connection, shop.shop)
        rows = stock.listings(connection, shop.shop, sku=sku, state=state, limit=limit)
        found = accounts(connection, shop, {(row.article, row.sku) for row in rows})
        figures = stock.by_article(
            stock.figures(
                connection, test=is_test(shop), kinds=[rules.kind],
                articles={row.article for row in rows},
            )
        )  # fmt: skip
        states = stock.states(connection, shop.shop)
    seen = [_seen(shop, row, found[row.article, row.sku], figures) for row in rows]
    late = switch.is_late(shop, feed, house.clock())
    return View(shop.shop, feed, late, is_test(shop), tuple(seen), states)


def _seen(
    shop: Shop,
    row: ListingRow,
    account: Account | None,
    figures: dict[str, list[Any]],
) -> Seen:
    terms = terms_of(shop, row.sku)
    counting: Sequence[FigureRow] = [
        one
        for one in figures.get(row.article, ())
        if not terms.locations or one.place in terms.locations
    ]
    return Seen(row, account, tuple(counting), terms.safety, terms.share, terms.cap, terms.pack)


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
