"""``in/``: what the partner puts there, and what he sees of it.

Unfinished uploads are his to continue, rename and delete. What was taken over is shown for a day,
so that a client finds what it has just put there; renaming or deleting it then changes nothing any
more.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

from gateway.channels.sftp.server.hosting import Caller, Entry, Opening, Refusal
from gateway.pipeline.mailbox.downloads import OpenDownload, of_file, stored
from gateway.pipeline.mailbox.mailbox import LATELY, Mailbox
from gateway.pipeline.mailbox.refusals import later, missing, refusal
from gateway.pipeline.mailbox.taking import forget, take
from gateway.pipeline.mailbox.uploads import OpenUpload
from gateway.store.mailbox import uploads
from gateway.store.mailbox.uploads import CLOSED, OPEN, TAKEN, TORN, Uploaded
from gateway.telemetry import events

ATTEMPTS = 5
"""Looks at a file whose state changes while it is renamed."""
PAGE = 500
"""Files that are listed with one look into the database."""


class Incoming:
    """``in/`` for one session."""

    def __init__(self, mailbox: Mailbox, caller: Caller) -> None:
        self._mailbox = mailbox
        self._caller = caller
        self._store = mailbox.house.store

    def entry(self, name: str) -> Entry:
        """One file."""
        return self._entry(self._shown(name))

    def entries(self) -> Iterator[Entry]:
        """All files, by name; of a name the one that was begun last."""
        mailbox, after = self._mailbox, ""
        while True:
            with self._store.read() as connection:
                found = uploads.listed(
                    connection, mailbox.partner, mailbox.channel, self._since(), after, PAGE
                )
            for row in found:
                if row.name != after:
                    yield self._entry(row)
                after = row.name
            if len(found) < PAGE:
                return

    # ---- writing

    def upload(self, name: str, opening: Opening) -> OpenUpload:
        """Open a file for writing: a new one, or one that was cut off."""
        mailbox = self._mailbox
        mailbox.takes()
        mailbox.is_final(name)
        with mailbox.lock:
            found = self._newest(name)
            if found is None and not opening.create:
                raise missing(name)
            if found is not None and opening.only_new:
                raise Refusal("exists", f"there is a file {name} already")
            if found is not None and not opening.fresh:
                if found.state == TAKEN:
                    raise refusal("exists", "T425", name=name, id=found.message)
                return self._continued(found)
            return self._begun(name, found)

    def _begun(self, name: str, before: Uploaded | None) -> OpenUpload:
        """A new file; an unfinished one of that name is thrown away."""
        mailbox, at = self._mailbox, self._mailbox.house.clock()
        if before is not None and before.state != TAKEN:
            self._throw_away(before)
        self._count(name, self._resting(), 0)
        place = (mailbox.partner, mailbox.channel, name)
        token = secrets.token_hex(12)
        try:
            with self._store.write("mailbox upload") as connection:
                row = uploads.add(connection, *place, at, token=token, owner=mailbox.owner)
        except BaseException:
            mailbox.quota.end(0, rests=False)
            raise
        return self._opened(row, "")

    def _continued(self, found: Uploaded) -> OpenUpload:
        """One that was cut off, or closed under a temporary name, goes on where it ends."""
        mailbox, at = self._mailbox, self._mailbox.house.clock()
        state, size = found.state, found.size
        if state == OPEN:
            live = mailbox.live.get(found.id)
            if live is None or not live.give_up(removed=False):
                raise refusal("busy", "T422", name=found.name)
            state, size = TORN, live.prefix
        with self._store.write("mailbox continued") as connection:
            now = uploads.get(connection, found.id, lock=True)
            if now is None or now.state != found.state:
                raise refusal("busy", "T422", name=found.name)
            row = replace(now, state=OPEN, owner=mailbox.owner, size=size)
            values = {"state": row.state, "owner": row.owner, "size": row.size}
            uploads.change(connection, found.id, at, **values)
        try:
            self._count(row.name, self._resting(), size)
        except BaseException:
            self._left(row, state)
            raise
        return self._opened(row, state)

    def _opened(self, row: Uploaded, before: str) -> OpenUpload:
        """Its bytes; ``before``: the state that it goes back to when they cannot be had."""
        mailbox = self._mailbox
        try:
            opened = OpenUpload(mailbox, row, self._caller, before)
        except OSError as failure:
            mailbox.quota.end(row.size, rests=bool(before))
            if before and isinstance(failure, FileNotFoundError):
                self._lost(row)
            self._left(row, before)
            events.mailbox_trouble(where="open", failure=failure)
            raise later("it cannot be stored") from failure
        mailbox.live[row.id] = opened
        return opened

    def _left(self, row: Uploaded, state: str) -> None:
        """Nobody writes it after all."""
        with self._store.write("mailbox left") as connection:
            if state:
                uploads.change(connection, row.id, self._mailbox.house.clock(), state=state)
            else:
                uploads.remove(connection, [row.id])

    def _lost(self, row: Uploaded) -> NoReturn:
        """Its bytes are not on this disk: after a restore, or on another machine."""
        forget(self._mailbox, row)
        raise missing(row.name)

    def _throw_away(self, row: Uploaded) -> None:
        """An unfinished upload is removed; whoever writes it is told with his next request."""
        mailbox = self._mailbox
        live = mailbox.live.get(row.id)
        if live is not None:
            live.give_up(removed=True)
        with self._store.write("mailbox removed") as connection:
            now = uploads.get(connection, row.id, lock=True)
            if now is None or now.state == TAKEN:
                return
            uploads.remove(connection, [row.id])
        mailbox.path(row.token).unlink(missing_ok=True)

    # ---- reading, renaming, deleting

    def download(self, name: str) -> OpenDownload:
        """Open a file for reading: clients compare what they sent."""
        row = self._shown(name)
        if row.state == OPEN:
            raise Refusal("busy", f"{name} is being written")
        if row.sha is not None:
            return stored(self._store, row.sha, row.size)
        try:
            return of_file(self._mailbox.path(row.token).open("rb"), row.size)
        except FileNotFoundError:
            self._lost(row)

    def rename(self, name: str, target: str, *, replace: bool) -> None:
        """Give a file another name; to a final one, that takes it over."""
        for _ in range(ATTEMPTS):
            if self._renamed(name, target, replace=replace):
                return
        raise refusal("busy", "T422", name=name)

    def _renamed(self, name: str, target: str, *, replace: bool) -> bool:
        """``False``: its writer closed it, or lost it, at this moment; look at it anew."""
        mailbox = self._mailbox
        with mailbox.lock:
            row = self._shown(name)
            if name == target:
                return True
            final = row.state != TAKEN and mailbox.is_final(target)
            if final and row.state == TORN:
                what = "given its final name"
                raise refusal("failed", "T421", name=name, size=row.size, what=what)
            other = self._newest(target)
            if other is not None and other.state != TAKEN:  # it would be hidden by this name
                if not replace:
                    raise Refusal("exists", f"there is a file {target} already")
                self._throw_away(other)
            if not (final and row.state == CLOSED):
                return self._named(row, target)
        take(mailbox, row, row.size, self._caller, target)
        return True

    def _named(self, row: Uploaded, name: str) -> bool:
        with self._store.write("mailbox renamed") as connection:
            now = uploads.get(connection, row.id, lock=True)
            if now is None or now.state != row.state:
                return False
            at = row.updated if row.state == TAKEN else self._mailbox.house.clock()
            uploads.change(connection, row.id, at, name=name, renamed=True)
        live = self._mailbox.live.get(row.id)
        if live is not None:
            live.row = replace(row, name=name, renamed=True)
        return True

    def remove(self, name: str) -> None:
        """Delete a file; of one that was taken over, only what is shown of it."""
        row = self._shown(name)
        with self._mailbox.lock:
            if row.state != TAKEN:
                self._throw_away(row)
                return
        with self._store.write("mailbox removed") as connection:
            uploads.remove(connection, [row.id])

    # ---- how

    def _newest(self, name: str) -> Uploaded | None:
        """The file of that name which the folder shows."""
        mailbox = self._mailbox
        with self._store.read() as connection:
            row = uploads.newest(connection, mailbox.partner, mailbox.channel, name)
        hidden = row is None or (row.state == TAKEN and row.updated < self._since())
        return None if hidden else row

    def _shown(self, name: str) -> Uploaded:
        row = self._newest(name)
        if row is None:
            raise missing(name)
        return row

    def _since(self) -> datetime:
        return self._mailbox.house.clock() - LATELY

    def _entry(self, row: Uploaded) -> Entry:
        live = self._mailbox.live.get(row.id)
        size = row.size if live is None else live.prefix
        return Entry(row.name, size, int(row.updated.timestamp()), writable=row.state != TAKEN)

    def _resting(self) -> tuple[int, int]:
        with self._store.read() as connection:
            return uploads.unfinished(connection, self._mailbox.partner, self._mailbox.channel)

    def _count(self, name: str, resting: tuple[int, int], size: int) -> None:
        try:
            self._mailbox.quota.begin(name, resting, size)
        except Refusal:
            limit = f"{self._mailbox.settings.quota_files} files"
            self._mailbox.is_full("too many files", limit)
            raise
