"""The eco contribution (WEEE) of items: amounts of their own beside the price."""

from __future__ import annotations

import json
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.magento.coins import ZERO, Coins
from gateway.channels.shops.magento.taxes import Taxes
from gateway.documents.shop import Amounts, ShopCharge

_MOST = 20
"""Contributions of one item."""


def contribution(item: Fields, key: str, taxes: Taxes) -> ShopCharge | None:
    """What an item contributes, all kinds of it together; ``None`` where it is nothing."""
    net = taxes.coins.of(item, "weee_tax_applied_row_amount")
    if not net:
        return None
    told = _told(item)
    applied = taxes.sum_of("weee", key)
    tax = _tax(told, taxes.coins) if applied is None else applied
    amounts = Amounts(net=net, tax=tax, gross=net + tax)
    names = [one.text("title") for one in told]
    percent = item.number("tax_percent") if tax else None
    where = item.where("weee_tax_applied_row_amount")
    return ShopCharge(
        key=f"{key}-weee",
        kind="eco_contribution",
        name=", ".join(filter(None, names)) or None,
        amounts=amounts,
        taxes=taxes.found("weee", key, amounts, percent, where),
    )


def _tax(told: list[Fields], coins: Coins) -> Decimal:
    """The tax on it, where amounts with and without it are told."""
    found = ZERO
    for one in told:
        net, gross = coins.told(one, "row_amount"), coins.told(one, "row_amount_incl_tax")
        if net is not None and gross is not None:
            found += gross - net
    return found


def _told(item: Fields) -> list[Fields]:
    """The entries of ``weee_tax_applied``: a list, written as a text inside the record."""
    text = item.text("weee_tax_applied")
    if text is None:
        return []
    try:
        value = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError):
        item.refuse("weee_tax_applied", "a list in JSON")
        return []
    inside = Fields({"entries": value}, item.where("weee_tax_applied"), item.found)
    return list(inside.each("entries"))[:_MOST]
