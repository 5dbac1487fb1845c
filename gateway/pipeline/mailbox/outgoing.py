"""``out/`` and ``archive/``: what the partner fetches, and what he has fetched.

Clients fetch a file and delete or rename it then. With the setting ``after: archive`` it is gone
from ``out/`` as soon as it was fetched, so deleting or renaming it once more is done already.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gateway.channels.sftp.server.hosting import Caller, Entry, Refusal
from gateway.channels.sftp.server.paths import Folder, Spot
from gateway.pipeline.mailbox.downloads import OfferDownload, OpenDownload, stored
from gateway.pipeline.mailbox.mailbox import Mailbox
from gateway.pipeline.mailbox.refusals import elsewhere, later, missing, refusal
from gateway.store.mailbox import offers
from gateway.store.mailbox.offers import ARCHIVED, GONE, IN_OUT, KEPT, WAITING, Offer

PAGE = 500
"""Files that are listed with one look into the database."""


class Outgoing:
    """``out/`` and ``archive/`` for one session."""

    def __init__(self, mailbox: Mailbox, caller: Caller) -> None:
        self._mailbox = mailbox
        self._caller = caller
        self._store = mailbox.house.store

    def entry(self, folder: Folder, name: str) -> Entry:
        """One file."""
        row = self._named(name)
        if row.state == GONE or not self._is_in(folder, row):
            raise missing(name)
        return _entry(row)

    def entries(self, folder: Folder) -> Iterator[Entry]:
        """All files, those that were offered first before the others."""
        mailbox, after = self._mailbox, 0
        states = self._states() if folder == "out" else (ARCHIVED,)
        since = None if folder == "out" else self._since()
        place = (mailbox.partner, mailbox.channel)
        while True:
            with self._store.read() as connection:
                found = offers.listed(connection, *place, states, after, PAGE, since)
            for row in found:
                yield _entry(row)
                after = row.id
            if len(found) < PAGE:
                return

    def download(self, folder: Folder, name: str) -> OpenDownload:
        """Open a file for reading."""
        row = self._named(name)
        if row.state == GONE or not self._is_in(folder, row):
            raise missing(name)
        if row.state != WAITING:
            return stored(self._store, row.sha, row.size)
        if not self._mailbox.gives():
            raise later("it is paused here")
        return OfferDownload(self._mailbox, row, self._caller)

    def rename(self, source: Spot, target: Spot) -> None:
        """Give a file in ``out/`` another name; what was fetched may go to ``archive/``."""
        assert source.name is not None and target.name is not None
        if source.folder == "archive":
            raise elsewhere("what lies in archive/ stays there")
        with self._mailbox.lock:
            row = self._named(source.name)
            if row.state in (ARCHIVED, GONE):
                return
            if target.folder == "archive":
                if row.state == WAITING:
                    raise self._unfetched(row, "moved to archive/")
                self._change(row, state=ARCHIVED)
                return
            other = self._find(target.name)
            if other is not None and other.id != row.id and other.state in IN_OUT:
                raise Refusal("exists", f"there is a file {target.name} already")
            self._change(row, name=target.name)

    def remove(self, folder: Folder, name: str) -> None:
        """Delete a file that was fetched."""
        with self._mailbox.lock:
            row = self._named(name)
            if row.state == WAITING:
                raise self._unfetched(row, "deleted")
            if row.state == KEPT or folder == "archive":
                self._change(row, state=GONE)

    # ---- how

    def _named(self, name: str) -> Offer:
        row = self._find(name)
        if row is None:
            raise missing(name)
        return row

    def _find(self, name: str) -> Offer | None:
        mailbox = self._mailbox
        with self._store.read() as connection:
            return offers.named(connection, mailbox.partner, mailbox.channel, name)

    def _is_in(self, folder: Folder, row: Offer) -> bool:
        """Whether a name may be spoken of in a folder.

        One that was fetched a moment ago still is known in ``out/``, though it is listed no more.
        """
        if folder == "out":
            return row.state != WAITING or self._mailbox.gives()
        return row.state == ARCHIVED and row.fetched is not None and row.fetched >= self._since()

    def _states(self) -> tuple[str, ...]:
        return IN_OUT if self._mailbox.gives() else (KEPT,)

    def _since(self) -> datetime:
        return self._mailbox.house.clock() - self._mailbox.server.archive

    def _change(self, row: Offer, **values: str) -> None:
        with self._store.write("mailbox changed") as connection:
            now = offers.get(connection, row.id, lock=True)
            if now is not None and now.state == row.state:
                offers.change(connection, row.id, self._mailbox.house.clock(), **values)

    def _unfetched(self, row: Offer, what: str) -> Refusal:
        return refusal("denied", "T420", name=row.name, what=what)


def _entry(row: Offer) -> Entry:
    return Entry(row.name, row.size, int(row.created.timestamp()), writable=row.state != ARCHIVED)
