"""Changes in folders make us look at once; where nobody tells of changes, nothing is lost by it.

The looks in intervals (``poll``) are the guarantee, this is only quicker. Folders on shares and
those that are set to ``watch: poll`` are left to the intervals altogether. A watch that fails, or
whose folder was replaced by another one (a share that was mounted meanwhile), is begun anew.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from watchfiles import watch

from gateway.channels.folder import Inbox
from gateway.channels.folder.mounts import is_remote
from gateway.telemetry import events

_TICK = 1000
"""Milliseconds after which a watch looks whether it is to end."""
_SURE = 10
"""Ticks after which it is looked whether folders are still the ones that are watched."""


@dataclass(slots=True)
class Watching:
    """One thread's work: :meth:`run` until ``stop`` is set."""

    inboxes: Mapping[str, Inbox]
    """By the lanes of their looks."""
    changed: Callable[[set[str]], None]
    """Called with the lanes in whose folders something changed."""
    stop: threading.Event
    pause: float = 5.0
    remote: Callable[[Path], bool] = is_remote
    failing: bool = field(default=False, init=False)
    _anew: threading.Event = field(default_factory=threading.Event, init=False)

    def furnish(self, inboxes: Mapping[str, Inbox], pause: float) -> None:
        """Watch these from now on; called from another thread."""
        self.inboxes, self.pause = inboxes, pause
        self._anew.set()

    def run(self) -> None:
        """Watch, and begin anew after what ended it."""
        while not self.stop.is_set():
            self._anew.clear()
            try:
                self._watch(self.watched())
                self.failing = False
            except Exception as failure:  # no watches left (ENOSPC), a folder that vanished …
                if not self.failing:
                    events.watch_failed(failure=failure)
                self.failing = True
                self.stop.wait(self.pause)

    def watched(self) -> dict[Path, str]:
        """Folders whose changes are told, with their lanes."""
        found: dict[Path, str] = {}
        for key, inbox in self.inboxes.items():
            if inbox.polled:
                continue
            with suppress(OSError):  # what is wrong with a folder is told by the looks into it
                inbox.folder.mkdir(parents=True, exist_ok=True)
                if not self.remote(inbox.folder):
                    found[inbox.folder.absolute()] = key
        return found

    def _watch(self, folders: Mapping[Path, str]) -> None:
        """Until a folder is another one, or it is stopped."""
        if not folders:
            self.stop.wait(self.pause)
            return
        keys = {str(folder): key for folder, key in folders.items()}
        before = _identities(folders)
        changes = watch(
            *folders,
            stop_event=self.stop,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            recursive=False,
            debounce=50,
            step=20,
        )
        for tick, batch in enumerate(changes, 1):
            found = {keys.get(path.rpartition("/")[0], "") for _, path in batch} - {""}
            if found:
                self.changed(found)
            if self._anew.is_set():
                return
            if tick % _SURE == 0 and _identities(folders) != before:
                self.changed(set(keys.values()))
                return


def _identities(folders: Mapping[Path, str]) -> list[tuple[int, int]]:
    """Device and number of each folder: after a mount or a new folder they are others."""
    found = (folder.stat() for folder in folders)
    return [(each.st_dev, each.st_ino) for each in found]
