"""Blocks and trees → plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from gateway.grammar.layoutmodel import RecordLayout
from gateway.grammar.model import Group, SegmentSlot
from gateway.mapping.build.context import Context, condition, member
from gateway.mapping.build.rows import access, use_of
from gateway.mapping.paths import Wrong, group_path
from gateway.mapping.places import Cell, Selector
from gateway.mapping.plan import BlockPlan, Body, LevelPlan, NestPlan, Scope, Use
from gateway.mapping.records import excepted, kid_path
from gateway.mapping.statements import Block, Level, Nest, Path, Span, Statement
from gateway.problems import problem

OWN = Selector((0,))
"""The trigger of the group that a body stands in."""
Inner: TypeAlias = Callable[[Iterable[Statement], Scope, str, Body | None], Body]
"""Plans the body of a block: statements, scope, canonical name, the body around."""


def block_plan(block: Block, body: Body, context: Context, inner: Inner) -> BlockPlan:
    """The plan of ``one`` or ``each``. Raises :class:`Wrong`."""
    if block.repeat is not None and _own(block, body):
        selector, scope = OWN, _trigger(body.use.scope)
    else:
        selector, scope = _select(block.select, body, context)
    if block.repeat is not None:
        _check_repeat(block, scope)
    if isinstance(scope, RecordLayout):
        selector = excepted(block.select, selector, scope, block.excepts)
    if block.kind == "one" and not selector.tests and _may_repeat(body.use.scope, selector):
        raise Wrong(
            problem(
                "M208", block.select.span.place(), group=block.select.text, field=block.field.name
            )
        )
    if block.when is not None:
        condition(block.when, block.name, body)
    planned = inner(block.body, scope, below(body.fields, block.field.name), body)
    name = tuple(block.field.name.split("."))
    return BlockPlan(block, name, selector, scope, planned, context.number())


def _own(block: Block, body: Body) -> bool:
    """Whether a run stands in the segment that the body around stands on."""
    trigger = _trigger(body.use.scope)
    return isinstance(trigger, SegmentSlot) and trigger.tag == block.select.text


def _trigger(scope: Scope) -> Scope:
    first = scope.members[0] if isinstance(scope, Group) else scope
    return first if isinstance(first, SegmentSlot) else scope


def _check_repeat(block: Block, scope: Scope) -> None:
    """A run has its elements within the segment (M204), and needs a plain segment (M207)."""
    if not isinstance(scope, SegmentSlot) or block.repeat is None:
        text = "repeat needs a segment that holds the run itself"
        raise Wrong(problem("M207", block.select.span.place(), path=block.select.text, value=text))
    first, step, times = block.repeat
    count = len(scope.segment.elements)
    if first + step * times - 1 > count:
        raise Wrong(
            problem(
                "M204",
                block.select.span.place(),
                tag=scope.tag,
                element=f"{first + step * times - 1:02}",
                has=f"{scope.tag}01 to {scope.tag}{count:02}",
            )
        )


def _select(path: Path, body: Body, context: Context) -> tuple[Selector, Scope]:
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
    selector = group_path(path, scope, context.standard)
    found = member(scope, selector)
    use_of(selector.via, body, path, context)
    context.qualifiers(Use(0, selector, found, 0), path)
    return selector, found


def _may_repeat(scope: Scope, selector: Selector) -> bool:
    found = member(scope, selector)
    if isinstance(found, RecordLayout):
        return found.many
    return found.max > 1 or len(selector.members) > 1


def nest_plan(nest: Nest, body: Body, context: Context, inner: Inner) -> NestPlan:
    """The plan of a tree. Raises :class:`Wrong`."""
    selector, scope = _select(nest.select, body, context)
    keys = _keys(nest, scope, context)
    _check_levels(nest, keys)
    fields = below(body.fields, nest.field.name)
    levels = nest.levels or (Level((), "node", None, nest.body, nest.span),)
    planned = []
    for level in levels:
        name = {
            "document": body.fields,
            "node": fields,
            "each": below(fields, level.name),
            "shared": below(below(fields, _item(levels)), level.name),
        }[level.role]
        made = inner(level.body, scope, name, body)
        for key, cell in keys.items():
            made.use.cells.setdefault(cell, f"p_{key}")
        planned.append(
            LevelPlan(level.codes, level.role, (level.name,) if level.name else (), made, level)
        )
    name_ = tuple(nest.field.name.split("."))
    return NestPlan(nest, name_, selector, scope, keys, tuple(planned), context.number())


def _item(levels: Iterable[Level]) -> str:
    return next((one.name for one in levels if one.role == "each"), "")


def _keys(nest: Nest, scope: Scope, context: Context) -> dict[str, Cell]:
    """Cells of the trigger that tell the tree."""
    keys: dict[str, Cell] = {}
    alone = Body(0, Use(0, None, scope, 0), "")
    for key, path in nest.keys.items():
        tag = scope.tag if isinstance(scope, Group | SegmentSlot) else ""
        whole = Path(f"{tag}.{path.text}" if tag else path.text, path.span)
        keys[key] = access(whole, alone, context, False, False).cells[0]
    return keys


def _check_levels(nest: Nest, keys: dict[str, Cell]) -> None:
    if nest.levels and nest.body:
        wanted = "every row below its level"
        raise _unreadable(nest.body[0].span, "a row beside levels", wanted)
    if nest.levels and "level" not in keys:
        wanted = "level and the element that tells the levels apart"
        raise _unreadable(nest.span, "the end of the line", wanted)
    roles = [one.role for one in nest.levels] or ["node"]
    if roles.count("node") != 1 or any(
        roles.count(role) > 1 for role in ("document", "shared", "each")
    ):
        wanted = "one level per role, and one of packages (without a role)"
        raise _unreadable(nest.span, "levels", wanted)


def _unreadable(span: Span, value: str, wanted: str) -> Wrong:
    return Wrong(problem("M101", span.place(), value=value, wanted=wanted))


def below(fields: str, name: str) -> str:
    """A canonical name below another."""
    return f"{fields}.{name}" if fields and name else fields or name
