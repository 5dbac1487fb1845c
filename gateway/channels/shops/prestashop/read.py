"""Orders and credit slips of PrestaShop → canonical. Pure: the same bytes give the same document.

A record holds the rows an order is made of, each as it came: :mod:`.gather` says which.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from gateway.channels.shops.connector import Reading
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.prestashop.amounts import NOTHING, needed, pair, plain
from gateway.channels.shops.prestashop.lines import (
    charges_of,
    drafts_of,
    line_of,
    localised,
    plain_rate,
    shipping_share,
    taxes_of,
    wrapping_share,
)
from gateway.channels.shops.prestashop.localtime import Clock
from gateway.channels.shops.prestashop.parties import (
    address_of,
    buyer_of,
    iso_codes,
    payments_of,
)
from gateway.channels.shops.prestashop.slips import refund_of
from gateway.channels.shops.prestashop.states import status_of
from gateway.channels.shops.prestashop.vouchers import applied, on_shipping
from gateway.config.shops import Shop
from gateway.config.shops.prestashop import PrestaShop
from gateway.documents.shop import ShopOrder, ShopRefund, ShopTotals
from gateway.problems import has_errors, problem

_ROUNDED = {"1": "item", "2": "line", "3": "total"}
"""``round_type``: what the shop rounds."""


def read_order(raw: bytes, shop: Shop) -> Reading:
    """The order of a record, and the refunds in it."""
    record = opened(raw, "the order")
    if record.found:
        return Reading(problems=tuple(record.found))
    try:
        order, refunds = _Record(record, shop).documents()
    except ValidationError as failure:
        first = failure.errors(include_url=False, include_input=False)[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        record.found.append(problem("W230", what="the order", reason=reason))
        order, refunds = None, ()
    return Reading(order=order, refunds=refunds, problems=tuple(record.found))


def read_refund(raw: bytes, shop: Shop) -> Reading:
    """The refund of a record of an order with one credit slip; here none comes alone."""
    read = read_order(raw, shop)
    found = read.refunds[0] if len(read.refunds) == 1 else None
    problems = read.problems
    if found is None and not has_errors(problems):
        problems = (*problems, problem("W231", field="slips", expected="one credit slip"))
    return Reading(refund=found, problems=problems)


class _Record:
    """A record on its way to documents."""

    def __init__(self, record: Fields, shop: Shop) -> None:
        if shop.prestashop is None:
            raise ValueError(f"{shop.shop} is no shop of PrestaShop")
        self.record, self.shop = record, shop
        self.settings: PrestaShop = shop.prestashop
        self.order = record.inside("order")
        self.language = str(self.settings.language)
        self.clock = Clock(ZoneInfo(self.settings.zone), record.instant("read"))
        countries = iso_codes(record, "countries")
        place = record.inside("delivery_address").text("id_country") or ""
        self.taxes = taxes_of(record, shop, countries.get(place), self.language)

    def documents(self) -> tuple[ShopOrder | None, tuple[ShopRefund, ...]]:
        """The order and its refunds."""
        currency = self.record.inside("currency").need("iso_code", "a currency")
        number = self._number()
        details = {one.text("id") or "": one for one in self.record.each("details")}
        refunds = [
            refund_of(slip, self.order, details, self.taxes, self.clock, currency, number)
            for slip in self.record.each("slips")
        ]
        order = self._order(currency, number)
        return order, tuple(one for one in refunds if one is not None)

    def _number(self) -> str:
        """What people see. Orders that were one share a reference and are counted (``#2``)."""
        label = self.order.text("reference") or self.order.text("id") or ""
        key, parts = self.order.text("id") or "", self._parts()
        return f"{label}#{parts.index(key) + 1}" if len(parts) > 1 and key in parts else label

    def _parts(self) -> list[str]:
        ids = {one.text("id") or "" for one in self.record.each("parts")}
        return sorted(ids, key=lambda one: (len(one), one))

    def _order(self, currency: str, number: str) -> ShopOrder | None:
        order, record = self.order, self.record
        key, state = order.need("id", "the id of the order"), record.inside("state")
        created = self.clock.need(order, "date_add")
        shared = len(self._parts()) > 1
        money = self._money()
        found: dict[str, Any] = {
            "status": status_of(order, state, self.settings),
            "shop_status": localised(state, "name", self.language) or order.text("current_state"),
            "updated": self.clock.newest([order, *record.each("slips")]),
            "rounding_mode": _ROUNDED.get(order.text("round_type") or ""),
            "buyer": buyer_of(record, order),
            "bill_to": address_of(record, "invoice_address"),
            "ship_to": address_of(record, "delivery_address"),
            "payments": payments_of(record, order, self.clock, state.flag("paid"), shared),
            "note": order.text("gift_message"),
            "split_of": order.text("reference") if shared else None,
        }
        rate = order.number("conversion_rate")
        if created is None or has_errors(record.found):
            return None
        return ShopOrder(
            external_id=key,
            number=number,
            created=created,
            placed=created,
            zone=self.settings.zone,
            currency=currency,
            fx_rate=plain_rate(rate) if rate and rate != 1 else None,
            **money,
            **found,
        )

    def _money(self) -> dict[str, Any]:
        """Lines, charges, vouchers and sums."""
        record, order = self.record, self.order
        drafts, shipping, wrapping = drafts_of(record), shipping_share(order), wrapping_share(order)
        shares = [*(one.share for one in drafts), shipping]
        shares += [] if wrapping is None else [wrapping]
        return {
            "discounts": applied(record, order, shares),
            "lines": tuple(line_of(one, self.taxes) for one in drafts),
            "charges": charges_of(record, order, shipping, wrapping, self.taxes),
            "totals": self._totals(on_shipping(shares)),
        }

    def _totals(self, shipping_off: bool) -> ShopTotals:
        """Sums as the shop says them. Those of goods and shipping are before vouchers."""
        order = self.order
        gross = needed(order, "total_paid_tax_incl")
        net = order.number("total_paid_tax_excl")
        paid = order.number("total_paid_real")
        off = order.number("total_discounts_tax_incl")
        goods = pair(needed(order, "total_products"), needed(order, "total_products_wt"))
        shipping = pair(
            needed(order, "total_shipping_tax_excl"), needed(order, "total_shipping_tax_incl")
        )
        without = order.number("total_discounts_tax_excl") or NOTHING
        return ShopTotals(
            grand=gross,
            tax=None if net is None else plain(gross - net),
            goods=None if shipping_off else goods,
            shipping=None if shipping_off else shipping,
            discount=pair(without, off) if off else None,
            paid=plain(paid) if paid else None,
        )
