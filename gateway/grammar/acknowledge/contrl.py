"""CONTRL: the syntax acknowledgement of EDIFACT (ISO 9735, CONTRL D:3 and 4:1).

    UNH · UCI · SG1{UCM · SG2{UCS · UCD}} · SG3{UCF · SG4{UCM · SG5{UCS · UCD}}} · UNT

Pure: the same verdict gives the same segments. 0083 is 4 (this level and all below refused), 7
(taken, and below what is not refused) or 8 (received, nothing said about the contents). UCI, UCF
and UCM carry one 0085; a level that is refused as a whole lists nothing below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gateway.grammar.acknowledge.codes import foremost, syntax_error
from gateway.grammar.acknowledge.verdict import GroupVerdict, InterchangeVerdict, MessageVerdict
from gateway.grammar.envelope.model import Fields, MessageHeader
from gateway.problems import Problem, errors
from gateway.syntax import build
from gateway.syntax.normal import LOST

REFUSED: Final = "4"
TAKEN: Final = "7"
RECEIVED: Final = "8"
Level = Literal["7", "8"]
_VERSIONS = {"3": ("D", "3"), "4": ("4", "1")}
"""0052 and 0054 of the CONTRL that belongs to a syntax version."""
_SERVICE = frozenset({"UNA", "UNB", "UNZ", "UNG", "UNE", "UNH", "UNT", "UNS"})
_MISSING = "13"
_SEGMENTS, _ELEMENTS = 999, 99
"""Most UCS of a message, most UCD of a segment."""
_FILLED = "ZZ"
"""Stands in UCM for a component of S009 that the message lacks and CONTRL must have."""
_LENGTHS_3 = (6, 3, 3, 2, 6)
_LENGTHS_4 = (6, 3, 3, 3, 6, 6, 6)


def contrl(
    verdict: InterchangeVerdict,
    *,
    reference: str,
    level: Level = TAKEN,
    every: bool = False,
    association: str = "",
    syntax: str = "",
) -> list[str]:
    """The segments UNH … UNT in normal form that answer an interchange.

    ``reference`` is that of the CONTRL message (0062). ``level`` 8 acknowledges receipt only (an
    interchange that is refused is refused all the same). ``every`` lists accepted messages too.
    ``association`` is 0057 of the CONTRL (``EAN002``). ``syntax`` is the syntax version that the
    CONTRL is written in, where it is not that of the interchange (1 and 2 are answered in 3).
    Warnings are not told: CONTRL has no place for what refuses nothing.
    """
    version = "4" if (syntax or verdict.interchange.dialect.version) >= "4" else "3"
    writer = _Writer(version, every)
    if not verdict.accepted:
        body = [writer.uci(verdict, REFUSED)]
    elif level == RECEIVED:
        body = [writer.uci(verdict, RECEIVED)]
    else:
        body = [writer.uci(verdict, TAKEN), *writer.messages(verdict.messages)]
        for group in verdict.groups:
            body += writer.group(group)
    agency, release = _VERSIONS[version]
    kind = ["CONTRL", agency, release, "UN", association]
    count = str(len(body) + 2)
    return [build("UNH", reference, kind), *body, build("UNT", count, reference)]


@dataclass(frozen=True, slots=True)
class _Writer:
    version: str
    every: bool

    def uci(self, verdict: InterchangeVerdict, action: str) -> str:
        """S002 and S003 are copied as they came, not swapped."""
        at = Fields(verdict.interchange.header)
        routing = 35 if self.version == "4" else 14
        subs = (routing, 35) if self.version == "4" else (routing,)
        parties = [
            [_carried(at[element, 1], 35, must=True), _carried(at[element, 2], 4)]
            + [_carried(at[element, 3 + n], width) for n, width in enumerate(subs)]
            for element in (2, 3)
        ]
        copied = [_carried(verdict.interchange.reference, 14, must=True), *parties]
        return build("UCI", *copied, action, *self._cause(verdict.problems))

    def group(self, group: GroupVerdict) -> list[str]:
        """UCF with its messages; nothing for a group without any refusal, unless all are listed."""
        at = Fields(group.header.header)
        must = self.version == "3"
        parties = [
            [_carried(at[element, 1], 35, must=must), _carried(at[element, 2], 4)]
            for element in (2, 3)
        ]
        copied = [_carried(group.header.reference, 14, must=True), *parties]
        if not group.accepted:
            return [build("UCF", *copied, REFUSED, *self._cause(group.problems))]
        inside = self.messages(group.messages)
        if not inside and not self.every:
            return []
        return [build("UCF", *copied, TAKEN), *inside]

    def messages(self, messages: Sequence[MessageVerdict]) -> list[str]:
        """UCM with UCS and UCD for each refused message, in the order of the file.

        An accepted one with the same reference as a refused one is listed too: in their order
        both can be told apart.
        """
        shared = {one.header.reference for one in messages if not one.accepted}
        segments: list[str] = []
        for one in messages:
            if not one.accepted:
                segments += self._refused(one)
            elif self.every or one.header.reference in shared:
                segments.append(build("UCM", *self._named(one.header), TAKEN))
        return segments

    def _refused(self, one: MessageVerdict) -> list[str]:
        found = errors(one.problems)
        own = [each for each in found if _of_frame(each)]
        inside = [each for each in found if not _of_frame(each)]
        cause = self._cause(own) if own else []
        ucm = build("UCM", *self._named(one.header), REFUSED, *cause)
        return [ucm, *self._segments(inside)]

    def _named(self, header: MessageHeader) -> list[str | list[str]]:
        """0062 and S009 as the message has them, as far as CONTRL can carry them."""
        at = Fields(header.header)
        lengths = _LENGTHS_4 if self.version == "4" else _LENGTHS_3
        kind = [
            _carried(at[2, number], width, must=number <= 4)
            for number, width in enumerate(lengths, 1)
        ]
        return [_carried(header.reference, 14, must=True), kind]

    def _cause(self, problems: Iterable[Problem]) -> list[str | list[str]]:
        """0085, the tag of the service segment, S011; for UCI, UCF and UCM."""
        found = foremost(problems, self.version)
        if found is None:
            return []
        tag = found.place.tag if found.place.tag in _SERVICE else ""
        position = self._position(found) if tag and found.place.element else ""
        return [syntax_error(found, self.version), tag or "", position]

    def _position(self, found: Problem) -> list[str]:
        """S011: the tag is position 1, so element 1 is 2; components count from 1."""
        place = found.place
        component = "" if place.component is None else str(place.component)
        position = [str(min((place.element or 0) + 1, 999)), component]
        if self.version == "4" and place.repetition is not None:
            position.append(str(place.repetition))
        return position

    def _segments(self, problems: Iterable[Problem]) -> list[str]:
        """UCS for each segment, its UCD below; sorted, none twice, at most what CONTRL holds."""
        whole: dict[int, set[int]] = {}
        elements: dict[int, set[tuple[int, int, int, int]]] = {}
        for found in problems:
            place, code = found.place, syntax_error(found, self.version)
            number = place.segment or 1
            if place.element is None:
                number = number - 1 if code == _MISSING else number
                whole.setdefault(number, set()).add(int(code))
            else:
                key = (place.element, place.repetition or 0, place.component or 0, int(code))
                elements.setdefault(number, set()).add(key)
        segments: list[str] = []
        for number in sorted({*elements, *whole})[:_SEGMENTS]:
            position = str(max(number, 1))
            if number in elements:
                segments.append(build("UCS", position))
                segments += [self._ucd(key) for key in sorted(elements[number])[:_ELEMENTS]]
            segments += [
                build("UCS", position, str(code)) for code in sorted(whole.get(number, ()))
            ]
        return segments

    def _ucd(self, key: tuple[int, int, int, int]) -> str:
        element, repetition, component, code = key
        position = [str(min(element + 1, 999)), str(component) if component else ""]
        if self.version == "4" and repetition:
            position.append(str(repetition))
        return build("UCD", str(code), position)


def _of_frame(found: Problem) -> bool:
    """Whether UCM names it: UNH, UNT, or nothing that has a position in the message."""
    return found.place.tag in ("UNH", "UNT") or found.place.segment is None


def _carried(text: str, width: int, *, must: bool = False) -> str:
    """A copied value as long as CONTRL may have it, in characters that can be written."""
    kept = text.replace(LOST, ".")[:width]
    return kept if kept or not must else _FILLED
