"""Vaults that cannot answer here (C550) or are never asked (C551). Nothing is asked, or run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.config.settingsfile import SETTINGS, read_settings
from gateway.config.validate import suggestion
from gateway.config.vault import installed, plugins
from gateway.config.workspace import Workspace
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import YamlText


def house_text(workspace: Workspace) -> YamlText:
    """``gateway.yaml`` with its positions; an empty text where it cannot be read any more."""
    return read_settings(workspace.root, Path(SETTINGS), []) or YamlText(SETTINGS)


def vault_problems(workspace: Workspace, text: YamlText) -> Iterator[Problem]:
    """Of all vaults. ``text``: that of ``gateway.yaml``."""
    for name, vault in workspace.settings.vaults.items():
        if installed(vault.plugin) is None:
            known = plugins()
            yield problem(
                "C550",
                text.place(("vaults", name, "plugin")),
                vault=name,
                value=vault.plugin,
                known=", ".join(known) or "none",
                hint=suggestion(vault.plugin, known),
            )
        if not _asked(workspace, text, name):
            yield problem("C551", text.place(("vaults", name), key=True), vault=name)


def _asked(workspace: Workspace, text: YamlText, name: str) -> bool:
    start = f"${{{name}:"
    own = read_settings(workspace.root, Path(workspace.settings.partners) / "_own.yaml", [])
    texts = [text, *workspace.texts.values(), *([] if own is None else [own])]
    return any(start in each for one in texts for each in _texts(one.data))


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for each in data.values() if isinstance(data, dict) else data:
            yield from _texts(each)
