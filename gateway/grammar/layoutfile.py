"""Layout files: YAML → :class:`~gateway.grammar.layoutformat.Layout`.

Scalars are kept as text (``NO`` stays ``NO``). A layout that cannot be used raises
:class:`LayoutError` with every reason and its line: layouts are part of the configuration.
The settings are described in ``docs/reference/layouts.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import yaml

from gateway.grammar.layoutfields import Shapes
from gateway.grammar.layoutform import FileForm
from gateway.grammar.layoutformat import Layout
from gateway.grammar.layoutmodel import RecordLayout
from gateway.problems import Place, Problem, problem
from gateway.syntax.csvrecords import Delimited

LAYOUTS = ("csv", "flat", "json", "xlsx")
"""Kinds of files that layouts describe."""
TOP = (
    "format", "encoding", "delimiter", "quote", "newline", "decimal_mark", "thousands_mark",
    "sign", "dates", "yes", "no", "empty", "line_break", "trim", "header", "skip", "comment",
    "trailing_delimiter", "full_rows", "unknown_columns", "key", "repeat", "code_at",
    "line_length", "short_lines", "list", "wrapper", "absent", "sheet", "parts", "record",
    "file_header", "file_footer",
)  # fmt: skip
"""Settings of a layout."""
ENCODINGS = (
    "utf-8", "utf-8-bom", "cp1252", "iso-8859-1", "iso-8859-15", "cp850", "cp437", "ascii",
    "utf-16",
)  # fmt: skip
_QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NEWLINES = {"crlf": "\r\n", "lf": "\n", "cr": "\r"}


class LayoutError(Exception):
    """A layout file that cannot be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = list(problems)


def load_layout(roots: Iterable[Path], kind: str, name: str) -> Layout | None:
    """The layout from the first of the ``grammars`` folders that has it.

    ``kind`` is one of :data:`LAYOUTS`. Raises :class:`LayoutError`.
    """
    for root in roots:
        path = root / kind / f"{name}.yaml"
        if path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            layout, problems = read_layout(text, kind, name, f"grammars/{kind}/{name}.yaml")
            if layout is None:
                raise LayoutError(problems)
            return layout
    return None


def read_layout(
    text: str, kind: str, name: str, file: str = ""
) -> tuple[Layout | None, list[Problem]]:
    """A layout from its text, or all that is wrong with it (F130-F134).

    ``kind`` may be empty: the layout's own ``format`` says it then.
    """
    file = file or f"{kind}/{name}.yaml"
    try:
        node = _composed(text)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        place = Place(file=file, line=mark.line + 1 if mark else 1, column=1)
        return None, [problem("F130", place, reason=wrong.problem or "unreadable")]
    except (yaml.YAMLError, RecursionError) as wrong:
        return None, [problem("F130", Place(file=file), reason=str(wrong).partition("\n")[0])]
    reader = _Reader(file, kind)
    layout = reader.layout(node, name)
    return (None, reader.problems) if reader.problems else (layout, [])


def _composed(text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_QUICK)
    except yaml.YAMLError:  # said in the words, and at the place, of the one that is exact
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    return node


class _Reader(Shapes):
    def __init__(self, file: str, kind: str) -> None:
        super().__init__(file)
        self.kind = kind

    def layout(self, node: yaml.Node | None, name: str) -> Layout:
        top = self.top = self.mapping(node, TOP, "the layout")
        kinds = (self.kind,) if self.kind else LAYOUTS
        self.kind = self.choice(top, "format", kinds, kinds[0])
        self.titled = self.kind in ("csv", "xlsx") and self.flag(
            top, "header", "true" if self.kind == "xlsx" else "false"
        )
        self.parts = self.mapping(top.get("parts"), None, "parts")
        self.moment(self.text(top, "dates", "YYYY-MM-DD"), "date", top.get("dates"))
        if "record" not in top:
            self.lacking("record", "the layout", node)
            root = RecordLayout("document", {})
        else:
            root = self.record(top["record"], "document")
        form = self.form(top, root)
        self.check(root, form, top.get("record"))
        encoding = self.choice(top, "encoding", ENCODINGS, "utf-8")
        return Layout(self.kind, name, root, encoding, form)

    def form(self, top: Mapping[str, yaml.Node], root: RecordLayout) -> FileForm:
        delimited = Delimited(
            self.single(top, "delimiter", ";"),
            self.single(top, "quote", '"', none=True),
            _NEWLINES[self.choice(top, "newline", tuple(_NEWLINES), "crlf")],
            self.text(top, "comment"),
            self.flag(top, "trailing_delimiter"),
        )
        wrapper = self.texts(top, "wrapper")
        if len(wrapper) == 1:
            wrapper = tuple(wrapper[0].split("."))
        edges = {}
        for edge in ("file_header", "file_footer"):
            edges[edge] = self.record(top[edge], edge) if edge in top else None
        return FileForm(
            delimited=delimited,
            titles=self.titled,
            skip=self.number(top, "skip", 10_000),
            full_rows=self.flag(top, "full_rows", "true" if self.titled else "false"),
            unknown=self.choice(top, "unknown_columns", ("warn", "refuse", "ignore"), "warn"),
            key=self.texts(top, "key"),
            repeat=self.flag(top, "repeat", "true"),
            code_at=max(0, self.number(top, "code_at") - 1),
            line_length=self.number(top, "line_length", 100_000),
            short_lines=self.flag(top, "short_lines", "true"),
            wrapper=wrapper,
            as_list=self.flag(top, "list"),
            absent=self.choice(top, "absent", ("omit", "null", "empty"), "omit"),
            sheet=self.text(top, "sheet"),
            **edges,
        )

    # ---- what must fit together

    def check(self, root: RecordLayout, form: FileForm, node: yaml.Node | None) -> None:
        edges = [one for one in (form.file_header, form.file_footer) if one is not None]
        if self.kind == "json":
            return
        typed = bool(root.code or edges or any(one.code for one in root.walk()))
        if self.kind == "xlsx" and typed:
            self.wrong("code", root.code, "no record types: each row is a line", node)
        elif typed or (self.kind == "csv" and not self.titled and not form.key and root.kids):
            self.codes([*root.walk(), *edges], node)
        else:
            self.table(root, form, node)

    def codes(self, shapes: Sequence[RecordLayout], node: yaml.Node | None) -> None:
        """Every record has a type, and they differ, or rows could not be told apart."""
        seen: set[str] = set()
        for shape in shapes:
            if not shape.code:
                self.lacking("code", f"record {shape.name}", self.nodes.get(shape.name))
            elif shape.code in seen:
                self.wrong("code", shape.code, "a code used once", node)
            seen.add(shape.code)

    def table(self, root: RecordLayout, form: FileForm, node: yaml.Node | None) -> None:
        """Rows without types: one record below the document, and a key that tells documents."""
        lines = list(root.kids.values())
        if len(lines) > 1 or any(one.kids or not one.many for one in lines):
            wanted = "one record with many: true and none below, as rows have no types"
            self.wrong("records", ", ".join(root.kids), wanted, node)
        unknown = [one for one in form.key if one not in root.fields]
        if lines and (not form.key or unknown):
            fields = ", ".join(root.fields)
            self.wrong("key", ", ".join(form.key) or "absent", f"fields of {root.name}: {fields}",
                       self.top.get("key", node))  # fmt: skip
        elif lines and not any(root.fields[one].required for one in form.key):
            self.wrong("key", form.key[0], "a field with required: true", self.top.get("key"))
        shared = [one for kid in lines for one in kid.fields if one in root.fields]
        if shared:
            self.wrong("fields", shared[0], f"a name that {root.name} does not have", node)
