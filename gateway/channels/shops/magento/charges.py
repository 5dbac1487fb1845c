"""What is paid in an order (or given back in a credit memo) besides articles."""

from __future__ import annotations

from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.magento.coins import after_discount
from gateway.channels.shops.magento.taxes import Taxes
from gateway.documents.shop import Amounts, Discount, ShopCharge

_WRAPS = (("gw", "wrap"), ("gw_items", "wrap-items"), ("gw_card", "wrap-card"))


def shipping(
    owner: Fields, taxes: Taxes, method: str | None, percent: Decimal | None = None
) -> ShopCharge | None:
    """The way, after its discount. ``percent``: its rate, where that is known from elsewhere."""
    coins = taxes.coins
    discount = coins.of(owner, "shipping_discount_amount")
    hidden = coins.of(owner, "shipping_discount_tax_compensation_amount")
    amounts = after_discount(
        coins.of(owner, "shipping_amount"), coins.of(owner, "shipping_tax_amount"), discount, hidden
    )
    if not (amounts.net or amounts.tax or discount):
        return None
    off = Discount(kind="promotion", net=discount - hidden) if discount else None
    where = owner.where("shipping_tax_amount")
    return ShopCharge(
        key="shipping",
        kind="shipping",
        name=owner.text("shipping_description"),
        method=method,
        amounts=amounts,
        discounts=(off,) if off else (),
        taxes=taxes.found("shipping", "", amounts, percent, where),
    )


def wraps(owner: Fields, taxes: Taxes) -> list[ShopCharge]:
    """Gift wrap of the order, of its items, and a printed card."""
    more, made = owner.inside("extension_attributes"), []
    for prefix, key in _WRAPS:
        net = taxes.coins.of(more, f"{prefix}_price")
        tax = taxes.coins.of(more, f"{prefix}_tax_amount")
        if net or tax:
            amounts = Amounts(net=net, tax=tax, gross=net + tax)
            where = more.where(f"{prefix}_tax_amount")
            found = taxes.found(key, "", amounts, None, where)
            made.append(ShopCharge(key=key, kind="gift_wrap", amounts=amounts, taxes=found))
    return made


def fees(order: Fields, taxes: Taxes) -> list[ShopCharge]:
    """Fees that apps add (custom fees of Adobe Commerce)."""
    made = []
    for fee in order.inside("extension_attributes").each("custom_fees"):
        amount = taxes.coins.of(fee, "custom_fee_amount")
        if amount:
            made.append(
                ShopCharge(
                    key=fee.text("custom_fee_code"),
                    kind="fee",
                    name=fee.text("custom_fee_label"),
                    amounts=Amounts(net=amount, tax=amount - amount, gross=amount),
                )
            )
    return made
