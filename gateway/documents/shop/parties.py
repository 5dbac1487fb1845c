"""Buyers and addresses of shops as parties."""

from __future__ import annotations

from typing import Any

from gateway.documents.base import normal
from gateway.documents.shop.common import Address
from gateway.documents.shop.order import Buyer, ShopOrder
from gateway.documents.shop.rules import Rules
from gateway.documents.shop.vat import vat_number
from gateway.problems import Place, Problem, problem

Fields = dict[str, Any]


def buyer_party(order: ShopOrder, rules: Rules, found: list[Problem]) -> Fields:
    """Who buys, at the address the invoice goes to, as the customer that the shop is booked on.

    ``buyer_number`` is the shop's id of the customer; a guest has none.
    """
    buyer = order.buyer or Buyer()
    address = order.bill_to or order.ship_to or Address()
    party = address_party(address, company=buyer.company, name=buyer.name)
    raw = buyer.vat_id or address.vat_id
    party |= {
        "gln": rules.gln,
        "supplier_number": rules.customer,
        "buyer_number": buyer.id,
        "vat_id": raw and _vat(raw, address.country, rules, "buyer.vat_id", found),
        "tax_id": buyer.tax_id,
        "phone": buyer.phone or address.phone,
        "email": buyer.email or address.email,
    }
    return normal(party) or {}


def delivery_party(order: ShopOrder) -> Fields:
    """Where the goods go."""
    address = order.ship_to
    if address is None:
        return {}
    party = address_party(address)
    return normal({**party, "phone": address.phone, "email": address.email}) or {}


def address_party(address: Address, company: str | None = None, name: str | None = None) -> Fields:
    """Name and address; of a company the person there is the second line of the name."""
    firm, person = address.company or company, address.name or name
    return {
        "name": firm or person,
        "name2": person if firm and person != firm else None,
        "street": address.street,
        "street2": address.street2,
        "street3": address.street3,
        "postcode": address.postcode,
        "city": address.city,
        "subdivision": address.region,
        "country": address.country,
    }


def pickup_references(order: ShopOrder) -> list[Fields]:
    """The pickup point that goods go to, and whose it is."""
    address = order.ship_to
    if address is None or address.pickup_point is None:
        return []
    found = [{"kind": "pickup_point", "number": address.pickup_point}]
    if address.pickup_network is not None:
        found.append({"kind": "pickup_network", "number": address.pickup_network})
    return found


def _vat(value: str, country: str | None, rules: Rules, path: str, found: list[Problem]) -> str:
    if not rules.vat_prefix:
        return value
    number, complete = vat_number(value, country)
    if not complete and country is None:
        found.append(problem("W213", Place(path=path), field=path, value=value))
    return number
