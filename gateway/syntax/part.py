"""The parts that tile a file of interchanges.

Reading a file yields parts; ``b"".join(part.raw for part in parts)`` is the file, for every
input, valid or not. A message is one part, so memory is bounded by one message.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.problems import Problem
from gateway.syntax.delimiters import Delimiters


class Kind(StrEnum):
    """What a part is."""

    ADVICE = "advice"
    """UNA."""
    HEADER = "header"
    """UNB, ISA."""
    CONTROL = "control"
    """A segment between interchange header and group: TA1, ISB, ISE."""
    GROUP_HEADER = "group header"
    """UNG, GS."""
    MESSAGE = "message"
    """UNH … UNT, ST … SE, as one part."""
    GROUP_TRAILER = "group trailer"
    """UNE, GE."""
    PACKAGE_HEADER = "package header"
    """UNO: an object follows, as long as it says (ISO 9735-8)."""
    OBJECT = "object"
    """Bytes of an object, at most a segment's limit in one part; they may hold anything."""
    PACKAGE_TRAILER = "package trailer"
    """UNP."""
    TRAILER = "trailer"
    """UNZ, IEA."""
    NOISE = "noise"
    """Line breaks and blanks between segments, a byte order mark: allowed, kept, of no meaning."""
    JUNK = "junk"
    """Bytes that belong to nothing: always with a problem."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How an interchange is written: standard, syntax version, service characters, charset."""

    standard: str
    """``edifact`` or ``x12``."""
    version: str
    """Syntax version: ``3`` or ``4`` (UNB S001 0002), ``00401`` (ISA12)."""
    delimiters: Delimiters
    codec: str
    """Python codec of the data."""
    level: str = ""
    """Syntax identifier: ``UNOC`` (UNB S001 0001); empty for X12."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the file with its bytes, and the problems that reading it found."""

    kind: Kind
    offset: int
    raw: bytes
    dialect: Dialect | None = None
    segments: tuple[str, ...] = ()
    """In normal form (:mod:`gateway.syntax.normal`); empty for advice, noise and junk."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class SegmentSpan:
    """One segment of a part with its exact bytes, for carets and for rewriting."""

    text: str
    """Normal form."""
    offset: int
    """In the file."""
    raw: bytes
    """With its terminator, without the noise before it."""
