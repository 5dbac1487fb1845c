"""The parser output of SAP transaction WE60: an IDoc type as text.

    BEGIN_SEGMENT_SECTION
      BEGIN_IDOC          ORDERS05
        BEGIN_SEGMENT       E2EDK01005
          SEGMENTTYPE         E1EDK01
          LEVEL               01
          STATUS              MANDATORY
          …
          BEGIN_FIELDS
            NAME                ACTION
            LENGTH              000003
            CHARACTER_FIRST     000064

Before that come the records (control, data, status) in the same way. Groups stand around the
segments that repeat together. An extension of a customer is named by ``EXTENSION`` and becomes a
type of its own. ``TEXT`` lines are read over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from gateway.grammar.idoc import IdocField, IdocSegment, IdocType, IdocUse
from gateway.grammar.importing.result import Imported, Source, Tell

LARGEST = 64 * 1024 * 1024
"""Bytes of a file; the largest seen has 0.5 MB."""
DEEPEST = 30
"""Groups within groups; HLEVEL has two digits, SAP allows 99."""
SDATA = 64
"""Column at which the data of a segment starts (EDI_DD40)."""
RECORD = 1063
"""Last column of a data record."""
_LINE = re.compile(r"\s*+(?P<key>[A-Z_]{3,30})(?:\s++(?P<value>\S.*?))?\s*+")
_RECORDS = {"CONTROL_RECORD": "control", "DATA_RECORD": "data", "STATUS_RECORD": "status"}
_BLOCKS = frozenset({"SEGMENT", "GROUP", "FIELDS", "IDOC", *_RECORDS})
_SECTIONS = frozenset({"RECORD_SECTION", "SEGMENT_SECTION"})
_NUMBERS = frozenset({"LEVEL", "LOOPMIN", "LOOPMAX", "LENGTH", "CHARACTER_FIRST"})
_NAME = re.compile(r"[A-Z0-9_/]{1,40}")


def read_we60(path: Path, tell: Tell = lambda _text: None) -> Imported:
    """Read a parser output. Raises ``OSError``."""
    imported = Imported()
    if path.stat().st_size > LARGEST:
        reason = f"it has {path.stat().st_size:,} bytes"
        imported.report("G503", path.name, reason=reason, limit=f"{LARGEST:,} bytes")
        return imported
    reader = _Reader(Source.of(path.name, path.read_bytes(), "latin-1"), imported, tell)
    reader.read()
    return imported


def is_we60(data: bytes) -> bool:
    """Whether bytes start as a parser output does."""
    start = data[:400].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith((b"BEGIN_RECORD_SECTION", b"BEGIN_SEGMENT_SECTION"))


@dataclass(slots=True)
class _Block:
    """What stands between a BEGIN and its END."""

    kind: str
    name: str
    line: int
    facts: dict[str, str] = field(default_factory=dict)
    fields: list[IdocField] = field(default_factory=list)
    members: list[IdocUse] = field(default_factory=list)


class _Reader:
    def __init__(self, source: Source, imported: Imported, tell: Tell) -> None:
        self.source = source
        self.imported = imported
        self.tell = tell
        self.made = IdocType("")
        self.open: list[_Block] = []
        self.field: dict[str, str] = {}

    def read(self) -> None:
        """Read all lines; what is not understood is reported and read over."""
        for at, text in enumerate(self.source.lines, 1):
            known = _LINE.fullmatch(text[:400])
            if known is not None:
                self._take(at, known["key"], known["value"] or "")
            elif text.strip():
                self._bad(at, "the file", text.strip(), "a word in capitals and a value")
            if len(self.open) > DEEPEST:
                self._bad(at, "BEGIN_GROUP", text.strip(), f"no more than {DEEPEST} levels")
                return
        for block in self.open:
            self._bad(block.line, f"BEGIN_{block.kind}", block.name, "an END to it")
        self._finish()

    def _take(self, at: int, key: str, value: str) -> None:
        word, _, kind = key.partition("_")
        if kind in _SECTIONS:
            return
        if word == "BEGIN" and kind in _BLOCKS:
            self.open.append(_Block(kind, value, at))
        elif word == "END" and kind in _BLOCKS:
            self._end(at, kind)
        elif self.open and self.open[-1].kind == "FIELDS":
            self._field(at, key, value)
        elif self.open:
            self._fact(at, key, value)

    def _fact(self, at: int, key: str, value: str) -> None:
        if key in _NUMBERS and not _number(value):
            self._bad(at, key, value, "a number")
        else:
            self.open[-1].facts[key] = value

    def _field(self, at: int, key: str, value: str) -> None:
        """``NAME`` starts a field, ``CHARACTER_LAST`` ends it."""
        if key == "NAME":
            self.field = {}
        if key in _NUMBERS and not _number(value):
            self._bad(at, key, value, "a number")
            return
        self.field[key] = value
        if key != "CHARACTER_LAST":
            return
        facts, self.field = self.field, {}
        missing = [each for each in ("NAME", "LENGTH", "CHARACTER_FIRST") if each not in facts]
        if missing:
            self._bad(at, facts.get("NAME", "a field"), "", " and ".join(missing))
            return
        made = IdocField(facts["NAME"], int(facts["CHARACTER_FIRST"]), int(facts["LENGTH"]))
        if _number(value) and int(value) != made.first + made.length - 1:
            last = made.first + made.length - 1
            expected = f"{last} by its first column and length"
            self._bad(at, f"{made.name} CHARACTER_LAST", value, expected)
            return
        self.open[-1].fields.append(made)

    def _end(self, at: int, kind: str) -> None:
        if not self.open or self.open[-1].kind != kind:
            inside = f"BEGIN_{self.open[-1].kind}" if self.open else ""
            self._bad(at, f"before END_{kind}", inside, f"BEGIN_{kind}")
            return
        block = self.open.pop()
        around = self.open[-1] if self.open else None
        if kind == "FIELDS" and around is not None:
            around.fields = block.fields
        elif kind in _RECORDS:
            self.made.records[_RECORDS[kind]] = tuple(block.fields)
        elif kind == "IDOC":
            self.made.name = _folder(block.facts.get("EXTENSION") or block.name)
            self.made.tree = tuple(block.members)
        elif around is not None:
            self._use(block, around)

    def _use(self, block: _Block, around: _Block) -> None:
        """A segment or group is complete."""
        name = block.facts.get("SEGMENTTYPE", block.name) if block.kind == "SEGMENT" else ""
        if name:
            self._segment(name, block)
        elif not block.members:
            self._bad(block.line, "BEGIN_GROUP", block.name, "a segment in the group")
            return
        least, most = (int(block.facts.get(key, "1")) for key in ("LOOPMIN", "LOOPMAX"))
        around.members.append(
            IdocUse(
                name or f"G{block.name.lstrip('0') or len(around.members) + 1}",
                block.facts.get("STATUS", "").startswith("M"),
                max(least, 1),
                max(most, 1),
                int(block.facts.get("LEVEL", "1")) % 100,
                tuple(block.members),
            )
        )

    def _segment(self, name: str, block: _Block) -> None:
        made = IdocSegment(name, block.name, "QUALIFIED" in block.facts, tuple(block.fields))
        if not _NAME.fullmatch(name) or not _NAME.fullmatch(made.definition):
            self._bad(block.line, "BEGIN_SEGMENT", name, "a segment name")
            return
        for one in made.fields:
            if one.first < SDATA or one.first + one.length - 1 > RECORD:
                expected = f"columns {SDATA} to {RECORD}"
                self._bad(block.line, name, f"{one.name}@{one.first}+{one.length}", expected)
        before = self.made.segments.setdefault(name, made)
        if before != made:
            self.imported.report(
                "G507",
                self.source.name,
                block.line,
                name=name,
                first=f"{before.definition}, {len(before.fields)} fields",
                second=f"{made.definition}, {len(made.fields)} fields",
            )
        self.tell(name)

    def _bad(self, at: int, what: str, value: str, expected: str) -> None:
        self.imported.misread(self.source.name, at, what, value, expected)

    def _finish(self) -> None:
        made, imported = self.made, self.imported
        if not made.tree:
            imported.report("G506", self.source.name, part="segments (BEGIN_SEGMENT_SECTION)")
            return
        if "control" not in made.records:
            imported.report("G506", self.source.name, part="control record (BEGIN_RECORD_SECTION)")
        fields = sum(len(one.fields) for one in made.segments.values())
        imported.told += [f"{len(made.segments)} segments", f"{fields} fields"]
        imported.made = made


def _number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10


def _folder(name: str) -> str:
    """``/RB04/YP3_INVOIC02`` → ``RB04_YP3_INVOIC02``."""
    return name.upper().strip("/").replace("/", "_")
