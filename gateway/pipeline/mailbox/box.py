"""One session in a mailbox: what each folder shows, and what may be done there."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.channels.sftp.server.hosting import (
    Caller,
    Download,
    Entry,
    Opening,
    Room,
    Upload,
)
from gateway.channels.sftp.server.paths import FOLDERS, Spot
from gateway.pipeline.mailbox.incoming import Incoming
from gateway.pipeline.mailbox.mailbox import Mailbox
from gateway.pipeline.mailbox.outgoing import Outgoing
from gateway.pipeline.mailbox.refusals import elsewhere, missing
from gateway.store.mailbox import uploads

_READING = "files are put into in/; this folder is for reading"


class MailboxBox:
    """A :class:`~gateway.channels.sftp.server.hosting.Box`."""

    def __init__(self, mailbox: Mailbox, caller: Caller) -> None:
        self._mailbox = mailbox
        self._caller = caller
        self._incoming = Incoming(mailbox, caller)
        self._outgoing = Outgoing(mailbox, caller)

    def stat(self, spot: Spot) -> Entry:
        """One file or folder."""
        if spot.folder is None or spot.name is None:
            name = spot.folder or ""
            changed = int(self._mailbox.house.clock().timestamp())
            return Entry(name, 0, changed, folder=True, writable=spot.folder != "archive")
        if spot.folder == "in":
            return self._incoming.entry(spot.name)
        return self._outgoing.entry(spot.folder, spot.name)

    def list(self, folder: Spot) -> Iterator[Entry]:
        """What is in a folder."""
        if folder.folder is None:
            return iter([self.stat(Spot(each)) for each in FOLDERS])
        if folder.folder == "in":
            return self._incoming.entries()
        return self._outgoing.entries(folder.folder)

    def upload(self, spot: Spot, opening: Opening) -> Upload:
        """Open a file for writing: only in ``in/``."""
        if spot.folder != "in" or spot.name is None:
            raise elsewhere(_READING)
        return self._incoming.upload(spot.name, opening)

    def download(self, spot: Spot) -> Download:
        """Open a file for reading."""
        if spot.folder is None or spot.name is None:
            raise missing(str(spot))
        if spot.folder == "in":
            return self._incoming.download(spot.name)
        return self._outgoing.download(spot.folder, spot.name)

    def rename(self, source: Spot, target: Spot, replace: bool) -> None:
        """Give a file another name."""
        if source.folder is None or source.name is None or target.name is None:
            raise elsewhere("the folders of a mailbox have fixed names")
        if "in" in (source.folder, target.folder) and source.folder != target.folder:
            raise elsewhere("nothing is moved into in/ or out of it")
        if source.folder == "in":
            self._incoming.rename(source.name, target.name, replace=replace)
        else:
            self._outgoing.rename(source, target)

    def remove(self, spot: Spot) -> None:
        """Delete a file."""
        if spot.folder is None or spot.name is None:
            raise elsewhere("the folders of a mailbox stay")
        if spot.folder == "in":
            self._incoming.remove(spot.name)
        else:
            self._outgoing.remove(spot.folder, spot.name)

    def room(self) -> Room:
        """What there is room for."""
        mailbox = self._mailbox
        with mailbox.house.store.read() as connection:
            resting = uploads.unfinished(connection, mailbox.partner, mailbox.channel)
        return mailbox.quota.room(resting)

    def close(self) -> None:
        """The session ended; nothing is kept of it."""
