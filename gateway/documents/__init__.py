"""Floor 3: canonical business documents, the pivot between partners' and ERPs' formats."""

from gateway.documents.base import Document, Model, normal
from gateway.documents.build import DOCUMENTS, build
from gateway.documents.check import check, check_digit
from gateway.documents.common import (
    AllowanceCharge,
    Contact,
    Delivery,
    DeliveryTerms,
    DocumentReference,
    OtherParty,
    Party,
    PaymentTerms,
    Period,
    Reference,
    Tax,
    Text,
)
from gateway.documents.despatch import DespatchAdvice, Package, PackedItem, Transport
from gateway.documents.invoice import Invoice, InvoiceLine, InvoiceTotals, TaxSubtotal
from gateway.documents.order import Order, OrderLine, OrderTotals
from gateway.documents.orderresponse import OrderResponse, OrderResponseLine

__all__ = [
    "DOCUMENTS",
    "AllowanceCharge",
    "Contact",
    "Delivery",
    "DeliveryTerms",
    "DespatchAdvice",
    "Document",
    "DocumentReference",
    "Invoice",
    "InvoiceLine",
    "InvoiceTotals",
    "Model",
    "Order",
    "OrderLine",
    "OrderResponse",
    "OrderResponseLine",
    "OrderTotals",
    "OtherParty",
    "Package",
    "PackedItem",
    "Party",
    "PaymentTerms",
    "Period",
    "Reference",
    "Tax",
    "TaxSubtotal",
    "Text",
    "Transport",
    "build",
    "check",
    "check_digit",
    "normal",
]
