"""Overlays: the statements of a base map and changes in, statements out.

The changes of one overlay apply in order. Rows are named by their canonical path from the top;
``replace``, ``drop`` and ``require`` must hit (M301), ``add`` must not (M302), a replacement that
says the same is refused (M303). ``part party: …`` names rows below a part, before blocks take it.
Levels of a tree are named by their list or object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from operator import is_

from gateway.mapping.statements import (
    Block,
    Change,
    Field,
    Level,
    Nest,
    Row,
    Statement,
    bodies,
    spelled,
)
from gateway.problems import Problem, problem


def names(statements: Iterable[Statement], front: str = "") -> Iterator[str]:
    """Names of all rows and blocks as an overlay calls them."""
    for one in statements:
        name = f"{front}.{one.name}" if front else one.name
        yield name
        for inner_front, body in bodies(one):
            inner = ".".join(part for part in (front, inner_front) if part)
            yield from names(body, inner)


def apply(
    statements: tuple[Statement, ...], changes: Iterable[Change], problems: list[Problem]
) -> tuple[Statement, ...]:
    """The statements with the changes of an overlay; changes that fit nothing are reported."""
    for change in _merged(list(changes)):
        if isinstance(change.statement, Level):
            statements = _leveled(statements, change, change.statement, problems)
            continue
        known = list(dict.fromkeys(names(statements)))
        found = change.target.name in known
        if change.verb == "drop" and (rest := _without_level(statements, change)) is not None:
            statements = rest
        elif change.verb == "add" and found and not _other_way(statements, change):
            problems.append(problem("M302", change.target.span.place(), field=change.target.name))
        elif change.verb != "add" and not found:
            problems.append(_misses(change, known))
        else:
            statements = _change(statements, change, problems)
    return statements


def _misses(change: Change, known: Iterable[str]) -> Problem:
    name = change.target.name
    near = get_close_matches(name, list(known), 1)
    hint = f"Did you mean {near[0]}?" if near else "Say add for a new row."
    return problem("M301", change.target.span.place(), verb=change.verb, field=name, hint=hint)


def _leveled(
    statements: tuple[Statement, ...], change: Change, new: Level, problems: list[Problem]
) -> tuple[Statement, ...]:
    """``replace level P Q``: the codes of the level of that role, and its rows if it has some."""
    done = False

    def level(old: Level) -> Level:
        nonlocal done
        if (old.role, old.name) != (new.role, new.name):
            return old
        done = True
        if old.codes == new.codes and not new.body:
            problems.append(problem("M303", change.span.place(), field=f"level {old.role}"))
        return replace(new, body=new.body or old.body, origin="replace")

    changed = tuple(
        replace(one, levels=tuple(map(level, one.levels))) if isinstance(one, Nest) else one
        for one in statements
    )
    if not done:
        span = change.target.span.place()
        hint = "The roles are document, shared NAME, each NAME, and none for packages."
        shown = f"level of the role {new.role} {new.name}".rstrip()
        problems.append(problem("M301", span, verb="replace", field=shown, hint=hint))
    return changed


def _without_level(
    statements: tuple[Statement, ...], change: Change
) -> tuple[Statement, ...] | None:
    """The statements without the level of a list or object; ``None`` if the name is of no level."""
    for at, one in enumerate(statements):
        if not isinstance(one, Nest):
            continue
        named = [name for name, _ in bodies(one)][1:]
        for level, name in zip(one.levels, named, strict=True):
            if name == change.target.name and level.name:
                rest = tuple(other for other in one.levels if other is not level)
                changed = replace(one, levels=rest)
                return (*statements[:at], changed, *statements[at + 1 :])
    return None


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
        assert isinstance(new, Row | Block)
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
        if name == target:
            result.extend(at(one, one.name))
        elif target.startswith(f"{name}.") or isinstance(one, Nest):
            result.append(_inside(one, front, lambda body, f: _edit(body, target, f, at)))
        else:
            result.append(one)
    same = len(result) == len(statements) and all(map(is_, result, statements))
    return statements if same else tuple(result)


def _inside(
    one: Statement,
    front: str,
    edit: Callable[[tuple[Statement, ...], str], tuple[Statement, ...]],
) -> Statement:
    """A statement with its bodies edited."""
    if isinstance(one, Row):
        return one
    fronts = [".".join(part for part in (front, name) if part) for name, _ in bodies(one)]
    body = edit(one.body, fronts[0])
    if isinstance(one, Block):
        # what did not change stays the same object: blocks with the same rows are compiled once
        return one if body is one.body else replace(one, body=body)
    levels: list[Level] = []
    for level, inner in zip(one.levels, fronts[1:], strict=True):
        levels.append(replace(level, body=edit(level.body, inner)))
    return replace(one, body=body, levels=tuple(levels))


def _add(statements: tuple[Statement, ...], target: str, change: Change) -> tuple[Statement, ...]:
    """Put a row into the body with the longest name that its own name starts with."""
    assert isinstance(change.statement, Row | Block)
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
        return (one.name, one.operator, spelled(one.right), one.modifiers.text)
    if isinstance(one, Block):
        return (
            one.kind,
            one.name,
            one.select.text,
            one.excepts,
            one.required,
            one.repeat,
            one.when,
            one.on_error,
            tuple(_says(inner) for inner in one.body),
        )
    return (one.name,)
