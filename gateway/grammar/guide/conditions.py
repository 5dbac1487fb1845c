"""Conditions of a guide from YAML: ``if`` a test, ``then`` demands, with nothing to execute.

The test is a group of tests that all have to hold::

    if:
      BGM.1225: [4, 5]                 # a value
      present: SG1/RFF:order           # something is there; also absent:
      count: {SG25: 2..}               # so often
      any: [{BGM.1001: 220}, {not: {/BGM.1225: 9}}]

A value test of an element that is not there is neither true nor false but unknown, and so is the
opposite of it; a condition only asks for something when its test is true (``else``: when false).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.grammar.guide.conditionmodel import (
    AllOf,
    AnyOf,
    Condition,
    CountTest,
    Demands,
    Not,
    PresenceTest,
    Test,
    ValueTest,
)
from gateway.grammar.guide.model import Guide
from gateway.grammar.guide.narrow import Narrowing
from gateway.grammar.guide.paths import PathReader, Spot, simple
from gateway.grammar.guide.source import ConditionSource, GuideSource
from gateway.grammar.guide.where import Path
from gateway.grammar.guide.yamlreader import YamlReader
from gateway.grammar.model import UNBOUNDED
from gateway.problems import Problem
from gateway.syntax.yamltext import Path_, YamlText

_DEMANDS = ("require", "forbid", "codes")
_TESTS = ("all", "any", "not", "present", "absent", "count")
_SHOWN = 6


def resolve_conditions(
    sources: Sequence[GuideSource], guide: Guide, problems: list[Problem]
) -> tuple[Condition, ...]:
    """All conditions of all layers, those of the oldest first."""
    found = []
    for source in sources:
        text = source.places if source.places is not None else YamlText(source.file)
        for one in source.conditions:
            made = _Resolver(guide, YamlReader(text, problems), one).condition()
            if made is not None:
                found.append(made)
    return tuple(found)


@dataclass
class _Resolver:
    guide: Guide
    reader: YamlReader
    source: ConditionSource

    def __post_init__(self) -> None:
        self.paths = PathReader(self.guide, self.reader.problems)
        self.narrowing = Narrowing(dict(self.guide.private), self.reader.problems)

    def condition(self) -> Condition | None:
        source, reader = self.source, self.reader
        before = len(reader.problems)
        here = self.paths.group(source.at, reader.place((*source.path, "at")))
        if here is None:
            return None
        test = self.test(source.data.get("if"), here, (*source.path, "if"))
        then = self.demands(source.data.get("then"), here, (*source.path, "then"))
        otherwise = self.demands(source.data.get("else"), here, (*source.path, "else"))
        if len(reader.problems) > before or test is None:
            return None
        return Condition(
            name=source.name,
            at=here.path.steps,
            test=test,
            then=then,
            otherwise=otherwise,
            text=words(test),
            note=reader.string(source.data.get("note"), (*source.path, "note")),
            place=source.place,
        )

    # ---- the test

    def test(self, data: Any, here: Spot, path: Path_) -> Test | None:
        if not isinstance(data, dict) or not data:
            self.reader.wrong(path, data, "it must be a group of tests")
            return None
        tests = [
            made
            for name, written in data.items()
            for made in self._tests(name, written, here, (*path, name))
            if made is not None
        ]
        if not tests:
            return None
        return tests[0] if len(tests) == 1 else AllOf(tuple(tests))

    def _tests(self, name: str, written: Any, here: Spot, path: Path_) -> Iterator[Test | None]:
        if name in ("all", "any"):
            inner = [
                self.test(one, here, (*path, number))
                for number, one in enumerate(self.reader.items(written, path))
            ]
            made = tuple(one for one in inner if one is not None)
            if not made:
                self.reader.wrong(path, written, "it must be a list of tests")
            else:
                yield AllOf(made) if name == "all" else AnyOf(made)
        elif name == "not":
            test = self.test(written, here, path)
            yield None if test is None else Not(test)
        elif name in ("present", "absent"):
            for one in self._paths(written, here, path):
                test = PresenceTest(one.path)
                yield test if name == "present" else Not(test)
        elif name == "count":
            for text, count in self.reader.named(written, path).items():
                yield self._count(text, count, here, (*path, text))
        else:
            yield self._value(name, written, here, path)

    def _count(self, text: str, written: Any, here: Spot, path: Path_) -> Test | None:
        spot = self.paths.spot(text, here, self.reader.place(path, key=True))
        least, most = self.reader.length(written, path)
        if spot is None:
            return None
        return CountTest(spot.path, least or 0, UNBOUNDED if most is None else most)

    def _value(self, text: str, written: Any, here: Spot, path: Path_) -> Test | None:
        place = self.reader.place(path, key=True)
        spot = self.paths.spot(text, here, place)
        values = self.reader.texts(written, path)
        if spot is None or values is None:
            return None
        if spot.path.at is None or not simple(spot.path.element):
            reason = "a value test needs an element or component that has a value"
            self.paths._add("G432", place, path=text, reason=reason)
            return None
        return ValueTest(spot.path, values)

    def _paths(self, written: Any, here: Spot, path: Path_) -> Iterator[Spot]:
        several = isinstance(written, list)
        for number, text in enumerate(written if several else [written]):
            inside = (*path, number) if several else path
            if not isinstance(text, str):
                self.reader.wrong(inside, text, "it must be a path, like SG2:buyer.3039")
                continue
            spot = self.paths.spot(text, here, self.reader.place(inside))
            if spot is not None:
                yield spot

    # ---- the demands

    def demands(self, data: Any, here: Spot, path: Path_) -> Demands:
        data = self.reader.settings(data, path, _DEMANDS, "then and else")
        require, forbid = [], []
        for spot in self._paths(data.get("require", []), here, (*path, "require")):
            require.append(spot.path)
            if not spot.used:
                reason = "the guide does not use it"
                self._contradiction(spot, reason, (*path, "require"))
        for spot in self._paths(data.get("forbid", []), here, (*path, "forbid")):
            forbid.append(spot.path)
            if spot.rule is not None and spot.rule.usage == "R":
                self._contradiction(spot, "the guide requires it always", (*path, "forbid"))
        codes = self._codes(data.get("codes"), here, (*path, "codes"))
        return Demands(tuple(require), tuple(forbid), tuple(codes))

    def _codes(self, data: Any, here: Spot, path: Path_) -> Iterator[tuple[Path, frozenset[str]]]:
        for text, written in self.reader.named(data, path).items():
            inside = (*path, text)
            place = self.reader.place(inside, key=True)
            spot = self.paths.spot(text, here, place)
            codes = self.reader.texts(written, inside)
            if spot is None or codes is None:
                continue
            if spot.rule is None or not simple(spot.path.element):
                reason = "codes are of an element or component that has a value"
                self.paths._add("G432", place, path=text, reason=reason)
                continue
            outside = self.narrowing.outside(spot.rule, codes)
            if outside:
                facts = {"values": " ".join(outside), "over": "what holds always", "hint": ""}
                self.narrowing.add("G423", place, name=text, **facts)
            yield spot.path, codes

    def _contradiction(self, spot: Spot, reason: str, path: Path_) -> None:
        facts = {"condition": self.source.name, "path": spot.path.text, "reason": reason}
        self.narrowing.add("G433", self.reader.place(path), **facts)


# ---- tests in words


def words(test: Test) -> str:
    """A test as findings say it: ``BGM.1225 is 4 or 5``."""
    return _WORDS[type(test)](test)


def _listed(values: frozenset[str]) -> str:
    known = sorted(values)
    return " or ".join(known[:_SHOWN]) + (" …" if len(known) > _SHOWN else "")


def _value(test: Any) -> str:
    return f"{test.path.text} is {_listed(test.values)}"


def _presence(test: Any) -> str:
    return f"{test.path.text} is there"


def _counted(test: Any) -> str:
    least, most = test.min, test.max
    if most >= UNBOUNDED:
        return f"{test.path.text} is there at least {least} times"
    return f"{test.path.text} is there {least} to {most} times"


def _not(test: Any) -> str:
    inner = test.test
    if isinstance(inner, PresenceTest):
        return f"{inner.path.text} is not there"
    if isinstance(inner, ValueTest):
        return f"{inner.path.text} is not {_listed(inner.values)}"
    return f"not ({words(inner)})"


def _joined(test: Any) -> str:
    mark = " and " if isinstance(test, AllOf) else " or "
    return mark.join(
        f"({words(one)})" if isinstance(one, AllOf | AnyOf) else words(one) for one in test.tests
    )


_WORDS: dict[type, Callable[[Any], str]] = {
    ValueTest: _value,
    PresenceTest: _presence,
    CountTest: _counted,
    Not: _not,
    AllOf: _joined,
    AnyOf: _joined,
}
