"""The kill switch: figures that are late or not plausible are not sent to a shop.

``freeze``: the shop keeps what it has; ``zero``: it sells nothing. A late feed is over with the
next report. One that was not plausible is over when a report brings the articles back, or when a
person says that it is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.config.shops import Shop
from gateway.pipeline.shops.stock.ledger import is_implausible
from gateway.pipeline.shops.stock.wake import wake
from gateway.store.shops import stock
from gateway.store.shops.stock import FeedRow

LATE, IMPLAUSIBLE = "late", "implausible"
ZERO = "zero"


@dataclass(frozen=True, slots=True)
class Report:
    """A report as the switch sees it."""

    message: int
    sequence: int
    as_of: datetime


def judge(
    connection: Connection,
    shop: Shop,
    report: Report,
    before: Mapping[str, int],
    after: Mapping[str, int],
    at: datetime,
) -> None:
    """Whether a report is believed. Pieces by article before it, and as it says."""
    rules = shop.send.stock
    assert rules is not None
    known = stock.feed_of(connection, shop.shop)
    if report.sequence < known.sequence:
        return
    values: dict[str, object] = {
        "as_of": report.as_of,
        "sequence": report.sequence,
        "message": report.message,
    }
    had = sum(1 for pieces in before.values() if pieces > 0)
    fell = is_implausible(before, after, rules.implausible)
    has = sum(1 for pieces in after.values() if pieces > 0)
    if fell:
        values |= {"stopped": IMPLAUSIBLE, "done": rules.when_in_doubt, "since": at}
        values |= {"fell": fell, "articles": had}
    elif known.stopped == LATE or (
        known.stopped == IMPLAUSIBLE
        and (known.articles - has) * 100 <= rules.implausible * known.articles
    ):
        values |= {"stopped": "", "done": "", "since": None}
    stock.change_feed(connection, shop.shop, **values)
    if values.get("stopped", known.stopped) != known.stopped:
        _all(connection, shop, at)


def is_late(shop: Shop, known: FeedRow, at: datetime) -> bool:
    """Whether the newest report is too old to be believed."""
    rules = shop.send.stock
    if rules is None or rules.late_after is None or known.as_of is None:
        return False
    return known.as_of + rules.late_after <= at


def review(connection: Connection, shop: Shop, at: datetime) -> FeedRow:
    """How far the figures are believed at this moment; a feed that became late is stopped."""
    known = stock.feed_of(connection, shop.shop)
    rules = shop.send.stock
    assert rules is not None
    if known.stopped:
        if known.done == rules.when_in_doubt:
            return known
        stock.change_feed(connection, shop.shop, done=rules.when_in_doubt)  # the settings changed
    elif is_late(shop, known, at):
        done = rules.when_in_doubt
        stock.change_feed(connection, shop.shop, stopped=LATE, done=done, since=at)
    else:
        return known
    _all(connection, shop, at)
    return stock.feed_of(connection, shop.shop)


def release(connection: Connection, shop: Shop, reason: str, at: datetime) -> bool:
    """A person says that the figures are right; whether anything was stopped.

    A late feed counts from now on as if a report had just come.
    """
    known = stock.feed_of(connection, shop.shop)
    if not known.stopped:
        return False
    values: dict[str, object] = {"stopped": "", "done": "", "since": None}
    values |= {"released": at, "reason": reason}
    if known.stopped == LATE:
        values["as_of"] = at
    stock.change_feed(connection, shop.shop, **values)
    _all(connection, shop, at)
    return True


def _all(connection: Connection, shop: Shop, at: datetime) -> None:
    stock.touch(connection, shop.shop, None, at)
    wake(connection, [shop], at)
