"""What the caller is answered: a receipt, or a sentence with a status of HTTP."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from math import ceil
from urllib.parse import urlsplit

from gateway.channels.as2.link import Layers, Link
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mdn.write import Mdn, stored_mdn, write_mdn
from gateway.pipeline.as2.receive.entrance import Call, shown
from gateway.pipeline.as2.receive.opening import Arrival, Outcome
from gateway.pipeline.house import House
from gateway.problems import Problem, problem

Pairs = tuple[tuple[str, str], ...]
_HOST = "gateway.invalid"
"""In the Message-IDs of receipts to callers that are unknown: it tells them nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a POST."""

    status: int
    headers: Pairs = ()
    body: bytes = b""
    held: bool = False
    """Sent at the next mark of time: how long it took tells what was tried."""
    last: bool = False
    """The connection is closed after it."""


TAKEN = Answer(200)
"""The message is durable, and no receipt was asked for."""
PROMISED = Answer(200, last=True)
"""The message is durable; its receipt comes by a connection of its own, after this one is over."""


def said(status: int, text: str, *, wait: float = 0.0, more: Pairs = ()) -> Answer:
    """A sentence. ``wait``: seconds after which the caller may come again. ``more``: headers."""
    headers: Pairs = (("Content-Type", "text/plain; charset=utf-8"), *more)
    if wait:
        headers += (("Retry-After", str(ceil(wait))),)
    return Answer(status, headers, f"{text}\n".encode())


def refused(status: int, found: Problem, *, wait: float = 0.0) -> Answer:
    """The sentence of a finding that anybody may read."""
    return said(status, found.sentence, wait=wait)


def receipt(mdn: Mdn, *, held: bool = False) -> Answer:
    """A receipt in the reply, as it was built."""
    return Answer(200, mdn.headers, mdn.body, held)


def repeated(whole: bytes) -> Answer:
    """A stored receipt once more, byte for byte."""
    return receipt(stored_mdn(whole))


def build(house: House, request: ReceiptRequest, arrival: Arrival, outcome: Outcome) -> Mdn:
    """The receipt for a message that was opened, or could not be."""
    token, host = secrets.token_hex(12), _host(house)
    message_id = arrival.link.message_id.format(token=token, host=host)
    return write_mdn(
        request,
        headers=arrival.headers,
        opened=outcome.opened,
        problems=outcome.problems,
        link=arrival.link,
        at=house.clock(),
        message_id=message_id,
        entropy=secrets.token_bytes,
    )


def _host(house: House) -> str:
    """The host in our Message-IDs."""
    own = house.workspace.own.as2
    if own is None:
        return _HOST
    return own.host or urlsplit(own.url or "").hostname or _HOST


def unknown(house: House, call: Call, request: ReceiptRequest | None) -> Answer:
    """The one answer to whoever names ids that no channel has, whichever of them it is."""
    found = problem("T262", as2_from=shown(call.as2_from), as2_to=shown(call.as2_to))
    if request is None:
        return replace(said(403, "these AS2 identifiers were not agreed"), held=True)
    nobody = Link("", "", call.as2_to, call.as2_from, layers=Layers(sign=None))
    mdn = write_mdn(
        request,
        headers=call.headers,
        opened=None,
        problems=[found],
        link=nobody,
        at=house.clock(),
        message_id=f"<{secrets.token_hex(12)}@{_HOST}>",
        entropy=secrets.token_bytes,
    )
    return receipt(mdn, held=True)
