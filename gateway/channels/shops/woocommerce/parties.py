"""Who buys in WooCommerce, where it goes, and how it is paid."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.woocommerce.lines import meta_text, name_of
from gateway.config.shops.woocommerce import WooCommerce
from gateway.documents.shop import Address, Buyer, Payment

_ON_DELIVERY = ("cod",)
"""Payment methods of the core that are paid to the carrier."""


def person(address: Fields) -> str | None:
    """First and last name."""
    names = (address.text("first_name"), address.text("last_name"))
    return " ".join(name for name in names if name) or None


def address_of(order: Fields, name: str, vat_id: str | None = None) -> Address | None:
    """The address under ``billing`` or ``shipping``; ``None`` where it is empty."""
    given = order.inside(name)
    address = Address(
        name=person(given),
        company=name_of(given, "company"),
        street=given.text("address_1"),
        street2=given.text("address_2"),
        postcode=given.text("postcode"),
        city=given.text("city"),
        region=given.text("state"),
        country=given.text("country"),
        phone=given.text("phone"),
        email=given.text("email"),
        vat_id=vat_id,
    )
    return address if address.to_data() and address != Address(vat_id=vat_id) else None


def buyer_of(order: Fields, settings: WooCommerce) -> Buyer:
    """Who buys; customer 0 is a guest."""
    billing = order.inside("billing")
    customer = order.text("customer_id")
    company, vat_id = name_of(billing, "company"), meta_text(order, *settings.vat_keys)
    return Buyer(
        id=None if customer in (None, "0") else customer,
        kind="b2b" if company or vat_id else "b2c",
        name=person(billing),
        company=company,
        email=billing.text("email"),
        phone=billing.text("phone"),
        vat_id=vat_id,
    )


def payments_of(order: Fields, grand: Decimal) -> tuple[Payment, ...]:
    """How the order is paid: WooCommerce knows one payment, of the whole."""
    method = order.text("payment_method")
    paid = order.instant("date_paid_gmt", UTC)
    if method is None and paid is None:
        return ()
    return (
        Payment(
            kind="cash_on_delivery" if method in _ON_DELIVERY else "gateway",
            method=method,
            id=order.text("transaction_id"),
            amount=grand,
            state="paid" if paid else "failed" if order.text("status") == "failed" else "pending",
            at=paid,
        ),
    )
