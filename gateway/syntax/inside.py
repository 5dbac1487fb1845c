"""A path that a file names stays in the folder that it is looked up in."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath


def leads_out(written: str) -> bool:
    """Whether a path may lead out of a folder: ``/etc/x``, ``../x``, ``C:x``."""
    path, other = PurePosixPath(written), PureWindowsPath(written)
    absolute = path.is_absolute() or bool(other.anchor)
    return absolute or ".." in path.parts or ".." in other.parts or "\0" in written
