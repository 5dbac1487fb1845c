"""Whatever a shop writes into a record: a reader gives an order or says why not, and never fails.

The records are fixtures with something hostile at one or two places. ``-m soak`` tries many more.
"""

from __future__ import annotations

import json
import resource
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.channels.shops import platforms
from gateway.channels.shops.fields import MOST, MOST_FOUND, opened
from gateway.problems import has_errors
from tests.shops.security.records import HOSTILE, KINDS, changed, fixtures, judge, places

VALUES = st.sampled_from(HOSTILE) | st.text(max_size=20) | st.decimals(places=3).map(str)

MANY = 8000
"""Records of one platform under soak."""


@cache
def records(kind: str) -> list[tuple[Any, list[Any]]]:
    """Records of a platform, and all places in each."""
    loaded = [json.loads(raw, parse_float=str) for raw in fixtures(kind)[1]]
    return [(one, list(places(one))) for one in loaded]


@st.composite
def hostile(draw: st.DrawFn, kind: str) -> bytes:
    record, known = draw(st.sampled_from(records(kind)))
    return changed(record, draw(st.sampled_from(known)), draw(VALUES))


_LIMITS = settings(
    deadline=None, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow]
)


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_makes_a_reader_fail(kind: str) -> None:
    shop = fixtures(kind)[0]

    @settings(_LIMITS, max_examples=25)
    @given(raw=hostile(kind))
    def law(raw: bytes) -> None:
        judge(shop, raw)

    law()


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_no_value_at_any_place_makes_a_reader_fail(kind: str) -> None:
    """Hostile values at some thousand places of all fixtures, and memory stays where it was."""
    shop, chance = fixtures(kind)[0], Random(1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for record, known in records(kind):
        every = [(path, value) for path in known for value in HOSTILE]
        for path, value in chance.sample(every, min(len(every), MANY // len(records(kind)))):
            judge(shop, changed(record, path, value))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"a":' * 100_000, b"{" + b" " * MOST],
    ids=["nothing", "empty", "list", "null", "no text", "deep list", "deep object", "too large"],
)
def test_what_is_no_record_is_told(kind: str, raw: bytes) -> None:
    assert judge(fixtures(kind)[0], raw) is None


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "api"])
def test_a_list_of_a_million_wrong_entries_is_not_a_million_problems(kind: str) -> None:
    shop = fixtures(kind)[0]
    record, known = records(kind)[0]
    for path in {one[:-1] for one in known if one and isinstance(one[-1], int)}:
        reading = platforms.read_order(shop, changed(record, path, [1] * (2 * MOST_FOUND)))
        assert len(reading.problems) <= MOST_FOUND + 100


def test_of_very_many_findings_an_error_is_never_lost() -> None:
    record = opened(b'{"a": []}', "the record")
    for _ in range(MOST_FOUND + 5):
        record.say("W236", "status", value="x", status="pending")
    assert not has_errors(record.found)
    record.need("id")
    assert len(record.found) == MOST_FOUND and has_errors(record.found)
