"""Why a file in a partner's folder on this machine is taken or not, told as of a server."""

from __future__ import annotations

import os
from pathlib import Path

from gateway.channels.folder.names import is_temporary, shown
from gateway.channels.remote.directory import Entry
from gateway.channels.remote.ready import Decision
from gateway.pipeline.house import House
from gateway.pipeline.remote.view import View, Viewed


def folder_view(house: House, partner: str, channel: str) -> View:
    """Everything in the folder of a channel. Raises ``KeyError``, ``OSError``."""
    inbox = house.inboxes[f"{partner}/{channel}"]
    look = inbox.look(at_once=True)
    decided = {path.name: Decision("take", "finished", "it is finished") for path in look.ready}
    decided |= {each.path.name: Decision("wait", "not finished", each.why) for each in look.waits}
    decided |= {
        Path(found.place.file or "").name: Decision("ignore", found.code, found.sentence)
        for found in look.problems
    }
    files = []
    with os.scandir(inbox.folder) as entries:
        for each in sorted(entries, key=lambda one: one.name):
            decision = decided.get(each.name) or _left_alone(each, inbox.match)
            files.append(Viewed(_entry(each), each.path, decision))
    files.sort(key=lambda one: one.decision.verdict == "ignore")
    return View(files)


def _left_alone(entry: os.DirEntry[str], pattern: str) -> Decision:
    if entry.is_dir(follow_symlinks=False):
        return Decision("ignore", "kind", "it is a folder")
    if is_temporary(entry.name):
        return Decision("ignore", "temporary name", "its name says that it is not finished")
    return Decision("ignore", "match", f"its name does not fit match: {pattern}, or it is a marker")


def _entry(entry: os.DirEntry[str]) -> Entry:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:  # it is gone by now
        return Entry(shown(entry.name))
    kind = "folder" if entry.is_dir(follow_symlinks=False) else "file"
    kind = "link" if entry.is_symlink() else kind
    return Entry(shown(entry.name), kind, found.st_size, int(found.st_mtime))  # type: ignore[arg-type]
