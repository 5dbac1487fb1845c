"""Envelopes and compressed contents in the shapes that peers write; what openssl makes of them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from gateway.channels.as2.ber.writer import element, header
from gateway.channels.as2.extent import Extent
from tests.as2.ber.loosened import EOC, elements
from tests.as2.credentials import KEYS


def openssl(*arguments: str, data: bytes) -> bytes:
    """What ``openssl cms`` makes of the data; an ``AssertionError`` with its words if it fails."""
    done = subprocess.run(
        ["openssl", "cms", "-binary", *arguments], input=data, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def key_of(name: str) -> Sequence[str]:
    """Arguments to decrypt as somebody."""
    return "-recip", str(pem(name)), "-inkey", str(KEYS / f"{name}.key")


def pem(name: str) -> Path:
    return KEYS / f"{name}.pem"


def whole(extent: Extent) -> bytes:
    return b"".join(extent.chunks())


def reshaped(data: bytes, piece: int, *, definite: bool = False, nested: bool = False) -> bytes:
    """DER of a CMS structure anew: long strings in pieces, constructed elements without lengths."""
    out = b""
    for tag, content in elements(data):
        if tag & 0x20:
            inner = reshaped(content, piece, definite=definite, nested=nested)
            # names and algorithms are signed or compared as they are
            keep = tag in (0x30, 0x31) and len(content) < 120
            out += element(tag, content) if keep else _constructed(tag, inner, definite)
        elif tag in (0x04, 0x80) and len(content) > 64 and piece:
            pieces = [content[at : at + piece] for at in range(0, len(content), piece)]
            joined = b"".join(element(0x04, one) for one in pieces)
            if nested:
                joined = _constructed(0x24, joined, definite) + element(0x04, b"")
            out += _constructed(tag | 0x20, joined, definite)
        else:
            out += element(tag, content)
    return out


def _constructed(tag: int, content: bytes, definite: bool) -> bytes:
    if definite:
        return header(tag, len(content)) + content
    return bytes((tag, 0x80)) + content + EOC


class Pattern(BytesIO):
    """A stream of any size that needs no memory: bytes that differ from block to block."""

    _BLOCK = bytes(range(256)) * 1024

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size, self.at = size, 0

    def seek(self, offset: int, whence: int = 0, /) -> int:
        assert whence == 0
        self.at = offset
        return offset

    def read(self, size: int | None = -1, /) -> bytes:
        left = self.size - self.at
        size = left if size is None or size < 0 else min(size, left)
        number, skip = divmod(self.at, len(self._BLOCK))
        block = number.to_bytes(8, "big") + self._BLOCK[8:]
        found = block[skip : skip + size]
        self.at += len(found)
        return found
