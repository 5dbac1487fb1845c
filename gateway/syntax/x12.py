"""X12: the interchange header ISA and the envelope's tags (X12.5, X12.6).

ISA is read by position; where that fails, by its separators, and in both cases confirmed by the
segment that follows. So wrong padding, wrapped lines and a missing ISA16 are named instead of
cutting the whole interchange at the wrong character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from gateway.problems import Place, Problem, problem
from gateway.syntax.charset import X12_CODEC, canonical
from gateway.syntax.delimiters import Delimiters
from gateway.syntax.normal import ELEMENT
from gateway.syntax.part import Dialect, Kind

TAGS: dict[str, Kind] = {
    "TA1": Kind.CONTROL,
    "TA3": Kind.CONTROL,
    "ISB": Kind.CONTROL,
    "ISE": Kind.CONTROL,
    "GS": Kind.GROUP_HEADER,
    "ST": Kind.MESSAGE,
    "GE": Kind.GROUP_TRAILER,
    "IEA": Kind.TRAILER,
}
MESSAGE, MESSAGE_END = "ST", "SE"
EXTENDED_TAGS: dict[str, Kind] = {**TAGS, "ISX": Kind.CONTROL}
"""From release 00704 on: ISX, the interchange syntax extension."""
CROSSING = re.compile("\x1c(?:ISA|UN[AB]|(?:S[TE]|G[SE]|IEA|IS[BE]|TA[13])[\x1c\x1d\x1f])")
HEADER = re.compile(rb"ISA([^A-Za-z0-9\r\n ])")
WINDOW = 512
"""Bytes from ISA on within which the whole header and the next tag must stand."""

_LENGTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
"""ISA01 … ISA15; ISA16 is the component separator itself."""
_NEXT = ("GS", "TA1", "ISB", "ISE", "IEA", "ST")
_EXTENDED_FROM = "00704"


@dataclass(frozen=True, slots=True)
class Isa:
    """ISA as found: its length with terminator, and what it says."""

    length: int
    dialect: Dialect
    problems: tuple[Problem, ...]


def read_isa(head: bytes, codec: str | None, offset: int) -> Isa | Problem:
    """Read ISA at the start of ``head`` (up to :data:`WINDOW` bytes), or say why it is none."""
    chosen = canonical(codec or X12_CODEC)
    text = head.decode("latin-1")
    separator = text[3]
    fields, at = _fields(text, separator)
    if len(fields) < 15:
        return _broken(f"it has {len(fields)} elements before the next segment", offset)
    tail = _tail(text, at, separator, chosen)
    if isinstance(tail, str):
        return _broken(tail, offset)
    component, terminator, length, found = tail
    place = Place(offset=offset, width=3, tag="ISA")
    deviations = [
        f"ISA{number:02d} has {len(value)} instead of {wanted}"
        for number, (value, wanted) in enumerate(zip(fields, _LENGTHS, strict=True), 1)
        if len(value) != wanted
    ]
    problems: list[Problem] = []
    if deviations:
        problems.append(problem("S131", place, value=", ".join(deviations)))
    if not component:
        problems.append(problem("S132", place, terminator=repr(terminator)))
    version = fields[11].strip()
    if found and not (found == repr("ISX") and has_extension(version)):
        problems.append(problem("S133", place, terminator=repr(terminator), found=found))
    repetition = _repetition(fields[10], version, separator + component + terminator)
    delimiters = Delimiters(component, separator, ".", "", repetition, terminator)
    return Isa(length, Dialect("x12", version, delimiters, chosen), tuple(problems))


def has_extension(version: str) -> bool:
    """Whether ISX may follow ISA, which names a release character (X12.6, release 007040)."""
    return version.isdigit() and version >= _EXTENDED_FROM


def release(segment: str, delimiters: Delimiters) -> Delimiters:
    """The delimiters with the release character that ISX (in normal form) names in ISX01."""
    tag, _, rest = segment.partition(ELEMENT)
    sign = rest.partition(ELEMENT)[0]
    signs = delimiters.component + delimiters.element + delimiters.repetition
    usable = len(sign) == 1 and sign.isascii() and sign.isprintable() and not sign.isalnum()
    if tag != "ISX" or not usable or sign in signs + delimiters.terminator + " ":
        return delimiters
    return replace(delimiters, release=sign)


def _fields(text: str, separator: str) -> tuple[list[str], int]:
    """ISA01 … ISA15 without line breaks, and the index behind the 16th separator.

    Where the 16th separator is missing, the index behind ISA15.
    """
    fields: list[str] = []
    at = 4
    for number in range(1, 16):
        if at >= len(text):
            return fields, at
        end = text.find(separator, at)
        if number == 15 and (end < 0 or text[at + 1 : end].endswith(_NEXT)):
            # ISA16 and its separator are missing: one character, the terminator, the next tag
            if at >= len(text):
                return fields, at
            fields.append(text[at : at + 1])
            return fields, at + 1
        if end < 0 or end - at > 60:
            return fields, at
        fields.append(text[at:end].replace("\r", "").replace("\n", ""))
        at = end + 1
    return fields, at


def _tail(text: str, at: int, separator: str, codec: str) -> tuple[str, str, int, str] | str:
    """Component separator, terminator, length of ISA and what stands in place of GS (if not GS).

    Candidates are tried in order; the first that the next segment confirms wins.
    """
    has_16 = text[at - 1] == separator
    candidates: list[tuple[str, str, int]] = []
    if has_16:
        rest = text[at:].lstrip("\r\n")
        component = rest[:1]
        at_end = len(text) - len(rest) + 1
        candidates.append(_ended(text, at_end, component, codec))
        wrapped = len(text) - len(text[at_end:].lstrip("\r\n"))
        if wrapped != at_end and not text[wrapped : wrapped + 1].isspace():
            candidates.insert(0, _ended(text, wrapped, component, codec))
        if _is_terminator_instead(text, candidates[-1], component):
            candidates.insert(0, ("", component, at_end))
    else:
        candidates.append(_ended(text, at, "", codec))
    for component, terminator, length in candidates:
        if _follows(text, length, separator) and _distinct(component, separator, terminator):
            return component, terminator, length, ""
    component, terminator, length = candidates[0]
    if length > len(text):
        return "the file ends inside it"
    if not _distinct(component, separator, terminator):
        return (
            f"{terminator!r} cannot be the segment terminator and {component!r} separate components"
        )
    return component, terminator, length, repr(text[length : length + 3].strip()) or "nothing"


def _ended(text: str, at: int, component: str, codec: str) -> tuple[str, str, int]:
    """The candidate whose terminator stands at ``at``: one character of the codec, or nothing."""
    for size in (1, 2, 3, 4):
        raw = text[at : at + size].encode("latin-1")
        try:
            return component, raw.decode(codec), at + size
        except UnicodeDecodeError:
            continue
    return component, "", at + 1


def _is_terminator_instead(text: str, first: tuple[str, str, int], component: str) -> bool:
    """Whether ISA16 is missing and its place holds the terminator, before a line break.

    Then the next segment ends with the same character before its line break.
    """
    _, terminator, length = first
    if terminator not in ("\r", "\n"):
        return False
    line = text[length:].lstrip("\r\n").split("\n", 1)[0].rstrip("\r")
    return line.endswith(component)


def _follows(text: str, at: int, separator: str) -> bool:
    """Whether a segment that may follow ISA begins at ``at`` (after noise), or nothing at all."""
    rest = text[at:].lstrip("\r\n \t")
    return not rest or any(rest.startswith(tag + separator) for tag in _NEXT)


def _distinct(component: str, separator: str, terminator: str) -> bool:
    signs = [sign for sign in (component, separator, terminator) if sign]
    if terminator == "" or " " in signs or any(map(str.isalnum, signs)):
        return False
    return len(set(signs)) == len(signs) and (component + separator).isascii()


def _repetition(value: str, version: str, taken: str) -> str:
    """ISA11 separates repetitions from version 00402 on; before, it was a standards identifier."""
    usable = len(value) == 1 and not value.isalnum() and value != " " and value not in taken
    return value if usable and version >= "00402" and value.isascii() else ""


def _broken(reason: str, offset: int) -> Problem:
    return problem(
        "S105",
        Place(offset=offset, width=3, tag="ISA"),
        header="ISA",
        reason=reason,
        right="16 elements of fixed length, 106 characters with the terminator",
    )
