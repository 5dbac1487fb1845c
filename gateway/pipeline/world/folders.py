"""A folder of this machine, or a share of the network: there, mounted, writable, durable."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from gateway.channels.remote.step import Step
from gateway.pipeline.world.looked import failed
from gateway.problems import problem
from gateway.store.durable import write_synced

_FSTAB, _MOUNTS = Path("/etc/fstab"), Path("/proc/self/mounts")
_LOCAL = ("none", "swap", "/")
_CONTENT = b"A trial of this folder by an EDI gateway; it is removed at once.\n"


def look_at(
    folder: Path, *, ours: bool, fstab: Path = _FSTAB, mounts: Path = _MOUNTS
) -> Iterator[Step]:
    """``ours``: a file is written there and removed, which shows whether the disk keeps it.

    Folders that partners or the ERP look into are only looked at.
    """
    missing = unmounted(folder, fstab, mounts)
    if missing is not None:
        reason = f"{missing} is not mounted, and /etc/fstab says that it should be"
        yield failed("mount", problem("P241", folder=folder, reason=reason))
        return
    there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    if not there.is_dir():
        yield failed("folder", problem("P241", folder=folder, reason=f"{there} is no folder"))
        return
    if not os.access(there, os.R_OK | os.W_OK | os.X_OK):
        reason = "it may not be written" if there == folder else f"{there} may not be written"
        yield failed("folder", problem("P241", folder=folder, reason=reason))
        return
    made = "" if there == folder else ", is not there yet; it is made when it is needed"
    yield Step("folder", f"{folder}{made}{_kind(there, mounts)}")
    if ours:
        yield _written(there)


def _written(folder: Path) -> Step:
    path = folder / f".gateway-trial-{secrets.token_hex(4)}"
    try:
        write_synced(path, _CONTENT)
        same = path.read_bytes() == _CONTENT
    except OSError as failure:
        reason = failure.strerror or str(failure)
        return failed("fsync", problem("P241", folder=folder, reason=reason))
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
    if not same:
        reason = "what is written there is read back otherwise"
        return failed("fsync", problem("P241", folder=folder, reason=reason))
    return Step("fsync", "written, forced onto the disk, read back")


def unmounted(folder: Path, fstab: Path = _FSTAB, mounts: Path = _MOUNTS) -> Path | None:
    """The mount point above a folder that the system knows and that is not mounted now."""
    wanted, present = _points(fstab), set(_points(mounts))
    if not present:
        return None  # a system that does not tell
    above = {str(each) for each in (folder, *folder.parents)}
    found = [each for each in wanted if each in above and each not in present]
    return Path(max(found, key=len)) if found else None


def _kind(folder: Path, mounts: Path) -> str:
    """`` (nfs4)``: the file system, where it is one of the network."""
    above = {str(each) for each in (folder, *folder.parents)}
    found = [(point, kind) for point, kind in _points(mounts).items() if point in above]
    kind = max(found, key=lambda each: len(each[0]), default=("", ""))[1]
    return f" ({kind})" if kind.startswith(("nfs", "cifs", "smb", "fuse.")) else ""


def _points(table: Path) -> dict[str, str]:
    """Mount points and the kinds of their file systems, from a table of the system."""
    found: dict[str, str] = {}
    with suppress(OSError):
        for line in table.read_text("utf-8", "replace").splitlines():
            fields = line.split()
            if len(fields) >= 3 and not line.startswith("#") and fields[1] not in _LOCAL:
                found[fields[1].replace("\\040", " ").rstrip("/") or "/"] = fields[2]
    return found
