"""Taxes of shops' lines as those of documents: one that tells all of them, and each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from gateway.documents.base import plain
from gateway.documents.shop.common import Amounts, LineTax
from gateway.documents.shop.money import NOTHING
from gateway.documents.shop.order import ShopOrder
from gateway.documents.shop.rules import Rules
from gateway.problems import Place, Problem, problem

Fields = dict[str, Any]


class Taxation:
    """Whose tax applies to an order, and by which scheme it is declared."""

    def __init__(self, order: ShopOrder, rules: Rules) -> None:
        self.scheme, self.collector = order.scheme, order.tax_collector
        self.country = order.tax_country or rules.tax_country
        if self.country is None and self.scheme is not None and order.ship_to is not None:
            self.country = order.ship_to.country

    def collected(self, amounts: Amounts, taxes: Sequence[LineTax]) -> Decimal:
        """How much of the tax a marketplace collects and owes."""
        if self.collector == "marketplace":
            return amounts.tax
        ours = all(one.collected_by == "seller" for one in taxes)
        others = (one.amount for one in taxes if one.collected_by == "marketplace")
        return NOTHING if ours else sum(others, NOTHING)

    def fields(
        self, amounts: Amounts, taxes: Sequence[LineTax], path: str, found: list[Problem]
    ) -> Fields:
        """``tax`` and, where several apply, ``taxes`` of a line or charge.

        The amount is the shop's. A tax that a marketplace collects is of 0 % and 0 for us.
        """
        theirs = self.collected(amounts, taxes)
        own = [] if self.collector == "marketplace" else [
            one for one in taxes if one.collected_by == "seller"
        ]  # fmt: skip
        if not own and (theirs or self.collector == "marketplace"):
            return {"tax": self._place({"rate": NOTHING, "amount": NOTHING, "base": amounts.net,
                                        "collected_by": "marketplace"}, taxes)}  # fmt: skip
        amount = amounts.tax - theirs
        if len(own) == 1:
            (one,) = own
            base = amounts.net if one.base is None else one.base
            tax = {"rate": one.rate, "category": category(one), "base": base}
            return {"tax": self._place({**tax, "amount": amount}, own)}
        if not own:
            return {"tax": self._place({"amount": amount}, ())} if amount else {}
        tax = self._together(own, amounts, amount, path, found)
        return {"tax": self._place(tax, own), "taxes": [self._one(one) for one in own]}

    def _together(
        self, own: Sequence[LineTax], amounts: Amounts, amount: Decimal, path: str,
        found: list[Problem],
    ) -> Fields:  # fmt: skip
        """Several taxes as one: the sum of their rates, where all are of the line's net amount."""
        rates = [one.rate for one in own if one.rate is not None]
        same = len(rates) == len(own) and all(one.base in (None, amounts.net) for one in own)
        kinds = {category(one) for one in own}
        tax: Fields = {"amount": amount, "category": kinds.pop() if len(kinds) == 1 else None}
        if same:
            return {**tax, "rate": sum(rates, NOTHING), "base": amounts.net}
        shown = " + ".join("?" if one.rate is None else plain(one.rate) for one in own)
        found.append(problem("W215", Place(path=path), field=path, rates=shown, tax=plain(amount)))
        return tax

    def _one(self, tax: LineTax) -> Fields:
        fields = {"rate": tax.rate, "category": category(tax), "amount": tax.amount}
        return self._place({**fields, "base": tax.base}, (tax,))

    def _place(self, fields: Fields, taxes: Sequence[LineTax]) -> Fields:
        countries = {one.country for one in taxes} or {None}
        told = countries.pop() if len(countries) == 1 else None
        fields = {**fields, "kind": "vat", "country": told or self.country, "scheme": self.scheme}
        return {name: value for name, value in fields.items() if value is not None}


def category(tax: LineTax) -> str | None:
    """UNCL 5305 as the shop says it; a rate above 0 is S, whatever 0 is, is not guessed."""
    if tax.category is None and tax.rate:
        return "S"
    return tax.category
