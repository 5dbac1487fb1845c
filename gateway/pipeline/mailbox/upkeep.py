"""What nobody finishes does not lie with us for ever: old uploads, old views, old records."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from gateway.config.mailbox import Mailboxes as Settings
from gateway.config.values import duration_text
from gateway.pipeline.house import House
from gateway.pipeline.mailbox.mailbox import LATELY, incoming
from gateway.pipeline.mailbox.outbox import has_mailbox
from gateway.pipeline.retry import Failed, put_off
from gateway.problems import problem
from gateway.store import deliveries
from gateway.store.mailbox import actions, offers, uploads
from gateway.store.mailbox.actions import Done
from gateway.store.mailbox.offers import WAITING
from gateway.store.mailbox.uploads import CLOSED, OPEN, TORN, Uploaded

Remove = Callable[[Connection, datetime, int], int]
"""Removes so many rows that are older; how many it found."""
UNNAMED = timedelta(days=30)
"""How long a whole file waits for its final name; the alarm A146 tells of it all the time."""
ROWS = 500
"""Rows that are removed in one transaction."""


def keep_up(house: House) -> None:
    """The duty: remove what is over. It can be killed at any point and begun again."""
    _give_up_what_nobody_can_fetch(house)
    settings = house.workspace.settings.mailboxes
    if settings is None:
        return
    at = house.clock()
    _expire(house, settings, (TORN, OPEN), settings.partial)
    _expire(house, settings, (CLOSED,), UNNAMED)
    while _forgotten(house, uploads.remove_taken, at - LATELY):
        pass
    while _forgotten(house, offers.remove_old, at - settings.archive):
        pass
    while _forgotten(house, actions.remove_old, at - settings.log):
        pass
    sweep(house, incoming(house, settings))


def _give_up_what_nobody_can_fetch(house: House) -> None:
    """T415: files in mailboxes that the settings do not have any more.

    They are given up like deliveries that fail: somebody hears of it, and may replay them.
    """
    with house.store.read() as connection:
        places = offers.waiting(connection, house.clock())
    for place in places:
        left = not has_mailbox(house, *place)
        while left:
            with house.store.write("mailbox gone") as connection:
                rows = offers.listed(connection, *place, (WAITING,), 0, ROWS)
                for row in rows:
                    _give_up(house, connection, row.id)
            left = len(rows) == ROWS


def _give_up(house: House, connection: Connection, id_: int) -> None:
    row = offers.get(connection, id_, lock=True)
    if row is None or row.state != WAITING:
        return
    one = deliveries.get(connection, row.delivery)
    if one is not None and one.state == "prepared":
        gone = problem("T415", None, partner=row.partner, channel=row.channel, name=row.name)
        put_off(house, connection, Failed(one, gone.sentence, for_good=True, found=gone))
    offers.remove(connection, row.id)


def sweep(house: House, folder: Path) -> int:
    """Remove files of uploads that no row knows any more, or that were taken over; how many."""
    if not folder.is_dir():
        return 0
    names = [entry.name for entry in os.scandir(folder)]
    swept = 0
    for start in range(0, len(names), ROWS):
        page = names[start : start + ROWS]
        with house.store.read() as connection:
            known = uploads.tokens(connection, page)
        for name in set(page) - known:
            with suppress(OSError):
                (folder / name).unlink()
                swept += 1
    return swept


def _forgotten(house: House, remove: Remove, before: datetime) -> int:
    with house.store.write("mailbox upkeep") as connection:
        return remove(connection, before, ROWS)


def _expire(house: House, settings: Settings, states: Sequence[str], after: timedelta) -> None:
    """Remove unfinished uploads with which nothing has happened for so long, and say so."""
    before, outcome = house.clock() - after, f"nothing has happened for {duration_text(after)}"
    while True:
        with house.store.write("mailbox expired") as connection:
            rows = uploads.old(connection, states, before, ROWS)
            uploads.remove(connection, [row.id for row in rows])
            actions.enter(connection, [_line(house, row, outcome) for row in rows])
        for row in rows:
            (incoming(house, settings) / row.token).unlink(missing_ok=True)
        if len(rows) < ROWS:
            return


def _line(house: House, row: Uploaded, outcome: str) -> Done:
    return Done(
        at=house.clock(),
        action="expire",
        partner=row.partner,
        channel=row.channel,
        path=f"/in/{row.name}",
        size=row.size,
        outcome=outcome,
    )
