"""What a file holds and what is wrong with it, by itself: no partner, no agreement, nothing stored.

EDI is checked in syntax, envelope and grammar; a file of the ERP against its layout.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.config.data import data_roots
from gateway.documents import DOCUMENTS
from gateway.grammar import Library, read
from gateway.grammar.envelope import InterchangeEnd, MessageFound, walk
from gateway.grammar.layoutfile import LayoutError
from gateway.grammar.recordformats import load_format
from gateway.problems import Problem
from gateway.syntax import Part, detect, read_bytes

_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Inspection:
    """The finding. ``parts`` only for EDI; ``format`` is ``unknown`` where show has nothing."""

    format: str
    what: str
    """``EDIFACT, 1 interchange, 2 messages (ORDERS D96A)``."""
    problems: Sequence[Problem] = ()
    parts: Sequence[Part] = ()


def inspect(data: bytes, file: str, root: Path, document: str | None = None) -> Inspection:
    """Look at a file. ``root``: the workspace whose grammars and layouts come first."""
    form = detect(data[:_HEAD])
    if form in ("edifact", "x12"):
        found = _edi(data, form, Library(*data_roots(root, "grammars")))
    elif form in ("csv", "json"):
        found = _erp(data, form, root, document or _document(file))
    else:
        names = {"empty": "empty", "binary": "binary data", "xml": "an XML file"}
        return Inspection("unknown", names.get(form, "text in no format that is known"))
    return replace(found, problems=[each.at(file=file) for each in found.problems])


def _edi(data: bytes, form: str, library: Library) -> Inspection:
    parts = read_bytes(data)
    problems: list[Problem] = [found for part in parts for found in part.problems]
    interchanges = 0
    kinds: Counter[str] = Counter()
    for item in walk(parts, library.service):
        if isinstance(item, MessageFound):
            name, found = _message(item, form, library)
            kinds[name] += 1
            problems += [*item.problems, *found]
        elif isinstance(item, InterchangeEnd):
            interchanges += 1
            problems += item.problems
            problems += [found for group in item.groups for found in group.problems]
    messages = ", ".join(f"{count} × {name}" for name, count in kinds.items()) or "no messages"
    what = f"{_counted(interchanges, 'interchange')} of {form.upper()}, {messages}"
    return Inspection(form, what, _once(problems), parts)


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """Each finding once: the envelope repeats those of a part with the message filled in."""
    kept: dict[tuple[object, ...], Problem] = {}
    for found in problems:
        place = found.place
        where: object = place.offset
        if where is None:
            where = (place.message, place.segment, place.element, place.component)
        key = (found.code, where, found.sentence)
        kept[key] = found
    return list(kept.values())


def _message(item: MessageFound, form: str, library: Library) -> tuple[str, list[Problem]]:
    """How the summary names a message, and what its grammar finds."""
    header = item.header
    name = f"{header.type} {header.directory}".strip()
    grammar = library.message(form, header.directory, header.type, lists=header.lists)
    if grammar is None:
        return f"{name} (no grammar, contents not checked)", []
    found = read(item.part, grammar).problems
    return name, [each.at(message=header.reference) for each in found]


def _erp(data: bytes, form: str, root: Path, document: str | None) -> Inspection:
    if document is None:
        return Inspection(form, f"{form.upper()} of an unknown document; name it with --document")
    try:
        layout = load_format(data_roots(root, "grammars"), form, document)
    except LayoutError as unreadable:
        what = f"{form.upper()}, and grammars/{form}/{document}.yaml cannot be used"
        return Inspection(form, what, unreadable.problems)
    if layout is None:
        return Inspection(form, f"{form.upper()}, and there is no grammars/{form}/{document}.yaml")
    reading = layout.read(data)
    what = f"{form.upper()}, {len(reading.found)} × {document}"
    return Inspection(form, what, reading.problems)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _document(file: str) -> str | None:
    """What a file of the ERP holds, as the folders it lies in say."""
    return next((part for part in reversed(Path(file).parts) if part in DOCUMENTS), None)
