"""The requests of one session, answered from a mailbox. Runs in worker threads, one call at a time.

What is not to be done is answered with a status and a sentence, and recorded; nothing a client
sends raises out of here but :class:`~gateway.channels.sftp.server.wire.WireError`, which ends the
session.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count

from gateway.channels.sftp.server import shown, wire
from gateway.channels.sftp.server.handles import Listing, Reading, Writing
from gateway.channels.sftp.server.hosting import Box, Entry, Opening, Refusal, Why
from gateway.channels.sftp.server.paths import ONLY_FOLDERS, ROOT, PathError, Spot, plain, spot
from gateway.channels.sftp.server.record import Told

LOG = logging.getLogger(__name__)
MOST_OPEN = 128
"""Files and folders open in a session."""
NAMES_AT_ONCE = 128
_BLOCK = 4096
_LONGEST_NAME = 255
_CODES: Mapping[Why, int] = {
    "missing": wire.NO_SUCH_FILE,
    "denied": wire.PERMISSION_DENIED,
    "unsupported": wire.OP_UNSUPPORTED,
}
"""Version 3 has no more; everything else is ``FAILURE`` with its text."""
_EXTENSIONS = (
    (b"posix-rename@openssh.com", b"1"),
    (b"statvfs@openssh.com", b"2"),
    (b"fstatvfs@openssh.com", b"2"),
    (b"fsync@openssh.com", b"1"),
    (b"lsetstat@openssh.com", b"1"),
    (b"limits@openssh.com", b"1"),
)
_FIXED = "the folders of a mailbox are fixed"
_LINKS = "there are no links in a mailbox"

Handle = Writing | Reading | Listing


class Operations:
    """A session: what it has open, and what it asks for."""

    def __init__(self, box: Box, owner: str, told: Told, handles: threading.Semaphore) -> None:
        self._box = box
        self._owner = owner
        self._told = told
        self._handles = handles
        self._open: dict[bytes, Handle] = {}
        self._names = (number.to_bytes(4, "big") for number in count(1))
        self._begun = False
        self._number = 0
        self._answered = 0

    def answer(self, packet: bytes, answered: int) -> bytes:
        """The answer to a request.

        ``answered``: how many answers had been sent when it came. Raises
        :class:`~gateway.channels.sftp.server.wire.WireError` for what is no SFTP.
        """
        self._number += 1
        self._answered = answered
        kind = packet[0]
        if not self._begun:
            if kind != wire.INIT:
                raise wire.WireError("the first packet is INIT")
            self._begun = True
            return wire.version(_EXTENSIONS)
        fields = wire.Fields(packet, 1)
        request = fields.number()
        try:
            return _OPERATIONS.get(kind, Operations._unknown)(self, request, fields)
        except Refusal as refusal:
            return wire.status(request, _CODES.get(refusal.why, wire.FAILURE), refusal.text)
        except wire.WireError as error:
            return wire.status(request, wire.BAD_MESSAGE, str(error))
        except Exception:
            LOG.exception("a request of an SFTP session failed")
            return wire.status(request, wire.FAILURE, "failed; the other side has the details")

    def end(self) -> None:
        """The session is over: what is open is torn."""
        for each in self._open.values():
            try:
                self._tear(each)
            except Exception:
                LOG.exception("a file of an SFTP session could not be put aside")
            finally:
                self._handles.release()
        self._open.clear()
        self._box.close()

    def _tear(self, handle: Handle) -> None:
        if isinstance(handle, Writing):
            self._told("put", handle.spot, size=handle.size, outcome="the session ended before")
            handle.tear()
        elif isinstance(handle, Reading):
            self._told("get", handle.spot, size=handle.sent, outcome="the session ended before")
            handle.tear()

    # ---- files

    def _open_file(self, request: int, fields: wire.Fields) -> bytes:
        path, flags, _ = fields.string(), fields.number(), fields.attributes()
        writes = flags & (wire.FXF_WRITE | wire.FXF_APPEND)
        action = "put" if writes else "get"
        where = self._spot(action, path)
        with self._told.refusals(action, where), self._room():
            if where.is_folder:
                raise Refusal("denied", f"{where} is a folder")
            if not writes:
                return self._opened(request, Reading(where, self._box.download(where)))
            opening = Opening(
                create=bool(flags & wire.FXF_CREAT),
                fresh=bool(flags & wire.FXF_TRUNC),
                only_new=flags & wire.FXF_EXCL != 0,
            )
            upload = self._box.upload(where, opening)
        append = bool(flags & wire.FXF_APPEND)
        return self._opened(request, Writing(where, upload, append=append))

    @contextmanager
    def _room(self) -> Iterator[None]:
        """Room for one more that is opened in here; each one is a file that we have open, too."""
        if len(self._open) >= MOST_OPEN:
            raise Refusal("busy", f"a session may have {MOST_OPEN} files and folders open")
        if not self._handles.acquire(blocking=False):
            raise Refusal("busy", "too many files and folders are open in all of your sessions")
        try:
            yield
        except BaseException:
            self._handles.release()
            raise

    def _opened(self, request: int, handle: Handle) -> bytes:
        name = next(self._names)
        self._open[name] = handle
        return wire.handle(request, name)

    def _close(self, request: int, fields: wire.Fields) -> bytes:
        handle = self._open.pop(fields.string(), None)
        if handle is None:
            raise Refusal("invalid", "nothing is open under this handle")
        self._handles.release()
        if isinstance(handle, Writing):
            size = handle.size
            with self._told.refusals("put", handle.spot, size=size):
                handle.close()
            self._told("put", handle.spot, size=size)
        elif isinstance(handle, Reading):
            with self._told.refusals("get", handle.spot, size=handle.sent):
                handle.close(self._answered)
            self._told("get", handle.spot, size=handle.sent)
        return wire.status(request, wire.OK)

    def _read(self, request: int, fields: wire.Fields) -> bytes:
        handle = self._open.get(fields.string())
        offset, size = fields.long(), fields.number()
        if not isinstance(handle, Reading):
            raise Refusal("denied", "it is not open for reading")
        found = handle.read(offset, min(size, wire.LONGEST_DATA), self._number)
        return wire.data(request, found) if found else wire.status(request, wire.EOF)

    def _write(self, request: int, fields: wire.Fields) -> bytes:
        handle = self._open.get(fields.string())
        offset, data = fields.long(), fields.string()
        if not isinstance(handle, Writing):
            raise Refusal("denied", "it is not open for writing")
        handle.write(offset, data)
        return wire.status(request, wire.OK)

    def _sync(self, request: int, fields: wire.Fields) -> bytes:
        handle = self._open.get(fields.string())
        if not isinstance(handle, Writing):
            raise Refusal("denied", "it is not open for writing")
        handle.sync()
        return wire.status(request, wire.OK)

    # ---- what files are

    def _stat(self, request: int, fields: wire.Fields) -> bytes:
        return wire.attrs(request, shown.attributes(self._entry(self._place(fields.string()))))

    def _fstat(self, request: int, fields: wire.Fields) -> bytes:
        handle = self._open.get(fields.string())
        if handle is None:
            raise Refusal("invalid", "nothing is open under this handle")
        if isinstance(handle, Listing):
            return wire.attrs(request, shown.attributes(self._entry(handle.spot)))
        writes = isinstance(handle, Writing)
        about = Entry(handle.spot.name or "", handle.size, int(time.time()), writable=writes)
        return wire.attrs(request, shown.attributes(about))

    def _setstat(self, request: int, fields: wire.Fields) -> bytes:
        """Times and modes are ours to give; a client that sets them is told that it may."""
        entry, wanted = self._entry(self._place(fields.string())), fields.attributes()
        if wanted.size is not None and wanted.size != entry.size:
            raise Refusal("unsupported", "a file that is closed keeps its size")
        return wire.status(request, wire.OK)

    def _fsetstat(self, request: int, fields: wire.Fields) -> bytes:
        handle = self._open.get(fields.string())
        wanted = fields.attributes()
        if isinstance(handle, Writing):
            handle.set(wanted)
        elif handle is None or wanted.size is not None:
            raise Refusal("denied", "it is not open for writing")
        return wire.status(request, wire.OK)

    def _realpath(self, request: int, fields: wire.Fields) -> bytes:
        try:
            path = plain(fields.string()).encode()
        except PathError as error:
            raise Refusal("invalid", str(error)) from error
        return wire.names(request, [(path, path, wire.NO_ATTRIBUTES)])

    def _entry(self, where: Spot) -> Entry:
        return shown.root(int(time.time())) if where == ROOT else self._box.stat(where)

    # ---- folders

    def _open_folder(self, request: int, fields: wire.Fields) -> bytes:
        where = self._spot("list", fields.string())
        with self._told.refusals("list", where), self._room():
            now = int(time.time())
            if where == ROOT:
                entries = iter(shown.folders(now))
            elif where.is_folder:
                entries = self._box.list(where)
            else:
                raise Refusal("missing", f"{where} is no folder")
        self._told("list", where)
        return self._opened(request, Listing(where, shown.with_dots(entries, now)))

    def _read_folder(self, request: int, fields: wire.Fields) -> bytes:
        handle = self._open.get(fields.string())
        if not isinstance(handle, Listing):
            raise Refusal("denied", "it is no folder")
        entries = handle.some(NAMES_AT_ONCE)
        if not entries:
            return wire.status(request, wire.EOF)
        now = int(time.time())
        return wire.names(request, (shown.name(each, self._owner, now) for each in entries))

    def _make_folder(self, request: int, fields: wire.Fields) -> bytes:
        return self._never(request, fields.string(), "mkdir", "denied", _FIXED)

    def _remove_folder(self, request: int, fields: wire.Fields) -> bytes:
        return self._never(request, fields.string(), "rmdir", "denied", _FIXED)

    # ---- names

    def _remove(self, request: int, fields: wire.Fields) -> bytes:
        where = self._spot("remove", fields.string())
        with self._told.refusals("remove", where):
            _file(where)
            self._box.remove(where)
        self._told("remove", where)
        return wire.status(request, wire.OK)

    def _rename(self, request: int, fields: wire.Fields) -> bytes:
        return self._renamed(request, fields, replace=False)

    def _posix_rename(self, request: int, fields: wire.Fields) -> bytes:
        return self._renamed(request, fields, replace=True)

    def _renamed(self, request: int, fields: wire.Fields, *, replace: bool) -> bytes:
        source = self._spot("rename", fields.string())
        target = self._spot("rename", fields.string())
        with self._told.refusals("rename", source, target=target):
            _file(source)
            _file(target)
            self._box.rename(source, target, replace)
        self._told("rename", source, target=target)
        return wire.status(request, wire.OK)

    def _read_link(self, request: int, fields: wire.Fields) -> bytes:
        self._entry(self._place(fields.string()))
        raise Refusal("invalid", _LINKS)

    def _link(self, request: int, fields: wire.Fields) -> bytes:
        return self._never(request, fields.string(), "link", "unsupported", _LINKS)

    def _never(self, request: int, path: bytes, action: str, why: Why, text: str) -> bytes:
        self._told.path(action, path, outcome=text)
        return wire.status(request, _CODES[why], text)

    # ---- extensions

    def _extended(self, request: int, fields: wire.Fields) -> bytes:
        operation = _BY_NAME.get(fields.string(), Operations._unknown)
        return operation(self, request, fields)

    def _limits(self, request: int, _fields: wire.Fields) -> bytes:
        most = wire.LONGEST_DATA
        return wire.longs(request, (wire.LONGEST_PACKET, most, most, MOST_OPEN))

    def _space(self, request: int, _fields: wire.Fields) -> bytes:
        room = self._box.room()
        free = room.bytes_free // _BLOCK
        files = (room.files, room.files_free, room.files_free)
        whole = (_BLOCK, _BLOCK, room.bytes // _BLOCK, free, free, *files, 0, 0, _LONGEST_NAME)
        return wire.longs(request, whole)

    def _unknown(self, request: int, _fields: wire.Fields) -> bytes:
        return wire.status(request, wire.OP_UNSUPPORTED, "this server does not do that")

    # ---- paths

    def _spot(self, action: str, path: bytes) -> Spot:
        try:
            return self._place(path)
        except Refusal as refusal:
            self._told.path(action, path, outcome=refusal.text)
            raise

    def _place(self, path: bytes) -> Spot:
        try:
            return spot(path)
        except PathError as error:
            raise Refusal("missing" if error.missing else "invalid", str(error)) from error


def _file(where: Spot) -> None:
    if where.is_folder:
        raise Refusal("denied", ONLY_FOLDERS if where == ROOT else _FIXED)


_Operation = Callable[[Operations, int, wire.Fields], bytes]
_OPERATIONS: Mapping[int, _Operation] = {
    wire.OPEN: Operations._open_file,
    wire.CLOSE: Operations._close,
    wire.READ: Operations._read,
    wire.WRITE: Operations._write,
    wire.LSTAT: Operations._stat,
    wire.STAT: Operations._stat,
    wire.FSTAT: Operations._fstat,
    wire.SETSTAT: Operations._setstat,
    wire.FSETSTAT: Operations._fsetstat,
    wire.OPENDIR: Operations._open_folder,
    wire.READDIR: Operations._read_folder,
    wire.REMOVE: Operations._remove,
    wire.MKDIR: Operations._make_folder,
    wire.RMDIR: Operations._remove_folder,
    wire.REALPATH: Operations._realpath,
    wire.RENAME: Operations._rename,
    wire.READLINK: Operations._read_link,
    wire.SYMLINK: Operations._link,
    wire.EXTENDED: Operations._extended,
}
_BY_NAME: Mapping[bytes, _Operation] = {
    b"posix-rename@openssh.com": Operations._posix_rename,
    b"statvfs@openssh.com": Operations._space,
    b"fstatvfs@openssh.com": Operations._space,
    b"fsync@openssh.com": Operations._sync,
    b"lsetstat@openssh.com": Operations._setstat,
    b"limits@openssh.com": Operations._limits,
    b"hardlink@openssh.com": Operations._link,
}
