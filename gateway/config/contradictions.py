"""Files of a partner that contradict each other or do nothing: code lists, and what nobody names.

What a map and a guide say differently is found by :mod:`gateway.mapping.guideproblems`, the
agreements of a workspace are walked by :mod:`.translation`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from gateway.config.codelistcheck import list_problems
from gateway.config.models import Partner
from gateway.config.unnamedfiles import text_of, unnamed_problems
from gateway.config.validate import suggestion
from gateway.config.workspace import Workspace
from gateway.mapping import CompiledMap
from gateway.problems import Problem, problem

_FROM = re.compile(r"^\s*codes\s+(\S+)\s+from\s+[\"']?([^\s\"'#]+)", re.MULTILINE)
_MOST = 8
"""Code lists that are named in a sentence."""


class PartnerFiles:
    """The files of all partners of a workspace; a list that many share is read once."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._general: dict[str, Path | None] = {}
        self._read: dict[tuple[Path, str], list[Problem]] = {}
        self._overlays: dict[Path, list[tuple[str, Path]]] = {}

    def problems(self, partner: Partner, asked: Collection[str] | None) -> Iterator[Problem]:
        """Of one partner. ``asked``: the lists that his maps use; ``None``: not all compile."""
        yield from unnamed_problems(self.workspace, partner)
        for agreement in partner.agreements:
            written = agreement.mapping
            overlay = None if written is None else self.workspace.partner_file(partner, written)
            if overlay is not None:
                yield from self._overlay(overlay)
        for name, written in partner.codes.items():
            path = self.workspace.partner_file(partner, written)
            if path is None:
                continue  # C201
            yield from self._list(path, name)
            if asked is not None and name not in asked:
                text = self.workspace.texts[partner.partner]
                yield problem(
                    "C223",
                    text.place(("codes", name), key=True),
                    partner=partner.partner,
                    list=name,
                    file=written,
                    known=_near(name, asked),
                    hint=suggestion(name, asked),
                )

    def _overlay(self, path: Path) -> Iterator[Problem]:
        """Of the lists that an overlay names: ``codes NAME from FILE``."""
        if path not in self._overlays:
            found = [] if path.suffix != ".map" else _FROM.findall(text_of(path))
            self._overlays[path] = [(name, path.parent / file) for name, file in found]
        for name, file in self._overlays[path]:
            if file.is_file():  # else M105
                yield from self._list(file, name)

    def _list(self, path: Path, name: str) -> list[Problem]:
        if name not in self._general:
            self._general[name] = self.workspace.find("mappings", f"codes/{name}.csv")
        if (path, name) not in self._read:
            shown = _shown(self.workspace, path)
            found = list(list_problems(path, shown, name, self._general[name]))
            self._read[path, name] = found
        return self._read[path, name]


def _near(name: str, asked: Collection[str]) -> str:
    """Some of the lists that maps ask, those called alike first."""
    near = difflib.get_close_matches(name, sorted(asked), _MOST, 0.0)
    return ", ".join(near) + (" …" if len(asked) > len(near) else "") if near else "none"


def lists_of(compiled: CompiledMap) -> frozenset[str]:
    """Names of the code lists that a map asks."""
    return frozenset(
        row.codes.name
        for body in compiled.plan.bodies()
        for row in body.rows
        if row.codes is not None
    )


def _shown(workspace: Workspace, path: Path) -> str:
    root = workspace.root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
