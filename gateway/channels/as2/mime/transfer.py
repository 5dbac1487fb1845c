"""Content-Transfer-Encoding (RFC 2045 §6): taken off and put on, chunk by chunk.

Without the field a body is binary (RFC 4130 §4.1.1), not 7bit. Nothing is dropped: a character
that does not belong into base64 is a refusal.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, a2b_qp, b2a_base64
from collections.abc import Iterator

from gateway.channels.as2.extent import CHUNK, Extent, Scratch
from gateway.channels.as2.link import Encoding
from gateway.channels.as2.mime.headers import shown
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import problem

_AS_IT_IS = frozenset({"", "binary", "8bit", "7bit"})
_SPACE = b" \t\r\n"
_SOFT = re.compile(rb"=[ \t]*\r?\n")
_LAST = re.compile(rb"=[ \t]*\Z")
"""A soft line end whose CRLF went to the boundary that follows."""
_BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2})")
_LINE = 76
_PRINTABLE = _LINE - 3
"""Leaves room for the mark of a soft line end, or for a last blank."""
_ENCODED = CHUNK // 57 * 57
"""Bytes at a time that make whole lines of base64."""
_LITERAL = re.compile(rb"[^!-<>-~ ]")


def decoded(body: Extent, encoding: str | None, scratch: Scratch) -> Extent:
    """The bytes without their transfer encoding; the same range if there is none to take off.

    Raises :class:`RefusedError`: bad base64 (T227), bad quoted-printable (T228), an encoding
    that does not exist (T229).
    """
    name = encoding_of(encoding)
    if name in _AS_IT_IS:
        return body
    if name == "base64":
        return _through(_base64_off(body), body.size <= CHUNK, scratch)
    if name == "quoted-printable":
        return _through(_printable_off(body), body.size <= CHUNK, scratch)
    raise RefusedError(problem("T229", found=shown(name)))


def encoding_of(value: str | None) -> str:
    """The name in a value of Content-Transfer-Encoding, which may be quoted, or have parameters."""
    return (value or "").partition(";")[0].strip(" \t\"'").lower()


def encoded(body: Extent, encoding: Encoding, scratch: Scratch) -> Extent:
    """The bytes as they go out under that encoding; lines of at most 76 characters and CRLF."""
    if encoding == "base64":
        return _through(_base64_on(body), body.size <= CHUNK // 2, scratch)
    if encoding == "quoted-printable":
        return _through(_printable_on(body), body.size <= CHUNK // 4, scratch)
    return body


def base64_lines(data: bytes) -> bytes:
    """Base64 with a CRLF after each line."""
    text = b2a_base64(data, newline=False)
    return b"".join([text[at : at + _LINE] + b"\r\n" for at in range(0, len(text), _LINE)])


def _through(pieces: Iterator[bytes], small: bool, scratch: Scratch) -> Extent:
    if small:
        return Extent.of(b"".join(pieces))
    stream = scratch()
    size = 0
    for piece in pieces:
        stream.write(piece)
        size += len(piece)
    return Extent(stream, 0, size)


def _base64_off(body: Extent) -> Iterator[bytes]:
    rest = b""
    at = 0
    ended = False
    for chunk in body.chunks():
        text = rest + chunk.translate(None, _SPACE)
        whole = len(text) // 4 * 4
        text, rest = text[:whole], text[whole:]
        if text:
            if ended:
                raise RefusedError(problem("T227", why=f"more follows the end, before byte {at}"))
            yield _quads(text, at)
            ended = text.endswith(b"=")
        at += len(chunk)
    if rest:
        raise RefusedError(problem("T227", why=f"{len(rest)} characters too many at its end"))


def _quads(text: bytes, at: int) -> bytes:
    try:
        return a2b_base64(text, strict_mode=True)
    except Error as error:
        why = f"{str(error).lower()}, after byte {at}"
        raise RefusedError(problem("T227", why=why)) from None


def _base64_on(body: Extent) -> Iterator[bytes]:
    for chunk in body.chunks(_ENCODED):
        yield base64_lines(chunk)


def _printable_off(body: Extent) -> Iterator[bytes]:
    """Blanks at the end of a line are kept: HTTP puts none there, so they are the sender's."""
    rest = b""
    for chunk in body.chunks():
        text = rest + chunk
        cut = text.rfind(b"\n") + 1 or _safe_cut(text)
        rest = text[cut:]
        if len(rest) > CHUNK:
            raise RefusedError(problem("T228", found="a line that does not end"))
        yield _printable(text[:cut])
    yield _printable(_LAST.sub(b"", rest))


def _safe_cut(text: bytes) -> int:
    """Where a text without line ends may be cut: not within an escape."""
    equals = text.rfind(b"=")
    tail = text[equals + 1 :]
    return equals if equals >= 0 and (len(tail) < 2 or not tail.strip(_SPACE)) else len(text)


def _printable(text: bytes) -> bytes:
    text = _SOFT.sub(b"", text)
    if bad := _BAD_ESCAPE.search(text):
        raise RefusedError(
            problem("T228", found=shown(text[bad.start() : bad.start() + 3].decode("latin-1")))
        )
    return a2b_qp(text)


def _printable_on(body: Extent) -> Iterator[bytes]:
    """Every line end is written as ``=0D=0A``: the payload is bytes, not lines (§6.7 rule 4)."""
    rest = b""
    for chunk in body.chunks():
        text = rest + _LITERAL.sub(lambda found: b"=%02X" % found[0][0], chunk)
        lines = []
        at = 0
        while len(text) - at > _PRINTABLE:
            end = at + _PRINTABLE
            equals = text.find(b"=", end - 2, end)
            end = equals if equals >= 0 else end
            lines.append(text[at:end] + b"=\r\n")
            at = end
        rest = text[at:]
        yield b"".join(lines)
    yield rest[:-1] + b"=20" if rest.endswith(b" ") else rest
