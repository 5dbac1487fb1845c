"""What the files would make run: a snapshot of them, or what keeps it from being applied."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.config import Workspace
from gateway.config.snapshot import PARTNERS, Snapshot, collect
from gateway.pipeline.configuration.restarts import moved
from gateway.pipeline.configuration.running import Running
from gateway.problems import Place, Problem, errors, problem
from gateway.store import Store, snapshots


@dataclass(frozen=True, slots=True)
class Wanted:
    """A snapshot that may be applied."""

    snapshot: Snapshot
    kept: tuple[str, ...] = ()
    """Partners whose files have errors: they stay as they run, or stay out."""


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

    ``problems``: of the files, maps among them. ``without_broken``: partners with errors stay as
    they run.
    """
    faulty = _faulty(files, problems)
    prefixes = tuple(f"{_folder_of(files)}/{name}/" for name in faulty)
    others = [each for each in errors(problems) if not _is_in(each, prefixes)]
    if others or (faulty and not without_broken):
        refused = [problem("P231", partners=", ".join(faulty))] if faulty else []
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
    return Wanted(_with_partners(snapshot, _before(store, running), faulty), tuple(faulty))


def _folder_of(files: Workspace) -> str:
    """The partners' folder, as places of problems name it."""
    return files.settings.partners.rstrip("/")


def _faulty(files: Workspace, problems: Sequence[Problem]) -> list[str]:
    """Partners with an error in their own folder."""
    front = f"{_folder_of(files)}/"
    named = {
        (each.place.file or "").removeprefix(front).partition("/")[0]
        for each in errors(problems)
        if (each.place.file or "").startswith(front)
    }
    return sorted({*files.broken, *(named & files.partners.keys())})


def _is_in(found: Problem, prefixes: tuple[str, ...]) -> bool:
    return bool(prefixes) and (found.place.file or "").startswith(prefixes)


def _is_in_folder(name: str, partners: Sequence[str]) -> bool:
    return any(name.startswith(f"{PARTNERS}/{each}/") for each in partners)


def _live(files: Workspace, name: str) -> str:
    """A name of a snapshot as the workspace has it."""
    inside = name.removeprefix(f"{PARTNERS}/")
    return name if inside == name else f"{_folder_of(files)}/{inside}"


def _before(store: Store, running: Running) -> Mapping[str, bytes]:
    """The files of what runs; none while nothing was applied."""
    if running.applied is None:
        return {}
    with store.read() as connection:
        found = snapshots.read(connection, running.applied.hash)
    return {} if isinstance(found, Problem) else found.files


def _with_partners(
    snapshot: Snapshot, before: Mapping[str, bytes], partners: Sequence[str]
) -> Snapshot:
    """A snapshot in which the folders of some partners are as they were; its hash is another."""
    files = {
        name: data for name, data in snapshot.files.items() if not _is_in_folder(name, partners)
    }
    files |= {name: data for name, data in before.items() if _is_in_folder(name, partners)}
    left = {
        each: why for each, why in snapshot.left_out.items() if not _is_in_folder(each, partners)
    }
    digest = hashlib.sha256(f"{snapshot.hash} as before: {', '.join(partners)}".encode())
    for name, data in sorted(files.items()):
        digest.update(f"\0{name}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        digest.update(data)
    return replace(snapshot, hash=digest.hexdigest(), files=files, left_out=left)
