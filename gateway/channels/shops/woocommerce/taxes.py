"""Taxes of WooCommerce: lines name a rate by its id, the order tells the percent of each id."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.rates import told_or_supposed
from gateway.config.shops import Shop
from gateway.documents.shop import Amounts, LineTax

_COUNTRY = re.compile(r"([A-Z]{2})-.+-\d+")
"""A rate code is COUNTRY-STATE-NAME-PRIORITY; parts that are empty are left out."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One of the order's ``tax_lines``."""

    percent: Decimal | None
    """``None`` before WooCommerce 3.7, which tells none."""
    name: str | None
    country: str | None


_UNKNOWN = Rate(None, None, None)


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one order."""

    told: Mapping[str, Rate]
    """By id."""
    legal: Mapping[str, Sequence[Decimal]]
    """By country, from the settings: for shops that tell no percent."""
    country: str | None
    """Whose rates those are, where the order does not say it."""

    @property
    def country_told(self) -> str | None:
        """The country of taxation, where all rates name the same one."""
        countries = {rate.country for rate in self.told.values()}
        return countries.pop() if len(countries) == 1 else None

    def taxes(self, entry: Fields, net: Decimal, sign: int = 1) -> tuple[LineTax, ...]:
        """The taxes of a line, charge or line of a refund (``sign`` -1), as the shop tells them.

        ``net``: what they are taxes of. Without a percent W233 or W234.
        """
        found = []
        for tax in entry.each("taxes"):
            amount = tax.number("total")
            if amount is None:
                continue
            rate = self.told.get(tax.text("id") or "", _UNKNOWN)
            country = rate.country or (self.country if rate.percent is None else None)
            told = LineTax(
                rate=rate.percent, amount=sign * amount, name=rate.name, country=country
            )  # fmt: skip
            found.append(told_or_supposed(net, told, tax.path, self.legal, tax.found))
        return tuple(found)


def rates_of(order: Fields, shop: Shop) -> Rates:
    """The order's ``tax_lines``."""
    told: dict[str, Rate] = {}
    for line in order.each("tax_lines"):
        key = line.text("rate_id")
        code = _COUNTRY.fullmatch(line.text("rate_code") or "")
        if key is not None:
            country = code[1] if code else None
            told[key] = Rate(line.number("rate_percent"), line.text("label"), country)
    where = order.inside("shipping").text("country") or order.inside("billing").text("country")
    return Rates(told, shop.tax.rates, shop.tax.country or where)


def needed(entry: Fields, name: str) -> Decimal:
    """An amount that has to be there (W231); zero where it is not."""
    before = len(entry.found)
    amount = entry.number(name)
    if amount is None and len(entry.found) == before:
        entry.say("W231", name, expected="an amount")
    return Decimal(0) if amount is None else amount


def amounts_of(entry: Fields, net: str, tax: str, sign: int = 1) -> Amounts:
    """An amount without tax and its tax, as two fields tell them."""
    without, extra = sign * needed(entry, net), sign * needed(entry, tax)
    return Amounts(net=without, tax=extra, gross=without + extra)
