"""Conditions of a guide as JSON Schema, as far as it can look from one place to another.

A schema sees an occurrence and what is inside of it. So a condition of a group can test what is in
that group, and what is anywhere in the message if that is all it tests, or one of several tests
that all have to hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
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
from gateway.grammar.guide.publish.jsontree import SLOT, Json, component_names, element_names
from gateway.grammar.guide.where import Path, Step
from gateway.grammar.model import UNBOUNDED, Composite, Group, SegmentSlot

Truth = tuple[Json, Json]
"""When a test is true, and when it is false; else it is unknown."""


class UnsaidError(Exception):
    """A test or a demand that JSON Schema has no words for."""


def condition_schema(condition: Condition, root: Group) -> Json | None:
    """The schema of the message, or ``None`` where there is none. ``root`` is that of the base."""
    try:
        return _schema(_resolved(condition, root))
    except UnsaidError:
        return None


def _resolved(condition: Condition, root: Group) -> Condition:
    """With a last step to the trigger on every path to an element that ends at a group."""
    here = _followed(root, condition.at)

    def path(one: Path) -> Path:
        end = _followed(root if one.absolute else here, one.steps)
        if one.at is None or not isinstance(end, Group):
            return one
        return replace(one, steps=(*one.steps, Step(0, "", end.tag)))

    def test(one: Test) -> Test:
        if isinstance(one, AllOf | AnyOf):
            return replace(one, tests=tuple(map(test, one.tests)))
        if isinstance(one, Not):
            return Not(test(one.test))
        return replace(one, path=path(one.path))

    def demands(one: Demands) -> Demands:
        return Demands(
            tuple(map(path, one.require)),
            tuple(map(path, one.forbid)),
            tuple((path(each), codes) for each, codes in one.codes),
        )

    return replace(
        condition,
        test=test(condition.test),
        then=demands(condition.then),
        otherwise=demands(condition.otherwise),
    )


def _followed(start: Group | SegmentSlot, steps: Sequence[Step]) -> Group | SegmentSlot:
    for step in steps:
        assert isinstance(start, Group)
        start = start.members[step.index]
    return start


def _schema(condition: Condition) -> Json:
    outer: Test | None = None
    inner: Test | None = condition.test
    if condition.at and condition.otherwise != Demands():
        if any(one.absolute for one in _paths(condition.test)):
            raise UnsaidError
    elif condition.at:
        outer, inner = _parted(condition.test)
    then = _demanded(condition.then, at_root=not condition.at)
    here: Json = {}
    if inner is None:
        here = then
    else:
        true, false = _truth(inner)
        here = {"if": true, "then": then}
        if condition.otherwise != Demands():
            other = {"if": false, "then": _demanded(condition.otherwise, not condition.at)}
            here = {"allOf": [here, other]}
    whole = _everywhere(condition.at, here)
    return whole if outer is None else {"if": _truth(outer)[0], "then": whole}


def _parted(test: Test) -> tuple[Test | None, Test | None]:
    """What is tested in the message, and what in the group."""
    each = test.tests if isinstance(test, AllOf) else (test,)
    outer = tuple(one for one in each if all(path.absolute for path in _paths(one)))
    inner = tuple(one for one in each if one not in outer)
    if any(path.absolute for one in inner for path in _paths(one)):
        raise UnsaidError
    return (AllOf(outer) if outer else None), (AllOf(inner) if inner else None)


def _paths(test: Test) -> Iterable[Path]:
    if isinstance(test, AllOf | AnyOf):
        for one in test.tests:
            yield from _paths(one)
    elif isinstance(test, Not):
        yield from _paths(test.test)
    else:
        yield test.path


# ---- where paths lead


def _somewhere(path: Path, leaf: Json | None) -> Json:
    """Some occurrence of what a path leads to is so (``None``: is there)."""
    made: Any = leaf
    for step in reversed(path.steps):
        made = _one(step, made)
    return made or {}


def _one(step: Step, inner: Json | None) -> Json:
    if step.index == 0:
        tag = step.name.partition("#")[0]
        return {"required": [tag], "properties": {tag: inner or {}}}
    name, item = _item(step)
    wanted = [one for one in (item, inner) if one]
    each: Json = {"allOf": wanted} if wanted else {}
    return {"required": [name], "properties": {name: {"contains": each}}}


def _everywhere(steps: Sequence[Step], leaf: Json) -> Json:
    """All occurrences that the steps lead to are so."""
    made = leaf
    for step in reversed(steps):
        if step.index == 0:
            made = {"properties": {step.name.partition("#")[0]: made}}
            continue
        name, item = _item(step)
        made = {"properties": {name: {"items": {"if": item, "then": made} if item else made}}}
    return made


def _item(step: Step) -> tuple[str, Json]:
    """The member's name, and what an occurrence of its slot looks like."""
    name = step.name.partition(":")[0]
    if not step.slot:
        return name, {}
    return name, {"required": [SLOT], "properties": {SLOT: {"const": step.slot}}}


def _element(path: Path, value: Json) -> Json:
    """A segment whose element is there and is so."""
    segment, at = path.segment, path.at
    assert segment is not None
    assert at is not None
    slot = segment.elements[at.element - 1]
    name = element_names(segment)[at.element - 1]
    made = value
    if at.component is not None:
        assert isinstance(slot.definition, Composite)
        inner = component_names(slot.definition)[at.component - 1]
        made = {"required": [inner], "properties": {inner: value}}
    if slot.repeat > 1:
        made = {"contains": made}
    return {"required": [name], "properties": {name: made}}


# ---- tests


def _truth(test: Test) -> Truth:
    return _TRUTH[type(test)](test)


def _value(test: Any) -> Truth:
    some = _somewhere(test.path, _element(test.path, {"enum": sorted(test.values)}))
    there = _somewhere(test.path, _element(test.path, {}))
    return some, {"allOf": [there, {"not": some}]}


def _presence(test: Any) -> Truth:
    leaf = _element(test.path, {}) if test.path.at is not None else None
    some = _somewhere(test.path, leaf)
    return some, {"not": some}


def _count(test: Any) -> Truth:
    path = test.path
    if path.at is not None or len(path.steps) != 1 or path.steps[0].index == 0:
        raise UnsaidError
    name, item = _item(path.steps[0])
    counted: Json = {"contains": item, "minContains": test.min}
    if test.max < UNBOUNDED:
        counted["maxContains"] = test.max
    made: Json = {"properties": {name: counted}}
    if test.min:
        made["required"] = [name]
    return made, {"not": made}


def _not(test: Any) -> Truth:
    true, false = _truth(test.test)
    return false, true


def _all(test: Any) -> Truth:
    each = [_truth(one) for one in test.tests]
    return {"allOf": [one for one, _ in each]}, {"anyOf": [one for _, one in each]}


def _any(test: Any) -> Truth:
    each = [_truth(one) for one in test.tests]
    return {"anyOf": [one for one, _ in each]}, {"allOf": [one for _, one in each]}


_TRUTH: dict[type, Callable[[Any], Truth]] = {
    ValueTest: _value,
    PresenceTest: _presence,
    CountTest: _count,
    Not: _not,
    AllOf: _all,
    AnyOf: _any,
}


# ---- demands


def _demanded(demands: Demands, at_root: bool) -> Json:
    parts: list[Json] = []
    every = [*demands.require, *demands.forbid, *(path for path, _ in demands.codes)]
    if not at_root and any(path.absolute for path in every):
        raise UnsaidError
    for path in demands.require:
        if path.at is None:
            parts.append(_somewhere(path, None))
        else:
            parts.append(_everywhere(path.steps, _element(path, {})))
    for path in demands.forbid:
        leaf = _element(path, {}) if path.at is not None else None
        parts.append({"not": _somewhere(path, leaf)})
    for path, codes in demands.codes:
        wrong = _element(path, {"not": {"enum": sorted(codes)}})
        parts.append({"not": _somewhere(path, wrong)})
    return parts[0] if len(parts) == 1 else {"allOf": parts}
