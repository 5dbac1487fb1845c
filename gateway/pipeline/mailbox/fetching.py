"""When a file for a partner is delivered: he has read every byte of it, and closed it himself.

The parts that were sent are remembered, so that a reading that was cut off can be continued, and
parts can be read side by side. One that was cut off is never enough by itself, even if all bytes
left: what was on the way when the connection broke did not arrive.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from gateway.channels.sftp.server.hosting import Caller
from gateway.channels.sftp.server.ranges import Ranges, TooManyGapsError
from gateway.pipeline.arrival import arrived, tell
from gateway.pipeline.mailbox.mailbox import Mailbox
from gateway.pipeline.mailbox.refusals import later
from gateway.store import Delivery, StateChangedError, deliveries
from gateway.store.mailbox import actions, offers
from gateway.store.mailbox.offers import ARCHIVED, GONE, KEPT, WAITING, Offer
from gateway.telemetry import events

Part = tuple[int, int]
"""From and to."""
REMEMBERED = 100
"""Parts of a file that are known from one reading to the next."""
ATTEMPTS = 3
"""Tries of a transaction that met another one."""
_CONFLICTS = (IntegrityError, OperationalError, StateChangedError)
_AFTER = {"archive": ARCHIVED, "keep": KEPT, "delete": GONE}
"""What becomes of a file that was fetched, by the setting ``send.after``."""


def read_by(
    mailbox: Mailbox, id_: int, sent: Sequence[Part], caller: Caller, *, explicit: bool
) -> None:
    """A reading ended; ``sent``: the parts it was given. Raises ``failed`` when that is lost."""
    house = mailbox.house
    house.checkpoint("mailbox fetch: before")
    for left in reversed(range(ATTEMPTS)):
        try:
            with house.store.write("mailbox fetched") as connection:
                one = _enter(mailbox, connection, id_, sent, caller, explicit=explicit)
            break
        except (SQLAlchemyError, StateChangedError) as trouble:
            if left and isinstance(trouble, _CONFLICTS):
                continue
            events.mailbox_trouble(where="fetch", failure=trouble)
            raise later("it cannot be kept that the file was fetched") from trouble
    if one is not None:
        house.tally.counts["sent"] += 1
        tell(replace(one, due=one.updated), house.clock())  # it waited since it was offered


def _enter(
    mailbox: Mailbox,
    connection: Connection,
    id_: int,
    sent: Sequence[Part],
    caller: Caller,
    *,
    explicit: bool,
) -> Delivery | None:
    """The delivery that is done by that; ``None`` when it is not, or was before."""
    now = offers.get(connection, id_, lock=True)
    if now is None or now.state != WAITING:
        return None
    at = mailbox.house.clock()
    parts = Ranges()
    for start, end in (*_parts(now.sent), *sent):
        with suppress(TooManyGapsError):  # it is in them all the same
            parts.add(start, end)
    ended = now.ended or (explicit and any(end >= now.size for _, end in sent))
    if not (explicit and ended and parts.gap(now.size) is None):
        values = {"sent": _told(parts.all), "ended": ended, "tries": now.tries + 1}
        offers.change(connection, id_, at, **values)
        return None
    one = deliveries.get(connection, now.delivery)
    after = _AFTER[mailbox.settings.send.after]
    offers.change(connection, id_, at, state=after, fetched=at, sent="")
    line = mailbox.done(caller, "fetched", f"/out/{now.name}", now.size, now.message)
    actions.enter(connection, [line])
    if one is None or one.state == "done":
        return None
    arrived(mailbox.house, connection, [(one, _text(now, caller))], at)
    return one


def _parts(text: str) -> list[Part]:
    """From ``0-4096 8192-9000``."""
    pairs = (each.split("-") for each in text.split())
    return [(int(start), int(end)) for start, end in pairs]


def _told(parts: Sequence[Part]) -> str:
    """The other way; of very many, the first."""
    return " ".join(f"{start}-{end}" for start, end in parts[:REMEMBERED])


def _text(offer: Offer, caller: Caller) -> str:
    return f"{offer.name} fetched from the mailbox by {caller.user} from {caller.address}"
