"""A window over a stream of bytes that grows on demand: memory is what the reader still needs."""

from __future__ import annotations

from collections.abc import Iterable

BLOCK = 1 << 16
"""Bytes taken from the stream at least, so that tiny chunks cost no more than large ones."""


class Source:
    """The bytes from :attr:`pos` on that are already here, and a way to get more.

    ``data[pos]`` is byte ``base + pos`` of the stream. Everything before ``pos`` may go at any call
    of :meth:`more`; offsets that must survive it are kept relative to ``pos``.
    """

    __slots__ = ("_block", "_chunks", "base", "data", "ended", "pos")

    def __init__(self, chunks: Iterable[bytes], block: int = BLOCK) -> None:
        self.data = b""
        self.pos = 0
        self.base = 0
        self.ended = False
        self._chunks = iter(chunks)
        self._block = block

    @property
    def offset(self) -> int:
        """Where ``pos`` is in the stream."""
        return self.base + self.pos

    def more(self) -> bool:
        """Get at least one block more; False at the end of the stream.

        Also at least as much as is here already: so that a reader which starts over after each
        call stays linear.
        """
        if self.ended:
            return False
        rest = self.data[self.pos :]
        wanted = max(self._block, len(rest))
        pieces, got = [rest], 0
        for chunk in self._chunks:
            pieces.append(chunk)
            got += len(chunk)
            if got >= wanted:
                break
        else:
            self.ended = True
        self.base += self.pos
        self.pos = 0
        self.data = b"".join(pieces)
        return got > 0

    def need(self, count: int) -> bool:
        """Whether ``count`` bytes are there from ``pos`` on, after getting what can be got."""
        while len(self.data) - self.pos < count:
            if not self.more():
                return False
        return True

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes, which are then behind ``pos``."""
        start = self.pos
        self.pos = start + count
        return self.data[start : self.pos]
