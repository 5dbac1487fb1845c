"""``mappings/ubl/creditnote.map`` from ``invoice.map``: UBL has the same document under two roots.

``python -m tests.einvoice.creditnote`` writes it anew.
"""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "mappings" / "ubl"
OTHER = (
    (r"# Invoice:", "# Credit note:"),
    (r"UBL 2\.1 Invoice", "UBL 2.1 CreditNote"),
    (r"# creditnote\.map is the same for UBL CreditNote:", "# Derived from invoice.map:"),
    (r"xml/ubl-2\.1/Invoice", "xml/ubl-2.1/CreditNote"),
    (r"(payment\.due\s+<->\s+)DueDate\b", r"\1PaymentMeans/PaymentDueDate"),
    (r"\bInvoiceTypeCode\b", "CreditNoteTypeCode"),
    (r'default "invoice"', 'default "credit_note"'),
    (r"group InvoiceLine\b", "group CreditNoteLine"),
    (r"\bInvoicedQuantity\b", "CreditedQuantity"),
    (r"\bProjectReference/ID", "AdditionalDocumentReference[DocumentTypeCode=50]/ID"),
    (r"\[DocumentTypeCode!=130\]", "[DocumentTypeCode!=130,DocumentTypeCode!=50]"),
)
"""What stands in the map of the invoice (a pattern), and what in the one of the credit note."""


def derived() -> str:
    """The text of ``creditnote.map``."""
    text = (FOLDER / "invoice.map").read_text(encoding="utf-8")
    for of_invoice, of_note in OTHER:
        text, count = re.subn(of_invoice, of_note, text)
        assert count, of_invoice
    return text


def words(text: str) -> list[list[str]]:
    """The lines of a map without their alignment."""
    return [line.split() for line in text.splitlines()]


if __name__ == "__main__":
    (FOLDER / "creditnote.map").write_text(derived(), encoding="utf-8")
