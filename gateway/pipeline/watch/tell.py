"""Who is told of what: notices are planned in the transaction that enters them as told.

Whatever was raised or resolved by anyone since the last look is told together: one mail, and a
call of the webhook for each. An alarm that stays is told again after ``alarms.remind``; alarms
that would be due soon go with it, so that reminders come in one mail. Not told:

- a warning a second time: it is an error once it is urgent;
- what came and went between two looks;
- that the alarm of one row is over because the alarm of many took its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.channels.notice import OUTLETS, NoticeRefusedError
from gateway.config import Workspace
from gateway.pipeline.house import House
from gateway.pipeline.watch import alerts, letter
from gateway.pipeline.watch.findings import stands_for
from gateway.pipeline.watch.letter import News, Told
from gateway.problems import problem
from gateway.store import NewDelivery, alarms, contents, deliveries
from gateway.store.alarms import Alarm
from gateway.telemetry import events
from gateway.telemetry.secrets import clean

MOST = 500
"""Alarms of a kind that are told at one look; the others at the next."""
Planned = tuple[str, str, str, bytes]
"""Outlet, key, ending of the name, body."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Alarms nobody was told of yet, or not for long."""

    opened: tuple[Alarm, ...] = ()
    over: tuple[Alarm, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.opened or self.over)


def pending(house: House, connection: Connection, at: datetime, *, lock: bool = False) -> Pending:
    """What has to be told now."""
    remind = house.workspace.settings.alarms.remind
    opened = alarms.untold(connection, at - remind, MOST, lock=lock)
    if any(one.told is not None for one in opened):
        opened = alarms.untold(connection, at - remind / 2, MOST, lock=lock)
    return Pending(tuple(opened), tuple(alarms.untold_ends(connection, at, MOST, lock=lock)))


def tell(house: House, connection: Connection, at: datetime) -> Pending:
    """Plan the notices of all that has to be told, and enter it as told."""
    found = pending(house, connection, at, lock=True)
    for one in (*found.opened, *found.over):
        alarms.mark_told(connection, one, at)
    news = [*_opened(found.opened), *_over(connection, found.over)]
    if news:
        _plan(connection, list(_notices(house.workspace, news, at)), at)
    return found


def try_outlets(workspace: Workspace, at: datetime) -> Iterator[tuple[str, str]]:
    """Send a test through each outlet that is set, at once: its name, and why it failed or ``""``.

    Nothing is stored and nothing is tried again.
    """
    test = Alarm(
        id=0,
        key="test",
        found=problem("A110"),
        partner="",
        message=None,
        times=1,
        raised=at,
        seen=at,
        resolved=None,
        told=None,
        tellings=0,
    )
    for outlet, key, _, body in _notices(workspace, [News(test, Told.RAISED)], at):
        try:
            OUTLETS[outlet](workspace.settings.alarms, workspace.base, body, key, at)
        except (OSError, NoticeRefusedError) as failure:
            yield outlet, clean(str(failure))
        else:
            yield outlet, ""


def log(found: Pending) -> None:
    """Enter in the log what was raised and what is over; after the transaction."""
    for one in (*found.opened, *found.over):
        if one.told is None:
            events.alarm_raised(
                alarm=one.id,
                code=one.found.code,
                severity=one.found.severity.value,
                partner=one.partner,
                message=one.message,
                text=one.found.sentence,
            )
    for one in found.over:
        events.alarm_resolved(alarm=one.id, code=one.found.code, partner=one.partner)


def _opened(found: Iterable[Alarm]) -> Iterator[News]:
    for one in found:
        yield News(one, Told.RAISED if one.told is None else Told.AGAIN)


def _over(connection: Connection, found: Sequence[Alarm]) -> Iterator[News]:
    groups = {one.key.rpartition("/")[0] for one in found}
    open_ = {one.key for one in alarms.open_alarms(connection, keys=groups)}
    for one in found:
        if one.told is not None and not stands_for(one.key, open_):
            yield News(one, Told.RESOLVED)


def _notices(workspace: Workspace, news: Sequence[News], at: datetime) -> Iterator[Planned]:
    settings, name = workspace.settings.alarms, workspace.own.name
    if settings.email is not None:
        called = alerts.contacts(workspace, news)
        yield "email", news[0].key, "eml", letter.mail(name, news, at, contacts=called)
        for key, body in alerts.mails(workspace, news, at):
            yield "email", key, "eml", body
    if settings.webhook is not None:
        for each in news:
            yield "webhook", each.key, "json", letter.data(name, each, at)


def _plan(connection: Connection, planned: Sequence[Planned], at: datetime) -> None:
    contents.put(connection, [body for _, _, _, body in planned])
    rows = [
        NewDelivery(
            key=f"{key}:{outlet}",
            message=None,
            purpose="alarm",
            lane=f"alarm/{outlet}",
            outlet=outlet,
            folder=f"alarm/{outlet}",
            # names sort by time: the newest notice is found by its name
            name=f"{at:%Y%m%dT%H%M%S.%f}-{key.replace(':', '-')}.{ending}",
            sha=contents.sha_of(body),
            due=at,
        )
        for outlet, key, ending, body in planned
    ]
    deliveries.add(connection, rows, at)
