"""Checks of one line: A204 to A209. Each quantity against the one that limits it.

What was confirmed limits, else what was ordered. Of two findings with one cause, only the one
that names the cause is made: more was invoiced because more was shipped, or twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gateway.documents.invoice import Invoice
from gateway.documents.threads.entry import Entry
from gateway.documents.threads.finding import Facts, Finding
from gateway.documents.threads.lines import Line
from gateway.documents.threads.quantity import (
    ZERO,
    Price,
    Quantities,
    Quantity,
    comparable,
    figure,
    less,
    more,
    some,
    written,
)
from gateway.problems import problem

_CENT = Decimal("0.01")


def line_findings(facts: Facts, line: Line, again: frozenset[int]) -> Iterator[Finding]:
    """All of one line; ``again``: rows of invoices that are said to be duplicates."""
    if not line.agreed and facts.documents("order"):
        yield from _unknown(facts, line)
        return
    yield from _shipped(facts, line)
    yield from _invoiced(facts, line, again)
    yield from _prices(facts, line)


def _unknown(facts: Facts, line: Line) -> Iterator[Finding]:
    """A209: goods that the order does not have; a charge without any number is none."""
    found = [one for one in line.of("shipped", "invoiced") if one.ids]
    if found and (some(line.shipped) or some(line.invoiced)):
        last = max((one.entry for one in found), key=lambda entry: entry.age)
        said = problem(
            "A209",
            number=facts.number,
            line=line.label,
            document=f"{last.document.name} {last.number}",
        )
        yield Finding(problem=said, subject=line.name, entry=last, line=line.name)


def _shipped(facts: Facts, line: Line) -> Iterator[Finding]:
    """A206: more shipped than agreed; A208: not comparable."""
    if not line.agreed or not line.shipped:
        return
    if not comparable(line.shipped, line.agreed):
        yield _compared("A208", facts, line, "shipped", (line.shipped, line.agreed_as, line.agreed))
    elif more(line.shipped, line.agreed):
        yield _compared("A206", facts, line, "shipped", (line.shipped, line.agreed_as, line.agreed))


def _invoiced(facts: Facts, line: Line, again: frozenset[int]) -> Iterator[Finding]:
    """A204: more invoiced than shipped; A205: than agreed; A208: not comparable."""
    if not line.invoiced:
        return
    twice = [one for one in line.of("invoiced") if one.entry.message in again]
    invoiced = less(line.invoiced, line.sums(twice))
    for word, limit in ((line.agreed_as, line.agreed), ("shipped", line.shipped)):
        if limit and not comparable(invoiced, limit):
            yield _compared("A208", facts, line, "invoiced", (invoiced, word, limit))
            return
    shipped = line.shipped
    if not shipped and "despatch" in facts.rules.exchanged and facts.documents("despatch"):
        shipped = tuple(Quantity(ZERO, one.unit) for one in invoiced)
    if line.agreed and more(invoiced, line.agreed) and more(invoiced, shipped or line.agreed):
        said = (invoiced, line.agreed_as, line.agreed)
        yield _compared("A205", facts, line, "invoiced", said)
    elif shipped and more(invoiced, shipped):
        said = (invoiced, "shipped", shipped)
        yield _compared("A204", facts, line, "invoiced", said, patient=True)


def _compared(
    code: str,
    facts: Facts,
    line: Line,
    column: str,
    said: tuple[Quantities, str, Quantities],
    *,
    patient: bool = False,
) -> Finding:
    quantity, word, limit = said
    last = max((one.entry for one in line.of(column)), key=lambda entry: entry.age)
    found = problem(
        code,
        number=facts.number,
        line=line.label,
        column=column,
        quantity=written(quantity),
        word=word,
        limit=written(limit),
        document=f"{last.document.name} {last.number}".rstrip(),
    )
    subject = f"{line.name}:{column}" if code == "A208" else line.name
    return Finding(
        problem=found, subject=subject, entry=last, line=line.name, column=column, patient=patient
    )


def _prices(facts: Facts, line: Line) -> Iterator[Finding]:
    """A207: the difference over the whole line is more than the tolerance."""
    credited = _credited(line)
    for one in line.of("invoiced"):
        price = one.price
        if one.sign <= 0 or price is None or one.quantity is None or one.entry.number in credited:
            continue
        fitting = [each for each in line.agreed_prices if price.same_terms(each)]
        if not fitting:
            continue
        due = _nearest(price, fitting)
        off = (price.value - due.value) * one.quantity
        if abs(off) > facts.rules.tolerance:
            yield _price(facts, line, one.entry, price, (due, off))


def _nearest(price: Price, fitting: list[Price]) -> Price:
    return min(fitting, key=lambda each: (abs(each.value - price.value), each.value))


def _price(
    facts: Facts, line: Line, entry: Entry, price: Price, said: tuple[Price, Decimal]
) -> Finding:
    due, off = said
    confirmed = line.agreed_prices is not line.ordered_prices
    found = problem(
        "A207",
        number=facts.number,
        line=line.label,
        invoice=entry.number,
        price=price,
        agreed=due,
        word="confirmed" if confirmed else "ordered",
        off=f"{figure(abs(off).quantize(_CENT))} {price.currency or due.currency or ''}".rstrip(),
        way="more" if off > 0 else "less",
    )
    subject = f"{entry.number}:{line.name}"
    return Finding(problem=found, subject=subject, entry=entry, line=line.name, column="price")


def _credited(line: Line) -> frozenset[str]:
    """Invoices that a credit note about this line names: their price is settled."""
    notes = [one.entry.document for one in line.of("invoiced") if one.sign < 0]
    named = [note.preceding_invoice for note in notes if isinstance(note, Invoice)]
    return frozenset(one.number for one in named if one is not None and one.number)
