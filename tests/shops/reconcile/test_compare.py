"""A shop, the gateway and the ERP: what is not everywhere is told, with what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gateway.channels.shops.connector import Capabilities
from tests.shops.intake.fake import FakeConnector
from tests.shops.intake.world import SHOP
from tests.shops.reconcile.night import Night

EQUAL = {"shop": 3, "counted": 3, "gateway": 3, "erp": 3}


def test_the_same_orders_everywhere(night: Night) -> None:
    night.clock.forward(days=1)
    night.compare()

    assert night.found() == []
    assert night.day() == EQUAL


def test_an_order_that_the_looks_missed_is_taken_over_and_told(night: Night) -> None:
    night.shop.put("4")
    night.clock.forward(days=1)

    night.compare()

    assert night.told() == {
        ("4", "W330"): "order 4 of 2026-03-02 was in the shop and not in the gateway; it was read "
        "by its id now: it goes to the ERP"
    }
    assert night.day() == {"shop": 4, "counted": 4, "gateway": 4, "erp": 3, "pending": 1}
    night.run()
    assert len(night.erp()) == 4

    night.clock.forward(hours=2)
    night.compare()
    assert night.found() == [], "it was told once"
    assert night.day()["erp"] == 4


def test_a_very_young_order_is_taken_over_and_not_told(night: Night) -> None:
    night.shop.put("4")
    night.compare()

    assert night.found() == []
    assert night.order("4").state == "taken"


def test_an_order_that_waits_is_no_difference(night: Night) -> None:
    night.trade("4")
    night.shop.put("5", status="pending", shop_status="pending")
    night.run()
    night.clock.forward(days=1)

    night.compare()

    assert night.found() == []
    assert night.day()["waiting"] == 1


def test_orders_older_than_the_connection_are_not_missed(night: Night) -> None:
    night.shop.put("0", created="2026-02-28T10:00:00Z", at=datetime(2026, 2, 28, 10, tzinfo=UTC))
    night.compare()

    assert night.found() == []
    assert night.day("2026-02-28") == {"before": 1, "counted": 1}


def test_a_missed_change_is_read_and_told(night: Night) -> None:
    shop = night.shop
    shop.put("1", at=night.clock() - timedelta(hours=1), status="cancelled", shop_status="off")
    night.clock.forward(days=1)

    night.compare()

    assert list(night.told()) == [("1", "W332")]
    assert "30.00 EUR, off" in night.told()["1", "W332"]
    assert "30.00 EUR, processing" in night.told()["1", "W332"]
    assert night.order("1").shop_status == "off"


def test_an_order_that_only_looks_different_in_the_list_is_none(night: Night) -> None:
    with night.house.store.write("test") as connection:
        connection.exec_driver_sql("UPDATE shop_order SET total = '31.00' WHERE external_id = '2'")
    night.clock.forward(days=1)

    night.compare()

    assert night.found() == [], "its record says the same as before"
    assert night.shop.calls["order"] == 2, "once in each list"


def test_an_order_that_cannot_be_read_again_is_told_with_both_sides(night: Night) -> None:
    night.shop.put("1", at=night.clock(), totals={"grand": "36.00", "tax": "6.00"})
    night.clock.forward(days=1)
    night.shop.capabilities = Capabilities(by_id=False)
    night.reload("")

    night.compare()

    assert night.told() == {
        ("1", "W333"): "order 1 is 36.00 EUR, processing in the shop and 30.00 EUR, processing in "
        "the gateway, and could not be read again: this shop cannot be asked for one order"
    }


def test_what_can_only_be_listed(night: Night) -> None:
    night.shop.put("4")
    del night.shop.orders["2"]
    night.clock.forward(days=1)
    night.shop.capabilities = Capabilities(by_id=False)
    night.reload("")

    for _ in range(2):
        night.compare()
        assert night.told() == {
            ("4", "W331"): "order 4 of 2026-03-02 is in the shop and not in the gateway, and could "
            "not be read: this shop cannot be asked for one order",
            ("2", "W337"): "order 2 of 2026-03-02 is in the gateway and not in the shop's list; by "
            "its id it was not looked at: this shop cannot be asked for one order",
        }
        night.clock.forward(days=1)
    assert night.order("2").state == "taken", "only its id says whether it is gone"


def test_a_hidden_order_is_found_by_its_id(night: Night) -> None:
    night.shop.orders["2"].hidden = True
    night.clock.forward(days=1)

    night.compare()

    assert night.found() == []
    assert night.day() == {"shop": 3, "hidden": 1, "counted": 2, "gateway": 3, "erp": 3}


def test_an_order_counts_as_gone_in_the_second_night(night: Night) -> None:
    del night.shop.orders["2"]
    night.clock.forward(days=1)
    night.compare()
    assert list(night.told()) == [("2", "W334")]
    assert night.order("2").state == "taken"

    night.clock.forward(hours=1)
    night.compare()
    assert list(night.told()) == [("2", "W334")], "still the same night"

    night.clock.forward(days=1)
    night.compare()
    assert list(night.told()) == [("2", "W335")]
    assert "the ERP has it (yes), cancel it there" in night.found()[0].found.remedy
    assert night.order("2").state == "gone"

    night.clock.forward(days=1)
    night.compare()
    assert night.found() == []
    assert night.day()["gone"] == 1


def test_an_order_that_comes_back_was_only_hidden(night: Night) -> None:
    kept = night.shop.orders.pop("2")
    for _ in range(2):
        night.clock.forward(days=1)
        night.compare()
    assert night.order("2").state == "gone"

    night.shop.orders["2"] = kept
    night.clock.forward(days=1)
    night.compare()

    assert night.order("2").state == "taken"
    assert night.found() == []


def test_a_shop_that_counts_more_than_it_lists(
    night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeConnector, "count", lambda _self, _window: 7)
    night.clock.forward(days=1)
    night.compare(days=1)

    assert night.told()["2026-03-02", "W336"] == (
        "of 2026-03-02 the shop counts 7 orders, and its list has 3"
    )


def test_open_orders_from_before_are_asked_for_by_their_ids(night: Night) -> None:
    night.clock.forward(days=10)
    kept = night.shop.put("1", at=night.clock(), status="cancelled", shop_status="off")
    kept.hidden = True
    night.clock.forward(hours=2)

    night.compare(days=1)

    assert list(night.told()) == [("1", "W332")]
    assert "not listed" in night.told()["1", "W332"]
    assert night.order("1").shop_status == "off"
    night.clock.forward(hours=2)
    night.run()
    night.compare(days=1)
    assert night.found() == [], "an order of days that are not compared any more is looked at too"


def test_nobody_can_ask_a_shop_that_posts_its_orders(night: Night) -> None:
    night.gateway.close()
    path = night.root / f"shops/{SHOP}/shop.yaml"
    text = path.read_text()
    head = text[: text.index("woocommerce:\n")].replace("kind: woocommerce", "kind: api")
    path.write_text(head + 'api: {keys: ["${env:GATEWAY_TEST_SHOP_KEY}"]}\n')
    night.workspace = night.loaded()
    night.gateway = night.open()
    night.clock.forward(days=1)

    night.compare()

    assert night.found() == []
    assert night.day() == {"gateway": 3, "erp": 3}


def test_a_day_is_one_of_the_zone_of_the_settings(night: Night) -> None:
    night.reload("reconcile: {zone: Asia/Tokyo}\n")
    night.shop.put("4", created="2026-03-02T15:30:00Z")
    night.run()
    night.clock.forward(days=1)

    night.compare()

    assert night.day("2026-03-03")["shop"] == 1, "half past midnight in Tokyo"
    assert night.day("2026-03-02")["shop"] == 3
