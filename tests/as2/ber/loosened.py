"""The same elements in the looser forms that BER allows, chosen by a strategy."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hypothesis import strategies as st

Draw = Callable[[st.SearchStrategy[int]], int]
EOC = b"\x00\x00"
_FORMS = st.integers(0, 3)
_ZEROS = st.integers(0, 3)


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of DER elements in a row. As simple as can be: it is the other opinion."""
    at = 0
    while at < len(data):
        size, start = data[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, start = int.from_bytes(data[start : start + count], "big"), start + count
        yield data[at], data[start : start + size]
        at = start + size


def loosened(data: bytes, draw: Draw, keep: frozenset[int] = frozenset()) -> bytes:
    """DER rewritten with indefinite or overlong lengths and octet strings in pieces.

    ``keep``: tags whose elements stay as they are, all that is in them, too.
    """
    out = b""
    for tag, content in elements(data):
        form = draw(_FORMS)
        if tag in keep:
            out += tag_and_length(tag, len(content)) + content
        elif tag & 0x20:
            inner = loosened(content, draw, keep)
            out += constructed(tag, inner, form, draw(_ZEROS))
        elif tag == 0x04 and form < 2:
            half = len(content) // 2
            pieces = (content[:half], content[half:])
            inner = b"".join(tag_and_length(4, len(each)) + each for each in pieces)
            out += constructed(0x24, inner, form, 0)
        else:
            out += tag_and_length(tag, len(content), draw(_ZEROS)) + content
    return out


def constructed(tag: int, inner: bytes, form: int, zeros: int) -> bytes:
    if form == 0:
        return bytes((tag, 0x80)) + inner + EOC
    return tag_and_length(tag, len(inner), zeros) + inner


def tag_and_length(tag: int, size: int, zeros: int = 0) -> bytes:
    """In the long form with zeros in front, unless there are none and the short form does."""
    if size < 0x80 and not zeros:
        return bytes((tag, size))
    number = b"\x00" * zeros + size.to_bytes(max(1, (size.bit_length() + 7) // 8), "big")
    return bytes((tag, 0x80 | len(number))) + number
