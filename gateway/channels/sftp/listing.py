"""What is in a folder, page by page, with every name looked at before it is believed."""

from __future__ import annotations

import asyncio
import stat
from collections import deque
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any, cast

import asyncssh
from asyncssh import SFTPAttrs, SFTPName

from gateway.channels.remote.directory import Entry, Kind
from gateway.channels.sftp.failure import Doing, protocol, said_by
from gateway.channels.sftp.requests import on_the_way

if TYPE_CHECKING:
    from gateway.channels.sftp.session import Session

AHEAD = 4
"""Pieces of a listing that are asked for ahead, of a server that answers in order."""
MOST = 2_000_000
"""Entries of one folder: a listing that is longer than that never ends."""
LONGEST_NAME = 1024
"""Bytes; file systems have 255."""
LARGEST = 2**63 - 1
"""Bytes of a file. More is a negative number, read as an unsigned one."""
_KINDS: dict[int, Kind] = {
    asyncssh.FILEXFER_TYPE_REGULAR: "file",
    asyncssh.FILEXFER_TYPE_DIRECTORY: "folder",
    asyncssh.FILEXFER_TYPE_SYMLINK: "link",
}
_LETTERS: dict[bytes, Kind] = {b"d": "folder", b"l": "link", b"-": "file"}
"""First sign of the line that `ls -l` would print."""
_HERE = (b".", b"..")


async def scan(session: Session, folder: str) -> AsyncIterator[Sequence[Entry]]:
    """What is in a folder, in the pieces that the server sends; each has to come in time."""
    doing = session.doing("listing", folder)
    handler = session.handler
    handle = await session.ask(doing, handler.opendir(session.path(folder)))
    ahead: deque[asyncio.Task[Sequence[SFTPName] | None]] = deque()
    count = 0
    try:
        while True:
            while len(ahead) < (AHEAD if session.orderly else 1):
                ahead.append(on_the_way(_names(handler, handle)))
            page = await session.ask(doing, ahead.popleft())
            if page is None:
                return
            count += max(1, len(page))  # a server may send nothing, for ever
            if count > MOST:
                protocol(doing, f"the listing does not end: more than {MOST} entries came")
            found = [
                entry(_name(each, doing), each.attrs, _line(each), doing)
                for each in page
                if each.filename not in _HERE
            ]
            if found:
                yield found
    finally:
        for each in ahead:
            each.cancel()
        session.later(doing, handler.close(handle))


async def _names(handler: Any, handle: bytes) -> Sequence[SFTPName] | None:
    """The next piece of a listing; ``None`` behind the last one."""
    try:
        names, _ = await handler.readdir(handle)
    except asyncssh.SFTPEOFError:
        return None
    return cast(Sequence[SFTPName], names)


def _name(each: SFTPName, doing: Doing) -> str:
    raw = each.filename
    name = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogateescape")
    text = name.decode("utf-8", "surrogateescape")
    if not name or b"/" in name or b"\0" in name or len(name) > LONGEST_NAME:
        shown = said_by(name[:80].decode("utf-8", "backslashreplace"))
        protocol(doing, f"it lists the name “{shown}”, which no file in a folder can have")
    return text


def _line(each: SFTPName) -> bytes:
    return each.longname if isinstance(each.longname, bytes) else b""


def entry(name: str, attributes: SFTPAttrs, line: bytes, doing: Doing) -> Entry:
    """What the server tells of one thing, as far as it can be believed."""
    size = attributes.size
    if size is not None and size > LARGEST:
        protocol(doing, f"it tells a size of {size - 2**64} bytes")
    changed = None if attributes.mtime is None else int(attributes.mtime)
    return Entry(name, _kind(attributes, line), size, changed)


def _kind(attributes: SFTPAttrs, line: bytes) -> Kind:
    """A server that does not tell the kind is asked for by opening it: it is taken for a file."""
    if attributes.permissions is not None and stat.S_IFMT(attributes.permissions):
        return _KINDS.get(attributes.type, "other")
    return _LETTERS.get(line[:1], "file")
