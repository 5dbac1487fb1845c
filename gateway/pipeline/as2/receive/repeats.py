"""A message that comes once more: the same answer again, or no answer to what pretends to be it.

The same bytes under the same Message-ID get the receipt that was stored, and make no document.
Other bytes under the Message-ID of an accepted message are refused, and somebody is told. What was
refused is evaluated anew: the partner may have mended it, or we.
"""

from __future__ import annotations

from typing import Literal

from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.pipeline.as2.receive.accept import send_later
from gateway.pipeline.as2.receive.answer import PROMISED, TAKEN, Answer, repeated
from gateway.pipeline.as2.receive.entrance import shown
from gateway.pipeline.as2.receive.opening import Arrival
from gateway.pipeline.house import House
from gateway.problems import Problem, problem
from gateway.store import contents
from gateway.store.as2 import received
from gateway.store.as2.received import Received

Verdict = Literal["new", "again", "other", "later"]


def verdict(known: Received | None, wire: str) -> Verdict:
    """What a message is, beside the one that is known under its key.

    ``later``: the one before is not opened yet, so nobody knows which of the two counts.
    """
    if known is None or known.state == "refused":
        return "new"
    if known.content == wire:
        return "again"
    return "later" if known.state == "spooled" else "other"


def again(house: House, known: Received, request: ReceiptRequest | None) -> Answer | None:
    """The answer that was given before; ``None`` where a receipt was never made, and is wanted."""
    later = request is not None and request.url != ""
    if request is None or known.state == "spooled" or (later and known.mdn is not None):
        _count(house, known, request.url if later and request is not None else "")
        return PROMISED if later else TAKEN
    if known.mdn is None:
        return None
    with house.store.read() as connection:
        whole = contents.read(connection, known.mdn)
    if whole is None:
        return None
    _count(house, known, "")
    return repeated(whole)


def _count(house: House, known: Received, url: str) -> None:
    """One repeat more; a receipt that goes to an address goes there once more."""
    at = house.clock()
    if not url or known.mdn is None:
        with house.store.note() as connection:
            received.repeat(connection, known.id, at)
        return
    with house.store.write("as2 repeat") as connection:
        if known.mdn_to != url:
            received.settle(connection, known, at, mdn_to=url)
        received.repeat(connection, known.id, at)
        send_later(connection, known, at)


def other_content(arrival: Arrival, before: Received) -> Problem:
    """T261."""
    when = f"{before.created:%Y-%m-%d %H:%M}"
    return problem("T261", message_id=shown(arrival.message_id), before=before.id, when=when)
