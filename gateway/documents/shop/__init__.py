"""What happens in a web shop, whatever shop it is: orders, refunds, and what goes back to it.

These are the shop side's own documents. :mod:`gateway.documents.shop.convert` makes those of the
pipeline of them (:class:`~gateway.documents.Order` …).
"""

from gateway.documents.shop.common import Address, Amounts, LineTax, Zoned
from gateway.documents.shop.order import (
    Buyer,
    Discount,
    Payment,
    ShopCharge,
    ShopLine,
    ShopOrder,
    ShopTotals,
)
from gateway.documents.shop.refund import RefundLine, ShopRefund

__all__ = [
    "Address",
    "Amounts",
    "Buyer",
    "Discount",
    "LineTax",
    "Payment",
    "RefundLine",
    "ShopCharge",
    "ShopLine",
    "ShopOrder",
    "ShopRefund",
    "ShopTotals",
    "Zoned",
]
