"""Hypothesis strategies for canonical documents, shared by the tests.

``documents("order")`` draws full documents: every field of the model may be present. What one
format cannot carry is taken away by the test (see ``tests/maps/fields.py``), not here. Texts are
such that every format can hold them: short, printable, no blanks at the ends.

``drawn("order", 20)`` gives documents that were drawn once in this process, for laws that hold for
many maps: to draw a document takes four times as long as to write and read it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.documents import DOCUMENTS, Document
from tests.strategies.despatch import despatch, inventory, receipt
from tests.strategies.invoice import invoice
from tests.strategies.order import order, orderchange, orderresponse, refund
from tests.strategies.trade import catalogue, partyinformation, remittance, sales
from tests.strategies.values import identifiers

__all__ = ["data", "documents", "drawn", "identifiers"]

_DATA = {
    "order": order, "orderchange": orderchange, "orderresponse": orderresponse,
    "despatch": despatch, "receipt": receipt, "inventory": inventory, "invoice": invoice,
    "remittance": remittance, "sales": sales, "catalogue": catalogue, "parties": partyinformation,
    "refund": refund,
}  # fmt: skip


def data(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Fields of a document of this kind."""
    return _DATA[kind]


def documents(kind: str) -> st.SearchStrategy[Document]:
    """Documents of this kind."""
    return data(kind).map(DOCUMENTS[kind].model_validate)


@cache
def drawn(kind: str, count: int) -> tuple[dict[str, Any], ...]:
    """Fields of so many documents of this kind, the simplest among them; not to be changed."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=count, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(data(kind))
    def draw(one: dict[str, Any]) -> None:
        found.append(one)

    draw()
    return tuple(found[:count])
