"""Checks of a map against the canonical model: M402, M501, M505, M506."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from gateway.mapping.fields import FieldType, field_type, fields_of
from gateway.mapping.plan import BlockPlan, Body, LevelPlan, NestPlan, RowPlan
from gateway.mapping.statements import Call, Comparison, Condition, Field, Header, Span, Test
from gateway.problems import Problem, problem


class Canonical:
    """Walks a plan beside a model and collects what does not fit."""

    def __init__(self, header: Header, problems: list[Problem]) -> None:
        self.header = header
        self.problems = problems

    def body(self, body: Body, model: type[Any], filled: frozenset[str] = frozenset()) -> None:
        """Rows and blocks against the fields of a model; ``filled``: names that others fill."""
        names = set(filled)
        for plan in body.rows:
            if plan.name:
                self._row(plan, model)
                if plan.row.reads:
                    names.update(_fronts(".".join(plan.name)))
            elif isinstance(plan.row.left, Call):
                self._call(plan.row.left, model)
            if plan.row.modifiers.when is not None and not plan.row.reads:
                self._tested(plan.row.modifiers.when, model)
        for block in body.blocks:
            names.update(_fronts(".".join(block.name)))
            if isinstance(block, BlockPlan):
                self._block(block, model)
            else:
                names |= self._nest(block, model)
        if names or body.outer is None:
            self._required(body, model, names)

    def _field(self, name: str, model: type[Any], span: Span) -> FieldType | None:
        found = field_type(model, name)
        if found is None:
            known = list(_all_names(model))
            near = get_close_matches(name, known, 1)
            hint = f"Did you mean {near[0]}?" if near else f"It has {', '.join(known[:12])} …"
            self.problems.append(
                problem("M505", span.place(), document=model.__name__, field=name, hint=hint)
            )
        return found

    def _row(self, plan: RowPlan, model: type[Any]) -> None:
        left = plan.row.left
        if not isinstance(left, Field):
            return
        found = self._field(left.name, model, left.span)
        if found is None or found.kind == "any":
            return
        kind = "texts" if plan.converter.name == "list" else plan.converter.type
        if not _takes(found, kind):
            article = {"object": "an object", "list": "a list", "texts": "a list of texts"}
            expected = article.get(found.kind, found.kind)
            named = plan.row.modifiers.converter
            span = named.span if named else left.span
            self.problems.append(
                problem("M402", span.place(), field=left.name, type=expected, value=kind)
            )
        elif found.words:
            self._words(plan, found, left)

    def _words(self, plan: RowPlan, found: FieldType, left: Field) -> None:
        if plan.codes is None:
            return
        named = plan.row.modifiers.codes
        place = (named.span if named else left.span).place()
        strange = [word for word in plan.codes.to_wire if word not in found.words]
        if strange:
            value = f"a code list with {', '.join(strange)}"
            expected = f"one of {', '.join(found.words)}"
            self.problems.append(
                problem("M402", place, field=left.name, type=expected, value=value)
            )
        missing = [word for word in found.words if word not in plan.codes.to_wire]
        if missing and plan.row.writes:
            self.problems.append(
                problem(
                    "M506",
                    place,
                    list=plan.codes.name,
                    values=", ".join(missing),
                    field=left.name,
                )
            )

    def _tested(self, test: Test, model: type[Any]) -> None:
        """Fields that the condition of a row tests which only writes."""
        if isinstance(test, Condition):
            for inner in test.tests:
                self._tested(inner, model)
        elif isinstance(test, Comparison):
            self._field(test.field.name, model, test.field.span)

    def _call(self, call: Call, model: type[Any]) -> None:
        for argument in call.arguments:
            if not isinstance(argument, Field) or argument.name.isupper():
                continue
            here: type[Any] | None = model
            for step in argument.name.split("."):
                found = None if here is None else fields_of(here).get(step)
                if found is None:
                    self._field(argument.name, model, argument.span)
                    break
                here = found.model

    def _block(self, block: BlockPlan, model: type[Any]) -> None:
        field = block.block.field
        found = self._field(field.name, model, field.span)
        if found is None or found.kind == "any":
            return
        wanted = "list" if block.many else "object"
        if found.kind != wanted or found.model is None:
            value = "a list (each)" if block.many else "an object (one)"
            expected = {"list": "a list", "object": "an object"}.get(found.kind, found.kind)
            self.problems.append(
                problem("M402", field.span.place(), field=field.name, type=expected, value=value)
            )
            return
        self.body(block.body, found.model)

    def _nest(self, nest: NestPlan, model: type[Any]) -> set[str]:
        """The levels of a tree; fields that document levels fill in the surrounding object."""
        field = nest.nest.field
        found = self._field(field.name, model, field.span)
        if found is None or found.kind != "list" or found.model is None:
            return set()
        roles: dict[str, LevelPlan] = {level.role: level for level in nest.levels}
        each = roles.get("each")
        above: set[str] = set()
        for role, level in roles.items():
            if role == "document":
                Canonical(self.header, self.problems)._rows_only(level.body, model)
                above |= _filled(level.body)
            elif role == "node":
                names = frozenset({".".join(nest.name), ".".join(each.name) if each else ""})
                self.body(level.body, found.model, names)
            elif role == "each" and level.level is not None and level.level.field is not None:
                self._each(level, found.model, roles.get("shared"))
        return above

    def _each(self, level: LevelPlan, node: type[Any], shared: LevelPlan | None) -> None:
        assert level.level is not None and level.level.field is not None
        field = level.level.field
        items = self._field(field.name, node, field.span)
        if items is None or items.model is None:
            return
        name = shared.level.name if shared is not None and shared.level else ""
        self.body(level.body, items.model, frozenset({name} if name else ()))
        if shared is not None and shared.level is not None and shared.level.field is not None:
            inner = self._field(name, items.model, shared.level.field.span)
            if inner is not None and inner.model is not None:
                self.body(shared.body, inner.model)

    def _rows_only(self, body: Body, model: type[Any]) -> None:
        for plan in body.rows:
            if plan.name:
                self._row(plan, model)
        for block in body.blocks:
            if isinstance(block, BlockPlan):
                self._block(block, model)

    def _required(self, body: Body, model: type[Any], names: set[str]) -> None:
        for name in _missing(model, names):
            field = f"{body.fields}.{name}" if body.fields else name
            self.problems.append(
                problem("M501", self._place(body), field=field, document=self.header.document)
            )

    def _place(self, body: Body) -> Any:
        outer = body.outer
        for block in outer.blocks if outer is not None else ():
            if isinstance(block, BlockPlan) and block.body is body:
                return block.block.field.span.place()
            if isinstance(block, NestPlan):
                for level in block.levels:
                    if level.body is body:
                        return (level.level.span if level.level else block.nest.span).place()
        return self.header.span.place()


def _takes(found: FieldType, kind: str) -> bool:
    """Whether a field takes what a converter of a type gives."""
    if kind == "period" and found.model is not None and found.kind == "object":
        inside = fields_of(found.model)
        return all(name in inside and inside[name].kind == "date" for name in ("start", "end"))
    return found.kind == kind or (found.kind == "decimal" and kind == "integer")


def _filled(body: Body) -> set[str]:
    names: set[str] = set()
    for plan in body.rows:
        if plan.row.reads:
            names.update(_fronts(".".join(plan.name)))
    for block in body.blocks:
        names.update(_fronts(".".join(block.name)))
    return names


def _fronts(name: str) -> Iterator[str]:
    steps = name.split(".")
    for end in range(1, len(steps) + 1):
        yield ".".join(steps[:end])


def _missing(model: type[Any], names: set[str], front: str = "") -> Iterator[str]:
    """Required fields that no name fills, also inside objects that dotted names fill."""
    for name, found in fields_of(model).items():
        whole = f"{front}{name}"
        if whole not in names:
            if found.required:
                yield whole
        elif found.kind == "object" and found.model is not None:
            inner = {one for one in names if one.startswith(f"{whole}.")}
            if inner:
                yield from _missing(found.model, names, f"{whole}.")


def _all_names(model: type[Any], front: str = "", depth: int = 2) -> Iterator[str]:
    for name, found in fields_of(model).items():
        yield f"{front}{name}"
        if found.kind == "object" and found.model is not None and depth > 1:
            yield from _all_names(found.model, f"{front}{name}.", depth - 1)
