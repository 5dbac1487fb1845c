r"""A mailbox as a folder with files: each attachment is one (a ``RemoteDir``).

The name of a file is made of the Message-ID, the number of its part and the SHA-256 of all that
with its bytes: whatever numbers the server gives its mails (UIDVALIDITY, UID), the same attachment
of the same mail has the same name for ever, and another one never has it.

A mail goes (is deleted, moved, marked) once each of its files was: what is done to one file is
kept until then, and done again when the connection broke in between. A mail with something in it
that was left (a ZIP archive) stays where it is, for a person. Mails that stay are marked
with a keyword, and not listed again; a server that keeps no keywords gets ``\Seen``, and mails
that are seen already are listed after all others: somebody who reads a mail cannot hide it from us.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TypeVar

from gateway.channels.mail.imap import TAKEN, Imap, Selected
from gateway.channels.mail.mails import File, Mail, Rules, read_mail, verdict
from gateway.channels.remote.directory import Abilities, Entry
from gateway.channels.remote.failure import RemoteError
from gateway.problems import Problem, problem

HELD = 32_000_000
"""Bytes of attachments that are kept between listing and reading them."""
PIECE = 256 * 1024
LONGEST = 600.0
"""Seconds for one thing that is asked of the server, however it lets its answer drip."""
GOODBYE = 3.0
"""Seconds."""
T = TypeVar("T")


class MailDir:
    """One connection to a mailbox, and what was seen in it. All of IMAP happens in one thread."""

    def __init__(self, imap: Imap, rules: Rules, thread: ThreadPoolExecutor) -> None:
        self._imap = imap
        self._rules = rules
        self._thread = thread
        self._folder = ""
        self._selected = Selected(0, keywords=False)
        self._numbering = 0
        """Goes up when UIDs come to mean other mails."""
        self._mails: dict[int, Mail] = {}
        self._files: dict[str, list[Mail]] = {}
        self._wanted: set[int] = set()
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._room = HELD

    @property
    def abilities(self) -> Abilities:
        """One transfer at a time; names last."""
        return Abilities(transfers=1, ranges=True, renames=True, lasting=True)

    @property
    def closed(self) -> bool:
        """The connection is gone."""
        return self._imap.broken

    def left(self) -> Mapping[str, Problem]:
        """The mails of allowed senders that hold no file, with the reason."""
        every = list(self._mails.values())
        return {mail.called: mail.left for mail in every if mail.left is not None}

    async def scan(self, folder: str) -> AsyncIterator[Sequence[Entry]]:
        """The attachments in a folder, a mail at a time; mails that nobody has seen come first."""
        uids = await self._do(lambda: self._look(folder))
        given: set[str] = set()
        budget = self._rules.files
        for uid in uids:
            mail = self._mails.get(uid)
            if uid in self._wanted and budget > 0:
                budget -= 1
                mail = await self._do(partial(self._read, uid))
            if mail is None:
                continue
            fresh = [each for each in mail.files.values() if each.name not in given]
            given.update(each.name for each in fresh)
            if fresh:
                yield [each.entry for each in fresh]

    async def stat(self, path: str) -> Entry | None:
        """An attachment, as it was listed; another look is taken when it was not."""
        found = await self._found(path)
        return None if found is None else found.entry

    async def read(self, path: str, start: int, size: int) -> AsyncIterator[bytes]:
        """The bytes of an attachment, without its encoding."""
        found = await self._found(path)
        if found is None:
            raise self._missing(path)
        data = await self._do(lambda: self._content(found))
        end = min(start + size, len(data))
        for at in range(start, end, PIECE):
            yield data[at : min(at + PIECE, end)]
        if start + size > len(data):
            raise RemoteError("short", self._missing(path).problem)

    async def write(
        self,
        path: str,
        chunks: AsyncIterator[bytes],
        start: int = 0,
        told: Callable[[int], None] = lambda _count: None,
    ) -> int:
        """Never: a mailbox is read only."""
        raise self._never("store a file")

    async def rename(self, source: str, target: str, *, replace: bool = False) -> None:
        """Move the mail of a file to another folder, once all of its files are to go there."""
        folder = target.rpartition("/")[0]
        await self._settle(source, lambda uid: self._imap.move(uid, folder))

    async def remove(self, path: str) -> None:
        """Delete the mail of a file, once all of its files are to be deleted."""
        await self._settle(path, self._imap.remove)

    async def mark(self, path: str) -> None:
        """Mark the mail of a file as taken, once all of its files are."""
        flags = (r"\Seen", TAKEN) if self._selected.keywords else (r"\Seen",)
        await self._settle(path, lambda uid: self._imap.flag(uid, *flags), stays=True)

    async def make_folder(self, path: str) -> None:
        """Make a folder, unless it is there."""
        await self._do(lambda: self._imap.make_folder(path))

    async def close(self) -> None:
        """Say goodbye, and never wait for long."""
        with suppress(RuntimeError):  # closed before
            goodbye = self._thread.submit(self._imap.close)
            await asyncio.wait([asyncio.wrap_future(goodbye)], timeout=GOODBYE)
        self._imap.cut()
        self._thread.shutdown(wait=False)

    # ---- in the thread

    async def _do(self, what: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(LONGEST):
                return await asyncio.get_running_loop().run_in_executor(self._thread, what)
        except TimeoutError:
            self._imap.cut()
            reason = f"its answer has not ended within {LONGEST:g} s"
            found = problem("T455", host=self._imap.server.host, doing="read mails", reason=reason)
            raise RemoteError("lost", found, unknown=True) from None

    def _look(self, folder: str) -> list[int]:
        """The mails that are there, unseen ones first; what is new is judged by its head."""
        selected = self._imap.select(folder)
        if (folder, selected.validity) != (self._folder, self._selected.validity):
            self._forget()
        self._folder, self._selected = folder, selected
        wanted = f"UNDELETED UNKEYWORD {TAKEN}" if selected.keywords else "UNDELETED"
        there = self._imap.search(wanted)
        unseen = set(self._imap.search("UNDELETED UNSEEN")) if there else set()
        for gone in self._mails.keys() - set(there):
            self._drop(gone)
        self._wanted &= set(there)
        new = [uid for uid in there if uid not in self._mails and uid not in self._wanted]
        for head in self._imap.heads(new):
            mail = verdict(head, self._rules)
            if mail is None:
                self._wanted.add(head.uid)
            else:
                self._mails[head.uid] = mail
        return sorted(there, key=lambda uid: (uid not in unseen, uid))

    def _read(self, uid: int) -> Mail | None:
        """A mail that is to be read, with its files."""
        self._wanted.discard(uid)
        data = self._imap.mail(uid, self._rules.max_size + 1)
        if data is None:
            return None
        mail = self._mails[uid] = read_mail(uid, data, self._rules)
        for each, content in mail.contents():
            self._files.setdefault(each.name, []).append(mail)
            self._hold(each.name, content)
        return mail

    def _content(self, file: File) -> bytes:
        """The bytes of a file: those of the listing, or read once more."""
        known = self._held.get(file.name)
        if known is not None:
            return known
        for uid in [mail.uid for mail in self._files.get(file.name, ())]:
            data = self._imap.mail(uid, self._rules.max_size + 1)
            if data is None:
                continue
            for each, content in read_mail(uid, data, self._rules).contents():
                self._hold(each.name, content)
                if each.name == file.name:
                    return content
        raise self._missing(file.shown)

    def _hold(self, name: str, content: bytes) -> None:
        self._release(name)
        self._held[name] = content
        self._room -= len(content)
        while self._room < 0 and len(self._held) > 1:
            self._release(next(iter(self._held)))

    def _release(self, name: str) -> None:
        known = self._held.pop(name, None)
        self._room += 0 if known is None else len(known)

    def _apply(
        self,
        numbering: int,
        mail: Mail,
        what: Callable[[int], None],
        stays: bool,
    ) -> None:
        """Do something to a mail, unless its UID is another one's by now."""
        if numbering != self._numbering:
            host = self._imap.server.host
            gone = problem("T456", what=f"{mail.called} as it was listed", host=host)
            raise RemoteError("changed", gone)
        if self._mails.get(mail.uid) is not mail:
            return  # done by somebody else meanwhile
        if mail.left is None:
            what(mail.uid)
        self._drop(mail.uid)
        if stays or mail.left is not None:
            self._mails[mail.uid] = mail.done()

    def _forget(self) -> None:
        self._numbering += 1
        self._mails.clear()
        self._files.clear()
        self._wanted.clear()
        self._held.clear()
        self._room = HELD

    def _drop(self, uid: int) -> None:
        mail = self._mails.pop(uid)
        for name in mail.files:
            rest = [each for each in self._files.get(name, ()) if each is not mail]
            if rest:
                self._files[name] = rest
            else:
                self._files.pop(name, None)
                self._release(name)

    # ---- files

    async def _found(self, path: str) -> File | None:
        folder, _, name = path.rpartition("/")
        if name not in self._files:
            async for _ in self.scan(folder or self._folder):
                if name in self._files:
                    break
        mails = self._files.get(name)
        return None if not mails else mails[0].files[name]

    async def _settle(self, path: str, what: Callable[[int], None], *, stays: bool = False) -> None:
        """Do something to the mails of a file whose other files are settled, too."""
        found = await self._found(path)
        if found is None:
            raise self._missing(path)
        numbering = self._numbering
        for mail in list(self._files[found.name]):
            mail.waiting.discard(found.name)
            if mail.waiting:
                continue
            await self._do(partial(self._apply, numbering, mail, what, stays))

    def _missing(self, path: str) -> RemoteError:
        name = path.rpartition("/")[2]
        found = problem("T456", what=f"the mail of {name[:200]}", host=self._imap.server.host)
        return RemoteError("missing", found)

    def _never(self, doing: str) -> RemoteError:
        host = self._imap.server.host
        return RemoteError(
            "refused", problem("T457", host=host, doing=doing, said="a mailbox is only read")
        )
