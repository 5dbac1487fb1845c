"""The API, as a server uses it: :meth:`Desk.admit`, then :meth:`Desk.receive`.

``admit`` decides by path, headers and key, in the thread of the server; ``receive`` waits for the
disk, in a thread of its own. Neither raises: whatever fails, nothing was said about the request
yet, and the same one may come again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from gateway.channels.as2.mime.headers import Headers
from gateway.pipeline.as2.receive.entrance import shown
from gateway.pipeline.house import House
from gateway.pipeline.shops.reception import documents, entrance, orders, standing
from gateway.pipeline.shops.reception.answer import (
    SOON,
    Answer,
    Done,
    Pairs,
    Remember,
    as_text,
    refused,
    said,
    unable,
)
from gateway.pipeline.shops.reception.entrance import Call
from gateway.pipeline.shops.reception.keys import Keys
from gateway.pipeline.shops.reception.openapi import openapi_text
from gateway.pipeline.shops.reception.routes import ROUTES
from gateway.pipeline.shops.reception.throttle import Throttle
from gateway.pipeline.upload.receive.receiver import REPLAYED
from gateway.problems import problem
from gateway.store.shops import requests
from gateway.store.shops.requests import Answered
from gateway.telemetry import events

LOG = logging.getLogger(__name__)


class Desk:
    """For one house. ``wake`` hears of each lane that has work now."""

    def __init__(self, house: House, wake: Callable[[str], None] = lambda _lane: None) -> None:
        self.house = house
        self.wake = wake
        self.throttle = Throttle()
        self._keys = Keys(house.workspace)

    def renewed(self, house: House) -> Desk:
        """The same for other settings; what was counted of callers goes on."""
        new = Desk(house, self.wake)
        new.throttle = self.throttle
        return new

    def admit(
        self, method: str, path: str, headers: Headers, address: str, version: str = "1.1"
    ) -> Call | Answer:
        """What may go on, or why it may not. ``path``: as it came, percent-encoded."""
        found = entrance.admit(self._keys, self.throttle, method, path, headers, address, version)
        if isinstance(found, Answer):
            events.api_request(route="", status=found.status, owner="", address=address)
        return found

    def receive(self, call: Call, body: bytes) -> Answer:
        """Do what a request asks for, and answer it."""
        answer = self._safely(call, body)
        owner = "" if call.owner is None else call.owner.name
        events.api_request(
            route=call.route.name, status=answer.status, owner=owner, address=call.address
        )
        return answer

    def _safely(self, call: Call, body: bytes) -> Answer:
        try:
            return self._receive(call, body)
        except SQLAlchemyError as trouble:
            events.database_trouble(failure=str(getattr(trouble, "orig", None) or trouble))
        except OSError as trouble:
            LOG.error("a request to the API could not be stored: %s", trouble)
        except Exception as bug:
            events.bug(where="api", message=None, failure=bug)
        return unable(SOON)

    def _receive(self, call: Call, body: bytes) -> Answer:
        self.house.checkpoint("api: read")
        if not call.route.posts:
            return _ASKS[call.route.name](self.house, call)
        digest = requests.digest_of(call.route.method, call.path, body)
        known = self._known(call.key)
        if known is not None:
            return _again(call, known, digest)
        remember = _remembering(self.house, call, digest)
        try:
            done = _POSTS[call.route.name](self.house, call, body, remember)
        except IntegrityError:
            known = self._known(call.key)
            return unable(1.0) if known is None else _again(call, known, digest)
        if isinstance(done, Answer):
            return done
        self.house.checkpoint("api: entered")
        for lane in done.lanes:
            self.wake(lane)
        return said(done.status, as_text(done.facts), _located(done.location))

    def _known(self, key: str) -> Answered | None:
        if not key:
            return None
        with self.house.store.read() as connection:
            return requests.find(connection, key)


def _remembering(house: House, call: Call, digest: str) -> Remember:
    def remember(connection: Connection, done: Done) -> None:
        if call.key and call.owner is not None:
            text, at = as_text(done.facts), house.clock()
            new = Answered(digest, done.status, done.location, text, at)
            requests.add(connection, call.key, call.owner.name, new)

    return remember


def _again(call: Call, known: Answered, digest: str) -> Answer:
    """The answer that was given before; or that the key stands for something else."""
    if known.digest != digest:
        before = known.created.isoformat()
        return refused(422, problem("W147", key=shown(call.given), before=before))
    return said(known.status, known.answer, (*_located(known.location), REPLAYED))


def _located(location: str) -> Pairs:
    return (("Location", location),) if location else ()


def _openapi(_house: House, _call: Call) -> Answer:
    return said(200, openapi_text())


_ASKS: Mapping[str, Callable[[House, Call], Answer]] = {
    "get_order": standing.order,
    "get_document": standing.document,
    "get_openapi": _openapi,
}
_POSTS: Mapping[str, Callable[[House, Call, bytes, Remember], Done | Answer]] = {
    "post_orders": orders.post_orders,
    "post_refunds": orders.post_refunds,
    "post_cancellation": orders.post_cancellation,
    **{route.name: documents.post for route in ROUTES if route.document},
}
