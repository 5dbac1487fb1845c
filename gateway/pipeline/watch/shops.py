"""Shops that cannot be asked, refuse the login, or answer nonsense; and those not asked for long.

What errands noted in the database is turned into alarms here, so that they survive a new start,
are raised once, and end by themselves when the shop is asked with success.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops import trouble
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store import pauses
from gateway.store.alarms import Alarm
from gateway.store.shops import cursors, errands
from gateway.store.shops.cursors import Cursor
from gateway.store.shops.errands import Errand

AREA = "shop/"
AT_ONCE = {trouble.LOGIN: "A171", trouble.ANSWER: "A172", trouble.SETTINGS: "A170", "bug": "A172"}
"""Failures that do not go away by waiting are told at once, others when they last."""
LASTING = 3
"""Attempts that failed one after the other."""
LATE = 3
"""Times the time between two looks after which a shop was not asked for too long."""
GRACE = timedelta(minutes=15)
"""Less than that is never late."""


def shops(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Of the shops that there are now."""
    known = {name: one for name, one in house.workspace.shops.items() if one.mode != "paused"}
    if not known:
        return
    failing: set[str] = set()
    for each in errands.find_all(connection):
        if each.shop in known and each.attempts:
            failing.add(each.shop)
            yield from _failing(each)
    looked, rests = cursors.find_all(connection), pauses.find(connection)
    at = house.clock()
    for name, shop in known.items():
        resting = pauses.stopped(rests, errands.lane_of(name, "poll")) is not None
        if name in looked and name not in failing and not resting:
            yield from _late(shop, looked[name], at)


def _failing(errand: Errand) -> Iterator[Finding]:
    code = AT_ONCE.get(errand.trouble)
    if code is None and errand.attempts < LASTING:
        return
    since = errand.failing or errand.due
    found = problem(
        code or "A170",
        shop=errand.shop,
        task=errand.task,
        since=f"{since:%Y-%m-%d %H:%M} UTC",
        why=errand.failure,
    )
    yield Finding(f"{AREA}{errand.shop}/{errand.task}", found, errand.shop)


def _late(shop: Shop, cursor: Cursor, at: datetime) -> Iterator[Finding]:
    """A174: nothing is read any more, though nothing fails."""
    if cursor.updated is None or at - cursor.updated < max(shop.poll.every * LATE, GRACE):
        return
    ended = cursor.ended
    when = "never yet" if ended is None else f"last on {ended:%Y-%m-%d %H:%M} UTC"
    found = problem("A174", shop=shop.shop, when=when, every=_shown(shop.poll.every))
    yield Finding(f"{AREA}{shop.shop}/late", found, shop.shop)


def _shown(every: timedelta) -> str:
    minutes, seconds = divmod(round(every.total_seconds()), 60)
    return f"{minutes} min" if not seconds else f"{round(every.total_seconds())} s"
