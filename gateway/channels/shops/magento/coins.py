"""Amounts of Magento in one currency.

Each amount is told twice: in the order's currency (``grand_total``) and in the site's base currency
(``base_grand_total``), with some names of its own. One of both is read, never a mixture.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gateway.channels.shops.fields import Fields
from gateway.documents.shop import Amounts

ZERO = Decimal(0)
_IN_BASE = {
    "shipping_discount_tax_compensation_amount": "base_shipping_discount_tax_compensation_amnt",
    "weee_tax_applied_row_amount": "base_weee_tax_applied_row_amnt",
    "gw_price": "gw_base_price",
    "gw_tax_amount": "gw_base_tax_amount",
    "gw_items_price": "gw_items_base_price",
    "gw_items_tax_amount": "gw_items_base_tax_amount",
    "gw_card_price": "gw_card_base_price",
    "gw_card_tax_amount": "gw_card_base_tax_amount",
}
"""Names that do not just get ``base_`` before them."""


@dataclass(frozen=True, slots=True)
class Coins:
    """Which of the two currencies is read."""

    money: Literal["order", "base"] = "order"

    def name(self, name: str) -> str:
        """The field that holds an amount in this currency."""
        return name if self.money == "order" else _IN_BASE.get(name, f"base_{name}")

    def told(self, owner: Fields, name: str) -> Decimal | None:
        """An amount, or ``None``."""
        return owner.number(self.name(name))

    def of(self, owner: Fields, name: str) -> Decimal:
        """An amount; 0 where it is absent."""
        return self.told(owner, name) or ZERO

    def currency(self, order: Fields) -> str:
        """Code of the currency that is read."""
        return order.need(f"{self.money}_currency_code", "a currency code") or "XXX"

    def grand(self, order: Fields) -> Decimal | None:
        """What the buyer owes, before gift cards, store credit and points pay a part of it.

        Magento's own total is what is left after these.
        """
        told = self.told(order, "grand_total")
        return None if told is None else told + self.prepaid(order)

    def prepaid(self, order: Fields) -> Decimal:
        """What gift cards, store credit and points pay."""
        more = order.inside("extension_attributes")
        names = ("gift_cards_amount", "customer_balance_amount", "reward_currency_amount")
        return sum((self.of(more, name) for name in names), ZERO)


def after_discount(net: Decimal, tax: Decimal, discount: Decimal, hidden: Decimal) -> Amounts:
    """Amounts after a discount.

    ``hidden`` (``discount_tax_compensation``): the tax within a discount of prices with tax. The
    discount is told with it, the sum without tax must fall only by the rest.
    """
    left = net - discount + hidden
    return Amounts(net=left, tax=tax, gross=left + tax)
