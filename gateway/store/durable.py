"""Files that are on disk when a function returns, whole or not at all.

Every file that the gateway makes is written under a temporary name, synced, and renamed; then the
folder is synced, because a rename is only durable with its folder. A rename never overwrites.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

_RENAME_NOREPLACE = 1
_AT_FDCWD = -100
_NOT_OFFERED = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP})
_NO_FOLDER_SYNC = _NOT_OFFERED | {errno.EBADF, errno.EISDIR, errno.EACCES, errno.EPERM}
"""EISDIR, EACCES: shares that do not let a folder be opened, and folders we may only write to."""


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable (nothing to do where folders cannot be opened)."""
    if os.name == "nt":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as failure:  # some network shares refuse it; the data itself is synced
        if failure.errno not in _NO_FOLDER_SYNC:
            raise


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, durably."""
    if folder.is_dir():
        return
    missing = []
    at = folder
    while not at.exists():
        missing.append(at)
        at = at.parent
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        sync_folder(made.parent)


def write_synced(path: Path, data: bytes, halfway: Callable[[], None] | None = None) -> None:
    """Write and sync a file; ``halfway`` is called with half of it on disk (fault tests)."""
    with path.open("wb") as file:
        if halfway is not None:
            file.write(data[: len(data) // 2])
            file.flush()
            halfway()
            file.write(data[len(data) // 2 :])
        else:
            file.write(data)
        file.flush()
        os.fsync(file.fileno())


def rename_new(source: Path, target: Path) -> None:
    """Rename within a file system; raises ``FileExistsError`` when the target is there already.

    Where the system offers no such rename (NFS, SMB, FUSE) the target is looked for first: between
    the two another writer of the same name could slip in.
    """
    if _exclusive_rename(source, target):
        return
    if not os.path.lexists(source):  # as above: that comes first, for it may have been renamed
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(source))
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    source.rename(target)


@cache
def _renameat2() -> Callable[..., int] | None:
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return None
    function.argtypes = [
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.c_char_p,
        ctypes.c_uint,
    ]
    return function


def _exclusive_rename(source: Path, target: Path) -> bool:
    """Whether the kernel did it; raises what the kernel says, except that it cannot."""
    function = _renameat2()
    if function is None:
        return False
    result = function(
        _AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE
    )
    if result == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_OFFERED:
        return False
    raise OSError(number, os.strerror(number), str(source), None, str(target))
