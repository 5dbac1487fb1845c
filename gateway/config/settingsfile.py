"""One settings file: its bytes, its text with positions, its model."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from gateway.config.closed import Closed
from gateway.config.validate import validate
from gateway.config.vault import Vault, vaults_in
from gateway.problems import Place, Problem, has_errors, problem
from gateway.syntax.yamltext import MAX_BYTES, YamlText, read_yaml

SETTINGS = "gateway.yaml"

M = TypeVar("M", bound=Closed)


def settings_bytes(root: Path, name: Path, problems: list[Problem]) -> bytes | None:
    """The bytes of a file; that it is not there (C107, C108) is added to ``problems``."""
    shown = name.as_posix()
    try:
        return _beginning(root / name)
    except FileNotFoundError:
        way = "make a workspace with `gateway init`" if shown == SETTINGS else f"write {shown}"
        near = _called_alike(root, name)
        if near:
            way = f"rename {near} to {name.name}"
        elif not (root / name.parent).is_dir():
            way = f"{way}, or correct partners: {name.parent.as_posix()} in {SETTINGS}"
        problems.append(problem("C107", Place(file=shown), wanted=shown, way=way))
    except OSError as error:
        reason = error.strerror or str(error)
        problems.append(problem("C108", Place(file=shown), wanted=shown, reason=reason))
    return None


def _beginning(path: Path) -> bytes:
    """A file, or of one that is too large more than may be; nothing that never ends (a pipe)."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "it is no file")
        return file.read(MAX_BYTES + 1)


def _called_alike(root: Path, name: Path) -> str:
    """A file beside it that was probably meant: ``partner.yml``, ``Partner.yaml``."""
    folder = root / name.parent
    names = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    stems = (name.name, f"{name.stem}.yml", f"{name.name}.txt")
    return next((each for each in names if each.lower() in stems), "")


def settings_text(data: bytes, name: Path, problems: list[Problem]) -> YamlText | None:
    """A file as text with positions; ``None`` where its structure cannot be used."""
    text, found = read_yaml(data, name.as_posix())
    problems += found
    if text is not None:
        text.digest = sha256(data).digest()
    return text


def read_settings(root: Path, name: Path, problems: list[Problem]) -> YamlText | None:
    """Both at once."""
    data = settings_bytes(root, name, problems)
    return None if data is None else settings_text(data, name, problems)


def read_model(
    root: Path,
    name: Path,
    model: type[M],
    problems: list[Problem],
    vaults: Mapping[str, Vault] | None = None,
) -> tuple[M | None, YamlText | None]:
    """One file as its model; what is wrong is added to ``problems``.

    ``vaults``: those that references may name; without any told, those of the file itself.
    """
    found: list[Problem] = []
    text = read_settings(root, name, found)
    value = None
    if text is not None:
        broken = has_errors(found)
        value, wrong = validate(model, text, vaults_in(text.data) if vaults is None else vaults)
        found += wrong
        value = None if broken else value
    problems += found
    return value, text
