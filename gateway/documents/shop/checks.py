"""Sums that orders and refunds of shops must keep: W200 to W210.

A check compares only what the shop says: an absent sum is not wrong. What differs by no more than
rounding explains (so much for each line and rate) is told as a warning and goes on as explicit
rounding; what differs by more is an error. Nothing is ever put right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from gateway.documents.base import canonical_path, plain
from gateway.documents.shop.common import Amounts, LineTax
from gateway.documents.shop.money import NOTHING, allowed, exact, smallest, total
from gateway.documents.shop.order import ShopCharge, ShopLine, ShopOrder
from gateway.documents.shop.refund import RefundLine, ShopRefund
from gateway.problems import Place, Problem, problem

_Entry = ShopLine | ShopCharge | RefundLine


@exact
def identities(order: ShopOrder, tolerance: Decimal = Decimal("0.01")) -> list[Problem]:
    """All sums of an order that do not agree. ``tolerance``: for each line and rate."""
    sums = _Sums(order.currency, tolerance, (*order.lines, *order.charges))
    found = [*_each(order.lines, "lines", sums), *_each(order.charges, "charges", sums)]
    found += sums.whole("totals.grand", order.totals.grand, order.rounding, _twice(order))
    found += sums.rounded(order.rounding)
    found += sums.tax("totals.tax", order.totals.tax)
    found += _subtotals(order, sums)
    found += _paid(order)
    found += sums.by_rate()
    return found


@exact
def refund_identities(refund: ShopRefund, tolerance: Decimal = Decimal("0.01")) -> list[Problem]:
    """The same of a refund; what it names as ``rounding`` (adjustment) is part of its total."""
    sums = _Sums(refund.currency, tolerance, (*refund.lines, *refund.charges))
    found = [*_each(refund.lines, "lines", sums), *_each(refund.charges, "charges", sums)]
    found += sums.whole("total", refund.total, refund.rounding, "")
    found += sums.by_rate()
    return found


class _Sums:
    """Lines and charges of one document, and how exactly they have to agree."""

    def __init__(self, currency: str, tolerance: Decimal, entries: Sequence[_Entry]) -> None:
        self.currency, self.tolerance, self.entries = currency, tolerance, entries
        self.amounts = total(one.amounts for one in entries)
        self.rates = {(tax.rate, tax.category, tax.country) for one in entries for tax in one.taxes}

    def allowed(self, entries: int | None = None, rates: int | None = None) -> Decimal:
        count = len(self.entries) if entries is None else entries
        more = len(self.rates) if rates is None else rates
        return allowed(self.tolerance, self.currency, count + more)

    def whole(
        self, path: str, stated: Decimal, rounding: Decimal | None, twice: str
    ) -> Iterator[Problem]:
        """W200: lines and charges with tax, and what the shop says it rounded, are the total."""
        computed, most = self.amounts.gross + (rounding or NOTHING), self.allowed()
        if stated == computed:
            return
        facts: dict[str, Any] = {
            "field": path, "stated": plain(stated), "computed": plain(computed),
            "net": plain(self.amounts.net), "tax": plain(self.amounts.tax),
            "difference": _signed(stated - computed), "allowed": plain(most),
            "currency": self.currency,
        }  # fmt: skip
        if abs(stated - computed) <= most:
            yield problem("W206", Place(path=path), **facts)
        elif twice:
            yield problem("W205", Place(path=path), line=twice, **facts)
        else:
            yield problem("W200", Place(path=path), **facts)

    def rounded(self, rounding: Decimal | None) -> Iterator[Problem]:
        """W211: what the shop says it rounded, where that is more than rounding usually is."""
        most = self.allowed()
        if rounding is not None and abs(rounding) > most:
            yield problem(
                "W211", Place(path="rounding"), value=_signed(rounding), allowed=plain(most)
            )

    def tax(self, path: str, stated: Decimal | None) -> Iterator[Problem]:
        """W203: the tax of all lines and charges is that of the order."""
        if stated is not None:
            computed = self.amounts.tax
            formula = "the tax of all lines and charges"
            yield from _compared("W203", path, stated, computed, formula, self.allowed())

    def by_rate(self) -> Iterator[Problem]:
        """W208: base × rate of each rate. Only told: shops round line by line."""
        bases: defaultdict[tuple[Decimal, str, str], Decimal] = defaultdict(Decimal)
        taxes: defaultdict[tuple[Decimal, str, str], Decimal] = defaultdict(Decimal)
        for entry in self.entries:
            for tax in entry.taxes:
                base = tax.base
                if base is None and len(entry.taxes) == 1:
                    base = entry.amounts.net
                if tax.rate is None or base is None:
                    continue
                rate = (tax.rate, tax.category or "", tax.country or "")
                bases[rate] += base
                taxes[rate] += tax.amount
        for rate, base in bases.items():
            computed = (base * rate[0] / 100).quantize(smallest(self.currency), ROUND_HALF_UP)
            if computed != taxes[rate]:
                yield problem(
                    "W208", rate=plain(rate[0]), base=plain(base), computed=plain(computed),
                    stated=plain(taxes[rate]), difference=_signed(taxes[rate] - computed),
                    of=" ".join(filter(None, rate[1:])),
                )  # fmt: skip


def _each(entries: Sequence[_Entry], name: str, sums: _Sums) -> Iterator[Problem]:
    """W201, W202, W210 of each line or charge."""
    for index, entry in enumerate(entries):
        path = canonical_path((name, index, "amounts"))
        yield from _three(path, entry.amounts)
        yield from _taxes(canonical_path((name, index, "taxes")), entry, sums)


def _three(path: str, amounts: Amounts) -> Iterator[Problem]:
    if amounts.net + amounts.tax != amounts.gross:
        yield problem(
            "W201", Place(path=path), field=path, net=plain(amounts.net), tax=plain(amounts.tax),
            gross=plain(amounts.gross),
            difference=_signed(amounts.gross - amounts.net - amounts.tax),
        )  # fmt: skip


def _taxes(path: str, entry: _Entry, sums: _Sums) -> Iterator[Problem]:
    taxes, stated = entry.taxes, entry.amounts.tax
    if taxes:
        computed = sum((one.amount for one in taxes), NOTHING)
        most = sums.allowed(1, len(taxes))
        yield from _compared("W202", path, stated, computed, "the taxes it is made of", most)
    if stated and (not taxes or any(_rateless(one) for one in taxes)):
        yield problem("W210", Place(path=path), field=path, tax=plain(stated))


def _rateless(tax: LineTax) -> bool:
    return tax.rate is None and tax.amount != 0 and tax.collected_by == "seller"


def _subtotals(order: ShopOrder, sums: _Sums) -> Iterator[Problem]:
    """W204: goods, shipping and fees, each without and with tax.

    Goods may be told before the discounts that the lines contain.
    """
    totals = order.totals
    shipping = [one for one in order.charges if one.kind == "shipping"]
    fees = [one for one in order.charges if one.kind != "shipping"]
    off = totals.discount
    subtotals: tuple[tuple[str, Amounts | None, Sequence[_Entry]], ...] = (
        ("goods", totals.goods, order.lines), ("shipping", totals.shipping, shipping),
        ("fees", totals.fees, fees),
    )  # fmt: skip
    for name, stated, entries in subtotals:
        if stated is None:
            continue
        computed, most = total(one.amounts for one in entries), sums.allowed(len(entries))
        for kind in ("net", "gross"):
            said, found = getattr(stated, kind), getattr(computed, kind)
            before = off is not None and name == "goods"
            if before and said != found and abs(said - getattr(off, kind) - found) <= most:
                continue
            formula = f"the {name} without tax" if kind == "net" else f"the {name} with tax"
            yield from _compared("W204", f"totals.{name}.{kind}", said, found, formula, most)


def _paid(order: ShopOrder) -> Iterator[Problem]:
    """W209: what is paid and what is outstanding are the total.

    Only told: shops differ in whether gift cards and refunds are in it.
    """
    totals = order.totals
    if totals.paid is None or totals.outstanding is None:
        return
    cards, refunded = totals.gift_cards or NOTHING, totals.refunded or NOTHING
    paid = totals.paid + totals.outstanding
    if totals.grand not in (paid, paid + cards, paid + refunded, paid + cards + refunded):
        yield problem(
            "W209", Place(path="totals.paid"), paid=plain(totals.paid),
            outstanding=plain(totals.outstanding), stated=plain(totals.grand),
            difference=_signed(totals.grand - paid),
        )  # fmt: skip


def _twice(order: ShopOrder) -> str:
    """Key of the bundle whose parts repeat its amounts, where leaving them out is the total."""
    entries: tuple[_Entry, ...] = (*order.lines, *order.charges)
    parts: defaultdict[str, list[Amounts]] = defaultdict(list)
    for line in order.lines:
        if line.parent is not None:
            parts[line.parent].append(line.amounts)
    amounts = {line.key: line.amounts.gross for line in order.lines}
    doubled = [
        key for key, ones in parts.items()
        if amounts.get(key) and total(ones).gross == amounts[key]
    ]  # fmt: skip
    whole = total(one.amounts for one in entries).gross
    whole += (order.rounding or NOTHING) - sum((amounts[key] for key in doubled), NOTHING)
    return ", ".join(doubled) if doubled and whole == order.totals.grand else ""


def _compared(
    code: str, path: str, stated: Decimal, computed: Decimal, formula: str, most: Decimal
) -> Iterator[Problem]:
    """``code`` for more than rounding explains, W207 for less."""
    if stated == computed:
        return
    near = abs(stated - computed) <= most
    yield problem(
        "W207" if near else code, Place(path=path), field=path, stated=plain(stated),
        computed=plain(computed), formula=formula, difference=_signed(stated - computed),
        allowed=plain(most),
    )  # fmt: skip


def _signed(value: Decimal) -> str:
    return f"{value:+f}"
