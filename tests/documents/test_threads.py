"""What is said about one order, compared: cases as data (threads.yaml), and laws."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.documents import DespatchAdvice, Invoice
from gateway.documents.threads import (
    FAILED,
    GRACE,
    STATES,
    Entry,
    Rules,
    Thread,
    compare,
    orders_of,
    written,
)
from gateway.pipeline.states import State
from tests.documents.thread_kit import NUMBER, START, Case, cases, document, entry

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_cases(case: Case) -> None:
    thread = case.thread()
    got = {
        "state": thread.state,
        "findings": [one.key for one in thread.findings],
        "waiting": [one.key for one in thread.waiting],
        "lines": {
            line.name: [
                written(quantity)
                for quantity in (line.ordered, line.confirmed, line.shipped, line.invoiced)
            ]
            for line in thread.lines
        },
        "not_counted": {
            each.entry.message: each.why_not for each in thread.documents if each.why_not
        },
    }
    assert {name: got[name] for name in case.expected} == case.expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_order_of_arrival_at_the_comparison_does_not_matter(case: Case) -> None:
    forwards = case.thread()
    assert case.thread(reversed(case.entries)) == forwards
    assert case.thread([*case.entries[1:], case.entries[0], *case.entries]) == forwards


def test_every_sentence_names_its_facts() -> None:
    found = [one for case in CASES for one in case.thread().findings]
    assert {one.problem.code for one in found} == {
        "A201", "A202", "A203", "A204", "A205", "A206", "A207", "A208", "A209", "A210",
    }  # fmt: skip
    for one in found:
        assert "?" not in one.problem.sentence + one.problem.remedy, one.problem.sentence
        assert "Decimal" not in one.problem.sentence


def test_a_sentence_says_what_was_there_and_what_would_be_right() -> None:
    said = {case.name[:4]: case.thread().findings for case in CASES if case.name[:2] == "A2"}
    assert said["A204"][0].problem.sentence == (
        "Order PO-1, line 2: 5 piece invoiced (invoice I-1), but only 0 piece shipped"
    )
    assert said["A207"][0].problem.sentence == (
        "Order PO-1, line 1: invoice I-1 asks 0.335 EUR, ordered was 0.33 EUR: "
        "0.5 EUR more over the whole line"
    )


def test_a_thread_is_looked_at_again_when_the_grace_of_a_finding_ends() -> None:
    entries = [entry(1, {"order": ["1 10 piece"]}), entry(2, {"invoice": ["1 10 piece"]})]
    exchanged = frozenset({"order", "despatch", "invoice"})
    before = compare(NUMBER, entries, Rules(at=entries[1].at, exchanged=exchanged))
    assert (before.state, before.again) == ("invoiced", entries[1].at + GRACE)
    assert before.again is not None
    after = compare(NUMBER, entries, Rules(at=before.again, exchanged=exchanged))
    assert (after.state, after.again) == ("differs", None)


def test_a_document_names_its_orders_wherever_it_can() -> None:
    advice = DespatchAdvice(
        number="DN-1",
        issued=START.date(),
        packages=(
            {"packages": [{"items": [{"quantity": 1, "order": {"number": "PO-2"}}]}]},
            {"items": [{"quantity": 1, "order": {"number": "PO-1", "line": "7"}}]},
            {"items": [{"quantity": 1}]},
        ),
    )
    assert orders_of(advice) == ("PO-2", "PO-1")
    invoice = Invoice(
        number="I-1",
        issued=START.date(),
        order={"number": "PO-9"},
        lines=(
            {"quantity": 1, "order": {"number": "PO-3"}},
            {"quantity": 1, "order": {"line": "4"}},
        ),
    )
    assert orders_of(invoice) == ("PO-9", "PO-3")
    for kind, lines in (("order", ["1 1"]), ("orderresponse", ["1 1"])):
        assert orders_of(document(kind, {kind: lines}, START)) == (NUMBER,)
    assert orders_of(Invoice(number="I-2", issued=START.date())) == ()


def test_the_states_that_do_not_count_are_states() -> None:
    assert set(State) >= FAILED
    assert all(len(state) <= 16 for state in STATES)


# ---- laws -------------------------------------------------------------------------------------

_LINES = st.sampled_from(["1", "2", "3", "x"])
_ARTICLES = st.sampled_from(["", " gtin=4000000000013", " supplier_item=S1", " buyer_item=B2"])
_TEXTS = st.builds(
    lambda line, many, unit, article: f"{line} {many} {unit}{article}",
    _LINES,
    st.integers(0, 30),
    st.sampled_from(["piece", "carton"]),
    _ARTICLES,
)
_GIVEN = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["order", "orderresponse", "despatch", "invoice"]),
        "lines": st.lists(_TEXTS, min_size=1, max_size=4),
        "number": st.sampled_from(["N-1", "N-2", "N-3"]),
        "after": st.integers(0, 60),
        "state": st.sampled_from(["delivered", "mapped", "acknowledged", "refused"]),
        "function": st.sampled_from([None, "original", "change", "cancellation", "copy"]),
    }
)


def _entry(ordinal: int, given: dict[str, object]) -> Entry:
    data = {name: value for name, value in given.items() if name not in ("kind", "lines")}
    kind = str(given["kind"])
    if kind == "order":
        data.pop("number")
    return entry(ordinal, {kind: given["lines"], **data})


_ENTRIES = st.lists(_GIVEN, max_size=7).map(
    lambda given: [_entry(ordinal, each) for ordinal, each in enumerate(given, start=1)]
)


def _compare(entries: list[Entry], hours: int = 40) -> Thread:
    exchanged = frozenset({"order", "orderresponse", "despatch", "invoice"})
    return compare(NUMBER, entries, Rules(at=START + timedelta(hours=hours), exchanged=exchanged))


@given(st.data(), _ENTRIES)
def test_any_permutation_gives_the_same_thread(data: st.DataObject, entries: list[Entry]) -> None:
    assert _compare(data.draw(st.permutations(entries))) == _compare(entries)


@given(_ENTRIES)
def test_the_lines_add_up_to_what_the_documents_say(entries: list[Entry]) -> None:
    thread = _compare(entries)
    alive = [each.entry.document for each in thread.documents if not each.why_not]
    shipped: Counter[str] = Counter()
    for one in alive:
        if isinstance(one, DespatchAdvice):
            for item in one.packages[0].items:
                shipped[str(item.unit)] += item.quantity  # type: ignore[assignment]
    summed: Counter[str] = Counter()
    for line in thread.lines:
        for quantity in line.shipped:
            summed[str(quantity.unit)] += quantity.value  # type: ignore[assignment]
    assert +summed == +shipped


@given(_ENTRIES, st.integers(0, 100))
def test_a_finding_waits_or_counts_and_never_both(entries: list[Entry], hours: int) -> None:
    thread = _compare(entries, hours)
    ripe, waiting = ({one.key for one in some} for some in (thread.findings, thread.waiting))
    assert not ripe & waiting
    assert (thread.again is None) == (not waiting)
    assert (thread.state == "differs") == bool(ripe)
    assert {one.key for one in _compare(entries, 1000).findings} == ripe | waiting


@given(st.integers(1, 50), st.integers(1, 9))
def test_parts_that_sum_up_are_as_good_as_the_whole(many: int, parts: int) -> None:
    order = entry(1, {"order": [f"1 {many * parts} piece @2.50"]})
    despatches = [
        entry(2 + part, {"despatch": [f"1 {many} piece"], "number": f"DN-{part}"})
        for part in range(parts)
    ]
    invoices = [
        entry(20 + part, {"invoice": [f"1 {many} piece @2.50"], "number": f"I-{part}"})
        for part in range(parts)
    ]
    thread = _compare([order, *despatches, *invoices], 1000)
    assert (thread.state, thread.findings) == ("complete", ())
    assert thread.lines[0].invoiced[0].value == Decimal(many * parts)


def test_a_thread_of_nothing_is_open() -> None:
    thread = _compare([])
    assert (thread.state, thread.lines, thread.findings) == ("open", (), ())


def test_many_documents_about_many_lines_take_no_more_than_their_number() -> None:
    """Quadratic would be minutes; a second is plenty on a slow machine under load."""
    lines = [f"{number} 10 piece @2" for number in range(1, 31)]
    parts = [
        entry(10 * part + place, {kind: lines, "number": f"N-{part}"})
        for part in range(1, 81)
        for place, kind in enumerate(("despatch", "invoice"))
    ]
    order = entry(1, {"order": [line.replace(" 10 ", " 800 ") for line in lines]})
    began = process_time()
    thread = _compare([order, *parts], 10_000)
    assert process_time() - began < 5
    assert thread.state == "complete"
