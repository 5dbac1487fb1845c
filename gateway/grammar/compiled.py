"""A grammar made ready for reading: the table of places and the expression of the contents.

Both grow with what messages use, so a first message costs only what it needs; they are kept as
long as the process lives.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Sequence

from gateway.grammar.content import expression
from gateway.grammar.explain import Fault, faults
from gateway.grammar.model import MessageGrammar, Segment
from gateway.grammar.structure import Structure
from gateway.grammar.tree import Node
from gateway.syntax.normal import ELEMENT, TERMINATOR


class Compiled:
    """What reading needs of one grammar."""

    def __init__(self, grammar: MessageGrammar, codes: bool = True) -> None:
        self.grammar = grammar
        self.codes = codes
        self.structure = Structure(grammar.root)
        self._known: tuple[int, Callable[[str], object]] = (0, re.compile("").fullmatch)
        """How many tags the expression knows, and the expression; one value, for threads."""
        self._waited = 0
        self._patience = 4
        """How many messages wait for tags that are new before the expression is made again."""
        self._alone: dict[str, Callable[[str], object]] = {}

    def accept(self, segments: Sequence[str]) -> Node | None:
        """The tree of a message without any fault, or ``None``."""
        root = self.structure.tree(segments)
        if root is None:
            return None
        count, match = self._known
        if len(self.structure.seen) != count:
            self._waited += 1
            if count and self._waited < self._patience:
                return root if all(map(self.accepts_segment, segments)) else None
            match = self._learn(segments)
        return root if match(TERMINATOR.join(segments) + TERMINATOR) else None

    def accepts_segment(self, segment: str) -> bool:
        """Whether one segment is right, wherever it stands; an unknown one is not."""
        tag = segment.partition(ELEMENT)[0]
        match = self._alone.get(tag)
        if match is None:
            definition = self.grammar.segments.get(tag)
            if definition is None:
                return False
            match = self._expression([definition])
            self._alone[tag] = match
        return match(segment + TERMINATOR) is not None

    def _learn(self, segments: Sequence[str]) -> Callable[[str], object]:
        """Take in the tags seen so far: most messages use few of those there are.

        Making the expression takes 20 to 200 ms, so it is done at the first message and then ever
        more seldom; until then segments are matched one by one.
        """
        tags = set(self.structure.seen)
        used = Counter(segment.partition(ELEMENT)[0] for segment in segments)
        order = sorted(tags, key=lambda tag: (-used[tag], tag))
        match = self._expression([self.grammar.segments[tag] for tag in order])
        self._known = (len(tags), match)
        self._waited, self._patience = 0, self._patience * 2
        return match

    def _expression(self, segments: list[Segment]) -> Callable[[str], object]:
        return expression(segments, self.grammar.standard, codes=self.codes).fullmatch

    def explain_segment(self, segment: str) -> list[Fault]:
        """The faults of one segment."""
        definition = self.grammar.segments.get(segment.partition(ELEMENT)[0])
        if definition is None:
            return []
        return faults(segment, definition, self.grammar.standard, self.codes)


_KEPT = 256
_lock = threading.Lock()
_made: dict[tuple[int, bool], Compiled] = {}


def compiled(grammar: MessageGrammar, codes: bool = True) -> Compiled:
    """The compiled form of a grammar, made once. ``codes`` says whether code lists are checked.

    The last 256 are kept, so that grammars of a configuration that was replaced go in the end.
    """
    key = (id(grammar), codes)
    found = _made.get(key)
    if found is None:
        with _lock:
            found = _made.setdefault(key, Compiled(grammar, codes))
            while len(_made) > _KEPT:
                del _made[next(iter(_made))]
    return found
