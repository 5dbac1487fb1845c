"""One invoice with every term, in every syntax: nothing is lost, and the files are as they were."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.documents import Invoice, check
from gateway.einvoice.formats import read_invoices, write_invoice, write_message
from gateway.grammar import read_segments
from gateway.mapping import Maps
from gateway.problems import errors
from tests.einvoice import creditnote


def _through(maps: Maps, invoice: Invoice, kind: str) -> tuple[Invoice, list[str]]:
    data, problems = write_invoice(maps, invoice, kind)
    assert errors(problems) == []
    (found,) = read_invoices(maps, data)
    assert found.problems == []
    assert found.document is not None
    return found.document, [one.facts["field"] for one in problems]


def test_the_invoice_follows_the_rules(invoice: Invoice) -> None:
    assert check(invoice, profile="en16931") == []


def test_cii_has_a_place_for_every_term(maps: Maps, invoice: Invoice) -> None:
    assert _through(maps, invoice, "cii") == (invoice, [])


def test_ubl_has_a_place_for_every_term(maps: Maps, invoice: Invoice) -> None:
    assert _through(maps, invoice, "ubl") == (invoice, [])
    data, _ = write_invoice(maps, invoice, "ubl")
    assert b"<cbc:Note>#REG#Duty paid</cbc:Note>" in data


def test_cards_and_direct_debits(maps: Maps, full: dict[str, Any]) -> None:
    full["payment"] = {
        "means": "direct_debit", "due": "2026-07-02", "means_text": "SEPA",
        "debit": {"mandate": "M-1", "creditor": "DE98ZZZ", "account": "DE02120300000000202051"},
        "card": {"number": "4711", "holder": "A. Customer", "network": "VISA"},
    }  # fmt: skip
    invoice = Invoice.model_validate(full)
    for kind in ("ubl", "cii"):
        assert _through(maps, invoice, kind) == (invoice, [])


def test_the_kind_says_which_root_ubl_has(maps: Maps, full: dict[str, Any]) -> None:
    full |= {"kind": "credit_note"}
    invoice = Invoice.model_validate(full)
    data, problems = write_invoice(maps, invoice, "ubl")
    assert problems == []
    assert b"<CreditNote" in data
    assert b"CreditedQuantity" in data
    assert _through(maps, invoice, "ubl") == (invoice, [])


def test_the_map_of_credit_notes_is_that_of_invoices() -> None:
    written = (creditnote.FOLDER / "creditnote.map").read_text(encoding="utf-8")
    assert creditnote.words(written) == creditnote.words(creditnote.derived()), (
        "run python -m tests.einvoice.creditnote"
    )


def test_edifact_has_a_place_for_all_but_attached_files(maps: Maps, invoice: Invoice) -> None:
    message, problems = write_message(maps, invoice)
    assert errors(problems) == []
    assert sorted(one.facts["field"] for one in problems if one.code == "V513") == [
        "attachments[1].content", "attachments[1].mime",
    ]  # fmt: skip
    compiled, _ = maps.load("edifact/en16931/invoic.map")
    assert compiled is not None and compiled.grammar is not None
    reading = read_segments(message, compiled.grammar)
    fields, found = compiled.read(reading.tree)
    assert found == []
    again = Invoice.model_validate(fields)
    without = {"content", "mime"}
    kept = [one.model_copy(update=dict.fromkeys(without)) for one in invoice.attachments]
    assert again == invoice.model_copy(update={"attachments": tuple(kept)})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<Order/>", "its root is Order"),
        (b"<Invoice>", "not well-formed"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', "declares a document type"),
    ],
)
def test_what_is_no_invoice_is_told(maps: Maps, data: bytes, reason: str) -> None:
    (found,) = read_invoices(maps, data)
    assert found.document is None
    assert [one.code for one in found.problems] == ["V615"]
    assert reason in found.problems[0].sentence


def test_what_nobody_reads_is_told(maps: Maps, invoice: Invoice) -> None:
    data, _ = write_invoice(maps, invoice, "cii")
    more = data.replace(
        b"<ram:BuyerReference>", b"<ram:Reference>4711</ram:Reference><ram:BuyerReference>", 1
    )
    (found,) = read_invoices(maps, more)
    assert [one.code for one in found.problems] == ["V511"]
