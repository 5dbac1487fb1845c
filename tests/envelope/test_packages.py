"""Objects in an interchange of syntax 4 (ISO 9735-8): kept whole, counted, told."""

from __future__ import annotations

import pytest

from gateway.grammar import Library
from gateway.grammar.envelope import InterchangeEnd, MessageFound, walk
from gateway.syntax import Limits, read
from gateway.syntax.part import Kind

LIBRARY = Library()
OBJECT = b"%PDF-1.4\x00\xff'UNZ+9+9'UNH+1+'UNB+UNOC:4+\r\n??"
MESSAGE = b"UNH+1+APERAK:D:01B:UN'BGM+313+1'DTM+137:20260101:102'UNT+4+1'"


def interchange(
    object_: bytes = OBJECT,
    *,
    length: int | None = None,
    trailer: bytes | None = None,
    count: int = 2,
) -> bytes:
    size = len(object_) if length is None else length
    end = b"UNP+%d+P1'" % len(object_) if trailer is None else trailer
    return (
        b"UNB+UNOW:4+4012345000009:14+4098765000003:14+20260101:0930+7'"
        + MESSAGE
        + b"UNO+P1+1:Doc1+13:application/pdf+%d'" % size
        + object_
        + end
        + b"UNZ+%d+7'" % count
    )


def found(data: bytes, chunk: int = 1 << 20) -> tuple[list[str], int]:
    """Codes of the problems of the interchange, and how many messages were found."""
    chunks = [data[at : at + chunk] for at in range(0, len(data), chunk)]
    events = list(walk(read(chunks), LIBRARY.service))
    end = next(event for event in events if isinstance(event, InterchangeEnd))
    messages = sum(isinstance(event, MessageFound) for event in events)
    return [one.code for one in end.problems], messages


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_an_object_is_passed_over_by_its_length_and_told(chunk: int) -> None:
    assert found(interchange(), chunk) == (["S234"], 1)


def test_an_empty_object_is_one_too() -> None:
    assert found(interchange(b"")) == (["S234"], 1)


def test_its_bytes_are_parts_that_tile_the_file() -> None:
    object_ = bytes(range(256)) * 40
    data = interchange(object_)
    parts = list(read([data], limits=Limits(segment_bytes=1000)))
    assert b"".join(part.raw for part in parts) == data
    pieces = [part.raw for part in parts if part.kind is Kind.OBJECT]
    assert b"".join(pieces) == object_
    assert max(map(len, pieces)) == 1000


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (interchange(trailer=b"UNP+1+P1'"), ["S233", "S234"]),
        (interchange(trailer=b"UNP+%d+P2'" % len(OBJECT)), ["S232", "S234"]),
        (interchange(trailer=b""), ["S231"]),
        (interchange(count=1), ["S234", "S203"]),
        (interchange(b"abc", length=0), ["S231", "S102"]),
    ],
)
def test_what_does_not_fit_is_said(data: bytes, codes: list[str]) -> None:
    assert [one for one in found(data)[0] if not one.startswith("G")] == codes


def test_a_length_beyond_the_end_takes_what_is_there() -> None:
    codes, messages = found(interchange(length=10**12))
    assert codes == ["S231", "S201"]
    assert messages == 1
