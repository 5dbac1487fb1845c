"""What a backup holds, with sizes and hashes, and whether it still does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from gateway.problems import Problem, problem
from gateway.store.archive import FolderArchive
from gateway.store.archive.payload import CHUNK
from gateway.store.durable import sync_folder, write_synced

FORMAT = 1
NAME = "manifest.json"
PAYLOADS = "payloads.txt"
ARCHIVE = "archive"


class BackupError(Exception):
    """No backup was made, or nothing was restored; ``found`` says why."""

    def __init__(self, found: Problem) -> None:
        super().__init__(found.sentence)
        self.found = found


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds."""

    made: str
    """When the database was read, ISO 8601."""
    kind: str
    """``sqlite`` or ``postgresql``."""
    revision: str
    """Of the tables."""
    database: Part
    payloads: Part
    """A line for each payload that the rows name."""
    count: int
    missing: tuple[str, ...] = ()
    """Payloads that rows name and the archive did not have."""
    included: bool = True
    """Whether the payloads are in the backup; else they stayed where they are."""
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """The last file of a backup."""
        write_synced(folder / NAME, json.dumps(asdict(self), indent=2).encode())
        sync_folder(folder)

    def shas(self, folder: Path) -> Iterator[str]:
        """The payloads that the rows name."""
        with (folder / PAYLOADS).open(encoding="ascii") as lines:
            yield from (line.strip() for line in lines)


def read(folder: Path) -> Manifest:
    """The manifest of a backup. Raises :class:`BackupError` (H141)."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise ValueError(f"its format is {told['format']}, this version reads {FORMAT}")
        database, payloads = Part(**told.pop("database")), Part(**told.pop("payloads"))
        told["missing"] = tuple(told["missing"])
        return Manifest(database=database, payloads=payloads, **told)
    except (OSError, ValueError, KeyError, TypeError) as failure:
        reason = f"{NAME} is missing" if isinstance(failure, FileNotFoundError) else str(failure)
        raise BackupError(problem("H141", folder=folder, reason=reason)) from None


def verify(folder: Path) -> Iterator[Problem]:
    """Everything in a backup that is not as it was written (H141, H142, H146). Reads all of it."""
    try:
        manifest = read(folder)
    except BackupError as failure:
        yield failure.found
        return
    for part in (manifest.database, manifest.payloads):
        found = measure(folder / part.name) if (folder / part.name).is_file() else None
        if found is None:
            yield problem("H142", name=part.name, reason="it is not there")
            return
        if found != part:
            reason = f"{found.size} bytes with hash {found.sha256}, not {part.size} {part.sha256}"
            yield problem("H142", name=part.name, reason=reason)
            return
    if manifest.missing:
        yield problem("H146", count=len(manifest.missing), sha=manifest.missing[0])
    if not manifest.included:
        return
    archive, missing = FolderArchive(folder / ARCHIVE), set(manifest.missing)
    for sha in manifest.shas(folder):
        if sha not in missing and not archive.intact(sha):
            yield problem("H142", name=f"payload {sha}", reason="missing, or another hash")


def measure(path: Path) -> Part:
    """Name, size and hash of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
            size += len(piece)
    return Part(path.name, size, digest.hexdigest())
