"""Receipts of ours that a partner wants at an address of its own: tried until they are delivered.

The address comes out of a message, so it is compared with those agreed again when it is called:
the agreement may have changed since. What is known of the partner's own server (login, pins, our
certificate) is not given to another one.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.channels.as2.mdn.write import stored_mdn
from gateway.channels.http import Unanswered, Unsent
from gateway.channels.http.address import allowed, read
from gateway.pipeline.arrival import tell
from gateway.pipeline.as2.connections import Connections
from gateway.pipeline.destination import channel_of
from gateway.pipeline.house import House
from gateway.pipeline.retry import Failed, put_off
from gateway.problems import problem
from gateway.store import Delivery, alarms, deliveries
from gateway.store.as2 import received
from gateway.telemetry.secrets import clean
from gateway.telemetry.traces import span


class _NotNowError(OSError):
    """It was not delivered; tried again."""


class _NeverError(OSError):
    """The address was not agreed: trying again would not help."""


def post(house: House, batch: Sequence[Delivery]) -> None:
    """Deliver the receipts of a batch, one after the other."""
    with Connections(house.workspace) as connections:
        for one in batch:
            with span("deliver", one.trace, lane=one.lane, outlet=one.outlet):
                _post(house, connections, one)


def _post(house: House, connections: Connections, one: Delivery) -> None:
    partner, _ = channel_of(one.folder)
    url = _address(house, one)
    try:
        _deliver(house, connections, one, url)
    except OSError as failure:
        _failed(house, one, partner, url, failure)
        return
    house.checkpoint("as2 receipt: delivered")
    at = house.clock()
    with house.store.write("as2 receipt delivered") as connection:
        deliveries.change(connection, [one.id], at, state="done", due=None, failing=None)
        alarms.resolve(connection, at, [_alarm(partner)])
    house.tally.counts["receipts"] += 1
    tell(one, at)


def _address(house: House, one: Delivery) -> str:
    """Where the partner wants it: as it stands in the message that it is for."""
    with house.store.read() as connection:
        row = received.get(connection, int(one.key.split(":")[1]))
    return "" if row is None else row.mdn_to


def _deliver(house: House, connections: Connections, one: Delivery, url: str) -> None:
    """One attempt; returns when the receipt was taken. Raises ``OSError``."""
    partner, channel = channel_of(one.folder)
    try:
        link = connections.links.of(partner, channel)
    except KeyError:
        raise _NeverError(f"{partner} has no channel {channel} by AS2 any more") from None
    if not allowed(url, link.receipt_urls):
        raise _NeverError("the address is not in receipt_urls of the channel")
    try:
        client = connections.to(link, url)
        kept = stored_mdn(house.store.payload(one.sha))
        answer = client.post(kept.headers, (kept.body,), len(kept.body))
    except (Unsent, Unanswered) as failure:
        raise _NotNowError(clean(failure.reason)) from None
    if not 200 <= answer.status < 300:
        raise _NotNowError(f"the answer is {answer.status}")


def _failed(house: House, one: Delivery, partner: str, url: str, failure: OSError) -> None:
    """Later, or never: then somebody has to know."""
    host = address.host if (address := read(url)) is not None else "no address"
    reason = f"{host}: {failure}"
    found = problem("T299", name=one.name, partner=partner, reason=reason)
    never = isinstance(failure, _NeverError)
    retry = house.workspace.settings.retry
    with house.store.write("as2 receipt postponed") as connection:
        due = put_off(
            house, connection, Failed(one, failure, for_good=never, found=found, retry=retry)
        )
        if due is None:
            given_up = problem(
                "A131", partner=partner, attempts=one.attempts + 1, reason=reason, url=host
            )
            at = house.clock()
            alarms.raise_alarm(connection, at, _alarm(partner), given_up, partner, one.message)


def _alarm(partner: str) -> str:
    return f"as2-outbox/{partner}"
