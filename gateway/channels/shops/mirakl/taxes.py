"""Prices and taxes of Mirakl: with tax in them or without, as the order says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.rates import told_or_supposed
from gateway.config.shops import Shop
from gateway.documents.shop import Amounts, LineTax

ZERO = Decimal(0)
_MODES = {"TAX_INCLUDED": True, "TAX_EXCLUDED": False}


@dataclass(frozen=True, slots=True)
class Money:
    """What something costs, and its taxes."""

    amounts: Amounts
    taxes: tuple[LineTax, ...]


@dataclass(frozen=True, slots=True)
class Taxation:
    """How an order tells prices, and whose tax it is."""

    included: bool
    country: str | None
    shop: Shop

    @classmethod
    def of(cls, order: Fields, shop: Shop, country: str | None) -> Taxation:
        """As the order says (W236 for another mode than the two there are)."""
        mode = order.text("order_tax_mode") or "TAX_INCLUDED"
        if mode not in _MODES:
            order.refuse("order_tax_mode", "TAX_INCLUDED or TAX_EXCLUDED")
        return cls(_MODES.get(mode, True), country or shop.tax.country, shop)

    @staticmethod
    def sum_of(fields: Fields, taxes: str) -> Decimal:
        """All taxes of a list."""
        return sum((each.number("amount") or ZERO for each in fields.each(taxes)), ZERO)

    def money(self, fields: Fields, price: str, taxes: str, *, needed: bool = True) -> Money:
        """A price with its taxes."""
        told = fields.number(price)
        if told is None and needed:
            fields.say("W231", price, expected="an amount")
        told = told or ZERO
        tax = self.sum_of(fields, taxes)
        net = told - tax if self.included else told
        entries = tuple(
            told_or_supposed(
                net, self._tax(each, net), each.where("rate"), self.shop.tax.rates, fields.found
            )
            for each in fields.each(taxes)
        )
        return Money(Amounts(net=net, tax=tax, gross=net + tax), entries)

    def _tax(self, fields: Fields, net: Decimal) -> LineTax:
        return LineTax(
            rate=fields.number("rate"),
            amount=fields.number("amount") or ZERO,
            base=net,
            country=self.country,
            name=fields.text("code"),
        )
