"""Control numbers: ranges, prefixes, who shares a counter, and that no number comes twice."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from gateway.config.controlnumbers import ControlNumbers
from gateway.pipeline.counters import Numbers, Subject, counters, draw
from gateway.store import Store, numbers
from gateway.store.numbers import LARGEST, NumbersUsedUpError, Span
from tests.tables import make_tables

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
EXAMPLES = int(os.environ.get("GATEWAY_LAW_EXAMPLES", "20"))
PAIR = "edifact OURS > THEIRS live interchange"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    root = tmp_path_factory.mktemp("numbers")
    url = f"sqlite:///{root}/gateway.db"
    make_tables(url)
    opened = Store.open(url, str(root / "archive"))
    yield opened
    opened.close()


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    """One that gives everything back."""
    with pytest.raises(_DoneError), store.write() as connection:
        yield connection
        raise _DoneError


class _DoneError(Exception):
    pass


def subject(document: str = "invoice", standard: str = "edifact", **said: Any) -> Subject:
    wanted = ControlNumbers.model_validate(said)
    return Subject(standard, "OURS", "THEIRS", False, wanted, document, grouped=standard == "x12")


def drawn(connection: Connection, wanted: Subject, times: int = 1) -> list[str]:
    return [draw(connection, wanted, AT).interchange for _ in range(times)]


def test_without_settings_the_counters_are_those_of_before(connection: Connection) -> None:
    numbers.put(connection, PAIR, 4711, AT)
    assert drawn(connection, subject()) == ["000004712"]
    scopes = [one.scope for _, one in counters(subject(standard="x12"))]
    assert scopes == ["x12 OURS > THEIRS live interchange", "x12 OURS > THEIRS live group"]
    assert draw(connection, subject(standard="x12"), AT) == Numbers("000000001", "1")


def test_a_range_begins_ends_and_begins_again(connection: Connection) -> None:
    assert drawn(connection, subject(first=7, last=9), 5) == [
        "000000007", "000000008", "000000009", "000000007", "000000008",
    ]  # fmt: skip


def test_a_range_that_stops_is_said(connection: Connection) -> None:
    wanted = subject(last=1, at_end="stop")
    assert drawn(connection, wanted) == ["000000001"]
    with pytest.raises(NumbersUsedUpError, match=r"1 was the last one.*at_end: stop"):
        draw(connection, wanted, AT)


def test_a_range_made_narrower_does_not_go_back(connection: Connection) -> None:
    assert drawn(connection, subject(), 3)[-1] == "000000003"
    with pytest.raises(NumbersUsedUpError, match="the last one was 3, and all of 1 to 2 were used"):
        draw(connection, subject(last=2), AT)
    assert drawn(connection, subject(last=5), 1) == ["000000004"]


def test_a_range_that_begins_higher_goes_on_there(connection: Connection) -> None:
    drawn(connection, subject(), 3)
    assert drawn(connection, subject(first=100)) == ["000000100"]
    assert drawn(connection, subject()) == ["000000101"]


def test_an_agreement_with_a_counter_of_its_own_goes_on_behind_the_shared_one(
    connection: Connection,
) -> None:
    drawn(connection, subject(), 20)
    own = subject(per="agreement", last=499)
    other = subject("despatch", per="agreement", first=500, last=999)
    assert drawn(connection, own, 2) == ["000000021", "000000022"]
    assert drawn(connection, other, 2) == ["000000500", "000000501"]
    # and back again: what was not used, and nothing that was
    assert drawn(connection, subject(), 477)[-1] == "000000499"
    assert drawn(connection, subject()) == ["000000502"]


def test_a_counter_of_all_partners_goes_on_behind_what_one_of_them_got(
    connection: Connection,
) -> None:
    drawn(connection, subject(), 5)
    everybody = subject(per="global")
    assert drawn(connection, everybody, 2) == ["000000006", "000000007"]
    stranger = Subject("edifact", "OURS", "OTHERS", False, everybody.settings, "invoice")
    assert draw(connection, stranger, AT).interchange == "000000008"
    assert drawn(connection, subject()) == ["000000008"]


def test_a_prefix_has_a_counter_of_its_own(connection: Connection) -> None:
    drawn(connection, subject(), 3)
    assert drawn(connection, subject(prefix="INV-", width=6), 2) == ["INV-000001", "INV-000002"]
    assert drawn(connection, subject()) == ["000000004"]


def test_messages_and_groups_have_ranges_of_their_own(connection: Connection) -> None:
    said = {"message": {"by": "counter", "first": 500}, "group": {"first": 40, "width": 4}}
    wanted = subject(standard="x12", **said)
    first = draw(connection, wanted, AT, 2)
    assert first == Numbers("000000001", "40", ("0500", "0501"))
    assert draw(connection, wanted, AT, 1).messages == ("0502",)


def test_answers_may_have_a_range(connection: Connection) -> None:
    settings_ = ControlNumbers.model_validate({"answers": {"first": 900_000}})
    answer = Subject("edifact", "OURS", "THEIRS", False, settings_, answers=True, grouped=False)
    assert draw(connection, answer, AT).interchange == "000900000"
    assert drawn(connection, subject(answers={"first": 900_000})) == ["000000001"]


def test_numbers_that_a_restored_database_skipped_over_the_end_begin_again(
    connection: Connection,
) -> None:
    numbers.put(connection, PAIR, LARGEST + 5, AT)
    assert drawn(connection, subject()) == ["000000006"]


def test_numbers_that_were_left_out_are_used_before_a_range_begins_again(
    connection: Connection,
) -> None:
    drawn(connection, subject(first=8, last=9), 2)
    assert drawn(connection, subject(last=9), 8)[-2:] == ["000000007", "000000001"]


RANGES = st.sampled_from([Span(), Span(1, 40), Span(41, 80), Span(1, 80), Span(20, 60)])
SCOPES = st.sampled_from(["PAIR", "PAIR@invoice", "PAIR@despatch", "* live"])


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(SCOPES, RANGES), min_size=1, max_size=30))
def test_however_settings_change_no_number_comes_twice(
    store: Store, steps: list[tuple[str, Span]]
) -> None:
    """In one round of a range: whoever counts, from whatever range, and in whatever order."""
    got: list[int] = []
    with pytest.raises(_DoneError), store.write() as connection:
        for scope, span in steps:
            stop = Span(span.first, span.last, again=False)
            pair = "" if scope == "PAIR" else "PAIR"
            try:
                got.append(numbers.draw(connection, scope, AT, span=stop, pair=pair))
            except NumbersUsedUpError:
                continue
        raise _DoneError
    assert len(got) == len(set(got))


def test_the_end_of_a_range_is_a_trouble_that_can_be_mended() -> None:
    assert issubclass(NumbersUsedUpError, OSError)
