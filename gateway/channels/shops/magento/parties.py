"""Who buys in Magento, and where bill and goods go."""

from __future__ import annotations

from gateway.channels.shops.fields import Fields
from gateway.documents.shop import Address, Buyer


def delivery(order: Fields) -> Fields:
    """The first shipping assignment of an order: address and method."""
    for entry in order.inside("extension_attributes").each("shipping_assignments"):
        return entry.inside("shipping")
    return Fields({}, order.where("extension_attributes"), order.found)


def address(told: Fields) -> Address | None:
    """An address; ``None`` where nothing is told."""
    street = _lines(told, "street")
    names = [told.text(name) for name in ("prefix", "firstname", "middlename", "lastname")]
    found = Address(
        name=_joined([*names, told.text("suffix")]),
        company=told.text("company"),
        street=street[0] if street else None,
        street2=street[1] if len(street) > 1 else None,
        street3=", ".join(street[2:]) or None,
        postcode=told.text("postcode"),
        city=told.text("city"),
        region=told.text("region_code") or told.text("region"),
        country=(told.text("country_id") or "").upper() or None,
        phone=told.text("telephone"),
        email=told.text("email"),
        vat_id=told.text("vat_id"),
    )
    return None if found == Address() else found


def places(order: Fields) -> tuple[Address | None, Address | None]:
    """Where bill and goods go; goods that are fetched go to the place of pickup."""
    bill_to = address(order.inside("billing_address"))
    ship_to = address(delivery(order).inside("address"))
    pickup = order.inside("extension_attributes").text("pickup_location_code")
    if pickup is not None:
        ship_to = (ship_to or Address()).model_copy(
            update={"pickup_point": pickup, "pickup_network": "magento"}
        )
    return bill_to, ship_to


def buyer(order: Fields) -> Buyer:
    """The buyer: a customer of the site, or a guest."""
    billed = order.inside("billing_address")
    firm = order.inside("extension_attributes", "company_order_attributes")
    company = firm.text("company_name") or billed.text("company")
    names = [
        order.text(f"customer_{name}")
        for name in ("prefix", "firstname", "middlename", "lastname", "suffix")
    ]
    name = _joined(names) or _joined([billed.text("firstname"), billed.text("lastname")])
    guest = order.flag("customer_is_guest")
    return Buyer(
        id=None if guest else order.text("customer_id"),
        kind="b2b" if company else "b2c",
        name=name,
        company=company,
        email=order.text("customer_email"),
        phone=billed.text("telephone"),
        vat_id=order.text("customer_taxvat") or billed.text("vat_id"),
        po_number=order.inside("payment").text("po_number"),
    )


def _lines(told: Fields, name: str) -> list[str]:
    value = told.data.get(name)
    if isinstance(value, str):
        value = value.split("\n")
    if not isinstance(value, list):
        return []
    inside = Fields({str(index): one for index, one in enumerate(value)}, name, told.found)
    found = [inside.text(str(index)) for index in range(len(value))]
    return [one for one in found if one]


def _joined(parts: list[str | None]) -> str | None:
    return " ".join(filter(None, parts)) or None
