"""The receiving half of AS2, as a server uses it: :meth:`Receiver.admit`, then :meth:`receive`.

``admit`` decides by the headers, in the thread of the server; ``receive`` does the rest, which
waits for the disk, in a thread of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Protocol

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from gateway.channels.as2.link import Link
from gateway.channels.as2.mdn.read import is_mdn
from gateway.channels.as2.mdn.request import ReceiptRequest
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.http.address import allowed
from gateway.config.as2 import As2
from gateway.pipeline import lanes
from gateway.pipeline.as2.receive import repeats
from gateway.pipeline.as2.receive.accept import (
    LostRaceError,
    add_receipt,
    enter,
    source_of,
    spool,
)
from gateway.pipeline.as2.receive.answer import (
    PROMISED,
    TAKEN,
    Answer,
    build,
    receipt,
    refused,
    said,
    unknown,
)
from gateway.pipeline.as2.receive.entrance import (
    Call,
    fault,
    lacking,
    length_of,
    names_of,
    shown,
    too_large,
)
from gateway.pipeline.as2.receive.opening import Arrival, Outcome, open_up
from gateway.pipeline.as2.receive.spool import Body, Reading, Spools
from gateway.pipeline.as2.receive.throttle import Throttle
from gateway.pipeline.as2.settle_receipt import receive_receipt
from gateway.pipeline.house import House
from gateway.problems import Problem, problem
from gateway.store import Stored, pauses
from gateway.store.as2 import received
from gateway.store.as2.received import Received, key_of, key_of_other
from gateway.store.as2.retained import doom
from gateway.store.contents import sha_of
from gateway.store.pauses import Pause
from gateway.telemetry import events

LOG = logging.getLogger(__name__)
ATTEMPTS = 5
"""Looks at a message that another one keeps settling at the same moment."""
SMALL = 64 * 1024
"""Bytes up to which a body is kept in the database: one commit makes all durable, and the disk is
waited for once."""
FRESH = 1.0
"""Seconds that it is remembered what a person paused."""
SOON = 30.0
"""Seconds after which a partner is asked to come again when we cannot take anything now."""


class Links(Protocol):
    """What was agreed, by the ids in a message."""

    def by_ids(self, as2_from: str, as2_to: str) -> Link | None:
        """The link of a channel."""

    def settings(self, link: Link) -> As2:
        """What a link does not hold."""


class Receiver:
    """For one house. ``wake`` hears of each lane that has work now."""

    def __init__(
        self, house: House, links: Links, wake: Callable[[str], None] = lambda _lane: None
    ) -> None:
        self.house = house
        self.links = links
        self.wake = wake
        self.throttle = Throttle(house)
        self._pauses: tuple[Pause, ...] = ()
        self._pauses_until = 0.0

    def renewed(self, house: House, links: Links) -> Receiver:
        """The same for other settings; what was counted of callers goes on."""
        new = Receiver(house, links, self.wake)
        new.throttle = self.throttle
        return new

    def admit(self, headers: Headers, address: str, version: str = "1.1") -> Call | Answer:
        """A call whose body may be read, or why it may not."""
        as2_from, as2_to = names_of(headers)
        link = self.links.by_ids(as2_from, as2_to) if as2_from and as2_to else None
        call = Call(
            headers,
            address,
            as2_from,
            as2_to,
            (headers.get("message-id") or "").strip(),
            link,
            length_of(headers),
        )
        tolerant = link is not None and link.length_and_chunked
        found = fault(headers, call.limits, version=version, tolerant=tolerant)
        if found is not None:
            return _sent_back(400, found, address)
        rate = 0 if link is None else self.links.settings(link).receive.rate
        slow = self.throttle.admit(call, rate)
        if slow is not None:
            return slow
        large = too_large(call.length or 0, call.limits)
        return call if large is None else _sent_back(413, large, address)

    def receive(self, call: Call, body: Body, spools: Spools) -> Answer:
        """Take a message or a receipt over, and answer it. Never raises.

        Whatever fails, nothing was said about the message yet: the partner comes again.
        """
        try:
            return self._receive(call, body, spools)
        except SQLAlchemyError as trouble:
            events.database_trouble(failure=str(getattr(trouble, "orig", None) or trouble))
        except (OSError, LostRaceError) as trouble:
            LOG.error("an AS2 message could not be stored: %s", trouble)
        except Exception as bug:
            events.bug(where="as2", message=None, failure=bug)
        return said(503, "nothing can be stored at the moment", wait=SOON)

    def _receive(self, call: Call, body: Body, spools: Spools) -> Answer:
        house = self.house
        house.checkpoint("as2 receive: read")
        request = ReceiptRequest.of(call.headers)
        link = call.link
        if call.is_kept and is_mdn(call.headers, body.extent):
            return self._receipt(call, body)
        if link is None:
            events.as2_sent_back(code="T262", address=call.address, status=200)
            return unknown(house, call, request)
        lack = lacking(call)
        if lack is not None:
            return _sent_back(400, lack, call.address)
        arrival = self._arrived(link, call, body)
        house.checkpoint("as2 receive: archived")
        for _ in range(ATTEMPTS):
            try:
                return self._settle(call, arrival, request, body, spools)
            except (IntegrityError, LostRaceError):
                # who was quicker may share a commit that is still to come: it is waited for
                with house.store.write("as2 met"):
                    pass
        raise LostRaceError(call.message_id)

    def _receipt(self, call: Call, body: Body) -> Answer:
        """A receipt for a message of ours; one that proves nothing counts as a failure."""
        status, text, ignored = receive_receipt(self.house, call.headers, body.extent)
        if ignored and call.link is not None:
            self.throttle.failed(call)
        return said(status, text)

    def _arrived(self, link: Link, call: Call, body: Body) -> Arrival:
        """The message, with its body in the archive; a small one is kept with its row."""
        ids = (call.as2_from, call.as2_to, call.message_id)
        key, extent = key_of(link.partner, *ids), body.extent
        if body.size > SMALL:
            wire = self.house.store.archive.put_file(Reading(extent))
            return Arrival(link, call.headers, *ids, key, wire)
        data = extent.read(body.size)
        return Arrival(link, call.headers, *ids, key, Stored(sha_of(data), len(data)), data)

    def _settle(
        self,
        call: Call,
        arrival: Arrival,
        request: ReceiptRequest | None,
        body: Body,
        spools: Spools,
    ) -> Answer:
        """One attempt, which ends early when another one was quicker."""
        known = self._look(arrival)
        if isinstance(known, Answer):
            return known
        verdict = repeats.verdict(known, arrival.wire.sha)
        if verdict == "later":
            self._unneeded(arrival)
            return said(503, "a message with this Message-ID is being opened", wait=SOON)
        if known is not None and verdict == "other":
            return self._other(call, arrival, known, request)
        closed = _closed(arrival.link, request)
        if known is not None and verdict == "again":
            wanted = _in_reply(request) if closed is not None else request
            answer = repeats.again(self.house, known, wanted)
            if answer is not None:
                return answer
            return self._receipt_only(arrival, known, wanted, body, spools)
        if closed is not None:
            return self._refuse(call, arrival, Outcome(problems=(closed,)), request, known)
        if request is not None and request.url:
            spool(self.house, arrival, request.url, known)
            self.wake(lanes.unpack(arrival.link.partner, arrival.link.channel))
            return PROMISED
        outcome = open_up(self.house, arrival, body.extent, spools)
        if not outcome.accepted:
            return self._refuse(call, arrival, outcome, request, known)
        return self._accept(arrival, outcome, request, known)

    def _look(self, arrival: Arrival) -> Received | Answer | None:
        """The row of the message; an answer where nothing is taken in at the moment."""
        with self.house.store.read() as connection:
            if monotonic() >= self._pauses_until:
                self._pauses = tuple(pauses.find(connection))
                self._pauses_until = monotonic() + FRESH
            known = received.find(connection, arrival.key)
        self.house.checkpoint("as2 receive: looked up")
        if pauses.stopped(self._pauses, lanes.poll(source_of(arrival))) is not None:
            return said(503, "nothing is taken in at the moment", wait=SOON)
        return known

    def _unneeded(self, arrival: Arrival) -> None:
        """Nothing names the body that was archived: it is removed, unless it comes again."""
        if arrival.small is None:
            with self.house.store.write("as2 unneeded") as connection:
                doom(connection, self.house.clock(), [arrival.wire.sha])

    def _accept(
        self,
        arrival: Arrival,
        outcome: Outcome,
        request: ReceiptRequest | None,
        known: Received | None,
    ) -> Answer:
        house, link = self.house, arrival.link
        mdn = None
        if request is not None:
            mdn = build(house, request, arrival, outcome)
        house.checkpoint("as2 receive: receipt built")
        entered = enter(
            house, arrival, outcome, mdn, self.links.settings(link).receive.repeat, known
        )
        if entered.messages:
            self.wake(lanes.files(source_of(arrival)))
        return TAKEN if mdn is None else receipt(mdn)

    def _refuse(
        self,
        call: Call,
        arrival: Arrival,
        outcome: Outcome,
        request: ReceiptRequest | None,
        known: Received | None,
        before: Received | None = None,
    ) -> Answer:
        """Keep what was refused, and say so: in a receipt, where one was asked for.

        ``before``: the message whose Message-ID it used.
        """
        mdn = None if request is None else build(self.house, request, arrival, outcome)
        entered = enter(self.house, arrival, outcome, mdn, "pass", known, first=before)
        facts = {"partner": arrival.link.partner, "channel": arrival.link.channel}
        events.as2_refused(received=entered.id, code=outcome.code, **facts)
        if not outcome.authenticated:
            self.throttle.failed(call)
        held = not outcome.authenticated
        if mdn is not None:
            return receipt(mdn, held=held)
        return replace(said(422, "the message was refused"), held=held)

    def _other(
        self, call: Call, arrival: Arrival, before: Received, request: ReceiptRequest | None
    ) -> Answer:
        """Other bytes under the id of an accepted message: refused, and always in the same way."""
        apart = replace(arrival, key=key_of_other(arrival.key, arrival.wire.sha))
        known = self._look(apart)
        if isinstance(known, Answer):
            return known
        answer = None
        if known is not None and request is not None:
            answer = repeats.again(self.house, known, _in_reply(request))
        if answer is not None:
            return replace(answer, held=True)
        found = repeats.other_content(arrival, before)
        return self._refuse(call, apart, Outcome(problems=(found,)), request, known, before)

    def _receipt_only(
        self,
        arrival: Arrival,
        known: Received,
        request: ReceiptRequest | None,
        body: Body,
        spools: Spools,
    ) -> Answer:
        """A receipt for what was taken over without one: it is opened once more, and not kept."""
        outcome = replace(open_up(self.house, arrival, body.extent, spools), payloads=())
        if request is None or not outcome.accepted:
            return said(503, "the receipt cannot be made at the moment", wait=SOON)
        mdn = build(self.house, request, arrival, outcome)
        add_receipt(self.house, known, mdn, request.url)
        return PROMISED if request.url else receipt(mdn)


def _sent_back(status: int, found: Problem, address: str) -> Answer:
    """Nothing is kept of the call but a line in the log."""
    events.as2_sent_back(code=found.code, address=address, status=status)
    return refused(status, found)


def _in_reply(request: ReceiptRequest | None) -> ReceiptRequest | None:
    """The same receipt, in the reply."""
    return None if request is None else replace(request, url="")


def _closed(link: Link, request: ReceiptRequest | None) -> Problem | None:
    """What about the receipt that was asked for keeps the message from being taken over."""
    if request is None:
        return None
    if request.problem is not None:
        return request.problem
    if not request.url or allowed(request.url, link.receipt_urls):
        return None
    agreed = ", ".join(link.receipt_urls) or "none"
    return problem("T263", url=shown(request.url), agreed=agreed)
