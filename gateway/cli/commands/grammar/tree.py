"""Grammars as lines for a person and as values for ``--json``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gateway.grammar import (
    UNBOUNDED,
    Composite,
    Element,
    ElementSlot,
    Group,
    MessageGrammar,
    SegmentSlot,
)
from gateway.grammar.difference import form_of
from gateway.grammar.idoc import IdocType, IdocUse

_CODES = 88
"""Columns of a code list."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The same for both readers."""

    data: dict[str, Any]
    lines: list[str]


def message(grammar: MessageGrammar) -> Shown:
    """The tree of a message."""
    data = {
        "standard": grammar.standard,
        "directory": grammar.directory,
        "message": grammar.name,
        "functional_group": grammar.functional_group,
        "members": [_member(one) for one in grammar.root.members],
    }
    return Shown(data, list(_tree(grammar.root, 0, _optional(grammar))))


def segment(grammar: MessageGrammar, tag: str) -> Shown | None:
    """A segment: where it stands, and its elements."""
    found = grammar.segments.get(tag)
    if found is None:
        return None
    places = list(_places(grammar.root, tag, ""))
    data = {
        "segment": tag,
        "places": [{"path": path, "status": status, "max": most} for path, status, most in places],
        "elements": [_slot(slot, at) for at, slot in enumerate(found.elements, 1)],
        "notes": list(found.notes),
    }
    optional = _optional(grammar)
    lines = [f"{tag}  in {grammar.name} {grammar.directory}", ""]
    lines += [f"  {path:40} {status} {_most(most)}" for path, status, most in places]
    lines.append("")
    for at, slot in enumerate(found.elements, 1):
        lines += _element_lines(slot, at, optional)
    if found.notes:
        lines += ["", f"  notes: {' '.join(found.notes)}"]
    return Shown(data, lines)


def element(grammar: MessageGrammar, number: str, within: str = "") -> Shown | None:
    """An element: its form, the places that use it, and its codes."""
    uses: list[str] = []
    found: dict[str, Element] = {}
    for tag in sorted(grammar.segments):
        if within and tag != within:
            continue
        for place, one in _simple(grammar.segments[tag].elements):
            if one.number == number:
                uses.append(f"{tag} {place}")
                found.setdefault(form_of(one), one)
    if not found:
        return None
    forms = list(found)
    listed = next((one.codes for one in found.values() if one.codes is not None), None)
    codes = sorted(listed, key=_code_order) if listed is not None else []
    data = {"element": number, "forms": forms, "uses": uses, "codes": codes}
    lines = [f"{number}  {', '.join(forms)}", "", *_wrapped("used in: ", uses, ", "), ""]
    lines += _wrapped(f"{len(codes)} codes: ", codes, " ") if codes else ["no code list"]
    return Shown(data, lines)


def idoc(found: IdocType) -> Shown:
    """The tree of an IDoc type."""
    data = {"standard": "idoc", "type": found.name, "members": [_use(one) for one in found.tree]}
    return Shown(data, [f"IDOC {found.name}", "", *_idoc_tree(found.tree, 0)])


def idoc_segment(found: IdocType, name: str) -> Shown | None:
    """A segment of an IDoc type, with the columns of its fields."""
    one = found.segments.get(name)
    if one is None:
        return None
    fields = [
        {"name": each.name, "first": each.first, "length": each.length} for each in one.fields
    ]
    data = {"segment": one.type, "definition": one.definition, "fields": fields}
    lines = [f"{one.type}  {one.definition}", ""]
    lines += [f"  {each.name:30} {each.first:5} {each.length:5}" for each in one.fields]
    return Shown(data, lines)


def _member(member: SegmentSlot | Group) -> dict[str, Any]:
    told: dict[str, Any] = {"min": member.min, "max": _limit(member.max)}
    if isinstance(member, Group):
        return {"group": member.name, **told, "members": [_member(one) for one in member.members]}
    return {"segment": member.tag, **told}


def _tree(group: Group, depth: int, optional: str) -> Iterator[str]:
    for one in group.members:
        name = f"{one.name}: {one.tag}" if isinstance(one, Group) else one.tag
        status = "M" if one.min else optional
        yield f"{'  ' * depth + name:40} {status} {_most(_limit(one.max))}"
        if isinstance(one, Group):
            yield from _tree(one, depth + 1, optional)


def _places(group: Group, tag: str, path: str) -> Iterator[tuple[str, str, int | None]]:
    for one in group.members:
        if isinstance(one, Group):
            yield from _places(one, tag, f"{path}{one.name}/")
        elif one.tag == tag:
            yield f"{path}{tag}", "M" if one.min else "C", _limit(one.max)


def _slot(slot: ElementSlot, at: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "position": at,
        "number": slot.number,
        "mandatory": slot.mandatory,
        "repeat": slot.repeat,
    }
    if isinstance(slot.definition, Composite):
        told["components"] = [
            {
                "number": one.element.number,
                "mandatory": one.mandatory,
                "form": form_of(one.element),
                "codes": len(one.element.codes or ()),
            }
            for one in slot.definition.components
        ]
    else:
        told |= {"form": form_of(slot.definition), "codes": len(slot.definition.codes or ())}
    return told


def _element_lines(slot: ElementSlot, at: int, optional: str) -> Iterator[str]:
    status = "M" if slot.mandatory else optional
    repeat = f"  ×{slot.repeat}" if slot.repeat > 1 else ""
    if isinstance(slot.definition, Element):
        yield f"  {at:02} {slot.number:9} {status}  {_form(slot.definition)}{repeat}"
        return
    yield f"  {at:02} {slot.number:9} {status}{repeat}"
    for one in slot.definition.components:
        inner = "M" if one.mandatory else optional
        yield f"       {one.element.number:7} {inner}  {_form(one.element)}"


def _form(one: Element) -> str:
    return f"{form_of(one):10}{f' {len(one.codes)} codes' if one.codes else ''}".rstrip()


def _simple(slots: Iterable[ElementSlot]) -> Iterator[tuple[str, Element]]:
    for at, slot in enumerate(slots, 1):
        if isinstance(slot.definition, Element):
            yield f"{at:02}", slot.definition
        else:
            for inner, one in enumerate(slot.components, 1):
                yield f"{at:02}.{inner} ({slot.number})", one.element


def _use(use: IdocUse) -> dict[str, Any]:
    told: dict[str, Any] = {"min": use.least if use.mandatory else 0, "max": use.most}
    if use.members:
        return {"group": use.name, **told, "members": [_use(one) for one in use.members]}
    return {"segment": use.name, **told, "level": use.level}


def _idoc_tree(uses: Iterable[IdocUse], depth: int) -> Iterator[str]:
    for use in uses:
        name = f"{use.name}: {use.members[0].name}" if use.members else use.name
        yield f"{'  ' * depth + name:50} {'M' if use.mandatory else 'O'} {use.most:>10}"
        yield from _idoc_tree(use.members, depth + 1)


def _optional(grammar: MessageGrammar) -> str:
    return "O" if grammar.standard == "x12" else "C"


def _limit(most: int) -> int | None:
    return None if most >= UNBOUNDED else most


def _most(most: int | None) -> str:
    return f"{'*' if most is None else most:>6}"


def _wrapped(head: str, words: Iterable[str], between: str) -> list[str]:
    text = head + between.join(words)
    return textwrap.wrap(text, _CODES, subsequent_indent="  ", break_long_words=False)


def _code_order(code: str) -> tuple[int, str]:
    return (len(code), code) if code.isascii() and code.isdigit() else (99, code)
