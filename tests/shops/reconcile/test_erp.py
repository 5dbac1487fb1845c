"""What is in the gateway and not in the ERP, and why."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.store import trees
from gateway.store.shops import orders
from tests.shops.intake.fake import order_fields
from tests.shops.reconcile.night import Night


def says(night: Night, *rows: str) -> None:
    """The ERP says what it made of files."""
    folder = night.root / "erp/in/status"
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(["message,status,text,document", *rows]) + "\n"
    file = folder / f"{len(night.rows())}.csv"
    file.write_text(text)
    os.utime(file, (0, 0))
    for _ in range(2):
        night.clock.forward(minutes=1)
        night.run_whole()


def document(night: Night, id_: str) -> int:
    """The row of the order for the ERP."""
    return next(row.id for row in night.rows(kind="message") if row.reference == id_)


def codes(night: Night) -> list[tuple[str, str]]:
    night.clock.forward(hours=2)
    night.compare()
    return list(night.told())


def test_an_order_that_is_held(night: Night) -> None:
    night.shop.spoil("4")
    night.run()

    assert codes(night) == [("4", "W340")]
    (found,) = night.found()
    assert "order 4 is not in the ERP: W230: " in found.found.sentence
    assert found.found.remedy.startswith("see to the reason, then gateway replay ")


def test_what_the_erp_posted_and_what_it_did_not(night: Night) -> None:
    one, two = document(night, "1"), document(night, "2")
    says(night, f"{one},posted,,4711", f"{two},not posted,customer 12 is blocked,")

    assert codes(night) == [("2", "W345")]
    assert night.told()["2", "W345"] == (
        "the ERP has the file of order 2 and made no order of it: the ERP did not post order 2 of "
        "acme-shop: status 51, customer 12 is blocked"
    )
    assert night.day() == {"shop": 3, "gateway": 3, "erp": 2, "posted": 1}


def test_an_order_that_went_to_the_erp_again_is_there(night: Night) -> None:
    two = document(night, "2")
    says(night, f"{two},not posted,customer 12 is blocked,")
    night.gateway.replay(two, "unblocked")
    night.run()

    assert codes(night) == []


@pytest.fixture
def blocked(night: Night) -> Path:
    """The ERP's folder for orders is none."""
    folder = night.root / "erp/out/order"
    folder.rename(night.root / "erp/out/before")
    folder.write_text("")
    return folder


def test_an_order_that_waits_for_the_folder_of_the_erp(night: Night, blocked: Path) -> None:
    night.shop.put("4")
    night.run()
    night.compare()
    assert night.found() == [], "it is on its way for a moment only"

    assert codes(night) == [("4", "W343")]
    blocked.unlink()
    (night.root / "erp/out/before").rename(blocked)
    night.later(minutes=10)
    assert codes(night) == []


def test_an_order_that_was_given_up(night: Night, blocked: Path) -> None:
    night.shop.put("4")
    for _ in range(6):
        night.later(minutes=2)

    assert codes(night) == [("4", "W344")]


def test_an_order_that_nobody_worked_on(night: Night) -> None:
    night.shop.put("4")
    night.accept("4")
    night.clock.forward(hours=2)

    assert codes(night) == [("4", "W342")]


def test_an_order_that_was_refused(night: Night) -> None:
    night.shop.put("4")
    night.accept("4")
    row = replace(night.order("4"), state="refused", reason="nobody wants it")
    with night.house.store.write("test") as connection:
        orders.change(connection, [row])

    assert codes(night) == [("4", "W341")]
    assert night.told()["4", "W341"].endswith("is not in the ERP: nobody wants it")


def test_a_change_that_is_held(night: Night) -> None:
    night.reload("orders: {changes: hold}\n")
    line = order_fields("1")["lines"][0] | {"quantity": "3"}
    night.shop.put("1", lines=[line])
    night.run()

    assert codes(night) == [("1", "W346")]
    assert night.day()["erp"] == 3, "the order itself is in the ERP"


def test_a_change_that_the_erp_did_not_post(night: Night) -> None:
    line = order_fields("1")["lines"][0] | {"quantity": "3"}
    night.shop.put("1", lines=[line])
    night.run()
    (change,) = [row.id for row in night.rows(document="orderchange")]
    assert codes(night) == []
    says(night, f"{change},not posted,it is being picked,")

    assert codes(night) == [("1", "W346")]
    assert "it is being picked" in night.told()["1", "W346"]
    night.gateway.replay(change, "picking was stopped")
    night.run()
    assert codes(night) == []


def test_a_change_that_the_erp_is_not_told(night: Night) -> None:
    night.reload("orders: {changes: ignore}\n")
    line = order_fields("1")["lines"][0] | {
        "quantity": "1",
        "amounts": {"net": "10.00", "tax": "2.00", "gross": "12.00"},
        "taxes": [{"rate": "20", "amount": "2.00", "country": "FR"}],
    }
    night.shop.put("1", lines=[line], totals={"grand": "18.00", "tax": "3.00"})
    night.shop.put("2", note="please ring twice")
    night.run()

    assert codes(night) == [("1", "W347")]
    assert night.told()["1", "W347"] == (
        "order 1 is 18.00 EUR in the shop; the ERP was given 30.00 EUR"
    )


def test_a_refund_that_is_held(night: Night) -> None:
    night.shop.refund("2", "r1", total="99.00")
    night.run()

    assert codes(night) == [("r1", "W348")]


def test_an_order_that_was_cancelled_before_the_erp_had_it_is_no_difference(night: Night) -> None:
    night.shop.put("4", status="pending", shop_status="pending")
    night.run()
    night.shop.put("4", status="cancelled", shop_status="cancelled")
    night.later(minutes=6)

    assert codes(night) == []


def test_what_the_erp_got_stays_so_when_its_rows_are_deleted(night: Night) -> None:
    ids = sorted((row.id for row in night.rows()), reverse=True)
    with night.house.store.write("expire") as connection:
        trees.remove(connection, ids, night.clock(), frozenset())
    assert night.rows() == []

    assert codes(night) == []
    assert night.day()["erp"] == 3
