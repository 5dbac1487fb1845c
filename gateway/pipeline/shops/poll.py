"""Asking a shop what changed: the truth, whatever its webhooks say.

A look reads a window of changes, from a little before the newest change that was met up to now, a
page at a time; how far it is is kept together with what was read. The mark that the next window
begins at is a stamp of the shop itself, never our clock: a shop whose clock goes wrong loses
nothing. Nor does it pass the instant at which the look was begun, so that whatever moved from page
to page meanwhile is met again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.channels.shops.connector import Capabilities, Page, Window
from gateway.channels.shops.session import ShopAnswerError, ShopRefusedError
from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops.accept import accept
from gateway.pipeline.shops.connections import connections
from gateway.pipeline.shops.filter import since
from gateway.store.shops import cursors
from gateway.store.shops.cursors import Cursor
from gateway.store.shops.errands import Errand
from gateway.telemetry import events

FIRST = timedelta(days=1)
"""How far the first look goes back; orders made before it was begun are only listed."""
STUBBORN = 3
"""Answers in a row that are none before a place counts as lost: a page of a proxy is no reason."""
AHEAD = timedelta(hours=1)
"""How far a shop's clock may be ahead of ours without an order coming late."""


def poll(house: House, shop: Shop, errand: Errand) -> datetime | None:
    """Read a page; when the shop is asked again, ``None``: at once, the look is not whole yet.

    Raises ``ShopError`` and other ``OSError``: then nothing was read.
    """
    at = house.clock()
    connector = connections(house).get(shop.shop)
    now = _begun(_cursor(house, shop, at), shop, connector.capabilities, at)
    assert now.since is not None and now.until is not None
    try:
        page = connector.page(Window(now.since, now.until), now.position)
    except (ShopRefusedError, ShopAnswerError) as failure:
        known = isinstance(failure, ShopAnswerError) and errand.attempts < STUBBORN
        if now.position and not known:  # the shop knows the place no more: read the window again
            _keep(house, replace(now, position="", since=None, until=None))
        raise
    house.checkpoint("shop: page read")
    moved = _moved(now, page)
    accept(house, shop, page.records, cursor=moved, origin="poll")
    _tell(shop, page, moved, house.clock())
    if page.broken:
        raise ShopAnswerError(page.broken[0].sentence)
    if page.next and page.next == now.position:
        _keep(house, replace(moved, position="", since=None, until=None))
        raise ShopAnswerError("the list of orders does not go on where it says that it does")
    if moved.position:
        return None
    return max(at, (now.started or at) + shop.poll.every)


def first(shop: Shop, at: datetime) -> datetime:
    """Orders made before the first look are not taken over; shops count whole seconds."""
    return since(shop, at) or at.replace(microsecond=0)


def _cursor(house: House, shop: Shop, at: datetime) -> Cursor:
    with house.store.read() as connection:
        found = cursors.find(connection, shop.shop)
    if found is None:
        begun = first(shop, at)
        with house.store.write("shop begun") as connection:
            cursors.begin(connection, shop.shop, begun, begun - FIRST, at)
        found = Cursor(shop.shop, begun, begun - FIRST)
    return found


def _begun(found: Cursor, shop: Shop, able: Capabilities, at: datetime) -> Cursor:
    """The window that is being read, or a new one."""
    if found.since is not None and found.until is not None:
        return found
    back = max(able.overlap, shop.poll.overlap or able.overlap)
    if able.bound == "exclusive":
        back += able.resolution
    until = at - shop.poll.lag if shop.poll.lag else at + AHEAD
    since = min(found.mark - back, until)
    return replace(found, since=since, until=until, position="", newest=None, started=at)


def _moved(now: Cursor, page: Page) -> Cursor:
    """Where the cursor is when a page has been kept."""
    stamps = [each.updated for each in page.records if each.updated is not None]
    newest = max([*stamps, *([now.newest] if now.newest else [])], default=None)
    if page.next:
        return replace(now, position=page.next, newest=newest)
    mark = now.mark
    if newest is not None and now.started is not None:
        mark = max(mark, min(newest, now.started))
    ended = replace(now, mark=mark, ended=now.started)
    return replace(ended, since=None, until=None, position="", newest=None, started=None)


def _keep(house: House, now: Cursor) -> None:
    with house.store.write("shop cursor") as connection:
        cursors.move(connection, now, house.clock())


def _tell(shop: Shop, page: Page, moved: Cursor, at: datetime) -> None:
    behind = None if moved.ended is None else (at - moved.ended).total_seconds()
    events.shop_polled(
        shop=shop.shop, records=len(page.records), whole=not moved.position, behind=behind
    )
