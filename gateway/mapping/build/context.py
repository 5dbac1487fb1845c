"""What the statements of one map are resolved against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import count

from gateway.grammar.layoutmodel import RecordLayout
from gateway.grammar.model import Group
from gateway.mapping.codes import CodeList
from gateway.mapping.functions import Function
from gateway.mapping.paths import Wrong, qualifier_codes
from gateway.mapping.places import Selector
from gateway.mapping.plan import Body, RowPlan, Scope, Use
from gateway.mapping.statements import Call, Comparison, Condition, Path, Test
from gateway.mapping.tables import Lookup, Table
from gateway.problems import Problem, Severity, problem


@dataclass
class Context:
    """Standard, code lists, tables and functions of a map; collects problems."""

    standard: str
    """``edifact``, ``x12``, or the kind of a record format."""
    codes: Callable[[str], CodeList | None]
    table: Callable[[str], tuple[Table | None, list[Problem]]] = lambda name: (None, [])
    """A table by name, and what is wrong with it."""
    functions: Mapping[str, Function] = field(default_factory=dict)
    directory: str = ""
    home: str = ""
    """The directory the map is written for."""
    problems: list[Problem] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    """Questions to tables that the map will have."""
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def number(self) -> int:
        """The next number of a use, row or block."""
        return next(self._numbers)

    @property
    def foreign(self) -> bool:
        """Whether the directory is another one than the map is written for."""
        return self.directory != self.home

    def qualifiers(self, use: Use, path: Path | Call) -> None:
        """M206: qualifiers that the directory does not know."""
        if use.segment is None or use.selector is None:
            return
        for test in use.selector.tests:
            allowed = qualifier_codes(use.segment, test)
            if allowed is None or test.value in allowed:
                continue
            near = get_close_matches(test.value, sorted(allowed), 3)
            hint = f"; the directory has {' '.join(near)}" if near else ""
            self.problems.append(
                problem(
                    "M206",
                    path.span.place(),
                    severity=Severity.WARNING,
                    value=test.value,
                    tag=use.segment.tag,
                    hint=hint,
                )
            )


def condition(test: Test, name: str, body: Body, *, reads: bool = True) -> None:
    """M403: a condition tests what rows above fill without condition.

    A row that only writes may test any field: the document is complete when it is written.
    """
    if isinstance(test, Condition):
        for inner in test.tests:
            condition(inner, name, body, reads=reads)
        return
    assert isinstance(test, Comparison)
    if reads and find_field(test.field.name, body) is None:
        raise Wrong(problem("M403", test.field.span.place(), field=test.field.name, row=name))


def find_field(name: str, body: Body) -> RowPlan | None:
    """The unconditional row above, in the same object, that fills a field."""
    for plan in body.rows:
        if ".".join(plan.name) == name and plan.row.modifiers.when is None:
            return plan
    return None


def member(scope: Scope, selector: Selector) -> Scope:
    """What a selector leads to."""
    if isinstance(scope, RecordLayout):
        for step in selector.via:
            scope = scope.kids[step.record]
        return scope.kids[selector.record]
    for step in (*selector.via, selector):
        assert isinstance(scope, Group)
        scope = scope.members[step.members[0]]
    return scope
