"""Ranges laid end to end and read as one: a part around a payload without a copy of it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from gateway.channels.as2.extent import CHUNK, Extent


def join(pieces: Sequence[bytes | Extent]) -> Extent:
    """All pieces, one after another. The ranges must stay readable as long as the result is.

    Up to one chunk becomes plain bytes in memory; more is read where it lies, and cannot be
    written to.
    """
    total = sum(len(piece) if isinstance(piece, bytes) else piece.size for piece in pieces)
    if total <= CHUNK:
        return Extent.of(b"".join(_whole(piece) for piece in pieces))
    extents = [Extent.of(piece) if isinstance(piece, bytes) else piece for piece in pieces]
    return Extent(_Joined([piece for piece in extents if piece.size]), 0, total)


def _whole(piece: bytes | Extent) -> bytes:
    return piece if isinstance(piece, bytes) else piece.read(piece.size)


class _Joined:
    """A stream over several ranges."""

    def __init__(self, pieces: Sequence[Extent]) -> None:
        self._pieces = pieces
        self._starts = list(accumulate((piece.size for piece in pieces), initial=0))
        self._at = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, over as many ranges as that takes."""
        left = self._starts[-1] - self._at
        left = max(left if size < 0 else min(size, left), 0)
        got = []
        while left:
            number = bisect_right(self._starts, self._at) - 1
            piece = self._pieces[number]
            offset = self._at - self._starts[number]
            data = piece.part(offset, min(left, piece.size - offset)).read(left)
            if not data:
                raise EOFError(f"{left} bytes are missing at {self._at}")
            got.append(data)
            self._at += len(data)
            left -= len(data)
        return b"".join(got)

    def write(self, data: bytes, /) -> int:
        """Never: the ranges belong to others."""
        raise OSError(f"{len(data)} bytes cannot be written over joined ranges")

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place."""
        self._at = offset + (0, self._at, self._starts[-1])[whence]
        return self._at

    def tell(self) -> int:
        """Where it is."""
        return self._at
