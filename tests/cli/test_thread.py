"""`gateway threads` and `gateway thread`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from gateway.config import load_workspace
from gateway.store import Store
from tests.documents.thread_kit import document
from tests.watch.test_threads import store as put

Run = Callable[..., Result]
LONG_AGO = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
GIVEN = (
    {"order": ["1 10 piece @2.00 gtin=4000000000013", "2 5 piece @1.00"]},
    {"orderresponse": ["1 10 piece @2.00", "2 4 piece @1.00"]},
    {"despatch": ["1 10 piece"]},
    {"despatch": ["1 10 piece", "2 4 piece"]},
    {"invoice": ["1 10 piece @2.20", "2 4 piece @1.00"]},
)


@pytest.fixture
def threaded(shop: Path) -> Path:
    """A workspace with one order that is not as it should be, and one of today."""
    workspace, _ = load_workspace(shop)
    assert workspace is not None
    opened = Store.open(workspace.database, workspace.archive)
    with opened.write() as connection:
        for hours, given in enumerate(GIVEN):
            at = LONG_AGO + timedelta(hours=hours)
            made = document(next(iter(given)), given, at)  # type: ignore[arg-type]
            put(connection, made, "acme-retail", at)
        now = datetime.now(UTC)
        for given in ({"order": ["1 3 piece"]}, {"invoice": ["1 3 piece"]}):
            made = document(next(iter(given)), {**given, "about": "PO-2"}, now)
            put(connection, made, "acme-retail", now)
        put(connection, made, "northwind", now)
    opened.close()
    return shop


def test_the_list(run: Run, threaded: Path) -> None:
    shown = run("-w", threaded, "threads").stdout.splitlines()
    assert shown[0].split() == ["Order", "Partner", "State", "Documents", "Since", "State", "since"]
    assert [line.split()[:2] for line in shown[1:]] == [
        ["PO-2", "northwind"],
        ["PO-2", "acme-retail"],
        ["PO-1", "acme-retail"],
    ]
    found = json.loads(run("-w", threaded, "threads", "--partner", "northwind", "--json").stdout)
    assert [(row["order"], row["state"], row["documents"]) for row in found] == [
        ("PO-2", "open", 1)
    ]
    assert run("-w", threaded, "threads", "--state", "complete").stdout == "no threads fit\n"
    assert run("-w", threaded, "threads", "--state", "odd").exit_code == 2


def test_an_order_with_all_its_documents(run: Run, threaded: Path) -> None:
    result = run("-w", threaded, "thread", "PO-1")
    assert result.exit_code == 1
    text = " ".join(result.stdout.split())
    assert "order PO-1 of acme-retail: differs" in text
    assert "DN-1 delivered 3 does not count: replaced by 4" in text
    assert "1 4000000000013 10 piece 10 piece 10 piece 10 piece 2 EUR" in text
    assert "2.2 EUR !" in text
    assert "5 piece 4 piece ~ 4 piece 4 piece" in text
    assert "error[A207]: Order PO-1, line 1 (4000000000013): invoice I-1 asks 2.2 EUR" in text
    assert "gateway message 5" in text


def test_an_order_as_json(run: Run, threaded: Path) -> None:
    (found,) = json.loads(run("-w", threaded, "thread", "PO-1", "--json").stdout)
    assert (found["order"], found["partner"], found["state"]) == ("PO-1", "acme-retail", "differs")
    assert [each["why_not"] for each in found["documents"]] == [
        None, None, "replaced by 4", None, None,
    ]  # fmt: skip
    first = found["lines"][0]
    assert first["shipped"] == [{"quantity": "10", "unit": "piece"}]
    assert first["invoiced_prices"] == [{"price": "2.20", "currency": "EUR", "unit": None}]
    (finding,) = found["findings"]
    assert (finding["code"], finding["line"], finding["column"]) == ("A207", "1", "price")
    assert finding["message"] == 5


def test_what_may_still_come_is_shown_as_waiting(run: Run, threaded: Path) -> None:
    result = run("-w", threaded, "thread", "PO-2", "--partner", "acme-retail")
    assert result.exit_code == 0
    assert "waits until" in result.stdout
    assert "for which there is no despatch advice" in result.stdout
    both = run("-w", threaded, "thread", "PO-2").stdout
    assert "of acme-retail" in both
    assert "of northwind" in both


def test_an_order_that_nobody_knows(run: Run, threaded: Path) -> None:
    result = run("-w", threaded, "thread", "PO-9", "--partner", "acme-retail")
    assert result.exit_code == 2
    assert "no document refers to an order PO-9 of acme-retail" in result.stderr
