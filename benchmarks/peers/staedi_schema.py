"""Schemas of StAEDI (EDISchema v2 to v4) as grammars in our text form.

Only what is said of the standard is taken (``<transaction>``); ``<implementation>`` is a guide.
A wild card (``<any>``) becomes an element, or a composite, of unchecked text.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ANY_VERSION = ""
_KINDS = {
    "string": "AN",
    "identifier": "ID",
    "decimal": "R",
    "date": "DT",
    "time": "TM",
    "binary": "B",
}
_NOTES = {"paired": "P", "required": "R", "exclusion": "E", "conditional": "C", "list": "L"}
_WILD = "ANY"
_WILD_FORM = "?=AN/1/9999"
_FRAMES = {"x12": {"ST": "SE", "S01": "S09"}, "edifact": {"UNH": "UNT"}}


@dataclass
class Schema:
    """A schema in our text form, by file."""

    version: str
    tree: list[str] = field(default_factory=list)
    segments: dict[str, str] = field(default_factory=dict)
    composites: dict[str, str] = field(default_factory=dict)
    elements: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)


def read_schema(path: Path, version: str) -> Schema | None:
    """The schema, as it is for a version (GS08); ``None`` where it has no ``<transaction>``."""
    root = _root(path)
    for included in root.findall("include"):
        name = included.get("schemaLocation", "").rpartition("/")[2]
        root.extend(_root(path.parent / name))
    transaction = root.find("transaction")
    if transaction is None:
        return None
    made = Schema(version)
    made.tree += _tree(transaction.find("sequence"), 0)
    for node in root.findall("elementType"):
        _element(node, made)
    for node in root.findall("compositeType"):
        made.composites[node.get("name", "")] = " ".join(_parts(node, made, inside=True))
    for node in root.findall("segmentType"):
        notes = list(_notes(node))
        line = " ".join(_parts(node, made, inside=False))
        made.segments[node.get("name", "")] = f"{line} | {' '.join(notes)}" if notes else line
    return made


def write_frames(folder: Path) -> None:
    """A grammar of header and trailer alone, for messages whose contents nobody looks at."""
    for standard, frames in _FRAMES.items():
        target = folder / standard / "FRAME"
        target.mkdir(parents=True, exist_ok=True)
        for header, trailer in frames.items():
            if len(header) != 3 or header[0] != "S":
                lines = [f"# {standard} FRAME {header}", f"{header} M 1", f"{trailer} M 1"]
                _write(target / f"{header}.txt", lines)


def _root(path: Path) -> ET.Element:
    root = ET.parse(path).getroot()
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
    return root


def write_grammar(schema: Schema, folder: Path, name: str) -> str:
    """Write it under a name, once for each frame; the name with the version."""
    name += schema.version
    target = folder / name
    target.mkdir(parents=True, exist_ok=True)
    for header, trailer in _FRAMES[folder.name].items():
        tree = [f"{header} M 1", *schema.tree, f"{trailer} M 1"]
        _write(target / f"{header}.txt", [f"# {folder.name} {name} {header}", *tree])
    for tag in ("S01", "S09") if folder.name == "x12" else ():
        schema.segments.setdefault(tag, "?=AN/1/9999!")
    schema.composites[_WILD] = " ".join([_WILD_FORM] * 9)
    for kind in ("segments", "composites", "elements", "codes"):
        rows = getattr(schema, kind)
        lines = [f"{key} {rows[key]}".rstrip() for key in sorted(rows)]
        _write(target / f"{kind}.txt", [f"# {folder.name} {name} {kind}", *lines])
    return name


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _tree(sequence: ET.Element | None, depth: int) -> Iterator[str]:
    for number, node in enumerate(() if sequence is None else sequence):
        must = int(node.get("minOccurs", 0)) > 0 or (number == 0 and depth > 0)
        least, most = "M" if must else "C", node.get("maxOccurs", "1")
        if node.tag == "loop":
            yield f"{'  ' * depth}{node.get('code')}: {least} {most}"
            yield from _tree(node.find("sequence"), depth + 1)
        elif node.tag == "segment":
            yield f"{'  ' * depth}{_type(node)} {least} {most}"


def _type(node: ET.Element) -> str:
    return node.get("type") or node.get("ref") or ""


def _element(node: ET.Element, made: Schema) -> None:
    name, facts = node.get("name", ""), dict(node.attrib)
    codes = node.find("enumeration")
    for one in node.findall("version"):
        if _covers(one, made.version):
            facts |= one.attrib
            inner = one.find("enumeration")
            codes = codes if inner is None else inner
    kind = _KINDS.get(facts["base"]) or f"N{facts.get('scale', 0)}"
    made.elements[name] = f"{kind} {facts.get('minLength', 1)}/{facts.get('maxLength', 1)}"
    if codes is not None:
        made.codes[name] = " ".join(value.text or "" for value in codes)


def _covers(node: ET.Element, version: str) -> bool:
    low, high = node.get("minVersion", ""), node.get("maxVersion", "~")
    return bool(version) and low <= f"X.{version}" <= high


def _parts(node: ET.Element, made: Schema, inside: bool) -> Iterator[str]:
    sequence = node.find("sequence")
    for part in () if sequence is None else sequence:
        must = "!" if int(part.get("minOccurs", 0)) > 0 else ""
        repeat = int(part.get("maxOccurs", 1))
        if part.tag == "any":
            wild = _WILD_FORM if inside else _WILD
            yield from [f"{wild}{must}", *[wild] * (repeat - 1)]
        else:
            yield f"{_type(part)}{must}" + (f"*{repeat}" if repeat > 1 else "")


def _notes(node: ET.Element) -> Iterator[str]:
    for one in node.findall("syntax"):
        positions = [f"{int(position.text or 0):02}" for position in one.findall("position")]
        kind = one.get("type", "")
        if kind == "firstonly":  # if the first is there, none of the others is
            yield from (f"E{positions[0]}{other}" for other in positions[1:])
        elif kind == "single":  # one and only one
            yield from (f"{letter}{''.join(positions)}" for letter in "RE")
        else:
            yield f"{_NOTES[kind]}{''.join(positions)}"
