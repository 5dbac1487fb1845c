"""Where partners usually put what the standard maps look for elsewhere: rows to try.

A row is proposed only when a sample holds the place, when the map with the row is right, and when
the samples then read better than before: with fewer errors or fewer values that nobody reads. So a
row may be in the table although it fits few partners; a wrong meaning may not.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Meaning:
    """A row of an overlay for what stands in an unusual place."""

    standard: str
    documents: tuple[str, ...]
    """Which documents it is for; empty for all."""
    tag: str
    value: str
    """Of the element that tells, like the qualifier."""
    row: str
    """The statement of the overlay."""
    says: str
    """What a person has to confirm."""


def _row(standard: str, documents: str, where: str, row: str, says: str) -> Meaning:
    tag, _, value = where.partition(" ")
    return Meaning(standard, tuple(documents.split()), tag, value, row, says)


MEANINGS: tuple[Meaning, ...] = (
    _row("edifact", "order", "DTM 4",
         "replace issued  <->  DTM+4  date  required",
         "the date of the order stands in DTM+4"),
    _row("edifact", "order", "QTY 1",
         "replace lines.quantity  <->  QTY+1.6060  decimal  required",
         "the quantity ordered stands in QTY+1"),
    _row("edifact", "order invoice", "PRI INV",
         "replace lines.price  <->  PRI+INV.5118  decimal",
         "the net price stands in PRI+INV"),
    _row("edifact", "order invoice", "PRI NTP",
         "replace lines.price  <->  PRI+NTP.5118  decimal",
         "the net price stands in PRI+NTP"),
    _row("edifact", "order orderresponse", "PRI CAL",
         "replace lines.price  <->  PRI+CAL.5118  decimal",
         "the net price stands in PRI+CAL"),
    _row("edifact", "invoice", "DTM 3",
         "replace issued  <->  DTM+3  date  required",
         "the date of the invoice stands in DTM+3"),
    _row("edifact", "invoice", "CUX 1",
         "replace currency  <->  CUX+1.6345  required",
         "the currency of the invoice stands in CUX+1"),
    _row("edifact", "invoice", "MOA 39",
         "replace totals.gross  <->  MOA+39.5004  decimal",
         "the total with tax stands in MOA+39"),
    _row("edifact", "invoice", "MOA 86",
         "replace totals.payable  <->  MOA+86.5004  decimal",
         "what is to be paid stands in MOA+86"),
    _row("edifact", "invoice", "MOA 66",
         "replace lines.amount  <->  MOA+66.5004  decimal",
         "the net amount of a line stands in MOA+66"),
    _row("edifact", "orderresponse", "QTY 12",
         "replace lines.quantity  <->  QTY+12.6060  decimal",
         "the quantity that will come stands in QTY+12"),
    _row("edifact", "", "NAD 16",
         "add part party: duns  <->  NAD.C082[3055=16].3039  when gln absent",
         "parties are named by D-U-N-S numbers"),
    _row("x12", "", "N1 9",
         "replace part party: duns  <->  N1[66=9].67  when gln absent",
         "parties are named by D-U-N-S numbers with four digits more"),
    _row("x12", "invoice", "IT1 PO",
         "replace lines.order.number  <->  IT1[235=PO].234",
         "each line names its order"),
    _row("x12", "invoice", "IT1 VX",
         "replace lines.supplier_item  <->  IT1[235=VX].234",
         "the article number of the supplier stands behind VX"),
)  # fmt: skip
