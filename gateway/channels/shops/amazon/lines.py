"""The items of an order of Amazon: lines, and what is charged for their way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from gateway.channels.shops.amazon.marketplaces import Marketplace
from gateway.channels.shops.amazon.money import ZERO, Part, Proceeds, money, proceeds
from gateway.channels.shops.fields import Fields
from gateway.channels.shops.rates import told_or_supposed
from gateway.config.shops import Shop
from gateway.documents.shop import Amounts, Discount, LineTax, ShopCharge, ShopLine
from gateway.documents.shop.money import smallest, total
from gateway.documents.shop.order import ChargeKind

_CHARGES: Mapping[str, ChargeKind] = {
    "SHIPPING": "shipping",
    "GIFT_WRAP": "gift_wrap",
    "COD_FEE": "fee",
    "OTHER": "other",
}
_SCHEMES: Mapping[str, Literal["oss", "ioss"]] = {"UOSS": "oss", "IOSS": "ioss"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What the items of an order share."""

    currency: str
    market: Marketplace
    country: str
    """Whose tax it is."""
    shop: Shop


@dataclass(frozen=True, slots=True)
class Item:
    """One item, with what its amounts mean."""

    fields: Fields
    proceeds: Proceeds
    setting: Setting
    quantity: Decimal
    with_tax: bool
    """Whether its prices contain tax."""
    by_marketplace: bool
    """Amazon collects its tax and hands it over itself."""
    scheme: Literal["oss", "ioss"] | None

    @property
    def told_tax(self) -> bool:
        """Whether it is known what tax it bears, or that it bears none of ours."""
        return self.proceeds.taxed or self.by_marketplace

    def part(self, kind: str) -> Part:
        """What is paid for one kind."""
        return self.proceeds.parts.get(kind, Part())

    def taxes(self, amounts: Amounts) -> tuple[LineTax, ...]:
        """The tax of some amounts. Amazon tells no rate: a legal one is supposed.

        Not of a tax that Amazon hands over, nor of a sales tax, which has thousands of rates.
        """
        if not self.proceeds.taxed:
            return ()
        place = self.setting
        tax = LineTax(
            amount=amounts.tax,
            base=amounts.net,
            country=place.country or None,
            collected_by="marketplace" if self.by_marketplace else "seller",
        )
        if self.by_marketplace or not place.market.with_tax:
            return (tax,)
        where, found = self.fields.where("proceeds"), self.fields.found
        # Amazon rounds the tax of each unit
        coin = smallest(place.currency) * max(self.quantity, Decimal(1))
        return (told_or_supposed(amounts.net, tax, where, place.shop.tax.rates, found, coin),)


def item_of(fields: Fields, setting: Setting) -> Item:
    """An item, and how its amounts are to be read."""
    found = proceeds(fields, setting.currency)
    quantity = fields.number("quantityOrdered")
    if quantity is None:
        fields.say("W231", "quantityOrdered", expected="a quantity")
    tax = fields.inside("tax")
    models = [one.text("model") or "" for one in tax.each("taxCollections")]
    by_marketplace = any(one.replace("_", "").upper() == "MARKETPLACEFACILITATOR" for one in models)
    schemes = [one.text("reportingScheme") or "" for one in tax.each("taxCalculationBreakdowns")]
    with_tax = _with_tax(found, setting, by_marketplace=by_marketplace)
    if by_marketplace and not with_tax and found.contains_tax():
        # the sum is that of prices without tax: Amazon keeps the tax and hands it over
        fields.say("W237", "proceeds", value=f"tax of {found.tax} that Amazon keeps")
        found.drop_tax()
    return Item(
        fields=fields,
        proceeds=found,
        setting=setting,
        quantity=quantity or ZERO,
        with_tax=with_tax,
        by_marketplace=by_marketplace,
        scheme=next((_SCHEMES[one] for one in schemes if one in _SCHEMES), None),
    )


def _with_tax(found: Proceeds, setting: Setting, *, by_marketplace: bool) -> bool:
    """Whether prices contain tax: as is set, as the item's sum shows, as is usual there."""
    settings = setting.shop.amazon
    if settings is not None and settings.prices != "auto":
        return settings.prices == "with_tax"
    shown, usual = found.contains_tax(), setting.market.with_tax
    if shown is None or (by_marketplace and shown):
        return usual
    return shown


def line_of(item: Item, packed: Mapping[str, Decimal]) -> ShopLine:
    """The canonical line of an item."""
    fields = item.fields
    product = fields.inside("product")
    key = fields.need("orderItemId")
    goods = item.part("ITEM")
    amounts = goods.amounts(with_tax=item.with_tax)
    shipped = fields.inside("fulfillment").number("quantityFulfilled")
    shipped = packed.get(key) if shipped is None else shipped
    return ShopLine(
        key=key or "?",
        sku=product.text("sellerSku"),
        asin=product.text("asin"),
        product=product.text("asin"),
        name=product.text("title"),
        quantity=item.quantity,
        cancelled=_cancelled(fields, item.quantity, shipped),
        shipped=shipped,
        unit_price=money(product.inside("price"), "unitPrice", item.setting.currency),
        amounts=amounts,
        discounts=_discounts(item, goods),
        taxes=item.taxes(amounts),
        extra=_extra(fields),
    )


def charges(items: Sequence[Item], service: str | None) -> tuple[ShopCharge, ...]:
    """What is paid for the way, for wrapping and the like: one charge of each kind."""
    made = []
    for kind, name in _CHARGES.items():
        found = [
            (item, item.part(kind).amounts(with_tax=item.with_tax))
            for item in items
            if kind in item.proceeds.parts
        ]
        if not any(amounts.net or amounts.tax for _, amounts in found):
            continue
        made.append(
            ShopCharge(
                key=kind,
                kind=name,
                name=kind,
                method=service if kind == "SHIPPING" else None,
                amounts=total(amounts for _, amounts in found),
                taxes=_by_rate(tax for item, amounts in found for tax in item.taxes(amounts)),
            )
        )
    return tuple(made)


def _by_rate(taxes: Iterable[LineTax]) -> tuple[LineTax, ...]:
    """One tax for each rate and collector."""
    made: dict[tuple[Decimal | None, str], LineTax] = {}
    for one in taxes:
        key = (one.rate, one.collected_by)
        if before := made.get(key):
            amount, base = before.amount + one.amount, (before.base or ZERO) + (one.base or ZERO)
            made[key] = before.model_copy(update={"amount": amount, "base": base})
        else:
            made[key] = one
    return tuple(made.values())


def _cancelled(fields: Fields, quantity: Decimal, shipped: Decimal | None) -> Decimal | None:
    """What is not wanted any more: of an item that was cancelled, all that was not shipped."""
    if not fields.inside("cancellation", "cancellationExecution"):
        return None
    return max(ZERO, quantity - (shipped or ZERO))


def _discounts(item: Item, goods: Part) -> tuple[Discount, ...]:
    if not goods.off:
        return ()
    names = [one.text("promotionId") for one in item.fields.inside("promotion").each("breakdowns")]
    return (
        Discount(
            code=next((name for name in names if name), None),
            kind="promotion",
            gross=goods.off if item.with_tax else None,
            net=None if item.with_tax else goods.off,
        ),
    )


def _extra(fields: Fields) -> dict[str, str]:
    """Wishes of the buyer and whose IOSS number it is: for labels and parcels."""
    gift = fields.inside("fulfillment", "packing", "giftOption")
    abroad = fields.inside("fulfillment", "shipping", "internationalShipping")
    asked = fields.inside("cancellation", "cancellationRequest")
    told = {
        "amazon:gift_message": gift.text("giftMessage"),
        "amazon:gift_wrap": gift.text("giftWrapLevel"),
        "amazon:ioss_number": abroad.text("iossNumber"),
        "amazon:cancellation_asked_by": asked.text("requester"),
        "amazon:cancellation_asked_because": asked.text("cancelReason"),
    }
    return {name: value for name, value in told.items() if value}
