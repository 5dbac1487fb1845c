"""A file that a session writes: its bytes lie apart until the partner closes it.

Only the partner's own close makes it whole. When his session ends without one, what came without a
gap stays, so that he can continue it; it is never handed on.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.sftp.server.hosting import Caller, Refusal
from gateway.channels.sftp.server.ranges import Ranges, TooManyGapsError
from gateway.pipeline.mailbox.mailbox import Mailbox
from gateway.pipeline.mailbox.refusals import later, refusal
from gateway.pipeline.mailbox.taking import take
from gateway.store.durable import make_folder, sync_folder
from gateway.store.mailbox import actions, uploads
from gateway.store.mailbox.uploads import CLOSED, TAKEN, TORN, Uploaded
from gateway.telemetry import events

_ROOMLESS = {errno.ENOSPC, errno.EDQUOT}


class OpenUpload:
    """An :class:`~gateway.channels.sftp.server.hosting.Upload`.

    ``before``: the state of an upload that is continued; its bytes are there already.
    """

    def __init__(self, mailbox: Mailbox, row: Uploaded, caller: Caller, before: str = "") -> None:
        self.mailbox = mailbox
        self.row = row
        self._caller = caller
        self._before = before
        self._touched = not before
        self._size = row.size
        self._there = Ranges(row.size)
        self._lost = False
        """Another session has the file now."""
        self._ended = False
        self._counted = True
        self._lock = threading.Lock()
        self._path = mailbox.path(row.token)
        self._handle = _opened(self._path, continued=bool(before))

    @property
    def size(self) -> int:
        """Bytes it has now."""
        return self._size

    def write(self, offset: int, data: bytes) -> None:
        """Put bytes anywhere; see :class:`~gateway.channels.sftp.server.hosting.Upload`."""
        with self._lock:
            self._ours()
            self._touched = True
            with self._growing(max(0, offset + len(data) - self._size)):
                _write(self._handle, data, offset)
            try:
                self._there.add(offset, offset + len(data))
            except TooManyGapsError as error:
                raise Refusal("invalid", str(error)) from error

    def truncate(self, size: int) -> None:
        """Cut it, or fill it with zeros up to there."""
        with self._lock:
            self._ours()
            self._touched = True
            before = self._size
            with self._growing(size - before):
                os.ftruncate(self._handle, size)
            self._there.cut(size)
            self._there.add(before, size)

    def sync(self) -> None:
        """Make what is written durable."""
        with self._lock:
            self._ours()
            os.fsync(self._handle)

    def close(self, explicit: bool) -> None:
        """The end of writing; whole only when the partner says so."""
        with self.mailbox.lock, self._lock:
            ended, self._ended = self._ended, True
            if ended:
                return
            if self._lost:
                os.close(self._handle)
                if explicit:
                    raise refusal("busy", "T422", name=self.row.name)
                return
        try:
            if explicit:
                self._complete()
            else:
                self._tear()
        finally:
            self.mailbox.live.pop(self.row.id, None)
            os.close(self._handle)

    def give_up(self, *, removed: bool) -> bool:
        """Another session has the file now: ``removed``, or continued where this one is.

        The caller holds the lock of the mailbox, and changes the row. ``False``: it is being
        closed at this moment.
        """
        with self._lock:
            if self._ended or self._lost:
                return False
            self._lost = True
            self.mailbox.live.pop(self.row.id, None)
            if removed:
                self._path.unlink(missing_ok=True)
            else:
                os.ftruncate(self._handle, self.prefix)
            self._uncount(rests=not removed)
            return True

    @property
    def prefix(self) -> int:
        """Bytes that came without a gap: what can be continued."""
        gap = self._there.gap(self._size)
        return self._size if gap is None else gap[0]

    # ---- how it ends

    def _complete(self) -> None:
        """The partner closed it. Raises a refusal when it was not taken; then it is torn."""
        house = self.mailbox.house
        house.checkpoint("mailbox close: before")
        try:
            whole = self.row if self._is_whole(self.row) else self._wait()
            if whole is not None:
                take(self.mailbox, whole, self._size, self._caller)
                self._uncount(rests=False)
        except Refusal:
            self._tear()
            raise
        except (OSError, SQLAlchemyError) as trouble:
            events.mailbox_trouble(where="close", failure=trouble)
            self._tear()
            raise later("it cannot be stored") from trouble

    def _is_whole(self, row: Uploaded) -> bool:
        """Whether closing it is all that was agreed on, by the name it has now."""
        if not self.mailbox.is_final(row.name):
            return False
        return row.renamed or self.mailbox.settings.receive.complete == "close"

    def _wait(self) -> Uploaded | None:
        """Whole, and durable: a rename is still to come. The row, where it came just now."""
        house = self.mailbox.house
        os.fsync(self._handle)
        sync_folder(self._path.parent)
        house.checkpoint("mailbox close: synced")
        with house.store.write("mailbox closed") as connection:
            now = uploads.get(connection, self.row.id, lock=True)
            if now is None:
                raise refusal("busy", "T422", name=self.row.name)
            if self._is_whole(now):
                return now
            line = self.mailbox.done(self._caller, "wait", f"/in/{now.name}", self._size)
            uploads.change(connection, now.id, house.clock(), state=CLOSED, size=self._size)
            actions.enter(connection, [line])
        self._uncount(rests=True)
        return None

    def _tear(self) -> None:
        """Keep what came without a gap; nothing of it counts, and nothing here may fail."""
        rests = self._before if self._before and not self._touched else TORN
        size = self._size if rests == CLOSED else self.prefix
        try:
            os.ftruncate(self._handle, size)
            self._rest(rests, size)
        except (OSError, SQLAlchemyError) as trouble:  # left as it is: swept by the next start
            events.mailbox_trouble(where="cut off", failure=trouble)
        finally:
            self._uncount(rests=size > 0)

    def _rest(self, state: str, size: int) -> None:
        mailbox, house = self.mailbox, self.mailbox.house
        line = mailbox.done(self._caller, "cut off", f"/in/{self.row.name}", size)
        with house.store.write("mailbox torn") as connection:
            now = uploads.get(connection, self.row.id, lock=True)
            if now is None or now.state == TAKEN:  # taken over, though that was not heard here
                return
            if size:
                uploads.change(connection, now.id, house.clock(), state=state, size=size)
            else:
                uploads.remove(connection, [now.id])
            actions.enter(connection, [line])
        if not size:
            self._path.unlink(missing_ok=True)

    def _uncount(self, *, rests: bool) -> None:
        counted, self._counted = self._counted, False
        if counted:
            self.mailbox.quota.end(self._size, rests=rests)

    # ---- what every request looks at

    def _ours(self) -> None:
        if self._lost:
            raise refusal("busy", "T422", name=self.row.name)

    @contextmanager
    def _growing(self, more: int) -> Iterator[None]:
        """It gets so many bytes more (or fewer), if there is room and that succeeds."""
        quota = self.mailbox.quota
        try:
            quota.grow(self.row.name, self._size, more)
        except Refusal as found:
            if found.why == "full":
                limit = f"{self.mailbox.settings.quota} bytes"
                self.mailbox.is_full("too many bytes", limit)
            raise
        try:
            yield
        except OSError as failure:
            quota.grow(self.row.name, self._size + more, -more)
            if failure.errno not in _ROOMLESS:
                raise
            text = f"there is no room on our disk for {self.row.name}"
            raise Refusal("full", text) from failure
        self._size += more


def _opened(path: Path, *, continued: bool) -> int:
    """The file, new or as it was left. Raises ``OSError``."""
    if not continued:
        make_folder(path.parent)
    how = os.O_RDWR | (0 if continued else os.O_CREAT | os.O_EXCL)
    return os.open(path, how | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0), 0o600)


def _write(handle: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(handle, view, offset)
        view, offset = view[written:], offset + written
