"""The DER of an element that came in BER: what a signature over it was made over."""

from __future__ import annotations

from gateway.channels.as2.ber.reader import END, OCTETS, Reader
from gateway.channels.as2.ber.writer import SET, element

_CONSTRUCTED = 0x20
_STRINGS = frozenset({OCTETS, 0x0C, *range(0x12, 0x1F)})
"""Universal string types that BER may write in pieces."""


def canonical(data: bytes, *, order: bool = True) -> bytes:
    """One element with definite, shortest lengths and whole strings (X.690 10).

    ``order``: elements of a SET are sorted, too; otherwise they stay as they came. Raises
    ``RefusedError`` where it is no element; depth is what the reader allows.
    """
    reader = Reader.of(data)
    written = _next(reader, order)
    reader.finish()
    return written


def _next(reader: Reader, order: bool) -> bytes:
    tag = reader.peek()
    if tag & ~_CONSTRUCTED in _STRINGS and tag & _CONSTRUCTED:
        plain = tag & ~_CONSTRUCTED
        return element(plain, reader.octets(plain, "a string"))
    if not tag & _CONSTRUCTED:
        return element(tag, reader.value(tag, "an element"))
    reader.enter(tag, "an element")
    parts = []
    while reader.peek() != END:
        parts.append(_next(reader, order))
    reader.leave()
    if order and tag == SET:
        parts.sort()
    return element(tag, *parts)
