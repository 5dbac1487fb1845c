"""What the conditions of a guide ask for in a message, and what is found of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gateway.grammar.guide.compiled import CompiledGuide
from gateway.grammar.guide.conditionmodel import Condition, Demands
from gateway.grammar.guide.elements import ElementFault, listed
from gateway.grammar.guide.finding import Findings, last_index
from gateway.grammar.guide.looking import Here, Looker
from gateway.grammar.guide.model import ElementRule
from gateway.grammar.guide.where import Path
from gateway.grammar.model import Group
from gateway.grammar.tree import Tree


@dataclass(frozen=True, slots=True)
class Why:
    """A condition that asks for something, and where."""

    condition: Condition
    truth: bool
    here: Here
    facts: dict[str, Any] = field(default_factory=dict)
    """For findings; made with the first."""

    @property
    def text(self) -> str:
        """Behind ``since``."""
        condition = self.condition
        text = condition.text if self.truth else f"it is not so that {condition.text}"
        return f"{text} ({condition.name})"


def check_conditions(table: CompiledGuide, tree: Tree, findings: Findings) -> None:
    """Look at every condition wherever its group stands."""
    asker = _Asker(table, tree, findings)
    for condition in table.guide.conditions:
        for here in asker.follow(asker.root, condition.at):
            asker.condition(condition, here)


class _Asker(Looker):
    def __init__(self, table: CompiledGuide, tree: Tree, findings: Findings) -> None:
        super().__init__(table, tree)
        self.findings = findings
        self._asked: set[tuple[int, int]] = set()
        """Demands on absolute paths that were looked at, by condition and path."""

    def condition(self, condition: Condition, here: Here) -> None:
        truth = self.truth(condition.test, here)
        if truth is None:
            return
        demands = condition.then if truth else condition.otherwise
        if demands != Demands():
            self._demand(demands, here, Why(condition, truth, here))

    def _facts(self, why: Why) -> dict[str, Any]:
        """The condition in words, and its trigger."""
        facts = why.facts
        if facts:
            return facts
        facts["condition"] = why.text
        found = self.trigger(why.condition.test, why.here) if why.truth else None
        if found is not None:
            path, one = found
            facts["trigger_tag"] = self.findings.tag(one.index)
            facts["trigger_segment"] = one.index + 1
            if path.at is not None:
                facts["trigger_element"] = self.positions(path).wire(path.at.element)[0]
                if path.at.component is not None:
                    facts["trigger_component"] = path.at.component
        return facts

    def _demand(self, demands: Demands, here: Here, why: Why) -> None:
        for path in demands.require:
            if self._is_new(demands, path):
                self._require(path, here, why)
        for path in demands.forbid:
            if self._is_new(demands, path):
                self._forbid(path, here, why)
        for path, codes in demands.codes:
            if self._is_new(demands, path):
                self._codes(path, codes, here, why)

    def _is_new(self, demands: Demands, path: Path) -> bool:
        """An absolute path is looked at once for a condition, however many lines ask for it."""
        if not path.absolute:
            return True
        key = (id(demands), id(path))
        new = key not in self._asked
        self._asked.add(key)
        return new

    def _require(self, path: Path, here: Here, why: Why) -> None:
        found = self.places(path, here)
        if path.at is None:
            if not found:
                self._missing(path, here, why)
            return
        for one in found:
            if not self.positions(path).values(self.segments[one.index], path.at):
                self._element("G323", path, one, None, why)

    def _missing(self, path: Path, here: Here, why: Why) -> None:
        """The first step that leads nowhere is what is missing, behind all before it."""
        start = self.root if path.absolute else here
        steps = list(path.steps)
        while len(steps) > 1 and not list(self.follow(start, steps[:-1])):
            steps.pop()
        around = next(self.follow(start, steps[:-1]))
        node = around.node
        assert node is not None
        step = steps[-1]
        member = node.group.members[step.index]
        name = step.name
        inner = f"{name}/{member.tag}" if isinstance(member, Group) else name
        shown = f"{around.path}/{inner}" if around.path else inner
        after = last_index(node, step.index)
        self.findings.missing("G321", after, shown, name, member.tag, **self._facts(why))

    def _forbid(self, path: Path, here: Here, why: Why) -> None:
        for one in self.places(path, here):
            if path.at is None:
                name = one.path.rpartition("/")[2].partition("[")[0]
                self.findings.segment("G322", one.index, one.path, name, **self._facts(why))
            else:
                for value in self.positions(path).values(self.segments[one.index], path.at):
                    self._element("G324", path, one, value, why)

    def _codes(self, path: Path, codes: frozenset[str], here: Here, why: Why) -> None:
        assert path.at is not None
        for one in self.places(path, here):
            for value in self.positions(path).values(self.segments[one.index], path.at):
                if value not in codes:
                    self._element("G325", path, one, value, why, expected=listed(codes))

    def _element(
        self, code: str, path: Path, one: Here, value: str | None, why: Why, **facts: str
    ) -> None:
        assert path.at is not None
        assert path.element is not None
        rule = ElementRule(path.at, path.element)
        known: dict[str, object] = {**self._facts(why), **facts}
        if value is not None:
            known["value"] = value
        element = self.positions(path).wire(path.at.element)[0]
        fault = ElementFault(code, rule, element, None, known)
        path_ = one.path if one.node is None else f"{one.path}/{self.findings.tag(one.index)}"
        self.findings.element(fault, one.index, path_)
