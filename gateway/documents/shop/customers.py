"""The customer of a shop's order as party information for the ERP or CRM."""

from __future__ import annotations

from typing import Any

from gateway.documents.base import normal
from gateway.documents.build import build
from gateway.documents.partyinformation import PartyInformation
from gateway.documents.shop.dates import day
from gateway.documents.shop.order import ShopOrder
from gateway.documents.shop.orderdata import number_of
from gateway.documents.shop.parties import buyer_party, delivery_party
from gateway.documents.shop.rules import Rules
from gateway.problems import Problem

Fields = dict[str, Any]


def to_parties(order: ShopOrder, rules: Rules) -> tuple[PartyInformation | None, list[Problem]]:
    """Buyer and, where it is another place, delivery address of an order.

    The customer's ``buyer_number`` is the shop's id; a guest has none and is known by the e-mail.
    """
    found: list[Problem] = []
    buyer = buyer_party(order, rules, found)
    # the number that orders are booked on is the shop's, not this customer's
    buyer = {name: one for name, one in buyer.items() if name not in ("supplier_number", "gln")}
    if not buyer:
        return None, []
    parties = [{**buyer, "role": "buyer"}]
    place = delivery_party(order)
    if place and not _same_place(place, buyer):
        above = buyer.get("buyer_number") or buyer.get("name")
        parties.append({**place, "role": "ship_to", "parent": above})
    data = {
        "number": f"{rules.shop}-{number_of(order, rules)}",
        "issued": day(order.updated or order.placed or order.created, order.zone),
        "supplier": {"supplier_number": rules.supplier},
        "parties": parties,
    }
    made, refused = build("parties", normal(data) or {})
    assert made is None or isinstance(made, PartyInformation)
    return made, [*found, *refused]


def _same_place(place: Fields, buyer: Fields) -> bool:
    names = ("name", "name2", "street", "street2", "street3", "postcode", "city", "country")
    return all(place.get(name) == buyer.get(name) for name in names)
