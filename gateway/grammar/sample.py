"""Messages made up from a grammar: valid, of no meaning, the same for the same seed.

For tests, and for showing what a grammar allows. Values are of the right type and length, codes
are from the lists, relational notes hold; counts and references of the trailer are right.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from gateway.grammar.model import Component, Composite, Element, ElementSlot, Group, MessageGrammar
from gateway.grammar.model import Segment as SegmentDefinition
from gateway.grammar.moments import formatted_component, formatted_element
from gateway.grammar.notes import broken
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TEXT = _LETTERS + "abcdefghijklmnopqrstuvwxyz0123456789 -./"
_DATES = {8: "20240229", 6: "240131"}
_TIMES = {4: "2359", 6: "120000", 7: "1200005", 8: "12000099"}
_EXAMPLES = {
    **{"102": "20240229", "203": "202402292359", "101": "240229", "201": "2402292359"},
    **{"202": "240229235959", "204": "20240229235959", "303": "202402292359UTC"},
    **{"304": "20240229235959UTC", "2": "290224", "3": "022924", "401": "2359", "402": "235959"},
    **{"602": "2024", "609": "2402", "610": "202402", "616": "202409"},
    **{"718": "2024022920240301", "719": "202402292359202403010000"},
    **{"D8": "20240229", "D6": "240229", "DT": "202402292359", "TM": "2359"},
    **{"RD8": "20240229-20240301", "RD6": "240229-240301"},
}
"""Values in the formats of 2379 and 1250."""
_TRIES = 50


class Sampler:
    """Makes messages. ``fullness`` is how likely an optional thing is there, 0 to 1."""

    def __init__(self, grammar: MessageGrammar, seed: int, fullness: float = 0.3) -> None:
        self.grammar = grammar
        self.random = random.Random(seed)
        self.fullness = fullness

    def message(self, reference: str = "1") -> list[str]:
        """A whole message in normal form, UNH … UNT or ST … SE."""
        segments = list(self._group(self.grammar.root, 0))
        edifact = self.grammar.standard == "edifact"
        reference = reference if edifact else reference.zfill(4)
        head = [reference, _identifier(self.grammar)] if edifact else [self.grammar.name, reference]
        segments[0] = ELEMENT.join([self.grammar.root.tag, *head])
        trailer = self.grammar.root.members[-1].tag
        segments[-1] = ELEMENT.join([trailer, str(len(segments)), reference])
        return segments

    def _group(self, group: Group, depth: int) -> Iterator[str]:
        for index, member in enumerate(group.members):
            for _ in range(self._count(member.min, member.max, depth + (index > 0))):
                if isinstance(member, Group):
                    yield from self._group(member, depth + 1)
                else:
                    yield self.segment(member.segment)

    def _count(self, least: int, most: int, depth: int) -> int:
        if not least and self.random.random() > self.fullness / max(1, depth):
            return 0
        more = self.random.random() < self.fullness / 2
        return min(most, 1 + more)

    def segment(self, definition: SegmentDefinition) -> str:
        """A segment whose elements and notes are right."""
        texts = [self._slot(slot, slot.mandatory) for slot in definition.elements]
        for _ in range(_TRIES):
            if not any(texts):
                at = self.random.randrange(len(texts))
                texts[at] = self._slot(definition.elements[at], True)
            wrong = next(broken(definition.notes, ELEMENT.join(["", *texts])), None)
            if wrong is None:
                break
            away = wrong.note[0] == "E" or (wrong.present and self.random.random() < 0.5)
            positions = [wrong.present] if away and wrong.note[0] != "E" else wrong.elements
            for position in positions:
                slot = definition.elements[position - 1]
                if slot.mandatory or not away:
                    texts[position - 1] = self._slot(slot, True)
                else:
                    texts[position - 1] = ""
        for at, text in enumerate(texts, 1):
            if text and formatted_element(definition.elements, at):
                texts[at - 1] = _EXAMPLES.get(texts[at - 2], text)
        return ELEMENT.join([definition.tag, *texts]).rstrip(ELEMENT)

    def _slot(self, slot: ElementSlot, there: bool) -> str:
        if not there and self.random.random() > self.fullness:
            return ""
        count = self.random.randint(1, min(slot.repeat, 3))
        return REPETITION.join(self._content(slot) for _ in range(count))

    def _content(self, slot: ElementSlot) -> str:
        if not isinstance(slot.definition, Composite):
            return self.value(slot.definition)
        inner = slot.definition.components
        texts = [self._component(one) for one in inner]
        if not any(texts):
            texts[0] = self.value(inner[0].element)
        for at, text in enumerate(texts[:-1]):
            if text and formatted_component(inner, at):
                texts[at] = _EXAMPLES.get(texts[at + 1], text)
        return COMPONENT.join(texts).rstrip(COMPONENT)

    def _component(self, component: Component) -> str:
        if not component.mandatory and self.random.random() > self.fullness:
            return ""
        return self.value(component.element)

    def value(self, element: Element) -> str:
        """A value of an element."""
        if element.codes:
            return self.random.choice(sorted(element.codes))
        if element.kind in ("DT", "TM"):
            known = _DATES if element.kind == "DT" else _TIMES
            fitting = [text for size, text in known.items() if element.min <= size <= element.max]
            if fitting:
                return self.random.choice(fitting)
        size = self.random.randint(element.min, min(element.max, element.min + 12))
        if element.kind in ("n", "N", "R"):
            return self._number(element, size)
        signs = _LETTERS if element.kind == "a" else _TEXT
        text = "".join(self.random.choice(signs) for _ in range(size))
        return text.strip().ljust(size, "X")

    def _number(self, element: Element, size: int) -> str:
        digits = "".join(self.random.choice("0123456789") for _ in range(size))
        sign = self.random.choice(("", "", "-"))
        if element.kind != "N" and size > 1 and self.random.random() < 0.5:
            at = self.random.randint(1, size - 1)
            digits = f"{digits[:at]}.{digits[at:]}"
        return sign + digits


def _identifier(grammar: MessageGrammar) -> str:
    directory = grammar.directory
    version, release = directory[:1], directory[1:]
    if directory.startswith("service"):
        version, release = ("D", "3") if directory.endswith("3") else ("4", "1")
    return COMPONENT.join([grammar.name, version, release, "UN"])
