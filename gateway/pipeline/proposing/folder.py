"""A partner's folder written: all files or none."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from gateway.pipeline.proposing.rehearse import write_files
from gateway.problems import Place, Problem, problem


def taken(folder: Path) -> Problem | None:
    """C500 where something of that name is there already."""
    if not os.path.lexists(folder):
        return None
    return problem("C500", Place(file=f"{folder.parent.name}/{folder.name}"), partner=folder.name)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make the folder with all its files at once: it is renamed when it is whole.

    Raises ``OSError``, also where the folder came into being meanwhile; then nothing is left.
    """
    draft = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        write_files(draft, files)
        if os.path.lexists(folder):
            raise FileExistsError(f"{folder} is there already")
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def add_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put files into a folder that is there. Raises ``OSError``.

    All are written beside their places first, so that a full disk changes nothing.
    """
    ending = f".{secrets.token_hex(4)}"
    try:
        write_files(folder, {f"{name}{ending}": data for name, data in files.items()})
        for name in files:
            (folder / f"{name}{ending}").rename(folder / name)
    finally:
        for name in files:
            (folder / f"{name}{ending}").unlink(missing_ok=True)
