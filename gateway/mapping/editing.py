"""Maps while they are written: findings about a text that no file holds yet, and completion."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway.grammar import Library
from gateway.grammar.layoutfile import LayoutError
from gateway.mapping.complete import Completion, Subject, complete
from gateway.mapping.language import parse
from gateway.mapping.library import Layouts, Maps
from gateway.mapping.statements import Header
from gateway.problems import Problem

HEAD = 200
"""Lines in which the header is looked for."""


class Desk:
    """Texts being edited, beside the maps, lists and layouts of some folders."""

    def __init__(self, library: Library, layouts: Layouts, roots: Sequence[Path]) -> None:
        self.library = library
        self.layouts = layouts
        self.roots = tuple(roots)
        self.drafts: dict[Path, str] = {}
        """Open texts by the absolute names of their files."""

    def problems(self, path: Path) -> list[Problem]:
        """What is wrong with the draft of a file, and with nothing else."""
        maps = Maps(self.library, self.layouts, self.roots, drafts=self.drafts)
        _, found = maps.load(path)
        return [one for one in found if Path(one.place.file or path.name).name == path.name]

    def complete(self, path: Path, line: int, column: int) -> Completion:
        """Suggestions at a place of a draft; counted from 1."""
        text = self.drafts.get(path, "")
        return complete(text, line, column, self.subject(text))

    def subject(self, text: str) -> Subject:
        """What the header of a map says it is about; of an overlay, what its base says."""
        header = _header(text)
        overlay = header is not None and bool(header.base)
        if header is not None and header.base:
            base = self._find(header.base)
            header = None if base is None else _header(base.read_text("utf-8", "replace"))
        if header is None or header.base:
            return Subject(None, None, "", overlay=overlay)
        maps = Maps(self.library, self.layouts, self.roots)
        kind = header.format.partition("/")[0]
        model = maps.documents().get(header.document)
        return Subject(model, self._scope(maps, header.format), kind, self._code_lists(), overlay)

    def _scope(self, maps: Maps, format_: str) -> Any:
        kind, _, name = format_.partition("/")
        if kind in ("edifact", "x12"):
            grammar = self.library.message(kind, *name.partition("/")[::2])
            return None if grammar is None else grammar.root
        try:
            layout = maps.layout(kind, name)
        except LayoutError:
            return None
        return None if layout is None else layout.root

    def _code_lists(self) -> tuple[str, ...]:
        found = {path.stem for root in self.roots for path in root.glob("codes/*.csv")}
        return tuple(sorted(found))

    def _find(self, name: str) -> Path | None:
        plain = name.removeprefix("mappings/")
        return next((root / plain for root in self.roots if (root / plain).is_file()), None)


def _header(text: str) -> Header | None:
    """The header alone, whatever is wrong below it."""
    head = []
    for line in text.split("\n")[:HEAD]:
        head.append(line)
        if line.strip() and not line.lstrip().startswith("#"):
            break
    return parse("\n".join(head), "")[0].header
