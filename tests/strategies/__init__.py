"""Hypothesis strategies for canonical documents, shared by the tests.

``documents("order")`` draws full documents: every field of the model may be present. What one
format cannot carry is taken away by the test (see ``tests/maps/fields.py``), not here. Texts are
such that every format can hold them: short, printable, no blanks at the ends.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from gateway.documents import DOCUMENTS, Document
from tests.strategies.despatch import despatch, inventory, receipt
from tests.strategies.invoice import invoice
from tests.strategies.order import order, orderchange, orderresponse
from tests.strategies.trade import catalogue, partyinformation, remittance, sales
from tests.strategies.values import identifiers

__all__ = ["data", "documents", "identifiers"]

_DATA = {
    "order": order, "orderchange": orderchange, "orderresponse": orderresponse,
    "despatch": despatch, "receipt": receipt, "inventory": inventory, "invoice": invoice,
    "remittance": remittance, "sales": sales, "catalogue": catalogue, "parties": partyinformation,
}  # fmt: skip


def data(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Fields of a document of this kind."""
    return _DATA[kind]


def documents(kind: str) -> st.SearchStrategy[Document]:
    """Documents of this kind."""
    return data(kind).map(DOCUMENTS[kind].model_validate)
