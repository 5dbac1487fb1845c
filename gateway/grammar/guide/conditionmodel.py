"""Conditions of a guide: tests over paths, and what they ask for. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.grammar.guide.where import Path, Step
from gateway.problems import Place


@dataclass(frozen=True, slots=True)
class ValueTest:
    """Whether an element has one of some values; unknown where it has none."""

    path: Path
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class PresenceTest:
    """Whether something is there."""

    path: Path


@dataclass(frozen=True, slots=True)
class CountTest:
    """Whether something is there so often."""

    path: Path
    min: int
    max: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when all are, false when one is."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when one is, false when all are."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; unknown stays unknown."""

    test: Test


Test = ValueTest | PresenceTest | CountTest | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Demands:
    """What a condition asks for."""

    require: tuple[Path, ...] = ()
    forbid: tuple[Path, ...] = ()
    codes: tuple[tuple[Path, frozenset[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """``if`` a test holds, ``then`` something is asked for; ``else`` where it is false."""

    name: str
    at: tuple[Step, ...]
    """The group it is looked at in, once per occurrence; empty: once per message."""
    test: Test
    then: Demands
    otherwise: Demands = Demands()
    text: str = ""
    """The test in words: ``BGM.1225 is 4 or 5``."""
    note: str = ""
    place: Place = field(default=Place(), compare=False)
