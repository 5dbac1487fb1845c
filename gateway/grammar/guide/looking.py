"""Paths and tests of conditions, followed in a message.

Tests are true, false or unknown (``None``): a value test of what is not there is unknown, ``not``
of it too; ``all`` is false when one is, ``any`` true when one is, else unknown wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gateway.grammar.guide.compiled import BodyCheck, CompiledGuide
from gateway.grammar.guide.conditionmodel import (
    AllOf,
    AnyOf,
    CountTest,
    Not,
    PresenceTest,
    Test,
    ValueTest,
)
from gateway.grammar.guide.positions import Positions
from gateway.grammar.guide.where import Path, Step
from gateway.grammar.tree import Node, Tree


class Here:
    """An occurrence that a path leads to: of a group, or a segment."""

    __slots__ = ("around", "check", "count", "index", "node", "step")

    def __init__(
        self,
        index: int,
        node: Node | None,
        check: BodyCheck | None,
        around: Here | None = None,
        step: Step | None = None,
        count: int = 0,
    ) -> None:
        self.index = index
        self.node = node
        self.check = check
        self.around = around
        self.step = step
        self.count = count

    @property
    def path(self) -> str:
        """``SG25[2]/PRI:net``; empty for the message."""
        if self.step is None or self.around is None:
            return ""
        name = self.step.name
        node = self.around.node
        several = self.node is not None and node is not None
        if several and node.group.members[self.step.index].max > 1:  # type: ignore[union-attr]
            name = f"{name}[{self.count}]"
        return f"{self.around.path}/{name}" if self.around.path else name


class Looker:
    """Follows the paths of conditions in one message."""

    def __init__(self, table: CompiledGuide, tree: Tree) -> None:
        self.table = table
        self.segments: Sequence[str] = tree.segments
        self.root = Here(tree.root.segment, tree.root, table.root)
        self._known: dict[int, bool | None] = {}
        """Tests of absolute paths: the same for every line, so they are looked at once."""
        self._triggers: dict[int, tuple[Path, Here] | None] = {}
        """What made them true."""

    def follow(self, here: Here, steps: Sequence[Step]) -> Iterator[Here]:
        """Every occurrence that the steps lead to."""
        if not steps:
            yield here
            return
        for one in self._step(here, steps[0]):
            yield from self.follow(one, steps[1:])

    def _step(self, here: Here, step: Step) -> Iterator[Here]:
        node = here.node
        if node is None:
            return
        if step.index == 0:
            yield Here(node.segment, None, None, here, step)
            return
        check = here.check.members.get(step.index) if here.check else None
        slots = check.slots if check else ()
        count = 0
        for taken in node.kids.get(step.index, ()):
            inner = None if isinstance(taken, int) else taken
            index = taken if inner is None else inner.segment
            number = check.slot_of(self.segments[index]) if check and slots else -1
            if step.slot and (number < 0 or slots[number].name != step.slot):
                continue
            count += 1
            body = None
            if check is not None and inner is not None:
                body = check.bodies[number] if number >= 0 else check.body
            yield Here(index, inner, body, here, step, count)

    def places(self, path: Path, here: Here) -> list[Here]:
        """Every occurrence that a path leads to from a group."""
        return list(self.follow(self.root if path.absolute else here, path.steps))

    def values(self, path: Path, here: Here) -> list[str]:
        """Every value of the element that a path names."""
        assert path.at is not None
        positions = self.positions(path)
        return [
            value
            for one in self.places(path, here)
            for value in positions.values(self.segments[one.index], path.at)
        ]

    def positions(self, path: Path) -> Positions:
        """Of the segment that a path leads to."""
        assert path.segment is not None
        return self.table.positions(path.segment)

    # ---- tests

    def truth(self, test: Test, here: Here) -> bool | None:
        """True, false or unknown."""
        path = getattr(test, "path", None)
        if path is None or not path.absolute:
            return _TRUTH[type(test)](self, test, here)
        if id(test) not in self._known:
            self._known[id(test)] = _TRUTH[type(test)](self, test, here)
        return self._known[id(test)]

    def _value(self, test: Any, here: Here) -> bool | None:
        found = self.values(test.path, here)
        return any(one in test.values for one in found) if found else None

    def _presence(self, test: Any, here: Here) -> bool | None:
        if test.path.at is not None:
            return bool(self.values(test.path, here))
        return bool(self.places(test.path, here))

    def _counted(self, test: Any, here: Here) -> bool | None:
        path = test.path
        found = self.values(path, here) if path.at is not None else self.places(path, here)
        return bool(test.min <= len(found) <= test.max)

    def _not(self, test: Any, here: Here) -> bool | None:
        inner = self.truth(test.test, here)
        return None if inner is None else not inner

    def _all(self, test: Any, here: Here) -> bool | None:
        found = [self.truth(one, here) for one in test.tests]
        return False if False in found else None if None in found else True

    def _any(self, test: Any, here: Here) -> bool | None:
        found = [self.truth(one, here) for one in test.tests]
        return True if True in found else None if None in found else False

    def trigger(self, test: Test, here: Here) -> tuple[Path, Here] | None:
        """The first thing that makes a test true: what a 999 names as the trigger."""
        if isinstance(test, AllOf | AnyOf):
            found = (self.trigger(one, here) for one in test.tests if self.truth(one, here))
            return next((one for one in found if one is not None), None)
        if isinstance(test, Not):
            return None
        if test.path.absolute:
            if id(test) not in self._triggers:
                self._triggers[id(test)] = self._first(test, self.root)
            return self._triggers[id(test)]
        return self._first(test, here)

    def _first(
        self, test: ValueTest | PresenceTest | CountTest, here: Here
    ) -> tuple[Path, Here] | None:
        for one in self.follow(self.root if test.path.absolute else here, test.path.steps):
            if not isinstance(test, ValueTest):
                return test.path, one
            assert test.path.at is not None
            values = self.positions(test.path).values(self.segments[one.index], test.path.at)
            if test.values.intersection(values):
                return test.path, one
        return None


_TRUTH: dict[type, Callable[[Looker, Any, Here], bool | None]] = {
    ValueTest: Looker._value,
    PresenceTest: Looker._presence,
    CountTest: Looker._counted,
    Not: Looker._not,
    AllOf: Looker._all,
    AnyOf: Looker._any,
}
