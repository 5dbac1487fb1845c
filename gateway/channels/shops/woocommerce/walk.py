"""How WooCommerce's lists are walked: by time stamp, never by a page number that moves.

An order that changes while a list is read moves to its end, and all behind it move up: page
numbers lose orders. So each page asks for what changed after the last one seen, that second
included. Only inside one second that fills a page by itself page numbers are needed; it is read in
the order of ids, from its last page to its first: whoever leaves it moves others towards pages
that are still to be read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, Self

from gateway.channels.shops.connector import Window
from gateway.channels.shops.session import ShopAnswerError

SECOND = timedelta(seconds=1)
MOST = 100
"""Orders of a page; 101 are refused."""
MOST_PAGES = 10_000
"""Of one second: a million orders."""
By = Literal["created", "updated"]
_BOUNDS: dict[By, tuple[str, str, str]] = {
    "updated": ("modified_after", "modified_before", "modified"),
    "created": ("after", "before", "date"),
}
_WRITTEN = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:/(page|second)/(\d{1,5}))?", re.ASCII)
_STAMP = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk stands: everything that changed up to :attr:`after` was seen."""

    after: datetime
    page: int = 1
    """Inside one second 0 before it is known how many pages there are."""
    second: bool = False
    """Only the second behind :attr:`after` is read."""

    @classmethod
    def first(cls, window: Window) -> Self:
        """The beginning of a window: the shop's bound is strictly greater, so one second less."""
        return cls(window.since.astimezone(UTC).replace(microsecond=0) - SECOND)

    @classmethod
    def read(cls, text: str) -> Self:
        """What :meth:`written` wrote. Raises ``ValueError``."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no place of a walk")
        after = datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)
        return cls(after, int(found[3] or 1), found[2] == "second")

    def written(self) -> str:
        """``2026-03-02T09:13:59``, with a page where there is one."""
        stamp = self.after.strftime(_STAMP)
        if self.second:
            return f"{stamp}/second/{self.page}"
        return stamp if self.page == 1 else f"{stamp}/page/{self.page}"

    def query(self, window: Window, by: By, size: int) -> list[tuple[str, str]]:
        """Parameters that ask for the page here."""
        after, before, order = _BOUNDS[by]
        end = window.until.astimezone(UTC).replace(microsecond=0) + SECOND
        if self.second:
            end, order = self.after + 2 * SECOND, "id"
        return [
            (after, self.after.strftime(_STAMP)),
            (before, end.strftime(_STAMP)),
            ("dates_are_gmt", "true"),
            ("status", "any"),
            ("orderby", order),
            ("order", "asc"),
            ("per_page", str(size)),
            ("page", str(max(self.page, 1))),
        ]

    def following(
        self, stamps: Sequence[datetime], full: bool, pages: int | None, window: Window
    ) -> Place | None:
        """Where the walk goes on, ``None`` at its end.

        ``stamps``: when the orders of the page changed; ``full``: as many as were asked for;
        ``pages``: how many there are from here on, where the shop tells it.
        """
        if self.second:
            return self._inside(full, pages, window)
        if not (full if pages is None else pages > self.page):
            return None
        last = max(stamps, default=None)
        if last is None or last <= self.after:
            # nothing that could be read: only a number leads over it
            return _numbered(self, self.page + 1)
        if last - SECOND > self.after:
            return Place(last - SECOND)
        return Place(self.after, 0, second=True)

    def _inside(self, full: bool, pages: int | None, window: Window) -> Place | None:
        if self.page == 0 and full and pages is None:
            raise ShopAnswerError(
                f"more than {MOST} orders changed within one second ({self.after + SECOND}), and "
                "the shop tells not how many: header X-WP-TotalPages is missing"
            )
        if self.page == 0 and (pages or 1) > 1:
            return _numbered(self, pages or 1)
        if self.page > 1:
            return _numbered(self, self.page - 1)
        ahead = self.after + SECOND
        return None if ahead >= window.until else Place(ahead)


def _numbered(place: Place, page: int) -> Place:
    if page > MOST_PAGES:
        raise ShopAnswerError(f"the shop tells of {page} pages behind {place.written()}")
    return replace(place, page=page)
