"""Maps by the names that people give to commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from gateway.cli.output import cannot, open_workspace, print_problems, summary
from gateway.cli.translation import translation_of
from gateway.config import Workspace, load_workspace
from gateway.config.data import data_roots
from gateway.config.translation import Translation
from gateway.grammar import Library
from gateway.mapping import CompiledMap, Maps
from gateway.mapping.editing import Desk
from gateway.problems import Problem


@dataclass(frozen=True, slots=True)
class Named:
    """A map and what it is called."""

    name: str
    compiled: CompiledMap


class Known:
    """The maps that a workspace and the package have."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._translation: Translation | None = None

    @property
    def workspace(self) -> Workspace:
        """The workspace; without one the command ends."""
        return self.translation.workspace

    @property
    def translation(self) -> Translation:
        """Grammars and maps of the workspace."""
        if self._translation is None:
            self._translation = translation_of(open_workspace(self.root))
        return self._translation

    def maps(self) -> Maps:
        """Maps of the workspace, or of the package where there is no workspace."""
        if self._translation is None and (self.root / "gateway.yaml").is_file():
            workspace, _ = load_workspace(self.root)
            self._translation = None if workspace is None else translation_of(workspace)
        if self._translation is not None:
            return self._translation.maps
        roots = data_roots(self.root, "mappings")
        return Maps(Library(*data_roots(self.root, "grammars")), None, roots)

    def desk(self) -> Desk:
        """Texts being edited, beside these maps."""
        maps = self.maps()
        return Desk(maps.library, maps.layouts, maps.roots)

    def file(self, path: str) -> tuple[CompiledMap | None, list[Problem]]:
        """A map or overlay by its file: as given, or below a ``mappings`` folder."""
        near = Path(path)
        return self.maps().load(near.absolute() if near.is_file() else path)

    def agreed(self, partner: str, document: str) -> Iterator[Named]:
        """The maps of a partner's agreements about a document (or message)."""
        found = self.workspace.partners.get(partner)
        if found is None:
            known = ", ".join(self.workspace.partners) or "none"
            cannot(f"there is no partner {partner} and no file of that name; partners: {known}")
        agreements = [
            each
            for each in found.agreements
            if document.lower() in (each.document, each.message.lower())
        ]
        if not agreements:
            known = ", ".join(sorted({each.document for each in found.agreements}))
            cannot(f"{partner} has no agreement about {document}; there are: {known}")
        for each in agreements:
            compiled, problems = self.translation.partner_map(found, each)
            name = f"{partner} {each.document} {each.direction}"
            if compiled is None:
                self.unusable(name, problems)
            yield Named(name, compiled)

    def one(self, names: Sequence[str]) -> list[Named]:
        """The maps of ``FILE`` or of ``PARTNER DOCUMENT``."""
        if len(names) == 1:
            compiled, problems = self.file(names[0])
            if compiled is None:
                self.unusable(names[0], problems)
            return [Named(names[0], compiled)]
        return list(self.agreed(names[0], names[1]))

    def unusable(self, name: str, problems: Sequence[Problem]) -> NoReturn:
        """End the command: the map has errors."""
        print_problems(problems, self.root)
        cannot(f"map {name} cannot be used: {summary(problems)}")


def files_below(paths: Sequence[Path]) -> Iterator[Path]:
    """Map files among files and folders, each once, in order."""
    seen = set()
    for path in paths:
        inside = sorted(path.rglob("*.map")) if path.is_dir() else [path]
        for one in inside:
            if one not in seen:
                seen.add(one)
                yield one
