"""Orders are read whole, at a price that Shopify takes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gateway.channels.shops.connector import Window
from gateway.channels.shops.session import (
    ShopAnswerError,
    ShopBusyError,
    ShopLoginError,
    ShopRefusedError,
)
from tests.shops.shopify.checking import HERE, store

DAY = Window(datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 10, 6, tzinfo=UTC))
END = {"hasNextPage": False, "endCursor": None}


def _record(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((HERE / "orders" / f"{name}.json").read_bytes())
    return loaded


def _order(name: str) -> dict[str, Any]:
    node: dict[str, Any] = _text(_record(name)["order"])
    return node


def _text(value: Any) -> Any:
    """Without floats, which are never written here."""
    return json.loads(json.dumps(value), parse_float=Decimal)


def _page(*nodes: Any, after: str | None = None) -> dict[str, Any]:
    info = {"hasNextPage": after is not None, "endCursor": after}
    return {"orders": {"nodes": list(nodes), "pageInfo": info}}


def _error(code: str, **details: Any) -> dict[str, Any]:
    return {"errors": [{"message": "no", "extensions": {"code": code, **details}}]}


def test_a_window_is_read_oldest_change_first_from_cursor_to_cursor() -> None:
    shop, session = store(_page(_order("bundle"), after="c1"), _page(_order("free")))
    first = shop.page(DAY)
    last = shop.page(DAY, first.next)
    assert [one.external_id for one in (*first.records, *last.records)] == [
        "450781013", "450781014",
    ]  # fmt: skip
    assert (first.next, last.next) == ("c1", "")
    assert first.records[0].updated == datetime(2026, 10, 5, 8, 31, 5, tzinfo=UTC)
    asked = session.variables
    assert asked[0]["query"] == (
        "updated_at:>='2026-10-05T00:00:00Z' AND updated_at:<='2026-10-06T00:00:00Z'"
    )
    assert (asked[0]["after"], asked[1]["after"]) == (None, "c1")


def test_a_record_is_what_came_and_reads_as_an_order() -> None:
    shop, _ = store(_page(_order("included")))
    (record,) = shop.page(DAY).records
    reading = shop.read_order(record.raw)
    assert reading.order is not None and reading.order.number == "#1001"
    assert json.loads(record.raw)["version"] == "2026-10"


def test_lists_that_go_on_are_followed_before_a_record_is_whole() -> None:
    record = _text(_record("long"))
    parts = [{"node": {"lineItems": more["part"]}} for more in record["more"]]
    shop, session = store({"order": record["order"]}, *parts)
    found = shop.order("450781015")
    assert found is not None
    order = shop.read_order(found.raw).order
    assert order is not None and len(order.lines) == 7
    assert session.operations == ["Order", "More", "More"]
    assert [one.get("after") for one in session.variables] == [None, "c3", "c6"]


@pytest.mark.parametrize(
    ("owner", "name"),
    [("refunds", "refundLineItems"), ("fulfillments", "fulfillmentLineItems")],
)
def test_lists_within_refunds_and_fulfilments_are_followed_too(owner: str, name: str) -> None:
    order = _order("refunded")
    first = order[owner][0][name]
    first["pageInfo"] = {"hasNextPage": True, "endCursor": "x"}
    more = {"nodes": [{**first["nodes"][0], "quantity": 0}], "pageInfo": END}
    shop, session = store({"order": order}, {"node": {name: more}})
    record = shop.order("450781005")
    assert record is not None
    assert session.variables[1]["id"] == order[owner][0]["id"]
    assert shop.read_order(record.raw).order is not None


def test_a_cursor_that_stands_still_ends_in_an_error() -> None:
    record = _text(_record("long"))
    part = {"node": {"lineItems": {**record["more"][0]["part"],
            "pageInfo": {"hasNextPage": True, "endCursor": "c3"}}}}  # fmt: skip
    shop, _ = store({"order": record["order"]}, part)
    with pytest.raises(ShopAnswerError, match="does not say where"):
        shop.order("450781015")


def test_what_costs_too_much_is_asked_for_in_smaller_parts_and_that_is_kept() -> None:
    shop, session = store(
        _error("MAX_COST_EXCEEDED", cost=4000, maxCost=1000),
        _error("MAX_COST_EXCEEDED", cost=1100, maxCost=1000),
        _page(_order("free"), after="c1"),
        _page(_order("bundle")),
        poll={"page": 40},
    )
    shop.page(DAY, shop.page(DAY).next)
    assert [one["first"] for one in session.variables] == [40, 10, 5, 5]


def test_one_order_that_costs_too_much_comes_with_fewer_lines() -> None:
    shop, session = store(
        *[_error("MAX_COST_EXCEEDED", cost=2000, maxCost=1000)] * 2, {"order": _order("free")}
    )
    assert shop.order("450781014") is not None
    assert [one["lines"] for one in session.variables] == [20, 10, 5]


def test_an_order_that_is_too_much_at_all_is_no_endless_loop() -> None:
    shop, _ = store(*[_error("MAX_COST_EXCEEDED", cost=2000, maxCost=1000)] * 9)
    with pytest.raises(ShopAnswerError, match="too much for one call"):
        shop.order("1")


def test_who_is_throttled_waits_as_long_as_it_takes_to_have_enough() -> None:
    told = _error("THROTTLED")
    told["extensions"] = {
        "cost": {
            "requestedQueryCost": 752,
            "actualQueryCost": None,
            "throttleStatus": {
                "maximumAvailable": 2000, "currentlyAvailable": 252, "restoreRate": 100,
            },
        }
    }  # fmt: skip
    shop, _ = store(told)
    with pytest.raises(ShopBusyError) as busy:
        shop.page(DAY)
    assert busy.value.after == 5.0


def test_a_missing_right_is_told_with_the_field_that_needs_it() -> None:
    told = _error("ACCESS_DENIED")
    told["errors"][0] |= {"message": "Access denied", "path": ["orders", "nodes", 0, "customer"]}
    shop, _ = store({**told, "data": {"orders": None}})
    with pytest.raises(ShopLoginError, match=r"ACCESS_DENIED: orders\.nodes\.0\.customer"):
        shop.page(DAY)


def test_an_entry_that_is_no_order_is_told_and_passed() -> None:
    shop, _ = store(_page({"id": "x"}, _order("free")))
    page = shop.page(DAY)
    assert [one.external_id for one in page.records] == ["450781014"]
    assert [one.code for one in page.broken] == ["W230"]


def test_an_order_that_shopify_cannot_tell_does_not_stop_the_others() -> None:
    told = _error("")
    told["errors"][0] |= {"message": "it failed", "path": ["orders", "nodes", 0, "lineItems"]}
    listed = [{"legacyResourceId": number, "name": name} for number, name in
              (("450781013", "#1013"), ("450781014", "#1014"))]  # fmt: skip
    alone = {**told, "errors": [{"message": "it failed", "path": ["order", "lineItems"]}]}
    shop, session = store(told, _page(*listed, after="c9"), alone, {"order": _order("free")})
    page = shop.page(DAY, "c8")
    assert [one.external_id for one in page.records] == ["450781014"]
    assert [one.sentence for one in page.broken] == [
        "the order #1013 is not readable: order.lineItems: it failed"
    ]
    assert page.next == "c9"
    assert [one.get("after") for one in session.variables] == ["c8", "c8", None, None]


def test_what_is_wrong_with_the_question_is_no_order_s_fault() -> None:
    told = _error("undefinedField")
    told["errors"][0]["path"] = ["query Orders", "fragment Whole", "gone"]
    shop, session = store(told)
    with pytest.raises(ShopRefusedError, match="undefinedField"):
        shop.page(DAY)
    assert len(session.calls) == 1


def test_an_order_that_is_not_there_is_none() -> None:
    shop, session = store({"order": None})
    assert shop.order("77") is None
    assert session.variables[0]["id"] == "gid://shopify/Order/77"
    assert shop.order("no number") is None


def test_companies_are_left_out_where_they_are_not_wanted() -> None:
    shop, session = store({"order": None}, b2b=False)
    shop.order("77")
    assert session.variables[0]["b2b"] is False


def test_the_list_that_is_compared_names_the_same_total_as_the_order() -> None:
    node = {name: value for name, value in _order("cash").items() if name in (
        "legacyResourceId", "name", "createdAt", "updatedAt", "cancelledAt",
        "displayFinancialStatus", "displayFulfillmentStatus", "totalPriceSet",
        "totalCashRoundingAdjustment",
    )}  # fmt: skip
    shop, session = store(_page(node, after="c"), _page())
    (listed,) = shop.listed(DAY, by="created")
    assert (listed.external_id, listed.total, listed.currency) == (
        "450781010", Decimal("17.10"), "CHF",
    )  # fmt: skip
    assert session.variables[0]["sort"] == "CREATED_AT"
    assert session.variables[0]["query"].startswith("created_at:>=")


@pytest.mark.parametrize(("precision", "count"), [("EXACT", 12), ("AT_LEAST", None)])
def test_orders_are_counted_exactly_or_not_at_all(precision: str, count: int | None) -> None:
    shop, _ = store({"ordersCount": {"count": 12, "precision": precision}})
    assert shop.count(DAY) == count


def test_lists_lag_behind_so_looks_overlap() -> None:
    assert store()[0].capabilities.overlap == timedelta(minutes=2)
