"""A folder that we write: the file appears whole, once, and never over another.

First the whole file lies beside its place under a hidden temporary name made from the key of the
delivery and a token of who delivers; then, when the database knows that, it is renamed. So after a
crash a temporary file that is gone has been renamed, even if the receiver took the file away since.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Container, Iterable
from contextlib import suppress
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from gateway.channels.folder.marker import Marker
from gateway.store.durable import make_folder, rename_new, write_synced

_WRITTEN_INTO = re.compile(r"-i([0-9a-f]+)\.part$")


class Outcome(StrEnum):
    """What became of a rename."""

    DONE = "done"
    ALREADY = "already"
    """It had been renamed before: nothing to do."""
    COLLISION = "collision"
    """Another file has that name: choose another one."""


def temporary(key: str, token: str = "", folder: Path | None = None) -> str:
    """Name under which a file lies until it is renamed.

    ``token`` is another one for each that may try, so that one who comes too late never touches
    the file of the one who took over. With ``folder``, which is made if need be, the name also
    says which folder it was: an empty mount point is another one. Raises ``OSError``.
    """
    mark = f"-{token}" if token else ""
    if folder is not None:
        make_folder(folder)
        mark += f"-i{folder.stat().st_ino:x}"
    return f"{_front(key)}{mark}.part"


def prepare(
    folder: Path, name: str, data: bytes, halfway: Callable[[], None] | None = None
) -> None:
    """Write the whole file under its temporary name. Repeating it changes nothing.

    The bytes are synced here; the folder is synced by the caller, once for many files. What could
    not be written whole is removed. Raises ``OSError``.
    """
    make_folder(folder)
    try:
        write_synced(folder / name, data, halfway)
    except OSError:
        discard(folder, name)
        raise


def mark(folder: Path, name: str, marker: Marker) -> None:
    """Put the marker beside a file that has its name, unless the receiver has it already.

    A file that is gone was taken by a receiver who had its marker, so none is made again. Raises
    ``OSError``.
    """
    beside = marker.of(name)
    if os.path.lexists(folder / beside) or not os.path.lexists(folder / name):
        return
    hidden = temporary(beside, folder=folder)
    prepare(folder, hidden, b"")
    try:
        rename_new(folder / hidden, folder / beside)
    except FileExistsError:
        discard(folder, hidden)


def discard(folder: Path, name: str) -> None:
    """Remove a temporary file that nobody will need, if that is possible."""
    with suppress(OSError):
        (folder / name).unlink(missing_ok=True)


def finish(folder: Path, name: str, hidden: str) -> Outcome:
    """Give a prepared file its name. The caller syncs the folder once for many files."""
    if Path(name).name != name or name in ("", ".", ".."):
        raise ValueError(f"not the name of a file in the folder: {name!r}")
    try:
        rename_new(folder / hidden, folder / name)
    except FileExistsError:
        return Outcome.COLLISION
    except FileNotFoundError:
        if not _same_folder(folder, hidden):  # an unmounted share is not a file that was taken
            raise
        return Outcome.ALREADY
    return Outcome.DONE


def clear(folder: Path, keys: Iterable[str], keep: Container[str] = ()) -> None:
    """Remove what one who died left half written for some deliveries, except the prepared ones."""
    fronts = tuple(_front(key) for key in keys)
    try:
        with os.scandir(folder) as entries:
            left = [
                entry.path
                for entry in entries
                if entry.name.startswith(fronts) and entry.name not in keep
            ]
    except FileNotFoundError:
        return
    for path in left:
        Path(path).unlink(missing_ok=True)


def _same_folder(folder: Path, hidden: str) -> bool:
    """Whether it is the folder that the hidden file was written into, as far as its name tells."""
    if not folder.is_dir():
        return False
    found = _WRITTEN_INTO.search(hidden)
    return found is None or int(found[1], 16) == folder.stat().st_ino


def _front(key: str) -> str:
    return f".gateway-{sha256(key.encode()).hexdigest()[:20]}"
