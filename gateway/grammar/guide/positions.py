"""Where the elements of a segment stand on the wire, and what is in them.

In syntax versions 1 to 3 of EDIFACT a repeated element stands as elements of its own, one behind
the other (ISO 9735:1988 §8.4); then everything behind it stands further back.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.grammar.guide.model import Discriminator
from gateway.grammar.guide.where import Address
from gateway.grammar.model import Segment
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

_MOST_SPREAD = 99
"""As in :mod:`gateway.grammar.compiled`."""


class Positions:
    """Positions of one segment."""

    def __init__(self, segment: Segment, spread: bool) -> None:
        self.segment = segment
        self._starts: list[tuple[int, int]] = []
        at = 1
        for slot in segment.elements:
            width = slot.repeat if spread and 1 < slot.repeat <= _MOST_SPREAD else 1
            self._starts.append((at, width))
            at += width

    def wire(self, element: int) -> range:
        """The positions of an element: one, or one per repetition."""
        start, width = self._starts[element - 1]
        return range(start, start + width)

    def contents(self, text: str, element: int) -> Iterator[tuple[int, int | None, str]]:
        """Position on the wire, repetition (``None`` for the only one) and text of each use."""
        texts = text.split(ELEMENT)
        for at in self.wire(element):
            if at < len(texts):
                repetitions = texts[at].split(REPETITION)
                for number, content in enumerate(repetitions, 1):
                    yield at, number if len(repetitions) > 1 else None, content

    def values(self, text: str, at: Address) -> list[str]:
        """The values at an address that are there, of all repetitions."""
        found = []
        for _, _, content in self.contents(text, at.element):
            value = component(content, at.component)
            if value:
                found.append(value)
        return found

    def value(self, text: str, at: Address) -> str:
        """The first value at an address, empty where there is none."""
        return next(iter(self.values(text, at)), "")

    def belongs(self, text: str, discriminators: tuple[Discriminator, ...]) -> bool:
        """Whether a segment has what a slot is told apart by."""
        return all(self.value(text, one.at) in one.values for one in discriminators)


def component(content: str, number: int | None) -> str:
    """A component of an element; of a simple element, and for ``None``, all of it."""
    if number is None:
        return "" if not content.strip(COMPONENT) else content
    components = content.split(COMPONENT)
    return components[number - 1] if number <= len(components) else ""
