"""Credit slips of PrestaShop → refunds."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.prestashop.amounts import NOTHING, amounts_of, plain
from gateway.channels.shops.prestashop.lines import Taxes, plain_rate
from gateway.channels.shops.prestashop.localtime import Clock
from gateway.documents.shop import Amounts, RefundLine, ShopCharge, ShopRefund
from gateway.problems import has_errors


def refund_of(
    slip: Fields,
    order: Fields,
    details: Mapping[str, Fields],
    taxes: Taxes,
    clock: Clock,
    currency: str,
    number: str,
) -> ShopRefund | None:
    """One credit slip; ``None`` where what it needs is not there."""
    before = len(slip.found)
    key, created = slip.need("id", "the id of the slip"), clock.need(slip, "date_add")
    goods = amounts_of(slip, "total_products_tax_excl", "total_products_tax_incl")
    shipping = amounts_of(slip, "total_shipping_tax_excl", "total_shipping_tax_incl")
    lines = tuple(_lines(slip, details, taxes))
    charges = _shipping(order, shipping, taxes)
    # an amount that somebody chose: neither the goods with tax nor those without
    chosen = slip.number("amount") or NOTHING
    other = chosen and chosen not in (goods.gross, goods.net)
    besides = plain(chosen - goods.gross) if other else None
    if created is None or has_errors(slip.found[before:]):
        return None
    return ShopRefund(
        external_id=key,
        order=order.text("id") or "",
        order_number=number,
        number=key,
        created=created,
        currency=currency,
        total=plain(goods.gross + shipping.gross + (besides or NOTHING)),
        lines=lines,
        charges=charges,
        rounding=besides,
    )


def _lines(slip: Fields, details: Mapping[str, Fields], taxes: Taxes) -> list[RefundLine]:
    found = []
    for entry in slip.inside("associations").each("order_slip_details"):
        key = entry.text("id_order_detail")
        detail = details.get(key or "", Fields({}, "", slip.found))
        amounts = amounts_of(entry, "amount_tax_excl", "amount_tax_incl")
        quantity = entry.number("product_quantity")
        found.append(
            RefundLine(
                key=entry.text("id"),
                line=key,
                sku=detail.text("product_reference"),
                ean=detail.text("product_ean13"),
                name=detail.text("product_name"),
                quantity=plain_rate(quantity) if quantity else None,
                amounts=amounts,
                taxes=taxes.of_line(detail, amounts),
            )
        )
    return found


def _shipping(order: Fields, amounts: Amounts, taxes: Taxes) -> tuple[ShopCharge, ...]:
    if not amounts.gross:
        return ()
    rate = order.number("carrier_tax_rate")
    percent = None if rate is None else plain_rate(rate)
    charge = ShopCharge(amounts=amounts, taxes=taxes.of_sum(order, percent, None, amounts))
    return (charge,)
