"""Asking Amazon for orders (Orders API 2026-01-01): the list, one by its id, and in short."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from gateway.channels.shops.amazon.access import Sessions
from gateway.channels.shops.amazon.write import instant
from gateway.channels.shops.connector import Listed, Page, Record, Window
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.session import Answer, ShopAnswerError
from gateway.config.shops.amazon import Amazon
from gateway.problems import Problem, problem
from gateway.syntax.jsonparts import NoSuchPartError, elements, member

PATH = "/orders/2026-01-01/orders"
EVERYTHING = (
    "BUYER", "RECIPIENT", "PROCEEDS", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES",
    "TAX", "PAYMENT",
)  # fmt: skip
RECENT = timedelta(minutes=2)
"""So close to now Amazon lets nobody look; the overlap of the next look covers it."""
_LARGEST = 100


@dataclass(slots=True)
class Orders:
    """The orders of one account."""

    settings: Amazon
    sessions: Sessions
    clock: Callable[[], datetime]

    def page(self, window: Window, position: str, size: int) -> Page:
        """A page of the orders that changed in a window."""
        place = _Position.of(position, min(window.until, self.clock() - RECENT))
        if place.until <= window.since:
            return Page(())
        query = [
            ("lastUpdatedAfter", instant(window.since)),
            ("lastUpdatedBefore", instant(place.until)),
            *self._filters(size),
            ("includedData", ",".join(EVERYTHING)),
            *_token(place.token),
        ]
        answer = self._search(query)
        records, broken = self._records(answer.body)
        following = _next(answer)
        after = _Position(place.until, following).text() if following else ""
        return Page(tuple(records), after, broken=tuple(broken))

    def order(self, external_id: str) -> Record | None:
        """One order; ``None`` for one that is not there, or is none that is taken."""
        answer = self.read(external_id, EVERYTHING)
        if answer.status == 404:
            return None
        try:
            raw = member(answer.body, "order")
        except NoSuchPartError as failure:
            raise ShopAnswerError(str(failure)) from None
        if raw is None:
            return None
        record, wanted = self._record(raw)
        return record if wanted else None

    def read(self, external_id: str, data: tuple[str, ...]) -> Answer:
        """The answer of ``getOrder``; its status may be 404."""
        return self.sessions.of("order").call(
            "GET",
            f"{PATH}/{quote(external_id, safe='')}",
            query=[("includedData", ",".join(data))],
            allowed=(404,),
        )

    def listed(self, window: Window, *, created: bool) -> Iterator[Listed]:
        """All orders of a window in short. Each hundred of them costs one of the few calls."""
        name = "created" if created else "lastUpdated"
        until = min(window.until, self.clock() - RECENT)
        token = ""
        while until > window.since:
            answer = self._search(
                [
                    (f"{name}After", instant(window.since)),
                    (f"{name}Before", instant(until)),
                    *self._filters(_LARGEST),
                    ("includedData", "PROCEEDS,FULFILLMENT"),
                    *_token(token),
                ]
            )
            for order in _object(answer).each("orders"):
                if found := _listed(order):
                    yield found
            before, token = token, _next(answer)
            if not token:
                return
            if token == before:
                raise ShopAnswerError("the list of orders goes on and does not say where")

    def _filters(self, size: int) -> list[tuple[str, str]]:
        return [
            ("marketplaceIds", ",".join(self.settings.marketplaces)),
            ("fulfilledBy", ",".join(self.settings.fulfilled_by)),
            ("maxResultsPerPage", str(min(size, _LARGEST))),
        ]

    def _search(self, query: list[tuple[str, str]]) -> Answer:
        return self.sessions.of("search").call("GET", PATH, query=query)

    def _records(self, body: bytes) -> tuple[list[Record], list[Problem]]:
        try:
            entries = elements(body, "orders")
        except NoSuchPartError as failure:
            raise ShopAnswerError(str(failure)) from None
        records, broken = [], []
        for index, raw in enumerate(entries):
            record, wanted = self._record(raw)
            if record is None:
                reason = "it has no orderId"
                broken.append(problem("W230", what=f"entry {index + 1} of the list", reason=reason))
            elif wanted:
                records.append(record)
        return records, broken

    def _record(self, raw: bytes) -> tuple[Record | None, bool]:
        """The record of an order's bytes, and whether orders of its kind are taken."""
        order = opened(raw, "the order of Amazon")
        identifier = order.text("orderId")
        if identifier is None:
            return None, False
        by = order.inside("fulfillment").text("fulfilledBy")
        where = order.inside("salesChannel").text("marketplaceId")
        wanted = by is None or by in self.settings.fulfilled_by
        wanted = wanted and (where is None or where in self.settings.marketplaces)
        return Record("order", identifier, raw, order.instant("lastUpdatedTime")), wanted


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a window goes on: the token, and the end that the first page was asked with."""

    until: datetime
    token: str = ""
    """Lives for a day."""

    @classmethod
    def of(cls, text: str, until: datetime) -> _Position:
        if not text:
            return cls(until)
        try:
            end, token = json.loads(text)
            return cls(datetime.fromisoformat(end), str(token))
        except (ValueError, TypeError):
            return cls(until)

    def text(self) -> str:
        return json.dumps([self.until.isoformat(), self.token])


def _token(token: str) -> list[tuple[str, str]]:
    return [("paginationToken", token)] if token else []


def _object(answer: Answer) -> Fields:
    found = opened(answer.body, "the list of orders")
    if found.found:
        raise ShopAnswerError(found.found[0].sentence)
    return found


def _next(answer: Answer) -> str:
    return _object(answer).inside("pagination").text("nextToken") or ""


def _listed(order: Fields) -> Listed | None:
    identifier, created = order.text("orderId"), order.instant("createdTime")
    if identifier is None or created is None:
        return None
    total = order.inside("proceeds", "grandTotal")
    return Listed(
        external_id=identifier,
        number=identifier,
        created=created,
        updated=order.instant("lastUpdatedTime"),
        status=order.inside("fulfillment").text("fulfillmentStatus") or "",
        total=total.number("amount"),
        currency=total.text("currencyCode") or "",
    )
