"""Statements → plan: resolves every path, converter, code list and literal.

Reports M103, M2xx, M401, M402 (converters), M403, M404 and M406 on the way. A row with a problem is
left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from difflib import get_close_matches
from itertools import count

from gateway.grammar.layoutmodel import RecordLayout
from gateway.grammar.model import Group, SegmentSlot
from gateway.mapping.codes import CodeList
from gateway.mapping.convert import (
    CONVERTERS,
    DATED,
    NUMERIC_ARGUMENTS,
    PIECED,
    Converter,
    Target,
    fixed_literal,
)
from gateway.mapping.paths import Wrong, element_path, group_path, qualifier_codes
from gateway.mapping.places import Access, Cell, Selector
from gateway.mapping.plan import (
    BlockPlan,
    Body,
    Bound,
    LevelPlan,
    NestPlan,
    RowPlan,
    Scope,
    Use,
)
from gateway.mapping.records import kid_path, record_path
from gateway.mapping.statements import (
    Block,
    Call,
    Comparison,
    Condition,
    Field,
    Level,
    Literal,
    Named,
    Nest,
    Path,
    Row,
    Statement,
    Test,
)
from gateway.problems import Problem, Severity, problem


class Builder:
    """Builds the plan of one map."""

    def __init__(self, standard: str, codes: Callable[[str], CodeList | None]) -> None:
        self.standard = standard
        self.codes = codes
        self.problems: list[Problem] = []
        self._numbers = count(1)

    def body(
        self,
        statements: Iterable[Statement],
        scope: Scope,
        fields: str,
        outer: Body | None = None,
    ) -> Body:
        """The plan of one body."""
        use = Use(next(self._numbers), None, scope, 0)
        body = Body(use.number, use, fields, outer)
        for statement in statements:
            try:
                if isinstance(statement, Row):
                    body.rows.append(self._row(statement, body))
                elif isinstance(statement, Block):
                    body.blocks.append(self._block(statement, body))
                else:
                    body.blocks.append(self._nest(statement, body))
            except Wrong as stop:
                self.problems.append(stop.problem)
        return body

    # ------------------------------------------------------------------ rows

    def _row(self, row: Row, body: Body) -> RowPlan:
        for call in (row.left, row.right):
            if isinstance(call, Call):
                self._check_call(call)
        function, separator = "", ""
        arguments: tuple[object, ...] = (row.right,)
        if isinstance(row.right, Call):
            function, arguments = row.right.name, row.right.arguments
            if function == "join":
                first = arguments[0]
                separator = first.text if isinstance(first, Literal) else ""
                arguments = arguments[1:]
        dated = row.modifiers.converter is not None and row.modifiers.converter.name in DATED
        accesses: list[Access | str] = []
        for argument in arguments:
            if isinstance(argument, Literal):
                accesses.append(argument.text)
            elif isinstance(argument, Path):
                accesses.append(self._access(argument, body, dated, function == "join"))
        converter = self._converter(row, accesses)
        codes = self._codes(row)
        sources = tuple(
            one if isinstance(one, str) else self._bind(one, body, row) for one in accesses
        )
        name = tuple(row.left.name.split(".")) if isinstance(row.left, Field) else ()
        if row.modifiers.when is not None:
            self._check_test(row.modifiers.when, row, body)
        default = self._literal(row.modifiers.default, converter, codes)
        implied = self._literal(row.modifiers.implied, converter, codes)
        return RowPlan(
            next(self._numbers),
            row,
            name,
            function,
            sources,
            converter,
            codes,
            default,
            implied,
            separator,
        )

    def _access(self, path: Path, body: Body, dated: bool, join: bool) -> Access:
        scope = body.use.scope
        if isinstance(scope, RecordLayout):
            access = replace(record_path(path, scope), every=join)
        else:
            access = element_path(path, scope, self.standard, dated)
        if access.every and join and access.steps:
            last = replace(access.steps[-1], every=True)
            access = replace(access, steps=(*access.steps[:-1], last))
        return access

    def _bind(self, access: Access, body: Body, row: Row) -> Bound:
        use = body.use
        for selector in access.steps:
            below = use.uses.get(selector)
            if below is None:
                below = Use(
                    next(self._numbers), selector, member(use.scope, selector), next(self._numbers)
                )
                use.uses[selector] = below
                self._check_qualifiers(below, row.right)
            use = below
        variables = []
        for cell, element in zip(access.cells, access.elements, strict=True):
            if cell not in use.cells:
                use.cells[cell] = f"v{next(self._numbers)}"
                use.elements[cell] = element
            variables.append(use.cells[cell])
        return Bound(use, tuple(variables), access)

    def _check_qualifiers(self, use: Use, path: Path | Call) -> None:
        if use.segment is None or use.selector is None:
            return
        for test in use.selector.tests:
            allowed = qualifier_codes(use.segment, test)
            if allowed is not None and test.value not in allowed:
                near = get_close_matches(test.value, sorted(allowed), 3)
                hint = f"; close to it: {' '.join(near)}" if near else ""
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

    def _target(self, row: Row, accesses: list[Access | str]) -> Target:
        """The element that a converter of a row reads and writes."""
        access = next((one for one in accesses if isinstance(one, Access)), None)
        if access is None:
            return Target(self.standard)
        element = access.elements[0]
        several = access.every and not isinstance(row.right, Call)
        return Target(
            self.standard,
            element.kind,
            element.decimals,
            element.max,
            access.format,
            access.mark,
            access.dated,
            len(access.cells) if several else 0,
        )

    def _converter(self, row: Row, accesses: list[Access | str]) -> Converter:
        named = row.modifiers.converter
        target = self._target(row, accesses)
        if named is None:
            if target.pieces:
                assert isinstance(row.right, Path)
                text = "#* gives a list: use join(…), list or wrapped(n)"
                raise Wrong(
                    problem("M207", row.right.span.place(), path=row.right.text, value=text)
                )
            return CONVERTERS["text"](target, ())
        maker = _maker(named)
        if bool(target.pieces) != (named.name in PIECED):
            assert isinstance(row.right, Path)
            text = (
                "wrapped and list go with a path that ends in #*, and #* with wrapped, list or join"
            )
            raise Wrong(problem("M207", row.right.span.place(), path=row.right.text, value=text))
        if target.kind in ("a", "ID") and named.name in ("decimal", "money", "integer"):
            raise Wrong(
                problem(
                    "M404",
                    named.span.place(),
                    converter=named.name,
                    kind=target.kind,
                    hint="letters",
                )
            )
        return maker(target, named.arguments)

    def _codes(self, row: Row) -> CodeList | None:
        named = row.modifiers.codes
        name = named.name if named else ""
        span = named.span if named else row.span
        for side in (row.right, row.left):
            if isinstance(side, Call) and side.code_list:
                name, span = side.code_list, side.span
        if not name:
            return None
        found = self.codes(name)
        if found is None:
            raise Wrong(problem("M105", span.place(), file=f"{name}.csv", value="no such file"))
        converter = row.modifiers.converter
        if named and converter is not None and converter.name != "text":
            value = f"text (codes {name}) and {converter.name}"
            raise Wrong(
                problem("M402", named.span.place(), field=row.name, value=value, type="text")
            )
        return found

    def _literal(
        self, literal: Literal | None, converter: Converter, codes: CodeList | None
    ) -> object:
        if literal is None:
            return None
        value = fixed_literal(literal.text, converter.type)
        if value is None or (
            not literal.quoted
            and converter.type == "text"
            and not codes
            and literal.text in ("true", "false")
        ):
            raise Wrong(
                problem(
                    "M406", literal.span.place(), value=literal.text, wanted=f"a {converter.type}"
                )
            )
        if codes is not None and literal.text not in codes.to_wire:
            raise Wrong(
                problem(
                    "M406",
                    literal.span.place(),
                    value=literal.text,
                    wanted=f"one of {', '.join(list(codes.to_wire)[:8])}",
                )
            )
        return value

    def _check_call(self, call: Call) -> None:
        shapes = {
            "join": lambda a: len(a) == 2 and isinstance(a[0], Literal) and isinstance(a[1], Path),
            "first": lambda a: len(a) > 1,
            "concat": lambda a: len(a) > 1,
            "lookup": lambda a: len(a) == 1,
            "count": lambda a: len(a) == 1 and isinstance(a[0], Field),
            "sum": lambda a: len(a) == 1 and isinstance(a[0], Field),
            "now": lambda a: not a,
        }
        plain = all(not isinstance(one, Call) for one in call.arguments)
        if not plain or not shapes[call.name](call.arguments):
            wanted = {
                "join": 'join(" ", PATH#*)',
                "first": "first(A, B)",
                "concat": "concat(A, B)",
                "lookup": "lookup LIST(A)",
                "count": "count(list)",
                "sum": "sum(list.field)",
                "now": "now()",
            }[call.name]
            raise Wrong(problem("M101", call.span.place(), wanted=wanted, value=call.name))

    def _check_test(self, test: Test, row: Row, body: Body) -> None:
        if isinstance(test, Condition):
            for inner in test.tests:
                self._check_test(inner, row, body)
            return
        assert isinstance(test, Comparison)
        if find_field(test.field.name, body) is None:
            raise Wrong(
                problem("M403", test.field.span.place(), field=test.field.name, row=row.name)
            )

    # ------------------------------------------------------------------ blocks

    def _select(self, path: Path, body: Body) -> tuple[Selector, Scope]:
        scope = body.use.scope
        if isinstance(scope, RecordLayout):
            return kid_path(path, scope)
        if isinstance(scope, SegmentSlot):
            raise Wrong(
                problem(
                    "M202",
                    path.span.place(),
                    tag=path.text,
                    group=scope.tag,
                    hint="",
                    members="no groups",
                )
            )
        selector = group_path(path, scope, self.standard)
        found = member(scope, selector)
        self._check_qualifiers(Use(0, selector, found, 0), path)
        return selector, found

    def _block(self, block: Block, body: Body) -> BlockPlan:
        selector, scope = self._select(block.select, body)
        if block.kind == "one" and not selector.tests and _may_repeat(body.use.scope, selector):
            raise Wrong(
                problem(
                    "M208",
                    block.select.span.place(),
                    group=block.select.text,
                    field=block.field.name,
                )
            )
        fields = _below(body.fields, block.field.name)
        inner = self.body(block.body, scope, fields, body)
        name = tuple(block.field.name.split("."))
        return BlockPlan(block, name, selector, scope, inner, next(self._numbers))

    def _nest(self, nest: Nest, body: Body) -> NestPlan:
        selector, scope = self._select(nest.select, body)
        keys: dict[str, Cell] = {}
        for key, path in nest.keys.items():
            tag = scope.tag if isinstance(scope, Group | SegmentSlot) else ""
            whole = Path(f"{tag}.{path.text}" if tag else path.text, path.span)
            access = self._access(whole, Body(0, Use(0, None, scope, 0), ""), False, False)
            keys[key] = access.cells[0]
        fields = _below(body.fields, nest.field.name)
        if nest.levels and nest.body:
            raise Wrong(
                problem(
                    "M101",
                    nest.body[0].span.place(),
                    value="a row beside levels",
                    wanted="every row below its level",
                )
            )
        if nest.levels and "level" not in keys:
            raise Wrong(
                problem(
                    "M101",
                    nest.span.place(),
                    value="the end of the line",
                    wanted="level and the element that tells the levels apart",
                )
            )
        levels = nest.levels or (Level((), "node", None, nest.body, nest.span),)
        planned = tuple(self._level(one, levels, scope, fields, body, keys) for one in levels)
        if sum(1 for one in planned if one.role == "node") != 1 or any(
            sum(1 for one in planned if one.role == role) > 1
            for role in ("document", "shared", "each")
        ):
            wanted = "one level per role, and one of packages (without a role)"
            raise Wrong(problem("M101", nest.span.place(), value="levels", wanted=wanted))
        name = tuple(nest.field.name.split("."))
        return NestPlan(nest, name, selector, scope, keys, planned, next(self._numbers))

    def _level(
        self,
        level: Level,
        levels: tuple[Level, ...],
        scope: Scope,
        fields: str,
        outer: Body,
        keys: dict[str, Cell],
    ) -> LevelPlan:
        item = next((one.name for one in levels if one.role == "each"), "")
        below = {
            "document": outer.fields,
            "node": fields,
            "each": _below(fields, level.name),
            "shared": _below(_below(fields, item), level.name),
        }[level.role]
        body = self.body(level.body, scope, below, outer)
        for key, cell in keys.items():
            if cell not in body.use.cells:
                body.use.cells[cell] = f"p_{key}"
        return LevelPlan(level.codes, level.role, (level.name,) if level.name else (), body, level)


def member(scope: Scope, selector: Selector) -> Scope:
    """What a selector leads to."""
    if isinstance(scope, RecordLayout):
        return scope.kids[selector.record]
    assert isinstance(scope, Group)
    return scope.members[selector.members[0]]


def find_field(name: str, body: Body) -> RowPlan | None:
    """The unconditional row above, in the same object, that fills a field."""
    for plan in body.rows:
        if ".".join(plan.name) == name and plan.row.modifiers.when is None:
            return plan
    return None


def _may_repeat(scope: Scope, selector: Selector) -> bool:
    found = member(scope, selector)
    if isinstance(found, RecordLayout):
        return found.many
    return found.max > 1 or len(selector.members) > 1


def _below(fields: str, name: str) -> str:
    return f"{fields}.{name}" if fields and name else fields or name


def _maker(named: Named) -> Callable[[Target, tuple[str, ...]], Converter]:
    """The converter that a row names, if it exists and takes these arguments."""
    maker = CONVERTERS.get(named.name)
    if maker is None:
        near = get_close_matches(named.name, [*CONVERTERS, "codes", "required", "default"], 1)
        hint = f"Did you mean {near[0]}?" if near else f"There are {' '.join(CONVERTERS)}."
        raise Wrong(problem("M103", named.span.place(), value=named.name, hint=hint))
    most = NUMERIC_ARGUMENTS.get(named.name, 2 if named.name == "flag" else 0)
    numbers = named.name == "flag" or all(one.isdigit() for one in named.arguments)
    if len(named.arguments) > most or not numbers:
        takes = "numbers" if most == 1 else "two codes" if most else "no arguments"
        hint = f"{named.name} takes {takes}."
        raise Wrong(
            problem(
                "M103",
                named.span.place(),
                hint=hint,
                value=f"{named.name}({','.join(named.arguments)})",
            )
        )
    return maker
