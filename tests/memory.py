"""Files of tests in memory where there is room: there a sync costs nothing, on a disk 5 ms each.

A process that is killed, also a database server, loses nothing of them, as on a disk. What would
survive a power cut is said by the tests that watch the syncs.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ROOM = 4 * 1024**3
_MEMORY = Path("/dev/shm")


def folder_in_memory() -> Path | None:
    """A folder whose files are kept in memory, if this machine has one with enough room."""
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < ROOM:
        return None
    return _MEMORY
