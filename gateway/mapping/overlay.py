"""Parts and overlays: statements in, statements out.

Parts are expanded by copy first, so that an overlay of ``buyer.vat_id`` changes the buyer alone.
Then the changes of one overlay apply in order. Rows are named by their canonical path from the
top; ``replace``, ``drop`` and ``require`` must hit (M301), ``add`` must not (M302), a replacement
that says the same is refused (M303).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TypeVar

from gateway.mapping.statements import (
    Block,
    Change,
    Field,
    Level,
    Nest,
    Part,
    Row,
    Statement,
    bodies,
)
from gateway.problems import Problem, problem

_Any = TypeVar("_Any", Row, Block, Nest)
_DEEPEST = 8
"""Parts within parts; deeper is a part that contains itself."""


def expand(
    statements: Iterable[Statement], parts: dict[str, Part], problems: list[Problem], depth: int = 0
) -> tuple[Statement, ...]:
    """Copy the rows of parts into the blocks that name them."""
    return tuple(_expanded(one, parts, problems, depth) for one in statements)


def _expanded(
    statement: Statement, parts: dict[str, Part], problems: list[Problem], depth: int
) -> Statement:
    if isinstance(statement, Row):
        return statement
    if isinstance(statement, Nest):
        levels = tuple(
            replace(one, body=expand(one.body, parts, problems, depth)) for one in statement.levels
        )
        return replace(
            statement, body=expand(statement.body, parts, problems, depth), levels=levels
        )
    body = expand(statement.body, parts, problems, depth)
    if statement.part is not None:
        part = parts.get(statement.part.name)
        if part is None or depth > _DEEPEST:
            near = get_close_matches(statement.part.name, list(parts), 1)
            hint = (
                f"did you mean {near[0]}?"
                if near and part is None
                else "it must stand in this file"
            )
            problems.append(
                problem("M107", statement.part.span.place(), part=statement.part.name, hint=hint)
            )
        else:
            own = {one.name for one in body}
            copied = expand(part.body, parts, problems, depth + 1)
            body = (*(one for one in copied if one.name not in own), *body)
    return replace(statement, body=body)


def names(statements: Iterable[Statement], front: str = "") -> Iterator[str]:
    """Names of all rows and blocks as an overlay calls them."""
    for one in statements:
        name = f"{front}.{one.name}" if front else one.name
        yield name
        for inner_front, body in bodies(one):
            yield from names(body, ".".join(part for part in (front, inner_front) if part))


def apply(
    statements: tuple[Statement, ...], changes: Iterable[Change], problems: list[Problem]
) -> tuple[Statement, ...]:
    """The statements with the changes of an overlay; changes that fit nothing are reported."""
    for change in _merged(list(changes)):
        known = list(dict.fromkeys(names(statements)))
        found = change.target.name in known
        if change.verb == "add" and found and not _other_way(statements, change):
            problems.append(problem("M302", change.target.span.place(), field=change.target.name))
        elif change.verb != "add" and not found:
            near = get_close_matches(change.target.name, known, 1)
            hint = f"Did you mean {near[0]}?" if near else "Say add for a new row."
            problems.append(
                problem(
                    "M301",
                    change.target.span.place(),
                    verb=change.verb,
                    field=change.target.name,
                    hint=hint,
                )
            )
        else:
            statements = _change(statements, change, problems)
    return statements


def _merged(changes: list[Change]) -> list[Change]:
    """``drop`` and a later ``add`` of one field are a ``replace``: the row keeps its place."""
    changes = [one for one in changes if one.verb != "codes"]
    result: list[Change] = []
    for change in changes:
        at = next(
            (
                index
                for index, other in enumerate(result)
                if other.verb == "drop" and other.target.name == change.target.name
            ),
            None,
        )
        if change.verb == "add" and at is not None:
            result[at] = replace(change, verb="replace")
        else:
            result.append(change)
    return result


@dataclass
class _Edit:
    change: Change
    problems: list[Problem]
    done: bool = False

    def at(self, one: Statement, local: str) -> list[Statement]:
        """What stands where the named statement stood."""
        verb, new = self.change.verb, self.change.statement
        if verb == "drop":
            self.done = True
            return []
        if verb == "require":
            self.done = True
            return [_required(one)]
        assert new is not None
        if isinstance(one, Row) and isinstance(new, Row) and not _same_way(one, new):
            return [one]
        placed = _named(new, local, "replace")
        if _says(one) == _says(placed):
            self.problems.append(
                problem("M303", self.change.target.span.place(), field=self.change.target.name)
            )
        already, self.done = self.done, True
        return [] if already else [placed]


def _change(
    statements: tuple[Statement, ...], change: Change, problems: list[Problem]
) -> tuple[Statement, ...]:
    if change.verb == "add":
        return _add(statements, change.target.name, change)
    edit = _Edit(change, problems)
    return _edit(statements, change.target.name, "", edit.at)


def _edit(
    statements: tuple[Statement, ...],
    target: str,
    front: str,
    at: Callable[[Statement, str], list[Statement]],
) -> tuple[Statement, ...]:
    result: list[Statement] = []
    for one in statements:
        name = f"{front}.{one.name}" if front else one.name
        result.extend(
            at(one, one.name)
            if name == target
            else [_inside(one, front, lambda body, f: _edit(body, target, f, at))]
        )
    return tuple(result)


def _inside(
    one: Statement,
    front: str,
    edit: Callable[[tuple[Statement, ...], str], tuple[Statement, ...]],
) -> Statement:
    """A statement with its bodies edited."""
    if isinstance(one, Row):
        return one
    fronts = [".".join(part for part in (front, name) if part) for name, _ in bodies(one)]
    if isinstance(one, Block):
        return replace(one, body=edit(one.body, fronts[0]))
    levels: list[Level] = []
    for level, inner in zip(one.levels, fronts[1:], strict=True):
        levels.append(replace(level, body=edit(level.body, inner)))
    return replace(one, body=edit(one.body, fronts[0]), levels=tuple(levels))


def _add(statements: tuple[Statement, ...], target: str, change: Change) -> tuple[Statement, ...]:
    """Put a row into the body with the longest name that its own name starts with."""
    assert change.statement is not None
    best = ""
    for name in _body_names(statements):
        if target.startswith(f"{name}.") and len(name) > len(best):
            best = name
    local = target[len(best) + 1 :] if best else target
    new = _named(change.statement, local, "add")
    if not best:
        return (*statements, new)
    done = False

    def edit(body: tuple[Statement, ...], front: str) -> tuple[Statement, ...]:
        nonlocal done
        inner = tuple(_inside(one, front, edit) for one in body)
        if front == best and not done:
            done = True
            return (*inner, new)
        return inner

    return tuple(_inside(one, "", edit) for one in statements)


def _body_names(statements: Iterable[Statement], front: str = "") -> Iterator[str]:
    for one in statements:
        for inner, body in bodies(one):
            name = ".".join(part for part in (front, inner) if part)
            leveled = isinstance(one, Nest) and bool(one.levels) and inner == one.name
            if name and (body or not leveled):
                yield name
            yield from _body_names(body, name)


def _named(statement: Row | Block, local: str, origin: str) -> Row | Block:
    if isinstance(statement, Block):
        return replace(statement, field=Field(local, statement.field.span), origin=origin)
    if isinstance(statement.left, Field):
        left = Field(local, statement.left.span)
        return replace(statement, left=left, origin=origin)
    return replace(statement, origin=origin)


def _required(one: Statement) -> Statement:
    if isinstance(one, Row):
        modifiers = replace(
            one.modifiers,
            required=True,
            default=None,
            text=f"{one.modifiers.text} required".strip(),
        )
        return replace(one, modifiers=modifiers, origin="require")
    if isinstance(one, Block):
        return replace(one, required=True, origin="require")
    return one


def _same_way(one: Row, other: Row) -> bool:
    both = {one.operator, other.operator}
    return both != {"<-", "->"}


def _other_way(statements: tuple[Statement, ...], change: Change) -> bool:
    """Whether only the other direction of the field exists (``<-`` beside ``->``)."""
    new = change.statement
    hits: list[Statement] = []

    def collect(one: Statement, _: str) -> list[Statement]:
        hits.append(one)
        return [one]

    _edit(statements, change.target.name, "", collect)
    return isinstance(new, Row) and all(
        isinstance(one, Row) and not _same_way(one, new) for one in hits
    )


def _says(one: Statement) -> tuple[object, ...]:
    if isinstance(one, Row):
        return (one.name, one.operator, getattr(one.right, "text", ""), one.modifiers.text)
    if isinstance(one, Block):
        return (
            one.kind,
            one.name,
            one.select.text,
            one.excepts,
            one.required,
            tuple(_says(inner) for inner in one.body),
        )
    return (one.name,)
