"""A mail cut into its parts (RFC 2045, 2046): what each says it is, and where its bytes are.

One pass over the bytes for each level of nesting; the standard library's parser only reads blocks
of headers. Limits are checked while cutting. What is damaged is refused, not guessed at.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser
from itertools import count

HEADER_BYTES = 256 * 1024
HEADER_LINES = 2000
PARAMETERS = 8 * 1024
"""Characters of a header that has parameters: the standard library reads them in square time."""
DEPTH = 10
PARTS = 200
"""Those that hold further parts are counted, too: an empty one costs as much as a full one."""
_WITH_PARAMETERS = ("Content-Type", "Content-Disposition")
_BLANK = re.compile(rb"\r?\n\r?\n")
_SPACE = b" \t\r\n"
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*={0,2}\Z")
_PLAIN = ("", "7bit", "8bit", "binary")


class BrokenMailError(Exception):
    """A mail that is damaged, or built to harm; the text says how."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part that holds no further parts."""

    number: str
    """``2.1``, as IMAP counts (RFC 9051 §6.4.5)."""
    headers: Message
    body: memoryview
    """Still encoded."""
    inside: str
    """Content type of the part around it; nothing for a mail of one part."""

    @property
    def kind(self) -> str:
        """``application/edifact``; what is unreadable is ``text/plain`` (RFC 2045 §5.2)."""
        return self.headers.get_content_type()

    @property
    def disposition(self) -> str:
        """``attachment``, ``inline``, or nothing."""
        return self.headers.get_content_disposition() or ""

    @property
    def filename(self) -> str:
        """As the sender wrote it (RFC 2231, RFC 2047, or neither), as data; nothing without one."""
        try:
            found = self.headers.get_filename()
        except ValueError:  # a parameter in 10**4300 pieces
            return ""
        return "" if found is None else decoded(found)

    def content(self) -> bytes:
        """The bytes without their encoding. Raises :class:`BrokenMailError`."""
        return _decoded_body(self.headers, self.body)


def decoded(text: str) -> str:
    """A value of a header as a person reads it (RFC 2047)."""
    try:
        return str(make_header(decode_header(text)))
    except (LookupError, ValueError, MessageError):
        return text


def read_head(data: bytes) -> tuple[Message, int]:
    """The headers of a mail or a part, and where its body begins.

    Raises :class:`BrokenMailError`.
    """
    return _head(memoryview(data))


def parts(data: bytes) -> list[Part]:
    """The parts of a mail that hold bytes, in order; those of attached mails, too.

    Raises :class:`BrokenMailError`.
    """
    return list(_parts(memoryview(data), "", "", DEPTH, count(1)))


def _parts(
    data: memoryview, number: str, inside: str, depth: int, counted: Iterator[int]
) -> Iterator[Part]:
    if next(counted) > PARTS:
        raise BrokenMailError(f"it has more than {PARTS} parts")
    if depth == 0:
        raise BrokenMailError(f"its parts are nested more than {DEPTH} deep")
    headers, start = _head(data)
    kind, body = headers.get_content_type(), data[start:]
    if kind.startswith("multipart/"):
        for index, piece in enumerate(_split(body, _boundary(headers)), 1):
            inner = f"{number}.{index}" if number else str(index)
            yield from _parts(piece, inner, kind, depth - 1, counted)
    elif kind == "message/rfc822":
        attached = memoryview(_decoded_body(headers, body))
        yield from _parts(attached, number, kind, depth - 1, counted)
    else:
        yield Part(number or "1", headers, body, inside)


def _head(data: memoryview) -> tuple[Message, int]:
    block = bytes(data[: HEADER_BYTES + 4])
    if block.startswith((b"\n", b"\r\n")):
        return Message(), 1 + block.startswith(b"\r")
    blank = _BLANK.search(block)
    if blank is None and len(data) > HEADER_BYTES:
        raise BrokenMailError(f"its headers are longer than {HEADER_BYTES} bytes")
    end, start = (len(block), len(block)) if blank is None else blank.span()
    head = block[:end]
    if head.count(b"\n") > HEADER_LINES:
        raise BrokenMailError(f"its headers are more than {HEADER_LINES} lines")
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    headers = HeaderParser().parsestr(text, headersonly=True)
    for name in _WITH_PARAMETERS:
        if any(len(str(each)) > PARAMETERS for each in headers.get_all(name, [])):
            raise BrokenMailError(f"its {name} is longer than {PARAMETERS} characters")
    return headers, start


def _boundary(headers: Message) -> bytes:
    try:
        boundary = headers.get_boundary()
    except ValueError:
        boundary = None
    if not boundary or len(boundary) > 200 or not boundary.isascii():
        raise BrokenMailError("it has parts, but no usable boundary between them")
    return boundary.encode("ascii")


def _split(body: memoryview, boundary: bytes) -> Iterator[memoryview]:
    """What is between the boundaries; the line end before one belongs to it (RFC 2046 §5.1.1)."""
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    begin: int | None = None
    for found in line.finditer(body):
        if begin is not None:
            yield body[begin : max(begin, found.start())]
        if found[1] is not None:
            return
        begin = found.end() + 1 + (bytes(body[found.end() : found.end() + 1]) == b"\r")
    raise BrokenMailError("its end is missing: the last boundary is not there")


def _decoded_body(headers: Message, body: memoryview) -> bytes:
    encoding = str(headers.get("Content-Transfer-Encoding", "")).strip().lower()
    if encoding in _PLAIN:
        return bytes(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(bytes(body))
    if encoding == "base64":
        return _base64(bytes(body))
    raise BrokenMailError(f"a part is encoded as {encoding[:40]!a}")


def _base64(body: bytes) -> bytes:
    # RFC 2045 §6.8 would pass over other signs: here they are the trace of damage
    plain = body.translate(None, _SPACE)
    if len(plain) % 4 or not _BASE64.match(plain):
        raise BrokenMailError("a part is no whole base64")
    return binascii.a2b_base64(plain)
