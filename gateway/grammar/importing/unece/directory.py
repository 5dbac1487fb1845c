"""Put the parts of a directory archive together."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from gateway.grammar.directory import Directory, numbers_of, tags_of
from gateway.grammar.generate.selection import OPEN_LISTS
from gateway.grammar.importing.result import Imported, Source, Tell
from gateway.grammar.importing.unece import codes, messages, tables
from gateway.grammar.importing.unece.archive import Archive, RefusedError

_MEMBER = re.compile(r"(?P<part>[A-Z]{4,6}(?:_[DS])?)(?:-\d)?\.(?P<release>\d\d[A-Z])")
_MESSAGE = re.compile(r"(?P<name>[A-Z]{6})_(?P<version>[DS])")
_PARTS = {
    "EDSD": "segments",
    "TRSD": "segments",
    "EDCD": "composites",
    "TRCD": "composites",
    "EDED": "elements",
    "TRED": "elements",
    "UNCL": "codes",
}
_NEEDED = {"segments": "segments (EDSD)", "elements": "elements (EDED)"}
_SERVICE = "U"
"""Segments of the syntax (UNH, UNS, UGH) are not in the directory."""


def read_directory(path: Path, tell: Tell = lambda _text: None) -> Imported:
    """Read the archive of a directory. Raises ``OSError`` for the file itself."""
    imported = Imported()
    archive = Archive(imported, lambda name: _kind(name) is not None)
    reader = _Reader(imported, tell)
    try:
        for source in archive.sources(path.name, path.read_bytes()):
            reader.take(source)
    except RefusedError:
        return imported
    reader.finish()
    return imported


def _kind(member: str) -> tuple[str, str, str] | None:
    """Part, version and release of a member: ``("EDSD", "", "96A")``, ``("ORDERS", "D", …)``."""
    known = _MEMBER.fullmatch(member)
    if known is None:
        return None
    message = _MESSAGE.fullmatch(known["part"])
    if message is not None:
        return message["name"], message["version"], known["release"]
    return (known["part"], "", known["release"]) if known["part"] in _PARTS else None


class _Reader:
    def __init__(self, imported: Imported, tell: Tell) -> None:
        self.imported = imported
        self.tell = tell
        self.made = Directory("edifact", "")
        self.names: Counter[str] = Counter()
        self.interactive = 0

    def take(self, source: Source) -> None:
        """Read a member."""
        kind = _kind(source.name.rpartition("/")[2].upper())
        if kind is None:
            return
        name, version, release = kind
        self.tell(f"{name}.{release}")
        if version:
            self.names[f"{version}{release}"] += 1
            self._message(name, source)
        else:
            self._part(_PARTS[name], source)

    def _part(self, table: str, source: Source) -> None:
        if table == "codes":
            found = codes.code_lists(source)
            for number in found.keys() - OPEN_LISTS["edifact"]:
                known = self.made.codes.get(number, [])  # UNCL came in two files once
                self.made.codes[number] = sorted({*known, *found[number]})
        else:
            read = {
                "segments": tables.segments,
                "composites": tables.composites,
                "elements": tables.elements,
            }[table]
            getattr(self.made, table).update(read(source, self.imported))

    def _message(self, name: str, source: Source) -> None:
        try:
            lines, batch = messages.segment_table(source)
        except messages.TableError as error:
            self.imported.report("G509", source.name, error.line, message=name, reason=error.reason)
            return
        if batch:
            self.made.messages[name] = lines
        else:
            self.interactive += 1

    def finish(self) -> None:
        """Check that what is used is defined, and say what there is."""
        made, imported = self.made, self.imported
        if not made.messages and not made.segments:
            imported.problems = [one for one in imported.problems if one.code != "G509"]
            reason = "it has no part of a UN/EDIFACT directory (EDMD, EDSD, EDCD, EDED, UNCL)"
            imported.report("G501", reason=reason)
            return
        for table, part in _NEEDED.items():
            if not getattr(made, table):
                imported.report("G506", part=part)
        if not made.messages:
            imported.report("G506", part="messages (EDMD)")
        made.name = self.names.most_common(1)[0][0] if self.names else ""
        self._close()
        imported.made = made
        for what in ("messages", "segments", "composites", "elements"):
            imported.told.append(f"{len(getattr(made, what))} {what}")
        imported.told.append(f"{len(made.codes)} code lists")
        if self.interactive:
            imported.told.append(f"{self.interactive} interactive messages left out")

    def _close(self) -> None:
        """Leave out what uses something that is not defined."""
        made, report = self.made, self.imported.report
        known = made.elements.keys() | made.composites.keys()
        for number, row in made.composites.items():
            for missing in sorted(numbers_of(row) - made.elements.keys()):
                report("G505", user=number, name=missing)
        for tag, row in made.segments.items():
            for missing in sorted(numbers_of(row) - known):
                report("G505", user=tag, name=missing)
        for name, lines in list(made.messages.items()):
            missing_tags = sorted(
                tag for tag in tags_of(lines) - made.segments.keys() if tag[0] != _SERVICE
            )
            if missing_tags:
                del made.messages[name]
                reason = f"the directory has no segment {', '.join(missing_tags)}"
                report("G509", message=name, reason=reason)
        made.codes = {n: values for n, values in made.codes.items() if n in made.elements}
