"""The XML schema that SAP hands out for an IDoc type (WE60, PI, web services).

    <xsd:element name="ORDERS05">            the type, or the extension of a customer
      …<xsd:element name="IDOC">
        …<xsd:element name="EDI_DC40">       the control record
        …<xsd:element name="E1EDK01">        a segment: an element with elements inside
          …<xsd:element name="BELNR"> …<xsd:maxLength value="35"/>

Types may stand inside their elements or have names. A schema is about XML, and a type is about flat
files too: columns follow from the lengths in their order. What a schema does not say is taken from
the types of the package where they have the same segment with the same fields: the definition
(SEGNAM), the level (HLEVEL), and whether the first field is a qualifier. Other definitions are
guessed, and told (F353).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from gateway.grammar.idoc import IdocField, IdocType, IdocUse
from gateway.grammar.idoc.control import EDI_DC40
from gateway.grammar.idoc.model import HEADER, RECORD
from gateway.grammar.idoc.places import Place, from_xml
from gateway.grammar.importing.idocknown import KnownSegments
from gateway.grammar.importing.result import Imported, Tell
from gateway.grammar.importing.xsd.files import LARGEST, XS, Files

DEEPEST = 30
"""Segments within segments, and types that refer to types."""
MOST = 5_000
"""Places of segments; the largest type of SAP has some 600."""
MOST_ELEMENTS = 200_000
"""Elements on the way; types that refer to types can multiply them."""
UNBOUNDED = 9_999_999_999
"""What SAP writes where a segment may repeat without end."""
_MOST_NAMED = 20
_CONTROL = re.compile(rb"""\bname\s{0,9}=\s{0,9}["']EDI_DC40\b""")
_CONTENT = tuple(f"{XS}{name}" for name in ("sequence", "choice", "all", "group"))
_LENGTHS = tuple(f"{XS}{name}" for name in ("maxLength", "length", "totalDigits"))
_NAME = re.compile(r"[A-Z0-9_/]{1,30}")


def is_idoc_xsd(path: Path) -> bool:
    """Whether a schema has the control record of IDocs. Raises ``OSError``."""
    return path.stat().st_size <= LARGEST and _CONTROL.search(path.read_bytes()) is not None


def read_idoc_xsd(path: Path, tell: Tell = lambda _text: None) -> Imported:
    """Read the schema of an IDoc type. Raises ``OSError``."""
    imported = Imported()
    files = Files(path.parent, imported, tell)
    if files.load(path.resolve()) is not None:
        _Reader(files, path.name, imported).read()
    return imported


class _Beyond(Exception):  # noqa: N818 (it never leaves the module)
    """A limit of segments; ends the reading."""


@dataclass(frozen=True, slots=True)
class _Part:
    """An element inside another, and how often."""

    node: etree._Element
    least: int
    most: int

    @property
    def name(self) -> str:
        """As SAP has it: ``/RB04/YP3_E1EDK01``."""
        return from_xml(self.node.get("name", ""))


class _Reader:
    def __init__(self, files: Files, file: str, imported: Imported) -> None:
        self.tell = files.tell
        self.file = file
        self.imported = imported
        self.roots = [one.root for one in files.read.values()]
        self.named: dict[tuple[str, str], etree._Element] = {}
        for root in self.roots:
            for node in root:
                key = (str(node.tag).removeprefix(XS), node.get("name", ""))
                self.named.setdefault(key, node)
        self.made = IdocType("", records={"control": EDI_DC40})
        self.known = KnownSegments()
        self.places = 0
        self.read_nodes = 0
        self.groups = 0
        self.levels_guessed = 0

    def read(self) -> None:
        """Make the type, or say what is missing."""
        try:
            self._read()
        except _Beyond as beyond:
            limit = f"{MOST:,} places, {DEEPEST} levels"
            self.imported.report("G503", self.file, reason=str(beyond), limit=limit)

    def _read(self) -> None:
        found = self._idoc()
        if found is None:
            self.imported.report("G506", self.file, part="element with the element IDOC inside")
            return
        root, parts = found
        control = next((one for one in parts if one.name == "EDI_DC40"), None)
        segments = [one for one in parts if one is not control and self._segmental(one)]
        told = self._control(control) if control is not None else ""
        self.made.name = _folder(told or root.get("name", ""))
        self.known = KnownSegments.of(self.made.name)
        tree = [self._use(one, self.known.root, 0, 0) for one in segments]
        self.made.tree = tuple(one for one in tree if one is not None)
        if not self.made.tree:
            self.imported.report("G506", self.file, part="segments (elements below IDOC)")
            return
        self._finish()

    def _idoc(self) -> tuple[etree._Element, list[_Part]] | None:
        for root in self.roots:
            for node in root.iterchildren(f"{XS}element"):
                for one in self._parts(node):
                    if one.name == "IDOC":
                        return node, self._parts(one.node)
        return None

    # ------------------------------------------------------------------ schema

    def _complex(self, node: etree._Element) -> etree._Element | None:
        """The type of an element that has elements inside."""
        inner = node.find(f"{XS}complexType")
        return inner if inner is not None else self._type(node.get("type", ""), "complexType")

    def _segmental(self, part: _Part) -> bool:
        return self._complex(part.node) is not None

    def _type(self, name: str, kind: str) -> etree._Element | None:
        return self.named.get((kind, name.rpartition(":")[2])) if name else None

    def _parts(self, node: etree._Element) -> list[_Part]:
        """The elements inside one, in their order."""
        held = self._complex(node)
        return list(self._inside(held, 1, 1, 0)) if held is not None else []

    def _inside(self, node: etree._Element, least: int, most: int, depth: int) -> Iterator[_Part]:
        if depth > DEEPEST:
            raise _Beyond("types refer to types without end")
        group = self._type(node.get("ref", ""), "group")
        for one in group if group is not None else node:
            self.read_nodes += 1
            if self.read_nodes > MOST_ELEMENTS:
                raise _Beyond(f"it leads to more than {MOST_ELEMENTS:,} elements")
            low, high = _times(one)
            low, high = min(low, least), max(high, most)
            if one.tag == f"{XS}element":
                target = self._type(one.get("ref", ""), "element")
                yield _Part(one if target is None else target, low, high)
            elif one.tag in _CONTENT:
                choice = one.tag == f"{XS}choice"
                yield from self._inside(one, 0 if choice else low, high, depth + 1)

    def _length(self, node: etree._Element) -> int:
        """Characters of a field; 0 where the schema does not say."""
        for _ in range(DEEPEST):
            simple = node.find(f"{XS}simpleType")
            if simple is None:
                simple = self._type(node.get("type") or node.get("base") or "", "simpleType")
            narrowed = simple.find(f"{XS}restriction") if simple is not None else None
            if narrowed is None:
                return 0
            for facet in narrowed.iterchildren(*_LENGTHS):
                return _number(facet.get("value", ""), 0)
            node = narrowed
        return 0

    # ------------------------------------------------------------------ the type

    def _control(self, control: _Part) -> str:
        """Compare the control record, and the type that it allows if that is one."""
        widths = {one.name: one.length for one in EDI_DC40}
        allowed: dict[str, str] = {}
        for one in self._parts(control.node):
            length = self._length(one.node)
            if length and length != widths.get(one.name):
                expected = f"{widths.get(one.name, 'no such field')} (EDI_DC40 is fixed)"
                self._bad(one, f"EDI_DC40-{one.name}", str(length), expected)
            codes = [each.get("value", "") for each in one.node.iter(f"{XS}enumeration")]
            if len(codes) == 1:
                allowed[one.name] = codes[0]
        return allowed.get("CIMTYP") or allowed.get("IDOCTYP", "")

    def _use(self, part: _Part, above: Place | None, level: int, depth: int) -> IdocUse | None:
        """A place of a segment, with those below it as a group."""
        self.places += 1
        if depth > DEEPEST or self.places > MOST:
            raise _Beyond("the segments are nested too deep or are too many")
        name, inside = part.name, self._parts(part.node)
        if not _NAME.fullmatch(name):
            self._bad(part, "a segment", name, "a segment name")
            return None
        place = above.kids.get(part.node.get("name", "")) if above is not None else None
        level = self._level(place, above, level)
        kids = [one for one in inside if self._segmental(one)]
        self._segment(part, [one for one in inside if not self._segmental(one)])
        mandatory, least, most = part.least > 0, max(part.least, 1), part.most
        if not kids:
            return IdocUse(name, mandatory, least, most, level)
        self.groups += 1
        group = f"G{self.groups}"
        below = [self._use(one, place, level, depth + 1) for one in kids]
        members = (IdocUse(name, True, 1, 1, level), *(one for one in below if one is not None))
        return IdocUse(group, mandatory, least, most, level, members)

    def _level(self, place: Place | None, above: Place | None, level: int) -> int:
        if place is not None:
            return place.level
        self.levels_guessed += 1
        beside = [one.level for one in above.kids.values()] if above is not None else []
        return max(beside, default=(level + 1) % 100)

    def _segment(self, part: _Part, leaves: list[_Part]) -> None:
        fields: list[IdocField] = []
        column = HEADER + 1
        for one in leaves:
            length = self._length(one.node)
            if not _NAME.fullmatch(one.name) or any(one.name == each.name for each in fields):
                self._bad(one, f"a field of {part.name}", one.name, "a field name, once")
            elif not length:
                expected = "xsd:maxLength: the columns follow from the lengths"
                self._bad(one, f"{part.name}-{one.name}", "", expected)
            fields.append(IdocField(one.name, column, length))
            column += length
        if column - 1 > RECORD:
            self._bad(part, part.name, f"{column - 1} columns", f"no more than {RECORD}")
        made = self.known.segment(part.name, tuple(fields))
        before = self.made.segments.setdefault(part.name, made)
        if before != made:
            first, second = (f"{len(one.fields)} fields" for one in (before, made))
            line = part.node.sourceline
            self.imported.report(
                "G507", self.file, line, name=part.name, first=first, second=second
            )
        self.tell(part.name)

    def _bad(self, part: _Part, what: str, value: str, expected: str) -> None:
        self.imported.misread(self.file, part.node.sourceline or 1, what, value, expected)

    def _finish(self) -> None:
        made, imported = self.made, self.imported
        fields = sum(len(one.fields) for one in made.segments.values())
        imported.told += ["an IDoc type", f"{len(made.segments)} segments", f"{fields} fields"]
        if self.levels_guessed:
            imported.told.append(f"HLEVEL of {self.levels_guessed} by their nesting")
        guessed = sorted(
            one.definition for name, one in made.segments.items() if name in self.known.guessed
        )
        if guessed:
            shown = ", ".join(guessed[:_MOST_NAMED])
            more = len(guessed) - _MOST_NAMED
            value = f"{shown} and {more} more" if more > 0 else shown
            imported.report("F353", self.file, value=value, count=len(guessed))
        imported.made = made


def _times(node: etree._Element) -> tuple[int, int]:
    """``minOccurs`` and ``maxOccurs``."""
    most = node.get("maxOccurs", "1")
    high = UNBOUNDED if most == "unbounded" else max(_number(most, 1), 1)
    return min(_number(node.get("minOccurs", "1"), 1), high), high


def _number(text: str, otherwise: int) -> int:
    usable = text.isascii() and text.isdigit() and len(text) <= 10
    return int(text) if usable else otherwise


def _folder(name: str) -> str:
    """``ORDERS.ORDERS05`` → ``ORDERS05``, ``_-RB04_-X01`` → ``RB04_X01``."""
    return from_xml(name.rpartition(".")[2]).upper().strip("/").replace("/", "_")
