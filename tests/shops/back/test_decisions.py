"""Marketplaces that want orders accepted by a deadline."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.shops.back.world import MIRAKL, BackWorld, response

WAITS = {
    "awaits_acceptance": True,
    "accept_by": "2026-03-02T15:00:00Z",
    "status": "pending",
    "shop_status": "WAITING_ACCEPTANCE",
}


@pytest.fixture
def market(worlds: Callable[..., BackWorld]) -> BackWorld:
    """Accepts as the ERP's response says."""
    return worlds(head=MIRAKL, more="send: {accept: response}\n")


def test_the_response_of_the_erp_accepts(market: BackWorld) -> None:
    market.shop.put("1001", **WAITS)
    market.taken("1001")
    market.says(response("1001", status="accepted"))
    market.run()

    (decision,) = market.decisions()
    assert (decision.order, decision.accepted, decision.lines) == ("1001", True, ())


def test_lines_that_are_rejected_are_told_by_line(market: BackWorld) -> None:
    tea = market.shop.put("1001", **WAITS).fields["lines"][0]
    market.shop.put("1001", lines=[tea, {**tea, "key": "2", "sku": "MUG", "ean": None}],
                    totals={"grand": "54.00", "tax": "9.00"})  # fmt: skip
    market.taken("1001")
    lines = [{"order_line": "2", "supplier_item": "MUG", "status": "rejected", "reason": "gone"}]
    market.says(response("1001", status="changed", lines=lines))
    market.run()

    (decision,) = market.decisions()
    assert decision.accepted
    assert dict(decision.lines) == {"1": True, "2": False}
    assert decision.reason == "gone"


def test_a_rejected_order_is_refused_with_the_reason(market: BackWorld) -> None:
    market.shop.put("1001", **WAITS)
    market.taken("1001")
    market.says(response("1001", status="rejected", note="not on stock"))
    market.run()

    (decision,) = market.decisions()
    assert (decision.accepted, decision.reason) == (False, "not on stock")


def test_a_response_that_decides_nothing_is_said(market: BackWorld) -> None:
    market.shop.put("1001", **WAITS)
    market.taken("1001")
    market.says(response("1001", status="received"))
    market.run()

    row = market.document("orderresponse")
    assert (row.state, market.codes(row.id)) == ("delivered", ["W430"])
    assert market.decisions() == []


def test_less_than_ordered_is_accepted_and_said(market: BackWorld) -> None:
    market.shop.put("1001", **WAITS)
    market.taken("1001")
    lines = [{"supplier_item": "TEA-1", "status": "quantity_changed", "quantity": "1"}]
    market.says(response("1001", status="changed", lines=lines))
    market.run()

    assert [one.accepted for one in market.decisions()] == [True]
    assert market.codes(market.document("orderresponse").id) == ["W431"]


def test_with_import_the_file_of_the_erp_accepts_and_once(
    worlds: Callable[..., BackWorld],
) -> None:
    market = worlds(head=MIRAKL, more="send: {accept: import}\n")
    market.shop.put("1001", **WAITS)
    market.taken("1001")

    assert [(one.order, one.accepted) for one in market.decisions()] == [("1001", True)]
    market.later(minutes=30)
    assert market.shop.calls["decision"] == 1
    (row,) = [row for row in market.rows() if row.kind == "message"]
    assert row.state == "delivered"


def test_an_alarm_comes_before_the_deadline_and_ends_with_the_decision(
    market: BackWorld,
) -> None:
    market.shop.put("1001", **WAITS)
    market.taken("1001")
    market.watch(minutes=1)
    assert "A182" not in market.alarms()

    market.watch(hours=2)
    assert "A182" in market.alarms()

    market.says(response("1001", status="accepted"))
    market.run()
    market.watch(minutes=2)
    assert "A182" not in market.alarms()
