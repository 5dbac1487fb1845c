"""Regular expressions for the contents of segments.

They check counts, mandatory elements, lengths, types, code lists and the relational notes of X12.
An expression is matched against segments in normal form, each ended by ``TERMINATOR``. Every
quantifier is possessive and every alternative starts differently or is atomic, so that the time
is linear in the text, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from gateway.grammar.lists import DIRECTORY, agreed, may_be_elsewhere
from gateway.grammar.model import Component, Element, ElementSlot, Segment
from gateway.grammar.moments import (
    EDIFACT,
    LEAP,
    MONTH_AND_DAY,
    X12,
    formatted_component,
    formatted_element,
)
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION, TERMINATOR

ANY = "[^\x1c-\x1f]"
_END = "(?=[\x1c-\x1f])"
_TIMES = {
    4: "(?:[01][0-9]|2[0-3])[0-5][0-9]",
    6: "(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]",
    7: "(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9][0-9]",
    8: "(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9][0-9]{2}",
}


def expression(segments: Iterable[Segment], standard: str, *, codes: bool) -> re.Pattern[str]:
    """Matches any number of these segments, each with its terminator, and nothing else.

    The segments that are most frequent should come first.
    """
    each = "|".join(
        f"{pattern(segment, standard, codes=codes)}{TERMINATOR}" for segment in segments
    )
    return re.compile(f"(?>{each})*+")


def pattern(segment: Segment, standard: str, *, codes: bool = True) -> str:
    """The expression of one segment without its terminator."""
    asked = _Asked.by(segment)
    needs_data = f"(?=[\x1d-\x1f]*+{ANY})" if standard == "x12" else ""
    slots: list[tuple[str, bool]] = []
    for at, slot in enumerate(segment.elements, 1):
        filled = _filled(slot, codes)
        if formatted_element(segment.elements, at):
            filled = _format_before(filled)
        text = _slot(slot, filled, asked.filled.get(at, ""), asked.empty.get(at, ""))
        before = asked.before.get(at, "") if at > 1 else ""
        slots.append((f"{before}{ELEMENT}{text}", slot.mandatory))
    return f"{re.escape(segment.tag)}{needs_data}{asked.before.get(1, '')}{_row(slots)}"


@dataclass
class _Asked:
    """Relational notes as look-aheads, by the position at which they are asked.

    Most say that one element needs another. That is asked where the first of the two stands, and
    only in the case that matters: the later one when the first is filled, or its absence when the
    first is empty. A position that is not reached has nothing behind it, and nothing to ask.
    """

    before: dict[int, str]
    filled: dict[int, str]
    empty: dict[int, str]

    @classmethod
    def by(cls, segment: Segment) -> _Asked:
        """The notes of a segment."""
        asked = cls({}, {}, {})
        slots = segment.elements
        last = max((at for at, slot in enumerate(slots, 1) if slot.mandatory), default=0)
        for note in segment.notes:
            kind = note[0]
            positions = [int(note[at : at + 2]) for at in range(1, len(note), 2)]
            repeated = any(at <= len(slots) and slots[at - 1].repeat > 1 for at in positions)
            backwards = kind == "L" and min(positions) < positions[0]
            if repeated or backwards or kind == "R":
                asked._add(asked.before, *_note(kind, positions, last))
            else:
                asked._note(kind, positions)
        return asked

    def _note(self, kind: str, positions: Sequence[int]) -> None:
        first, *others = positions
        if kind == "L":
            far = "|".join(_has(one - first) for one in others)
            self._add(self.filled, first, f"(?={far})")
        elif kind == "E":
            ordered = sorted(positions)
            for nth, one in enumerate(ordered):
                for other in ordered[nth + 1 :]:
                    self._add(self.filled, one, f"(?!{_has(other - one)})")
        elif kind == "P":
            self._implied(zip(positions, [*others, first], strict=True))
        else:
            self._implied((first, one) for one in others)

    def _implied(self, pairs: Iterable[tuple[int, int]]) -> None:
        """If the first of a pair is there, so is the second."""
        for one, needed in pairs:
            if one < needed:
                self._add(self.filled, one, f"(?={_has(needed - one)})")
            else:
                self._add(self.empty, needed, f"(?!{_has(one - needed)})")

    @staticmethod
    def _add(where: dict[int, str], at: int, text: str) -> None:
        where[at] = where.get(at, "") + text


def _has(distance: int) -> str:
    """From behind an element: there is data in the one that many further on."""
    skip = f"(?:{ELEMENT}[^{ELEMENT}{TERMINATOR}]*+){{{distance - 1}}}" if distance > 1 else ""
    return f"{skip}{ELEMENT}[\x1e\x1f]*+{ANY}"


def _note(kind: str, positions: Sequence[int], last_mandatory: int) -> tuple[int, str]:
    """A note as one look-ahead, and the element before which it is to stand.

    It stands before the first element it names; when that is not reached, none of them is there
    and the note holds, except ``R``, which stands where every segment comes by.
    """
    at = min(positions)
    if kind == "R":
        at = min(at, max(last_mandatory, 1))
    has = {one: _has(one - at + 1) for one in positions}
    first, *others = positions
    if kind == "R":
        return at, f"(?={'|'.join(has[one] for one in positions)})"
    if kind == "E":
        both = [(a, b) for n, a in enumerate(positions) for b in positions[n + 1 :]]
        return at, "".join(f"(?!(?={has[a]})(?={has[b]}))" for a, b in both)
    if kind == "L":
        none = "".join(f"(?!{has[one]})" for one in others)
        return at, f"(?!(?={has[first]}){none})"
    if kind == "P":
        implied = list(zip(positions, [*others, first], strict=True))
    else:
        implied = [(first, one) for one in others]
    return at, "".join(f"(?!(?={has[a]})(?!{has[b]}))" for a, b in implied)


def _row(items: Sequence[tuple[str, bool]], separator: str = "") -> str:
    """Items in a row; those after the last mandatory one may be left out from the end."""
    last = max((index for index, (_, must) in enumerate(items) if must), default=-1)
    last = max(last, 0) if separator else last
    text = ""
    for index, (item, _) in enumerate(items):
        part = f"{separator if index else ''}{item}"
        text += f"(?:{part}" if index > last else part
    return text + ")?+" * (len(items) - 1 - last)


def _slot(slot: ElementSlot, filled: str, if_filled: str, if_empty: str) -> str:
    """What stands at a position; look-ahead for the two cases that it is filled or empty."""
    if slot.repeat > 1:
        first = filled if slot.mandatory else _optional(filled)
        return f"{first}(?:{REPETITION}{_optional(filled)}){{0,{slot.repeat - 1}}}+"
    if slot.mandatory:
        return filled + if_filled
    if if_filled or if_empty:
        return f"(?>{filled}{if_filled}|{if_empty})"
    return _optional(filled)


def _optional(text: str) -> str:
    return f"(?:{text})?+"


def _filled(slot: ElementSlot, codes: bool) -> str:
    if isinstance(slot.definition, Element):
        return value(slot.definition, codes)
    inner = slot.definition.components
    parts = [(_component(inner, at, codes), one.mandatory) for at, one in enumerate(inner)]
    text = _row(parts, COMPONENT)
    if not slot.mandatory or any(one.mandatory for one in inner):
        return text
    return f"(?={COMPONENT}*+{ANY}){text}"


def _component(components: Sequence[Component], index: int, codes: bool) -> str:
    one = components[index]
    text = value(one.element, codes, elsewhere=may_be_elsewhere(components, index))
    if formatted_component(components, index):
        text = _format_behind(text)
    return text if one.mandatory else _optional(text)


def _format_behind(free: str) -> str:
    """A value with its format in the next component: that of the format, or free if it is none."""
    known = "|".join(f"{text}(?={COMPONENT}{code}{_END})" for code, (text, _) in EDIFACT.items())
    return f"(?>{known}|{free}(?!{COMPONENT}{_one_of(frozenset(EDIFACT))}{_END}))"


def _format_before(free: str) -> str:
    """A value with its format in the element before it."""
    known = "|".join(
        f"(?<={ELEMENT}{code}{ELEMENT}){text}{_END}" for code, (text, _) in X12.items()
    )
    other = "".join(f"(?<!{ELEMENT}{code}{ELEMENT})" for code in X12)
    return f"(?>{known}|{other}{free})"


def value(element: Element, codes: bool = True, *, elsewhere: bool = False) -> str:
    """The expression of a value that is there.

    ``elsewhere``: the components behind it may say that its code comes from another list.
    """
    free = _KINDS.get(element.kind, _text)(element)
    if not codes or not element.codes:
        return free
    known = _one_of(element.codes)
    others = f"|Z[0-9A-Z]{{1,{element.max - 1}}}+{_END}" if agreed(element) else ""
    if elsewhere:
        others += f"|{free}(?={COMPONENT}(?:{ANY}|{COMPONENT}(?!{DIRECTORY}{_END}){ANY}))"
    return f"(?>{known}{_END}{others})" if others else known


def _text(element: Element) -> str:
    return f"{ANY}{_times(element)}"


def _alphabetic(element: Element) -> str:
    return f"[^\x1c-\x1f0-9]{_times(element)}"


def _times(element: Element) -> str:
    least, most = element.min, element.max
    return f"{{{least}}}" if least == most else f"{{{least},{most}}}+"


def _numeric(element: Element) -> str:
    least, most = element.min, element.max
    return (
        f"-?+(?>[0-9]{{{least},{most}}}+{_END}"
        f"|(?=[0-9.,]{{{least + 1},{most + 1}}}+{_END})[0-9]++[.,][0-9]++)"
    )


def _implied(element: Element) -> str:
    return f"-?+[0-9]{_times(element)}"


def _real(element: Element) -> str:
    least, most = element.min, element.max
    return (
        f"-?+(?>[0-9]{{{least},{most}}}+{_END}"
        f"|(?=[0-9.]{{{least + 1},{most + 1}}}+{_END})(?:[0-9]++\\.[0-9]*+|\\.[0-9]++)"
        f"|(?=(?:[-.E]*+[0-9]){{{least},{most}}}+{_END})"
        f"(?:[0-9]++(?:\\.[0-9]*+)?+|\\.[0-9]++)E-?+[0-9]{{1,2}}+)"
    )


def _date(element: Element) -> str:
    forms = []
    for length in (8, 6):
        if element.min <= length <= element.max:
            years = length - 4
            forms.append(
                f"[0-9]{{{years}}}{MONTH_AND_DAY}{_END}|[0-9]{{{years - 2}}}{LEAP}0229{_END}"
            )
    return f"(?>{'|'.join(forms)})" if forms else _text(element)


def _time(element: Element) -> str:
    forms = [
        f"{text}{_END}" for length, text in _TIMES.items() if element.min <= length <= element.max
    ]
    return f"(?>{'|'.join(forms)})" if forms else _text(element)


_KINDS = {
    "n": _numeric,
    "a": _alphabetic,
    "N": _implied,
    "R": _real,
    "DT": _date,
    "TM": _time,
}


@dataclass
class _Trie:
    """Words by their first characters; ``end``: one ends here."""

    below: dict[str, _Trie] = field(default_factory=dict)
    end: bool = False


@lru_cache(maxsize=1024)
def _one_of(codes: frozenset[str]) -> str:
    """A list of words as a trie: each character decides, so nothing is tried twice."""
    root = _Trie()
    for code in sorted(codes):
        node = root
        for sign in code:
            node = node.below.setdefault(sign, _Trie())
        node.end = True
    return _branches(root)


def _branches(node: _Trie) -> str:
    by_rest: dict[str, list[str]] = {}
    for sign, below in node.below.items():
        by_rest.setdefault(_branches(below), []).append(sign)
    if not by_rest:
        return ""
    texts = [f"{_signs(signs)}{rest}" for rest, signs in by_rest.items()]
    if len(texts) == 1 and not node.end:
        return texts[0]
    return f"(?:{'|'.join(texts)}){'?+' if node.end else ''}"


def _signs(signs: Sequence[str]) -> str:
    return re.escape(signs[0]) if len(signs) == 1 else f"[{''.join(map(re.escape, signs))}]"
