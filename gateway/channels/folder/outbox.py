"""A folder that we write: the file appears whole, once, and never over another.

First the whole file lies beside its place under a hidden temporary name made from the key of the
delivery; then, when the database knows that, it is renamed. So after a crash a temporary file
that is gone has been renamed, even if the receiver took the file away since.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from gateway.store.durable import make_folder, rename_new, write_synced


class Outcome(StrEnum):
    """What became of a rename."""

    DONE = "done"
    ALREADY = "already"
    """It had been renamed before: nothing to do."""
    COLLISION = "collision"
    """Another file has that name: choose another one."""


def temporary(folder: Path, key: str) -> Path:
    """Where the file lies until it is renamed."""
    return folder / f".gateway-{sha256(key.encode()).hexdigest()[:20]}.part"


def prepare(folder: Path, key: str, data: bytes, halfway: Callable[[], None] | None = None) -> None:
    """Write the whole file under its temporary name. Repeating it changes nothing.

    The bytes are synced here; the folder is synced by the caller, once for many files.
    """
    make_folder(folder)
    write_synced(temporary(folder, key), data, halfway)


def finish(folder: Path, name: str, key: str) -> Outcome:
    """Give a prepared file its name. The caller syncs the folder once for many files."""
    if Path(name).name != name or name in ("", ".", ".."):
        raise ValueError(f"not the name of a file in the folder: {name!r}")
    try:
        rename_new(temporary(folder, key), folder / name)
    except FileExistsError:
        return Outcome.COLLISION
    except FileNotFoundError:
        if not folder.is_dir():  # an unmounted share is not a file that was taken
            raise
        return Outcome.ALREADY
    return Outcome.DONE
