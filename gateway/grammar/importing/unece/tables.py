"""Segments, composites and elements of a directory: ``EDSD``, ``EDCD``, ``EDED``.

An entry starts after a line of dashes (``----``, ``────``) with its tag or number and name;
rows follow: ``010    3035 PARTY FUNCTION CODE QUALIFIER   M    1 an..3``. Before D.94A rows have no
position, before D.99B no repetition. A long name goes on in the next line, which then has the
status. A row marked ``-`` was deleted in this issue (in EDED it is only to be deleted).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.grammar.directory import part
from gateway.grammar.importing.result import Imported, Source

_RULE = re.compile(r"\s*[-─═━Ä�]{20,}+\s*")
_SEGMENT = re.compile(r"(?P<marks>[ +*#|X-]{1,9}?)\s*(?P<key>[A-Z][A-Z0-9]{2})\s++\S.*")
_COMPOSITE = re.compile(r"(?P<marks>[ +*#|X-]{1,9}?)\s*(?P<key>[CES]\d{3})\s++\S.*")
_ELEMENT = re.compile(r"(?P<marks>[ +*#|X-]{1,9}?)\s*(?P<key>\d{4})\s++\S.*")
_ROW = re.compile(
    r"(?P<position>\d{3})?(?P<marks>[ +*#|X-]{0,9}?)\s*"
    r"(?P<number>\d{4}|[CES]\d{3})\s+(?P<name>\S.*)"
)
_STATUS = re.compile(
    r"(?P<name>.*?)\s(?P<status>[MC])(?:\s++(?P<repeat>\d{1,5}))?(?:\s++(?P<form>(?:an|a|n)(?:\.\.)?\d++))?"
)
_FORM = re.compile(r"\s*[|*#+-]*\s*Repr:\s++(?P<form>(?:an|a|n)(?:\.\.)?\d{1,6})\s*")
_WIDEST = 200


@dataclass(slots=True)
class Row:
    """One row of an entry."""

    line: int
    number: str
    name: str
    position: str
    status: str = ""
    repeat: int = 1
    form: str = ""


@dataclass(slots=True)
class Entry:
    """A segment, composite or element as it stands in the file."""

    key: str
    line: int
    rows: list[Row] = field(default_factory=list)
    form: str = ""


def segments(source: Source, imported: Imported) -> dict[str, str]:
    """Rows of the segments: ``NAD`` → ``3035! C082 C058``."""
    found: dict[str, str] = {}
    for entry in _entries(source, _SEGMENT, imported):
        own = [row for row in entry.rows if _is_own(row, entry)]
        _keep(
            found,
            entry,
            " ".join(part(r.number, r.status, r.repeat) for r in own),
            source,
            imported,
        )
    return found


def composites(source: Source, imported: Imported) -> dict[str, str]:
    """Rows of the composites: ``C082`` → ``3039! 1131 3055``."""
    found: dict[str, str] = {}
    for entry in _entries(source, _COMPOSITE, imported):
        parts = " ".join(part(row.number, row.status) for row in entry.rows)
        _keep(found, entry, parts, source, imported)
    return found


def elements(source: Source, imported: Imported) -> dict[str, str]:
    """Forms of the elements: ``3039`` → ``an..35``."""
    found: dict[str, str] = {}
    for entry in _entries(source, _ELEMENT, imported, kept="-"):
        if entry.form:
            _keep(found, entry, entry.form, source, imported)
        else:
            imported.misread(source.name, entry.line, entry.key, "", "Repr: and a form like an..3")
    return found


def _is_own(row: Row, entry: Entry) -> bool:
    """Whether a row is of the segment, not of a composite of it."""
    if any(other.position for other in entry.rows):
        return bool(row.position)
    return row.number[0] in "CES" or row.name == row.name.upper()


def _keep(
    found: dict[str, str], entry: Entry, text: str, source: Source, imported: Imported
) -> None:
    before = found.setdefault(entry.key, text)
    if before != text:
        imported.report("G507", source.name, entry.line, name=entry.key, first=before, second=text)


def _entries(
    source: Source, head: re.Pattern[str], imported: Imported, kept: str = ""
) -> Iterator[Entry]:
    """Entries that were not deleted; those marked ``-`` are, unless ``kept`` says so."""
    entry: Entry | None = None
    expecting = deleted = False
    for at, whole in enumerate(source.lines, 1):
        text = whole[:_WIDEST].rstrip()
        if _RULE.fullmatch(text):
            if entry is not None and not deleted:
                yield _checked(entry, source, imported)
            entry, expecting = None, True
        elif expecting and text:
            known = head.fullmatch(text)
            expecting = known is None
            if known is not None:
                entry = Entry(known["key"], at)
                deleted = "-" in known["marks"] and not kept
        elif entry is not None and text:
            _take(entry, at, text)
    if entry is not None and not deleted:
        yield _checked(entry, source, imported)


def _take(entry: Entry, at: int, text: str) -> None:
    """Take in a line of an entry: a row, the rest of a row, a form, or text to read over."""
    form = _FORM.fullmatch(text)
    if form is not None:
        entry.form = entry.form or form["form"]
        return
    known = _ROW.fullmatch(text)
    last = entry.rows[-1] if entry.rows else None
    if known is not None:
        if "-" in known["marks"]:
            return
        row = Row(at, known["number"], known["name"], known["position"] or "")
        if _finish(row, known["name"]) or known["position"] or _indented(text):
            entry.rows.append(row)
    elif last is not None and not last.status and at - last.line <= 2:
        _finish(last, text)


def _finish(row: Row, text: str) -> bool:
    known = _STATUS.fullmatch(text)
    if known is None:
        return False
    if not row.status:
        row.name = f"{row.name.removesuffix(text)} {known['name']}".strip()
    row.status = known["status"]
    row.repeat = int(known["repeat"] or 1)
    row.form = known["form"] or ""
    return True


def _indented(text: str) -> bool:
    return text.startswith("  ")


def _checked(entry: Entry, source: Source, imported: Imported) -> Entry:
    """Without rows that never came to a status: they were text that looked like a row."""
    for row in entry.rows:
        if not row.status and row.position:
            imported.misread(
                source.name, row.line, entry.key, row.name.strip(), "an element with M or C"
            )
    entry.rows = [row for row in entry.rows if row.status]
    return entry
