"""A SEF file as a directory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from gateway.grammar.directory import Directory, numbers_of, part, tags_of
from gateway.grammar.generate.selection import OPEN_LISTS
from gateway.grammar.importing.result import Imported, Source, Tell
from gateway.grammar.importing.sef.references import (
    BadReferenceError,
    Run,
    Use,
    codes,
    flat,
    references,
)

LARGEST = 64 * 1024 * 1024
"""Bytes of a file; those seen have 0.2 MB, with all texts 5 MB."""
STANDARDS = {"X": "x12", "T": "x12", "UN": "edifact"}
"""Responsible agency in ``.INI`` (X12 data element 455, EDIFACT 0051)."""
UNLIMITED = 999_999
"""Length where the file says 0: there is no limit (785, binary data)."""
_ENDS = {"x12": ("ST", "SE"), "edifact": ("UNH", "UNT")}
_ENTRY = re.compile(r"(?P<key>[A-Z0-9]{1,6})=(?P<text>.*)")
_NOTES = re.compile(r"\+?(?P<notes>(?:[PRECL](?:\d\d){2,})*+).*")
_NOTE = re.compile(r"[PRECL](?:\d\d)+")
_ELEMENT = re.compile(r"(?P<kind>[A-Z]{1,2}\d?),(?P<least>\d{1,6}),(?P<longest>\d{1,6}).*")
_X12_KINDS = re.compile(r"AN|ID|DT|TM|R|B|N\d?")
_REFERENCE = "references like [REF,M,>1], in braces that close"
_EXPECTED = {".CODES": "values like BY, or ranges like 01:09"}
_READ_OVER = (".TEXT", ".VALLISTS", ".VALREFS", ".OBJVARS", ".SEMREFS", ".CTL", ".TDVER", ".DATE")


def read_sef(path: Path, tell: Tell = lambda _text: None) -> Imported:
    """Read a SEF file. Raises ``OSError``."""
    imported = Imported()
    if path.stat().st_size > LARGEST:
        reason = f"it has {path.stat().st_size:,} bytes"
        imported.report("G503", path.name, reason=reason, limit=f"{LARGEST:,} bytes")
        return imported
    data = path.read_bytes()
    if not is_sef(data):
        reason = "it does not start with .VER or .INI (it may be encrypted)"
        imported.report("G501", path.name, reason=reason)
        return imported
    reader = _Reader(Source.of(path.name, data, "latin-1"), imported, tell)
    reader.read()
    return imported


def is_sef(data: bytes) -> bool:
    """Whether bytes start as a SEF file does."""
    start = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.upper().startswith((b".VER", b".INI"))


class _Reader:
    def __init__(self, source: Source, imported: Imported, tell: Tell) -> None:
        self.source = source
        self.imported = imported
        self.tell = tell
        self.made = Directory("", "")
        self.narrowed = 0
        self.own_lengths: list[tuple[str, Use]] = []
        self.lines: dict[str, int] = {}
        """Line of each entry, for what is found later."""

    def read(self) -> None:
        """Read all sections, then check that what is used is defined."""
        sections: dict[str, Callable[[str, str], None]] = {
            ".SEGS": self._segment,
            ".COMS": self._composite,
            ".ELMS": self._element,
            ".CODES": self._codes,
        }
        sets: list[tuple[int, str, str]] = []
        for line, section, text in _lines(self.source):
            if section == ".INI" and not self.made.standard:
                self._ini(line, text)
            known = _ENTRY.fullmatch(text)
            if section == ".SETS" and known:
                sets.append((line, known["key"], known["text"]))
            elif section in sections and known:
                self._entry(line, section, known, sections[section])
            elif section in (".SETS", *sections):
                self._bad(line, section, text, "ID=…")
        if not self.made.standard:
            if not self.imported.problems:
                self.imported.report("G501", self.source.name, reason="it has no .INI section")
            return
        for line, name, text in sets:
            self._entry(line, ".SETS", (name, text), self._set)
        self._finish()

    def _ini(self, line: int, text: str) -> None:
        """``NAME,,004 010,X,X12-4010,title``."""
        fields = [each.strip() for each in text.split(",")]
        agency = fields[3].upper() if len(fields) > 3 else ""
        if agency not in STANDARDS:
            reason = f"its agency is {agency!r}, not X (X12) or UN (EDIFACT)"
            self.imported.report("G501", self.source.name, line, reason=reason)
            return
        self.made.standard = STANDARDS[agency]
        self.made.name = "".join(sign for sign in fields[0].upper() if sign.isalnum())
        self.imported.told.append(f"{fields[0]}, based on {fields[4] if len(fields) > 4 else '?'}")

    def _entry(
        self,
        line: int,
        section: str,
        known: re.Match[str] | tuple[str, str],
        take: Callable[[str, str], None],
    ) -> None:
        key, text = known if isinstance(known, tuple) else (known["key"], known["text"])
        self.lines[f"{section} {key}"] = line
        try:
            take(key, text)
        except BadReferenceError as error:
            self._bad(line, f"{section} {key}", str(error), _EXPECTED.get(section, _REFERENCE))

    def _bad(self, line: int, what: str, value: str, expected: str) -> None:
        self.imported.misread(self.source.name, line, what, value, expected)

    def _segment(self, tag: str, text: str) -> None:
        members, rest = references(text)
        parts = [self._part(use) for use in flat(members)]
        known = _NOTES.fullmatch(rest)
        notes = _NOTE.findall(known["notes"]) if known and rest[:1] == "+" else []
        row = " ".join([*parts, *(["|", *notes] if notes else [])])
        self._keep(self.made.segments, ".SEGS", tag, row)

    def _composite(self, number: str, text: str) -> None:
        parts = " ".join(self._part(use) for use in flat(references(text)[0]))
        self._keep(self.made.composites, ".COMS", number, parts)

    def _part(self, use: Use) -> str:
        self.narrowed += use.narrowed
        most = use.most.lstrip(">") or "1"
        if use.lengths:
            self.narrowed += 1
        return part(use.id, "M" if use.mandatory else "C", int(most))

    def _element(self, number: str, text: str) -> None:
        known = _ELEMENT.fullmatch(text)
        form = known and _form(self.made.standard, *known.group("kind", "least", "longest"))
        if not form:
            line = self.lines[f".ELMS {number}"]
            self._bad(line, f".ELMS {number}", text, "TYPE,minimum,maximum")
            return
        self._keep(self.made.elements, ".ELMS", number, form)

    def _codes(self, number: str, text: str) -> None:
        self.narrowed += "%" in text
        if number not in OPEN_LISTS[self.made.standard or "x12"]:
            self.made.codes[number] = sorted(set(codes(text)))

    def _set(self, name: str, text: str) -> None:
        members, rest = references(text)
        if rest.strip(",+0123456789 "):
            raise BadReferenceError(rest[:40])
        first, last = _ENDS[self.made.standard]
        lines = list(self._tree(members, 0))
        if not lines or lines[0].split()[0] != first:
            lines.insert(0, f"{first} M 1")
        if lines[-1].split()[0] != last:
            lines.append(f"{last} M 1")
        self.made.messages[name] = lines
        self.tell(name)

    def _tree(self, members: list[Use | Run], level: int) -> Iterator[str]:
        indent = "  " * level
        for member in members:
            if isinstance(member, Use):
                self.narrowed += member.narrowed
                yield f"{indent}{member.id} {_status(member)} {_most(member.most)}"
                continue
            trigger = member.members[0] if member.members else None
            if not isinstance(trigger, Use):
                raise BadReferenceError("a loop without a first segment")
            self.narrowed += trigger.narrowed
            name = trigger.id if self.made.standard == "x12" else f"SG{self._group()}"
            yield f"{indent}{name}: {_status(trigger)} {_most(member.most)}"
            yield f"{indent}  {trigger.id} M {_most(trigger.most)}"
            yield from self._tree(member.members[1:], level + 1)

    _groups = 0

    def _group(self) -> int:
        self._groups += 1
        return self._groups

    def _keep(self, table: dict[str, str], section: str, key: str, text: str) -> None:
        before = table.setdefault(key, text)
        if before != text:
            line = self.lines[f"{section} {key}"]
            self.imported.report(
                "G507", self.source.name, line, name=key, first=before, second=text
            )

    def _finish(self) -> None:
        made, imported = self.made, self.imported
        made.codes = {n: values for n, values in made.codes.items() if n in made.elements}
        known = made.elements.keys() | made.composites.keys()
        for table in (made.segments, made.composites):
            for user, row in list(table.items()):
                missing = sorted(numbers_of(row) - known)
                if missing:
                    del table[user]
        for name, lines in list(made.messages.items()):
            missing = sorted(tags_of(lines) - made.segments.keys() - set(_ENDS[made.standard]))
            if missing:
                del made.messages[name]
                line = self.lines.get(f".SETS {name}")
                reason = f"the file does not define {', '.join(missing)} or what it uses"
                imported.report("G509", self.source.name, line, message=name, reason=reason)
        for part_, there in (
            ("messages (.SETS)", bool(made.messages)),
            ("segments (.SEGS)", bool(made.segments)),
        ):
            if not there:
                imported.report("G506", self.source.name, part=part_)
        imported.made = made
        for what in ("messages", "segments", "composites", "elements"):
            imported.told.append(f"{len(getattr(made, what))} {what}")
        imported.told.append(f"{len(made.codes)} code lists")
        if self.narrowed:
            imported.told.append(f"{self.narrowed} narrowings of single uses not taken over")


def _lines(source: Source) -> Iterator[tuple[int, str, str]]:
    """Line, section and text; private sections and texts are read over."""
    section = ""
    private = False
    for at, text in enumerate(source.lines, 1):
        if text[:1] == ".":
            section = re.split(r"[ ,]", text, maxsplit=1)[0].upper().strip()
            private = (private or section == ".PRIVATE") and section != ".PUBLIC"
        elif text.strip() and not private and text[0] != "*" and section not in _READ_OVER:
            yield at, section, text.strip()


def _form(standard: str, kind: str, least: str, longest: str) -> str:
    low, high = int(least), int(longest) or UNLIMITED
    if standard == "x12":
        usual = "N0" if kind == "N" else kind
        return f"{usual} {low}/{high}" if _X12_KINDS.fullmatch(kind) and low <= high else ""
    if kind not in ("A", "N", "AN", "ID", "R"):
        return ""
    usual = {"ID": "an", "R": "n"}.get(kind, kind.lower())
    return f"{usual}{'' if low == high else '..'}{high}" if low <= high else ""


def _status(use: Use) -> str:
    return "M" if use.mandatory else "C"


def _most(most: str) -> str:
    return "*" if most[:1] == ">" else str(int(most))
