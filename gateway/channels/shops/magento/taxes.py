"""Taxes of an order of Magento, rate by rate, as its extension attributes tell them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.magento.coins import ZERO, Coins
from gateway.channels.shops.rates import told_or_supposed
from gateway.config.shops import Shop
from gateway.documents.shop import Amounts, LineTax
from gateway.documents.shop.money import smallest

_Key = tuple[str, str]
"""Kind (product, shipping, weee …) and the item it belongs to, if any."""


@dataclass(slots=True)
class Taxes:
    """What ``item_applied_taxes`` says, by kind and item."""

    order: Fields
    coins: Coins
    shop: Shop
    currency: str
    country: str
    applied: dict[_Key, list[LineTax]]

    @classmethod
    def of(cls, order: Fields, coins: Coins, shop: Shop, country: str) -> Taxes:
        """The taxes of an order."""
        applied: defaultdict[_Key, list[LineTax]] = defaultdict(list)
        for entry in order.inside("extension_attributes").each("item_applied_taxes"):
            kind = entry.text("type") or "product"
            item = entry.text("item_id") or entry.text("associated_item_id") or ""
            for tax in entry.each("applied_taxes"):
                applied[kind, item].append(
                    LineTax(
                        rate=tax.number("percent"),
                        amount=coins.of(tax, "amount"),
                        name=tax.text("title") or tax.text("code"),
                    )
                )
        currency = coins.currency(order)
        return cls(order, coins, shop, currency, country, dict(applied))

    def found(
        self, kind: str, item: str, amounts: Amounts, percent: Decimal | None, where: str
    ) -> tuple[LineTax, ...]:
        """The taxes of one item or charge.

        Those that are applied, where they are its tax; else the one rate that the item names; else
        the legal one that fits.
        """
        applied = self.applied.get((kind, item), [])
        away = abs(sum((one.amount for one in applied), ZERO) - amounts.tax)
        if applied and away <= smallest(self.currency) * len(applied):
            one = len(applied) == 1
            return tuple(
                tax.model_copy(update={"base": amounts.net}) if one else tax for tax in applied
            )
        rates = {one.rate for one in applied}
        rate = percent if percent is not None else rates.pop() if len(rates) == 1 else None
        if rate is None and not amounts.tax:
            return ()
        tax = LineTax(rate=rate, amount=amounts.tax, base=amounts.net)
        if rate is None:
            tax = tax.model_copy(update={"country": self.country or None})
            rated = self.shop.tax.rates
            tax = told_or_supposed(amounts.net, tax, where, rated, self.order.found)
        return (tax,)

    def sum_of(self, kind: str, item: str) -> Decimal | None:
        """What was applied of one kind to an item; ``None`` where nothing is told."""
        applied = self.applied.get((kind, item))
        return None if applied is None else sum((one.amount for one in applied), ZERO)
