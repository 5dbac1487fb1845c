"""Making a backup while the gateway works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

from gateway.problems import problem
from gateway.store.backup import databases
from gateway.store.backup.manifest import ARCHIVE, PAYLOADS, BackupError, Manifest, measure
from gateway.store.database import Store
from gateway.store.durable import make_folder, sync_folder


def back_up(
    store: Store,
    folder: Path,
    *,
    payloads: bool = True,
    tell: Callable[[str], None] | None = None,
) -> Manifest:
    """Back up a store into a new or empty folder; what the backup holds.

    ``payloads=False`` leaves the archive out, for those who copy it otherwise. Raises
    :class:`BackupError` (H142, H143, H144) and ``OSError``; then there is no manifest.
    """
    told = tell or (lambda _text: None)
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(problem("H143", what=folder))
    make_folder(folder)
    made = store.clock().astimezone(UTC).isoformat()
    count = 0
    with (
        databases.copied(store.engine, folder, told) as (revision, named),
        (folder / PAYLOADS).open("w", encoding="ascii") as lines,
    ):
        for sha in named:
            lines.write(f"{sha}\n")
            count += 1
    kind = store.engine.dialect.name
    database = folder / databases.FILES[kind]
    said = databases.sound(database) if kind == "sqlite" else databases.readable(database)
    if said != "ok":
        raise BackupError(problem("H142", name=database.name, reason=said))
    databases.sync(folder / PAYLOADS)
    missing = set[str]()
    if payloads:
        missing = store.archive.copy_to(
            _lines(folder / PAYLOADS),
            folder / ARCHIVE,
            lambda done: told(f"{done} of {count} payloads copied"),
        )
    sync_folder(folder)
    manifest = Manifest(
        made=made,
        kind=kind,
        revision=revision,
        database=measure(database),
        payloads=measure(folder / PAYLOADS),
        count=count,
        missing=tuple(sorted(missing)),
        included=payloads,
    )
    manifest.write(folder)
    return manifest


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="ascii") as lines:
        yield from (line.strip() for line in lines)
