"""Who buys in PrestaShop, where it goes, and how it is paid."""

from __future__ import annotations

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.prestashop.amounts import plain
from gateway.channels.shops.prestashop.localtime import Clock
from gateway.documents.shop import Address, Buyer, Payment

_ON_DELIVERY = ("ps_cashondelivery", "cashondelivery")


def iso_codes(record: Fields, name: str) -> dict[str, str | None]:
    """Codes of countries (``FR``) or states (``CA``) by their ids."""
    return {one.text("id") or "": one.text("iso_code") for one in record.each(name)}


def person(entry: Fields) -> str | None:
    """First and last name."""
    names = (entry.text("firstname"), entry.text("lastname"))
    return " ".join(name for name in names if name) or None


def address_of(record: Fields, name: str) -> Address | None:
    """The address under a name of the record; ``None`` where there is none."""
    given = record.inside(name)
    if not given:
        return None
    countries, states = iso_codes(record, "countries"), iso_codes(record, "states")
    return Address(
        name=person(given),
        company=given.text("company"),
        street=given.text("address1"),
        street2=given.text("address2"),
        street3=given.text("other"),
        postcode=given.text("postcode"),
        city=given.text("city"),
        region=states.get(given.text("id_state") or ""),
        country=countries.get(given.text("id_country") or ""),
        phone=given.text("phone_mobile") or given.text("phone"),
        vat_id=given.text("vat_number"),
    )


def buyer_of(record: Fields, order: Fields) -> Buyer:
    """Who buys; a guest has a customer of his own for each order, which is no customer."""
    customer, bill = record.inside("customer"), record.inside("invoice_address")
    company = customer.text("company") or bill.text("company")
    vat_id = bill.text("vat_number")
    return Buyer(
        id=None if customer.flag("is_guest") else order.text("id_customer"),
        kind="b2b" if company or vat_id else "b2c",
        name=person(customer) or person(bill),
        company=company,
        email=customer.text("email"),
        phone=bill.text("phone_mobile") or bill.text("phone"),
        vat_id=vat_id,
        tax_id=bill.text("dni") or customer.text("siret"),
    )


def payments_of(
    record: Fields, order: Fields, clock: Clock, paid: bool, shared: bool
) -> tuple[Payment, ...]:
    """How it is paid. Orders that were one belong to the same payments: no amount is of one."""
    method = order.text("module")
    on_delivery = method in _ON_DELIVERY
    found = []
    for entry in record.each("payments"):
        amount = None if shared else entry.number("amount")
        found.append(
            Payment(
                kind="cash_on_delivery" if on_delivery else "gateway",
                method=method or entry.text("payment_method"),
                id=entry.text("transaction_id"),
                amount=None if amount is None else plain(amount),
                state="paid",
                at=clock.of(entry, "date_add"),
            )
        )
    if not found and method is not None:
        kind = "cash_on_delivery" if on_delivery else "gateway"
        found.append(Payment(kind=kind, method=method, state="paid" if paid else "pending"))
    return tuple(found)
