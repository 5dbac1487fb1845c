"""Checks of a document that need no partner: check digits, sums, the pack tree.

A check compares only what is there: an absent total is not wrong. Amounts may differ by a
tolerance (in units of the currency); it counts once per sum, and once per line where lines are
rounded one by one. Nothing is ever corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from gateway.documents.base import Document
from gateway.documents.checks.catalogue import check_catalogue
from gateway.documents.checks.despatch import check_despatch
from gateway.documents.checks.en16931 import check_en16931
from gateway.documents.checks.identifiers import check_digit, identifiers
from gateway.documents.checks.inventory import check_inventory, check_sales
from gateway.documents.checks.invoice import check_invoice
from gateway.documents.checks.order import check_order, check_orderchange
from gateway.documents.checks.orderresponse import check_orderresponse
from gateway.documents.checks.receipt import check_receipt
from gateway.documents.checks.refund import check_refund
from gateway.documents.checks.remittance import check_remittance
from gateway.problems import Problem

__all__ = ["PROFILES", "check", "check_digit"]

_CHECKS: dict[str, Callable[[Any, Decimal], Iterator[Problem]]] = {
    "order": check_order,
    "orderchange": check_orderchange,
    "orderresponse": check_orderresponse,
    "despatch": check_despatch,
    "receipt": check_receipt,
    "invoice": check_invoice,
    "inventory": check_inventory,
    "sales": check_sales,
    "catalogue": check_catalogue,
    "remittance": check_remittance,
    "refund": check_refund,
}
"""Name of the document → its own checks."""


PROFILES: dict[str, tuple[str, Callable[[Any, Decimal], Iterator[Problem]]]] = {
    "en16931": ("invoice", check_en16931),
}
"""Stricter sets of rules, asked for by name → the document they are about, and the checks."""


def check(
    document: Document, tolerance: Decimal = Decimal("0.02"), profile: str = ""
) -> list[Problem]:
    """All findings of a document, V530-V599.

    ``profile``: one of :data:`PROFILES`, or empty for what every partner expects. A profile of
    another document asks nothing more.
    """
    found = list(identifiers(document))
    own = _CHECKS.get(document.name)
    if own is not None:
        found += own(document, tolerance)
    name, more = PROFILES[profile] if profile else ("", None)
    if more is not None and name == document.name:
        found += more(document, tolerance)
    return found
