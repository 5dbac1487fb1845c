"""Taxes of an order of BigCommerce: a list of its own, by line where the store tells it."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.rates import told_or_supposed
from gateway.config.shops import Shop
from gateway.documents.shop import Amounts, LineTax

NOTHING = Decimal(0)
CENT = Decimal("0.01")
_PRODUCT = "item"


class Taxes:
    """What is known of the taxes of one order."""

    def __init__(self, record: Fields, shop: Shop, country: str | None) -> None:
        self.found = record.found
        self.rates = shop.tax.rates
        self.country = country or shop.tax.country
        self._of_product: defaultdict[str, list[LineTax]] = defaultdict(list)
        self._of_kind: defaultdict[str, list[LineTax]] = defaultdict(list)
        self._all: set[tuple[Decimal | None, str | None]] = set()
        for one in record.each("taxes"):
            self._add(one)

    def _add(self, one: Fields) -> None:
        rate, name = money(one, "rate"), one.text("name")
        tax = LineTax(rate=rate, amount=money(one, "line_amount") or NOTHING, name=name)
        self._all.add((rate, name))
        kind = one.text("line_item_type")
        if kind == _PRODUCT:
            self._of_product[one.text("order_product_id") or ""].append(tax)
        elif kind:
            self._of_kind[kind].append(tax)

    def of_product(self, key: str, net: Decimal, tax: Decimal, where: str) -> tuple[LineTax, ...]:
        """The taxes of a line; ``tax`` is what the line itself says."""
        return tuple(self._of_product[key]) or self._only(net, tax, where)

    def of_charge(self, kind: str, net: Decimal, tax: Decimal, where: str) -> tuple[LineTax, ...]:
        """The taxes of shipping, handling or wrapping, together."""
        told = tuple(self._of_kind[kind])
        fits = sum((one.amount for one in told), NOTHING) == tax
        return told if told and fits else self._only(net, tax, where)

    def _only(self, net: Decimal, tax: Decimal, where: str) -> tuple[LineTax, ...]:
        """Of what the list does not tell apart: the only rate of the order, or a legal one."""
        if not tax:
            return ()
        rate, name = next(iter(self._all)) if len(self._all) == 1 else (None, None)
        told = LineTax(rate=rate, amount=tax, name=name, country=self.country)
        return (told_or_supposed(net, told, where, self.rates, self.found),)


def money(owner: Fields, name: str) -> Decimal | None:
    """An amount, without the noughts that BigCommerce writes behind cents (``30.2500``)."""
    value = owner.number(name)
    if value is None:
        return None
    short = value.quantize(CENT)
    return short if short == value else value


def needed(owner: Fields, name: str) -> Decimal:
    """An amount that has to be there (W231)."""
    before = len(owner.found)
    value = money(owner, name)
    if value is None and len(owner.found) == before:
        owner.say("W231", name, expected="an amount")
    return NOTHING if value is None else value


def with_tax(owner: Fields, name: str) -> Amounts:
    """``<name>_inc_tax`` with ``<name>_tax``; where that is not told, with ``<name>_ex_tax``."""
    gross = money(owner, f"{name}_inc_tax") or NOTHING
    tax = money(owner, f"{name}_tax")
    if tax is None:
        net = money(owner, f"{name}_ex_tax")
        return Amounts(net=gross, tax=NOTHING, gross=gross) if net is None else _three(net, gross)
    return Amounts(net=gross - tax, tax=tax, gross=gross)


def _three(net: Decimal, gross: Decimal) -> Amounts:
    return Amounts(net=net, tax=gross - net, gross=gross)
