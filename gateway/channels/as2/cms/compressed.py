"""CompressedData (RFC 3274) with zlib, as RFC 5402 uses it in AS2.

Inflating stops as soon as more came out than is allowed: a bomb costs what the limit costs.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from gateway.channels.as2.ber.reader import OCTETS, SEQUENCE, Reader
from gateway.channels.as2.ber.writer import around, integer, oid, sequence
from gateway.channels.as2.cms.algorithms import read_algorithm
from gateway.channels.as2.cms.contentinfo import enter_content, leave_content
from gateway.channels.as2.extent import CHUNK, Extent, Scratch
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Place, problem

FREE = 1_000_000
"""Bytes that may come out of anything, however small it was."""
INFLATED = 1_000_000_000
RATIO = 200
_HEAD = 128
"""Room for what stands before the compressed bytes, whose size is known only after them."""
_BITE = 32 * 1024
"""Compressed bytes at a time: the rest of a bite is copied for each piece that comes out of it."""


def compress(content: Extent, level: int, scratch: Scratch) -> Extent:
    """A ContentInfo in DER. ``level`` is that of zlib, 1 (fast) to 9."""
    stream = scratch()
    stream.write(bytes(_HEAD))
    packer, size = zlib.compressobj(level), 0
    for piece in content.chunks():
        packed = packer.compress(piece)
        size += len(packed)
        stream.write(packed)
    packed = packer.flush()
    size += len(packed)
    stream.write(packed)
    head = _head(size)
    start = _HEAD - len(head)
    stream.seek(start)
    stream.write(head)
    return Extent(stream, start, len(head) + size)


def _head(size: int) -> bytes:
    """What stands before so many compressed bytes. Nothing stands after them."""
    return around(
        size,
        (SEQUENCE, oid("compressed"), b""),
        (0xA0, b"", b""),
        (SEQUENCE, integer(0) + sequence(oid("zlib")), b""),
        (SEQUENCE, oid("data"), b""),
        (0xA0, b"", b""),
        (OCTETS, b"", b""),
    )[0]


def inflate(
    compressed: Extent, scratch: Scratch, limit: int = INFLATED, ratio: int = RATIO
) -> Extent:
    """The content, of at most ``limit`` bytes and ``ratio`` for each byte of ``compressed``.

    The ratio counts beyond :data:`FREE` bytes. Errors: T200 to T202 and T211 (its form), T216
    (damaged, cut off, or followed by something), T217 (too large), T218 (another algorithm).
    """
    content = _read_compressed(compressed)
    allowed = min(limit, max(FREE, ratio * content.size))
    stream, size = scratch(), 0
    for piece in _inflated(content):
        size += len(piece)
        if size > allowed:
            raise RefusedError(
                problem("T217", Place(), size=content.size, most=allowed, limit=limit, ratio=ratio)
            )
        stream.write(piece)
    return Extent(stream, 0, size)


def _read_compressed(compressed: Extent) -> Extent:
    """The element with the compressed bytes; everything around it is as it has to be."""
    reader = Reader(compressed)
    enter_content(reader, "compressed")
    reader.enter(SEQUENCE, "the compressed data")
    reader.integer("the version")
    start = reader.offset
    if (name := read_algorithm(reader, "the compression").name) != "zlib":
        raise RefusedError(problem("T218", Place(offset=start), found=name))
    reader.enter(SEQUENCE, "the content")
    start = reader.offset
    if (inside := reader.oid("the type of the content inside")) != "data":
        raise RefusedError(problem("T211", Place(offset=start), found=inside))
    reader.enter(0xA0, "the content")
    start = reader.offset
    reader.step_over(OCTETS, "the compressed content")
    content = compressed.part(start, reader.offset - start)
    for _ in range(3):
        reader.leave()
    leave_content(reader)
    return content


def _inflated(content: Extent) -> Iterator[bytes]:
    """What comes out, at most :data:`CHUNK` bytes at a time."""
    unpacker = zlib.decompressobj()
    for packed in Reader(content).chunks(OCTETS, "the compressed content"):
        for at in range(0, len(packed), _BITE):
            bite = packed[at : at + _BITE]
            while bite or unpacker.unconsumed_tail:
                if unpacker.eof:
                    raise _damaged("something follows after its end")
                yield _next(unpacker, bite)
                bite = unpacker.unconsumed_tail
            if unpacker.unused_data:
                raise _damaged("something follows after its end")
    while not unpacker.eof:
        piece = _next(unpacker, b"")
        if not piece:
            raise _damaged("its end is missing")
        yield piece


def _next(unpacker: zlib._Decompress, bite: bytes) -> bytes:
    try:
        return unpacker.decompress(bite, CHUNK)
    except zlib.error as error:
        raise _damaged(f"zlib says {error}") from error


def _damaged(reason: str) -> RefusedError:
    return RefusedError(problem("T216", Place(), reason=reason))
