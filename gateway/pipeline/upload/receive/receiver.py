"""Taking uploads, as a server uses it: :meth:`Receiver.admit`, then ``receive`` or ``status``.

``admit`` decides by path and headers, in the thread of the server; the others wait for the disk,
and run in a thread of their own. They never raise: whatever fails, nothing was said about the file
yet, and the partner's program comes again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import sha256

from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from gateway.channels.as2.extent import Extent
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.upload import request
from gateway.pipeline import lanes
from gateway.pipeline.as2.receive.entrance import length_of, shown
from gateway.pipeline.as2.receive.spool import Body, Reading
from gateway.pipeline.house import House
from gateway.pipeline.upload.receive import entrance
from gateway.pipeline.upload.receive.accept import enter, place_of
from gateway.pipeline.upload.receive.answer import Answer, refused, said, unable
from gateway.pipeline.upload.receive.entrance import ASKS, TAKES, Call, Question
from gateway.pipeline.upload.receive.status import status
from gateway.pipeline.upload.receive.throttle import Throttle
from gateway.pipeline.upload.receive.tokens import Tokens
from gateway.problems import problem
from gateway.store import pauses
from gateway.store.as2.retained import doom
from gateway.store.upload import uploads
from gateway.store.upload.uploads import Upload
from gateway.telemetry import events

LOG = logging.getLogger(__name__)
SOON = 30.0
"""Seconds after which a program is asked to come again when we cannot take anything now."""
_ASKED = (("WWW-Authenticate", 'Bearer realm="in"'),)
_ALLOWED = (("Allow", ", ".join((*TAKES, *ASKS))),)
REPLAYED = ("Idempotent-Replayed", "true")
"""In an answer that was given before."""


class Receiver:
    """For one house. ``wake`` hears of each lane that has work now."""

    def __init__(self, house: House, wake: Callable[[str], None] = lambda _lane: None) -> None:
        self.house = house
        self.wake = wake
        self.throttle = Throttle()
        self._tokens = Tokens(house.workspace)

    def renewed(self, house: House) -> Receiver:
        """The same for other settings; what was counted of callers goes on."""
        new = Receiver(house, self.wake)
        new.throttle = self.throttle
        return new

    def admit(
        self, method: str, path: str, headers: Headers, address: str, version: str = "1.1"
    ) -> Call | Question | Answer:
        """What may go on, or why it may not. ``path``: as it came, percent-encoded."""
        found = entrance.two_ways(headers, version)
        if found is not None:
            return refused(400, found)
        target = request.target(path)
        if target is None:
            return refused(404, entrance.nowhere(path))
        wait = self.throttle.wait(target, address)
        if wait:
            return refused(429, problem("T445", seconds=round(wait) or 1), wait=wait)
        token = request.bearer(headers.get("authorization"))
        settings = self._tokens.settings(target.partner, target.channel, token)
        if settings is None:
            self.throttle.failed(target, address)
            events.upload_sent_back(code="T440", address=address, status=401)
            what = "another token" if token else "no bearer token"
            return refused(401, problem("T440", found=what), more=_ASKED, held=True)
        if method in ASKS:
            return Question(target)
        if method not in TAKES:
            return refused(405, entrance.otherwise(method), more=_ALLOWED)
        wait = self.throttle.admit(target, settings.rate)
        if wait:
            return refused(429, problem("T445", seconds=round(wait) or 1), wait=wait)
        unfit = entrance.unfit(headers, settings)
        if unfit is not None:
            return refused(*unfit)
        key, length = entrance.key_of(headers), length_of(headers)
        return Call(target, settings, headers, address, key, length)

    def receive(self, call: Call, body: Body) -> Answer:
        """Take a file over, and answer it."""
        return self._safely(lambda: self._receive(call, body))

    def status(self, question: Question) -> Answer:
        """Tell what became of one."""
        return self._safely(lambda: status(self.house, question))

    def _safely(self, work: Callable[[], Answer]) -> Answer:
        try:
            return work()
        except SQLAlchemyError as trouble:
            events.database_trouble(failure=str(getattr(trouble, "orig", None) or trouble))
        except OSError as trouble:
            LOG.error("an upload could not be stored: %s", trouble)
        except Exception as bug:
            events.bug(where="upload", message=None, failure=bug)
        return unable(SOON)

    def _receive(self, call: Call, body: Body) -> Answer:
        house = self.house
        house.checkpoint("upload receive: read")
        if not body.size:
            return refused(400, entrance.empty())
        target = call.target
        key = uploads.key_of(target.partner, target.channel, call.key) if call.key else ""
        known = self._known(call, key)
        if isinstance(known, Answer):
            return known
        if known is not None:
            return _again(call, known, body.extent)
        stored = house.store.archive.put_file(Reading(body.extent))
        house.checkpoint("upload receive: archived")
        try:
            entered = enter(house, call, key, stored)
        except IntegrityError:
            return self._met(call, key, stored.sha, body.extent)
        house.checkpoint("upload receive: entered")
        self.wake(lanes.files(call.source))
        return said(201, entered.answer, (_location(call, entered),))

    def _known(self, call: Call, key: str) -> Upload | Answer | None:
        """What came before under the key; an answer where nothing is taken in at the moment."""
        with self.house.store.read() as connection:
            known = uploads.find(connection, key) if key else None
            paused = pauses.stopped(pauses.find(connection), lanes.poll(call.source))
        if known is None and paused is not None:
            return unable(SOON, "nothing is taken in at the moment")
        return known

    def _met(self, call: Call, key: str, sha: str, extent: Extent) -> Answer:
        """Another request with the same key was quicker; it may share a commit still to come."""
        house = self.house
        with house.store.write("upload met") as connection:
            known = uploads.find(connection, key)
            if known is None or known.sha != sha:
                doom(connection, house.clock(), [sha])
        return unable(1.0) if known is None else _again(call, known, extent)


def _again(call: Call, known: Upload, extent: Extent) -> Answer:
    """The answer that was given before; or that the key stands for something else."""
    digest = sha256()
    for piece in extent.chunks():
        digest.update(piece)
    if digest.hexdigest() != known.sha:
        found = problem("T444", key=shown(call.key), before=known.message)
        return refused(422, found)
    return said(201, known.answer, (_location(call, known), REPLAYED))


def _location(call: Call, entered: Upload) -> tuple[str, str]:
    return "Location", place_of(call, entered.message)
