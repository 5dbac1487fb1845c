"""The same bytes with other line ends, with and without their headers: what others may have hashed.

Only to say why a digest differs; nothing that was made here is ever taken for the message.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import md5

from gateway.channels.as2.cms.digests import ALGORITHMS, digests_of
from gateway.channels.as2.explain.explanation import MicVariant
from gateway.channels.as2.extent import Extent
from gateway.channels.as2.link import Limits
from gateway.channels.as2.mime.entity import split_head
from gateway.channels.as2.refusal import RefusedError

MOST = 32_000_000
"""Bytes of which variants are made; of larger ones only the digest as received is told."""
SHOWN = ("sha-1", "sha-256", "sha-384", "sha-512")
_LIMITS = Limits(header_bytes=256_000, headers=500)


@dataclass(frozen=True, slots=True)
class Variant:
    """Other bytes, and how they differ: ``with LF as line end``."""

    change: str
    data: bytes


def variants(content: Extent) -> Iterator[Variant]:
    """Line ends and ends as they are changed on the way, the likeliest first."""
    if content.size > MOST:
        return
    data = content.read(content.size)
    seen = {data}
    for change, made in _changes(data):
        if made not in seen:
            seen.add(made)
            yield Variant(change, made)


def _changes(data: bytes) -> Iterator[tuple[str, bytes]]:
    unix = data.replace(b"\r\n", b"\n")
    windows = unix.replace(b"\n", b"\r\n")
    mark = next((end for end in (b"\r\n\r\n", b"\n\n") if end in data), b"")
    head, _, body = data.partition(mark) if mark else (data, b"", b"")
    yield "with CRLF as line end", windows
    yield "with LF as line end", unix
    if mark:
        head_windows = head.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        yield "with CRLF as line end of the headers", head_windows + b"\r\n\r\n" + body
        yield "with LF as line end of the headers", (head.replace(b"\r\n", b"\n") + b"\n\n" + body)
    for name, form in (("", data), (", all CRLF", windows), (", all LF", unix)):
        yield f"with a line end more at the end{name}", form + b"\r\n"
        yield f"with a line end (LF) more at the end{name}", form + b"\n"
        yield f"with a line end less at the end{name}", _chopped(form)
    yield "without blanks at line ends", _trimmed(windows)
    yield "without NUL or Ctrl-Z at the end", data.rstrip(b"\x00\x1a")


def _chopped(data: bytes) -> bytes:
    return data.removesuffix(b"\n").removesuffix(b"\r")


def _trimmed(data: bytes) -> bytes:
    return b"\r\n".join(line.rstrip(b" \t") for line in data.split(b"\r\n"))


@dataclass(frozen=True, slots=True)
class Covered:
    """Bytes that a MIC may be over: ``the signed part with its headers``."""

    over: str
    content: Extent


def covered(name: str, part: Extent) -> Iterator[Covered]:
    """A MIME part with its headers, and without."""
    yield Covered(f"{name}, headers included", part)
    try:
        _, body = split_head(part, _LIMITS)
    except RefusedError:
        return
    if body.size != part.size:
        yield Covered(f"{name}, without its headers", body)


def mic_variants(over: list[Covered], right: str, digest: str) -> Iterator[MicVariant]:
    """All digests of all of them; ``right`` is what RFC 4130 means, by ``digest``."""
    for each in over:
        for name, value in digests_of(each.content, SHOWN).items():
            text = b64encode(value).decode("ascii")
            yield MicVariant(each.over, name, text, each.over == right and name == digest)


def found_in(over: list[Covered], wanted: bytes) -> Iterator[str]:
    """Over which bytes a digest is, changed ones among them: one sentence each."""
    for each in over:
        for name, value in digests_of(each.content, ALGORITHMS).items():
            if value == wanted:
                yield f"{name} over {each.over}"
        if _md5(each.content) == wanted:
            yield f"md5 over {each.over}"
        for variant in variants(each.content):
            for name, value in digests_of(Extent.of(variant.data), ALGORITHMS).items():
                if value == wanted:
                    yield f"{name} over {each.over}, {variant.change}"


def _md5(content: Extent) -> bytes:
    running = md5(usedforsecurity=False)
    for chunk in content.chunks():
        running.update(chunk)
    return running.digest()
