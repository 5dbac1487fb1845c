"""What a map and the guide of an agreement say differently, in the direction of the agreement."""

from __future__ import annotations

from gateway.grammar.guide import Guide
from gateway.mapping.compiled import CompiledMap
from gateway.mapping.guidedreading import Reading
from gateway.mapping.guidedwriting import Writing
from gateway.problems import Problem


def guide_problems(
    compiled: CompiledMap, guide: Guide, direction: str, *, own: bool = False
) -> list[Problem]:
    """All findings, in the order of the map.

    ``direction``: ``inbound`` (the map reads) or ``outbound`` (it writes); ``own``: the map is one
    of the partner, not a general one.
    """
    if compiled.header is None or compiled.grammar is None:
        return []
    walk = Reading if direction == "inbound" else Writing
    walking = walk(guide, compiled.header.format_span, own=own)
    walking.body(compiled.plan, guide.body)
    return sorted(walking.problems, key=_order)


def _order(found: Problem) -> tuple[str, int, int]:
    return (found.place.file or "", found.place.line or 0, found.place.column or 0)
