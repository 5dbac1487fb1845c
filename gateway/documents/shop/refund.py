"""A refund of a shop's order: a document of its own, with exactly one credit note of the ERP."""

from __future__ import annotations

from typing import ClassVar

from gateway.documents.base import Document, Model, Number
from gateway.documents.shop.common import Amounts, LineTax, Zoned
from gateway.documents.shop.order import ShopCharge


class RefundLine(Model):
    """What is given back for one line of the order. Amounts and quantities are positive."""

    key: str | None = None
    """The id of this line of the refund."""
    line: str | None = None
    """Key of the line of the order."""
    sku: str | None = None
    ean: str | None = None
    name: str | None = None
    quantity: Number | None = None
    """Absent: only money, no article, comes back."""
    restock: bool | None = None
    amounts: Amounts
    taxes: tuple[LineTax, ...] = ()
    reason: str | None = None


class ShopRefund(Document):
    """Money, and perhaps goods, that go back. Amounts are positive."""

    name: ClassVar[str] = "shoprefund"

    external_id: str
    """The shop's id of the refund; unique in the shop."""
    order: str
    """``external_id`` of the order."""
    order_number: str | None = None
    number: str | None = None
    """What people see, where the shop numbers refunds."""
    created: Zoned
    currency: str
    reason: str | None = None
    total: Number
    """With tax."""
    lines: tuple[RefundLine, ...] = ()
    charges: tuple[ShopCharge, ...] = ()
    """Shipping, fees that are given back."""
    rounding: Number | None = None
    """What the refund holds besides (adjustment)."""
    payment: str | None = None
    """The shop's code of how it is paid back."""
    test: bool = False

    def business_key(self) -> str:
        """``shoprefund 55``."""
        return f"shoprefund {self.external_id}"
