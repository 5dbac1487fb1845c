"""Make the EANCOM guides from tables of structure facts.

    python -m gateway.grammar.guide.eancom FACTS_DIR GRAMMARS_DIR

FACTS_DIR holds ``edifact/eancom/EANCOM_1997_D.96A.json`` and its like; GRAMMARS_DIR the base
grammars, and gets ``guides/eancom1997`` in the form of :mod:`gateway.grammar.guide.compact`. Only
facts are written: usage, counts, lengths, code values; no name and no description. Messages whose
base is not there are left out. The lists of 1131, 3055 and 6411 (units, which come from UN/ECE
Recommendation 20) are not taken over: others add to them, and the base leaves them open too.

EANCOM is wider than its directory in a few places, 1994 mostly. The base refuses those; the guide
tolerates what can still be read (``G107``, ``G108``, ``G105``) and says so.
"""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.grammar.guide.names import display_name
from gateway.grammar.library import Library
from gateway.grammar.model import (
    Component,
    Composite,
    Element,
    ElementSlot,
    Group,
    MessageGrammar,
    Segment,
    SegmentSlot,
)

SOURCES = {
    "eancom1994": ("EANCOM_1994_D.93A", "D93A"),
    "eancom1997": ("EANCOM_1997_D.96A", "D96A"),
    "eancom2002s3": ("EANCOM_2002_S3_D.01B", "D01B"),
    "eancom2002s4": ("EANCOM_2002_S4_D.01B", "D01B"),
}
OPEN = frozenset({"1131", "3055", "6411"})
_WIDENED = "EANCOM has it so"
Row = list[Any]
"""``[tag, "M" | "C", max, variant]``, of a group ``[name, "M" | "C", max, [rows]]``."""
Pair = tuple[Row, int]
"""A row and the index of the member of the base that it narrows."""


@dataclass
class _Subset:
    """One EANCOM version being written."""

    name: str
    facts: dict[str, Any]
    variants: dict[str, str] = field(default_factory=dict)
    codes: dict[str, frozenset[str]] = field(default_factory=dict)
    private: dict[str, set[str]] = field(default_factory=dict)
    wider: list[str] = field(default_factory=list)
    """What is wider than the base, for the report."""

    def message(self, rows: Sequence[Row], base: MessageGrammar) -> list[str]:
        """The lines of one message."""
        head = f"# guide {self.name} {base.standard} {base.directory} {base.name}"
        body: list[str] = []
        tolerated: list[str] = []
        for line, group in self._members(rows[1:-1], base.root, 0, ()):
            (tolerated if group else body).append(line)
        return [head, *body, *tolerated]

    def _members(
        self, rows: Sequence[Row], group: Group, depth: int, path: tuple[str, ...]
    ) -> Iterator[tuple[str, bool]]:
        """Lines of the members of a group, and whether they are tolerances."""
        pairs = _align(rows, group)
        if pairs is None:
            raise ValueError(f"{self.name}: {'/'.join(path) or group.name} does not fit the base")
        by_index = {index: row for row, index in pairs[1]}
        last = len(group.members) - 1
        for index, member in enumerate(group.members):
            row = by_index.get(index)
            name = display_name(group, index)
            pad = "  " * depth
            if row is None:
                if not path and index in (0, last):
                    continue  # UNH and UNT
                if not member.min:
                    yield f"{pad}{name} N", False
                continue
            usage = "R" if row[1] == "M" or member.min else "O"
            most = min(row[2], member.max)
            yield from self._wider(row, member, name, path)
            if isinstance(member, Group):
                yield f"{pad}{name}: {usage} {most}", False
                yield from self._members(row[3], member, depth + 1, (*path, name))
            else:
                variant = row[3] if len(row) > 3 else ""
                self._variant(variant, member.segment)
                yield f"{pad}{name} {usage} {most} {variant}".rstrip(), False

    def _wider(
        self, row: Row, member: SegmentSlot | Group, name: str, path: tuple[str, ...]
    ) -> Iterator[tuple[str, bool]]:
        where = "/".join([*path, name])
        group = isinstance(member, Group)
        around = "/".join(path) or "/"
        if row[2] > member.max:
            self.wider.append(f"{where} {row[2]} > {member.max}")
            inside = "/".join([*path, name]) if group else around
            yield f"tolerate {'G108' if group else 'G107'} {member.tag} {inside} {_WIDENED}", True
        if row[1] == "C" and member.min:
            self.wider.append(f"{where} C, base M")
            if not group:
                yield f"tolerate G105 {member.tag} {around} {_WIDENED}", True

    def _variant(self, variant: str, segment: Segment) -> None:
        if not variant or variant in self.variants:
            return
        self.variants[variant] = " ".join(self._tokens(variant, segment))

    def _tokens(self, variant: str, segment: Segment) -> Iterator[str]:
        rows = list(self.facts["segment_variants"][variant])
        for slot in segment.elements:
            taken = [rows.pop(0)] if rows and rows[0][0] == slot.number else []
            while taken and slot.repeat > 1 and rows and rows[0][0] == slot.number:
                rows.pop(0)  # syntax 3 repeats an element by position
            yield self._token(slot, taken[0]) if taken else "-"
        if rows:
            raise ValueError(f"{self.name}: {variant} has {rows[0][0]}, which the base has not")

    def _token(self, slot: ElementSlot, row: Row) -> str:
        must = "!" if row[1] == "M" and not slot.mandatory else ""
        if not isinstance(slot.definition, Composite):
            return f"{slot.number}{must}{self._form(slot.definition, row[3])}"
        inner = list(row[3])
        parts = [self._component(one, inner) for one in slot.definition.components]
        if inner:
            raise ValueError(f"{self.name}: {slot.number} has {inner[0][0]} too much")
        return f"{slot.number}{must}({' '.join(parts)})"

    def _component(self, component: Component, rows: list[Row]) -> str:
        if not rows or rows[0][0] != component.element.number:
            return "-"
        number, status, *form = rows.pop(0)
        must = "!" if status == "M" and not component.mandatory else ""
        return f"{number}{must}{self._form(component.element, form)}"

    def _form(self, element: Element, form: Sequence[Any]) -> str:
        """The length, where it is narrower than the base's, and the codes on the way."""
        _, least, most = form
        listed = self.facts["codes"].get(element.number)
        if listed and element.number not in OPEN:
            # what is longer than the element comes from a later version of the list
            known = frozenset(one for one in listed if element.min <= len(one) <= element.max)
            self.codes[element.number] = known
            if element.codes is not None:
                more = known - element.codes
                self.private.setdefault(element.number, set()).update(more)
        if least is None or (least <= element.min and most >= element.max):
            return ""
        low, high = max(least, element.min), min(most, element.max)
        return f"={high}" if low == high else f"={low if low > 1 else ''}..{high}"


def _align(rows: Sequence[Row], group: Group) -> tuple[int, list[Pair]] | None:
    """Rows with the members they narrow, in order, with the fewest widenings, if they fit."""
    return _aligned(tuple(rows), group, 0)


def _aligned(rows: Sequence[Row], group: Group, start: int) -> tuple[int, list[Pair]] | None:
    if not rows:
        return 0, []
    best: tuple[int, list[Pair]] | None = None
    row = rows[0]
    for index in range(start, len(group.members)):
        member = group.members[index]
        if isinstance(member, Group) is not isinstance(row[-1], list):
            continue
        if _tag(row) != member.tag:
            continue
        inner = _align(row[3], member) if isinstance(member, Group) else (0, [])
        rest = _aligned(rows[1:], group, index + 1)
        if inner is None or rest is None:
            continue
        cost = inner[0] + rest[0] + (row[2] > member.max) + (row[1] == "C" and member.min > 0)
        if best is None or cost < best[0]:
            best = cost, [(row, index), *rest[1]]
    return best


def _tag(row: Row) -> str:
    return str(row[3][0][0]) if isinstance(row[-1], list) else str(row[0])


def write(facts: Path, grammars: Path) -> list[str]:
    """Write all guides; returns lines of a report."""
    library = Library(grammars)
    report = []
    for name, (file, directory) in SOURCES.items():
        data = json.loads((facts / "edifact" / "eancom" / f"{file}.json").read_text("utf-8"))
        subset = _Subset(name, data)
        folder = grammars / "guides" / name
        folder.mkdir(parents=True, exist_ok=True)
        missing, made = [], 0
        for message, rows in sorted(data["messages"].items()):
            base = library.message("edifact", directory, message)
            if base is None:
                missing.append(message)
                continue
            _put(folder / f"{message}.txt", subset.message(rows, base))
            made += 1
        _put(
            folder / "variants.txt",
            [f"{key} {subset.variants[key]}" for key in sorted(subset.variants)],
        )
        _put(folder / "codes.txt", _lists(subset.codes))
        private = {key: one for key, one in subset.private.items() if one}
        if private:
            _put(folder / "private.txt", _lists(private))
        report.append(f"{name}: {made} messages; no base: {' '.join(missing) or 'none missing'}")
        report += [f"  wider than {directory}: {one}" for one in subset.wider]
    return report


def _lists(lists: dict[str, Any]) -> list[str]:
    return [
        textwrap.fill(
            f"{number} {' '.join(sorted(codes))}",
            100,
            subsequent_indent=" ",
            break_on_hyphens=False,
        )
        for number, codes in sorted(lists.items())
    ]


def _put(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    print("\n".join(write(Path(sys.argv[1]), Path(sys.argv[2]))))
