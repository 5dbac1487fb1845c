"""Write one of our grammars in the schema language of StAEDI 1.x (EDISchema v4).

So both check the same structure, lengths, types, code lists and relational notes. Code lists whose
codes partners may add to are left out: StAEDI cannot leave a list open.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from gateway.grammar.model import Component, Composite, Element, Group, MessageGrammar, Segment

_BASES = {
    "n": "decimal",
    "N": "numeric",
    "R": "decimal",
    "ID": "identifier",
    "DT": "date",
    "TM": "time",
    "B": "binary",
}
_NOTES = {"P": "paired", "R": "required", "E": "exclusion", "C": "conditional", "L": "list"}
_ENVELOPE = frozenset({"UNH", "UNT", "ST", "SE"})


def schema(grammar: MessageGrammar, *, codes: bool = True) -> str:
    """The schema as XML; the envelope is StAEDI's own."""
    elements: dict[str, Element] = {}
    composites: dict[str, Composite] = {}
    segments = [one for tag, one in grammar.segments.items() if tag not in _ENVELOPE]
    for segment in segments:
        for slot in segment.elements:
            if isinstance(slot.definition, Composite):
                composites[slot.number] = slot.definition
            for part in slot.components:
                elements[_name(part.element)] = part.element
    lines = [
        '<schema xmlns="http://xlate.io/EDISchema/v4">',
        "<transaction><sequence>",
        *_members(grammar.root),
        "</sequence></transaction>",
        *(_element(name, one, codes) for name, one in sorted(elements.items())),
        *(_composite(one) for _, one in sorted(composites.items())),
        *(line for segment in segments for line in _segment(segment)),
        "</schema>",
    ]
    return "\n".join(lines)


def _name(element: Element) -> str:
    return f"E{element.number}-{element.kind}{element.decimals}-{element.min}-{element.max}"


def _members(group: Group, path: str = "L") -> Iterator[str]:
    for member in group.members:
        if isinstance(member, Group):
            # types and loops share one space of names there; ours are named by their trigger
            code = quoteattr(f"{path}-{member.name}")
            yield f"<loop code={code} {_occurs(member.min, member.max)}><sequence>"
            yield from _members(member, f"{path}-{member.name}")
            yield "</sequence></loop>"
        elif member.tag not in _ENVELOPE:
            yield f"<segment type={quoteattr(member.tag)} {_occurs(member.min, member.max)}/>"


def _occurs(least: int, most: int) -> str:
    return f'minOccurs="{least}" maxOccurs="{most}"'


def _element(name: str, element: Element, codes: bool) -> str:
    base = _BASES.get(element.kind, "string")
    head = f'<elementType name="{name}" base="{base}"'
    if base == "numeric":
        head += f' scale="{element.decimals}"'
    head += f' minLength="{element.min}" maxLength="{element.max}"'
    if not codes or not element.codes:
        return head + "/>"
    values = "".join(f"<value>{code}</value>" for code in sorted(element.codes))
    return f"{head}><enumeration>{values}</enumeration></elementType>"


def _part(part: Component) -> str:
    return f'<element type="{_name(part.element)}" minOccurs="{int(part.mandatory)}"/>'


def _composite(composite: Composite) -> str:
    inner = "".join(map(_part, composite.components))
    return f'<compositeType name="{composite.number}"><sequence>{inner}</sequence></compositeType>'


def _segment(segment: Segment) -> Iterator[str]:
    yield f'<segmentType name="{segment.tag}"><sequence>'
    for slot in segment.elements:
        kind, name = "element", ""
        if isinstance(slot.definition, Composite):
            kind, name = "composite", slot.number
        else:
            name = _name(slot.definition)
        yield f'<{kind} type="{name}" {_occurs(int(slot.mandatory), slot.repeat)}/>'
    yield "</sequence>"
    for note in segment.notes:
        places = "".join(
            f"<position>{int(note[at : at + 2])}</position>" for at in range(1, len(note), 2)
        )
        yield f'<syntax type="{_NOTES[note[0]]}">{places}</syntax>'
    yield "</segmentType>"
