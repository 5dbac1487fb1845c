"""Nothing grows faster than its input: twice as much takes about twice the instructions.

Instructions of Python code are counted, not time, so the test is the same on every machine. What C
does inside one instruction (expressions, searches) is not seen: that no expression can go back and
try again is checked by its form, and ``benchmarks/growth.py`` measures the time.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import gateway.channels.as2
import gateway.grammar
import gateway.syntax
from gateway.grammar.content import expression
from gateway.grammar.profile import Profile
from tests.fuzz.growing import WAYS, whole_way
from tests.fuzz.targets import library

SIZE = 24
MOST = 2.35
"""Twice the input, and some room for what is done once per power of two."""


def instructions(data: bytes, work: Callable[[bytes], object] = whole_way) -> int:
    """How many bytecode instructions of the package reading takes."""
    count = 0

    def local(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if event == "opcode":
            count += 1
        return local

    def enter(frame: FrameType, event: str, _: Any) -> Any:
        if "/gateway/" not in frame.f_code.co_filename:
            return None
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return local

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        work(data)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("way", WAYS)
def test_twice_the_input_takes_twice_the_instructions(way: str) -> None:
    small, large = WAYS[way](SIZE), WAYS[way](2 * SIZE)
    for _ in range(2):  # what is made once per process is made now
        whole_way(large)
    once, none = instructions(small), instructions(WAYS[way](1))
    twice = instructions(large)
    assert twice - none <= MOST * max(once - none, 1) + 2000, (none, once, twice)


def test_counting_sees_what_grows_faster() -> None:
    def squared(size: int) -> int:
        return sum(1 for one in range(size) for other in range(one))

    assert squared(2 * SIZE) > MOST * squared(SIZE)


# expressions

_PARSER: Any = importlib.import_module("re._parser")
_GREEDY = {"MAX_REPEAT", "MIN_REPEAT"}
_REPEATS = {*_GREEDY, "POSSESSIVE_REPEAT"}


def _repeats(parsed: Any, inside: bool = False) -> Iterator[tuple[str, bool]]:
    """Quantifiers that can give back, and whether they stand in another that varies."""
    for operation, argument in parsed:
        name = str(operation)
        if name in (*_GREEDY, "POSSESSIVE_REPEAT"):
            low, high, inner = argument
            varies = low != high
            if varies and name in _GREEDY:
                yield name, inside
            loops = varies and int(high) > 1 and name in _GREEDY
            yield from _repeats(inner, inside or loops)
        elif isinstance(argument, (list, tuple)):
            for one in argument:
                yield from _nested(one, inside)
        elif hasattr(argument, "data"):
            yield from _repeats(argument, inside)


def _nested(one: Any, inside: bool) -> Iterator[tuple[str, bool]]:
    if hasattr(one, "data"):
        yield from _repeats(one, inside)
    elif isinstance(one, list):
        for each in one:
            yield from _nested(each, inside)


def _patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    for package in (gateway.syntax, gateway.grammar, gateway.channels.as2):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.endswith("__main__"):
                continue
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern):
                    yield f"{found.name}.{name}", value


def test_no_expression_repeats_what_repeats() -> None:
    """(a*)* is how an expression takes exponential time."""
    names = []
    for name, pattern in _patterns():
        names.append(name)
        nested = [one for one in _repeats(_PARSER.parse(pattern.pattern, pattern.flags)) if one[1]]
        assert not nested, name
    assert len(names) > 10


_SEARCHING = re.compile(r"\b(_?[A-Z][A-Z_]*)\.(?:search|finditer|findall|sub|split)\(")


_APART = {
    "gateway.channels.as2.mime.contenttype._COMMENT",
    "gateway.channels.as2.mime.transfer._SOFT",
    "gateway.channels.as2.mime.transfer._LAST",
}
"""The sign before the run cannot be in it, so no search begins within."""


def _runs_before_more(parsed: Any) -> list[str]:
    """Runs without a limit that something must follow, in what is searched for everywhere."""
    items = list(parsed)
    if items and str(items[0][1]) == "AT_BEGINNING":
        return []
    names = []
    for number, (operation, argument) in enumerate(items):
        followed = any(not _may_be_absent(*item) for item in items[number + 1 :])
        if followed and str(operation) in _REPEATS and int(argument[1]) > 1000:
            names.append(str(operation))
    return names


def _may_be_absent(operation: Any, argument: Any) -> bool:
    return str(operation) in _REPEATS and int(argument[0]) == 0


def test_no_search_starts_a_run_anew_at_each_of_its_signs() -> None:
    """``a*b`` searched in ``aaaa…`` reads the run once from each sign of it."""
    searched = []
    for name, pattern in _patterns():
        module, _, own = name.rpartition(".")
        source = Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8")
        if own in {found[1] for found in _SEARCHING.finditer(source)}:
            searched.append(name)
            parsed = _PARSER.parse(pattern.pattern, pattern.flags)
            assert not _runs_before_more(parsed) or name in _APART, name
    assert "gateway.syntax.stream._RESUME" in searched
    assert _runs_before_more(_PARSER.parse(r"x[\r\n]*(?=U)")) == ["MAX_REPEAT"]
    assert _runs_before_more(_PARSER.parse(r"x[\r\n]+ *")) == []


@pytest.mark.parametrize(
    "name", [("edifact", "D96A", "ORDERS"), ("edifact", "D01B", "INVOIC"), ("x12", "005010", "850")]
)
def test_expressions_of_contents_never_give_back(name: tuple[str, str, str]) -> None:
    grammar = library().message(*name)
    assert grammar is not None
    for codes in (True, False):
        made = expression(grammar.segments.values(), grammar.standard, codes=codes)
        assert list(_repeats(_PARSER.parse(made.pattern))) == []
    matching = Profile(grammar)._match
    if matching is not None:
        assert list(_repeats(_PARSER.parse(matching.__self__.pattern))) == []  # type: ignore[attr-defined]


def test_the_form_of_an_expression_is_seen() -> None:
    assert list(_repeats(_PARSER.parse("(?:a*b)*"))) == [
        ("MAX_REPEAT", False),
        ("MAX_REPEAT", True),
    ]
    assert list(_repeats(_PARSER.parse("(?>a{2}+)(?:b|c++)*+"))) == []
