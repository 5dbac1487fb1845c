"""IDoc formats from ``grammars`` folders: ``idoc/NAME.yaml`` (settings) and ``idoc/TYPE/`` (type).

The first folder that has a file wins, for each of the two alone: a workspace may keep settings for
a type of the package, or a type of its own for settings that are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.idoc.model import IdocType
from gateway.grammar.idoc.settings import Settings, read_settings
from gateway.grammar.layoutfile import LayoutError
from gateway.problems import Place, problem


def load_idoc(roots: Iterable[Path], kind: str, name: str) -> IdocFormat | None:
    """The format of a name; ``None`` where no folder has it. Raises :class:`LayoutError`."""
    folders = [root / kind for root in roots]
    settings = _settings(folders, name)
    wanted = settings.type if settings is not None and settings.type else name
    for folder in folders:
        if (folder / wanted / f"{wanted}.txt").is_file():
            try:
                return IdocFormat(name, IdocType.read(folder / wanted), settings)
            except ValueError as wrong:
                place = Place(file=f"grammars/idoc/{wanted}")
                reason = str(wrong)
                raise LayoutError([problem("F350", place, line=1, reason=reason)]) from wrong
    if settings is not None:
        place = Place(file=f"grammars/idoc/{name}.yaml")
        raise LayoutError([problem("F352", place, value=wanted)])
    return None


def _settings(folders: Iterable[Path], name: str) -> Settings | None:
    for folder in folders:
        path = folder / f"{name}.yaml"
        if path.is_file():
            settings, problems = read_settings(path.read_bytes(), f"grammars/idoc/{name}.yaml")
            if problems:
                raise LayoutError(problems)
            return settings
    return None
