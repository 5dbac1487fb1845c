"""BER is read in every form it may have, and no length is believed."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.ber.der import canonical
from gateway.channels.as2.ber.reader import DEPTH, END, OCTETS, SEQUENCE, Reader
from gateway.channels.as2.ber.writer import NULL, element, header, integer, octets, oid, sequence
from gateway.channels.as2.extent import CHUNK, Extent
from gateway.channels.as2.refusal import RefusedError
from tests.as2.ber.loosened import EOC, loosened

Maker = Callable[[bytes], Reader]
EXAMPLES = settings(max_examples=20, deadline=None)


@pytest.fixture(params=["bytes", "extent", "extent inside of another"])
def over(request: pytest.FixtureRequest) -> Maker:
    def inside(data: bytes) -> Reader:
        return Reader(Extent.of(b"before" + data + b"after").part(6, len(data)))

    makers: dict[str, Maker] = {
        "bytes": Reader.of,
        "extent": lambda data: Reader(Extent.of(data)),
        "extent inside of another": inside,
    }
    return makers[request.param]


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as refused:
        work()
    return str(refused.value.problem)


def test_elements_one_after_another(over: Maker) -> None:
    reader = over(sequence(integer(-5), oid("sha-256"), octets(b"x" * 300), NULL))
    reader.enter(SEQUENCE, "it")
    assert reader.integer("a number") == -5
    assert reader.oid("a digest") == "sha-256"
    assert reader.octets(OCTETS, "a text") == b"x" * 300
    assert reader.element() == NULL
    assert reader.peek() == END
    reader.leave()
    reader.finish()


def test_indefinite_lengths_and_strings_in_nested_pieces(over: Maker) -> None:
    reader = over(
        bytes.fromhex("3080 2480 0403616263 2480 040164 0000 2403040165 0000 020107 0000")
    )
    reader.enter(SEQUENCE, "it")
    assert reader.octets(OCTETS, "a text") == b"abcde"
    assert reader.integer("a number") == 7
    reader.leave()
    reader.finish()


def test_implicit_strings_in_pieces(over: Maker) -> None:
    reader = over(bytes.fromhex("A080 040161 040162 0000"))
    assert list(reader.chunks(0x80, "the content")) == [b"ab"]


def test_what_is_skipped_may_be_indefinite_and_nested(over: Maker) -> None:
    inner = bytes.fromhex("3080 3080 0500 0000 A080 0000 0000")
    reader = over(inner + integer(1))
    assert reader.element() == inner
    assert reader.integer("a number") == 1


def test_zeros_and_line_ends_after_the_end_are_padding(over: Maker) -> None:
    reader = over(NULL + b"\x00\x00\r\n")
    reader.skip()
    reader.finish()


def test_anything_else_after_the_end_is_refused(over: Maker) -> None:
    reader = over(NULL + b"x")
    reader.skip()
    assert "expected the end, found the tag 78" in refusal(reader.finish)


def test_strings_larger_than_the_window_come_in_chunks() -> None:
    content = bytes(range(256)) * 4096
    reader = Reader(Extent.of(sequence(octets(content), integer(3))))
    reader.enter(SEQUENCE, "it")
    chunks = list(reader.chunks(OCTETS, "a text"))
    assert b"".join(chunks) == content
    assert max(map(len, chunks)) <= CHUNK
    assert reader.integer("a number") == 3


def test_small_pieces_are_joined_to_chunks() -> None:
    content = bytes(range(256)) * 4096
    pieces = b"".join(octets(content[at : at + 1000]) for at in range(0, len(content), 1000))
    reader = Reader(Extent.of(b"\x24\x80" + pieces + EOC))
    chunks = list(reader.chunks(OCTETS, "a text"))
    assert b"".join(chunks) == content
    assert len(chunks) < 8


def test_content_in_one_piece_is_not_copied() -> None:
    extent = Extent.of(octets(b"hello"))
    found = Reader(extent).content(OCTETS, "a text", BytesIO)
    assert found == extent.part(2, 5)


def test_content_in_pieces_is_joined_in_scratch(over: Maker) -> None:
    found = over(bytes.fromhex("2480 040161 040162 0000")).content(OCTETS, "a text", BytesIO)
    assert b"".join(found.chunks()) == b"ab"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("", "T200 expected it, found the end  [(byte 0)]"),
        ("30", "T201 it needs 2 bytes, 1 are there"),
        ("3005 0201", "T201 it needs 5 bytes, 2 are there"),
        ("3082", "T201 it needs 4 bytes, 2 are there"),
        ("3084 7FFFFFFF 00", "T201 it needs 2147483647 bytes, 1 are there"),
        ("3089 000000000000000000", "T202 more than 8 bytes for a length"),
        ("30FF 00", "T202 more than 8 bytes for a length"),
        ("3080", "T201 the end of contents needs 2 bytes, 0 are there"),
        ("3080 00", "T201 the end of contents needs 2 bytes, 1 are there"),
        ("3080 0005", "T200 expected the end of contents, found the tag 00"),
        ("3002 0000", "T200 expected an element, found the tag 00  [(byte 2)]"),
        ("3003 020100", "T200 expected the end, found the tag 02  [(byte 2)]"),
        ("0500", "T200 expected it, found the tag 05  [(byte 0)]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_byte(over: Maker, data: str, sentence: str) -> None:
    reader = over(bytes.fromhex(data))

    def work() -> None:
        reader.enter(SEQUENCE, "it")
        reader.leave()

    assert refusal(work).startswith(sentence)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ("0200", "T200 expected a number, found it without a value"),
        ("0241" + "01" * 65, "T202 more than 64 bytes in it"),
        ("0401 00", "T200 expected it, found the tag 04"),
    ],
)
def test_integers_are_bounded(data: str, sentence: str) -> None:
    assert refusal(lambda: Reader.of(bytes.fromhex(data)).integer("it")).startswith(sentence)


@pytest.mark.parametrize("content", ["", "80", "2A80", "2A8001"])
def test_broken_object_identifiers(content: str) -> None:
    data = element(0x06, bytes.fromhex(content))
    assert "expected an object identifier" in refusal(lambda: Reader.of(data).oid("it"))


def test_a_primitive_element_needs_a_length(over: Maker) -> None:
    assert "T200" in refusal(lambda: over(b"\x04\x80a\x00\x00").octets(OCTETS, "a text"))


def test_tags_of_several_bytes_are_nowhere_in_cms(over: Maker) -> None:
    sentence = "T200 expected a tag of one byte, found the tag 3F81  [(byte 0)]"
    assert refusal(over(b"\x3f\x81\x01\x00").skip) == sentence


def test_a_value_is_in_one_piece() -> None:
    data = b"\x2c\x80\x04\x01x\x00\x00"
    assert "expected a text in one piece" in refusal(lambda: Reader.of(data).value(0x2C, "a text"))


def test_small_elements_in_one_that_is_passed_over_are_counted(over: Maker) -> None:
    over(b"\x30\x80" + b"\x05\x00" * 9_998 + b"\0\0").skip()
    assert "T202" in refusal(over(b"\x30\x80" + b"\x05\x00" * 10_000 + b"\0\0").skip)
    assert "T202" in refusal(lambda: over(b"\x30\x80" + b"\x05\x00" * 400_000).element(1_000_000))


def test_elements_inside_of_elements_are_counted(over: Maker) -> None:
    deep = b"\x30\x80" * (DEPTH + 1)
    reader = over(deep * 1000)
    for _ in range(DEPTH):
        reader.enter(SEQUENCE, "it")
    assert "T202" in refusal(lambda: reader.enter(SEQUENCE, "it"))
    assert "T202" in refusal(over(deep * 1000).skip)
    assert "T202" in refusal(lambda: over(b"\x24\x80" * 5000).octets(OCTETS, "a text"))
    assert "T202" in refusal(lambda: canonical(b"\x30\x80" * 5000))


def test_what_goes_into_memory_is_bounded(over: Maker) -> None:
    assert "T202" in refusal(lambda: over(octets(b"x" * 100)).octets(OCTETS, "a text", 99))
    assert "T202" in refusal(lambda: over(octets(b"x" * 100)).element(99))
    pieces = b"\x24\x80" + octets(b"x" * 60) * 2 + EOC
    assert "T202" in refusal(lambda: over(pieces).octets(OCTETS, "a text", 99))
    assert "T202" in refusal(lambda: over(b"\x30\x80" + NULL * 100 + EOC).element(99))


@pytest.mark.parametrize("piece", [b"\x04\x00", b"\x04\x01x"])
def test_a_string_of_tiny_pieces_is_refused_early_and_takes_no_memory(piece: bytes) -> None:
    data = b"\x24\x80" + piece * 200_000 + EOC
    reader = Reader(Extent.of(data))
    tracemalloc.start()
    try:
        assert "T202" in refusal(lambda: list(reader.chunks(OCTETS, "a text")))
        assert tracemalloc.get_traced_memory()[1] < 4 * CHUNK
    finally:
        tracemalloc.stop()
    assert reader.offset < 70_000 * len(piece)


trees = st.recursive(
    st.one_of(
        st.binary(max_size=20).map(octets),
        st.integers(-(2**70), 2**70).map(integer),
        st.sampled_from(["sha-1", "data", "1.2.840.113549.1.1.99"]).map(oid),
    ),
    lambda inner: st.lists(inner, max_size=4).map(lambda parts: sequence(*parts)),
    max_leaves=12,
)


@EXAMPLES
@given(trees, st.data())
def test_every_form_of_an_element_is_the_same_element(tree: bytes, data: st.DataObject) -> None:
    loose = loosened(tree, data.draw)
    assert canonical(loose) == tree
    reader = Reader(Extent.of(loose))
    assert reader.element() == loose
    reader.finish()


@EXAMPLES
@given(st.binary(max_size=60))
def test_any_bytes_are_an_element_or_a_problem(data: bytes) -> None:
    for work in (
        lambda: Reader(Extent.of(data)).element(),
        lambda: canonical(data),
        lambda: Reader(Extent.of(data)).octets(OCTETS, "a text"),
    ):
        try:
            work()
        except RefusedError as refused:
            assert refused.problem.code in {"T200", "T201", "T202"}


def test_lengths_with_zeros_in_front_are_read() -> None:
    assert Reader.of(b"\x04\x88" + bytes(7) + b"\x01x").octets(OCTETS, "a text") == b"x"


def test_a_window_may_end_within_a_header() -> None:
    """The same elements with a window's end at each byte of the second one's header."""
    second = header(OCTETS, 70_000) + b"y" * 70_000
    for shift in range(8):
        first = octets(b"x" * (CHUNK - 8 - shift))
        reader = Reader(Extent.of(first + second))
        reader.skip()
        assert reader.octets(OCTETS, "a text") == b"y" * 70_000
