"""The grammars, layouts and maps of a workspace, loaded once and shared by everything that runs.

Also the part of ``gateway check`` that needs them: standards without a grammar (C202, C203), maps
that are missing (C204) or do not compile (C205), layouts that are missing (C206),
guides (G4xx).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from gateway.config.data import find, installed
from gateway.config.models import Agreement, ErpFormats, Partner
from gateway.config.validate import suggestion
from gateway.config.workspace import Workspace
from gateway.grammar import Library
from gateway.grammar.guide import Guide, Guides
from gateway.grammar.layout import Layout
from gateway.grammar.layoutfile import LayoutError, load_layout
from gateway.mapping import CompiledMap, Maps
from gateway.problems import Place, Problem, errors, problem

Loaded = tuple[CompiledMap | None, list[Problem]]
LoadedGuide = tuple[Guide | None, list[Problem]]


class Translation:
    """Grammars and maps of a workspace. Safe to share; nothing is loaded before it is asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.library = Library(*workspace.data_roots("grammars"))
        self.guides = Guides(self.library)
        self._guides: dict[tuple[str, str, str], LoadedGuide] = {}
        self._unreadable: dict[tuple[str, str], list[Problem]] = {}
        self.maps = Maps(self.library, self.layout, workspace.data_roots("mappings"))

    def layout(self, kind: str, name: str) -> Layout | None:
        """The layout of files of the ERP: ``csv``, ``order``."""
        try:
            return load_layout(self.workspace.data_roots("grammars"), kind, name)
        except LayoutError as unreadable:
            self._unreadable[kind, name] = unreadable.problems
            return None

    def partner_map(self, partner: Partner, agreement: Agreement) -> Loaded:
        """The map between the partner's message and the document; problems where there is none."""
        base, overlay = self.workspace.map_file(partner, agreement)
        if base is None:
            return None, [self._no_map(partner, agreement)]
        standard = agreement.standard
        form = f"{standard.syntax}/{standard.directory}/{agreement.message}"
        folder = self.workspace.partner_folder(partner.partner)
        codes = {name: folder / written for name, written in partner.codes.items()}
        compiled, found = self.maps.load(base, overlay, standard=form, codes=codes)
        return compiled, [self._near(each, folder) for each in found]

    def guide(self, partner: Partner, agreement: Agreement) -> LoadedGuide:
        """The guide of an agreement; ``None`` where it names none, or it has errors."""
        if agreement.guide is None:
            return None, []
        key = (partner.partner, agreement.guide, str(agreement))
        found = self._guides.get(key)
        if found is None:
            found = self._guides[key] = self._guide(partner, agreement, agreement.guide)
        return found

    def _guide(self, partner: Partner, agreement: Agreement, name: str) -> LoadedGuide:
        place = self.workspace.place(partner, agreement, "guide")
        folder = self.workspace.partner_folder(partner.partner)
        path = self.guides.find(name, agreement.message, folder)
        if path is None:
            tried = f"{self.workspace.settings.partners}/{partner.partner}/, grammars/guides/"
            known = [
                *self.guides.names(),
                *(each.relative_to(folder).as_posix() for each in sorted(folder.rglob("*.yaml"))),
            ]
            hint = suggestion(name, known)
            facts = {"message": agreement.message, "tried": tried, "hint": hint}
            return None, [Problem("G443", place, {"value": name, **facts})]
        root = self.workspace.root
        shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
        guide, found = self.guides.load(path, shown)
        standard = agreement.standard
        wanted = (standard.syntax, standard.directory, agreement.message)
        if guide is not None and wanted != (
            guide.base.standard,
            guide.base.directory,
            guide.base.name,
        ):
            named = f"{standard.syntax.upper()} {standard.directory} {agreement.message}"
            other = {"value": name, "base": guide.base_name, "wanted": named}
            return None, [*found, Problem("G444", place, other)]
        return guide, found

    def erp_map(self, document: str, form: str) -> Loaded:
        """The map between a document and a file format (``csv``, ``json``) of the ERP."""
        path = self.workspace.erp_map_file(document, form)
        if path is None:
            wanted = f"{form}/{document}.map"
            return None, [problem("C204", document=document, format=form, wanted=wanted)]
        return self.maps.load(path)

    # ---- check

    def problems(self) -> Iterator[Problem]:
        """What is wrong with grammars, layouts and maps, at the place that asks for them."""
        shown: set[Problem] = set()
        for partner in self.workspace.partners.values():
            for agreement in partner.agreements:
                yield from self._agreement(partner, agreement, shown)
        for document in ErpFormats.model_fields:
            yield from self._erp(document, self.workspace.erp.formats.of(document), None, shown)

    def _agreement(
        self, partner: Partner, agreement: Agreement, shown: set[Problem]
    ) -> Iterator[Problem]:
        lacking = self._grammar(partner, agreement)
        if lacking is not None:
            yield lacking
            return
        yield from self._new(self.guide(partner, agreement)[1], shown)
        compiled, found = self.partner_map(partner, agreement)
        if compiled is None and self.workspace.map_file(partner, agreement)[0] is not None:
            yield problem(
                "C205",
                self.workspace.place(partner, agreement, "mapping"),
                value=self._shown(partner, agreement),
                document=agreement.document,
                direction=agreement.direction,
                count=len(errors(found)),
            )
        yield from self._new(found, shown)
        if agreement.format is not None:
            place = self.workspace.place(partner, agreement, "format")
            yield from self._erp(agreement.document, agreement.format, place, shown)

    def _grammar(self, partner: Partner, agreement: Agreement) -> Problem | None:
        standard = agreement.standard
        place = self.workspace.place(partner, agreement, "standard")
        known = self.library.directories(standard.syntax)
        if standard.directory not in known:
            return problem(
                "C202",
                place,
                value=standard,
                standard=standard.syntax.upper(),
                directory=standard.directory,
                known=", ".join(difflib.get_close_matches(standard.directory, known, 8, 0.0)),
                hint=suggestion(standard.directory, known),
            )
        if self.library.message(standard.syntax, standard.directory, agreement.message) is None:
            message, directory = agreement.message, standard.directory
            return problem("C203", place, value=standard, directory=directory, message=message)
        return None

    def _erp(
        self, document: str, form: str, place: Place | None, shown: set[Problem]
    ) -> Iterator[Problem]:
        place = place or Place(file="gateway.yaml", path=f"erp.formats.{document}")
        wanted = f"{form}/{document}.yaml"
        if find(self.workspace.root, "grammars", wanted) is None:
            known = [
                each.name
                for root in self.workspace.data_roots("grammars")
                for each in sorted((root / "csv", root / "json"))
                if (each / f"{document}.yaml").is_file()
            ]
            facts = {
                "value": form,
                "wanted": f"grammars/{wanted}",
                "known": ", ".join(known) or "(none)",
            }
            yield from self._new([Problem("C206", place, facts)], shown)
            return
        if self.layout(form, document) is None:
            yield from self._new(self._unreadable.get((form, document), []), shown)
            return
        _, found = self.erp_map(document, form)
        here = {"file": place.file, "line": place.line, "column": place.column, "path": place.path}
        yield from self._new(
            [each.at(**here) if each.code == "C204" else each for each in found], shown
        )

    def _new(self, found: Iterable[Problem], shown: set[Problem]) -> Iterator[Problem]:
        """Each problem once: many agreements share a map."""
        for each in found:
            if each not in shown:
                shown.add(each)
                yield each

    def _near(self, found: Problem, folder: Path) -> Problem:
        """The same problem with a file of the partner named from the workspace on."""
        file = found.place.file
        root = self.workspace.root
        if file is None or not folder.is_relative_to(root):
            return found
        if any((known / file).is_file() for known in (root, installed())):
            return found
        near = folder / Path(file).name
        if not near.is_file():
            return found
        return replace(found, place=replace(found.place, file=near.relative_to(root).as_posix()))

    def _no_map(self, partner: Partner, agreement: Agreement) -> Problem:
        standard = agreement.standard
        return problem(
            "C204",
            self.workspace.place(partner, agreement, "document"),
            document=agreement.document,
            format=f"{standard.syntax}/{standard.directory}/{agreement.message}",
            wanted=f"{standard.syntax}/{agreement.message.lower()}.map",
        )

    def _shown(self, partner: Partner, agreement: Agreement) -> str:
        base, overlay = self.workspace.map_file(partner, agreement)
        path = overlay or base
        return path.name if path is not None else agreement.message
