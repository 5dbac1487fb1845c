"""Paths of a partner as places in his mailbox. Pure: a path is text that is looked up, never used.

A mailbox has a root, three folders and files in them, and a path can name nothing else: whatever
a client writes becomes a :class:`Spot` or is refused. ``..`` is worked off inside the root, as
everywhere; names of files are data.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal, TypeGuard, get_args

Folder = Literal["in", "out", "archive"]
FOLDERS: tuple[Folder, ...] = get_args(Folder)
ONLY_FOLDERS = f"there are only the folders {', '.join('/' + one for one in FOLDERS)}"
LONGEST_PATH = 4096
"""Bytes of a path."""
LONGEST_NAME = 255
"""Bytes of a name in UTF-8, as on our own disks."""
_UNFIT = {"Cc", "Cs", "Zl", "Zp"}
"""Categories of signs that are in no name: control signs, half signs, ends of lines."""


class PathError(ValueError):
    """A path that names nothing a mailbox can have; the text says why, for the partner."""

    def __init__(self, text: str, *, missing: bool = False) -> None:
        super().__init__(text)
        self.missing = missing
        """It might be somewhere else; a mailbox has no such folder."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a mailbox: the root, a folder, or a file in a folder."""

    folder: Folder | None = None
    name: str | None = None

    def __str__(self) -> str:
        """The path as clients see it: ``/in/orders.edi``."""
        return "/" + "/".join(each for each in (self.folder, self.name) if each is not None)

    @property
    def is_folder(self) -> bool:
        """The root or one of its folders."""
        return self.name is None


ROOT = Spot()


def spot(path: bytes) -> Spot:
    """The place a path names; a relative one starts at the root. Raises :class:`PathError`."""
    steps = _steps(_text(path))
    if not steps:
        return ROOT
    folder = steps[0]
    if not _is_folder(folder):
        raise PathError(ONLY_FOLDERS, missing=True)
    if len(steps) > 2:
        raise PathError(f"/{folder} has no folders in it", missing=True)
    return Spot(folder, _name(steps[1])) if len(steps) == 2 else Spot(folder)


def plain(path: bytes) -> str:
    """A path without ``.``, ``..`` and doubled slashes, from the root; it need not exist.

    What a client is told about where it is (REALPATH). Raises :class:`PathError`.
    """
    return "/" + "/".join(_name(step) for step in _steps(_text(path)))


def _text(path: bytes) -> str:
    if len(path) > LONGEST_PATH:
        raise PathError(f"a path has at most {LONGEST_PATH} bytes")
    try:
        return path.decode()
    except UnicodeDecodeError:
        pass
    try:  # clients of old Windows machines; the same bytes always are the same name
        return path.decode("cp1252")
    except UnicodeDecodeError:
        raise PathError("a name is text in UTF-8") from None


def _steps(path: str) -> list[str]:
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return steps


def _name(value: str) -> str:
    if any(unicodedata.category(sign) in _UNFIT for sign in value) or "\\" in value:
        raise PathError("a name has no control signs and no backslash")
    if len(value.encode()) > LONGEST_NAME:
        raise PathError(f"a name has at most {LONGEST_NAME} bytes")
    return value


def _is_folder(step: str) -> TypeGuard[Folder]:
    return step in FOLDERS
