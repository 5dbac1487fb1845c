"""The lines of an order, each with all that was said about it.

A statement belongs to a line by the order's line number, else by GTIN, buyer's or supplier's
article number; the first that is known decides. Where several lines of the order fit one
statement (the same article twice, and no line number), these lines are compared together: which
of them was meant cannot be told, their sum can. The result does not depend on the order in which
statements are given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from gateway.documents.orderresponse import OrderResponse
from gateway.documents.threads.entry import Entry
from gateway.documents.threads.quantity import ZERO, Price, Quantities, Quantity
from gateway.documents.threads.statement import Statement

_RANK = {"line": 0, "gtin": 1, "buyer_item": 2, "supplier_item": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the order (or several that cannot be told apart)."""

    name: str
    """``1``, ``1+4``, or what identifies an article that the order does not have."""
    article: str
    text: str
    ordered: Quantities
    confirmed: Quantities
    shipped: Quantities
    invoiced: Quantities
    """Credit notes are taken off."""
    ordered_prices: tuple[Price, ...]
    confirmed_prices: tuple[Price, ...]
    invoiced_prices: tuple[Price, ...]
    wanted: date | None
    promised: date | None
    shipped_on: date | None
    invoiced_on: date | None
    unit: str | None
    """The unit of statements that name none."""
    stale: bool
    """The order was changed after the confirmation."""
    statements: tuple[Statement, ...]
    sources: Mapping[int, Sequence[Statement]] = field(compare=False, repr=False)
    """The statements by the row of their document."""

    @property
    def label(self) -> str:
        """``1 (4012345000016)``."""
        return f"{self.name} ({self.article})" if self.article not in ("", self.name) else self.name

    @property
    def agreed(self) -> Quantities:
        """What may be shipped: what was confirmed of the newest order, else what was ordered."""
        return self.confirmed if self.confirmed and not self.stale else self.ordered

    @property
    def agreed_as(self) -> str:
        """Which of the two that is: ``confirmed``, ``ordered``."""
        return "confirmed" if self.confirmed and not self.stale else "ordered"

    @property
    def agreed_prices(self) -> tuple[Price, ...]:
        """What may be asked: the confirmed price, else the ordered one."""
        confirmed = self.confirmed_prices and not self.stale
        return self.confirmed_prices if confirmed else self.ordered_prices

    def of(self, *columns: str) -> list[Statement]:
        """The statements about some quantities."""
        return [one for one in self.statements if one.column in columns]

    def from_(self, entry: Entry) -> Sequence[Statement]:
        """The statements of one document."""
        return self.sources.get(entry.message, ())

    def names(self, entry: Entry) -> bool:
        """Whether a document says something about this line."""
        return entry.message in self.sources

    def sums(self, found: Iterable[Statement]) -> Quantities:
        """The quantities of some statements, by unit."""
        return _sums(found, self.unit)


def lines_of(found: Sequence[Statement], entries: Sequence[Entry]) -> tuple[Line, ...]:
    """Statements by line; ``entries`` are the documents that count, oldest first."""
    ordered = [one for one in found if one.column == "ordered"]
    rest = [one for one in found if one.column != "ordered"]
    slots = _Slots()
    for one in ordered:
        slots.open(one)
    for one in sorted(rest, key=_surest_first):
        slots.put(one)
    newest_order = max((one.entry.age for one in ordered), default=None)
    lines = []
    for names, group in slots.groups():
        group.sort(key=lambda one: (one.entry.age, one.ids))
        confirmed = _confirmations(group, entries)
        said = max((one.entry.age for one in confirmed), default=None)
        stale = said is not None and newest_order is not None and said < newest_order
        lines.append(_line(names, group, confirmed, stale=stale))
    return tuple(lines)


def _surest_first(one: Statement) -> tuple[int, tuple[tuple[str, str], ...]]:
    return (_RANK[one.ids[0][0]] if one.ids else len(_RANK), one.ids)


class _Slots:
    """Lines while statements are put to them; lines that must be one are joined."""

    def __init__(self) -> None:
        self.members: list[list[Statement]] = []
        self.names: list[str] = []
        self.joined: list[int] = []
        self.known: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        self.learned: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
        """What identifies a line in documents that also named its number."""

    def open(self, one: Statement) -> None:
        """A line of its own."""
        slot = len(self.members)
        self.members.append([one])
        self.joined.append(slot)
        first = one.ids[0] if one.ids else ("", f"#{slot + 1}")
        in_order = one.column == "ordered" and first[0] != "line"
        self.names.append(f"#{slot + 1}" if in_order else first[1])
        for each in one.ids:
            self.known[each].add(slot)

    def put(self, one: Statement) -> None:
        """To the line that it is about, or to a line that the order does not have."""
        slots = self._fitting(one)
        if not slots:
            self.open(one)
            return
        first, *others = sorted({self._root(slot) for slot in slots})
        for other in others:
            self.joined[other] = first
        self.members[first].append(one)
        for each in one.ids:
            if each not in self.known:
                self.learned[each].add(first)

    def groups(self) -> list[tuple[list[str], list[Statement]]]:
        """Names and statements of every line, in the order of the order."""
        found: dict[int, tuple[list[str], list[Statement]]] = {}
        for slot, members in enumerate(self.members):
            names, group = found.setdefault(self._root(slot), ([], []))
            names.append(self.names[slot])
            group += members
        return [found[slot] for slot in sorted(found)]

    def _fitting(self, one: Statement) -> set[int]:
        for each in one.ids:
            if slots := self.known.get(each) or self.learned.get(each):
                return slots
        return set()

    def _root(self, slot: int) -> int:
        while self.joined[slot] != slot:
            slot = self.joined[slot]
        return slot


def _confirmations(group: Sequence[Statement], entries: Sequence[Entry]) -> list[Statement]:
    """What the newest response that decides about a line says about it.

    A response that accepts or rejects the whole order decides about the lines it does not name.
    """
    orders = [one for one in group if one.column == "ordered"]
    named = _by_source(one for one in group if one.column == "confirmed")
    for entry in reversed(entries):
        if not isinstance(entry.document, OrderResponse) or entry.document.status == "received":
            continue
        if entry.message in named:
            return [_as_ordered(one, orders) for one in named[entry.message]]
        if entry.document.status in ("accepted", "rejected") and orders:
            taken = entry.document.status == "accepted"
            return [
                Statement(
                    entry=entry,
                    column="confirmed",
                    ids=one.ids,
                    unit=one.unit,
                    quantity=one.quantity if taken else ZERO,
                    price=one.price if taken else None,
                )
                for one in orders
            ]
    return []


def _by_source(found: Iterable[Statement]) -> dict[int, list[Statement]]:
    sources: defaultdict[int, list[Statement]] = defaultdict(list)
    for one in found:
        sources[one.entry.message].append(one)
    return sources


def _as_ordered(one: Statement, orders: Sequence[Statement]) -> Statement:
    """A confirmation that names no quantity confirms what was ordered."""
    if one.quantity is not None or not orders:
        return one
    total = sum((each.quantity or ZERO for each in orders), ZERO)
    return Statement(
        entry=one.entry, column=one.column, ids=one.ids, text=one.text, quantity=total,
        unit=orders[0].unit, price=one.price, on=one.on,
    )  # fmt: skip


def _line(
    names: list[str], group: list[Statement], confirmed: list[Statement], *, stale: bool
) -> Line:
    ordered, shipped, invoiced = (
        [one for one in group if one.column == column]
        for column in ("ordered", "shipped", "invoiced")
    )
    units = {one.unit for one in ordered if one.unit} or {one.unit for one in group if one.unit}
    usual = next(iter(units)) if len(units) == 1 else None
    statements = (*ordered, *confirmed, *shipped, *invoiced)
    billed = [one for one in invoiced if one.sign > 0]
    return Line(
        name="+".join(dict.fromkeys(names)),
        article=next((value for one in group for name, value in one.ids if name in _ARTICLE), ""),
        text=next((one.text for one in group if one.text), ""),
        ordered=_sums(ordered, usual),
        confirmed=_sums(confirmed, usual),
        shipped=_sums(shipped, usual),
        invoiced=_sums(_goods(invoiced), usual),
        ordered_prices=_prices(ordered),
        confirmed_prices=_prices(confirmed),
        invoiced_prices=_prices(billed),
        wanted=_latest(ordered),
        promised=_latest(confirmed),
        shipped_on=_latest(shipped),
        invoiced_on=_latest(billed),
        unit=usual,
        stale=stale,
        statements=statements,
        sources=_by_source(statements),
    )


_ARTICLE = ("gtin", "buyer_item", "supplier_item")


def _goods(invoiced: Sequence[Statement]) -> list[Statement]:
    """Invoices and credit notes that move goods.

    A credit at less than the invoiced price gives money back for goods that stay.
    """
    asked = [one.price.value for one in invoiced if one.sign > 0 and one.price is not None]
    least = min(asked, default=None)
    return [
        one
        for one in invoiced
        if one.sign > 0
        or (one.sign < 0 and (least is None or one.price is None or one.price.value >= least))
    ]


def _sums(found: Iterable[Statement], usual: str | None) -> Quantities:
    totals: defaultdict[str | None, Decimal] = defaultdict(Decimal)
    for one in found:
        if one.quantity is not None:
            totals[one.unit or usual] += one.sign * one.quantity
    return tuple(
        Quantity(value, unit) for unit, value in sorted(totals.items(), key=lambda it: it[0] or "")
    )


def _prices(found: Iterable[Statement]) -> tuple[Price, ...]:
    prices = {one.price for one in found if one.price is not None}
    return tuple(sorted(prices, key=lambda one: (one.value, one.currency or "", one.unit or "")))


def _latest(found: Iterable[Statement]) -> date | None:
    return max((one.on for one in found if one.on is not None), default=None)
