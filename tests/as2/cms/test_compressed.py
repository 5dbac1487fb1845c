"""Compressed content comes back as it was, and bombs stop where the limits are."""

from __future__ import annotations

import time
import tracemalloc
import zlib
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.ber.writer import element, integer, octets, oid, sequence
from gateway.channels.as2.cms import compressed
from gateway.channels.as2.cms.compressed import compress, inflate
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.refusal import RefusedError
from tests.as2.cms.shapes import Pattern, reshaped, whole

MB = 1 << 20
CONTENT = b"LIN+1++4000862141404:SRV'\n" * 4000


def packed(content: bytes = CONTENT, level: int = 1) -> bytes:
    return whole(compress(Extent.of(content), level, BytesIO))


def around_zlib(data: bytes) -> bytes:
    """CompressedData around whatever is called compressed."""
    inside = sequence(oid("data"), element(0xA0, octets(data)))
    inner = sequence(integer(0), sequence(oid("zlib")), inside)
    return sequence(oid("compressed"), element(0xA0, inner))


def refusal(data: bytes, **limits: int) -> str:
    with pytest.raises(RefusedError) as refused:
        inflate(Extent.of(data), BytesIO, **limits)
    assert refused.value.problem.sentence and refused.value.problem.remedy
    return refused.value.problem.code


@given(
    content=st.one_of(st.binary(max_size=600), st.binary(max_size=20).map(lambda one: one * 3000)),
    level=st.integers(1, 9),
    piece=st.integers(0, 200),
    definite=st.booleans(),
    nested=st.booleans(),
)
@settings(max_examples=30, deadline=None)
def test_bytes_come_back_whatever_the_shape(
    content: bytes, level: int, piece: int, definite: bool, nested: bool
) -> None:
    shaped = reshaped(packed(content, level), piece, definite=definite, nested=nested)
    assert whole(inflate(Extent.of(shaped), BytesIO)) == content


def test_megabytes_in_pieces() -> None:
    content = whole(Extent(Pattern(3 * MB), 0, 3 * MB))
    shaped = reshaped(around_zlib(zlib.compress(content, 0)), 1000)
    assert whole(inflate(Extent.of(shaped), BytesIO)) == content


def test_the_extent_is_exactly_the_structure() -> None:
    made = compress(Extent.of(CONTENT), 6, BytesIO)
    data = whole(made)
    assert Extent.rest(made.stream, made.start).size == made.size
    assert around_zlib(zlib.compress(CONTENT, 6)) == data


def test_cut_off_at_every_byte() -> None:
    data = packed(b"UNB+UNOC:3'" * 9)
    for size in range(len(data)):
        assert refusal(data[:size]) in ("T200", "T201")


def test_every_byte_changed_is_found_or_means_nothing() -> None:
    content = b"UNB+UNOC:3'" * 9
    data = packed(content)
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 0x21
        try:
            found = whole(inflate(Extent.of(bytes(changed)), BytesIO))
        except RefusedError as refused:
            assert refused.problem.code in ("T200", "T201", "T202", "T211", "T216", "T218")
        else:
            assert found == content, at


@pytest.mark.parametrize("lost", [1, 4, 5, 100])
def test_a_stream_without_its_end(lost: int) -> None:
    assert refusal(around_zlib(zlib.compress(CONTENT)[:-lost])) == "T216"


@pytest.mark.parametrize("size", [0, 10, 1000])
def test_a_stream_without_its_end_in_every_chunk_shape(size: int) -> None:
    data = around_zlib(zlib.compress(CONTENT)[:-2])
    assert refusal(reshaped(data, size)) == "T216"


@pytest.mark.parametrize("more", [b"x", b"\x00", zlib.compress(b"another"), b"y" * 100_000])
def test_something_after_the_end_of_the_stream(more: bytes) -> None:
    assert refusal(around_zlib(zlib.compress(CONTENT) + more)) == "T216"


def test_not_zlib_at_all() -> None:
    for data in (b"", b"PK\x03\x04", b"\x1f\x8b\x08" + bytes(20), CONTENT):
        assert refusal(around_zlib(data)) == "T216"


def test_a_preset_dictionary() -> None:
    packer = zlib.compressobj(zdict=b"UNB+UNOC:3")
    assert refusal(around_zlib(packer.compress(CONTENT) + packer.flush())) == "T216"


def test_another_algorithm_and_another_content() -> None:
    data = packed(b"x")
    assert refusal(data.replace(oid("zlib"), oid("zlib")[:-1] + b"\x09")) == "T218"
    assert refusal(data.replace(oid("data"), oid("signed"))) == "T211"
    assert refusal(data.replace(oid("compressed"), oid("data") + b"\x05\x00")) in ("T200", "T201")


def test_no_content() -> None:
    inner = sequence(integer(0), sequence(oid("zlib")), sequence(oid("data")))
    assert refusal(sequence(oid("compressed"), element(0xA0, inner))) == "T200"


def test_the_absolute_limit() -> None:
    data = packed(CONTENT)
    assert whole(inflate(Extent.of(data), BytesIO, limit=len(CONTENT))) == CONTENT
    assert refusal(data, limit=len(CONTENT) - 1) == "T217"


def test_the_ratio_counts_beyond_a_megabyte() -> None:
    zeros = bytes(999_000)
    assert whole(inflate(Extent.of(packed(zeros, 9)), BytesIO, ratio=20)) == zeros
    assert refusal(packed(bytes(1_100_000), 9), ratio=20) == "T217"
    assert len(whole(inflate(Extent.of(packed(bytes(1_100_000), 9)), BytesIO, ratio=2000)))


class Counted(BytesIO):
    most = 0

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        Counted.most += len(data)
        return len(data)


@cache
def bomb() -> bytes:
    """64 MB in 65 kB."""
    packer = zlib.compressobj(9)
    block = bytes(MB)
    pieces: Iterator[bytes] = (packer.compress(block) for _ in range(64))
    return around_zlib(b"".join(pieces) + packer.flush())


@pytest.mark.parametrize("piece", [0, 37])
def test_a_bomb_ends_at_the_limit_with_flat_memory(piece: int) -> None:
    data = reshaped(bomb(), piece)
    Counted.most = 0
    before = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(RefusedError) as refused:
            inflate(Extent.of(data), Counted, limit=8_000_000, ratio=10_000)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused.value.problem.code == "T217"
    assert Counted.most <= 8_000_000
    assert most < 4 * MB
    assert time.process_time() - before < 5


def test_a_ratio_bomb_ends_early() -> None:
    Counted.most = 0
    with pytest.raises(RefusedError):
        inflate(Extent.of(bomb()), Counted)
    assert Counted.most <= 200 * len(bomb())


def _through(folder: Path, size: int) -> int:
    content = Extent(Pattern(size), 0, size)
    with (folder / "packed").open("w+b") as packed_file, (folder / "plain").open("w+b") as plain:
        tracemalloc.start()
        try:
            made = compress(content, 1, lambda: packed_file)
            found = inflate(made, lambda: plain, limit=size, ratio=2000)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert found.size == size
        assert whole(found.part(size - 1000)) == whole(content.part(size - 1000))
    return most


def test_memory_does_not_grow_with_the_content(tmp_path: Path) -> None:
    assert _through(tmp_path, 24 * MB) < 3 * MB


@pytest.mark.soak
def test_two_gigabytes(tmp_path: Path) -> None:
    assert _through(tmp_path, 2048 * MB + 5) < 3 * MB


def test_the_head_fits_before_any_size() -> None:
    assert len(compressed._head(2**63)) <= compressed._HEAD
