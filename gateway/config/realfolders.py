"""Where written folders really are, links followed: two spellings of one folder are the same."""

from __future__ import annotations

import os
import stat
from pathlib import Path


class Real:
    """``os.path.realpath`` of many folders beside each other: what they share is asked once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[str, str] = {}

    def of(self, written: str) -> str:
        """The real path of a folder that settings name, relative to the root or absolute."""
        path = self.root / written
        if ".." in path.parts or os.name == "nt":
            return os.path.realpath(path)  # `..` leads up from where a link leads to
        return self._real("/" + str(path).lstrip("/"))

    def _real(self, path: str) -> str:
        known = self._known.get(path)
        if known is None:
            known = self._known[path] = self._asked(path)
        return known

    def _asked(self, path: str) -> str:
        above, name = os.path.split(path)
        if not name:
            return path
        here = f"{self._real(above).rstrip('/')}/{name}"
        try:
            linked = stat.S_ISLNK(os.lstat(here).st_mode)
        except OSError:
            return here
        return os.path.realpath(here) if linked else here
