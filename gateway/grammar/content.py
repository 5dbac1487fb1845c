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
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION, TERMINATOR

ANY = "[^\x1c-\x1f]"
_END = "(?=[\x1c-\x1f])"
_LEAP = "(?:[02468][048]|[13579][26])"
_MONTH_AND_DAY = (
    "(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)"
    "|02(?:0[1-9]|1[0-9]|2[0-8]))"
)
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
    last = max((at for at, slot in enumerate(segment.elements, 1) if slot.mandatory), default=0)
    notes: dict[int, str] = {}
    for note in segment.notes:
        at, text = _note(note, last)
        notes[at] = notes.get(at, "") + text
    needs_data = f"(?=[\x1d-\x1f]*+{ANY})" if standard == "x12" else ""
    slots = [
        (f"{notes.get(at, '') if at > 1 else ''}{ELEMENT}{_slot(slot, codes)}", slot.mandatory)
        for at, slot in enumerate(segment.elements, 1)
    ]
    return f"{re.escape(segment.tag)}{needs_data}{notes.get(1, '')}{_row(slots)}"


def _note(note: str, last_mandatory: int) -> tuple[int, str]:
    """A relational note as a look-ahead, and the element before which it is to stand.

    It stands before the first element it names; when that is not reached, none of them is there
    and the note holds, except ``R``, which stands where every segment comes by.
    """
    kind = note[0]
    positions = [int(note[at : at + 2]) for at in range(1, len(note), 2)]
    at = min(positions)
    if kind == "R":
        at = min(at, max(last_mandatory, 1))
    there = {one: f"(?:{ELEMENT}[^{ELEMENT}{TERMINATOR}]*+){{{one - at}}}" for one in positions}
    has = {
        one: f"{skip if one > at else ''}{ELEMENT}[\x1e\x1f]*+{ANY}" for one, skip in there.items()
    }
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


def _slot(slot: ElementSlot, codes: bool) -> str:
    filled = _filled(slot, codes)
    first = filled if slot.mandatory else _optional(filled)
    if slot.repeat == 1:
        return first
    return f"{first}(?:{REPETITION}{_optional(filled)}){{0,{slot.repeat - 1}}}+"


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
    return text if one.mandatory else _optional(text)


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
        f"|(?=[0-9.]{{{least + 1},{most + 1}}}+{_END})(?:[0-9]++\\.[0-9]*+|\\.[0-9]++))"
    )


def _date(element: Element) -> str:
    forms = []
    for length in (8, 6):
        if element.min <= length <= element.max:
            years = length - 4
            forms.append(
                f"[0-9]{{{years}}}{_MONTH_AND_DAY}{_END}|[0-9]{{{years - 2}}}{_LEAP}0229{_END}"
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
