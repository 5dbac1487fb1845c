"""More orders changed in one second than fit on a page, and some of them move while it is read.

Octopia is left out: its list can only be paged by number within one instant. Its stamps are finer,
its looks go back five minutes, and what is missed all the same the nightly comparison finds.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from gateway.channels.shops import platforms
from gateway.channels.shops.connector import Window
from gateway.channels.shops.session import Answer
from gateway.config.shops import Shop
from tests.shops.faults.book import Book, Clock
from tests.shops.faults.server import Request, Style
from tests.shops.faults.styles import STYLES

BEFORE = {
    "woocommerce": "wp-json/wc/v3/", "prestashop": "api/", "magento": "rest/all/",
    "bigcommerce": "stores/abc123/",
}  # fmt: skip
"""What stands before the paths of a platform's calls."""
ORDERS, PAGE = 40, 10


class Direct:
    """Calls that reach a style without a server."""

    def __init__(self, style: Style, book: Book) -> None:
        self.style, self.book = style, book

    def call(
        self, method: str, path: str, *, query: Any = (), json: Any = None, **_: Any
    ) -> Answer:
        whole = BEFORE.get(self.style.kind, "") + path.lstrip("/")
        asked = Request(method, whole, dict(query), {}, _bytes(json))
        told = self.style.answer(self.book, asked)
        return Answer(told.status, tuple(told.headers.items()), _bytes(told.value))

    def close(self) -> None:
        """Nothing is open."""


def _bytes(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize("name", sorted(set(STYLES) - {"octopia", "amazon"}))
def test_nobody_is_passed_over(name: str) -> None:
    style, clock = STYLES[name](), Clock()
    book = Book(clock)
    for _ in range(ORDERS):
        book.buy()
    clock.forward(600)
    for number in range(1, ORDERS + 1):
        book.change(number)
    second = clock()
    clock.forward(600)
    settings = {"kind": name, name: style.settings("http://127.0.0.1:1"), "poll": {"page": PAGE}}
    shop = Shop.model_validate({"shop": "a", "name": "A", **settings})
    session: Any = Direct(style, book)
    connector = platforms.connect(shop, lambda _: "unused", clock, session)
    numbers = {style.identity(number): number for number in book.entries}
    window = Window(second - timedelta(seconds=5), clock() + timedelta(hours=1))

    met: set[str] = set()
    position, pages = "", 0
    while pages == 0 or position:
        page = connector.page(window, position)
        position, pages = page.next, pages + 1
        met |= {record.external_id for record in page.records}
        clock.forward(1)
        still = [one for one in page.records if book.entries[numbers[one.external_id]].updated
                 == second]  # fmt: skip
        if still:  # somebody changes one that was read already
            book.change(numbers[still[0].external_id])
        assert pages < 60
    assert met == set(numbers)
