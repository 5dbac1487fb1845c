"""How one shop's orders are understood: what its settings say, as plain values.

:mod:`gateway.pipeline.shops.rules` makes them of ``shops/<name>/shop.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rules:
    """Settings that a conversion needs; each is explained in the reference of ``shop.yaml``."""

    shop: str
    """Name of the shop's folder."""
    number: str = "{number}"
    """The ERP's number of an order, of ``{number}``, ``{id}``, ``{shop}``, ``{channel}``."""
    items_by: Literal["sku", "ean", "both"] = "both"
    codes: Mapping[str, str] | None = None
    """SKU of the shop → our article; ``None``: the SKU is our article."""
    unit: str = "piece"
    """Word of the list ``unit``."""
    unknown: Literal["hold", "send"] = "hold"
    bundles: Literal["parts", "parent"] = "parts"
    tax_country: str | None = None
    tolerance: Decimal = Decimal("0.01")
    """How much each line and rate may add to the difference of sums, where the currency has
    hundredths; of a currency without them it is as many of its smallest units."""
    vat_prefix: bool = True
    customer: str | None = None
    """The ERP's number of the customer that all orders are booked on."""
    gln: str | None = None
    supplier: str | None = None
    shipping_item: str | None = None
    """Article that shipping is a line of; without it shipping is a charge."""
    shipping_codes: Mapping[str, str] = field(default_factory=dict)
    payment_codes: Mapping[str, str] = field(default_factory=dict)

    def shipping_code(self, method: str | None) -> str | None:
        """What the ERP calls a shipping method of the shop."""
        return _code(self.shipping_codes, method)

    def payment_code(self, method: str | None) -> str | None:
        """What the ERP calls a payment method of the shop."""
        return _code(self.payment_codes, method)


def _code(codes: Mapping[str, str], method: str | None) -> str | None:
    if method is None:
        return None
    return codes.get(method) or codes.get("*") or method
