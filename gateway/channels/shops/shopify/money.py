"""Amounts of Shopify: each stands in two currencies, and an order is read in one of them only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gateway.channels.shops.fields import Fields
from gateway.documents.shop import Amounts, Discount, LineTax

NOTHING = Decimal(0)
_KINDS: dict[str, Literal["voucher", "promotion", "manual"]] = {
    "DiscountCodeApplication": "voucher",
    "AutomaticDiscountApplication": "promotion",
    "ScriptDiscountApplication": "promotion",
    "ManualDiscountApplication": "manual",
}


@dataclass(frozen=True, slots=True)
class Side:
    """The currency that an order is read in: the shop's, or the one that the buyer saw."""

    member: str
    """``shopMoney`` or ``presentmentMoney``."""
    currency: str
    included: bool
    """Whether prices contain the tax (``taxesIncluded``)."""

    def amount(self, owner: Fields, name: str) -> Decimal | None:
        """An amount on our side; ``None`` where there is none. Another currency is W235."""
        bag = owner.inside(name)
        if not bag:
            return None
        money = bag.inside(self.member)
        code = money.text("currencyCode")
        if code is not None and self.currency and code != self.currency:
            money.say("W235", "currencyCode", found=code, currency=self.currency)
        return money.number("amount")

    def needed(self, owner: Fields, name: str) -> Decimal:
        """An amount that has to be there (W231)."""
        before = len(owner.found)
        found = self.amount(owner, name)
        if found is None and len(owner.found) == before:
            owner.say("W231", f"{name}.{self.member}.amount", expected="an amount")
        return NOTHING if found is None else found

    def amounts(self, shown: Decimal, taxes: Iterable[LineTax]) -> Amounts:
        """What a price as shown, after discounts, and its taxes are without and with tax."""
        return self.split(shown, sum((one.amount for one in taxes), NOTHING))

    def split(self, shown: Decimal, tax: Decimal) -> Amounts:
        """The same with the tax as one sum."""
        if self.included:
            return Amounts(net=shown - tax, tax=tax, gross=shown)
        return Amounts(net=shown, tax=tax, gross=shown + tax)

    def taxes(self, owner: Fields) -> tuple[LineTax, ...]:
        """The taxes of a line or charge, with the rates that Shopify tells."""
        return tuple(
            LineTax(
                rate=rate_of(one),
                amount=self.needed(one, "priceSet"),
                name=one.text("title"),
                collected_by="marketplace" if one.flag("channelLiable") else "seller",
            )
            for one in owner.each("taxLines")
        )

    def discounts(self, owner: Fields) -> tuple[tuple[Discount, ...], Decimal]:
        """What was taken off, and its sum as prices are shown."""
        found, total = [], NOTHING
        for one in owner.each("discountAllocations"):
            amount = self.needed(one, "allocatedAmountSet")
            application = one.inside("discountApplication")
            kind = application.text("__typename") or ""
            found.append(
                Discount(
                    code=application.text("code"),
                    name=application.text("title") or application.text("description"),
                    kind=_KINDS.get(kind, "other"),
                    gross=amount if self.included else None,
                    net=None if self.included else amount,
                )
            )
            total += amount
        return tuple(found), total


def side_of(order: Fields, wanted: str) -> Side:
    """The side of an order. ``wanted``: ``shop`` or ``presentment``."""
    name = "currencyCode" if wanted == "shop" else "presentmentCurrencyCode"
    return Side(f"{wanted}Money", order.need(name, "a currency"), order.flag("taxesIncluded"))


def rate_of(tax: Fields) -> Decimal | None:
    """Percent, as told; a share (0.2) is the same figure with its mark moved."""
    percent = tax.number("ratePercentage")
    if percent is not None:
        return percent
    share = tax.number("rate")
    return None if share is None else share.scaleb(2)
