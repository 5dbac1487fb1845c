"""The files of a snapshot on disk again: only those that the installed package does not have.

What is identical with a file of the package is not written out: it is used from there, so that
grammars and maps that are in memory already serve it, too.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from gateway.config.snapshot import Snapshot, packaged_files, version
from gateway.syntax.inside import leads_out

_READ_ONLY = 0o444


@cache
def package() -> Mapping[str, bytes]:
    """Maps, layouts and guides that came with the package, by their names in a snapshot."""
    return {name: path.read_bytes() for name, path in packaged_files().items()}


def is_ours(snapshot: Snapshot) -> bool:
    """Whether every name that the package has is in a snapshot of this very version.

    Then a workspace of its own files, with the package behind it, is the snapshot; where a name is
    missing, the package would lend it a file that it did not have.
    """
    return snapshot.version == version() and package().keys() <= snapshot.files.keys()


def own_files(snapshot: Snapshot) -> dict[str, bytes]:
    """Those that the installed package does not have in the same way."""
    ours = package()
    return {name: data for name, data in snapshot.files.items() if ours.get(name) != data}


def of_today(snapshot: Snapshot) -> Snapshot:
    """A snapshot as the installed version works with it.

    What the workspace wrote itself stays; what came with the package is what is installed now. The
    hash is another one then, the same for everybody who has this version.
    """
    if snapshot.version == version() or not snapshot.packaged:
        return snapshot
    own = {name: data for name, data in snapshot.files.items() if name not in snapshot.packaged}
    ours = {name: data for name, data in package().items() if name not in own}
    digest = hashlib.sha256(f"gateway {version()} with {snapshot.hash}".encode())
    for name, data in sorted(ours.items()):
        digest.update(f"\0{name}\0{len(data)}\0".encode())
        digest.update(data)
    return replace(
        snapshot,
        hash=digest.hexdigest(),
        version=version(),
        files=own | ours,
        packaged=frozenset(ours),
    )


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a snapshot into an empty folder, read-only. Raises ``OSError``."""
    made: set[Path] = set()
    for name, data in files.items():
        path = folder / safe(name)
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _READ_ONLY)
        with os.fdopen(handle, "wb") as file:
            file.write(data)


def same_files(folder: Path, files: Mapping[str, bytes], links: Mapping[str, Path]) -> bool:
    """Whether a folder holds these files and links as they are, and nothing else."""
    try:
        there = dict(_inside(str(folder), ""))
        return (
            there.keys() == files.keys() | links.keys()
            and all(not there[name] and (folder / name).read_bytes() == files[name]
                    for name in files)
            and all(there[name] == str(target) for name, target in links.items())
        )  # fmt: skip
    except OSError:
        return False


def _inside(folder: str, front: str) -> Iterator[tuple[str, str]]:
    """Names of all that lies in a folder, each with what it leads to where it is a link."""
    for entry in os.scandir(folder):
        name = f"{front}{entry.name}"
        if entry.is_symlink():
            yield name, str(Path(entry.path).readlink())
        elif entry.is_dir():
            yield from _inside(entry.path, f"{name}/")
        else:
            yield name, ""


def safe(name: str) -> str:
    """A name of a snapshot that stays in its folder. Raises ``ValueError`` for any other."""
    if leads_out(name):
        raise ValueError(f"{name} leads out of a snapshot")
    return name
