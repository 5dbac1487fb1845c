"""Which folders lie on another machine: there the system tells nobody of changes.

inotify sees what this machine does. What others do on a share is seen only by looking, so such a
folder is looked into in intervals and never watched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MOUNTS = Path("/proc/self/mountinfo")
_REMOTE = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "cvfs", "davfs", "drvfs", "fhgfs", "gfs2",
        "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb2", "smb3", "smbfs",
        "vboxsf", "virtiofs", "vmhgfs",
    }
)  # fmt: skip
"""Types of file systems that other machines write into."""
_FUSE = "fuse"
"""With anything behind it (``fuse.sshfs``, ``fuseblk``): it tells of no change either."""
_ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of mountinfo (proc(5))."""

    point: PurePosixPath
    kind: str

    @property
    def remote(self) -> bool:
        """Whether changes in it may come from elsewhere."""
        return self.kind in _REMOTE or self.kind.startswith(_FUSE)


def mounts(text: str) -> Iterator[Mount]:
    """The mounts of ``/proc/self/mountinfo``; lines that are none are left out."""
    for line in text.splitlines():
        front, _, behind = line.partition(" - ")
        fields, kind = front.split(), behind.split()
        if len(fields) > 4 and kind:
            point = _ESCAPED.sub(lambda found: chr(int(found[1], 8)), fields[4])
            yield Mount(PurePosixPath(point), kind[0])


def mount_of(folder: Path, known: list[Mount]) -> Mount | None:
    """The mount that a folder lies in: the deepest; of several at one point the last."""
    inside = [each for each in known if folder.is_relative_to(each.point)]
    deepest = max((len(each.point.parts) for each in inside), default=0)
    return next((one for one in reversed(inside) if len(one.point.parts) == deepest), None)


def is_remote(folder: Path, listing: Path = MOUNTS) -> bool:
    """Whether a folder lies on a share; ``False`` where the system does not tell (no Linux)."""
    try:
        known = list(mounts(listing.read_text(encoding="utf-8", errors="surrogateescape")))
        found = mount_of(folder.resolve(), known)
    except OSError:
        return False
    return found is not None and found.remote
