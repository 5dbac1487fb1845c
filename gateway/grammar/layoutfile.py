"""Layout files: YAML → :class:`~gateway.grammar.layoutformat.Layout`.

Scalars are kept as text (``NO`` stays ``NO``). A layout that cannot be used raises
:class:`LayoutError` with every reason and its line: layouts are part of the configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import yaml

from gateway.grammar.layoutformat import Layout
from gateway.grammar.layoutmodel import KINDS, FieldLayout, RecordLayout
from gateway.problems import Place, Problem, problem
from gateway.syntax.csvrecords import Delimited

_TOP = ("format", "encoding", "delimiter", "quote", "newline", "decimal_mark", "dates", "list",
        "record")  # fmt: skip
_RECORD = ("name", "code", "many", "required", "fields", "records")
_FIELD = ("type", "max", "required", "format", "title")
_ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "iso-8859-15", "ascii")
_NEWLINES = {"crlf": "\r\n", "lf": "\n"}
_DATE_PIECES = (("YYYY", "%Y"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d"))


class LayoutError(Exception):
    """A layout file that cannot be used."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = list(problems)


def load_layout(roots: Iterable[Path], kind: str, name: str) -> Layout | None:
    """The layout from the first of the ``grammars`` folders that has it.

    ``kind`` is ``csv`` or ``json``. Raises :class:`LayoutError`.
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
    """A layout from its text, or all that is wrong with it (F130-F133)."""
    file = file or f"{kind}/{name}.yaml"
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark
        place = Place(file=file, line=mark.line + 1 if mark else 1, column=1)
        return None, [problem("F130", place, reason=wrong.problem or "unreadable")]
    except yaml.YAMLError as wrong:
        return None, [problem("F130", Place(file=file), reason=str(wrong).partition("\n")[0])]
    reader = _Reader(file, kind)
    layout = reader.layout(node, name)
    return (None, reader.problems) if reader.problems else (layout, [])


@dataclass
class _Reader:
    file: str
    kind: str

    def __post_init__(self) -> None:
        self.problems: list[Problem] = []
        self.mark = "."
        self.dates = "YYYY-MM-DD"

    def place(self, node: yaml.Node | None) -> Place:
        if node is None:
            return Place(file=self.file)
        start = node.start_mark
        return Place(file=self.file, line=start.line + 1, column=start.column + 1)

    def layout(self, node: yaml.Node | None, name: str) -> Layout:
        top = self.mapping(node, _TOP, "the layout")
        self.choice(top, "format", (self.kind,), self.kind)
        self.mark = self.choice(top, "decimal_mark", (".", ","), ".")
        self.dates = self.text(top, "dates", self.dates)
        self.date_format(self.dates, top.get("dates"))
        form = Delimited(
            self.single(top, "delimiter", ";"),
            self.single(top, "quote", '"'),
            _NEWLINES[self.choice(top, "newline", tuple(_NEWLINES), "crlf")],
        )
        if "record" not in top:
            self.problems.append(self.lacking("record", "the layout", node))
            root = RecordLayout("document", {})
        else:
            root = self.record(top["record"], "document")
        self.codes(root, top.get("record"))
        encoding = self.choice(top, "encoding", _ENCODINGS, "utf-8")
        return Layout(self.kind, name, root, encoding, form, self.flag(top, "list"))

    def record(self, node: yaml.Node, name: str) -> RecordLayout:
        parts = self.mapping(node, _RECORD, f"record {name}")
        fields = {
            key: self.field(value, key)
            for key, value in self.mapping(parts.get("fields"), None, "fields").items()
        }
        kids = {
            key: self.record(value, key)
            for key, value in self.mapping(parts.get("records"), None, "records").items()
        }
        code = self.text(parts, "code", "")
        if self.kind == "csv" and not code:
            self.problems.append(self.lacking("code", f"record {name}", node))
        if not fields and not kids:
            self.problems.append(self.lacking("fields", f"record {name}", node))
        many = self.flag(parts, "many")
        required = self.flag(parts, "required")
        return RecordLayout(self.text(parts, "name", name), fields, kids, many, required, code)

    def field(self, node: yaml.Node, name: str) -> FieldLayout:
        parts = self.mapping(node, _FIELD, f"field {name}")
        kind = self.choice(parts, "type", KINDS, "text")
        most = self.text(parts, "max", "0")
        if not (most.isascii() and most.isdigit()):
            self.problems.append(self.wrong("max", most, "a number", parts["max"]))
            most = "0"
        shown = self.text(parts, "format", self.dates)
        return FieldLayout(
            name=name,
            kind=kind,
            max=int(most),
            required=self.flag(parts, "required"),
            format=self.date_format(shown, parts.get("format")) if kind == "date" else "",
            mark=self.mark if self.kind == "csv" else ".",
            title=self.text(parts, "title", ""),
            shown_format=shown,
        )

    def date_format(self, shown: str, node: yaml.Node | None) -> str:
        pattern = shown
        for letters, directive in _DATE_PIECES:
            pattern = pattern.replace(letters, directive, 1)
        rest = pattern.replace("%", "")
        if pattern.count("%") != 3 or any(sign.isdigit() for sign in rest) or len(rest) > 8:
            wanted = "a format such as YYYY-MM-DD, YYYYMMDD or DD.MM.YYYY"
            self.problems.append(self.wrong("dates", shown, wanted, node))
        return pattern

    def codes(self, root: RecordLayout, node: yaml.Node | None) -> None:
        """Record types must differ, or rows could not be told apart."""
        seen: set[str] = set()
        for shape in root.walk():
            if shape.code and shape.code in seen:
                self.problems.append(self.wrong("code", shape.code, "a code used once", node))
            seen.add(shape.code)

    # ---- pieces of YAML

    def mapping(
        self, node: yaml.Node | None, known: Sequence[str] | None, what: str
    ) -> dict[str, yaml.Node]:
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            self.problems.append(self.wrong(what, _shown(node), "settings, name: value", node))
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = _shown(key)
            if known is not None and name not in known:
                near = get_close_matches(name, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
                self.problems.append(
                    problem("F131", self.place(key), setting=name, owner=what, hint=hint)
                )
            elif name in found:
                self.problems.append(self.wrong(name, "written twice", "written once", key))
            else:
                found[name] = value
        return found

    def text(self, parts: Mapping[str, yaml.Node], name: str, default: str) -> str:
        node = parts.get(name)
        if node is None:
            return default
        if not isinstance(node, yaml.ScalarNode):
            self.problems.append(self.wrong(name, _shown(node), "a text", node))
            return default
        return str(node.value)

    def single(self, parts: Mapping[str, yaml.Node], name: str, default: str) -> str:
        value = self.text(parts, name, default)
        if value == "tab":
            value = "\t"
        if len(value) != 1 or value in "\r\n":
            self.problems.append(self.wrong(name, value, "one character, or tab", parts.get(name)))
            return default
        return value

    def choice(
        self, parts: Mapping[str, yaml.Node], name: str, known: Sequence[str], default: str
    ) -> str:
        value = self.text(parts, name, default)
        if value not in known:
            self.problems.append(self.wrong(name, value, " or ".join(known), parts.get(name)))
            return default
        return value

    def flag(self, parts: Mapping[str, yaml.Node], name: str) -> bool:
        return self.choice(parts, name, ("true", "false"), "false") == "true"

    def wrong(self, name: str, value: str, wanted: str, node: yaml.Node | None) -> Problem:
        return problem("F132", self.place(node), setting=name, value=value, expected=wanted)

    def lacking(self, name: str, owner: str, node: yaml.Node | None) -> Problem:
        return problem("F133", self.place(node), setting=name, owner=owner)


def _shown(node: yaml.Node) -> str:
    return (
        str(node.value)
        if isinstance(node, yaml.ScalarNode)
        else f"a {type(node).__name__.removesuffix('Node').lower()}"
    )
