"""How PrestaShop's orders are walked: by time stamp, inside one second by id.

The webservice pages by offset, and an order that changes moves: so no offset is ever used. Each
page asks for what changed from the last one seen on; where one second fills a page by itself, for
ids above the last one seen in it. At the end come the orders of credit slips made in the window,
because a slip does not touch its order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

from gateway.channels.shops.prestashop.calls import LAST_ID, Pairs, between
from gateway.channels.shops.prestashop.localtime import after
from gateway.channels.shops.session import ShopAnswerError

By = Literal["created", "updated"]
FIELD: dict[By, str] = {"updated": "date_upd", "created": "date_add"}
_PLACE = re.compile(
    r"(from|second)/(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:/(\d{1,10}))?|slips/(\d{1,10})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk stands."""

    kind: Literal["from", "second", "slips"]
    date: str = ""
    """On the shop's clock: everything before it was seen."""
    id: int = 0
    """Inside of one second, and of slips: everything up to this id was seen."""

    @classmethod
    def read(cls, text: str) -> Self:
        """What :meth:`written` wrote. Raises ``ValueError``."""
        found = _PLACE.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no place of a walk")
        if found[4] is not None:
            return cls("slips", id=int(found[4]))
        return cls("from" if found[1] == "from" else "second", found[2], int(found[3] or 0))

    def written(self) -> str:
        """``from/2026-03-02 09:14:00``, ``second/2026-03-02 09:14:00/17``, ``slips/0``."""
        if self.kind == "slips":
            return f"slips/{self.id}"
        return f"{self.kind}/{self.date}" + (f"/{self.id}" if self.kind == "second" else "")

    def filters(self, last: str, by: By) -> dict[str, str]:
        """Of the page here, in a window that ends at a date."""
        field = FIELD[by]
        if self.kind == "second":
            ids = between(self.id + 1, LAST_ID)
            return {field: between(self.date, self.date), "id": ids}
        return {field: between(self.date, last)}

    def order(self, by: By, size: int) -> Pairs:
        """How the page is sorted, and how long it is. ``date``: without it dates are no filter."""
        sort = "[id_ASC]" if self.kind == "second" else f"[{FIELD[by]}_ASC,id_ASC]"
        return [("date", "1"), ("sort", sort), ("limit", str(size))]

    def following(self, rows: Sequence[tuple[str, int]], full: bool, last: str) -> Place | None:
        """Where the walk goes on; ``None``: the orders of the window were all seen.

        ``rows``: date and id of each row of the page.
        """
        if not full:
            ahead = after(self.date)
            more = self.kind == "second" and ahead <= last
            return Place("from", ahead) if more else None
        if not rows:
            raise ShopAnswerError("a whole page of orders without a date or an id")
        if self.kind == "second":
            return Place("second", self.date, max(number for _, number in rows))
        newest = max(date for date, _ in rows)
        if newest > self.date:
            return Place("from", newest)
        return Place("second", self.date, 0)
