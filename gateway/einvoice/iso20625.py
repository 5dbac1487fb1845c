"""INVOIC as XML (ISO 20625) → segments: ``S_BGM``, ``C_C106``, ``D_1004``, ``G_SG27``.

Elements are placed by their number; where a segment has a number several times, the XML counts
from the second on (``D_3036_2``). Groups only nest: what follows from them is in the grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from gateway.grammar.model import ElementSlot, MessageGrammar, Segment
from gateway.problems import Place, Problem, problem
from gateway.syntax import build

_NAME = re.compile(r"(?P<kind>[GSCD])_(?P<number>[A-Z0-9]+?)(?:_(?P<count>\d+))?")
_DEEPEST = 20


class _Unplaced(ValueError):  # noqa: N818 (says what has no place)
    pass


def segments_of(
    root: etree._Element, grammar: MessageGrammar
) -> tuple[list[str], list[Problem]]:  # fmt: skip
    """The message in normal form, UNH to UNT (which is put behind it if the XML has none)."""
    problems: list[Problem] = []
    found: list[str] = []
    for element in _segments(root):
        tag = _local(element).partition("_")[2]
        known = grammar.segments.get(tag)
        if known is None:
            problems.append(_stray(element, tag, grammar))
            continue
        try:
            found.append(_segment(element, known))
        except _Unplaced as stray:
            problems.append(_stray(element, str(stray), grammar))
    if found and not found[-1].startswith("UNT"):
        reference = root.findtext(".//S_UNH/D_0062") or "1"
        found.append(build("UNT", str(len(found) + 1), reference))
    return found, problems


def _segments(node: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    for child in node:
        name = _local(child)
        if name.startswith("S_"):
            yield child
        elif name.startswith("G_") and depth < _DEEPEST:
            yield from _segments(child, depth + 1)


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _segment(element: etree._Element, segment: Segment) -> str:
    slots = list(segment.elements)
    content: list[list[list[str]]] = [[] for _ in slots]
    for child in element:
        at, repetition = _slot(child, slots)
        content[at].append(repetition)
    return build(segment.tag, *content)


def _slot(child: etree._Element, slots: list[ElementSlot]) -> tuple[int, list[str]]:
    """Where an element stands in its segment, and its components."""
    match = _NAME.fullmatch(_local(child))
    if match is None:
        raise _Unplaced(_local(child))
    wanted = [at for at, slot in enumerate(slots) if slot.number == match["number"]]
    count = int(match["count"] or 1)
    # a number that stands several times is counted through all its places and repetitions
    for at in wanted:
        if count <= slots[at].repeat:
            break
        count -= slots[at].repeat
    else:
        raise _Unplaced(_local(child))
    if match["kind"] == "D":
        return at, [_text(child)]
    return at, _components(child, slots[at])


def _components(composite: etree._Element, slot: ElementSlot) -> list[str]:
    numbers = [one.element.number for one in slot.components]
    texts = [""] * len(numbers)
    for child in composite:
        match = _NAME.fullmatch(_local(child))
        places = [at for at, number in enumerate(numbers) if match and number == match["number"]]
        count = int(match["count"] or 1) if match else 0
        if not 0 < count <= len(places):
            raise _Unplaced(f"{_local(composite)}/{_local(child)}")
        texts[places[count - 1]] = _text(child)
    return texts


def _text(element: etree._Element) -> str:
    """The value; line breaks are left out, as they are between the signs of a segment."""
    return re.sub(r"[\r\n\t]+", "", element.text or "")


def _stray(element: etree._Element, what: str, grammar: MessageGrammar) -> Problem:
    place = Place(line=element.sourceline, tag=_local(element).partition("_")[2])
    return problem("V616", place, value=what, message=f"{grammar.name} {grammar.directory}")
