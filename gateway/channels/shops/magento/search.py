"""Lists of Magento, walked by what they are sorted by.

Pages are numbered, and numbers move when orders change. So a window is walked by the time of the
change, and orders of one second by their id: each page is the first one of a narrower question.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.channels.shops.connector import Window
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.session import Answer, Session, ShopAnswerError
from gateway.syntax.jsonparts import NoSuchPartError, elements

Filter = tuple[str, str, str]
"""Field, condition, value."""


def criteria(
    filters: Sequence[Filter], *, sort: Sequence[str] = (), size: int, fields: str = ""
) -> list[tuple[str, str]]:
    """The query of a list: filters that all have to hold, and what it is sorted by."""
    query = []
    for index, (field, condition, value) in enumerate(filters):
        name = f"searchCriteria[filterGroups][{index}][filters][0]"
        query += [
            (f"{name}[field]", field),
            (f"{name}[value]", value),
            (f"{name}[conditionType]", condition),
        ]
    for index, field in enumerate(sort):
        name = f"searchCriteria[sortOrders][{index}]"
        query += [(f"{name}[field]", field), (f"{name}[direction]", "ASC")]
    query.append(("searchCriteria[pageSize]", str(size)))
    return [*query, ("fields", fields)] if fields else query


def stamp(at: datetime) -> str:
    """A time as Magento compares it: UTC, to the second, without a zone."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk goes on: from a time, or inside a second behind an id."""

    since: str
    after: int | None = None

    @classmethod
    def of(cls, text: str, window: Window) -> Place:
        """From what :meth:`text` wrote; empty or spoilt: the beginning of the window."""
        try:
            since, after = json.loads(text)
            datetime.fromisoformat(since)
            return cls(since, None if after is None else int(after))
        except (ValueError, TypeError):
            return cls(stamp(window.since))

    def text(self) -> str:
        """To be given back."""
        return json.dumps([self.since, self.after])

    def filters(self, field: str, until: str) -> list[Filter]:
        """What is asked for."""
        if self.after is None:
            return [(field, "gteq", self.since), (field, "lteq", until)]
        return [(field, "eq", self.since), ("entity_id", "gt", str(self.after))]

    def following(self, rows: Sequence[tuple[str, int]], size: int, until: str) -> Place | None:
        """Where it goes on after a page of (time, id); ``None`` at the end."""
        if len(rows) >= size:
            last, after = rows[-1]
            if not last or not after:
                raise ShopAnswerError("the last entry of a page has no time or no id")
            if self.after is not None or last == rows[0][0]:
                return Place(last, after)
            return Place(last)
        if self.after is None:
            return None
        # the second is through: the next one
        later = datetime.fromisoformat(self.since).replace(tzinfo=UTC).timestamp() + 1
        since = stamp(datetime.fromtimestamp(later, UTC))
        return Place(since) if since <= until else None


@dataclass(slots=True)
class Search:
    """Lists of one site."""

    session: Session

    def rows(self, path: str, query: Sequence[tuple[str, str]]) -> list[bytes]:
        """The entries of a list, each as it came."""
        return entries(self.session.call("GET", path, query=query))

    def walk(
        self, path: str, window: Window, field: str, size: int, fields: str
    ) -> Iterator[Fields]:
        """All entries of a window; those on the edge of two pages may come twice."""
        place: Place | None = Place(stamp(window.since))
        until = stamp(window.until)
        while place is not None:
            sort = (field, "entity_id")
            query = criteria(place.filters(field, until), sort=sort, size=size, fields=fields)
            found = [opened(raw, "the entry") for raw in self.rows(path, query)]
            yield from found
            place = place.following([row_of(one, field) for one in found], size, until)


def row_of(order: Fields, field: str = "updated_at") -> tuple[str, int]:
    """What an order is sorted by."""
    identifier = order.number("entity_id")
    return order.text(field) or "", 0 if identifier is None else int(identifier)


def entries(answer: Answer) -> list[bytes]:
    """The entries of an answer that is a list."""
    try:
        return elements(answer.body, "items")
    except NoSuchPartError as failure:
        raise ShopAnswerError(str(failure)) from None
