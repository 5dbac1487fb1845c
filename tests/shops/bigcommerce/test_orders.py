"""Orders are read with all that belongs to them, and walked by the time of their changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from gateway.channels.shops.connector import Window
from gateway.channels.shops.session import ShopAnswerError, ShopBusyError, ShopRefusedError
from tests.shops.bigcommerce.storing import HERE, asked, store

DAY = Window(datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 10, 6, tzinfo=UTC))
NOTHING = (204, b"")


def _parts(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        (HERE / "orders" / f"{name}.json").read_bytes(), parse_float=Decimal
    )
    return loaded


def _row(number: int, second: int) -> dict[str, Any]:
    order = _parts("digital")["order"]
    return {
        **order,
        "id": number,
        "date_modified": f"Mon, 05 Oct 2026 08:30:{second:02} +0000",
    }


def _whole(rows: list[dict[str, Any]]) -> list[Any]:
    """A list, and of each of its orders products and taxes."""
    each = [(200, _parts("digital")[name]) for _ in rows for name in ("products", "taxes")]
    return [(200, rows), *each]


def test_only_what_may_be_there_is_asked_for() -> None:
    parts = _parts("refunded")
    refunds = {"data": parts["refunds"]}
    shop, session = store(
        (200, [parts["order"]]), (200, parts["products"]), (200, parts["taxes"]),
        (200, parts["addresses"]), (200, refunds),
    )  # fmt: skip
    (record,) = shop.page(DAY).records
    first, *others = map(asked, session.calls)
    assert first == (
        "GET",
        "v2/orders",
        {
            "min_date_modified": "2026-10-05T00:00:00+00:00",
            "max_date_modified": "2026-10-06T00:00:00+00:00",
            "sort": "date_modified:asc",
            "page": "1",
            "limit": "100",
            "include": "fees",
        },
    )
    assert [path for _, path, _ in others] == [
        "v2/orders/103/products",
        "v2/orders/103/taxes",
        "v2/orders/103/shipping_addresses",
        "v3/orders/103/payment_actions/refunds",
    ]
    assert others[1][2]["details"] == "true"
    assert record.updated == datetime(2026, 10, 12, 10, 0, 3, tzinfo=UTC)
    reading = shop.read_order(record.raw)
    assert reading.order is not None and len(reading.refunds) == 1


def test_coupons_are_asked_for_where_there_is_a_discount() -> None:
    parts = _parts("discounts")
    names = ("products", "taxes", "addresses", "coupons")
    shop, session = store((200, parts["order"]), *((200, parts[name]) for name in names))
    record = shop.order("102")
    assert record is not None
    assert session.calls[-1].path == "v2/orders/102/coupons"
    order = shop.read_order(record.raw).order
    assert order is not None and order.lines[0].discounts[0].kind == "voucher"


def test_an_empty_list_is_an_answer_without_content() -> None:
    shop, _ = store(NOTHING)
    page = shop.page(DAY)
    assert (page.records, page.next) == ((), "")


def test_the_walk_goes_on_at_the_last_change_and_reads_nothing_twice() -> None:
    first = [_row(1, 10), _row(2, 20)]
    second = [_row(2, 20), _row(3, 20)]
    third = [_row(2, 20), _row(3, 20)]
    last = [_row(4, 20)]
    shop, session = store(
        *_whole(first), *_whole(second)[:3], *_whole(third)[:1], *_whole(last), NOTHING,
        poll={"page": 2},
    )  # fmt: skip
    found, position = [], ""
    for _ in range(5):
        page = shop.page(DAY, position)
        found += [record.external_id for record in page.records]
        position = page.next
    assert found == ["1", "2", "3", "4"] and position == ""
    lists = [asked(one)[2] for one in session.calls if one.path == "v2/orders"]
    assert {one["page"] for one in lists} == {"1"}
    since = [(one["min_date_modified"][11:19], one["sort"], one.get("min_id")) for one in lists]
    by_change = "date_modified:asc"
    assert since == [
        ("00:00:00", by_change, None), ("08:30:20", by_change, None),
        ("08:30:20", "id:asc", "1"), ("08:30:20", "id:asc", "4"), ("08:30:21", by_change, None),
    ]  # fmt: skip


def test_a_place_that_is_none() -> None:
    with pytest.raises(ShopAnswerError, match="no place"):
        store()[0].page(DAY, "nowhere")


def test_an_order_whose_parts_are_refused_does_not_stop_the_others() -> None:
    rows = [_row(1, 10), _row(2, 20)]
    shop, _ = store((200, rows), ShopRefusedError("404 gone", 404), *_whole(rows)[3:])
    page = shop.page(DAY)
    assert [one.external_id for one in page.records] == ["2"]
    assert [one.sentence for one in page.broken] == [
        "the order 1 of the list is not readable: 404 gone"
    ]


def test_a_page_that_fails_in_its_middle_goes_on_there() -> None:
    rows = [_row(1, 10), _row(2, 20), _row(3, 20)]
    busy = ShopBusyError("the store is called as often as it lets us")
    shop, session = store(*_whole(rows)[:5], busy, *_whole(rows[1:])[:1], *_whole(rows)[1:3])
    page = shop.page(DAY)
    assert [one.external_id for one in page.records] == ["1", "2"]
    rest = shop.page(DAY, page.next)
    assert [one.external_id for one in rest.records] == ["3"] and rest.next == ""
    lists = [asked(one)[2] for one in session.calls if one.path == "v2/orders"]
    assert [one["min_date_modified"][11:19] for one in lists] == ["00:00:00", "08:30:20"]


def test_a_page_that_fails_at_once_is_trouble() -> None:
    shop, _ = store((200, [_row(1, 10)]), ShopBusyError("not now"))
    with pytest.raises(ShopBusyError):
        shop.page(DAY)


def test_products_beyond_a_page_are_read_on() -> None:
    parts = _parts("digital")
    many = [{**parts["products"][0], "id": number} for number in range(250)]
    one_more = [{**parts["products"][0], "id": 250}]
    shop, session = store((200, parts["order"]), (200, many), (200, one_more), (200, []))
    record = shop.order("106")
    assert record is not None and len(json.loads(record.raw)["products"]) == 251
    assert [dict(one.query).get("page") for one in session.calls[1:3]] == ["1", "2"]


@pytest.mark.parametrize("answer", [(404, {"title": "not found"}), NOTHING])
def test_an_order_that_is_not_there(answer: Any) -> None:
    assert store(answer)[0].order("77") is None
    assert store()[0].order("no number") is None


def test_the_list_that_is_compared() -> None:
    shop, session = store((200, [_row(1, 10)]))
    (listed,) = shop.listed(DAY, by="created")
    assert (listed.external_id, listed.total, listed.currency) == ("1", Decimal("12.40"), "EUR")
    assert asked(session.calls[0])[2]["sort"] == "date_created:asc"
    assert shop.count(DAY) is None and not shop.capabilities.counts
