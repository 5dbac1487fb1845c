"""Negative samples on their way: tried, looked at, kept or given up."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.grammar.guide.model import ElementRule, Guide
from gateway.grammar.guide.publish.answers import answers
from gateway.grammar.guide.publish.breaking import Expected
from gateway.grammar.guide.publish.brokenelements import break_element
from gateway.grammar.guide.publish.conditions import settle
from gateway.grammar.guide.publish.draft import Draft, Piece
from gateway.grammar.guide.publish.enveloped import Headers, headers
from gateway.grammar.guide.publish.layers import Layers
from gateway.grammar.guide.publish.maker import Maker
from gateway.grammar.guide.publish.samples import Sample, finished
from gateway.problems import Problem, Severity, errors

SAID = {
    "missing": "{0} is missing",
    "not used": "{0} is there, but not used",
    "code": "{0} has a code outside the subset",
    "long": "{0} is too long",
    "short": "{0} is too short",
    "form": "{0} has another form",
    "few": "{0} is repeated too seldom",
    "often": "{0} is repeated too often",
}
"""What is wrong with an element, by the kinds of :mod:`gateway.grammar.guide.publish.breaking`."""


@dataclass(frozen=True, slots=True)
class Negative:
    """A message that is refused, or of which something is reported."""

    name: str
    """Fit for a file: ``007-dtm-issued-missing``."""
    path: str
    what: str
    """``DTM (issued) is missing``."""
    sample: Sample
    problem: Problem
    """What is found in it."""
    others: tuple[Problem, ...] = ()
    """Found at the same place for the same reason: a value that is too long and of no form."""

    @property
    def answers(self) -> dict[str, str]:
        """Code by data element of the acknowledgement: ``{"CONTRL 0085": "13"}``."""
        return answers(self.problem, self.sample.dialect, self.sample.guide.base.directory)

    @property
    def refused(self) -> bool:
        """Whether the message is refused; else it is only reported."""
        return self.problem.severity is Severity.ERROR


@dataclass(frozen=True, slots=True)
class Silent:
    """A rule that cannot be shown to be broken alone."""

    path: str
    what: str
    reason: str


@dataclass(slots=True)
class Negatives:
    """All of a guide."""

    samples: list[Negative] = field(default_factory=list)
    silent: list[Silent] = field(default_factory=list)


class Collected:
    """Makes drafts that fit, and keeps those that are broken as they should be."""

    def __init__(self, guide: Guide, layers: Layers) -> None:
        self.guide = guide
        self.layers = layers
        self.makers = (Maker(guide, "minimal", 0, layers), Maker(guide, "typical", 0, layers))
        """The smallest message first; a condition may need more."""
        self.rounds = [(maker, by_base) for by_base in (False, True) for maker in self.makers]
        """What the guide finds before what the directory finds."""
        self.headers = headers(guide)
        self.found = Negatives()
        self._plain: dict[str, Draft] = {}

    def root(self, maker: Maker) -> Draft:
        """A message that fits, as a fresh copy."""
        plain = self._plain.get(maker.variant)
        if plain is None:
            plain = maker.message()
            settle(self.guide, plain, maker)
            self._plain[maker.variant] = plain
        return plain.copy()

    def element(
        self,
        path: str,
        what: str,
        rule: ElementRule,
        kind: str,
        find: Callable[[Draft, Maker], Piece | None],
    ) -> None:
        """Break the rule of an element in the segment that ``find`` finds or puts in."""
        tried = False
        for maker, by_base in self.rounds:
            root = self.root(maker)
            piece = find(root, maker)
            if piece is None:
                continue
            for expected in break_element(rule, piece, maker, kind):
                tried = True
                if expected.by_base is by_base and self.kept(path, what, root, expected):
                    return
        if tried:
            self.silent(path, what, "the directory or another rule finds it first")

    def kept(
        self, path: str, what: str, root: Draft, expected: Expected, around: Headers | None = None
    ) -> bool:
        """Keep the sample if exactly the expected is found in it."""
        made = finished(self.guide, root, around or self.headers)
        found = made.check()
        wrong = errors(found) or found
        first = next((one for one in wrong if one.code == expected.code), None)
        if first is None or any(not _same(one, first, expected) for one in wrong):
            return False
        others = tuple(one for one in wrong if one is not first)
        number = len(self.found.samples) + 1
        name = f"{number:03d}-{_plain(what)}"
        self.found.samples.append(Negative(name, path, what, made, first, others))
        return True

    def silent(self, path: str, what: str, reason: str) -> None:
        """Say why there is no sample."""
        self.found.silent.append(Silent(path, what, reason))


def _same(one: Problem, first: Problem, expected: Expected) -> bool:
    """Whether a finding is the expected one, or one that cannot be avoided at its element."""
    if one.code == expected.code or one.code in expected.along:
        return True
    same = (one.place.segment, one.place.element) == (first.place.segment, first.place.element)
    return one.code in expected.also and same


def _plain(text: str) -> str:
    """Fit for the name of a file."""
    return re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")[:60].rstrip("-")
