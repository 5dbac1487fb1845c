"""A grammar made ready for reading: the table of places and the expression of the contents.

Both grow with what messages use, so a first message costs only what it needs; they are kept as
long as the process lives.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from gateway.grammar.content import expression
from gateway.grammar.explain import Fault, faults
from gateway.grammar.hierarchy import misnumbered, numbered
from gateway.grammar.model import ElementSlot, MessageGrammar, Segment
from gateway.grammar.profile import Profile
from gateway.grammar.sections import TAG as SECTION
from gateway.grammar.sections import expected_sections, wrong_sections
from gateway.grammar.structure import Structure
from gateway.grammar.totals import Totals
from gateway.grammar.tree import Node, Tree
from gateway.grammar.walk import Finding
from gateway.syntax.normal import ELEMENT, TERMINATOR

_MOST_SPREAD = 99
"""Repetitions that are spread over positions; ARR C770 may stand 9999 times, and never does."""


class Compiled:
    """What reading needs of one grammar.

    ``spread``: a repeated element stands as elements of its own, one behind the other, as in
    syntax versions 1 to 3, which have no repetition separator (ISO 9735:1988 §8.4).
    """

    def __init__(self, grammar: MessageGrammar, codes: bool = True, spread: bool = False) -> None:
        self.grammar = grammar
        self.codes = codes
        self.segments = _spread(grammar.segments) if spread else grammar.segments
        self._numbered = numbered(grammar)
        self.profile = Profile(grammar)
        self._totals = Totals(grammar, self.profile.signs)
        self._sections = expected_sections(grammar)
        self.structure = Structure(grammar.root)
        self._known: tuple[frozenset[str], Callable[[str], object]] = (
            frozenset(),
            re.compile("").fullmatch,
        )
        """The tags that the expression knows, and the expression; one value, for threads."""
        self._waited = 0
        self._patience = 4
        """How many messages wait for tags that are new before the expression is made again."""
        self._alone: dict[str, Callable[[str], object]] = {}

    def accept(self, segments: Sequence[str], profile: str | None = None) -> Tree | None:
        """The tree of a message without any fault inside or in the order of segments, or ``None``.

        ``profile`` is that of the segments, where it is known already. What is between segments is
        not looked at (:meth:`between`).
        """
        root: Node | Callable[[Sequence[str]], Node | None] | None = self.structure.tree
        if not self.profile.decides:
            root = self.structure.tree(segments)
        elif not self.profile.fits(profile or self.profile.of(segments)):
            return None
        if root is None or not self._contents(segments):
            return None
        return Tree(self.grammar, segments, root)

    def _contents(self, segments: Sequence[str]) -> bool:
        """Whether the contents of all segments are right."""
        known, match = self._known
        text = TERMINATOR.join(segments) + TERMINATOR
        if known and match(text):
            return True
        tags = {segment.partition(ELEMENT)[0] for segment in segments}
        if tags <= known or not tags <= self.segments.keys():
            return False
        self._waited += 1
        if known and self._waited < self._patience:
            return all(map(self.accepts_segment, segments))
        return self._learn(segments, known | tags)(text) is not None

    def accepts_segment(self, segment: str) -> bool:
        """Whether one segment is right, wherever it stands; an unknown one is not."""
        tag = segment.partition(ELEMENT)[0]
        match = self._alone.get(tag)
        if match is None:
            definition = self.segments.get(tag)
            if definition is None:
                return False
            match = self._expression([definition])
            self._alone[tag] = match
        return match(segment + TERMINATOR) is not None

    def _learn(self, segments: Sequence[str], tags: frozenset[str]) -> Callable[[str], object]:
        """Take in the tags seen so far: most messages use few of those there are.

        Making the expression takes 20 to 200 ms, so it is done at the first message and then ever
        more seldom; until then segments are matched one by one.
        """
        used = Counter(segment.partition(ELEMENT)[0] for segment in segments)
        order = sorted(tags, key=lambda tag: (-used[tag], tag))
        match = self._expression([self.segments[tag] for tag in order])
        self._known = (tags, match)
        self._waited, self._patience = 0, self._patience * 2
        return match

    def _expression(self, segments: list[Segment]) -> Callable[[str], object]:
        return expression(segments, self.grammar.standard, codes=self.codes).fullmatch

    def explain_segment(self, segment: str) -> list[Fault]:
        """The faults of one segment."""
        definition = self.segments.get(segment.partition(ELEMENT)[0])
        if definition is None:
            return []
        return faults(segment, definition, self.grammar.standard, self.codes)

    def between(self, segments: Sequence[str], profile: str) -> list[Finding]:
        """What is wrong between the segments of a message whose order is right."""
        found: list[Finding] = []
        kind = self._numbered
        if kind is not None and self.profile.signs.get(kind.tag, "\n") in profile:
            found += misnumbered(segments, kind)
        if self._sections:
            sign = self.profile.signs[SECTION]
            found += wrong_sections(profile, sign, segments, self._sections)
        if self._totals.there:
            found += self._totals.wrong(profile, segments)
        return found


def _spread(segments: Mapping[str, Segment]) -> dict[str, Segment]:
    return {
        tag: replace(segment, elements=tuple(_positions(segment.elements)))
        if _repeats(segment)
        else segment
        for tag, segment in segments.items()
    }


def _repeats(segment: Segment) -> bool:
    return any(slot.repeat > 1 for slot in segment.elements)


def _positions(slots: Sequence[ElementSlot]) -> Iterator[ElementSlot]:
    for slot in slots:
        if 1 < slot.repeat <= _MOST_SPREAD:
            yield replace(slot, repeat=1)
            yield from [ElementSlot(slot.definition, mandatory=False)] * (slot.repeat - 1)
        else:
            yield slot


_KEPT = 256
_lock = threading.Lock()
_made: dict[tuple[int, bool, bool], Compiled] = {}


def compiled(grammar: MessageGrammar, codes: bool = True, *, version: str = "") -> Compiled:
    """The compiled form of a grammar, made once. ``codes`` says whether code lists are checked.

    ``version`` is that of the syntax (``3``, ``4``; empty where it does not matter). The last 256
    are kept, so that grammars of a configuration that was replaced go in the end.
    """
    spread = grammar.standard == "edifact" and "" < version < "4"
    key = (id(grammar), codes, spread)
    found = _made.get(key)
    if found is None:
        # directories before D.99B repeat nothing: both versions share one compiled form
        same = spread and not any(map(_repeats, grammar.segments.values()))
        made = compiled(grammar, codes) if same else Compiled(grammar, codes, spread)
        with _lock:
            found = _made.setdefault(key, made)
            while len(_made) > _KEPT:
                del _made[next(iter(_made))]
    return found
