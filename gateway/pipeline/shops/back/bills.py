"""An invoice or credit note of the ERP as what a shop's orders get: once for each order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Literal

from gateway.config.shops import Shop
from gateway.documents import Invoice
from gateway.pipeline.shops.back.order import Ordered
from gateway.pipeline.shops.back.told import Bill, Planned, key_of
from gateway.problems import Problem, problem

CREDIT = ("credit_note", "self_billed_credit_note")


def bills(
    shop: Shop, invoice: Invoice, found: Sequence[Ordered]
) -> tuple[list[Planned], list[Problem]]:
    """What a shop is to be handed for each order (W420)."""
    totals = invoice.totals
    total = None if totals is None else totals.gross if totals.gross is not None else totals.payable
    if total is None:
        return [], [problem("W420", number=invoice.number)]
    tax = totals.tax if totals is not None and totals.tax is not None else None
    tax = None if tax is None else abs(tax)
    issued = datetime.combine(invoice.issued, time(12), UTC)
    kind: Literal["invoice", "credit_note"]
    kind = "credit_note" if invoice.kind in CREDIT else "invoice"
    planned = []
    for one in found:
        row = one.row
        currency = invoice.currency or row.currency
        external = one.order.external_id if one.order is not None else row.external_id
        key = key_of(kind, shop.shop, row.external_id, invoice.number)
        named = (key, external, invoice.number, row.number)
        bill = Bill(*named, issued, kind, abs(total), currency, tax)
        name = f"{kind.replace('_', ' ')} {invoice.number} of order {row.number}"
        planned.append(Planned(shop.shop, bill, name, row.external_id, row.number))
    return planned, []
