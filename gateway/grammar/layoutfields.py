"""Records and fields of a layout file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import yaml

from gateway.grammar.layoutmodel import IDENTIFIERS, KINDS, FieldLayout, RecordLayout, Spelling
from gateway.grammar.layoutyaml import Pieces, shown

RECORD = ("name", "code", "many", "required", "fields", "records", "use", "qualifier", "path")
PART = (*RECORD, "levels")
FIELD = (
    "type", "max", "required", "format", "title", "column", "at", "length", "align", "pad",
    "decimal_mark", "thousands_mark", "sign", "decimals", "implied", "yes", "no", "empty",
    "values", "value", "count", "sum", "line_break", "trim", "path", "quoted",
)  # fmt: skip
_DATE_PIECES = (
    ("YYYY", "%Y"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d"), ("hh", "%H"), ("mm", "%M"),
    ("ss", "%S"),
)  # fmt: skip
_NEEDED = {
    "date": ({"%d", "%m"}, "YYYY-MM-DD, YYYYMMDD, DD.MM.YYYY or YYMMDD"),
    "time": ({"%H", "%M"}, "hh:mm, hhmm or hhmmss"),
    "datetime": ({"%d", "%m", "%H", "%M"}, "YYYY-MM-DDThh:mm:ss or YYYYMMDDhhmm"),
}
_SHOWN = {"time": "hh:mm:ss", "datetime": "YYYY-MM-DDThh:mm:ss"}
_LETTERS = re.compile(r"[A-Z]{1,3}", re.ASCII)
_MOST_DEEP = 20
T = TypeVar("T")


class Shapes(Pieces):
    """Reads records and fields; settings of the whole layout are their defaults."""

    kind = ""
    titled = False
    """Whether a row of titles names the columns."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.top: Mapping[str, yaml.Node] = {}
        self.parts: Mapping[str, yaml.Node] = {}
        self.within: list[str] = []
        """Parts that are being read, each inside the one before."""
        self.nodes: dict[str, yaml.Node] = {}
        """Where the records stand, by name."""

    def record(self, node: yaml.Node, name: str, depth: int = 0) -> RecordLayout:
        """A record; with ``use``, the fields and records of a part follow its own."""
        own = self.mapping(node, RECORD, f"record {name}")
        fields = self.fields(own, name)
        kids = self.kids(own, depth)
        for part, content in self.used(own, name):
            self.within.append(part)
            given = self.mapping(content, PART, f"part {part}")
            fields = {**fields, **_others(self.fields(given, name), fields)}
            kids = {**kids, **_others(self.kids(given, depth), kids)}
            self.within.pop()
        if not fields and not kids:
            self.lacking("fields", f"record {name}", node)
        name = self.text(own, "name", name)
        self.nodes[name] = node
        return RecordLayout(
            name,
            fields,
            kids,
            self.flag(own, "many"),
            self.flag(own, "required"),
            self.text(own, "code").strip(),
            self.text(own, "qualifier"),
            self.way(own),
        )

    def fields(self, own: Mapping[str, yaml.Node], name: str) -> dict[str, FieldLayout]:
        """The fields of a record."""
        found = self.mapping(own.get("fields"), None, f"fields of {name}")
        return {key: self.field(value, key) for key, value in found.items()}

    def kids(self, own: Mapping[str, yaml.Node], depth: int) -> dict[str, RecordLayout]:
        """The records of a record."""
        found = self.mapping(own.get("records"), None, "records")
        if found and depth >= _MOST_DEEP:
            self.wrong("records", "deeper", f"at most {_MOST_DEEP} levels", own["records"])
            return {}
        kids = {}
        for key, value in found.items():
            if not self.deepest(value):
                kids[key] = self.record(value, key, depth + 1)
        return kids

    def deepest(self, node: yaml.Node) -> bool:
        """Whether a record would put a part into itself once too often (``levels``)."""
        if not self.within or not isinstance(node, yaml.MappingNode):
            return False
        own = {shown(key): value for key, value in node.value}
        for part in self.texts(own, "use"):
            given = self.mapping(self.parts.get(part), PART, f"part {part}")
            levels = self.number(given, "levels", _MOST_DEEP) or 1
            if self.within.count(part) >= levels:
                return True
        return False

    def used(self, own: Mapping[str, yaml.Node], name: str) -> list[tuple[str, yaml.Node]]:
        """The parts that a record uses."""
        found = []
        for part in self.texts(own, "use"):
            if part in self.parts:
                found.append((part, self.parts[part]))
            else:
                known = ", ".join(self.parts) or "none"
                self.wrong("use", part, f"a part of this file: {known}", own["use"])
        return found

    def way(self, own: Mapping[str, yaml.Node]) -> tuple[str, ...]:
        """``header.orderNo``, or a list where names have dots themselves."""
        found = self.texts(own, "path")
        return tuple(found[0].split(".")) if len(found) == 1 and found[0] else found

    def field(self, node: yaml.Node, name: str) -> FieldLayout:
        """A field; without settings of its own it is a text."""
        own = self.mapping(node, FIELD, f"field {name}")
        kind = self.choice(own, "type", KINDS, "text")
        return FieldLayout(
            name=name,
            kind=kind,
            max=self.number(own, "max"),
            required=self.flag(own, "required"),
            title=self.text(own, "title"),
            spelling=self.spelling(own, kind),
            columns=self.texts(own, "column") if self.titled else (),
            at=self.position(own),
            path=self.way(own),
            constant=self.text(own, "value"),
            computed=self.computed(own, kind),
            quoted=self.flag(own, "quoted"),
        )

    def position(self, own: Mapping[str, yaml.Node]) -> int | None:
        """``at: 12`` of a line, or ``column: F`` of a file without titles."""
        if "at" in own:
            at = self.number(own, "at")
            if at:
                return at - 1
            self.wrong("at", "0", "the number of its first character, from 1", own["at"])
        letters = self.text(own, "column") if "column" in own and not self.titled else ""
        if not letters:
            return None
        if not _LETTERS.fullmatch(letters):
            wanted = "a letter such as F, as the file has no row of titles"
            self.wrong("column", letters, wanted, own["column"])
            return None
        at = 0
        for sign in letters:
            at = at * 26 + ord(sign) - 64
        return at - 1

    def computed(self, own: Mapping[str, yaml.Node], kind: str) -> tuple[str, str] | None:
        """``count: line`` or ``sum: line.amount``."""
        verb = next((one for one in ("count", "sum") if one in own), "")
        if not verb:
            return None
        if kind not in ("integer", "decimal"):
            self.wrong("type", kind, f"decimal or integer, as the field is a {verb}", own[verb])
        return verb, self.text(own, verb)

    def spelling(self, own: Mapping[str, yaml.Node], kind: str) -> Spelling:
        """How the file spells the field: its own settings, then those of the layout."""
        both = {**self.top, **own}
        form = self.text(own, "format") or self.text(self.top, "dates", "YYYY-MM-DD")
        if kind in _SHOWN and "format" not in own:
            form = _SHOWN[kind]
        pattern = self.moment(form, kind, own.get("format")) if kind in _NEEDED else ""
        pad = self.single(own, "pad", " " if self.kind == "flat" else "none", none=True)
        number = kind in ("decimal", "integer")
        align = "right" if number or pad == "0" or (kind in IDENTIFIERS and pad == "0") else "left"
        return Spelling(
            mark=self.choice(both, "decimal_mark", (".", ","), "."),
            thousands=self.single(both, "thousands_mark", "none", none=True) if number else "",
            sign=self.choice(both, "sign", ("leading", "trailing", "overpunch"), "leading"),
            decimals=self.number(own, "decimals", 18) if "decimals" in own else None,
            implied=self.number(own, "implied", 18) if "implied" in own else None,
            pattern=pattern,
            shown=form,
            yes=self.texts(both, "yes") or ("true",),
            no=self.texts(both, "no") or ("false",),
            empty=self.texts(own, "empty") or (
                self.texts(self.top, "empty") if kind in _NEEDED else ()
            ),
            values=self.texts(own, "values"),
            pad=pad,
            align=self.choice(own, "align", ("left", "right"), align),
            length=self.length(own),
            line_break=self.text(both, "line_break"),
            trim=self.flag(both, "trim"),
        )  # fmt: skip

    def length(self, own: Mapping[str, yaml.Node]) -> int:
        """Width of a field; every field of a line of fixed width has one."""
        length = self.number(own, "length", 100_000)
        if self.kind == "flat" and not length:
            self.lacking("length", "a field of fixed width", next(iter(own.values()), None))
        return length

    def moment(self, form: str, kind: str, node: yaml.Node | None) -> str:
        """``DD.MM.YYYY`` as ``strftime`` writes it."""
        pattern = form.replace("%", "")
        for letters, directive in _DATE_PIECES:
            if directive == "%y" and "%Y" in pattern:
                continue
            pattern = pattern.replace(letters, directive, 1)
        needed, examples = _NEEDED[kind]
        directives = set(re.findall("%.", pattern))
        rest = re.sub("%.", "", pattern)
        year = bool(directives & {"%Y", "%y"}) or kind == "time"
        odd = not re.fullmatch(r"[^A-SU-Ya-z%]*", rest) or len(rest) > 12
        extra = directives & {"%H", "%M", "%S"} if kind == "date" else set()
        if not needed <= directives or not year or odd or extra:
            self.wrong("format", form, f"a format such as {examples}", node)
        return pattern


def _others(given: Mapping[str, T], own: Mapping[str, T]) -> dict[str, T]:
    return {name: one for name, one in given.items() if name not in own}
