"""What one item of an order costs, as Amazon breaks it down.

Amazon tells an item's proceeds by kind: ITEM, SHIPPING, GIFT_WRAP, COD_FEE, OTHER, then TAX and
DISCOUNT, each of which may say of which of the other kinds it is. Whether the first kinds contain
the tax is not said: where the item's own sum shows it, it decides; else the marketplace's custom.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.documents.shop import Amounts

ZERO = Decimal(0)
KINDS = ("ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER")


@dataclass(slots=True)
class Part:
    """What is paid for one kind: as shown, taken off, and the tax of what is left."""

    shown: Decimal = ZERO
    off: Decimal = ZERO
    tax: Decimal = ZERO

    def amounts(self, *, with_tax: bool) -> Amounts:
        """After the discount. ``with_tax``: what is shown contains the tax."""
        left = self.shown - self.off
        if with_tax:
            return Amounts(net=left - self.tax, tax=self.tax, gross=left)
        return Amounts(net=left, tax=self.tax, gross=left + self.tax)


@dataclass(slots=True)
class Proceeds:
    """Of one item, by kind."""

    parts: dict[str, Part] = field(default_factory=dict)
    total: Decimal | None = None
    """What Amazon says it is altogether."""
    taxed: bool = False
    """Whether it says anything of tax."""

    @property
    def shown(self) -> Decimal:
        """All kinds after discounts, as they are shown."""
        return sum((part.shown - part.off for part in self.parts.values()), ZERO)

    @property
    def tax(self) -> Decimal:
        """The tax of all kinds."""
        return sum((part.tax for part in self.parts.values()), ZERO)

    def drop_tax(self) -> None:
        """Whoever else collects it: it is in no sum of this order."""
        for part in self.parts.values():
            part.tax = ZERO

    def contains_tax(self) -> bool | None:
        """Whether what is shown contains the tax; ``None`` where the sum does not tell."""
        if self.total is None or not self.tax:
            return None
        if self.shown == self.total:
            return True
        return False if self.shown + self.tax == self.total else None


def proceeds(item: Fields, currency: str) -> Proceeds:
    """What an item's ``proceeds`` say. Another currency is W235."""
    told = item.inside("proceeds")
    found = Proceeds(total=money(told, "proceedsTotal", currency))
    for entry in told.each("breakdowns"):
        kind = entry.text("type") or ""
        amount = money(entry, "subtotal", currency)
        if kind == "TAX":
            found.taxed = True
            _spread_tax(found, entry, amount, currency)
        elif kind == "DISCOUNT":
            _spread_discount(found, entry, amount, currency)
        else:
            _part(found, kind).shown += amount or ZERO
            if kind not in KINDS:
                entry.say("W237", "type", value=kind)
    return found


def _part(found: Proceeds, kind: str) -> Part:
    return found.parts.setdefault(kind if kind in KINDS else "OTHER", Part())


def _spread_tax(found: Proceeds, entry: Fields, amount: Decimal | None, currency: str) -> None:
    """The tax, by what it is of; what is not told apart is of the article."""
    rest = amount or ZERO
    for detail in entry.each("detailedBreakdowns"):
        kind = detail.text("subtype") or "ITEM"
        value = money(detail, "value", currency) or ZERO
        if kind == "DISCOUNT":
            # of what the discount takes off: told as a part that lowers the tax
            value = -abs(value)
            kind = "ITEM"
        _part(found, kind).tax += value
        rest -= value
    if amount is not None and rest:
        _part(found, "ITEM").tax += rest


def _spread_discount(found: Proceeds, entry: Fields, amount: Decimal | None, currency: str) -> None:
    """The discount, by what it is of. Its sign is not fixed: it always takes off."""
    rest = abs(amount or ZERO)
    for detail in entry.each("detailedBreakdowns"):
        value = abs(money(detail, "value", currency) or ZERO)
        _part(found, detail.text("subtype") or "ITEM").off += value
        rest -= value
    if amount is not None and rest:
        _part(found, "ITEM").off += rest


def money(owner: Fields, name: str, currency: str) -> Decimal | None:
    """An amount; one of another currency is W235."""
    told = owner.inside(name)
    amount = told.number("amount")
    code = told.text("currencyCode")
    if amount is not None and currency and code and code != currency:
        told.say("W235", "currencyCode", found=code, currency=currency)
    return amount
