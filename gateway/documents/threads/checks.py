"""Checks of whole documents: A201 to A203, A210.

A document is missed only where the partner exchanges such documents with us. That there is no
response is no finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

from gateway.documents.invoice import Invoice
from gateway.documents.threads.entry import Entry
from gateway.documents.threads.finding import Facts, Finding
from gateway.documents.threads.lines import Line
from gateway.documents.threads.quantity import ZERO, comparable, more, some
from gateway.problems import problem


def no_order(facts: Facts) -> Iterator[Finding]:
    """A202: documents about an order that nobody knows."""
    if facts.counted.entries and facts.missed("order"):
        first, *others = facts.counted.entries
        what = f"{first.document.name} {first.number}".strip()
        what += f" and {len(others)} more" if others else ""
        found = problem("A202", number=facts.number, documents=what)
        yield Finding(problem=found, subject="order", entry=first, patient=True)


def no_despatch(facts: Facts) -> Iterator[Finding]:
    """A201: invoiced, and no despatch advice at all."""
    if not facts.missed("despatch"):
        return
    for one in facts.invoices():
        if any(some(line.invoiced) for line in facts.lines if line.names(one)):
            found = problem("A201", number=facts.number, invoice=one.number)
            yield Finding(problem=found, subject=one.number, entry=one, patient=True)


def currencies(facts: Facts) -> Iterator[Finding]:
    """A210: an invoice in another currency than was agreed."""
    for one in facts.invoices():
        pairs = {
            (asked.price.currency, due.currency)
            for line in facts.lines
            for asked in line.from_(one)
            if asked.price is not None
            for due in line.agreed_prices
            if asked.price.currency and due.currency and asked.price.currency != due.currency
        }
        for asked_in, agreed_in in sorted((str(mine), str(theirs)) for mine, theirs in pairs):
            found = problem(
                "A210",
                number=facts.number,
                invoice=one.number,
                currency=asked_in,
                agreed=agreed_in,
            )
            yield Finding(problem=found, subject=f"{one.number}:{asked_in}", entry=one)


def duplicates(facts: Facts) -> Iterator[Finding]:
    """A203: another number, the same lines and quantities, and more than there is to invoice.

    Two deliveries of the same goods make two such invoices rightly. So it is none where the two
    name different despatch advices, or where the sum is within what was shipped and agreed.
    """
    seen: defaultdict[object, list[tuple[Entry, frozenset[str]]]] = defaultdict(list)
    for one in facts.invoices():
        mine = _despatches(one)
        same = seen[_content(facts, one)]
        first = next((other for other, theirs in same if not _apart(mine, theirs)), None)
        same.append((one, mine))
        excess = "none" if first is None else _excess(facts, one)
        if first is None or excess == "none":
            continue
        found = problem(
            "A203",
            number=facts.number,
            invoice=one.number,
            first=first.number,
            message=first.message,
        )
        yield Finding(problem=found, subject=one.number, entry=one, patient=excess == "so far")


def _apart(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Whether two invoices name despatch advices, and none of them both."""
    return bool(mine and theirs and not mine & theirs)


def _content(facts: Facts, invoice: Entry) -> object:
    return tuple(
        (line.name, *sorted((str(one.quantity), one.unit or "") for one in line.from_(invoice)))
        for line in facts.lines
        if line.names(invoice)
    )


def _despatches(invoice: Entry) -> frozenset[str]:
    document = invoice.document
    assert isinstance(document, Invoice)
    named = [document.despatch, *(line.despatch for line in document.lines)]
    return frozenset(one.number for one in named if one is not None and one.number)


def _excess(facts: Facts, invoice: Entry) -> Literal["none", "so far", "ever"]:
    """Whether more is invoiced than was shipped so far, or than may ever be invoiced."""
    found = [_excess_of(line, invoice) for line in facts.lines if line.names(invoice)]
    return "ever" if "ever" in found else "so far" if "so far" in found else "none"


def _excess_of(line: Line, invoice: Entry) -> Literal["none", "so far", "ever"]:
    if not line.agreed and not line.shipped:
        alone = sum((one.quantity or ZERO for one in line.from_(invoice)), ZERO)
        return "ever" if any(one.value > alone for one in line.invoiced) else "none"
    if not all(comparable(line.invoiced, each) for each in (line.agreed, line.shipped) if each):
        return "none"
    if line.shipped and not more(line.invoiced, line.shipped):
        return "none"
    if line.agreed and more(line.invoiced, line.agreed):
        return "ever"
    return "so far" if line.shipped else "none"
