"""Stock goes to a shop: what changed of it, in batches, each result by itself.

What is to be shown is computed at the moment of the call, from the ledger. A call is noted before
it is made and confirmed after it, so that one whose outcome nobody knows is simply made again:
quantities are absolute, and where the shop compares, it says that it has them already.

Where the shop has another quantity than we believe, it sold (or took back) something that we did
not hear of: it is asked for its orders first, some times, before its quantity is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from gateway.channels.shops.connector import Article, Connector, Level, Outcome
from gateway.channels.shops.session import ShopError
from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops.connections import connections
from gateway.pipeline.shops.stock import switch
from gateway.pipeline.shops.stock.terms import accounts, is_test
from gateway.pipeline.shops.stock.wake import wake
from gateway.store.shops import errands, stock
from gateway.store.shops.stock import ListingRow

PERIOD = timedelta(minutes=1)
"""How often a shop's stock is looked at when nothing happens: a feed may have become late."""
LOOK = 100
"""Articles of one look into the shop."""
ROOM = 500
"""Listings of one round."""
ROUNDS = 100
"""Rounds of one run; more is left to the next one, so that other work has its turn."""
PATIENCE = 3
"""How often a shop is asked for its orders before an unexpected quantity is overwritten."""
LONGEST = timedelta(minutes=15)
"""Of a pause before the same article is tried again."""
_SETTLED = ("known", "refused")


@dataclass(frozen=True, slots=True)
class _Item:
    """A listing on its way out."""

    row: ListingRow
    wanted: int


def run(house: House, shop: Shop) -> datetime:
    """Send what is due; when the next is. Raises ``ShopError`` where the shop cannot be called."""
    for _ in range(ROUNDS):
        if not _round(house, shop):
            break
    at = house.clock()
    with house.store.read() as connection:
        due = stock.next_due(connection, shop.shop)
    return at + PERIOD if due is None else max(at, min(due, at + PERIOD))


def _round(house: House, shop: Shop) -> bool:
    """Send some of it; whether there may be more."""
    at = house.clock()
    with house.store.write("stock: looked at") as connection:
        feed = switch.review(connection, shop, at)
    with house.store.read() as connection:
        rows = stock.due(connection, shop.shop, at, ROOM)
        found = accounts(connection, shop, {(row.article, row.sku) for row in rows})
    if not rows:
        return False
    zero = feed.stopped != "" and feed.done == switch.ZERO
    items: list[_Item] = []
    quiet: list[ListingRow] = []
    for row in rows:
        known = found[row.article, row.sku]
        wanted = 0 if zero else None if known is None else known.shown.get(row.location)
        if (feed.stopped and not zero) or wanted is None:
            quiet.append(row)
        elif wanted == row.expected and row.state == "known":
            quiet.append(replace(row, wanted=wanted))
        else:
            items.append(_Item(row, wanted))
    if is_test(shop):  # told, not sent
        quiet += [replace(item.row, wanted=item.wanted) for item in items]
        items = []
    _rest(house, quiet)
    if items:
        _send(house, shop, items)
    return len(rows) == ROOM


def _rest(house: House, rows: Sequence[ListingRow]) -> None:
    """Nothing has to be sent for these."""
    if rows:
        with house.store.write("stock: nothing to send") as connection:
            stock.change_listings(
                connection,
                [
                    {"id": row.id, "change": row.change, "due": None, "wanted": row.wanted}
                    for row in rows
                ],
            )


def _send(house: House, shop: Shop, items: Sequence[_Item]) -> None:
    connector = connections(house).get(shop.shop)
    compares = connector.capabilities.stock == "compare_and_set"
    unclear = [item for item in items if _is_unclear(item, compares=compares)]
    if unclear:
        clear = [item for item in items if not _is_unclear(item, compares=compares)]
        items = [*clear, *_look(house, shop, connector, unclear)]
    size = max(1, connector.capabilities.stock_batch)
    for start in range(0, len(items), size):
        _call(house, shop, connector, items[start : start + size])


def _is_unclear(item: _Item, *, compares: bool) -> bool:
    """Whether the shop has to be looked at first; one that compares tells it by itself."""
    row = item.row
    return row.product == "" or row.expected is None or row.state == "new" or not compares


# ---- looking


def _look(house: House, shop: Shop, connector: Connector, items: Sequence[_Item]) -> list[_Item]:
    """What of it can be sent, now that the shop was asked about the articles."""
    known = _articles(connector, [item.row.sku for item in items])
    at = house.clock()
    ready: list[_Item] = []
    over: list[Mapping[str, Any]] = []
    asked = False
    for item in items:
        row, article = item.row, known.get(item.row.sku)
        if article is None or not article.managed:
            state = "unknown" if article is None else "unmanaged"
            over.append(_values(row, due=None, wanted=item.wanted, state=state, looked=at))
            continue
        here = None if row.location else article.quantity  # of one place nobody told it
        seen = replace(row, product=article.product, state=_known(row), looked=at)
        if here is None:
            ready.append(_Item(seen, item.wanted))
        elif _is_surprise(row, here) and row.attempts < PATIENCE:
            asked = True
            seen = replace(seen, attempts=row.attempts + 1, wanted=item.wanted)
            over.append(_values(seen, due=at + _pause(row.attempts)))
        elif here == item.wanted:
            done = replace(seen, expected=here, acked=here, acked_at=at, attempts=0)
            over.append(_values(done, due=None, wanted=here))
        else:
            ready.append(_Item(replace(seen, expected=here), item.wanted))
    with house.store.write("stock: looked up") as connection:
        stock.change_listings(connection, over)
        stock.change_listings(
            connection,
            [{"id": item.row.id, "product": item.row.product, "state": item.row.state,
              "looked": at, "expected": item.row.expected} for item in ready],
        )  # fmt: skip
        if asked:  # its orders explain it, as a rule
            errands.pull_in(connection, [errands.lane_of(shop.shop, "poll")], at)
    return ready


def _articles(connector: Connector, skus: Sequence[str]) -> dict[str, Article]:
    wanted = sorted(set(skus))
    found: dict[str, Article] = {}
    for start in range(0, len(wanted), LOOK):
        found |= connector.articles(wanted[start : start + LOOK])
    return found


def _known(row: ListingRow) -> str:
    return row.state if row.state in _SETTLED else "known"


def _is_surprise(row: ListingRow, here: int) -> bool:
    """Less than we believe is there: sold, and we did not hear of it yet."""
    return row.expected is not None and here < row.expected


# ---- calling


def _call(house: House, shop: Shop, connector: Connector, items: Sequence[_Item]) -> None:
    at = house.clock()
    items = [replace(item, row=_turned(item)) for item in items]
    with house.store.write("stock: to be sent") as connection:
        stock.change_listings(
            connection,
            [{"id": item.row.id, "turn": item.row.turn, "sent": item.wanted, "sent_at": at,
              "wanted": item.wanted} for item in items],
        )  # fmt: skip
    levels = [_level(item) for item in items]
    outcomes = connector.send_stock(levels)
    house.checkpoint("stock: sent")
    by_key = {one.key: one for one in outcomes}
    answers = [(item, by_key.get(_key(item))) for item in items]
    if connector.capabilities.stock != "compare_and_set":
        answers = _verified(connector, answers)
    _entered(house, shop, answers)


def _turned(item: _Item) -> ListingRow:
    """A call with new contents has a new key; the same call again has the same."""
    row = item.row
    unconfirmed = row.sent_at is not None and (row.acked_at is None or row.acked_at < row.sent_at)
    repeated = unconfirmed and row.sent == item.wanted
    return row if repeated else replace(row, turn=row.turn + 1)


def _key(item: _Item) -> str:
    row = item.row
    what = f"{row.shop}/{row.id}/{row.turn}/{row.expected}/{item.wanted}"
    return f"stock-{sha256(what.encode()).hexdigest()[:32]}"


def _level(item: _Item) -> Level:
    row = item.row
    return Level(row.sku, item.wanted, _key(item), row.product, row.location, row.expected)


_Answers = list[tuple[_Item, Outcome | None]]


def _verified(connector: Connector, answers: _Answers) -> _Answers:
    """Of a shop that only sets: what is there now decides, not what it said."""
    said = [item.row.sku for item, one in answers if one is not None and one.state == "done"]
    single = [item for item, _ in answers if not item.row.location]
    if not said or not single:
        return answers
    try:
        there = _articles(connector, said)
    except ShopError:
        return answers  # it was set; the next look tells
    found: _Answers = []
    for item, one in answers:
        article = there.get(item.row.sku)
        actual = None if article is None or item.row.location else article.quantity
        if one is None or one.state != "done" or actual in (None, item.wanted):
            found.append((item, one))
            continue
        reason = f"{item.wanted} was set, {actual} is there"
        now = replace(one, state="conflict", actual=actual, reason=reason)
        found.append((replace(item, row=replace(item.row, expected=item.wanted)), now))
    return found


def _entered(house: House, shop: Shop, answers: _Answers) -> None:
    """What became of each; nothing that happened meanwhile is forgotten."""
    at = house.clock()
    changes = [_outcome(item, one, at) for item, one in answers]
    conflict = any(one is not None and one.state == "conflict" for _, one in answers)
    with house.store.write("stock: told") as connection:
        stock.change_listings(connection, changes)
        if conflict:
            errands.pull_in(connection, [errands.lane_of(shop.shop, "poll")], at)
            wake(connection, [shop], at)
    house.tally.counts["stock"] += len(answers)


def _outcome(item: _Item, one: Outcome | None, at: datetime) -> dict[str, Any]:
    row = item.row
    tried = min(row.attempts + 1, 40)
    if one is None:
        one = Outcome(_key(item), "retry", reason="the shop said nothing about it")
    if one.state == "done" or (one.state == "conflict" and one.actual == item.wanted):
        return _values(row, due=None, expected=item.wanted, acked=item.wanted, acked_at=at)
    if one.state == "refused":
        return _values(row, due=None, state="refused", reason=one.reason, expected=None)
    expected = None
    if one.state == "conflict":
        sold = one.actual is not None and _is_surprise(row, one.actual)
        expected = row.expected if sold and row.attempts < PATIENCE else one.actual
    later = at + _pause(row.attempts)
    return _values(row, due=later, expected=expected, attempts=tried, reason=one.reason)


def _pause(attempts: int) -> timedelta:
    return min(timedelta(seconds=5 * 2 ** min(attempts, 10)), LONGEST)


def _values(row: ListingRow, *, due: datetime | None, **changed: Any) -> dict[str, Any]:
    """All that a call may change of a listing, in one shape."""
    if changed.get("acked_at") is not None:
        changed |= {"attempts": 0, "reason": "", "state": "known"}
    now = replace(row, **changed)
    names = ("product", "state", "reason", "expected", "wanted", "acked", "acked_at", "attempts",
             "looked")  # fmt: skip
    return {"id": row.id, "change": row.change, "due": due} | {
        name: getattr(now, name) for name in names
    }
