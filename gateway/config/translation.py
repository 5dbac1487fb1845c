"""The grammars, layouts and maps of a workspace, loaded once and shared by everything that runs.

What is wrong with them is told by :mod:`.translationcheck`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path

from gateway.config.data import installed
from gateway.config.erpforms import form_of, written_form
from gateway.config.models import Agreement, Partner
from gateway.config.validate import suggestion
from gateway.config.workspace import Workspace
from gateway.documents import Document
from gateway.grammar import Library
from gateway.grammar.guide import Guide, Guides
from gateway.grammar.layoutmodel import RecordFormat
from gateway.grammar.recordformats import load_format
from gateway.mapping import CompiledMap, Maps
from gateway.mapping.merged import Merged
from gateway.mapping.tablefiles import Opened, TableFiles
from gateway.problems import Problem, problem
from gateway.syntax.inside import leads_out

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
        fronts = dict.fromkeys((workspace.root, workspace.base))
        self.maps = Maps(self.library, self.layout, roots, fronts=tuple(fronts))
        self._own_maps = self._own_grammars or roots != [self._package.mappings]

    def renewed(self, workspace: Workspace) -> Translation:
        """Grammars and maps of the next settings; what was made of the same files is kept.

        The files of what was applied lie in folders that are named by what is in them, so a map
        whose files did not change is found under the same name.
        """
        new = Translation(workspace, self.definitions)
        if new._roots != self._roots or workspace.base != self.workspace.base:
            return new
        names = (*workspace.partners, "_like")
        folders = {str(workspace.partner_folder(name)) for name in names}
        folders |= {str(root) for root in (*new._roots, *new.maps.roots)}

        def of_now(path: Path) -> bool:
            return any(str(each) in folders for each in path.parents)

        new.library, new.guides = self.library, Guides(self.library)
        if workspace.partner_folder("_like") == self.workspace.partner_folder("_like"):
            new.guides = self.guides.renewed(of_now)  # guides may extend those
        if new.maps.roots == self.maps.roots:
            if workspace.partners_home == self.workspace.partners_home:
                new._tables = self._tables
            new.maps = self.maps.renewed(new.layout, of_now)
        return new

    def layout(self, kind: str, name: str) -> RecordFormat | None:
        """The layout of files of the ERP: ``csv``, ``order``. Raises ``LayoutError``."""
        if self._own_grammars:
            return load_format(self._roots, kind, name)
        return self._package.format(kind, name)

    def partner_map(self, partner: Partner, agreement: Agreement) -> Loaded:
        """The map between the partner's message and the document; problems where there is none.

        The map is not checked against the guide of the agreement here: each message is.
        """
        base, overlay = self.workspace.map_file(partner, agreement)
        if base is None:
            return None, [self._no_map(partner, agreement)]
        standard = agreement.standard
        form = f"{standard.syntax}/{standard.directory}/{agreement.message}"
        codes = self._codes_of(partner)
        functions = self._functions(partner)
        if self._is_packaged(base, overlay, codes, functions):
            return self._package.maps.load(base, standard=form)
        return self.maps.load(
            base,
            overlay,
            standard=form,
            codes=codes,
            tables=self._tables_of(partner.partner),
            functions=functions,
        )

    def merged_map(self, partner: Partner, agreement: Agreement) -> Merged | None:
        """The same map put together, but not compiled: enough to compare it by rows."""
        base, overlay = self.workspace.map_file(partner, agreement)
        if base is None:
            return None
        standard = agreement.standard
        form = f"{standard.syntax}/{standard.directory}/{agreement.message}"
        return self.maps.merged(base, overlay, standard=form, codes=self._codes_of(partner))

    def _codes_of(self, partner: Partner) -> dict[str, Path]:
        """The partner's code lists by name."""
        folder = self.workspace.partner_folder(partner.partner)
        return {
            name: self.workspace.partner_file(partner, written) or folder / written
            for name, written in partner.codes.items()
            if not leads_out(written)
        }

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
        folder = self.workspace.tables_folder(partner)
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
        found = [self.workspace.converters(general)] if general else []
        if partner is not None and partner.functions and not leads_out(partner.functions):
            near = self.workspace.partner_folder(partner.partner) / partner.functions
            found.append(self.workspace.partner_file(partner, partner.functions) or near)
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
        near = self.workspace.partner_file(partner, name)
        path = near or self.guides.find(name, agreement.message)
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

    def forget(self, partner: Partner) -> None:
        """Let go of what was made of files of one partner; it can be made again."""
        folder = self.workspace.partner_folder(partner.partner)
        self._guides = {key: each for key, each in self._guides.items() if key[0] != folder.name}
        self.maps.forget(folder)
        self.guides.forget(folder)

    def problems(self) -> Iterator[Problem]:
        """What is wrong with grammars, layouts, maps and guides, at the place that asks for them.

        Part of ``gateway check``.
        """
        from gateway.config.translationcheck import Checking  # noqa: PLC0415 (it imports this)

        return Checking(self).problems()

    def _no_map(self, partner: Partner, agreement: Agreement) -> Problem:
        standard = agreement.standard
        return problem(
            "C204",
            self.workspace.place(partner, agreement, "document"),
            document=agreement.document,
            format=f"{standard.syntax}/{standard.directory}/{agreement.message}",
            wanted=f"{standard.syntax}/{agreement.message.lower()}.map",
        )
