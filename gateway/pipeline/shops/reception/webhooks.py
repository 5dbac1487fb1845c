"""Webhooks: let in by signature, one row, and the answer. What they mean is found out afterwards.

``admit`` decides by path and headers, ``judge`` by the body; ``store`` keeps many in one
transaction. None of them raises. A call that proves nothing gets one answer, whatever the shop's
name: nobody finds out which shops there are. So does the unsigned call with which WooCommerce tries
an address out; nothing is kept of it.
"""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from sqlalchemy.exc import InterfaceError, OperationalError

from gateway.channels.as2.mime.headers import Headers
from gateway.channels.shops import platforms
from gateway.channels.shops.connector import Hint, Visit
from gateway.config.shops import Shop
from gateway.pipeline.as2.receive.entrance import LIMITS, fault, length_of, shown
from gateway.pipeline.house import House
from gateway.pipeline.shops.reception.answer import (
    SOON,
    Answer,
    as_text,
    refused,
    said,
    told,
    too_fast,
    too_large,
    unable,
)
from gateway.pipeline.shops.reception.keys import Keys
from gateway.pipeline.shops.reception.throttle import Throttle
from gateway.problems import Problem, problem
from gateway.store.shops import inbox
from gateway.telemetry import events

LOG = logging.getLogger(__name__)
PREFIX = "/shops/"
MOST = 64
"""Webhooks of one transaction."""
LIMIT = 2_000_000
"""Bytes of a call for a shop that is not known."""
_PATH = re.compile(r"/shops/([A-Za-z0-9][A-Za-z0-9._-]{0,79})/webhook(?:/[!-~]{0,200})?")
_PING = re.compile(rb"webhook_id=\d{1,19}")
_ASKS = ("GET", "HEAD")
_ALLOWED = (("Allow", "POST, GET, HEAD"),)
_GREETING = "webhooks of a shop are taken here: by POST, signed"
_TAKEN = said(200, as_text({"taken": True}))
_NOTHING = said(200, as_text({"taken": False}))
_DUMMY = b"a secret that no shop has"


@dataclass(frozen=True, slots=True)
class Call:
    """A webhook that may come."""

    name: str
    """Of the shop, as the path has it."""
    shop: Shop | None
    """``None``: there is none of that name that takes webhooks."""
    headers: Headers
    address: str
    length: int | None
    """``Content-Length``; ``None`` for a body in chunks."""
    limit: int
    """Bytes that are read."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A webhook that is the shop's, still to be kept."""

    shop: str
    hint: Hint
    body: bytes
    at: datetime
    began: float
    """Its last byte was there, by the clock that measures."""


class Webhooks:
    """For one house. ``wake`` hears of each lane that has work now."""

    def __init__(self, house: House, wake: Callable[[str], None] = lambda _lane: None) -> None:
        self.house = house
        self.wake = wake
        self.throttle = Throttle()
        self._keys = Keys(house.workspace)
        shops = house.workspace.shops
        self._shops = {name: each for name, each in shops.items() if each.webhooks is not None}
        sizes = (each.webhooks.max_size for each in self._shops.values() if each.webhooks)
        # one for all: who sends much to many names must not find out which of them there are
        self._limit = max(sizes, default=LIMIT)

    def renewed(self, house: House) -> Webhooks:
        """The same for other settings; what was counted of callers goes on."""
        new = Webhooks(house, self.wake)
        new.throttle = self.throttle
        return new

    def admit(
        self, method: str, path: str, headers: Headers, address: str, version: str = "1.1"
    ) -> Call | Answer:
        """What may go on, or the answer. ``path``: as it came, percent-encoded."""
        unfit = _unfit(method, headers, version)
        if unfit is not None:
            return self._back("", "form", unfit, address)
        matched = _PATH.fullmatch(path)
        if matched is None:
            wrong = _form(f"names {shown(path)}", "/shops/NAME/webhook")
            return self._back("", "form", refused(404, wrong), address)
        if method in _ASKS:
            return told(200, {"ready": True, "detail": _GREETING})
        return self._called(matched[1], headers, address)

    def _called(self, name: str, headers: Headers, address: str) -> Call | Answer:
        """A call under the name of a shop that there may be."""
        shop, length = self._shops.get(name), length_of(headers)
        known = "" if shop is None else name
        wait = self.throttle.wait(name, address)
        if wait:
            return self._back(known, "throttled", too_fast(wait), address)
        if length is not None and length > self._limit:
            return self._back(known, "large", too_large(length, self._limit), address)
        return Call(name, shop, headers, address, length, self._limit)

    def judge(self, call: Call, body: bytes) -> Taken | Answer:
        """Whether a call is the shop's: what is to be kept, or the answer."""
        try:
            return self._judge(call, body)
        except Exception as bug:
            events.bug(where="webhook", message=None, failure=bug)
            return self._back(call.name if call.shop else "", "failed", unable(SOON))

    def _judge(self, call: Call, body: bytes) -> Taken | Answer:
        self.house.checkpoint("webhook: read")
        at, began = self.house.clock(), perf_counter()
        hint = self._hint(call, body, at)
        known = "" if call.shop is None else call.shop.shop
        if hint.verdict in ("unsigned", "forged"):
            if _PING.fullmatch(body.strip()):  # whatever the name, see above
                return self._told(known, "ping", _NOTHING)
            self.throttle.failed(call.name, call.address)
            verdict = "unknown" if call.shop is None else hint.verdict
            answer = refused(401, problem("W141"), held=True)
            return self._back(known, verdict, answer, call.address)
        if hint.verdict == "stale":
            now = at.replace(microsecond=0).isoformat()
            return self._back(known, "stale", refused(401, problem("W142", now=now)), call.address)
        if hint.verdict != "hint":
            return self._told(known, hint.verdict, _heard(hint))
        self.throttle.proved(call.name, call.address)
        return self._measured(call, Taken(known, hint, body, at, began))

    def _measured(self, call: Call, taken: Taken) -> Taken | Answer:
        """What is the shop's may still be too much: strangers do not count for that."""
        settings = None if call.shop is None else call.shop.webhooks
        assert settings is not None
        if len(taken.body) > settings.max_size:
            answer = too_large(len(taken.body), settings.max_size)
            return self._back(taken.shop, "large", answer, call.address)
        wait = self.throttle.admit(taken.shop, settings.rate)
        if wait:
            return self._back(taken.shop, "throttled", too_fast(wait), call.address)
        return taken

    def _hint(self, call: Call, body: bytes, at: datetime) -> Hint:
        """What the platform says; of a shop that is none, after the same work."""
        hooks = None if call.shop is None else platforms.hooks(call.shop.kind)
        secrets = () if call.shop is None else self._keys.signing(call.shop)
        if hooks is None or not secrets:
            hmac.digest(_DUMMY, body, "sha256")
            return Hint("forged")
        return hooks.judge(Visit(call.headers.items, body, at), secrets)

    def store(self, taken: Sequence[Taken]) -> list[Answer]:
        """Keep webhooks, in one transaction; an answer for each."""
        try:
            self._kept(taken)
        except (OperationalError, InterfaceError) as trouble:
            events.database_trouble(failure=str(trouble.orig or trouble))
            return self._not_kept(taken)
        except Exception as bug:
            if len(taken) > 1:  # one of them may be what cannot be kept
                return [answer for each in taken for answer in self.store([each])]
            events.bug(where="webhook", message=None, failure=bug)
            return self._not_kept(taken)
        self.house.checkpoint("webhook: entered")
        for shop in dict.fromkeys(each.shop for each in taken):
            self.wake(inbox.lane_of(shop))
        now = perf_counter()
        return [self._told(each.shop, "hint", _TAKEN, now - each.began) for each in taken]

    def _not_kept(self, taken: Sequence[Taken]) -> list[Answer]:
        return [self._back(each.shop, "failed", unable(SOON)) for each in taken]

    def _kept(self, taken: Sequence[Taken]) -> None:
        hints = [
            inbox.NewHint(
                shop=each.shop,
                topic=each.hint.topic,
                kind=each.hint.kind,
                external_id=each.hint.external_id,
                delivery=each.hint.delivery,
                body=each.body,
                at=each.at,
            )
            for each in taken
        ]
        with self.house.store.write("webhooks") as connection:
            inbox.add_all(connection, hints)

    def _told(
        self, shop: str, verdict: str, answer: Answer, seconds: float | None = None
    ) -> Answer:
        events.webhook(shop=shop, verdict=verdict, seconds=seconds)
        return answer

    def _back(self, shop: str, verdict: str, answer: Answer, address: str = "") -> Answer:
        status = answer.status
        events.webhook_sent_back(shop=shop, verdict=verdict, address=address, status=status)
        return answer


def _unfit(method: str, headers: Headers, version: str) -> Answer | None:
    """The answer to what could be read in two ways, or is no webhook whatever its path."""
    found = fault(headers, LIMITS, version=version, tolerant=False)
    if found is not None:
        return refused(400, found)
    if method not in ("POST", *_ASKS):
        return refused(405, _form(f"is {shown(method)}", "POST, signed"), more=_ALLOWED)
    encoding = (headers.get("content-encoding") or "identity").strip().lower()
    if encoding != "identity":
        wrong = _form(f"has Content-Encoding {shown(encoding)}", "the body as it is")
        return refused(415, wrong)
    return None


def _heard(hint: Hint) -> Answer:
    """To a call that says nothing to be kept; what it asks back is answered."""
    if hint.challenge:
        return Answer(200, (("Content-Type", "text/plain"),), hint.challenge)
    return _NOTHING


def _form(what: str, right: str) -> Problem:
    return problem("W143", what=what, right=right)
