"""A test of the connection to a partner: a small message, and its receipt, step by step.

It goes out as every message to this partner does, with the same address, keys and layers, and asks
for a signed receipt in the reply. Nothing is stored and nothing is sent twice. A gateway like this
one recognises it (:func:`is_ping`) and makes no document of it; other systems show a small text.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.channels.as2.certificates.windows import encrypt_to, sign_with
from gateway.channels.as2.credentials import Credential
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Link
from gateway.channels.as2.mdn.read import is_mdn, read_mdn
from gateway.channels.as2.mdn.verdict import SentFacts, settle_verdict
from gateway.channels.as2.message import Built, Payload
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.as2.refusal import RefusedError
from gateway.channels.http import Reply, Unanswered, Unsent
from gateway.config import Workspace
from gateway.pipeline.as2.connections import Connections
from gateway.pipeline.as2.receive.spool import Spools
from gateway.pipeline.as2.send import reply as replies
from gateway.pipeline.as2.send.build import made, named
from gateway.problems import Problem

NAME = "as2-ping.txt"
MARK = b"AS2 ping: a test of the connection, not a document.\r\n"
"""How the message is recognised; it is under the signature."""
_KIND = "text/plain"
_REMEDIES = {
    "T283": "ask the partner whether its system is slow (http.timeout of the channel), and what "
    "its log says about {message_id}",
    "T289": "tell the partner, with the Message-ID {message_id}",
    "T290": "ask the partner whether it gives receipts in the reply; where it only gives them "
    "later (receipt.mode async), the connection itself works",
}
"""Where the usual advice is about a message that is sent again by itself."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried."""

    name: str
    """``settings``, ``address``, ``tls``, ``http``, ``receipt``, ``signature``, ``digest``."""
    text: str
    found: Problem | None = None
    """Why it failed; nothing is tried after it."""
    remedy: str = ""


def is_ping(payloads: Sequence[Payload]) -> bool:
    """Whether a message of a partner is such a test."""
    if len(payloads) != 1 or payloads[0].content_type != _KIND:
        return False
    return payloads[0].content.read(len(MARK)) == MARK


def ping(
    workspace: Workspace, partner: str, channel: str, clock: Callable[[], datetime]
) -> Iterator[Step]:
    """Try the connection of a channel by AS2. Raises ``KeyError`` where there is none."""
    with Spools(None) as spools, Connections(workspace) as connections:
        agreed = connections.links.of(partner, channel)
        receipt = replace(agreed.receipt, mode="sync", signed=True, url="")
        yield from _Ping(connections, replace(agreed, receipt=receipt), spools, clock).steps()


class _Ping:
    """One test."""

    def __init__(
        self,
        connections: Connections,
        link: Link,
        spools: Spools,
        clock: Callable[[], datetime],
    ) -> None:
        self.connections = connections
        self.link = link
        self.spools = spools
        self.clock = clock
        at = clock()
        self.message_id = named(link, connections.links.host, secrets.token_hex(6), at)
        self.size = 0
        self.host = ""

    def steps(self) -> Iterator[Step]:
        """Until all was tried, or the first failure."""
        try:
            built = self._built()
        except (RefusedError, ValueError) as failure:
            reason = failure.problem.sentence if isinstance(failure, RefusedError) else str(failure)
            yield self._failed("settings", replies.unsent(Unsent("settings", reason), self._about))
            return
        yield Step("settings", self._layers())
        began = time.perf_counter()
        try:
            client = self.connections.to(self.link)
            self.host = client.host
            reply = client.post(built.headers, built.body.chunks(), built.body.size)
        except Unsent as failure:
            step = {"settings": "settings", "tls": "tls", "pin": "tls"}.get(failure.kind, "address")
            yield self._failed(step, replies.unsent(failure, self._about))
            return
        except Unanswered as failure:
            yield self._failed("http", replies.unanswered(failure, self._about))
            return
        yield from self._answered(reply, built, time.perf_counter() - began)

    def _built(self) -> Built:
        content = MARK + f"Message-ID: {self.message_id}\r\n".encode()
        payload = Payload(Extent.of(content), _KIND, NAME)
        built = made(self.link, self.message_id, self.clock(), (payload,), "AS2 ping", self.spools)
        self.size = built.body.size
        return built

    def _layers(self) -> str:
        """With which keys it is built."""
        at, layers = self.clock(), self.link.layers
        parts = [f"{self.link.our_id} to {self.link.their_id}"]
        if layers.sign is not None:
            parts.append(f"signed ({layers.sign}) with {_shown(sign_with(self.link, at))}")
        if layers.encrypt is not None:
            parts.append(f"encrypted ({layers.encrypt}) for {_shown(encrypt_to(self.link, at))}")
        return ", ".join(parts)

    def _answered(self, reply: Reply, built: Built, seconds: float) -> Iterator[Step]:
        yield Step("address", f"{self.link.url} answers")
        if reply.seen is not None:
            seen = reply.seen
            until = "an unknown day" if seen.until is None else f"{seen.until:%Y-%m-%d}"
            shown = f"certificate until {until}, SHA-256 {seen.fingerprint}"
            yield Step("tls", f"{seen.version}, {shown}")
        headers, body = Headers.of(reply.headers), Extent.of(reply.body)
        if not is_mdn(headers, body):
            yield self._failed("http", replies.no_receipt(reply, self._about))
            return
        yield Step("http", f"{reply.status} after {seconds * 1000:.0f} ms")
        yield from self._receipt(headers, body, built)

    def _receipt(self, headers: Headers, body: Extent, built: Built) -> Iterator[Step]:
        link = self.link
        read = read_mdn(headers, body, link, self.spools, self.clock())
        mics = {str(name): value for name, value in built.mics.items()}
        facts = SentFacts(
            self.message_id, link.our_id, link.their_id, mics, True, link.receipt.lenient
        )
        verdict = settle_verdict(read, facts)
        found = verdict.problem
        said = "" if read.disposition is None else read.disposition.outcome
        told = f"{said}, by {ascii(read.reporting_ua)[1:-1] or 'an unnamed product'}"
        if found is not None and verdict.kind in ("ignored", "negative"):
            yield self._failed("receipt", found)
            return
        yield Step("receipt", told)
        if read.signer is not None:
            yield Step("signature", _shown(read.signer))
        if found is not None and verdict.kind == "mismatch":
            yield self._failed("digest", found)
            return
        mic = read.mic
        yield Step("digest", "none, as agreed" if mic is None else f"the same by {mic.algorithm}")

    @property
    def _about(self) -> replies.About:
        return replies.About(self.link, NAME, self.message_id, self.size, self.host)

    def _failed(self, step: str, found: Problem) -> Step:
        remedy = _REMEDIES.get(found.code)
        advice = found.remedy if remedy is None else remedy.format(message_id=self.message_id)
        return Step(step, found.sentence, found, advice)


def _shown(one: Credential) -> str:
    until = one.certificate.not_valid_after_utc
    return f"{one.name} (until {until:%Y-%m-%d}, SHA-256 {one.fingerprint[:16]}…)"
