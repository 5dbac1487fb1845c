"""Invoices and credit notes for Amazon Vendor (``submitInvoices``)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from gateway.channels.shops.amazon.vendor.parts import article, money, noon, party, quantity
from gateway.channels.shops.amazon.write import CannotSayError
from gateway.documents import Invoice
from gateway.documents.common import AllowanceCharge, Party
from gateway.documents.invoiceline import InvoiceLine

PATH = "/vendor/payments/v1/invoices"
_CREDITS = ("credit_note", "self_billed_credit_note")


def invoice_body(invoice: Invoice) -> dict[str, Any]:
    """The body for one invoice. Raises :class:`CannotSayError` for what Amazon cannot be told."""
    totals = invoice.totals
    total = None if totals is None else totals.gross if totals.gross is not None else totals.payable
    if total is None:
        raise CannotSayError("the invoice has no total")
    credit = invoice.kind in _CREDITS
    made: dict[str, Any] = {
        "invoiceType": "CreditNote" if credit else "Invoice",
        "id": invoice.number,
        "date": noon(invoice.issued),
        "remitToParty": _party(invoice.payee or invoice.seller, "seller", required=True),
        "shipToParty": _party(invoice.ship_to, "place of delivery"),
        "billToParty": _party(invoice.invoicee or invoice.buyer, "invoicee"),
        "invoiceTotal": money(total, invoice.currency),
        "taxDetails": [_tax(one.rate, one.amount, one.base, invoice) for one in invoice.taxes],
        "items": [_item(line, index, invoice) for index, line in enumerate(invoice.lines, 1)],
        **_extras(invoice.allowances, invoice),
    }
    return {"invoices": [{name: one for name, one in made.items() if one not in (None, [])}]}


def _party(told: Party | None, what: str, *, required: bool = False) -> dict[str, Any] | None:
    if told is None or not (told.buyer_number or told.gln):
        if required:
            raise CannotSayError(f"Amazon's code of the {what} is not known")
        return None
    made = party(told, what, "postalOrZipCode")
    if told.vat_id:
        made["taxRegistrationDetails"] = [
            {"taxRegistrationType": "VAT", "taxRegistrationNumber": told.vat_id}
        ]
    return made


def _item(line: InvoiceLine, index: int, invoice: Invoice) -> dict[str, Any]:
    price = _price(line, index)
    order = line.order.number if line.order is not None else None
    order = order or (invoice.order.number if invoice.order is not None else None)
    made: dict[str, Any] = {
        "itemSequenceNumber": _number(line, index),
        **article(line),
        "invoicedQuantity": quantity(line.quantity, line.unit, line.per_pack),
        "netCost": money(price, invoice.currency),
    }
    if order:
        made["purchaseOrderNumber"] = order
    if invoice.kind in _CREDITS and invoice.preceding_invoice is not None:
        reference = {"referenceInvoiceNumber": invoice.preceding_invoice.number}
        made["creditNoteDetails"] = {name: one for name, one in reference.items() if one}
    if line.tax is not None and line.tax.amount is not None:
        made["taxDetails"] = [_tax(line.tax.rate, line.tax.amount, line.amount, invoice)]
    return {**made, **_extras(line.allowances, invoice)}


def _price(line: InvoiceLine, index: int) -> Decimal:
    """Of one unit, exactly."""
    if line.price is None:
        raise CannotSayError(f"line {line.number or index} has no price")
    if not line.price_basis:
        return line.price
    price = line.price / line.price_basis
    if price * line.price_basis != line.price:
        basis = f"{line.price} for {line.price_basis}"
        raise CannotSayError(f"line {line.number or index}: {basis} is no exact price of one")
    return price


def _number(line: InvoiceLine, index: int) -> int:
    number = line.number or ""
    return int(number) if number.isascii() and number.isdigit() else index


def _tax(
    rate: Decimal | None, amount: Decimal | None, base: Decimal | None, invoice: Invoice
) -> dict[str, Any]:
    if amount is None:
        raise CannotSayError("a tax has no amount")
    made: dict[str, Any] = {"taxType": "VAT", "taxAmount": money(amount, invoice.currency)}
    if rate is not None:
        made["taxRate"] = format(rate, "f")
    if base is not None:
        made["taxableAmount"] = money(base, invoice.currency)
    return made


def _extras(told: tuple[AllowanceCharge, ...], invoice: Invoice) -> dict[str, Any]:
    """Allowances and charges, of the invoice or of a line."""
    allowances, charges = [], []
    for one in told:
        if one.amount is None:
            raise CannotSayError("an allowance or charge has no amount")
        amount = money(one.amount, invoice.currency)
        words = {"description": one.reason} if one.reason else {}
        if one.kind == "allowance":
            allowances.append({"type": "Discount", "allowanceAmount": amount, **words})
        else:
            kind = "Freight" if one.reason_code == "freight" else "Service"
            charges.append({"type": kind, "chargeAmount": amount, **words})
    made = {"allowanceDetails": allowances, "chargeDetails": charges}
    return {name: value for name, value in made.items() if value}
