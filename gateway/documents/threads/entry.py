"""Which documents of an order count: the newest version of each, and nothing that failed.

* What was refused, is held or was given up does not count.
* Documents of one kind with one number are versions of one document; the newest counts. A copy
  counts only if there is nothing else; a cancellation takes what came before it away.
* A change of an order names only the lines it changes; they are put over the version before. An
  order change is such a version, whatever number it has itself.
* A corrected invoice stands for the invoice that it names.
* Only instants and numbers of messages decide, never the order in which entries are given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.documents.base import Document
from gateway.documents.despatch import DespatchAdvice, Package, PackedItem
from gateway.documents.invoice import Invoice
from gateway.documents.order import Order, OrderLine
from gateway.documents.orderchange import OrderChange
from gateway.documents.orderresponse import OrderResponse
from gateway.documents.receipt import ReceiptAdvice
from gateway.documents.remittance import RemittanceAdvice
from gateway.documents.threads.change import changed_order

FAILED = frozenset({"refused", "held", "dead"})
"""States in which a document does not count: it did not arrive, or has not been sent."""
_COPIES = frozenset({"copy", "duplicate"})
_PARTIAL = frozenset({"change", "additional"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One document about an order, as it is stored."""

    message: int
    """Number of its row."""
    document: Document
    at: datetime
    """When it came or was made. A replay stands where the row that it repeats stood."""
    state: str = "delivered"
    replaces: int | None = None
    """The row of the version before it, where the store knows it."""

    @property
    def number(self) -> str:
        """The document's own number; an order response may have none."""
        return str(getattr(self.document, "number", None) or "")

    @property
    def age(self) -> tuple[datetime, int]:
        """What orders entries in time."""
        return self.at, self.message


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry, and why it does not count (``""``: it counts)."""

    entry: Entry
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """What is compared."""

    entries: tuple[Entry, ...]
    """Oldest first; an order is there with its changes put in."""
    listed: tuple[Listed, ...]
    """All that was given, oldest first."""
    cancelled: frozenset[int]
    """Rows in ``entries`` that were cancelled: an order of which nothing is wanted any more."""


def orders_of(document: Document) -> tuple[str, ...]:
    """Numbers of the orders that a document is about, each once, as they are first named."""
    if isinstance(document, Order):
        found: list[str | None] = [document.number]
    elif isinstance(document, OrderResponse | OrderChange):
        found = [document.order.number]
    elif isinstance(document, DespatchAdvice):
        found = [document.order.number if document.order else None]
        found += [one.order.number for one in packed(document) if one.order]
    elif isinstance(document, Invoice | ReceiptAdvice):
        found = [document.order.number if document.order else None]
        found += [line.order.number for line in document.lines if line.order]
    elif isinstance(document, RemittanceAdvice):
        found = [one.order.number for one in document.documents if one.order]
    else:
        found = []
    return tuple(dict.fromkeys(number for number in found if number))


def packed(advice: DespatchAdvice) -> Iterable[PackedItem]:
    """Every item of a despatch advice, however deep it is packed."""
    pending: list[Package] = list(reversed(advice.packages))
    while pending:
        package = pending.pop()
        yield from package.items
        pending += reversed(package.packages)


def count(given: Iterable[Entry]) -> Counted:
    """Which of the entries count, and why the others do not."""
    entries = sorted({one.message: one for one in given}.values(), key=lambda one: one.age)
    why_not = {one.message: one.state for one in entries if one.state in FAILED}
    families: defaultdict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for one in entries:
        if one.message not in why_not:
            version = _version(one)
            families[_identity(version)].append(version)
    kept: list[Entry] = []
    cancelled: set[int] = set()
    for family in families.values():
        last = _settle(family, why_not)
        if last is not None:
            kept.append(last)
            if getattr(last.document, "function", None) == "cancellation":
                cancelled.add(last.message)
    _corrected(kept, why_not)
    alive = sorted((one for one in kept if one.message not in why_not), key=lambda one: one.age)
    listed = tuple(Listed(one, why_not.get(one.message, "")) for one in entries)
    return Counted(tuple(alive), listed, frozenset(cancelled))


def _version(entry: Entry) -> Entry:
    """An order change as the version of the order that it makes."""
    if not isinstance(entry.document, OrderChange):
        return entry
    return replace(entry, document=changed_order(entry.document))


def _identity(entry: Entry) -> tuple[str, ...]:
    """What makes two entries versions of one document."""
    document = entry.document
    if isinstance(document, Invoice):
        return (document.name, document.business_key())
    if isinstance(document, OrderResponse) and not document.number:
        return (document.name, "", str(entry.message))
    return (document.name, entry.number)


def _settle(family: Sequence[Entry], why_not: dict[int, str]) -> Entry | None:
    """The version that counts; why the others do not goes into ``why_not``."""
    first, *later = [one for one in family if _function(one) not in _COPIES] or family[-1:]
    current, parts = first, {first.message}
    for one in later:
        if one.document == current.document:
            why_not[one.message] = f"same as {current.message}"
            continue
        merged = _merged(current, one)
        parts = {*parts, one.message} if merged.document is not one.document else {one.message}
        current = merged
    for one in family:
        if one.message not in parts:
            why_not.setdefault(one.message, f"replaced by {current.message}")
    if _function(current) != "cancellation" or isinstance(current.document, Order):
        return current
    why_not[current.message] = "cancellation"
    return None


def _function(entry: Entry) -> str | None:
    function: str | None = getattr(entry.document, "function", None)
    return function


def _merged(before: Entry, after: Entry) -> Entry:
    """The newer version; a change of an order is put over the one before it, line by line."""
    old, new = before.document, after.document
    if not isinstance(old, Order) or not isinstance(new, Order):
        return after
    if new.function == "cancellation":
        # A cancellation may name no more than the number; what was ordered stays visible.
        voided = old.model_copy(update={"function": "cancellation"})
        return replace(after, document=voided)
    if new.function not in _PARTIAL or old.function == "cancellation":
        return after
    lines = list(old.lines)
    for line in new.lines:
        where = next((at for at, one in enumerate(lines) if _same_line(one, line)), None)
        if where is None:
            lines.append(line)
        else:
            lines[where] = line
    update = {"lines": tuple(lines), "currency": new.currency or old.currency}
    return replace(after, document=old.model_copy(update=update))


def _same_line(one: OrderLine, other: OrderLine) -> bool:
    if one.number and other.number:
        return line_number(one.number) == line_number(other.number)
    names = ("gtin", "buyer_item", "supplier_item")
    return any(
        getattr(one, name) is not None and getattr(one, name) == getattr(other, name)
        for name in names
    )


def line_number(text: str | None) -> str:
    """``000010`` and ``10`` are the same line."""
    text = (text or "").strip()
    return (text.lstrip("0") or "0") if text.isdigit() else text


def _corrected(kept: Sequence[Entry], why_not: dict[int, str]) -> None:
    """An invoice that a corrected invoice names, or that the store says was replaced."""
    replaced = {one.replaces: one.message for one in kept if one.replaces is not None}
    invoices = [one for one in kept if isinstance(one.document, Invoice)]
    for one in kept:
        if one.message in replaced:
            why_not[one.message] = f"replaced by {replaced[one.message]}"
    for one in invoices:
        assert isinstance(one.document, Invoice)
        before = one.document.preceding_invoice
        if one.document.kind != "corrected" or before is None or not before.number:
            continue
        for other in invoices:
            if other.number == before.number and other.age < one.age:
                why_not[other.message] = f"replaced by {one.message}"
