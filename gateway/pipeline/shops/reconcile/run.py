"""A comparison from its beginning to its end, in pieces.

First what the shop lists by creation, day by day; then what it lists by change; then some of the
orders that are open, by their ids, as lists hide orders; then what differed before. Each piece ends
with a transaction that says how far it is, so that another process goes on there. Whatever is done
a second time changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.channels.shops.connector import Connector, Window
from gateway.channels.shops.session import ShopBusyError
from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops.connections import connections
from gateway.pipeline.shops.reconcile.byid import ById, Wanted
from gateway.pipeline.shops.reconcile.days import TICK, Day, day_of, first, next_time
from gateway.pipeline.shops.reconcile.listed import Stretch, judge
from gateway.pipeline.shops.reconcile.refunds import unbooked
from gateway.problems import problem
from gateway.store.shops import orders, reconciliations
from gateway.store.shops.errands import Errand
from gateway.store.shops.reconciliations import DONE, Counts, DayRow, NewDifference, Run

DAY = 86_400
SHORTEST = 900
"""Seconds of the shortest stretch that is read in one piece."""
STALE = timedelta(days=1)
"""A comparison that was begun so long ago is begun anew."""
LOOKS = 1000
"""Orders that are read by their ids in one stretch; more of them are only told."""
OPEN_LOOKS = 200
"""Open orders that are read by their ids in one comparison; the next one goes on behind them."""
OPEN_BATCH = 20
OPEN_FOR = timedelta(days=60)
"""Orders that are older are not looked at any more, however open they are."""


def reconcile(house: House, shop: Shop, errand: Errand) -> datetime | None:
    """A piece of the nightly comparison; ``None``: there is more. Raises ``OSError``."""
    with house.store.read() as connection:
        found = reconciliations.find(connection, shop.shop)
    if found is not None and _is_tonights(shop, found, errand):
        return next_time(shop, house.clock())
    old = found is not None and house.clock() - found.begun > STALE
    if found is None or found.phase == DONE or old:
        found = begin(house, shop, shop.reconcile.days)
    found = advance(house, shop, found)
    return next_time(shop, house.clock()) if found.phase == DONE else None


def _is_tonights(shop: Shop, found: Run, errand: Errand) -> bool:
    """Whether it was done already: its process died before it could say so."""
    whole = found.since <= first(found.begun, shop.reconcile.days, found.zone)
    return found.phase == DONE and found.begun >= errand.due and whole


def begin(house: House, shop: Shop, days: int) -> Run:
    """A new comparison, of so many days before today and of today."""
    at, zone = house.clock().replace(microsecond=0), shop.reconcile.zone  # as shops write times
    since = first(at, days, zone)
    new = Run(shop.shop, 1, at, since, at, zone, "created", since, DAY)
    with house.store.write("reconcile begun") as connection:
        return reconciliations.begin(connection, new)


def advance(house: House, shop: Shop, run: Run) -> Run:
    """One piece of it; how far it is then. Raises ``OSError``: that piece is done again."""
    called = shop.connection is not None
    connector = connections(house).get(shop.shop) if called else None
    if run.phase == "created":
        return _created(house, shop, connector, run)
    if connector is not None and run.phase == "updated":
        return _updated(house, shop, connector, run)
    if connector is not None and run.phase == "open" and connector.capabilities.by_id:
        return _open(house, shop, connector, run)
    if run.phase in ("updated", "open"):
        return _moved(house, replace(run, phase="rest", position=None, looks=0))
    return _rest(house, shop, connector, run)


# ---- lists


def _created(house: House, shop: Shop, connector: Connector | None, run: Run) -> Run:
    day, end, stretch = _stretch(house, shop, connector, run)
    try:
        counts = Counts.read(run.counts).plus(stretch.compare("created"))
    except ShopBusyError:
        _shorter(house, run)
        raise
    if end < min(day.until, run.until):
        return _moved(house, replace(_longer(run), position=end, counts=counts.text()))
    if connector is not None and counts.shop is not None and end == day.until:
        counts = replace(counts, counted=connector.count(Window(day.since, day.until - TICK)))
    return _day_done(house, shop, _longer(run), day, counts)


def _updated(house: House, shop: Shop, connector: Connector, run: Run) -> Run:
    _, end, stretch = _stretch(house, shop, connector, run)
    try:
        stretch.compare("updated")
    except ShopBusyError:
        _shorter(house, run)
        raise
    if end < run.until:
        return _moved(house, replace(_longer(run), position=end))
    return _moved(house, replace(run, phase="open", position=None, step=DAY, looks=0))


def _stretch(
    house: House, shop: Shop, connector: Connector | None, run: Run
) -> tuple[Day, datetime, Stretch]:
    """The next stretch of a list: its day, its end, and what compares it."""
    since = run.position or run.since
    day = day_of(since, run.zone)
    end = min(since + timedelta(seconds=run.step), day.until, run.until)
    by_id = None if connector is None else ById(house, shop, connector, run, LOOKS)
    return day, end, Stretch(house, shop, connector, run, since, end, by_id)


def _shorter(house: House, run: Run) -> None:
    """The shop does not answer so much at once: the next piece is half as long."""
    if run.step > SHORTEST:
        _moved(house, replace(run, step=max(run.step // 2, SHORTEST)))


def _longer(run: Run) -> Run:
    return replace(run, step=min(run.step * 2, DAY))


def _day_done(house: House, shop: Shop, run: Run, day: Day, counts: Counts) -> Run:
    """A day was read to its end: it stands in the report from now on."""
    at, end = house.clock(), min(day.until, run.until)
    now = replace(run, position=end, counts="")
    if end >= run.until:
        now = replace(now, phase="updated", position=run.since, step=DAY)
    with house.store.write("reconcile day") as connection:
        row = DayRow(shop.shop, day.name, run.run, counts, at)
        reconciliations.keep_day(connection, row)
        listed = (counts.shop or 0) - counts.hidden + counts.before
        if counts.counted is not None and counts.counted > listed:
            facts = {"counted": counts.counted, "listed": listed, "day": day.name}
            found = problem("W336", shop=shop.shop, **facts)  # type: ignore[arg-type]
            told = NewDifference(day.name, day.name, "", found)
            reconciliations.note(connection, shop.shop, [told], run.run, at)
        reconciliations.move(connection, now)
    return now


# ---- by their ids


def _open(house: House, shop: Shop, connector: Connector, run: Run) -> Run:
    """Some orders whose end was not seen; those of the comparison's days were met already."""
    oldest = run.until - OPEN_FOR
    with house.store.read() as connection:
        rows = orders.open_ones(connection, shop.shop, run.turn, oldest, run.since, OPEN_BATCH)
    by_id = ById(house, shop, connector, run, OPEN_BATCH)
    by_id.look([Wanted("open", row.external_id, None, row) for row in rows])
    _judge_again(house, shop, run, [row.external_id for row in rows])
    now = replace(run, turn=rows[-1].id if rows else 0, looks=run.looks + len(rows))
    if len(rows) < OPEN_BATCH:
        now = replace(now, turn=0)
    if len(rows) < OPEN_BATCH or now.looks >= OPEN_LOOKS:
        now = replace(now, phase="rest", looks=0)
    return _moved(house, now)


def _rest(house: House, shop: Shop, connector: Connector | None, run: Run) -> Run:
    """What differed before, of days that are not compared any more: whether it is so still."""
    oldest = day_of(run.since, run.zone).name
    with house.store.read() as connection:
        before = reconciliations.unmet(connection, shop.shop, run.run, oldest, OPEN_BATCH)
        rows = orders.find_many(connection, shop.shop, [one.external_id for one in before])
    if not before or run.looks >= LOOKS:
        return _done(house, shop, run)
    if connector is not None:
        by_id = ById(house, shop, connector, run, OPEN_BATCH)
        there = [row for row in rows.values() if row.state != "gone"]
        lost = [one for one in before if one.found.code == "W331" and one.external_id not in rows]
        wanted = [Wanted("open", row.external_id, None, row) for row in there]
        wanted += [Wanted("missing", one.external_id) for one in lost]
        by_id.look(wanted)
    _judge_again(house, shop, run, list(rows))
    now = replace(run, looks=run.looks + len(before))
    with house.store.write("reconcile rest") as connection:
        over = [one.id for one in before]
        reconciliations.forget_unmet(connection, shop.shop, run.run, over)
        reconciliations.move(connection, now)
    return now


def _judge_again(house: House, shop: Shop, run: Run, ids: list[str]) -> None:
    with house.store.read() as connection:
        rows = orders.find_many(connection, shop.shop, ids)
    judge(house, shop, run, [row for row in rows.values() if row.hash])


def _done(house: House, shop: Shop, run: Run) -> Run:
    """The end: what was not met in it is the same everywhere now."""
    at = house.clock()
    now = replace(run, phase=DONE, position=None, ended=at)
    with house.store.write("reconcile done") as connection:
        found = unbooked(connection, shop, run, at)
        reconciliations.note(connection, shop.shop, found, run.run, at)
        oldest = day_of(run.since, run.zone).name
        reconciliations.settle(connection, shop.shop, run.run, oldest)
        reconciliations.move(connection, now)
    return now


def _moved(house: House, now: Run) -> Run:
    with house.store.write("reconcile moved") as connection:
        reconciliations.move(connection, now)
    return now
