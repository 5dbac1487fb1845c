"""997 and 999: the functional acknowledgements of X12, one for each group.

    ST · AK1 · {AK2 · {AK3 · AK4…} · AK5}… · AK9 · SE        (999: IK3, IK4, IK5)

Pure: the same verdict gives the same segments. Positions are those of the problems: ST is segment
1, the first element is 1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.grammar.acknowledge.codes import group_codes, set_codes
from gateway.grammar.acknowledge.verdict import GroupVerdict, MessageVerdict
from gateway.grammar.envelope.model import Fields
from gateway.problems import Layer, Problem, errors
from gateway.syntax import build
from gateway.syntax.delimiters import Delimiters
from gateway.syntax.normal import COMPONENT, ELEMENT, LOST, REPETITION

_ELEMENTS = 99
"""Most AK4 below an AK3."""
_SEGMENTS = 9_999
"""Most AK3 of a set; the standard sets no limit, a reader of answers has one."""
_VALUE = 99
"""Longest AK404."""
_ELEMENT_ERRORS = "8"
_999_VERSION = "005010X231A1"
_COMPONENTS_FROM, _REPETITIONS_FROM = "003050", "004030"
"""Releases in which AK401 has the position of the component, and that of the repetition."""


def functional_997(group: GroupVerdict, *, reference: str, every: bool = True) -> list[str]:
    """The segments ST … SE in normal form that answer a group.

    ``reference`` is that of the 997 (ST02, 4 to 9 characters; shorter ones get leading zeros).
    ``every`` lists accepted sets too. A group that is refused as a whole lists only those of its
    sets that have errors of their own.
    """
    return _acknowledge(group, reference, every, _Tags("997", "AK3", "AK4", "AK5"))


def functional_999(group: GroupVerdict, *, reference: str, every: bool = True) -> list[str]:
    """The same as a 999 (005010 on)."""
    return _acknowledge(group, reference, every, _Tags("999", "IK3", "IK4", "IK5"))


@dataclass(frozen=True, slots=True)
class _Tags:
    set: str
    segment: str
    element: str
    verdict: str


def _acknowledge(group: GroupVerdict, reference: str, every: bool, tags: _Tags) -> list[str]:
    number = reference.rjust(4, "0")
    extended = tags.set == "999"
    header = build("ST", tags.set, number, _999_VERSION if extended else "")
    at = Fields(group.header.header)
    ak1 = [_written(at[1])[:2] or "ZZ", _digits(at[6], 9), _written(at[8])[:12] if extended else ""]
    body = [build("AK1", *ak1)]
    for one in group.messages:
        if not one.accepted or (every and group.accepted):
            body += _set(one, group, tags)
    body.append(_ak9(group))
    return [header, *body, build("SE", str(len(body) + 2), number)]


def _set(one: MessageVerdict, group: GroupVerdict, tags: _Tags) -> list[str]:
    """AK2 to AK5 of one transaction set."""
    at = Fields(one.header.header)
    control = _written(one.header.reference)[:9].rjust(4, "0")
    named = [_written(one.header.type)[:3].ljust(3, "0"), control]
    if tags.set == "999":
        named.append(_written(at[3])[:35])
    ak2 = build("AK2", *named)
    if one.accepted:
        return [ak2, build(tags.verdict, "A")]
    inside = _segments(one.problems, group, tags)
    return [ak2, *inside, build(tags.verdict, "R", *set_codes(one.problems))]


def _segments(problems: Iterable[Problem], group: GroupVerdict, tags: _Tags) -> list[str]:
    """AK3 for each segment and code, then its AK4; sorted, none twice."""
    whole: set[tuple[int, str, str]] = set()
    elements: dict[tuple[int, str], dict[tuple[int, int, int, int], Problem]] = {}
    for found in errors(problems):
        place, row = found.place, found.registered
        if place.segment is None or place.tag is None or not (row.ak3 or row.ak4):
            continue
        if place.element is not None and row.ak4:
            spot = (place.element, place.component or 0, place.repetition or 0, int(row.ak4))
            elements.setdefault((place.segment, place.tag), {}).setdefault(spot, found)
        else:
            whole.add((place.segment, place.tag, row.ak3 or _ELEMENT_ERRORS))
    whole |= {(segment, tag, _ELEMENT_ERRORS) for segment, tag in elements}
    lines: list[str] = []
    for segment, tag, code in sorted(whole)[:_SEGMENTS]:
        lines.append(build(tags.segment, _tag(tag), str(segment), "", code))
        if code == _ELEMENT_ERRORS:
            found_here = sorted(elements.get((segment, tag), {}).items(), key=lambda item: item[0])
            lines += [_ak4(spot, one, group, tags) for spot, one in found_here[:_ELEMENTS]]
    return lines


def _ak4(spot: tuple[int, int, int, int], found: Problem, group: GroupVerdict, tags: _Tags) -> str:
    element, component, repetition, code = spot
    release = group.header.directory
    position = [str(element)]
    if release >= _COMPONENTS_FROM:
        position.append(str(component) if component else "")
    if release >= _REPETITIONS_FROM:
        position.append(str(repetition) if repetition else "")
    number = found.facts.get("number", "")
    of_element = found.registered.layer is Layer.ELEMENT
    value = found.facts.get("value", "") if of_element else ""
    shown = _copy(value, group.header.dialect.delimiters)
    return build(
        tags.element,
        position,
        number if number.isdigit() and len(number) <= 4 else "",
        str(code),
        shown,
    )


def _copy(value: str, signs: Delimiters) -> str:
    """The bad value; left out where it holds a separator or what cannot be written."""
    separators = {signs.component, signs.element, signs.repetition, signs.terminator} - {""}
    if not value.isprintable() or not value.isascii() or separators & set(value):
        return ""
    return value.strip()[:_VALUE]


def _ak9(group: GroupVerdict) -> str:
    """AK901 A, P or R; AK902 as claimed, AK903 as counted, AK904 accepted."""
    received = max(group.received, len(group.messages))
    refused = sum(not one.accepted for one in group.messages)
    accepted = received - refused if group.accepted else 0
    partial = "P" if accepted else "R"
    verdict = "A" if group.accepted and not refused else partial
    claimed = group.claimed if group.claimed is not None else received
    counts = [str(min(count, 999_999)) for count in (claimed, received, accepted)]
    return build("AK9", verdict, *counts, *group_codes(group.problems))


def _written(text: str) -> str:
    signs = (LOST, COMPONENT, REPETITION, ELEMENT)
    return "".join(sign for sign in text.strip() if sign not in signs)


def _digits(text: str, width: int) -> str:
    """A number as it came; ``0`` for what is none: a part of it could name another group."""
    sound = text.isascii() and text.isdigit() and len(text) <= width
    return text if sound else "0"


def _tag(tag: str) -> str:
    kept = "".join(sign for sign in tag if sign.isascii() and sign.isalnum())[:3]
    return kept.ljust(2, "0") if kept else "ZZ"
