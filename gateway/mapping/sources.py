"""What rows refer to beside the wire: code lists, tables and functions of one load."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gateway.mapping.codes import CodeList, CodeRow, code_list, parse_codes
from gateway.mapping.files import Files
from gateway.mapping.functions import Function, load_functions
from gateway.mapping.statements import Span
from gateway.mapping.tables import Table, Tables
from gateway.problems import Place, Problem, problem
from gateway.syntax.inside import leads_out


class Sources:
    """Finds them in the files of the workspace and the partner; collects problems."""

    def __init__(self, files: Files, tables: Tables | None = None) -> None:
        self.files = files
        self.tables = tables
        self.problems: list[Problem] = []
        self.functions: dict[str, Function] = {}
        self._partner: dict[str, list[CodeRow]] = {}
        self._lists: dict[tuple[str, str], CodeList | None] = {}

    def run(self, scripts: Iterable[Path]) -> None:
        """Run files with converters of the partner or workspace (M109); a later one wins."""
        for path in scripts:
            found = self.files.find(path)
            if found is None:
                name = self.files.shown(path)
                missing = problem("M109", Place(file=name), name=name, value="no such file")
                self.problems.append(missing)
                continue
            text, shown = self.files.text(found), self.files.shown(found)
            functions, problems = load_functions(found, shown, text)
            self.functions |= functions
            self.problems += problems

    def partner_list(self, name: str, file: str, span: Span | None, folder: Path) -> None:
        """Put the rows of a partner's code list before those of the general list (M105)."""
        path = None
        if span is None or not leads_out(file):  # what a map names, not what the settings found
            path = self.files.find(folder / file) or self.files.find(file)
        if path is None:
            shown = self.files.shown(folder / file)
            place = span.place() if span else Place(file=shown)
            self.problems.append(problem("M105", place, file=shown, value="no such file"))
            return
        rows, problems = self.files.made(path, parse_codes)
        self.problems += problems
        self._partner[name] = [*rows, *self._partner.get(name, ())]

    def code_list(self, name: str, format_: str) -> CodeList | None:
        """A code list as a format sees it; ``None`` where there is none of this name."""
        key = (name, format_)
        if key not in self._lists:
            self._lists[key] = self._code_list(name, format_)
        return self._lists[key]

    def _code_list(self, name: str, format_: str) -> CodeList | None:
        rows = list(self._partner.get(name, ()))
        path = self.files.find(Path("codes") / f"{name}.csv")
        if path is None:
            return code_list(name, rows, format_) if rows else None
        more, problems = self.files.made(path, parse_codes)
        self.problems += problems
        return code_list(name, [*rows, *more], format_)

    def table(self, name: str) -> tuple[Table | None, list[Problem]]:
        """A table, and what is wrong with it (M108)."""
        tables = self.tables
        if tables is None:
            return None, []
        self.files.watch(lambda: tables.stamp(name))
        return tables.table(name)
