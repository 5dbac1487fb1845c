"""Laws of reading and writing, on generated and on broken input."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.problems import has_errors
from gateway.syntax import (
    Kind,
    Limits,
    Part,
    build,
    detect,
    elements,
    locate,
    read,
    read_bytes,
    service_string_advice,
    spans,
    write_segments,
)
from gateway.syntax.source import Source
from gateway.syntax.stream import Reader
from gateway.syntax.wire import Wire
from tests.syntax.interchanges import DIALECTS, GOOD, ISA, anything, written

law = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TIGHT = Limits(segment_bytes=40, message_bytes=150, segments_per_message=5)


def parts(data: bytes, limits: Limits, *, block: int = 1 << 16, fast: bool = True) -> list[Part]:
    chunks = (data[at : at + block] for at in range(0, len(data), block))
    return list(Reader(Source(chunks, block), limits, None, fast=fast).parts())


@law
@given(anything, st.sampled_from([Limits(), TIGHT]))
def test_parts_tile_every_input(data: bytes, limits: Limits) -> None:
    found = read_bytes(data, limits=limits)
    assert b"".join(part.raw for part in found) == data
    assert [part.offset for part in found] == [
        sum(len(before.raw) for before in found[:number]) for number in range(len(found))
    ]
    assert all(part.raw for part in found)


@law
@given(anything, st.sampled_from([Limits(), TIGHT]), st.integers(1, 40))
def test_chunks_make_no_difference(data: bytes, limits: Limits, size: int) -> None:
    whole = read_bytes(data, limits=limits)
    assert list(read([data[:size], b"", data[size:]], limits=limits)) == whole
    assert parts(data, limits, block=size) == whole
    assert parts(data, limits, block=1) == whole


@law
@given(anything, st.sampled_from([Limits(), TIGHT]))
def test_the_fast_way_and_the_slow_way_agree(data: bytes, limits: Limits) -> None:
    assert parts(data, limits, fast=False) == parts(data, limits)


@law
@given(st.sampled_from(DIALECTS), st.binary(max_size=40))
@example(DIALECTS[0], b"FTX+a?+b??+c?:d")
@example(DIALECTS[0], b"FTX+?")
@example(DIALECTS[1], b"FTX+\xc2\x85")
def test_the_fast_translation_agrees_with_the_close_look(dialect, raw: bytes) -> None:
    wire = Wire(dialect)
    if wire.find_end(raw, 0, len(raw)) >= 0:
        return
    text = wire.fast(raw)
    if text is not None:
        closely, found = wire.closely(raw)
        assert (text, False) == (closely, bool(found))


@law
@given(anything)
def test_junk_and_only_what_is_wrong_has_problems(data: bytes) -> None:
    for part in read_bytes(data):
        if part.kind is Kind.JUNK:
            assert has_errors(part.problems)
        for found in part.problems:
            template = found.registered.sentence + found.registered.remedy
            assert set(re.findall(r"{(\w+)}", template)) <= set(found.facts)
            assert found.place.offset is not None
            assert part.offset <= found.place.offset <= part.offset + len(part.raw)


@law
@given(anything)
def test_spans_are_the_segments_and_are_inside_the_part(data: bytes) -> None:
    for part in read_bytes(data):
        found = spans(part)
        assert [span.text for span in found] == list(part.segments)
        for span in found:
            at = span.offset - part.offset
            assert part.raw[at : at + len(span.raw)] == span.raw


@law
@given(anything, st.integers(1, 4), st.integers(1, 6), st.integers(1, 3))
def test_locate_stays_inside_the_file(
    data: bytes, segment: int, element: int, part_of: int
) -> None:
    for part in read_bytes(data):
        for place in ((), (element,), (element, part_of), (element, part_of, 1)):
            offset, width = locate(part, segment, *place)
            assert part.offset <= offset <= part.offset + len(part.raw)
            assert width >= 1


@law
@given(written())
def test_what_is_written_is_read_back(case) -> None:
    dialect, body = case
    first, last = ("UNH", "UNT") if dialect.standard == "edifact" else ("ST", "SE")
    segments = [build(first, "1", "X"), *body, build(last, "1", "1")]
    wire, problems = write_segments(segments, dialect)
    assert problems == []
    parts_read = read_bytes(envelope(dialect) + wire)
    message = next(part for part in parts_read if part.kind is Kind.MESSAGE)
    assert message.dialect == dialect
    assert list(message.segments) == segments
    # random letters of ISO 8859-1 may happen to be valid UTF-8, which only warns
    assert {found.code for found in message.problems} <= {"S115"}
    assert message.raw == wire
    assert all(has_no_loss(segment) for segment in message.segments)


def envelope(dialect) -> bytes:
    signs = dialect.delimiters
    if dialect.standard == "edifact":
        header = build("UNB", [dialect.level, dialect.version], "A", "B", ["260301", "0915"], "1")
        return service_string_advice(signs) + write_segments([header], dialect)[0]
    text = ISA.decode().replace("*^*00501", f"*{signs.repetition or 'U'}*{dialect.version}")
    swap = str.maketrans({"*": signs.element, ">": signs.component, "~": signs.terminator})
    return text.translate(swap).encode() + f"GS{signs.element}PO{signs.terminator}".encode()


def has_no_loss(segment: str) -> bool:
    return "\ufffd" not in segment


@law
@given(
    st.lists(
        st.lists(st.lists(st.text(max_size=3), min_size=1, max_size=3), min_size=1), max_size=4
    )
)
def test_built_segments_split_into_what_was_built(content) -> None:
    split = elements(build("TAG", *content))
    assert split[0] == [["TAG"]]
    for number, element in enumerate(content, 1):
        for nth, repetition in enumerate(element):
            for position, text in enumerate(repetition):
                found = at(split, number, nth, position)
                assert found == "".join(
                    "\ufffd" if sign in "\x1c\x1d\x1e\x1f" else sign for sign in text
                )


def at(split, number: int, nth: int, position: int) -> str:
    try:
        return split[number][nth][position]
    except IndexError:
        return ""


@law
@given(st.binary(max_size=60))
def test_detection_takes_anything(head: bytes) -> None:
    assert detect(head) in {"edifact", "x12", "csv", "json", "xml", "empty", "binary", "unknown"}


def test_good_interchanges_have_no_problems() -> None:
    for data in (*GOOD, b"".join(GOOD)):
        assert [str(found) for part in read_bytes(data) for found in part.problems] == []


def test_truncation_at_every_byte_is_read_and_reported() -> None:
    for data in GOOD:
        for end in range(1, len(data)):
            found = read_bytes(data[:end])
            assert b"".join(part.raw for part in found) == data[:end]
            assert found[-1].kind is not Kind.TRAILER or found[-1].problems or data[end:].isspace()


def test_headers_with_any_byte_missing_doubled_or_changed_are_read() -> None:
    for data in GOOD:
        for at in range(130):
            for bit in (b"", data[at : at + 1] * 2, b"X", b"*", b"~", b"\n", b"\xc3", b"\x00"):
                mutant = data[:at] + bit + data[at + 1 :]
                assert b"".join(part.raw for part in read_bytes(mutant)) == mutant
