"""Threads in the store, their comparison by the duty, and their alarms."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from gateway.documents import Document
from gateway.documents.threads import FAILED, STATES, orders_of
from gateway.pipeline.house import House
from gateway.pipeline.watch import threads as watch
from gateway.store import NewMessage, Store, alarms, contents, messages, threads
from gateway.store.tables import message
from gateway.store.threads import Linked
from tests.documents.thread_kit import START, document
from tests.pipeline.world import ACME, Clock, make
from tests.tables import make_tables

PARTNER = ACME.replace(
    "  - {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008}",
    "  - {document: invoice, direction: outbound, standard: EDIFACT D.96A EAN008,"
    " checks: {totals_within: 0.50}}\n"
    "  - {document: despatch, direction: outbound, standard: EDIFACT D.96A EAN007}\n"
    "  - {document: orderresponse, direction: outbound, standard: EDIFACT D.96A EAN008,"
    " mode: test}",
)
ORDER = {"order": ["1 10 piece @2.00", "2 5 piece @1.00"]}
DESPATCH = {"despatch": ["1 10 piece", "2 5 piece"]}
INVOICE = {"invoice": ["1 10 piece @2.00", "2 5 piece @1.00"]}


class Watched:
    """A house with documents in it, and the duty."""

    def __init__(self, root: Path, url: str | None = None) -> None:
        self.clock = Clock(START)
        workspace = make(root, {"partners/acme-retail/partner.yaml": PARTNER})
        url = url or make_tables(f"sqlite:///{root}/g.db")
        self.store = Store.open(url, workspace.archive, clock=self.clock)
        self.house = House(workspace, None, self.clock, store=self.store)  # type: ignore[arg-type]

    def put(self, given: dict[str, Any], partner: str = "acme-retail", **more: Any) -> int:
        """A document is stored and linked in one transaction, as the steps do."""
        kind = next(iter(given))
        made = document(kind, given, self.clock())
        with self.store.write() as connection:
            return store(connection, made, partner, self.clock(), **more)

    def refresh(self, **hours: float) -> None:
        self.clock.forward(**hours)
        watch.refresh(self.house)

    def state(self, number: str = "PO-1") -> str:
        with self.store.read() as connection:
            (row,) = threads.named(connection, number)
        return row.state

    def alarms(self) -> list[str]:
        with self.store.read() as connection:
            return sorted(one.key for one in alarms.open_alarms(connection))


def store(connection: Connection, made: Document, partner: str, at: Any, **more: Any) -> int:
    body = made.to_json().encode()
    contents.put(connection, [body])
    row = NewMessage(
        kind="document",
        direction="out",
        state=more.pop("state", "delivered"),
        partner=partner,
        document=made.name,
        number=str(getattr(made, "number", None) or ""),
        content=contents.sha_of(body),
        **more,
    )
    (id_,) = messages.add(connection, [row], at)
    threads.link(connection, at, [Linked(id_, partner, made.name, orders_of(made))])
    return id_


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    opened = Watched(tmp_path)
    yield opened
    opened.store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    url = request.getfixturevalue("postgres_ready") if request.param == "postgresql" else None
    opened = Watched(tmp_path, url)
    yield opened
    opened.store.close()


# ---- the duty ---------------------------------------------------------------------------------


def test_an_order_goes_its_way(either: Watched) -> None:
    seen = []
    for given in (ORDER, DESPATCH, INVOICE):
        either.put(given)
        either.refresh(hours=1)
        seen.append(either.state())
    assert seen == ["open", "shipped", "complete"]
    assert either.alarms() == []


def test_a_finding_is_an_alarm_and_ends_with_it(either: Watched) -> None:
    either.put(ORDER)
    either.put({"despatch": ["1 12 piece"]})
    either.refresh(hours=1)
    assert either.state() == "differs"
    (key,) = either.alarms()
    assert key.startswith("thread:")
    assert key.endswith(":A206:1")
    with either.store.read() as connection:
        (alarm,) = alarms.open_alarms(connection)
    assert alarm.partner == "acme-retail"
    assert alarm.found.sentence == (
        "Order PO-1, line 1: 12 piece shipped (despatch DN-1), but 10 piece ordered"
    )
    either.put({"despatch": ["1 10 piece"]})  # a new version of it
    either.refresh(hours=1)
    assert (either.state(), either.alarms()) == ("shipped", [])


def test_what_may_still_come_is_waited_for(watched: Watched) -> None:
    watched.put(ORDER)
    watched.put(INVOICE)
    watched.refresh(hours=1)
    assert (watched.state(), watched.alarms()) == ("invoiced", [])
    watched.refresh(hours=22)
    assert watched.alarms() == []
    watched.refresh(hours=1)
    assert watched.state() == "differs"
    assert [key.split(":")[2] for key in watched.alarms()] == ["A201"]
    watched.put(DESPATCH)
    watched.refresh(hours=1)
    assert (watched.state(), watched.alarms()) == ("complete", [])


def test_an_alarm_is_counted_again_only_when_its_facts_change(watched: Watched) -> None:
    watched.put(ORDER)
    watched.put({"despatch": ["1 12 piece"]})
    watched.refresh(hours=1)
    watched.put({"invoice": ["1 10 piece @2.00"]})
    watched.refresh(hours=1)
    with watched.store.read() as connection:
        (alarm,) = alarms.open_alarms(connection)
    assert alarm.times == 1
    watched.put({"despatch": ["1 13 piece"]})
    watched.refresh(hours=1)
    with watched.store.read() as connection:
        (alarm,) = alarms.open_alarms(connection)
    assert (alarm.times, alarm.found.facts["quantity"]) == (2, "13 piece")


def test_the_tolerance_is_the_one_of_the_agreement_about_invoices(watched: Watched) -> None:
    watched.put(ORDER)
    watched.put(DESPATCH)
    watched.put({"invoice": ["1 10 piece @2.05", "2 5 piece @1.00"]})
    watched.refresh(hours=1)
    assert watched.state() == "complete"
    watched.put({"invoice": ["1 10 piece @2.06", "2 5 piece @1.00"]})
    watched.refresh(hours=1)
    assert [key.split(":", 2)[2] for key in watched.alarms()] == ["A207:I-1:1"]


def test_only_live_agreements_let_a_document_be_missed(watched: Watched) -> None:
    rules = watch.rules_of(watched.house.workspace, "acme-retail", START)
    assert rules.exchanged == {"order", "invoice", "despatch"}
    assert watch.rules_of(watched.house.workspace, "gone", START).exchanged == frozenset()


def test_a_document_that_is_refused_later_does_not_count_any_more(watched: Watched) -> None:
    watched.put(ORDER)
    id_ = watched.put({"despatch": ["1 12 piece"]})
    watched.refresh(hours=1)
    assert watched.state() == "differs"
    with watched.store.write() as connection:
        row = messages.get(connection, id_)
        assert row is not None
        messages.change(connection, row, "refused", watched.clock(), "by the partner")
        threads.touch(connection, watched.clock(), message.c.id == id_)
    watched.refresh(hours=1)
    assert (watched.state(), watched.alarms()) == ("open", [])


def test_a_replay_stands_where_the_row_stood_that_it_repeats(watched: Watched) -> None:
    first = watched.put({"order": ["1 10 piece"]})
    watched.clock.forward(hours=1)
    watched.put({"order": ["1 12 piece"], "function": "replacement"})
    watched.clock.forward(hours=1)
    again = watched.put({"order": ["1 11 piece"]}, replay_of=first)
    with watched.store.read() as connection:
        (row,) = threads.named(connection, "PO-1")
        seen = watch.view(connection, watched.house.workspace, row, watched.clock())
    assert seen.thread is not None
    assert str(seen.thread.lines[0].ordered[0]) == "12 piece"
    assert [one.message for one in seen.documents] == [first, first + 1, again]


def test_an_invoice_about_two_orders_belongs_to_both_threads(watched: Watched) -> None:
    invoice = document("invoice", {"invoice": ["1 3 piece @2", "1 4 piece @2"]}, START)
    lines = [
        {**line.to_data(), "order": {"number": number, "line": "1"}}
        for line, number in zip(invoice.lines, ("PO-1", "PO-2"), strict=True)  # type: ignore[attr-defined]
    ]
    both = type(invoice).model_validate({**invoice.to_data(), "order": None, "lines": lines})
    with watched.store.write() as connection:
        store(connection, both, "acme-retail", START)
        for number in ("PO-1", "PO-2"):
            order = document("order", {"order": ["1 4 piece @2"], "about": number}, START)
            store(connection, order, "acme-retail", START)
    watched.refresh(hours=1)
    with watched.store.read() as connection:
        for number, quantity in (("PO-1", "3 piece"), ("PO-2", "4 piece")):
            (row,) = threads.named(connection, number)
            seen = watch.view(connection, watched.house.workspace, row, watched.clock())
            assert seen.thread is not None
            assert [str(one) for one in seen.thread.lines[0].invoiced] == [quantity]


def test_too_many_documents_are_not_compared(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "MOST_DOCUMENTS", 2)
    for number in ("DN-1", "DN-2", "DN-3"):
        watched.put({**DESPATCH, "number": number})
    watched.refresh(hours=1)
    assert watched.state() == "differs"
    assert [key.split(":", 2)[2] for key in watched.alarms()] == ["A211:size"]


def test_a_document_that_is_not_kept_any_more_ends_the_comparison(watched: Watched) -> None:
    watched.put(ORDER)
    watched.put({"despatch": ["1 12 piece"]})
    watched.refresh(hours=1)
    assert watched.state() == "differs"
    with watched.store.write() as connection:
        connection.execute(text("DELETE FROM content"))
    watched.put(INVOICE, state="refused")
    with watched.store.write() as connection:
        connection.execute(text("DELETE FROM content"))
    watched.refresh(hours=1)
    assert watched.alarms() == []
    with watched.store.read() as connection:
        (row,) = threads.named(connection, "PO-1")
        assert row.due is None
        assert watch.view(connection, watched.house.workspace, row, START).thread is None


def test_a_name_of_any_length_fits_into_the_key_of_an_alarm(watched: Watched) -> None:
    article = "S" * 400
    watched.put({"order": ["1 10 piece"]})
    watched.put({"despatch": [f"x 1 piece supplier_item={article}A"]})
    watched.put({"despatch": [f"x 1 piece supplier_item={article}B"], "number": "DN-2"})
    watched.refresh(hours=1)
    assert len(watched.alarms()) == 2
    assert all(len(key) <= 250 for key in watched.alarms())


def test_nothing_is_written_when_nothing_is_due(watched: Watched) -> None:
    watched.put(ORDER)
    watched.refresh(hours=1)
    steps: list[str] = []
    watched.store.checkpoint = steps.append
    watched.refresh(hours=1)
    assert steps == []


def test_many_are_compared_in_bounded_batches(watched: Watched) -> None:
    with watched.store.write() as connection:
        for number in range(2 * watch.BATCH + 5):
            made = document("order", {**ORDER, "about": f"PO-{number}"}, START)
            store(connection, made, "acme-retail", START)
    steps: list[str] = []
    watched.store.checkpoint = steps.append
    watched.refresh(hours=1)
    assert steps.count("threads: committed") == 3
    with watched.store.read() as connection:
        assert not threads.any_due(connection, watched.clock())


# ---- the rows ---------------------------------------------------------------------------------


def test_linking_again_changes_nothing_but_makes_due(either: Watched) -> None:
    id_ = either.put(ORDER)
    either.refresh(hours=1)
    either.clock.forward(hours=1)
    with either.store.write() as connection:
        linked = Linked(id_, "acme-retail", "order", ("PO-1", "PO-1", "PO-2"))
        threads.link(connection, either.clock(), [linked, linked])
        threads.link(connection, either.clock(), [replace(linked, partner="")])
        threads.link(connection, either.clock(), [replace(linked, orders=())])
    with either.store.read() as connection:
        rows = threads.find(connection)
        assert [(row.number, row.due) for row in rows] == [
            ("PO-2", either.clock()),
            ("PO-1", either.clock()),
        ]
        assert rows[1].created == START
        assert threads.sizes(connection, [row.id for row in rows]) == {row.id: 1 for row in rows}


def test_what_is_linked_during_a_comparison_is_compared_again(either: Watched) -> None:
    either.put(ORDER)
    with either.store.write() as connection:
        (claimed,) = threads.claim(connection, either.clock(), 9)
        assert threads.claim(connection, either.clock(), 9) == []
    either.put(DESPATCH)
    with either.store.write() as connection:
        assert not threads.settle(connection, claimed, "open", either.clock(), None)
        (claimed,) = threads.claim(connection, either.clock(), 9)
        assert threads.settle(connection, claimed, "shipped", either.clock(), None)
        assert threads.claim(connection, either.clock(), 9) == []
    assert either.state() == "shipped"


def test_a_claim_of_a_machine_that_died_ends(watched: Watched) -> None:
    watched.put(ORDER)
    with watched.store.note() as connection:
        assert len(threads.claim(connection, watched.clock(), 9)) == 1
    watched.clock.forward(seconds=61)
    with watched.store.note() as connection:
        assert len(threads.claim(connection, watched.clock(), 9)) == 1


def test_the_lists(either: Watched) -> None:
    for number in ("PO-1", "PO-3", "PO-2"):
        either.put({**ORDER, "about": number})
    either.put({**ORDER, "about": "PO-1"}, partner="northwind")
    either.put({"despatch": ["1 12 piece"], "about": "PO-3"})
    either.refresh(hours=1)

    def found(**wanted: Any) -> list[tuple[str, str]]:
        with either.store.read() as connection:
            return [(row.number, row.partner[0]) for row in threads.find(connection, **wanted)]

    assert found() == [("PO-1", "n"), ("PO-2", "a"), ("PO-3", "a"), ("PO-1", "a")]
    assert found(state="differs") == [("PO-3", "a")]
    assert found(partner="acme-retail") == [("PO-3", "a"), ("PO-2", "a"), ("PO-1", "a")]
    assert found(partner="acme-retail", state="open") == [("PO-2", "a"), ("PO-1", "a")]
    assert found(limit=1) == [("PO-1", "n")]
    with either.store.read() as connection:
        assert [row.partner for row in threads.named(connection, "PO-1")] == [
            "acme-retail",
            "northwind",
        ]
        assert len(threads.named(connection, "PO-1", "northwind")) == 1


def test_two_machines_that_link_the_same_threads_wait_for_each_other(
    tmp_path: Path, postgres_ready: str
) -> None:
    watched = Watched(tmp_path, postgres_ready)
    numbers = [f"PO-{number}" for number in range(40)]
    with watched.store.write() as connection:
        ids = [
            messages.add(
                connection, [NewMessage(kind="document", direction="out", state="x")], START
            )[0]
            for _ in range(8)
        ]
    failures: list[BaseException] = []
    start = threading.Barrier(5)

    def link(id_: int, order: Sequence[str]) -> None:
        try:
            start.wait(30)
            for _ in range(10):
                with watched.store.write() as connection:
                    linked = Linked(id_, "acme-retail", "order", tuple(order))
                    threads.link(connection, watched.clock(), [linked])
                    threads.touch(connection, watched.clock(), message.c.id == id_)
        except BaseException as failure:
            failures.append(failure)

    def compare() -> None:
        try:
            start.wait(30)
            for _ in range(20):
                with watched.store.note() as connection:
                    claimed = threads.claim(connection, watched.clock(), 30)
                with watched.store.write() as connection:
                    for row in claimed:
                        threads.settle(connection, row, "open", watched.clock(), START)
        except BaseException as failure:
            failures.append(failure)

    workers = [
        threading.Thread(target=link, args=(id_, order))
        for id_, order in zip(
            ids, (numbers, numbers[::-1], numbers[10:], numbers[::2]), strict=False
        )
    ]
    workers.append(threading.Thread(target=compare))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert failures == []
    with watched.store.read() as connection:
        rows = threads.find(connection, limit=99)
        assert {row.number for row in rows} == set(numbers)
        assert all(row.due is not None for row in rows)
        sizes = threads.sizes(connection, [row.id for row in rows])
        assert sum(sizes.values()) == 40 + 40 + 30 + 20
    watched.store.close()


# ---- indexes ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """100,000 threads of two documents each."""
    root = tmp_path_factory.mktemp("full")
    opened = Store.open(f"sqlite:///{root}/g.db", root / "archive")
    states = ", ".join(f"({at}, '{state}')" for at, state in enumerate(STATES))
    count = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)"
    at = "2026-03-02T09:00:00.000000Z"
    fill = {
        200_000: "INSERT INTO message (id, kind, direction, state, created, updated)"
        f" {count} SELECT i, 'document', 'out', 'delivered', '{at}', '{at}' FROM n",
        100_000: "INSERT INTO thread (id, partner, number, state, due, created, updated)"
        f" {count}, s(at, state) AS (VALUES {states})"
        " SELECT i, 'partner-' || (i % 7), printf('PO-%07d', i), state,"
        f" CASE WHEN i % 100 = 0 THEN '{at}' END, '{at}', '{at}'"
        f" FROM n JOIN s ON s.at = i % {len(STATES)}",
        200_001: "INSERT INTO thread_document (thread, message, document)"
        f" {count} SELECT i / 2, i, 'order' FROM n WHERE i BETWEEN 2 AND 200000",
    }
    with opened.write() as connection:
        for many, statement in fill.items():
            connection.execute(text(statement), {"many": many})
    yield opened
    opened.close()


QUESTIONS = {
    "by number": (lambda c: threads.named(c, "PO-0050000"), "ix_thread_number"),
    "by number and partner": (
        lambda c: threads.named(c, "PO-0050000", "partner-6"),
        "(partner=?",
    ),
    "newest": (lambda c: threads.find(c, limit=50), "SCAN thread"),
    "by state": (lambda c: threads.find(c, state="differs", limit=50), "ix_thread_state"),
    "by partner": (
        lambda c: threads.find(c, partner="partner-3", limit=50),
        "(partner=?",
    ),
    "by both": (
        lambda c: threads.find(c, state="differs", partner="partner-3", limit=50),
        "ix_thread_partner",
    ),
    "anything due": (lambda c: threads.any_due(c, START), "ix_thread_due"),
    "claim": (lambda c: threads.claim(c, START, 50), "ix_thread_due"),
    "documents": (lambda c: threads.documents_of(c, [5, 70_000]), "sqlite_autoindex"),
    "sizes": (lambda c: threads.sizes(c, [5, 70_000]), "sqlite_autoindex"),
    "touch": (lambda c: threads.touch(c, START, message.c.id == 77), "ix_thread_document_message"),
    "link": (
        lambda c: threads.link(c, START, [Linked(2, "partner-1", "order", ("PO-1", "PO-2"))]),
        None,
    ),
}


def test_every_question_is_answered_by_an_index(full: Store) -> None:
    """In one test: with several, each process that runs some of them would fill a database."""
    for question, (ask, index) in QUESTIONS.items():
        plans = _plans(full, ask)
        if index is not None:
            assert index in str(plans), (question, plans)
        if question != "newest":
            assert not [plan for plan in plans if plan.startswith("SCAN")], (question, plans)
        sorted_by_hand = [plan for plan in plans if "TEMP B-TREE FOR ORDER BY" in plan]
        assert not sorted_by_hand, (question, plans)


def _plans(full: Store, ask: Callable[[Connection], object]) -> list[str]:
    plans: list[str] = []

    def explain(connection: Connection, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "UPDATE")):
            rows = connection.connection.cursor()
            rows.execute(f"EXPLAIN QUERY PLAN {statement}", given[0] if _[1] else given)
            plans.extend(row[3] for row in rows.fetchall())

    with full.engine.connect() as connection:
        event.listen(connection, "before_cursor_execute", explain)
        ask(connection)
        connection.rollback()
    return plans


def test_a_state_that_does_not_count_is_not_a_state_of_threads() -> None:
    assert not FAILED & set(STATES)
