"""What ran here last: ``var/applied/running.json``, for a start with files that are broken.

It says where the database is, and which folder holds the settings, so that neither a mistake in the
files nor another address in them decides what runs. The database has the last word.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from gateway.config.applied import home_of
from gateway.config.laid import FOLDER, hold, let_go_with
from gateway.config.load import load_workspace
from gateway.config.workspace import Workspace

NAME = "running.json"


def file_of(base: Path) -> Path:
    """The file of a workspace."""
    return base / FOLDER / NAME


def write(workspace: Workspace, seq: int) -> None:
    """Remember what runs. Never raises: without it a start needs files that can be read."""
    if workspace.home is None or workspace.root.parent != workspace.base / FOLDER:
        return
    wanted = {
        "seq": seq,
        "hash": workspace.hash,
        "folder": workspace.root.name,
        "shares": workspace.shares,
        "database": workspace.settings.database,
        "archive": workspace.settings.archive,
    }
    path = file_of(workspace.base)
    if _read(path) == wanted:
        return
    with suppress(OSError):
        new = path.with_name(f".{NAME}-{secrets.token_hex(4)}")
        try:
            with new.open("w", encoding="utf-8") as file:
                json.dump(wanted, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)


def placed(workspace: Workspace) -> Workspace:
    """The same workspace with the database and archive of what runs, whatever the files say."""
    known = _read(file_of(workspace.base))
    if known is None or workspace.home is not None:
        return workspace
    place = {"database": known["database"], "archive": known["archive"]}
    settings = workspace.settings
    if (settings.database, settings.archive) == tuple(place.values()):
        return workspace
    return replace(workspace, settings=settings.model_copy(update=place))


def seq_of(base: Path) -> int | None:
    """The number of what ran here last."""
    known = _read(file_of(base))
    return None if known is None else int(known["seq"])


def hash_here(base: Path) -> str:
    """The hash of what ran here last; empty where that is not known."""
    known = _read(file_of(base))
    return "" if known is None else str(known["hash"])


def forget(base: Path) -> None:
    """Nothing ran here."""
    with suppress(OSError):
        file_of(base).unlink(missing_ok=True)


def last(base: Path) -> tuple[Workspace, int] | None:
    """What ran here last, and its number; ``None`` where that is not known or not whole.

    Its files are not yet compared with the database.
    """
    base = base.absolute()
    known = _read(file_of(base))
    if known is None:
        return None
    folder = base / FOLDER / known["folder"]
    held = hold(folder)
    loaded, _ = load_workspace(folder, home=base) if folder.is_dir() else (None, [])
    if loaded is None:
        if held is not None:
            os.close(held)
        return None
    place = {"database": known["database"], "archive": known["archive"]}
    workspace = replace(
        loaded,
        settings=loaded.settings.model_copy(update=place),
        hash=known["hash"],
        shares=known["shares"],
        partners_home=home_of(folder),
    )
    let_go_with(workspace, folder, held)
    return workspace, known["seq"]


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        folder = found["folder"]
        texts = [folder, found["hash"], found["database"], found["archive"]]
        sound = all(isinstance(each, str) for each in texts) and isinstance(found["seq"], int)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if sound and folder == Path(folder).name and folder else None
