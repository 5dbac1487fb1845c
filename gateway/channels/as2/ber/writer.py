"""DER, from the inside out: every function gives the bytes of one element.

Content that is too large for memory is written between a head and a tail: :func:`around`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from gateway.channels.as2.ber.oids import content_of

INTEGER, OCTETS, NULL_TAG, OID, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31
NULL = b"\x05\x00"


def header(tag: int, length: int) -> bytes:
    """Identifier and length octets. ``tag`` is the identifier octet: ``0x30`` is a SEQUENCE."""
    if length < 0x80:
        return bytes((tag, length))
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big")


def element(tag: int, *parts: bytes) -> bytes:
    """An element of the joined contents."""
    content = parts[0] if len(parts) == 1 else b"".join(parts)
    return header(tag, len(content)) + content


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE of elements, in the given order."""
    return element(SEQUENCE, *parts)


def set_of(parts: Iterable[bytes]) -> bytes:
    """SET OF elements, in the order that DER asks for (X.690 11.6)."""
    return element(SET, *sorted(parts))


def context(number: int, *parts: bytes) -> bytes:
    """``[number]`` around elements: EXPLICIT, or IMPLICIT of something constructed."""
    return element(0xA0 | number, *parts)


def implicit(number: int, content: bytes) -> bytes:
    """``[number]`` IMPLICIT of something primitive: an OCTET STRING."""
    return element(0x80 | number, content)


def octets(content: bytes) -> bytes:
    """OCTET STRING."""
    return element(OCTETS, content)


def integer(value: int) -> bytes:
    """INTEGER, negative ones too."""
    size = ((value if value >= 0 else ~value).bit_length() // 8) + 1
    return element(INTEGER, value.to_bytes(size, "big", signed=True))


@lru_cache(maxsize=256)
def oid(name: str) -> bytes:
    """OBJECT IDENTIFIER by its name in :mod:`~gateway.channels.as2.ber.oids`, or dotted."""
    return element(OID, content_of(name))


def around(size: int, *levels: tuple[int, bytes, bytes]) -> tuple[bytes, bytes]:
    """What stands before and after ``size`` bytes of content that are written elsewhere.

    ``levels``, outermost first: a tag, and the elements in it before and after the next level.

    >>> around(5, (0x30, integer(1), b""), (0x04, b"", b""))[0].hex()
    '300a0201010405'
    """
    head, tail = b"", b""
    for tag, before, after in reversed(levels):
        head, tail = before + head, tail + after
        head = header(tag, len(head) + size + len(tail)) + head
    return head, tail
