"""Where the files of an applied snapshot lie: ``var/applied/HASH``, read-only, whole or not at all.

    var/applied/HASH/gateway.yaml
    var/applied/HASH/partners/acme-retail -> ../../parts/DIGEST
    var/applied/parts/DIGEST/partner.yaml

A partner's folder is named by what is in it: the next configuration, in which he has not changed,
uses the same one, and so whatever was made of its files (compiled maps, guides) goes on being good.

A process holds the folder that it runs from (a shared lock, which ends with the process), so that
nobody removes it. Nothing here is synced: what a power cut tears is found torn, because every file
is compared with the database before it is used, and is written anew.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from gateway.config.restored import safe, same_files, write_files
from gateway.config.snapshot import PARTNERS, SHOPS

FOLDER = "var/applied"
PARTS = "parts"
_KEPT = 2
"""Folders that nobody holds and that stay, the newest: what runs next is often one of them."""
_YOUNG = 3600.0
"""Seconds in which a part that no folder uses may still get its folder."""
_NEW = ".new-"
_KINDS = ("mappings", "grammars")
_OWNERS = (PARTNERS, SHOPS)
"""Folders in which each partner or shop has a folder of his own."""

Files = Mapping[str, bytes]


TEMPORARY = "gateway-applied-"
"""Folders where nothing can be written in the workspace; each is removed by who made it."""


def lay(base: Path, name: str, files: Files, links: Mapping[str, Path]) -> tuple[Path, int | None]:
    """The folder of a snapshot with these files, and what holds it. Raises ``OSError``.

    ``links``: names that lead to files of the workspace itself, which belong to no snapshot.
    """
    parent = base / FOLDER
    (parent / PARTS).mkdir(parents=True, exist_ok=True)
    folder = parent / name
    for _ in range(2):
        held = hold(folder)
        if held is not None:
            if _is_whole(parent, folder, files, links):
                return folder, held
            os.close(held)
        _write(parent, folder, files, links)
    raise OSError(0, "its files change while they are written", str(folder))


def _write(parent: Path, folder: Path, files: Files, links: Mapping[str, Path]) -> None:
    parts, rest = _divided(files)
    new = parent / f"{_NEW}{secrets.token_hex(6)}"
    new.mkdir()
    try:
        write_files(new, rest)
        for name, inside in parts.items():
            part = _part(parent, inside, _theirs(name, links))
            place = new / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(os.path.relpath(part, place.parent), target_is_directory=True)
        _away(parent, folder)
        with suppress(OSError):  # another process was quicker
            new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _divided(files: Files) -> tuple[dict[str, dict[str, bytes]], dict[str, bytes]]:
    """Folders that are shared between configurations, by name, and the rest."""
    parts: dict[str, dict[str, bytes]] = {}
    rest: dict[str, bytes] = {}
    for name, data in files.items():
        kind, _, inside = name.partition("/")
        if kind in _KINDS and inside:
            parts.setdefault(kind, {})[inside] = data
        elif kind in _OWNERS and "/" in inside:
            owner, _, inside = inside.partition("/")
            parts.setdefault(f"{kind}/{owner}", {})[inside] = data
        else:
            rest[name] = data
    return parts, rest


def _is_whole(parent: Path, folder: Path, files: Files, links: Mapping[str, Path]) -> bool:
    """Whether a folder is as it was written: nothing is torn, changed, added or led elsewhere."""
    parts, rest = _divided(files)
    leading: dict[str, Path] = {}
    for name, inside in parts.items():
        theirs = _theirs(name, links)
        part = _place(parent, inside, theirs)
        leading[name] = Path(os.path.relpath(part, (folder / name).parent))
        if part.is_symlink() or not same_files(part, inside, theirs):
            return False
    return same_files(folder, rest, leading)


def _theirs(name: str, links: Mapping[str, Path]) -> dict[str, Path]:
    """The links in a part, by their names there."""
    front = f"{name}/"
    return {each.removeprefix(front): to for each, to in links.items() if each.startswith(front)}


def _place(parent: Path, files: Files, links: Mapping[str, Path]) -> Path:
    """Where a part lies: it is named by what is in it."""
    digest = hashlib.sha256(repr(sorted(links.items())).encode())
    for inside, data in sorted(files.items()):
        digest.update(f"\0{inside}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        digest.update(data)
    return parent / PARTS / digest.hexdigest()[:32]


def _part(parent: Path, files: Files, links: Mapping[str, Path]) -> Path:
    """A folder named by what is in it, there and whole."""
    part = _place(parent, files, links)
    with suppress(OSError):
        os.utime(part)
        if not part.is_symlink() and same_files(part, files, links):
            return part
    new = parent / f"{_NEW}{secrets.token_hex(6)}"
    new.mkdir()
    try:
        write_files(new, files)
        for each, target in links.items():
            link = new / safe(each)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(target)
        _away(parent, part)
        with suppress(OSError):
            new.rename(part)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return part


def _away(parent: Path, folder: Path) -> None:
    """Make room for a folder: what lies there is torn, or was changed by hand."""
    with suppress(FileNotFoundError):
        old = parent / f"{_NEW}{secrets.token_hex(6)}"
        folder.rename(old)
        shutil.rmtree(old, ignore_errors=True)


def let_go_with(owner: object, folder: Path, held: int | None) -> None:
    """Hold a folder as long as somebody lives who reads from it when he is asked."""
    weakref.finalize(owner, let_go, folder, held)


def let_go(folder: Path, held: int | None) -> None:
    """Hold it no longer."""
    if held is not None:
        with suppress(OSError):
            os.close(held)
    elif folder.name.startswith(TEMPORARY):
        shutil.rmtree(folder, ignore_errors=True)


def clean_up(base: Path) -> None:
    """Remove the folders that no process holds, but for the newest ones. Never raises."""
    parent = base / FOLDER
    with suppress(OSError):
        found = sorted(_folders(parent), key=lambda each: -each.stat().st_mtime)
        spare = _KEPT
        for each in found:
            alone = _alone(each)
            if alone is None:
                continue
            if each.name.startswith(_NEW) or spare <= 0:
                shutil.rmtree(each, ignore_errors=True)
            else:
                spare -= 1
            os.close(alone)
        used = {part for each in _folders(parent) for part in _parts_of(each)}
        for part in (parent / PARTS).iterdir():
            if part.name not in used and part.stat().st_mtime < time.time() - _YOUNG:
                shutil.rmtree(part, ignore_errors=True)


def _folders(parent: Path) -> list[Path]:
    return [each for each in parent.iterdir() if each.is_dir() and each.name != PARTS]


def _parts_of(folder: Path) -> set[str]:
    places = [folder, *(folder / each for each in _OWNERS)]
    inside = (each for place in places if place.is_dir() for each in place.iterdir())
    return {each.readlink().name for each in inside if each.is_symlink()}


if os.name == "nt":  # pragma: no cover

    def hold(folder: Path) -> int | None:
        """Folders are not held on Windows, and not removed."""
        return None

    def _alone(folder: Path) -> int | None:
        return None
else:
    import fcntl

    def hold(folder: Path) -> int | None:
        """Say that this process uses a folder; ``None`` where it is not there."""
        return _locked(folder, fcntl.LOCK_SH)

    def _alone(folder: Path) -> int | None:
        """Have a folder that nobody uses; ``None`` where somebody does."""
        return _locked(folder, fcntl.LOCK_EX)

    def _locked(folder: Path, kind: int) -> int | None:
        try:
            handle = os.open(folder, os.O_RDONLY)
        except OSError:
            return None
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return None
        return handle
