"""Walks over the elements of an extent, one after another, and into them; never backwards.

The cursor keeps a window of the extent in memory. Depth is counted, not recursed; a length is
compared with the room that the element around it has; every failure is a :class:`RefusedError`
that tells the byte (from the beginning of the extent). What may be large comes in chunks.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.channels.as2.ber.oids import name_of
from gateway.channels.as2.extent import CHUNK, Extent, Scratch
from gateway.channels.as2.refusal import RefusedError
from gateway.problems import Place, problem

DEPTH = 16
"""Elements inside of elements."""
MOST = 1_000_000
"""Bytes of one element that is taken into memory."""
NUMBER = 64
"""Bytes of an INTEGER; serial numbers have 20 at most (RFC 5280 §4.1.2.2)."""
END = 0
"""What :meth:`Reader.peek` says at the end of the element one is in."""
INTEGER, OCTETS, OID, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x30, 0x31
_CONSTRUCTED = 0x20
_INDEFINITE = -1
_PIECES, _PIECE = 65_536, 64
"""After so many pieces of a string they need so many bytes on an average: each costs time."""
_SKIPPED = 10_000
"""Elements inside of one without a length that is passed over: each has to be looked at."""
_PADDING = b"\x00\r\n"


class Reader:
    """A cursor. ``tag`` is always the identifier octet with its class and form (``0x30``)."""

    __slots__ = ("_at", "_base", "_data", "_end", "_extent", "_levels", "_open")

    def __init__(self, extent: Extent) -> None:
        self._extent: Extent | None = extent
        self._data = extent.read(CHUNK)
        self._base = 0
        self._at = 0
        self._end = extent.size
        self._open = False
        self._levels: list[tuple[int, bool]] = []

    @classmethod
    def of(cls, data: bytes) -> Reader:
        """Over bytes that are in memory."""
        reader = cls.__new__(cls)
        reader._extent = None
        reader._data = data
        reader._base = reader._at = 0
        reader._end = len(data)
        reader._open = False
        reader._levels = []
        return reader

    @property
    def offset(self) -> int:
        """Where the next element begins, from the beginning of the extent."""
        return self._at

    def peek(self) -> int:
        """The tag of the next element, :data:`END` at the end of the element one is in."""
        at = self._at
        if at >= self._end:
            if self._open:
                raise _cut_off(at, "the end of contents", 2, 0)
            return END
        index = at - self._base
        if index >= len(self._data):
            self._fill(1)
            index = at - self._base
        tag = self._data[index]
        if tag == END and not self._open:
            raise self.unexpected("an element")
        return tag

    def enter(self, tag: int, what: str) -> None:
        """Step into a constructed element; ``what`` it is, for the sentence if it is not there."""
        start = self._at
        _, length = self._head(what, tag)
        if len(self._levels) >= DEPTH:
            raise too_much(start, "elements inside of elements", DEPTH)
        self._levels.append((self._end, self._open))
        if length == _INDEFINITE:
            self._open = True
        else:
            self._open = False
            self._end = self._at + length

    def leave(self) -> None:
        """Step out; everything in the element has to be read or skipped."""
        if self.peek() != END:
            raise self.unexpected("the end")
        if self._open:
            self._end_of_contents()
        self._end, self._open = self._levels.pop()

    def finish(self) -> None:
        """The extent ends here: after it only zero bytes and line ends, as some peers add."""
        start, left = self._at, self._end - self._at
        if left > CHUNK or self._take(left).strip(_PADDING):
            self._at = start
            raise self.unexpected("the end")

    def skip(self, most: int = MOST) -> None:
        """Step over an element, whatever is in it; ``most`` bytes if its length is not given."""
        start = self._at
        _, length = self._head("an element")
        if length != _INDEFINITE:
            self._at += length
            return
        depth = len(self._levels) + 1
        opened, count = depth, 0
        while opened >= depth:
            count += 1
            if opened > DEPTH:
                raise too_much(start, "elements inside of elements", DEPTH)
            if count > _SKIPPED:
                raise too_much(start, "small elements in one", _SKIPPED)
            if self._at - start > most:
                raise too_much(start, "bytes in one element", most)
            if self._ends_here():
                self._at += 2
                opened -= 1
                continue
            _, length = self._head("an element")
            if length == _INDEFINITE:
                opened += 1
            else:
                self._at += length

    def element(self, most: int = MOST) -> bytes:
        """A whole element as it stands there, identifier and length too."""
        start = self._at
        self.skip(most)
        size = self._at - start
        if size > most:
            raise too_much(start, "bytes in one element", most)
        self._at = start
        return self._take(size)

    def value(self, tag: int, what: str, most: int = MOST) -> bytes:
        """The content of a primitive element."""
        start = self._at
        _, length = self._head(what, tag)
        if length == _INDEFINITE:
            self._at = start
            raise self.unexpected(f"{what} in one piece")
        if length > most:
            raise too_much(start, f"bytes in {what}", most)
        return self._take(length)

    def integer(self, what: str) -> int:
        """An INTEGER."""
        start = self._at
        content = self.value(INTEGER, what, NUMBER)
        if not content:
            raise unreadable(start, f"{what} without a value", "a number")
        return int.from_bytes(content, "big", signed=True)

    def oid(self, what: str) -> str:
        """An OBJECT IDENTIFIER by its name, dotted if it has none here."""
        start = self._at
        content = self.value(OID, what, NUMBER)
        try:
            return name_of(content)
        except ValueError as error:
            found = f"{what} {content.hex(' ')}"
            raise unreadable(start, found, "an object identifier") from error

    def octets(self, tag: int, what: str, most: int = MOST) -> bytes:
        """An OCTET STRING, whole or in pieces; ``tag`` is that of its primitive form."""
        if self.peek() == tag:
            return self.value(tag, what, most)
        pieces: list[bytes] = []
        start, size = self._at, 0
        for piece in self.chunks(tag, what):
            size += len(piece)
            if size > most:
                raise too_much(start, f"bytes in {what}", most)
            pieces.append(piece)
        return b"".join(pieces)

    def chunks(self, tag: int, what: str) -> Iterator[bytes]:
        """An OCTET STRING of any size, at most :data:`CHUNK` bytes at a time.

        The cursor stands behind it when the iterator has been read to its end.
        """
        if self.peek() == tag:
            _, length = self._head(what)
            yield from self._stretch(length)
            return
        pieces: list[bytes] = []
        size = 0
        for start, length in self._pieces(tag, what):
            self._at = start
            for piece in self._stretch(length):
                if size + len(piece) > CHUNK:
                    yield b"".join(pieces)
                    pieces, size = [], 0
                pieces.append(piece)
                size += len(piece)
        if size:
            yield b"".join(pieces)

    def step_over(self, tag: int, what: str) -> None:
        """As :meth:`chunks` without reading: an OCTET STRING of any size, each piece looked at."""
        if self.peek() == tag:
            self.skip()
            return
        for _ in self._pieces(tag, what):
            pass

    def content(self, tag: int, what: str, scratch: Scratch) -> Extent:
        """An OCTET STRING of any size: a part of our extent, or its pieces joined in scratch."""
        if self.peek() == tag:
            _, length = self._head(what)
            start = self._at
            self._at += length
            if self._extent is None:
                return Extent.of(self._data[start : start + length])
            return self._extent.part(start, length)
        stream, size = scratch(), 0
        for piece in self.chunks(tag, what):
            stream.write(piece)
            size += len(piece)
        return Extent(stream, 0, size)

    def unexpected(self, expected: str) -> RefusedError:
        """To raise where something else than ``expected`` comes next."""
        index = self._at - self._base
        octet = self._data[index : index + 1] if self._at < self._end else b""
        found = f"the tag {octet.hex().upper()}" if octet else "the end"
        return unreadable(self._at, found, expected)

    def _pieces(self, tag: int, what: str) -> Iterator[tuple[int, int]]:
        """Start and length of each primitive piece of a constructed OCTET STRING."""
        base, begin, count = len(self._levels), self._at, 0
        self.enter(tag | _CONSTRUCTED, what)
        while len(self._levels) > base:
            found = self.peek()
            if found == END:
                self.leave()
            elif found == OCTETS | _CONSTRUCTED:
                self.enter(found, what)
            elif found == OCTETS:
                _, length = self._head(what)
                count += 1
                if count > _PIECES and self._at - begin < count * _PIECE:
                    raise too_much(begin, f"small pieces of {what}", _PIECES)
                after = self._at + length
                yield self._at, length
                self._at = after
            else:
                raise self.unexpected(f"a piece of {what}")

    def _stretch(self, length: int) -> Iterator[bytes]:
        """Content octets from here on, in chunks."""
        after = self._at + length
        while self._at < after:
            yield self._take(min(CHUNK, after - self._at))

    def _head(self, what: str, expected: int | None = None) -> tuple[int, int]:
        """Tag and length (:data:`_INDEFINITE`) of the next element; the cursor goes behind them."""
        start = self._at
        if start >= self._end:
            raise unreadable(start, "the end", what)
        data = self._data
        index = start - self._base
        if index + 16 > len(data) and self._extent is not None:
            data = self._fill(16)
            index = start - self._base
        try:
            tag = data[index]
            if expected is not None and tag != expected:
                raise self.unexpected(what)
            length = data[index + 1]
            index += 2
            if tag & 0x1F == 0x1F:
                raise unreadable(start, f"the tag {tag:02X}{length:02X}", "a tag of one byte")
            if length >= 0x80:
                size = length & 0x7F
                if size > 8:
                    raise too_much(start, "bytes for a length", 8)
                length = int.from_bytes(data[index : index + size], "big") if size else _INDEFINITE
                index += size
        except IndexError:
            raise _cut_off(start, what, 2, self._end - start) from None
        self._at = at = index + self._base
        left = self._end - at
        if left < 0:
            raise _cut_off(start, what, at - start, self._end - start)
        if length > left:
            raise _cut_off(start, what, length, left)
        if length == _INDEFINITE and not tag & _CONSTRUCTED:
            raise unreadable(start, "a primitive element without a length", "a length")
        if tag == END:
            raise unreadable(start, "an end of contents", "an element")
        return tag, length

    def _ends_here(self) -> bool:
        index = self._at - self._base
        if index + 2 > len(self._data) and self._extent is not None:
            self._fill(2)
            index = self._at - self._base
        if self._at + 2 > self._end:
            raise _cut_off(self._at, "the end of contents", 2, self._end - self._at)
        return self._data[index : index + 2] == b"\x00\x00"

    def _end_of_contents(self) -> None:
        if not self._ends_here():
            raise self.unexpected("the end of contents")
        self._at += 2

    def _take(self, size: int) -> bytes:
        """So many bytes from here; the caller knows that they are inside."""
        index = self._at - self._base
        taken = self._data[index : index + size]
        if len(taken) < size:
            if self._extent is None:
                raise _cut_off(self._at, "the element", size, len(taken))
            taken = self._extent.part(self._at, size).read(size)
            if len(taken) < size:
                raise _cut_off(self._at, "the element", size, len(taken))
        self._at += size
        return taken

    def _fill(self, size: int) -> bytes:
        """Move the window so that it begins here, if fewer than ``size`` bytes are left in it."""
        extent = self._extent
        if extent is not None and self._base + len(self._data) < extent.size:
            self._data = extent.part(self._at).read(CHUNK)
            self._base = self._at
        if self._at >= self._base + len(self._data):
            raise _cut_off(self._at, "an element", size, 0)
        return self._data


def unreadable(offset: int, found: str, expected: str) -> RefusedError:
    """T200: something else stands there than has to."""
    return RefusedError(problem("T200", Place(offset=offset), found=found, expected=expected))


def _cut_off(offset: int, what: str, need: int, left: int) -> RefusedError:
    return RefusedError(problem("T201", Place(offset=offset), what=what, need=need, left=left))


def too_much(offset: int, what: str, most: int) -> RefusedError:
    """T202: beyond a limit."""
    return RefusedError(problem("T202", Place(offset=offset), what=what, most=most))
