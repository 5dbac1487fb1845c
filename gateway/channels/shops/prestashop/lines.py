"""Lines, shipping and wrapping of a PrestaShop order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.prestashop.amounts import Share, amounts_of, needed, plain, spread
from gateway.channels.shops.rates import told_or_supposed
from gateway.config.shops import Shop
from gateway.documents.shop import Amounts, LineTax, ShopCharge, ShopLine


@dataclass(frozen=True, slots=True)
class Taxes:
    """The rates of one order."""

    rates: Mapping[str, tuple[Decimal | None, str | None]]
    """By id of the tax: percent and name."""
    legal: Mapping[str, Sequence[Decimal]]
    country: str | None
    """Whose rates those of the settings are."""

    def of_line(self, detail: Fields, amounts: Amounts) -> tuple[LineTax, ...]:
        """The taxes that a line names; what it is made of is what the line says in one sum."""
        ids = [tax.text("id") for tax in detail.inside("associations").each("taxes")]
        named = [self.rates[one] for one in ids if one is not None and one in self.rates]
        if len(named) <= 1:
            rate, name = named[0] if named else (None, None)
            return self.of_sum(detail, rate, name, amounts)
        weights = [rate or Decimal(0) for rate, _ in named]
        # one sum for several taxes: by their rates, which is how the shop made it
        parts = spread(amounts.tax, weights)
        return tuple(
            LineTax(rate=rate, name=name, amount=plain(part), base=amounts.net)
            for (rate, name), part in zip(named, parts, strict=True)
        )

    def of_sum(
        self, entry: Fields, rate: Decimal | None, name: str | None, amounts: Amounts
    ) -> tuple[LineTax, ...]:
        """One tax. Without a rate, and with an amount, W233 or W234."""
        if rate is None and not amounts.tax:
            return ()
        country = self.country if rate is None else None
        tax = LineTax(rate=rate, name=name, amount=amounts.tax, country=country)
        where = entry.where("tax") if entry.path else "tax"
        return (told_or_supposed(amounts.net, tax, where, self.legal, entry.found),)


def taxes_of(record: Fields, shop: Shop, country: str | None, language: str) -> Taxes:
    """The rates that a record brings along."""
    rates = {}
    for tax in record.each("taxes"):
        rate = tax.number("rate")
        name = localised(tax, "name", language)
        rates[tax.text("id") or ""] = (None if rate is None else plain_rate(rate), name)
    return Taxes(rates, shop.tax.rates, shop.tax.country or country)


def plain_rate(rate: Decimal) -> Decimal:
    """``20.000`` → ``20``, ``5.500`` → ``5.5``."""
    whole = rate.to_integral_value()
    return whole if whole == rate else rate.normalize()


def localised(entry: Fields, name: str, language: str) -> str | None:
    """A text of several languages: alone, or as a list with the ids of the languages."""
    value = entry.data.get(name)
    if not isinstance(value, list | dict):
        return entry.text(name)
    texts = {one.text("id"): one.text("value") for one in entry.each(name)}
    return texts.get(language) or next((text for text in texts.values() if text), None)


@dataclass(frozen=True, slots=True)
class Draft:
    """A line before vouchers."""

    detail: Fields
    share: Share


def drafts_of(record: Fields) -> list[Draft]:
    """The lines, with what the shop says they cost before vouchers."""
    found = []
    for detail in record.each("details"):
        amounts = amounts_of(detail, "total_price_tax_excl", "total_price_tax_incl")
        product, attribute = detail.text("product_id"), detail.text("product_attribute_id")
        found.append(
            Draft(detail, Share(amounts, product=product or "", attribute=attribute or ""))
        )
    return found


def line_of(draft: Draft, taxes: Taxes) -> ShopLine:
    """A line after vouchers."""
    detail, amounts = draft.detail, draft.share.after
    refunded = detail.number("product_quantity_refunded")
    unit = detail.number("unit_price_tax_incl")
    eco = detail.number("ecotax")
    return ShopLine(
        key=detail.need("id", "the id of the line"),
        sku=detail.text("product_reference"),
        ean=detail.text("product_ean13"),
        product=product_of(draft.share.product, draft.share.attribute),
        name=detail.text("product_name"),
        quantity=plain_rate(needed(detail, "product_quantity")),
        refunded=plain_rate(refunded) if refunded else None,
        unit_price=None if unit is None else plain(unit),
        amounts=amounts,
        discounts=tuple(draft.share.off),
        taxes=taxes.of_line(detail, amounts),
        extra={"prestashop:ecotax": f"{plain(eco):f}"} if eco else {},
    )


def product_of(product: str, attribute: str) -> str | None:
    """``12``, or ``12/13`` for a combination."""
    if product in ("", "0"):
        return None
    return product if attribute in ("", "0") else f"{product}/{attribute}"


def shipping_share(order: Fields) -> Share:
    """What shipping costs before vouchers."""
    amounts = amounts_of(order, "total_shipping_tax_excl", "total_shipping_tax_incl")
    return Share(amounts, "shipping")


def charges_of(
    record: Fields, order: Fields, shipping: Share, wrapping: Share | None, taxes: Taxes
) -> tuple[ShopCharge, ...]:
    """Shipping and gift wrapping. The code of a carrier is the one that survives its changes."""
    found = []
    carrier = record.inside("carrier")
    if carrier or shipping.amounts.gross:
        rate = order.number("carrier_tax_rate")
        found.append(
            ShopCharge(
                kind="shipping",
                name=carrier.text("name"),
                method=carrier.text("id_reference") or carrier.text("id"),
                carrier=carrier.text("name"),
                amounts=shipping.after,
                discounts=tuple(shipping.off),
                taxes=taxes.of_sum(
                    order, None if rate is None else plain_rate(rate), None, shipping.after
                ),
            )
        )
    if wrapping is not None:
        found.append(
            ShopCharge(
                kind="gift_wrap",
                amounts=wrapping.after,
                discounts=tuple(wrapping.off),
                taxes=taxes.of_sum(order, None, None, wrapping.after),
            )
        )
    return tuple(found)


def wrapping_share(order: Fields) -> Share | None:
    """What wrapping as a gift costs, where it costs something."""
    if not order.number("total_wrapping_tax_incl"):
        return None
    amounts = amounts_of(order, "total_wrapping_tax_excl", "total_wrapping_tax_incl")
    return Share(amounts, "wrapping")
