"""The grammars, layouts and maps of a workspace, loaded once and shared by everything that runs.

Also the part of ``gateway check`` that needs them: standards without a grammar (C202, C203), maps
that are missing (C204) or do not compile (C205), layouts that are missing (C206),
guides (G4xx).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from gateway.config.data import installed
from gateway.config.erpforms import form_of, forms, written_form
from gateway.config.models import Agreement, ErpFormats, Partner
from gateway.config.validate import suggestion
from gateway.config.workspace import Workspace
from gateway.documents import Document
from gateway.grammar import Library
from gateway.grammar.guide import Guide, Guides
from gateway.grammar.layoutmodel import RecordFormat
from gateway.grammar.recordformats import load_format
from gateway.mapping import CompiledMap, Maps
from gateway.mapping.tablefiles import Opened, TableFiles
from gateway.problems import Place, Problem, errors, problem

TABLES = "tables"
"""Folder of a partner, and of the workspace, with tables that maps look numbers up in."""
Definitions = Callable[[str, Path], Opened]
"""Opens a table that stands in a database: its name and the file that says where."""
Loaded = tuple[CompiledMap | None, list[Problem]]
LoadedGuide = tuple[Guide | None, list[Problem]]


class _Package:
    """Grammars, guides, formats and maps that came with the package.

    They are the same for all workspaces of a process: a workspace as it was then, and the next one
    after a change, need not load them again.
    """

    def __init__(self) -> None:
        self.grammars = (installed() / "grammars").resolve()
        self.mappings = (installed() / "mappings").resolve()
        self.library = Library(self.grammars)
        self.guides = Guides(self.library)
        self.maps = Maps(self.library, self.format, [self.mappings])

    @lru_cache(maxsize=256)  # noqa: B019 (there is one package)
    def format(self, kind: str, name: str) -> RecordFormat | None:
        """A format of files. Raises ``LayoutError``."""
        return load_format([self.grammars], kind, name)


@cache
def _package() -> _Package:
    return _Package()


class Translation:
    """Grammars and maps of a workspace. Safe to share; nothing is loaded before it is asked for."""

    def __init__(self, workspace: Workspace, definitions: Definitions | None = None) -> None:
        """``definitions`` opens the tables that stand in a database."""
        self.workspace = workspace
        self.definitions = definitions
        self._tables = {"": TableFiles([workspace.path(TABLES)], definitions)}
        self._package = _package()
        self._roots = workspace.data_roots("grammars")
        self._own_grammars = self._roots != [self._package.grammars]
        self.library = Library(*self._roots) if self._own_grammars else self._package.library
        self.guides = Guides(self.library)
        self._guides: dict[tuple[str, str, str], LoadedGuide] = {}
        roots = workspace.data_roots("mappings")
        self.maps = Maps(self.library, self.layout, roots)
        self._own_maps = self._own_grammars or roots != [self._package.mappings]

    def layout(self, kind: str, name: str) -> RecordFormat | None:
        """The layout of files of the ERP: ``csv``, ``order``. Raises ``LayoutError``."""
        if self._own_grammars:
            return load_format(self._roots, kind, name)
        return self._package.format(kind, name)

    def partner_map(self, partner: Partner, agreement: Agreement) -> Loaded:
        """The map between the partner's message and the document; problems where there is none.

        The map is not checked against the guide of the agreement here: each message is.
        """
        return self._partner_map(partner, agreement)

    def _partner_map(
        self, partner: Partner, agreement: Agreement, guide: Guide | None = None
    ) -> Loaded:
        base, overlay = self.workspace.map_file(partner, agreement)
        if base is None:
            return None, [self._no_map(partner, agreement)]
        standard = agreement.standard
        form = f"{standard.syntax}/{standard.directory}/{agreement.message}"
        folder = self.workspace.partner_folder(partner.partner)
        codes = {name: folder / written for name, written in partner.codes.items()}
        functions = self._functions(partner)
        if guide is None and self._is_packaged(base, overlay, codes, functions):
            return self._package.maps.load(base, standard=form)
        compiled, found = self.maps.load(
            base,
            overlay,
            standard=form,
            codes=codes,
            tables=self._tables_of(partner.partner),
            functions=functions,
            guide=guide,
        )
        return compiled, [self._near(each, folder) for each in found]

    def _is_packaged(self, base: Path, *own: object) -> bool:
        """Whether a map is one of the package as it is. None of those asks a table."""
        return (
            not self._own_maps
            and not any(own)
            and base.resolve().is_relative_to(self._package.mappings)
        )

    def _tables_of(self, partner: str) -> TableFiles:
        """Tables of a partner before those of the workspace; one object for all without any.

        They are those of now, whatever the settings are: a table says what is known today.
        """
        folder = self.workspace.path(self.workspace.settings.partners) / partner / TABLES
        if not folder.is_dir():
            return self._tables[""]
        known = self._tables.get(partner)
        if known is None:
            folders = [folder, self.workspace.path(TABLES)]
            known = self._tables.setdefault(partner, TableFiles(folders, self.definitions))
        return known

    def _functions(self, partner: Partner | None = None) -> list[Path]:
        """Files of converters, those of the workspace first. Only what settings name is run."""
        general = self.workspace.settings.functions
        found = [self.workspace.root / general] if general else []
        if partner is not None and partner.functions:
            found.append(self.workspace.partner_folder(partner.partner) / partner.functions)
        return found

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
        ours = not self._own_grammars and path.is_relative_to(self._package.grammars)
        guides = self._package.guides if ours else self.guides
        guide, found = guides.load(path, shown)
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

    def erp_form(self, document: str, name: str, data: bytes) -> str:
        """The format of a file of the ERP that holds a document."""
        return form_of(
            self.workspace, document, name, data, lambda one, form: self.erp_map(one, form)[0]
        )

    def written_map(self, document: Document, form: str) -> Loaded:
        """The map that writes a document in a format of the ERP."""
        return self.erp_map(document.name, written_form(self.workspace, form, document))

    def erp_map(self, document: str, form: str) -> Loaded:
        """The map between a document and a file format (``csv``, ``idoc``) of the ERP."""
        path = self.workspace.erp_map_file(document, form)
        if path is None:
            wanted = f"{form}/{document}.map"
            return None, [problem("C204", document=document, format=form, wanted=wanted)]
        functions = self._functions()
        if self._is_packaged(path, functions):
            return self._package.maps.load(path)
        return self.maps.load(path, tables=self._tables[""], functions=functions)

    # ---- check

    def problems(self) -> Iterator[Problem]:
        """What is wrong with grammars, layouts and maps, at the place that asks for them."""
        shown: set[Problem] = set()
        for partner in self.workspace.partners.values():
            for agreement in partner.agreements:
                yield from self._agreement(partner, agreement, shown)
        for document in self._exchanged():
            yield from self._erp(document, self.workspace.erp.formats.of(document), None, shown)

    def _exchanged(self) -> list[str]:
        """Documents that some agreement names, or whose format somebody chose."""
        agreed: set[str] = set(self.workspace.erp.formats.model_fields_set)
        for partner in self.workspace.partners.values():
            agreed.update(each.document for each in partner.agreements)
        return [each for each in ErpFormats.model_fields if each in agreed]

    def _agreement(
        self, partner: Partner, agreement: Agreement, shown: set[Problem]
    ) -> Iterator[Problem]:
        lacking = self._grammar(partner, agreement)
        if lacking is not None:
            yield lacking
            return
        guide, found = self.guide(partner, agreement)
        yield from self._new(found, shown)
        compiled, found = self._partner_map(partner, agreement, guide)
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
        if self.workspace.erp_map_file(document, form) is None:
            facts = {
                "value": form,
                "wanted": f"mappings/{form}/{document}.map",
                "known": ", ".join(forms(self.workspace, document)) or "(none)",
            }
            yield from self._new([Problem("C206", place, facts)], shown)
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
