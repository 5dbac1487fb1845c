"""Stock is set if it is still what we believe, and once."""

from __future__ import annotations

from typing import Any

from gateway.channels.shops.connector import Level, Outcome
from tests.shops.shopify.checking import store

HERE = "gid://shopify/Location/9"
DONE = {"inventorySetQuantities": {"inventoryAdjustmentGroup": {"id": "g1"}, "userErrors": []}}


def _level(number: int, quantity: int = 5, expected: int | None = 7, **more: Any) -> Level:
    return Level(
        sku=f"SKU-{number}",
        quantity=quantity,
        key=f"k{number}",
        product=f"{number}/{number + 100}/{number + 200}",
        expected=expected,
        **more,
    )


def _refused(*errors: tuple[str, int | None]) -> dict[str, Any]:
    return {
        "inventorySetQuantities": {
            "inventoryAdjustmentGroup": None,
            "userErrors": [
                {"code": code, "message": code.lower(), "field": ["input"] if index is None else
                 ["input", "quantities", str(index), "quantity"]}
                for code, index in errors
            ],
        }
    }  # fmt: skip


def _there(**quantities: int) -> dict[str, Any]:
    return {
        "nodes": [
            {
                "id": f"gid://shopify/InventoryItem/{item[1:]}",
                "inventoryLevel": {"quantities": [{"name": "available", "quantity": count}]},
            }
            for item, count in quantities.items()
        ]
    }


def _states(outcomes: list[Outcome]) -> list[str]:
    return [one.state for one in outcomes]


def test_it_is_compared_and_set_in_one_call() -> None:
    shop, session = store(DONE, location="9")
    assert _states(shop.send_stock([_level(1), _level(2)])) == ["done", "done"]
    asked = session.variables[0]
    assert asked["input"] == {
        "name": "available",
        "reason": "correction",
        "quantities": [
            {"inventoryItemId": f"gid://shopify/InventoryItem/{number}", "locationId": HERE,
             "quantity": 5, "changeFromQuantity": 7}
            for number in (1, 2)
        ],
    }  # fmt: skip


def test_a_repeat_has_the_same_key_and_another_amount_has_another_one() -> None:
    keys = []
    for quantity in (5, 5, 6):
        shop, session = store(DONE, location="9")
        shop.send_stock([_level(1, quantity)])
        keys.append(session.variables[0]["key"])
    assert keys[0] == keys[1] != keys[2]


def test_what_is_not_told_is_read_first() -> None:
    shop, session = store(_there(i1=3), DONE, location="9")
    shop.send_stock([_level(1, expected=None)])
    assert session.variables[1]["input"]["quantities"][0]["changeFromQuantity"] == 3


def test_a_stale_entry_is_a_conflict_and_the_others_are_sent_without_it() -> None:
    shop, session = store(
        _refused(("CHANGE_FROM_QUANTITY_STALE", 1)), _there(i2=4), DONE, location="9"
    )
    outcomes = shop.send_stock([_level(1), _level(2), _level(3)])
    assert _states(outcomes) == ["done", "conflict", "done"]
    assert outcomes[1].actual == 4
    sent = [one["input"]["quantities"] for one in session.variables if "input" in one]
    assert [len(one) for one in sent] == [3, 2]
    assert session.variables[0]["key"] != session.variables[2]["key"]


def test_what_is_there_already_is_no_conflict() -> None:
    shop, _ = store(_refused(("CHANGE_FROM_QUANTITY_STALE", 0)), _there(i1=5), location="9")
    assert _states(shop.send_stock([_level(1, quantity=5)])) == ["done"]


def test_other_complaints_refuse_the_entry_or_the_call() -> None:
    shop, _ = store(_refused(("INVALID_INVENTORY_ITEM", 0)), DONE, location="9")
    assert _states(shop.send_stock([_level(1), _level(2)])) == ["refused", "done"]
    shop, _ = store(_refused(("INVALID_REASON", None)), location="9")
    assert _states(shop.send_stock([_level(1), _level(2)])) == ["refused", "refused"]


def test_a_key_whose_first_try_failed_is_renewed_and_one_in_use_waits() -> None:
    failed = _refused(("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", None))
    shop, session = store(failed, DONE, location="9")
    assert _states(shop.send_stock([_level(1)])) == ["done"]
    assert session.variables[0]["key"] != session.variables[1]["key"]
    shop, _ = store(_refused(("IDEMPOTENCY_CONCURRENT_REQUEST", None)), location="9")
    assert _states(shop.send_stock([_level(1)])) == ["retry"]


def test_one_article_twice_is_two_calls() -> None:
    shop, session = store(DONE, DONE, location="9")
    levels = [_level(1, 5, 7), Level("SKU-1", 4, "later", product="1/101/201", expected=5)]
    assert _states(shop.send_stock(levels)) == ["done", "done"]
    assert len(session.calls) == 2


def test_more_than_a_call_takes_are_several() -> None:
    shop, session = store(DONE, DONE, location="9")
    assert set(_states(shop.send_stock([_level(number) for number in range(1, 302)]))) == {"done"}
    assert [len(one["input"]["quantities"]) for one in session.variables] == [250, 51]


def test_the_only_location_is_found_and_among_several_one_has_to_be_named() -> None:
    places = [{"id": HERE, "name": "House"}, {"id": "gid://shopify/Location/8", "name": "Other"}]
    shop, session = store({"locations": {"nodes": places[:1]}}, DONE)
    assert _states(shop.send_stock([_level(1)])) == ["done"]
    shop, session = store({"locations": {"nodes": places}})
    (outcome,) = shop.send_stock([_level(1)])
    assert outcome.state == "refused" and "several locations" in outcome.reason
    shop, session = store(DONE)
    shop.send_stock([_level(1, location="8")])
    quantities = session.variables[0]["input"]["quantities"]
    assert quantities[0]["locationId"] == "gid://shopify/Location/8"


def test_versions_that_cannot_compare_are_refused() -> None:
    shop, session = store(version="2025-10", location="9")
    (outcome,) = shop.send_stock([_level(1)])
    assert outcome.state == "refused" and "2026-01" in outcome.reason
    assert session.calls == []


def _variant(sku: str, number: int) -> dict[str, Any]:
    return {
        "legacyResourceId": str(number),
        "sku": sku,
        "barcode": "4006381333931",
        "product": {"legacyResourceId": "20"},
        "inventoryItem": {
            "legacyResourceId": str(number + 100),
            "tracked": True,
            "inventoryLevel": {"quantities": [{"name": "available", "quantity": 6}]},
        },
    }


def _variants(*nodes: Any) -> dict[str, Any]:
    info = {"hasNextPage": False, "endCursor": None}
    return {"productVariants": {"nodes": list(nodes), "pageInfo": info}}


def test_articles_are_found_by_exactly_their_sku() -> None:
    shop, session = store(
        _variants(_variant("TEA", 1), _variant("tea", 2), _variant("TEA-2", 3)), location="9"
    )
    found = shop.articles(["TEA", "O'HARA", "TEA"])
    assert list(found) == ["TEA"]
    assert (found["TEA"].product, found["TEA"].quantity) == ("101/1/20", 6)
    assert session.variables[0]["query"] == "sku:'TEA' OR sku:'O\\'HARA'"


def test_a_sku_of_two_variants_is_nobodys() -> None:
    shop, _ = store(_variants(_variant("TEA", 1), _variant("TEA", 2)), location="9")
    assert shop.articles(["TEA"]) == {}


def test_an_unknown_article_is_refused_and_the_others_are_set() -> None:
    shop, _ = store(_variants(_variant("TEA", 1)), DONE, location="9")
    levels = [Level("TEA", 1, "a", expected=2), Level("GONE", 1, "b", expected=2)]
    assert _states(shop.send_stock(levels)) == ["done", "refused"]
