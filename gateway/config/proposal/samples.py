"""Samples read: interchanges and their messages, with what the envelope really looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.config.agreement import MESSAGES
from gateway.grammar import Library, Tree, read
from gateway.grammar.envelope import (
    InterchangeEnd,
    InterchangeStart,
    MessageFound,
    MessageHeader,
    walk,
)
from gateway.grammar.envelope.model import Interchange
from gateway.grammar.model import MessageGrammar
from gateway.problems import Place, Problem, errors, problem
from gateway.syntax import Kind, Part, build, detect, read_bytes, write_segments

EDI = ("edifact", "x12")
MOST_MESSAGES = 5_000
MOST_SEGMENTS = 20_000
"""Of a message."""
ANSWERS = frozenset({"CONTRL", "APERAK", "997", "999", "824", "TA1"})
"""Acknowledgements: no documents, and nothing that a guide is needed for."""
_CHARSET = ("S110", "S111", "S115")
"""A byte that the charset of the header does not have, or most likely means something else."""


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file of the partner."""

    name: str
    data: bytes


@dataclass(slots=True)
class SeenMessage:
    """One message."""

    header: MessageHeader
    part: Part
    problems: tuple[Problem, ...]
    """Of its frame and its contents."""
    grammar: MessageGrammar | None = None
    """``None``: its directory has no such message."""
    tree: Tree | None = None
    """``None`` where the order of its segments is wrong."""

    @property
    def document(self) -> str:
        """Which document it carries; empty for none."""
        known = MESSAGES.get(self.header.standard, {})
        return next((name for name, type_ in known.items() if type_ == self.header.type), "")

    @property
    def sound(self) -> bool:
        """Whether its directory accepts it."""
        return self.tree is not None and not errors(self.problems)


@dataclass(slots=True)
class SeenInterchange:
    """One interchange with its messages and the parts it is made of."""

    file: str
    interchange: Interchange
    advice: bytes = b""
    """UNA as it was sent; empty without one."""
    header: Part | None = None
    line_breaks: bool = False
    messages: list[SeenMessage] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()
    """Of the interchange itself and of its groups."""
    whole: bytes = b""
    """The file, where it holds this interchange with one message and nothing else."""

    @property
    def standard(self) -> str:
        """``edifact`` or ``x12``."""
        return self.interchange.standard


@dataclass(slots=True)
class Samples:
    """All that was read."""

    interchanges: list[SeenInterchange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    codecs: dict[str, str] = field(default_factory=dict)
    """Per standard the charset that is really used, where the header says another one."""

    def messages(self) -> Iterator[tuple[SeenInterchange, SeenMessage]]:
        """Every message with its interchange."""
        for one in self.interchanges:
            for message in one.messages:
                yield one, message


def read_samples(files: Sequence[SampleFile], library: Library) -> Samples:
    """Read files, whatever they hold; what is no interchange is C503."""
    samples = Samples()
    kinds = {one.name: str(detect(one.data[:4096])) for one in files}
    for one in files:
        kind = kinds[one.name]
        codec = _codec_needed(one.data) if kind in EDI else None
        if codec is not None:
            samples.codecs.setdefault(kind, codec)
            level = _level(one.data)
            facts: dict[str, Any] = {"file": one.name, "level": level, "codec": codec}
            samples.problems.append(problem("C510", Place(file=one.name), **facts))
    for one in files:
        kind = kinds[one.name]
        try:
            found = list(_interchanges(one, kind, library, samples)) if kind in EDI else []
        except _TooMuchError as told:
            samples.problems.append(problem("C511", Place(file=one.name), what=str(told)))
            break
        if len(found) == 1 and len(found[0].messages) == 1:
            found[0].whole = one.data
        samples.interchanges += found
        if not any(each.messages for each in found):
            reason = f"it is {kind}" if kind not in EDI else "it holds no message"
            samples.problems.append(
                problem("C503", Place(file=one.name), file=one.name, reason=reason)
            )
    return samples


class _TooMuchError(Exception):
    """More than a proposal needs."""


def _codec_needed(data: bytes) -> str | None:
    """The charset that data are in, where the one of their header does not fit."""
    if not _charset_troubles(data, None):
        return None
    candidates = ["iso8859-1"]
    if re.search(rb"[\x80-\x9f]", data):
        candidates = ["utf-8", "cp1252"]
    elif not data.isascii():
        candidates = ["utf-8", "iso8859-1"]
    return next((one for one in candidates if not _charset_troubles(data, one)), None)


def _charset_troubles(data: bytes, codec: str | None) -> bool:
    return any(
        found.code in _CHARSET for part in read_bytes(data, codec=codec) for found in part.problems
    )


def _level(data: bytes) -> str:
    dialect = next((one.dialect for one in read_bytes(data) if one.dialect is not None), None)
    return (dialect.level or dialect.codec) if dialect is not None else "nothing"


def _interchanges(
    file: SampleFile, kind: str, library: Library, samples: Samples
) -> Iterator[SeenInterchange]:
    codec = samples.codecs.get(kind)
    count = sum(len(one.messages) for one in samples.interchanges)
    parts = read_bytes(file.data, codec=codec)
    headers = {part.offset: index for index, part in enumerate(parts) if part.kind is Kind.HEADER}
    seen: SeenInterchange | None = None
    for event in walk(parts, library.service):
        if isinstance(event, InterchangeStart):
            index = headers[event.interchange.offset]
            seen = SeenInterchange(file.name, event.interchange, header=parts[index])
            before = next((p for p in reversed(parts[:index]) if p.kind is not Kind.NOISE), None)
            if before is not None and before.kind is Kind.ADVICE:
                seen.advice = before.raw
            seen.line_breaks = _breaks(file.data, parts[index])
        elif isinstance(event, MessageFound) and seen is not None:
            count += 1
            if count > MOST_MESSAGES:
                raise _TooMuchError(f"more than {MOST_MESSAGES} messages")
            if len(event.part.segments) > MOST_SEGMENTS:
                raise _TooMuchError(f"a message with more than {MOST_SEGMENTS} segments")
            seen.messages.append(_message(event, library))
        elif isinstance(event, InterchangeEnd) and seen is not None:
            of_groups = [one for group in event.groups for one in group.problems]
            seen.problems = tuple(one.at(file=file.name) for one in (*event.problems, *of_groups))
            yield seen
            seen = None


def _message(event: MessageFound, library: Library) -> SeenMessage:
    header, part = event.header, event.part
    standard = header.standard
    grammar = library.message(standard, header.directory, header.type)
    if grammar is None:
        return SeenMessage(header, part, event.problems)
    reading = read(part, grammar)
    return SeenMessage(header, part, (*event.problems, *reading.problems), grammar, reading.tree)


def _breaks(data: bytes, header: Part) -> bool:
    """Whether a line break follows the header, and is not its terminator itself."""
    dialect = header.dialect
    if dialect is None or dialect.delimiters.terminator in "\r\n":
        return False
    return data[header.offset + len(header.raw) :][:1] in (b"\r", b"\n")


def alone(seen: SeenInterchange, message: SeenMessage) -> bytes:
    """The file as it came if it holds nothing else; else its bytes in trailers that count one."""
    if seen.whole:
        return seen.whole
    assert seen.header is not None
    group = message.header.group
    group_end, end = ("UNE", "UNZ") if seen.standard == "edifact" else ("GE", "IEA")
    pieces = [seen.advice, seen.header.raw]
    if group is not None:
        pieces.append(_written(group.header, seen))
    pieces.append(message.part.raw)
    if group is not None:
        pieces.append(_written(build(group_end, "1", group.reference), seen))
    pieces.append(_written(build(end, "1", seen.interchange.reference), seen))
    gap = b"\n" if seen.line_breaks else b""
    return b"".join(piece + gap for piece in pieces if piece)


def _written(segment: str, seen: SeenInterchange) -> bytes:
    data, _ = write_segments([segment], seen.interchange.dialect)
    return data
