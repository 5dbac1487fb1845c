"""What the files would make run: a snapshot of them, or what keeps it from being applied."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.config import Workspace
from gateway.config.snapshot import PARTNERS, SHOPS, Snapshot, collect
from gateway.pipeline.configuration.restarts import moved
from gateway.pipeline.configuration.running import Running
from gateway.problems import Place, Problem, errors, problem
from gateway.store import Store, snapshots


@dataclass(frozen=True, slots=True)
class Wanted:
    """A snapshot that may be applied."""

    snapshot: Snapshot
    kept: tuple[str, ...] = ()
    """Partners and shops whose files have errors: they stay as they run, or stay out."""


_DECIDING = (".yaml", ".yml", ".map", ".csv", ".py")
"""What must not be missing in what is applied: without it something else would run."""


def wanted(
    store: Store,
    running: Running,
    files: Workspace,
    problems: Sequence[Problem],
    *,
    without_broken: bool = False,
) -> Wanted | list[Problem]:
    """A snapshot of the files, or P230-P233, P237.

    ``problems``: of the files, maps among them. ``without_broken``: partners and shops with errors
    stay as they run.
    """
    faulty = _faulty(files, problems)
    prefixes = tuple(f"{_live(files, each)}/" for each in faulty)
    others = [each for each in errors(problems) if not _is_in(each, prefixes)]
    if others or (faulty and not without_broken):
        refused = [problem("P231", partners=", ".join(map(_name, faulty)))] if faulty else []
        count = len(others)
        more = [problem("P230", count=count, s="" if count == 1 else "s")] if others else []
        return [*more, *refused]
    elsewhere = moved(running.workspace, files)
    if elsewhere:
        return elsewhere
    snapshot = collect(files)
    if snapshot.hash != files.hash:
        return [problem("P237")]
    secret = [
        problem("P233", Place(file=_live(files, name), line=lines[0]), count=len(lines),
                s="" if len(lines) == 1 else "s", file=_live(files, name))
        for name, lines in snapshot.masked.items()
        if not _is_in_folder(name, faulty)
    ]  # fmt: skip
    secret += [
        problem("P233", Place(file=_live(files, name)), count=1, s="", file=_live(files, name))
        for name in snapshot.left_out
        if name.endswith(_DECIDING) and not _is_in_folder(name, faulty)
    ]
    if secret:
        return secret
    if not faulty:
        return Wanted(snapshot)
    kept = _with_folders(snapshot, _before(store, running), faulty)
    return Wanted(kept, tuple(map(_name, faulty)))


def _faulty(files: Workspace, problems: Sequence[Problem]) -> list[str]:
    """Folders of a snapshot, ``partners/acme-retail``, with an error in them."""
    found: set[str] = set()
    for kind, usable, broken in (
        (PARTNERS, files.partners.keys(), files.broken),
        (SHOPS, files.shops.keys(), files.broken_shops),
    ):
        front = f"{_home_of(files, kind)}/"
        named = {
            (each.place.file or "").removeprefix(front).partition("/")[0]
            for each in errors(problems)
            if (each.place.file or "").startswith(front)
        }
        found |= {f"{kind}/{name}" for name in (*broken, *(named & usable))}
    return sorted(found)


def _home_of(files: Workspace, kind: str) -> str:
    """The folder of partners or shops, as places of problems name it."""
    settings = files.settings
    return (settings.shops if kind == SHOPS else settings.partners).rstrip("/")


def _name(folder: str) -> str:
    return folder.rpartition("/")[2]


def _is_in(found: Problem, prefixes: tuple[str, ...]) -> bool:
    return bool(prefixes) and (found.place.file or "").startswith(prefixes)


def _is_in_folder(name: str, folders: Sequence[str]) -> bool:
    return any(name.startswith(f"{each}/") for each in folders)


def _live(files: Workspace, name: str) -> str:
    """A name of a snapshot as the workspace has it."""
    kind, slash, inside = name.partition("/")
    return f"{_home_of(files, kind)}/{inside}" if slash and kind in (PARTNERS, SHOPS) else name


def _before(store: Store, running: Running) -> Mapping[str, bytes]:
    """The files of what runs; none while nothing was applied."""
    if running.applied is None:
        return {}
    with store.read() as connection:
        found = snapshots.read(connection, running.applied.hash)
    return {} if isinstance(found, Problem) else found.files


def _with_folders(
    snapshot: Snapshot, before: Mapping[str, bytes], folders: Sequence[str]
) -> Snapshot:
    """A snapshot in which some folders are as they were; its hash is another."""
    files = {
        name: data for name, data in snapshot.files.items() if not _is_in_folder(name, folders)
    }
    files |= {name: data for name, data in before.items() if _is_in_folder(name, folders)}
    left = {
        each: why for each, why in snapshot.left_out.items() if not _is_in_folder(each, folders)
    }
    digest = hashlib.sha256(f"{snapshot.hash} as before: {', '.join(map(_name, folders))}".encode())
    for name, data in sorted(files.items()):
        digest.update(f"\0{name}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        digest.update(data)
    return replace(snapshot, hash=digest.hexdigest(), files=files, left_out=left)
