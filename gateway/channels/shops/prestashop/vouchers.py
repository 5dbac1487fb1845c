"""Vouchers of a PrestaShop order (cart rules), and what each of them was taken off."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.prestashop.amounts import NOTHING, Share, needed, plain, take_off
from gateway.documents.shop import Discount


def applied(record: Fields, order: Fields, shares: Sequence[Share]) -> tuple[Discount, ...]:
    """Take all vouchers of an order off its lines and shipping; the vouchers themselves.

    Where the shop does not tell them one by one, the order's sum is one without a name.
    """
    rules = {rule.text("id") or "": rule for rule in record.each("cart_rules")}
    found = []
    for entry in record.each("discounts"):
        if entry.flag("deleted"):
            continue
        rule = rules.get(entry.text("id_cart_rule") or "", Fields({}, "", record.found))
        discount = Discount(
            code=rule.text("code"),
            name=entry.text("name"),
            kind="voucher",
            net=needed(entry, "value_tax_excl"),
            gross=needed(entry, "value"),
        )
        _take(discount, entry.flag("free_shipping"), rule, shares)
        found.append(discount)
    if not found:
        net = order.number("total_discounts_tax_excl") or NOTHING
        gross = order.number("total_discounts_tax_incl") or NOTHING
        if net or gross:
            whole = Discount(kind="voucher", net=plain(net), gross=plain(gross))
            take_off(whole, _bearing(whole.gross or NOTHING, shares))
            found.append(whole)
    return tuple(found)


def on_shipping(shares: Sequence[Share]) -> bool:
    """Whether anything was taken off shipping: then the order's own sums are before that."""
    return any(share.kind == "shipping" and share.off for share in shares)


def _take(discount: Discount, free: bool, rule: Fields, shares: Sequence[Share]) -> None:
    """One voucher: what it says of shipping first, then its article, else all lines."""
    net, gross = discount.net or NOTHING, discount.gross or NOTHING
    if free:
        for share in (one for one in shares if one.kind == "shipping"):
            without, some = min(net, share.after.net), min(gross, share.after.gross)
            share.take(discount, without, some)
            net, gross = net - without, gross - some
    if not (net or gross):
        return
    rest = discount.model_copy(update={"net": net, "gross": gross})
    take_off(rest, _only(rule, gross, shares) or _bearing(gross, shares))


def _only(rule: Fields, gross: Decimal, shares: Sequence[Share]) -> list[Share]:
    """The lines of the article that a voucher is for, where it is for one and they can bear it."""
    gift, reduced = rule.text("gift_product"), rule.text("reduction_product")
    variant = rule.text("gift_product_attribute")
    if gift not in (None, "0"):
        found = [one for one in shares if one.product == gift]
        found = [one for one in found if variant in (None, "0", one.attribute)]
    elif reduced is not None and reduced.isdigit() and reduced != "0":
        found = [one for one in shares if one.product == reduced]
    else:
        return []
    return found if sum((one.after.gross for one in found), NOTHING) >= gross else []


def _bearing(gross: Decimal, shares: Sequence[Share]) -> list[Share]:
    """The lines, and all charges with them where they alone cannot bear it."""
    lines = [one for one in shares if one.kind == "line"]
    whole = sum((one.after.gross for one in lines), NOTHING)
    return lines if lines and whole >= gross else list(shares)
