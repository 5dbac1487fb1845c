"""A range of bytes in something that can be read anywhere: a spooled body, a part of it.

Layers are opened from one scratch file into the next, so that a message of 2 GB needs no more
memory than one of 2 kB. A scratch file of a small message is memory only: the caller decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol

CHUNK = 256 * 1024
"""Bytes that are held in memory at a time."""


class Seekable(Protocol):
    """A binary stream that can be read and written anywhere."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; none at the end."""

    def write(self, data: bytes, /) -> Any:
        """Append or overwrite."""

    def seek(self, offset: int, whence: int = 0, /) -> Any:
        """Go to a place."""

    def tell(self) -> int:
        """Where it is."""


Scratch = Callable[[], Seekable]
"""Makes an empty stream that lives as long as the message is worked on."""


@dataclass(frozen=True, slots=True)
class Extent:
    """``size`` bytes of ``stream`` from ``start``. Reading moves the stream."""

    stream: Seekable
    start: int
    size: int

    @classmethod
    def of(cls, data: bytes) -> Extent:
        """Bytes that are in memory."""
        return cls(BytesIO(data), 0, len(data))

    @classmethod
    def rest(cls, stream: Seekable, start: int = 0) -> Extent:
        """Everything of a stream from a place on."""
        stream.seek(0, 2)
        return cls(stream, start, stream.tell() - start)

    def chunks(self, size: int = CHUNK) -> Iterator[bytes]:
        """The bytes, piece by piece. Others may move the stream in between."""
        at, left = self.start, self.size
        while left > 0:
            self.stream.seek(at)
            piece = self.stream.read(min(size, left))
            if not piece:
                raise EOFError(f"{left} bytes are missing at {at}")
            yield piece
            at += len(piece)
            left -= len(piece)

    def read(self, most: int) -> bytes:
        """The first bytes, at most so many."""
        self.stream.seek(self.start)
        return self.stream.read(min(most, self.size))

    def part(self, start: int, size: int | None = None) -> Extent:
        """A range inside, from its own start."""
        left = self.size - start if size is None else size
        if start < 0 or left < 0 or start + left > self.size:
            raise ValueError(f"{start}+{left} is not inside of {self.size} bytes")
        return Extent(self.stream, self.start + start, left)
