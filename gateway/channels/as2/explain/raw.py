"""A raw message from files: headers, an empty line, the body; as a capture or an archive has it.

A first line of HTTP is passed over, chunks are put together, headers that are missing are guessed
from the first bytes. Every such help is noted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from gateway.channels.as2.extent import Extent, Scratch
from gateway.channels.as2.link import Limits
from gateway.channels.as2.mime.entity import split_head
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.as2.refusal import RefusedError

_START_LINE = re.compile(
    rb"(?:[A-Z]{3,8} [^\r\n]{1,2000} HTTP/[\d.]{1,5}|HTTP/[\d.]{1,5} \d{3}[^\r\n]{0,200})\r?\n"
)
_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}[ \t]*:")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,200}\r?\n")
_BOUNDARY = re.compile(rb"--([!-~][ -~]{0,68}[!-~])[ \t]*\r?\n")
_LIMITS = Limits(headers=500, header_bytes=256_000)


@dataclass(frozen=True, slots=True)
class Raw:
    """A message as it lies there; extents of ``body`` count from the begin of the file."""

    headers: Headers
    body: Extent
    notes: list[str] = field(default_factory=list)


def read_raw(file: Extent, head: Extent | None, scratch: Scratch) -> Raw:
    """From one file, or from a body and its headers in a second one (``head``).

    Raises :class:`RefusedError` where the headers cannot be read at all.
    """
    notes: list[str] = []
    if head is not None:
        headers, _ = split_head(_without_start_line(head), _LIMITS)
        body = file
    else:
        whole = _without_start_line(file)
        if _FIELD.match(whole.read(100)):
            headers, body = _split(whole, notes)
        else:
            headers, body = _guessed(whole.read(2_000), notes), whole
    if "chunked" in (headers.get("Transfer-Encoding") or "").lower():
        body = _without_chunks(body, scratch, notes)
    _measured(headers, body, notes)
    return Raw(headers, body, notes)


def _without_start_line(file: Extent) -> Extent:
    found = _START_LINE.match(file.read(4_000))
    return file.part(found.end()) if found else file


def _split(whole: Extent, notes: list[str]) -> tuple[Headers, Extent]:
    """Lines that are no fields are left out: the rest may say enough."""
    try:
        return split_head(whole, _LIMITS)
    except RefusedError as refused:
        data = whole.read(_LIMITS.header_bytes)
        head, mark, _ = data.partition(b"\r\n\r\n")
        if not mark:
            raise
        lines = [line for line in head.split(b"\r\n") if _FIELD.match(line) or line[:1] in b" \t"]
        notes.append(f"headers that cannot be read were left out: {refused.problem.sentence}")
        return Headers.parse(b"\r\n".join(lines), _LIMITS), whole.part(len(head) + 4)


def _guessed(begin: bytes, notes: list[str]) -> Headers:
    """A body alone: CMS in bytes or base64, or a multipart."""
    found = _BOUNDARY.match(begin)
    if found:
        signed = b"message/disposition-notification" not in begin or b"multipart/report" in begin
        kind = f'multipart/{"signed" if signed else "report"}; boundary="{found[1].decode()}"'
    elif begin[:1] == b"\x30" or begin.startswith(b"MI"):
        kind = "application/pkcs7-mime"
    else:
        kind = "application/octet-stream"
    notes.append(f"the file has no headers; it was read as {kind.partition(';')[0]}")
    return Headers.of([("Content-Type", kind)])


def _without_chunks(body: Extent, scratch: Scratch, notes: list[str]) -> Extent:
    """Chunks of a captured body put together; as it is, if it has none."""
    stream, at, size = scratch(), 0, 0
    while at < body.size:
        found = _CHUNK.match(body.part(at).read(300))
        if found is None:
            if at == 0:
                return body  # It was put together already when it was stored.
            notes.append(f"the chunks end at byte {at} of the body")
            break
        length = int(found[1], 16)
        at += found.end()
        if length == 0:
            break
        piece = body.part(at, min(length, body.size - at))
        for data in piece.chunks():
            stream.write(data)
        size += piece.size
        at = min(at + length + 2, body.size)
    notes.append("the body was put together from its chunks; offsets count in the whole")
    return Extent(stream, 0, size)


def _measured(headers: Headers, body: Extent, notes: list[str]) -> None:
    said = (headers.get("Content-Length") or "").strip()
    if said.isdecimal() and len(said) < 16 and int(said) != body.size:
        missing = int(said) - body.size
        what = f"{missing} are missing" if missing > 0 else f"{-missing} are too many"
        notes.append(f"Content-Length is {int(said)}, the body has {body.size} bytes: {what}")
