"""Files of the ERP that lie where nobody looks: beside the folders of documents.

``in/invoices/`` instead of ``in/invoice/`` makes no error anywhere: the file is in no inbox.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection

from gateway.channels.folder.names import is_temporary
from gateway.config.validate import suggestion
from gateway.pipeline.house import ERP, House, is_sandbox
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store.alarms import Alarm

AREA = "astray/"
LONG = timedelta(minutes=10)
"""Somebody may still be about to move it."""
_FOR_PEOPLE = "readme"
"""So somebody may call a file that explains the folders."""
_MOST = 10_000
"""Entries that are looked at; what lies there is not meant to be many."""


def astray(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Folders beside those of the documents in which files lie."""
    del connection, open_  # what lies there is known by looking
    root = house.workspace.path(house.workspace.erp.receive.folder)
    known = [
        source.partition("/")[2]
        for source in house.inboxes
        if source.startswith(f"{ERP}/") and not is_sandbox(source)
    ]
    before = (house.clock() - LONG).timestamp()
    for folder in (root, *_strange(root, frozenset(known))):
        names = sorted(_files(folder, before))
        if names:
            hint = suggestion(folder.name, known) if folder != root else ""
            found = problem(
                "A152",
                folder=folder,
                count=len(names),
                name=names[0],
                known=", ".join(known),
                hint=hint,
            )
            yield Finding(f"{AREA}{'' if folder == root else folder.name}", found, "")


def _strange(root: Path, known: frozenset[str]) -> list[Path]:
    """Folders that belong to no document."""
    entries = islice(_entries(root), _MOST)
    return [
        root / each.name
        for each in entries
        if each.is_dir(follow_symlinks=False)
        and each.name not in known
        and not is_temporary(each.name)
    ]


def _files(folder: Path, before: float) -> Iterator[str]:
    """Files that have lain there since an instant (seconds of the epoch)."""
    for each in islice(_entries(folder), _MOST):
        if is_temporary(each.name) or each.name.lower().startswith(_FOR_PEOPLE):
            continue
        if not each.is_file(follow_symlinks=False):
            continue
        try:
            came = each.stat(follow_symlinks=False).st_ctime
        except OSError:  # it is gone again
            continue
        if came < before:
            yield each.name


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except OSError:  # the looks tell that it cannot be read
        return
