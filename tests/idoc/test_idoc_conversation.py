"""Orders go to the file port of a SAP; what it posted and what not comes back later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from gateway.documents import Order
from gateway.grammar.idoc.control import Stamp
from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.idoc.status import read_statuses
from gateway.mapping import CompiledMap
from tests.idoc.fakesap import FakeSap
from tests.maps.golden import repository


@pytest.fixture(scope="module")
def orders() -> CompiledMap:
    compiled, problems = repository().load("idoc/order.map")
    assert compiled is not None, problems
    return compiled


@pytest.fixture
def sap(tmp_path: Path, idoc: Callable[..., IdocFormat]) -> FakeSap:
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    known = frozenset(("ART-1", "ART-2"))
    return FakeSap(tmp_path, idoc("ORDERS05"), idoc("ALEAUD01"), known, frozenset(("0000004711",)))


def order(number: str, customer: str, article: str) -> Order:
    return Order.model_validate({
        "number": number, "issued": date(2026, 11, 20), "currency": "EUR",
        "buyer": {"name": "acme-retail", "supplier_number": customer},
        "lines": [{"number": "10", "supplier_item": article, "quantity": "1", "unit": "piece"}],
    })  # fmt: skip


def test_sap_posts_some_and_says_why_not_the_others(
    sap: FakeSap, orders: CompiledMap, idoc: Callable[..., IdocFormat]
) -> None:
    sent = [order("PO-1", "4711", "ART-1"), order("PO-2", "4711", "ART-9"),
            order("PO-3", "815", "ART-2")]  # fmt: skip
    by_docnum: dict[str, str] = {}
    for docnum, document in enumerate(sent, start=5001):
        record, problems = orders.write(document)
        assert problems == []
        data, problems = orders.layout.stamped(Stamp(docnum)).write([record])
        assert problems == []
        (sap.port / "in" / f"order_{docnum}.idoc").write_bytes(data)
        by_docnum[str(docnum)] = document.number
    sap.take()
    assert list((sap.port / "out").iterdir()) == []  # taken is not posted
    sap.post()
    answer = (sap.port / "out" / "aleaud.idoc").read_bytes()
    statuses, problems = read_statuses(idoc("ALEAUD01").idocs(answer)[0])
    assert problems == []
    assert [(by_docnum[one.docnum], one.posted, one.text, one.made) for one in statuses] == [
        ("PO-1", True, "Sales order 0000012000 has been saved", "0000012000"),
        ("PO-2", False, "Material ART-9 is not defined", ""),
        ("PO-3", False, "Customer 0000000815 does not exist", ""),
    ]
    assert sap.posted == {"PO-1": "0000012000"}
