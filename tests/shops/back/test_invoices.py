"""Invoices of the ERP are handed to shops, once for each order."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from tests.shops.back.world import MIRAKL, UPLOAD, BackWorld, invoice

PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


@pytest.fixture
def uploading(worlds: Callable[..., BackWorld]) -> BackWorld:
    """A marketplace that takes the file itself."""
    return worlds(head=MIRAKL, more=UPLOAD)


def test_an_invoice_is_handed_over_by_its_address_once(world: BackWorld) -> None:
    world.taken("1001")
    world.says(invoice("2026/815", "1001"))
    world.run()

    (told,) = world.invoices()
    assert told.link == "https://erp.example.com/2026%2F815?order=1001"
    assert (told.kind, told.total, told.currency) == ("invoice", Decimal("30.00"), "EUR")
    assert world.document("invoice").state == "delivered"

    world.says(invoice("2026/815", "1001"), name="again.json")
    world.says(invoice("2026/815", "1001", totals={"gross": "31.00"}))
    world.later(minutes=1)
    assert world.shop.calls["invoice"] == 1
    assert world.codes(world.document("invoice").id) == ["W408"]


def test_a_credit_note_of_the_same_order_is_another_one(world: BackWorld) -> None:
    world.taken("1001")
    world.says(invoice("1", "1001"))
    world.says(
        invoice("2", "1001", kind="credit_note", preceding_invoice={"number": "1"},
                totals={"gross": "12.00"})
    )  # fmt: skip
    world.run()

    assert [(one.kind, one.number, one.total) for one in world.invoices()] == [
        ("invoice", "1", Decimal("30.00")),
        ("credit_note", "2", Decimal("12.00")),
    ]


def test_one_invoice_of_two_orders_is_handed_over_for_each(world: BackWorld) -> None:
    world.taken("1001", "1002")
    lines = [
        {"number": str(n), "supplier_item": "TEA-1", "quantity": "2", "price": "10.00",
         "amount": "20.00", "order": {"number": number}}
        for n, number in enumerate(("1001", "1002"), 1)
    ]  # fmt: skip
    world.says(invoice("1", "1001", lines=lines))
    world.run()

    assert sorted(one.order for one in world.invoices()) == ["1001", "1002"]
    assert len({one.key for one in world.invoices()}) == 2


def test_an_invoice_without_a_total_is_refused(world: BackWorld) -> None:
    world.taken("1001")
    world.says(invoice("1", "1001", totals=None))
    world.run()
    row = world.document("invoice")
    assert (row.state, world.codes(row.id)) == ("refused", ["W420"])


def test_the_file_is_waited_for(uploading: BackWorld) -> None:
    world = uploading
    world.taken("1001")
    world.says(invoice("815", "1001"))
    world.run()
    assert world.codes(world.document("invoice").id) == ["W421"]

    folder = world.root / "erp/pdf"
    folder.mkdir(parents=True)
    (folder / "815.pdf").write_bytes(PDF[:-7])
    world.later(minutes=2)
    assert world.codes(world.document("invoice").id)[-1] == "W422", "it is not whole"

    (folder / "815.pdf").write_bytes(PDF)
    world.later(minutes=5)
    (told,) = world.invoices()
    assert (told.body, told.name, told.media_type) == (PDF, "815.pdf", "application/pdf")
    assert world.document("invoice").state == "delivered"


def test_no_number_leads_out_of_the_folder(uploading: BackWorld) -> None:
    world = uploading
    world.taken("1001")
    folder = world.root / "erp/pdf"
    folder.mkdir(parents=True)
    (world.root / "erp/secret.pdf").write_bytes(PDF)
    (folder / "link.pdf").symlink_to(world.root / "erp/secret.pdf")
    world.says(invoice("../secret", "1001"))
    world.says(invoice("link", "1001"))
    world.run()

    assert world.invoices() == []
    rows = [row for row in world.rows() if row.kind == "document"]
    assert [world.codes(row.id)[0] for row in rows] == ["W421", "W422"]
    assert rows[1].state == "dead"


def test_a_file_that_is_too_large_is_said(
    uploading: BackWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = uploading
    monkeypatch.setattr("gateway.pipeline.shops.back.invoicefile.LARGEST", 10)
    world.taken("1001")
    folder = world.root / "erp/pdf"
    folder.mkdir(parents=True)
    (folder / "815.pdf").write_bytes(PDF)
    world.says(invoice("815", "1001"))
    world.run()
    assert world.document("invoice").state == "dead"
