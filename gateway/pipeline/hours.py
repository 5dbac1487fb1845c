"""The hours in which interchanges leave (``send: {window: …}``).

A delivery is due at once; when its lane is worked on outside the hours it is put to the next
opening. The hours of the moment count: a process that starts, and the duty of each minute, look
again at what waits for an opening.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, text, update

from gateway.channels.remote.schedule import opening
from gateway.config import Workspace
from gateway.config.sending import Hours
from gateway.pipeline.house import House
from gateway.store.as2.tables import sent
from gateway.store.tables import delivery

_TO = "to"
_LATER = timedelta(days=1)
"""When hours are looked at again that do not come within a week."""


def opens(workspace: Workspace, lane: str, at: datetime) -> datetime:
    """When the deliveries of a lane may leave: ``at`` itself, or the next opening."""
    hours = hours_of(workspace, lane)
    if hours is None:
        return at
    # none within a week: the only hour of it is the one that summer time leaves out
    return opening(hours.schedule, at) or at + _LATER


def hours_of(workspace: Workspace, lane: str) -> Hours | None:
    """The hours of a lane (``to/acme-retail/main/invoice``); ``None``: any."""
    kind, *parts = lane.split("/")
    partner = workspace.partners.get(parts[0]) if kind == _TO and len(parts) == 3 else None
    if partner is None:
        return None
    found = (
        one.send.window
        for one in partner.agreements
        if one.direction == "outbound"
        and one.document == parts[2]
        and partner.channel_name(one) in (None, parts[1])
    )
    return next((each for each in found if each is not None), None)


def wait(house: House, lane: str, at: datetime) -> bool:
    """Whether a lane is outside its hours; what is due in it waits for the opening then."""
    due = opens(house.workspace, lane, at)
    if due <= at:
        return False
    with house.store.write("outside the hours") as connection:
        mine = (text("due IS NOT NULL"), delivery.c.lane == lane, delivery.c.due < due)
        connection.execute(update(delivery).where(*mine).values(due=due, updated=at))
    return True


def review(house: House) -> None:
    """What waits for an opening leaves when the settings say so now: the duty of each minute."""
    at = house.clock()
    later = (
        text("due IS NOT NULL"),
        delivery.c.due > at,
        delivery.c.state == "pending",
        delivery.c.attempts == 0,
        delivery.c.lane.startswith(f"{_TO}/"),
        # what was sent by AS2 is due again when its receipt is overdue
        ~select(sent.c.id).where(sent.c.delivery == delivery.c.id).exists(),
    )
    with house.store.read() as connection:
        lanes = list(connection.scalars(select(delivery.c.lane).where(*later).distinct()))
    open_now = [lane for lane in lanes if opens(house.workspace, lane, at) <= at]
    if open_now:
        with house.store.write("hours reviewed") as connection:
            mine = (*later, delivery.c.lane.in_(open_now))
            connection.execute(update(delivery).where(*mine).values(due=at, updated=at))
