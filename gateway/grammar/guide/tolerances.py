"""Tolerances of a guide: deviations from the base that were agreed, each an entry with a reason.

::

    tolerate:
      - {problem: G203, segment: LIN, element: 7, why: "an own field of their system"}
      - {out_of_order: FTX, before: BGM, why: "their system sends texts first"}

The first turns exactly that finding of the base into a warning. The second lets a segment or group
also stand before (after) a sibling; the message is read as though it stood where it belongs, and
its place stays that of the wire.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.grammar.guide.model import Guide
from gateway.grammar.guide.names import display_name, listed_names, member_names
from gateway.grammar.guide.source import GuideSource, ToleranceSource
from gateway.grammar.guide.tolerancemodel import OrderTolerance, Tolerance
from gateway.grammar.guide.yamlreader import YamlReader, suggestion
from gateway.grammar.model import Group
from gateway.problems import REGISTRY, Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

STRUCTURE = frozenset({"G102", "G105", "G107", "G108", "G109"})
"""Findings of the structure after which the rest of the message still has its places."""


def resolve_tolerances(
    sources: Sequence[GuideSource], guide: Guide, problems: list[Problem]
) -> tuple[tuple[Tolerance, ...], tuple[OrderTolerance, ...]]:
    """All entries of all layers."""
    tolerances, orders = [], []
    for source in sources:
        text = source.places if source.places is not None else YamlText(source.file)
        reader = YamlReader(text, problems)
        for one in source.tolerances:
            if "out_of_order" in one.data:
                order = _order(one, guide, reader)
                orders += [order] if order else []
            else:
                found = _tolerance(one, guide, reader)
                tolerances += [found] if found else []
    return tuple(tolerances), tuple(orders)


def _tolerance(source: ToleranceSource, guide: Guide, reader: YamlReader) -> Tolerance | None:
    data, path = source.data, source.path
    code = reader.string(data.get("problem"), (*path, "problem"))
    reason = _refusal(code)
    if reason is not None:
        reader.problems.append(
            problem("G441", reader.place((*path, "problem")), problem=code, reason=reason)
        )
        return None
    tag = reader.string(data.get("segment"), (*path, "segment"))
    if tag and tag not in guide.base.segments and code != "G102":
        known = list(guide.base.segments)
        facts: dict[str, Any] = {"known": " ".join(known), "hint": suggestion(tag, known)}
        owner = guide.base_name
        place = reader.place((*path, "segment"))
        reader.problems.append(problem("G406", place, name=tag, owner=owner, **facts))
        return None
    return Tolerance(
        code,
        reader.string(data.get("why"), (*path, "why")),
        tag,
        reader.string(data.get("path"), (*path, "path")).strip("/"),
        reader.number(data.get("element"), (*path, "element")),
        reader.number(data.get("component"), (*path, "component")),
        source.place,
    )


def _refusal(code: str) -> str | None:
    if code not in REGISTRY:
        return "there is no such problem"
    if code[:2] in ("G2", "G3") or code in STRUCTURE:
        return None
    if code.startswith("G1"):
        return "after it the places of the following segments would be guessed"
    return "it is no finding of a message against its directory or guide"


def _order(source: ToleranceSource, guide: Guide, reader: YamlReader) -> OrderTolerance | None:
    data, path = source.data, source.path
    written = reader.string(data.get("out_of_order"), (*path, "out_of_order"))
    sides = [side for side in ("before", "after") if data.get(side)]
    if len(sides) != 1:
        reader.missing(
            path, "before or after", "an order tolerance", "the sibling it may stand beside"
        )
        return None
    (side,) = sides
    beside = reader.string(data.get(side), (*path, side))
    found = _parent(written, guide, reader, (*path, "out_of_order"))
    if found is None:
        return None
    indices, group, index = found
    sibling = member_names(group).get(beside.rpartition("/")[2])
    if sibling is None:
        _unknown(beside, group, reader, (*path, side))
        return None
    after = side == "after"
    name, other = display_name(group, index), display_name(group, sibling)
    reason = _pointless(index, sibling, after, len(group.members))
    if reason is not None:
        facts: dict[str, Any] = {"name": name, "side": side, "sibling": other, "reason": reason}
        reader.problems.append(problem("G442", reader.place(path), **facts))
        return None
    why = reader.string(data.get("why"), (*path, "why"))
    return OrderTolerance(indices, index, sibling, after, name, other, why, source.place)


def _pointless(index: int, sibling: int, after: bool, count: int) -> str | None:
    if index in (0, sibling):
        return "the first segment of a group cannot stand elsewhere"
    if sibling == 0 and not after:
        return "nothing can stand before the first segment of a group"
    if (index > sibling) == after:
        return "the base has it there already"
    if sibling == count - 1 and after:
        return "nothing stands behind it"
    return None


def _parent(
    written: str, guide: Guide, reader: YamlReader, path: Path_
) -> tuple[tuple[int, ...], Group, int] | None:
    group = guide.base.root
    indices: list[int] = []
    *steps, last = written.split("/")
    for step in steps:
        index = member_names(group).get(step)
        inner = group.members[index] if index is not None else None
        if index is None or not isinstance(inner, Group):
            _unknown(step, group, reader, path)
            return None
        indices.append(index)
        group = inner
    index = member_names(group).get(last)
    if index is None:
        _unknown(last, group, reader, path)
        return None
    return tuple(indices), group, index


def _unknown(name: str, group: Group, reader: YamlReader, path: Path_) -> None:
    known = listed_names(group)
    facts: dict[str, Any] = {"known": " ".join(known), "hint": suggestion(name, known)}
    place = reader.place(path)
    reader.problems.append(problem("G406", place, name=name, owner=f"group {group.name}", **facts))
