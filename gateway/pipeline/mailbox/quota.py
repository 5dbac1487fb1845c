"""How much a partner may have with us unfinished: files and bytes of one mailbox.

What was taken over does not count: a partner who sends much is no partner who fills the disk.
"""

from __future__ import annotations

import threading

from gateway.channels.sftp.server.hosting import Room
from gateway.config.mailbox import Mailbox as Settings
from gateway.pipeline.mailbox.refusals import refusal


class Quota:
    """Counts for all sessions of a mailbox in this process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._files = self._bytes = 0
        """Being written here."""
        self._resting = (0, 0)
        """Files and bytes that nobody writes at the moment."""

    def furnish(self, settings: Settings) -> None:
        """Other limits hold from now on; what is being written counts as before."""
        self._settings = settings

    def begin(self, name: str, resting: tuple[int, int], size: int) -> None:
        """One more file is written; ``resting``: what the database knows, without this one.

        Raises ``full``.
        """
        with self._lock:
            self._resting = resting
            files = self._files + resting[0]
            if files >= self._settings.quota_files:
                held, limit = f"{files} files", f"{self._settings.quota_files} files"
                raise refusal("full", "T416", name=name, held=held, limit=limit)
            self._files += 1
            self._bytes += size

    def grow(self, name: str, size: int, more: int) -> None:
        """A file of ``size`` bytes gets so many more (or fewer). Raises ``large`` and ``full``."""
        with self._lock:
            if more > 0 and size + more > self._settings.max_size:
                facts = {"name": name, "size": size + more, "limit": self._settings.max_size}
                raise refusal("large", "T417", **facts)
            held = self._bytes + self._resting[1]
            if more > 0 and held + more > self._settings.quota:
                limit = f"{self._settings.quota} bytes"
                raise refusal("full", "T416", name=name, held=f"{held} bytes", limit=limit)
            self._bytes += more

    def end(self, size: int, *, rests: bool) -> None:
        """A file is not written any more; ``rests``: it stays, unfinished."""
        with self._lock:
            self._files -= 1
            self._bytes -= size
            if rests:
                files, held = self._resting
                self._resting = (files + 1, held + size)

    def room(self, resting: tuple[int, int]) -> Room:
        """What is left."""
        with self._lock:
            files, held = self._files + resting[0], self._bytes + resting[1]
        settings = self._settings
        return Room(
            settings.quota,
            max(0, settings.quota - held),
            settings.quota_files,
            max(0, settings.quota_files - files),
        )
