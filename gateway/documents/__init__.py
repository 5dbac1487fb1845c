"""Floor 3: canonical business documents, the pivot between partners' and ERPs' formats."""

from gateway.documents.base import Document, Model, normal
from gateway.documents.build import DOCUMENTS, build
from gateway.documents.catalogue import Catalogue, CatalogueItem
from gateway.documents.checks import check, check_digit
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
    QuantityDifference,
    Reference,
    Tax,
    Text,
    Transport,
)
from gateway.documents.despatch import DespatchAdvice, Package, PackedItem
from gateway.documents.inventory import InventoryLine, InventoryReport
from gateway.documents.invoice import Invoice, InvoiceLine, InvoiceTotals, TaxSubtotal
from gateway.documents.order import Order, OrderLine, OrderTotals
from gateway.documents.orderchange import ChangedLine, OrderChange
from gateway.documents.orderresponse import OrderResponse, OrderResponseLine
from gateway.documents.partyinformation import DescribedParty, PartyInformation
from gateway.documents.receipt import ReceiptAdvice, ReceivedItem
from gateway.documents.refund import Refund, RefundedLine
from gateway.documents.remittance import RemittanceAdvice, SettledDocument
from gateway.documents.sales import Sale, SalesPlace, SalesReport

__all__ = [
    "DOCUMENTS",
    "AllowanceCharge",
    "Catalogue",
    "CatalogueItem",
    "ChangedLine",
    "Contact",
    "Delivery",
    "DeliveryTerms",
    "DescribedParty",
    "DespatchAdvice",
    "Document",
    "DocumentReference",
    "InventoryLine",
    "InventoryReport",
    "Invoice",
    "InvoiceLine",
    "InvoiceTotals",
    "Model",
    "Order",
    "OrderChange",
    "OrderLine",
    "OrderResponse",
    "OrderResponseLine",
    "OrderTotals",
    "OtherParty",
    "Package",
    "PackedItem",
    "Party",
    "PartyInformation",
    "PaymentTerms",
    "Period",
    "QuantityDifference",
    "ReceiptAdvice",
    "ReceivedItem",
    "Reference",
    "Refund",
    "RefundedLine",
    "RemittanceAdvice",
    "Sale",
    "SalesPlace",
    "SalesReport",
    "SettledDocument",
    "Tax",
    "TaxSubtotal",
    "Text",
    "Transport",
    "build",
    "check",
    "check_digit",
    "normal",
]
