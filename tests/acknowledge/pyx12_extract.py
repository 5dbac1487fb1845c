"""Documents, expected answers and structures out of the sources of pyx12, as test data.

    python -m tests.acknowledge.pyx12_extract PYX12 [tests/corpus/pyx12]

The documents are copied as they are. Of the maps (implementation guides) only the facts of the
base standard are taken: what stands at one position of a table is one segment or loop, however
many slots a guide makes of it; its maxima are added up, its codes are joined.
"""

from __future__ import annotations

import runpy
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.acknowledge.ack_cases import HERE

CORPUS = HERE.parent / "corpus" / "pyx12"
_ENVELOPE = {"ST", "SE"}
_UNBOUNDED = 999_999


@dataclass
class Slot:
    """An element of a segment, or a component of a composite, over all its uses."""

    number: str
    uses: int = 0
    required: int = 0


@dataclass
class Member:
    """What stands at one position: a segment, or a loop with its members."""

    tag: str
    limit: int = 0
    required: int = 0
    """In how many of the loops around it the guide requires it."""
    inner: Members | None = None
    loops: int = 0
    """How many loops of the guide it is made of."""

    def more(self, limit: int, *, required: bool) -> None:
        """One more slot of the same loop."""
        self.limit = min(self.limit + limit, _UNBOUNDED)
        self.required = max(self.required, int(required))


Members = dict[tuple[int, int, str], Member]
"""By table, position and tag (of a loop with a colon)."""


@dataclass
class Facts:
    """The facts of one set, as they are collected."""

    segments: dict[str, list[Slot]] = field(default_factory=dict)
    uses: dict[str, int] = field(default_factory=dict)
    notes: dict[str, dict[str, None]] = field(default_factory=dict)
    composites: dict[str, list[Slot]] = field(default_factory=dict)
    composite_uses: dict[str, int] = field(default_factory=dict)
    codes: dict[str, set[str] | None] = field(default_factory=dict)


def _text(node: ET.Element, name: str, default: str = "") -> str:
    return (node.findtext(name) or default).strip()


def _most(text: str) -> int:
    return int(text) if text.isdigit() else _UNBOUNDED


Hoisted = list[tuple[tuple[int, str], Members]]


def _loop(
    node: ET.Element, table: int, around: list[tuple[int, str]], facts: Facts
) -> tuple[Members, Hoisted]:
    """Members of one loop; and what is a level of a hierarchy in it, but the same loop again."""
    members: Members = {}
    hoisted: Hoisted = []
    for child in node:
        if child.tag == "segment":
            tag = child.get("xid", "")
            key = (table, int(_text(child, "pos", "0")), tag)
            one = members.setdefault(key, Member(tag))
            one.more(_most(_text(child, "max_use", "1")), required=_text(child, "usage") == "R")
            _define(child, tag, facts)
        elif child.tag == "loop" and child.get("type") == "wrapper":
            table += 1
            found, _ = _loop(child, table, around, facts)
            _merge(members, found)
        elif child.tag == "loop":
            hoisted += _inner(child, table, around, members, facts)
    return members, hoisted


def _inner(
    node: ET.Element, table: int, around: list[tuple[int, str]], members: Members, facts: Facts
) -> Hoisted:
    """A loop in a loop; what goes to a loop further out is returned."""
    first = node.find("segment")
    assert first is not None
    mark = (int(_text(first, "pos", "0")), first.get("xid", ""))
    found, below = _loop(node, table, [*around, mark], facts)
    if mark in around:
        return [(mark, found), *below]
    position, tag = mark
    one = members.setdefault((table, position, f"{tag}:"), Member(tag, inner={}))
    one.more(_most(_text(node, "repeat", "1")), required=_text(node, "usage") == "R")
    assert one.inner is not None
    up: Hoisted = []
    for known, more in [(mark, found), *below]:
        if known == mark:
            _merge(one.inner, more)
            one.loops += 1
        else:
            up.append((known, more))
    if one.loops > 1 and below:
        one.limit = _UNBOUNDED
    return up


def _merge(into: Members, found: Members) -> None:
    """Another loop of the same kind: its maxima stand beside the others, they do not add up."""
    for key, one in found.items():
        known = into.get(key)
        if known is None:
            into[key] = one
            continue
        known.limit = max(known.limit, one.limit)
        known.required += one.required
        known.loops += one.loops
        if known.inner is not None and one.inner is not None:
            _merge(known.inner, one.inner)


def _define(node: ET.Element, tag: str, facts: Facts) -> None:
    if tag in _ENVELOPE:
        return
    facts.uses[tag] = facts.uses.get(tag, 0) + 1
    facts.notes.setdefault(tag, {}).update(
        dict.fromkeys((each.text or "").strip() for each in node.findall("syntax"))
    )
    slots = facts.segments.setdefault(tag, [])
    parts = [each for each in node if each.tag in ("element", "composite")]
    for at, part in enumerate(parts):
        number = _text(part, "data_ele")
        _slot(slots, at, number, part)
        if part.tag == "composite":
            facts.composite_uses[number] = facts.composite_uses.get(number, 0) + 1
            inner = facts.composites.setdefault(number, [])
            for place, one in enumerate(part.findall("element")):
                _slot(inner, place, _text(one, "data_ele"), one)
                _codes(one, facts)
        else:
            _codes(part, facts)


def _slot(slots: list[Slot], at: int, number: str, part: ET.Element) -> None:
    if at == len(slots):
        slots.append(Slot(number))
    slots[at].uses += 1
    slots[at].required += _text(part, "usage") == "R"


def _codes(part: ET.Element, facts: Facts) -> None:
    if _text(part, "usage") == "N":
        return
    number, listed = _text(part, "data_ele"), part.find("valid_codes")
    if listed is None or listed.get("external") or facts.codes.get(number, set()) is None:
        facts.codes[number] = None  # one use without a list: not checked
        return
    known = facts.codes.setdefault(number, set())
    assert known is not None
    known.update((each.text or "").strip() for each in listed.findall("code"))


def _tree(members: Members, loops: int, depth: int) -> Iterator[str]:
    """Lines of the tree; a trigger is mandatory and stands once."""
    ordered = [member for _, member in sorted(members.items(), key=lambda item: item[0][:2])]
    for at, one in enumerate(ordered):
        trigger = depth > 0 and at == 0
        must = "M" if trigger or one.required >= loops else "O"
        most = "1" if trigger else "*" if one.limit >= _UNBOUNDED else str(one.limit)
        blanks = "  " * depth
        if one.inner is None:
            yield f"{blanks}{one.tag} {must} {most}"
        else:
            yield f"{blanks}{one.tag}: {must} {most}"
            yield from _tree(one.inner, one.loops, depth + 1)


def _row(slots: Iterable[Slot], uses: int) -> str:
    return " ".join(f"{one.number}{'!' if one.required == uses else ''}" for one in slots)


def write_grammar(maps: Sequence[Path], name: str, forms: dict[str, str], out: Path) -> None:
    """The structure of one set in one directory, in the text form of grammars."""
    facts = Facts()
    members: Members = {}
    for path in maps:
        top = ET.parse(path).getroot().find(".//loop[@xid='ST_LOOP']")
        assert top is not None
        _merge(members, _loop(top, 1, [], facts)[0])
    out.mkdir(parents=True, exist_ok=True)
    inner = {key: one for key, one in members.items() if one.tag not in _ENVELOPE}
    lines = ["ST M 1", *_tree(inner, len(maps), 0), "SE M 1"]
    head = f"# x12 {out.name} {name}"
    (out / f"{name}.txt").write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    rows = [
        f"{tag} {_row(slots, facts.uses[tag])}"
        + (f" | {' '.join(facts.notes[tag])}" if facts.notes[tag] else "")
        for tag, slots in sorted(facts.segments.items())
    ]
    composites = [
        f"{number} {_row(slots, facts.composite_uses[number]) or '?=AN/1/80'}"
        for number, slots in sorted(facts.composites.items())
    ]
    used = {one.number for slots in facts.segments.values() for one in slots}
    used |= {one.number for slots in facts.composites.values() for one in slots}
    elements = [f"{number} {forms[number]}" for number in sorted(used) if number in forms]
    codes = [
        f"{number} {' '.join(sorted(each))}" for number, each in sorted(facts.codes.items()) if each
    ]
    for file, kind in (
        ("segments", rows),
        ("composites", composites),
        ("elements", elements),
        ("codes", codes),
    ):
        head = f"# x12 {out.name} {file}"
        (out / f"{file}.txt").write_text("\n".join([head, *kind, ""]), encoding="utf-8")


def main(source: Path, out: Path) -> None:
    """Write everything anew."""
    maps = source / "pyx12" / "map"
    forms = {
        each.get(
            "ele_num", ""
        ): f"{each.get('data_type')} {each.get('min_len')}/{each.get('max_len')}"
        for each in ET.parse(maps / "dataele.xml").getroot()
    }
    documents = runpy.run_path(str(source / "pyx12" / "test" / "x12testdata.py"))["datafiles"]
    out.mkdir(parents=True, exist_ok=True)
    wanted: set[tuple[str, ...]] = set()
    for name, texts in sorted(documents.items()):
        (out / f"{name}.edi").write_bytes(texts["source"].encode())
        answer = texts.get("res997") or texts.get("resAck")
        if answer:
            (out / f"{name}.ack.edi").write_bytes(answer.encode())
        wanted |= {
            tuple(line.split("*")[1:9:7])
            for line in texts["source"].splitlines()
            if line.startswith("GS*")
        }
    wanted = {(kind, version.strip("~ ")) for kind, version in wanted}
    found: dict[tuple[str, str], list[Path]] = {}
    for each in ET.parse(maps / "maps.xml").getroot().iter("map"):
        version, abbreviation = each.get("vriic", ""), each.get("abbr", "")
        if (each.get("fic", ""), version) in wanted:
            found.setdefault((version, abbreviation[:3]), []).append(maps / (each.text or ""))
    for (version, name), paths in sorted(found.items()):
        write_grammar(paths, name, forms, out / "grammars" / "x12" / version)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else CORPUS)
