"""Conditions on drafts: whether they hold, and how to make them hold or break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from gateway.grammar.guide.publish.draft import Draft, Piece, followed, head_of
from gateway.grammar.guide.publish.maker import Maker
from gateway.grammar.guide.publish.values import fits
from gateway.grammar.guide.where import Path, Step
from gateway.grammar.model import Element

_ROUNDS = 6
Here = Draft | Piece


def settle(guide: Guide, root: Draft, maker: Maker) -> None:
    """Make every condition hold: what it demands is done, else its test is made untrue.

    In a few rounds, since what one condition asks for may concern another; what then is left is
    found by the check of the sample.
    """
    for _ in range(_ROUNDS):
        changed = False
        for condition in guide.conditions:
            for here in list(followed(root, condition.at)):
                changed |= _settled(condition, Conditions(root, here, maker))
        if not changed:
            return


def _settled(condition: Condition, look: Conditions) -> bool:
    """Whether anything was changed."""
    truth = look.truth(condition.test)
    if truth is None:
        return False
    demands = condition.then if truth else condition.otherwise
    if not list(look.unmet(demands)):
        return False
    look.meet(demands)
    if list(look.unmet(demands)):
        look.make(condition.test, not truth)
    return True


class Conditions:
    """Tests and demands seen from one occurrence of a draft."""

    def __init__(self, root: Draft, here: Here, maker: Maker) -> None:
        self.root = root
        self.here = here
        self.maker = maker

    # ---- where paths lead

    def places(self, path: Path) -> list[Here]:
        """Every occurrence that a path leads to."""
        return list(followed(self.root if path.absolute else self.here, path.steps))

    def values(self, path: Path) -> list[str]:
        """Every value of the element that a path names."""
        assert path.at is not None
        return [
            value
            for one in self.places(path)
            for at, value in head_of(one).values.items()
            if value and (at == path.at or (path.at.component is None and _inside(at, path)))
        ]

    def ensure(self, path: Path) -> list[Here]:
        """See that what a path names is there; returns the places."""
        if not self.places(path):
            start = self.root if path.absolute else self.here
            if isinstance(start, Draft):
                self.create(start, path.steps)
        found = self.places(path)
        if path.at is not None:
            for one in found:
                self.maker.put(head_of(one), path.at)
        return found

    def create(self, around: Draft, steps: tuple[Step, ...]) -> None:
        """Put in what is missing on a way."""
        for step in steps:
            if step.index == 0:
                return
            found = around.of(step.index, step.slot or None)
            if not found:
                rule = around.body.member(step.index)
                slot = step.slot
                if not slot and rule is not None and rule.slots and rule.other == "reject":
                    slot = rule.slots[0].name
                path = around.head.path.rpartition("/")[0]
                made = self.maker.occurrence(around, step.index, slot, path)
                around.kids.setdefault(step.index, []).append(made)
                found = [made]
            inner = found[0]
            if isinstance(inner, Piece):
                return
            around = inner

    def remove(self, path: Path) -> None:
        """Take out what a path names."""
        if path.at is not None:
            for one in self.places(path):
                head_of(one).clear(path.at)
            return
        *steps, last = path.steps
        start = self.root if path.absolute else self.here
        for around in list(followed(start, steps)):
            if isinstance(around, Draft):
                around.drop(last.index, last.slot or None)

    def write(self, path: Path, values: frozenset[str], *, inside: bool) -> None:
        """Give the element of a path one of some values, or (not ``inside``) another one."""
        assert path.at is not None
        for one in self.ensure(path):
            piece = head_of(one)
            text = self._value(piece, path, values, inside=inside)
            if text is not None:
                piece.values[path.at] = text

    def _value(
        self, piece: Piece, path: Path, values: frozenset[str], *, inside: bool
    ) -> str | None:
        rule = next((one for one in piece.rules if one.at == path.at), None)
        element = path.element
        assert isinstance(element, Element)
        if inside:
            known = iter(sorted(values))
        elif rule is not None and rule.codes is not None:
            known = iter(sorted(rule.codes - values))
        else:
            known = self.maker.values.other(element, values)
        return next((one for one in known if fits(one, element, rule)), None)

    # ---- tests

    def truth(self, test: Test) -> bool | None:
        """True, false or unknown."""
        return _TRUTH[type(test)](self, test)

    def make(self, test: Test, truth: bool) -> None:
        """Change the draft so that a test is true, or false; as far as that is possible."""
        _MAKE[type(test)](self, test, truth)

    # ---- demands

    def unmet(self, demands: Demands) -> Iterator[Path]:
        """The paths of demands that do not hold."""
        for path in demands.require:
            found = self.places(path)
            missing = path.at is not None and any(not head_of(o).has(path.at) for o in found)
            if missing or (path.at is None and not found):
                yield path
        for path in demands.forbid:
            if self.values(path) if path.at is not None else self.places(path):
                yield path
        for path, codes in demands.codes:
            if any(value not in codes for value in self.values(path)):
                yield path

    def meet(self, demands: Demands) -> None:
        """Do what they ask for."""
        for path in demands.require:
            self.ensure(path)
        for path in demands.forbid:
            self.remove(path)
        for path, codes in demands.codes:
            if self.values(path):
                self.write(path, codes, inside=True)


def _inside(at: Any, path: Path) -> bool:
    return path.at is not None and at.element == path.at.element


# ---- tests: whether they hold


def _value_truth(look: Conditions, test: Any) -> bool | None:
    found = look.values(test.path)
    return any(one in test.values for one in found) if found else None


def _presence_truth(look: Conditions, test: Any) -> bool | None:
    path = test.path
    return bool(look.values(path) if path.at is not None else look.places(path))


def _count_truth(look: Conditions, test: Any) -> bool | None:
    path = test.path
    found = len(look.values(path) if path.at is not None else look.places(path))
    return bool(test.min <= found <= test.max)


def _not_truth(look: Conditions, test: Any) -> bool | None:
    inner = look.truth(test.test)
    return None if inner is None else not inner


def _all_truth(look: Conditions, test: Any) -> bool | None:
    found = [look.truth(one) for one in test.tests]
    return False if False in found else None if None in found else True


def _any_truth(look: Conditions, test: Any) -> bool | None:
    found = [look.truth(one) for one in test.tests]
    return True if True in found else None if None in found else False


_TRUTH: dict[type, Callable[[Conditions, Any], bool | None]] = {
    ValueTest: _value_truth,
    PresenceTest: _presence_truth,
    CountTest: _count_truth,
    Not: _not_truth,
    AllOf: _all_truth,
    AnyOf: _any_truth,
}


# ---- tests: how to make them hold


def _make_value(look: Conditions, test: Any, truth: bool) -> None:
    look.write(test.path, test.values, inside=truth)


def _make_presence(look: Conditions, test: Any, truth: bool) -> None:
    if truth:
        look.ensure(test.path)
    else:
        look.remove(test.path)


def _make_count(look: Conditions, test: Any, truth: bool) -> None:
    wanted = test.min if truth else test.max + 1 if test.min == 0 else test.min - 1
    path = test.path
    if path.at is not None or wanted > _MOST:
        return
    *steps, last = path.steps
    start = look.root if path.absolute else look.here
    if wanted and isinstance(start, Draft) and not list(followed(start, steps)):
        look.create(start, tuple(steps))
    around = next(followed(start, steps), None)
    if not isinstance(around, Draft):
        return
    path_ = around.head.path.rpartition("/")[0]
    while len(around.of(last.index, last.slot or None)) < wanted:
        made = look.maker.occurrence(around, last.index, last.slot, path_)
        around.kids.setdefault(last.index, []).append(made)
    around.drop(last.index, last.slot or None, keep=wanted)


def _make_not(look: Conditions, test: Any, truth: bool) -> None:
    look.make(test.test, not truth)


def _make_all(look: Conditions, test: Any, truth: bool) -> None:
    for one in test.tests if truth else test.tests[:1]:
        look.make(one, truth)


def _make_any(look: Conditions, test: Any, truth: bool) -> None:
    for one in test.tests[:1] if truth else test.tests:
        look.make(one, truth)


_MOST = 200
"""Occurrences that a sample is given for a count."""
_MAKE: dict[type, Callable[[Conditions, Any, bool], None]] = {
    ValueTest: _make_value,
    PresenceTest: _make_presence,
    CountTest: _make_count,
    Not: _make_not,
    AllOf: _make_all,
    AnyOf: _make_any,
}
