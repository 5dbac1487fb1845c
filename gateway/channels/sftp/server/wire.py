"""SFTP version 3 on the wire (draft-ietf-secsh-filexfer-02): bytes to requests, answers to bytes.

Pure. Lengths are checked before anything is copied; what cannot be read is a :class:`WireError`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

VERSION = 3
LONGEST_PACKET = 256 * 1024
LONGEST_DATA = LONGEST_PACKET - 1024
"""Bytes of a read or a write; the rest of a packet is room for its head."""

INIT, VERSION_REPLY = 1, 2
OPEN, CLOSE, READ, WRITE = 3, 4, 5, 6
LSTAT, FSTAT, SETSTAT, FSETSTAT = 7, 8, 9, 10
OPENDIR, READDIR, REMOVE, MKDIR, RMDIR = 11, 12, 13, 14, 15
REALPATH, STAT, RENAME, READLINK, SYMLINK = 16, 17, 18, 19, 20
STATUS, HANDLE, DATA, NAME, ATTRS = 101, 102, 103, 104, 105
EXTENDED, EXTENDED_REPLY = 200, 201

OK, EOF, NO_SUCH_FILE, PERMISSION_DENIED, FAILURE, BAD_MESSAGE = 0, 1, 2, 3, 4, 5
OP_UNSUPPORTED = 8

FXF_READ, FXF_WRITE, FXF_APPEND, FXF_CREAT, FXF_TRUNC, FXF_EXCL = 1, 2, 4, 8, 16, 32

_SIZE, _OWNER, _MODE, _TIMES, _MORE = 1, 2, 4, 8, 0x80000000
_HEAD = struct.Struct(">IBI")
_LENGTH = struct.Struct(">I")
_LONG = struct.Struct(">Q")
_LATEST = 0xFFFFFFFF


class WireError(ValueError):
    """Bytes that are no SFTP."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What is said of a file; as much as is used of it."""

    size: int | None = None
    mode: int | None = None
    changed: int | None = None
    """Seconds since 1970."""


class Fields:
    """The fields of a request, one after the other."""

    __slots__ = ("_at", "_data")

    def __init__(self, data: bytes, start: int = 0) -> None:
        self._data = data
        self._at = start

    def number(self) -> int:
        """Four bytes."""
        return int.from_bytes(self._next(4), "big")

    def long(self) -> int:
        """Eight bytes."""
        return int.from_bytes(self._next(8), "big")

    def string(self) -> bytes:
        """Bytes with their length in front."""
        return self._next(self.number())

    def attributes(self) -> Attributes:
        """What a client wants a file to be; owner and extensions are read over."""
        flags = self.number()
        size = self.long() if flags & _SIZE else None
        if flags & _OWNER:
            self._next(8)
        mode = self.number() if flags & _MODE else None
        changed = None
        if flags & _TIMES:
            self._next(4)
            changed = self.number()
        return Attributes(size, mode, changed)

    def _next(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise WireError("a request ends too early")
        found = self._data[self._at : end]
        self._at = end
        return found


class Frames:
    """Cuts what comes into packets."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self.broken = ""
        """Why nothing can be read any more; empty as long as it can."""

    def feed(self, data: bytes) -> list[bytes]:
        """The packets that are complete now, without their lengths."""
        rest = self._rest
        rest += data
        found: list[bytes] = []
        start = 0
        while not self.broken and len(rest) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(rest, start)
            if not 0 < length <= LONGEST_PACKET:
                self.broken = f"a packet of {length} bytes; 1 to {LONGEST_PACKET} are allowed"
                break
            end = start + _LENGTH.size + length
            if end > len(rest):
                break
            found.append(bytes(rest[start + _LENGTH.size : end]))
            start = end
        del rest[:start]
        return found


def _string(data: bytes) -> bytes:
    return _LENGTH.pack(len(data)) + data


def _reply(kind: int, request: int, body: bytes) -> bytes:
    return _HEAD.pack(len(body) + 5, kind, request) + body


def version(extensions: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The answer to INIT."""
    body = b"".join(_string(name) + _string(data) for name, data in extensions)
    return _HEAD.pack(len(body) + 5, VERSION_REPLY, VERSION) + body


def status(request: int, code: int, text: str = "") -> bytes:
    """How a request ended."""
    return _reply(STATUS, request, _LENGTH.pack(code) + _string(text.encode()) + _string(b"en"))


def handle(request: int, name: bytes) -> bytes:
    """Something was opened."""
    return _reply(HANDLE, request, _string(name))


def data(request: int, found: bytes) -> bytes:
    """Bytes of a file."""
    return b"".join((_HEAD.pack(len(found) + 9, DATA, request), _LENGTH.pack(len(found)), found))


def names(request: int, found: Iterable[tuple[bytes, bytes, bytes]]) -> bytes:
    """Names, each with its long form and its attributes (made by :func:`attributes`)."""
    entries = [_string(name) + _string(long) + about for name, long, about in found]
    return _reply(NAME, request, _LENGTH.pack(len(entries)) + b"".join(entries))


def attrs(request: int, about: bytes) -> bytes:
    """What a file is."""
    return _reply(ATTRS, request, about)


def attributes(size: int, mode: int, changed: int) -> bytes:
    """Size, mode and time of something."""
    at = min(max(changed, 0), _LATEST)
    return struct.pack(">IQIII", _SIZE | _MODE | _TIMES, size, mode, at, at)


NO_ATTRIBUTES = _LENGTH.pack(0)


def longs(request: int, values: Iterable[int]) -> bytes:
    """The answer to an extension that asks for numbers."""
    return _reply(EXTENDED_REPLY, request, b"".join(_LONG.pack(value) for value in values))
