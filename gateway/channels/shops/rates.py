"""Tax rates of shops that tell amounts only: the legal rate they fit, or none.

The quotient of two rounded amounts is no rate (20.98 % for 21 %). So a rate is only ever one of
those that the settings name for the country, and only if the tax told is what it gives, to the
smallest coin; what fits none, or two, is nobody's guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from gateway.documents.shop import Amounts, LineTax
from gateway.problems import Place, Problem, problem

COIN = Decimal("0.01")


def fitting(
    net: Decimal, tax: Decimal, rates: Sequence[Decimal], coin: Decimal = COIN
) -> Decimal | None:
    """The only one of the rates (percent) that gives this tax on this amount, within one coin.

    Of several that fit (small amounts) the nearest, unless two are equally near.
    """
    if not net:
        return None
    away = sorted((abs(net * rate / 100 - tax), rate) for rate in set(rates))
    near = [each for each in away if each[0] <= coin]
    if not near or (len(near) > 1 and near[0][0] == near[1][0]):
        return None
    return near[0][1]


def told_or_supposed(
    net: Decimal,
    tax: LineTax,
    where: str,
    rates: Mapping[str, Sequence[Decimal]],
    found: list[Problem],
    coin: Decimal = COIN,
) -> LineTax:
    """A tax with its rate. One that the shop tells is never doubted; else W234, or W233 for none.

    ``tax.country``: whose rates count. ``net``: what it is the tax of. ``where``: the path that
    problems name. ``coin``: how far the tax told may be from what the rate gives; more than one
    where units were rounded singly. Without any tax nothing is supposed and nothing is wrong.
    """
    if tax.rate is not None or not tax.amount:
        return tax
    country = tax.country or "?"
    ratio = _ratio(net, tax.amount)
    rate = fitting(net, tax.amount, rates.get(country, ()), coin)
    facts: dict[str, Any] = {"field": where, "country": country, "ratio": ratio}
    if rate is None:
        found.append(problem("W233", Place(path=where), net=net, tax=tax.amount, **facts))
        return tax
    found.append(problem("W234", Place(path=where), rate=rate, **facts))
    return tax.model_copy(update={"rate": rate, "supposed": True})


def parted(
    gross: Decimal, where: str, default: Decimal | None, country: str | None, found: list[Problem]
) -> tuple[Amounts, tuple[LineTax, ...]]:
    """An amount that holds a tax of which the shop says nothing, by the rate of the settings.

    W234 says so; without a rate W240 refuses it. The gross amount is the shop's to the cent.
    """
    whole = Amounts(net=gross, tax=Decimal(0), gross=gross)
    if not gross:
        return whole, ()
    if default is None:
        found.append(problem("W240", Place(path=where), field=where, gross=gross))
        return whole, ()
    net = (gross * 100 / (100 + default)).quantize(COIN, ROUND_HALF_UP)
    tax = LineTax(rate=default, amount=gross - net, base=net, country=country, supposed=True)
    facts: dict[str, Any] = {
        "field": where,
        "country": country or "?",
        "ratio": default,
        "rate": default,
    }
    found.append(problem("W234", Place(path=where), **facts))
    return Amounts(net=net, tax=gross - net, gross=gross), (tax,)


def _ratio(net: Decimal, tax: Decimal) -> str:
    if not net:
        return "?"
    return str((tax * 100 / net).quantize(COIN, ROUND_HALF_UP))
