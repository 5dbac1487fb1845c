"""What a document holds and no row writes (V513): the other side of coverage.

A field counts as written if a row names it, in whatever condition; what such a row then refuses
is a problem of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from gateway.mapping.plan import BlockPlan, Body, NestPlan
from gateway.mapping.statements import Call, Field
from gateway.problems import Place, Problem, problem

Name: TypeAlias = tuple[str, ...]
_SAID_ALREADY = frozenset({"price_each"})
"""Fields that say in another way what others say; only some formats need them."""


@dataclass
class _Known:
    """Names below one object, and what stands below its lists and objects."""

    fields: set[Name] = field(default_factory=set)
    inside: dict[Name, _Known] = field(default_factory=dict)


def unwritten_fields(plan: Body, document: dict[str, Any]) -> list[Problem]:
    """One warning per field with a value that the map does not write, in document order."""
    return list(_walk(document, (), _known(plan), ""))


def _known(body: Body, known: _Known | None = None) -> _Known:
    known = known or _Known()
    for plan in body.rows:
        if not plan.row.writes:
            continue
        left = plan.row.left
        named = left.arguments if isinstance(left, Call) and left.name != "count" else (left,)
        known.fields.update(tuple(one.name.split(".")) for one in named if isinstance(one, Field))
    for block in body.blocks:
        if isinstance(block, BlockPlan):
            inner = known.inside.setdefault(block.name, _Known())
            _known(block.body, inner)
        else:
            _nested(block, known)
    return known


def _nested(nest: NestPlan, outer: _Known) -> None:
    node = outer.inside.setdefault(nest.name, _Known())
    node.inside[nest.name[-1:]] = node
    items = _Known()
    for level in nest.levels:
        if level.role == "document":
            _known(level.body, outer)
        elif level.role == "node":
            _known(level.body, node)
        elif level.role == "each":
            node.inside[level.name] = items
            _known(level.body, items)
    for level in nest.levels:
        if level.role == "shared":
            shared = _known(level.body)
            items.fields.update((*level.name, *name) for name in shared.fields)


def _walk(source: dict[str, Any], front: Name, known: _Known, where: str) -> Iterator[Problem]:
    for key, value in source.items():
        name = (*front, key)
        spot = f"{where}.{key}" if where else key
        if value in (None, "", (), [], {}) or name in known.fields or key in _SAID_ALREADY:
            continue
        inner = known.inside.get(name)
        if isinstance(value, dict):
            if inner is None:
                yield from _walk(value, name, known, spot)
            else:
                # dotted rows of the same object may stand beside the block
                beside = {one[len(name) :] for one in known.fields if one[: len(name)] == name}
                yield from _walk(value, (), _Known(inner.fields | beside, inner.inside), spot)
        elif isinstance(value, list | tuple) and inner is not None:
            for index, one in enumerate(value, start=1):
                yield from _walk(one, (), inner, f"{spot}[{index}]")
        else:
            shown = f"{len(value)} entries" if isinstance(value, list | tuple) else value
            yield problem("V513", Place(path=spot), field=spot, value=shown)
