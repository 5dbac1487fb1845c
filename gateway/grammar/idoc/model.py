"""IDoc types: which segments in which order, and where each field stands in a record.

A type is a folder (``grammars/idoc/ORDERS05``) of

``ORDERS05.txt``   the tree: ``E1EDKA1 M 1 02`` is a segment with status, maximum and level
                   (HLEVEL), ``G1: O 99 02`` opens a group, two blanks per group; a minimum above
                   1 stands before the maximum: ``2-99``.
``segments.txt``   ``E1EDK01 E2EDK01005 ACTION@64+3 KZABS@67+1``: type, definition (SEGNAM in a flat
                   file), fields with first column and length; ``Q`` before the fields marks a
                   segment whose first field is its qualifier. Long lines go on indented.
``records.txt``    the same for the records of the envelope: ``control TABNAM@1+10 …``.

Columns count from 1, as in SAP's own documentation; the data of a segment starts at 64.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gateway.grammar.text import records

CONTROL = 524
"""Characters of a control record (EDI_DC40)."""
HEADER = 63
"""Characters of a data record (EDI_DD40) before the data of its segment."""
RECORD = 1063
"""Characters of a data record at most."""
_FIELD = re.compile(r"(?P<name>[^@\s]+)@(?P<first>\d{1,6})\+(?P<length>\d{1,6})")
_ROW = re.compile(
    r"(?P<indent> *)(?P<name>\S+) (?P<status>[MO]) "
    r"(?:(?P<least>\d+)-)?(?P<most>\d+) (?P<level>\d\d)"
)


@dataclass(frozen=True, slots=True)
class IdocField:
    """A field of a record."""

    name: str
    first: int
    """Column of its first character in the record, from 1."""
    length: int


@dataclass(frozen=True, slots=True)
class IdocSegment:
    """A segment type with the definition of one release."""

    type: str
    """``E1EDK01``: the name in XML."""
    definition: str
    """``E2EDK01005``: the name in flat files."""
    qualified: bool
    fields: tuple[IdocField, ...]


@dataclass(frozen=True, slots=True)
class IdocUse:
    """A place of a segment, or a group of places."""

    name: str
    """Segment type; ``G1`` for a group."""
    mandatory: bool
    least: int
    most: int
    level: int
    members: tuple[IdocUse, ...] = ()
    """Of a group; the first is the segment that starts it."""


@dataclass(slots=True)
class IdocType:
    """One IDoc type, or an extension of one."""

    name: str
    tree: tuple[IdocUse, ...] = ()
    segments: dict[str, IdocSegment] = field(default_factory=dict)
    records: dict[str, tuple[IdocField, ...]] = field(default_factory=dict)
    """``control``, ``data``, ``status``."""
    standard: str = "idoc"

    def write(self, folder: Path) -> None:
        """Write the files of this type into a folder, which is made. Raises ``OSError``."""
        folder.mkdir(parents=True, exist_ok=True)
        title = f"# idoc {self.name}"
        _write(folder / f"{self.name}.txt", [f"{title} {self.name}", *_lines(self.tree)])
        rows = (
            [one.type, one.definition, *(["Q"] if one.qualified else []), *_texts(one.fields)]
            for _, one in sorted(self.segments.items())
        )
        _write(folder / "segments.txt", [f"{title} segments", *map(_folded, rows)])
        kinds = ([kind, *_texts(fields)] for kind, fields in self.records.items())
        _write(folder / "records.txt", [f"{title} records", *map(_folded, kinds)])

    @classmethod
    def read(cls, folder: Path) -> IdocType:
        """Read what :meth:`write` wrote. Raises ``OSError``, ``ValueError`` for a bad line."""
        found = cls(folder.name)
        lines = (folder / f"{folder.name}.txt").read_text(encoding="utf-8").splitlines()
        rows = [_row(line) for line in lines if line and line[0] != "#"]
        found.tree, _ = _uses(rows, 0, 0)
        for kind, row in records(folder / "segments.txt").items():
            definition, *words = row.split()
            qualified = words[:1] == ["Q"]
            fields = tuple(_field(word) for word in words[qualified:])
            found.segments[kind] = IdocSegment(kind, definition, qualified, fields)
        for kind, row in records(folder / "records.txt").items():
            found.records[kind] = tuple(_field(word) for word in row.split())
        return found


def _lines(uses: Iterable[IdocUse], depth: int = 0) -> Iterator[str]:
    for use in uses:
        least = f"{use.least}-" if use.least > 1 else ""
        name = f"{use.name}:" if use.members else use.name
        status = "M" if use.mandatory else "O"
        yield f"{'  ' * depth}{name} {status} {least}{use.most} {use.level:02}"
        yield from _lines(use.members, depth + 1)


_Parsed = tuple[int, IdocUse, bool]


def _row(line: str) -> _Parsed:
    known = _ROW.fullmatch(line)
    if known is None:
        raise ValueError(f"{line!r} is not SEGMENT M|O maximum level")
    name = known["name"].removesuffix(":")
    least = int(known["least"] or 1)
    use = IdocUse(name, known["status"] == "M", least, int(known["most"]), int(known["level"]))
    return len(known["indent"]) // 2, use, known["name"][-1] == ":"


def _uses(rows: list[_Parsed], at: int, depth: int) -> tuple[tuple[IdocUse, ...], int]:
    found: list[IdocUse] = []
    while at < len(rows) and rows[at][0] == depth:
        _, use, group = rows[at]
        at += 1
        if group:
            members, at = _uses(rows, at, depth + 1)
            use = IdocUse(use.name, use.mandatory, use.least, use.most, use.level, members)
        found.append(use)
    return tuple(found), at


def _field(word: str) -> IdocField:
    known = _FIELD.fullmatch(word)
    if known is None:
        raise ValueError(f"{word!r} is not FIELD@first+length")
    return IdocField(known["name"], int(known["first"]), int(known["length"]))


def _texts(fields: Iterable[IdocField]) -> list[str]:
    return [f"{one.name}@{one.first}+{one.length}" for one in fields]


def _folded(words: list[str]) -> str:
    return textwrap.fill(
        " ".join(words),
        width=100,
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
