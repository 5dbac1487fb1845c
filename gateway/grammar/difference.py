"""What differs between two grammars of a message: groups, segments, elements, codes.

    for change in differences(old, new): print(change)

Groups are numbered anew in most directories (SG25 becomes SG28), so members are matched by tag and
order, not by name. A segment or element that is used in several places is compared once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeVar

from gateway.grammar.model import (
    UNBOUNDED,
    Component,
    Composite,
    Element,
    ElementSlot,
    Group,
    MessageGrammar,
    Segment,
    SegmentSlot,
)

Kind = Literal["added", "removed", "changed"]
What = Literal["group", "segment", "element", "code"]
Member = SegmentSlot | Group
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, seen from the first grammar to the second."""

    what: What
    kind: Kind
    path: str
    """``SG28/QTY`` in the tree; ``NAD 3 C080.3036`` in a segment; ``3035`` for codes."""
    before: str = ""
    """``C 99``, ``an..17 optional``; the codes that are gone."""
    after: str = ""

    def as_json(self) -> dict[str, str]:
        """For ``--json``; what is empty is left out."""
        texts = {"before": self.before, "after": self.after}
        told = {name: text for name, text in texts.items() if text}
        return {"what": self.what, "kind": self.kind, "path": self.path, **told}


def differences(old: MessageGrammar, new: MessageGrammar) -> list[Change]:
    """All changes: first the tree in its order, then segments by tag, then code lists."""
    found = list(_members(old.root.members, new.root.members, "", ""))
    old_segments, new_segments = dict(old.segments), dict(new.segments)
    for tag in sorted(old_segments.keys() & new_segments.keys()):
        found += _segment(old_segments[tag], new_segments[tag])
    old_codes, new_codes = _codes(old_segments), _codes(new_segments)
    for number in sorted(old_codes.keys() & new_codes.keys()):
        found += _code_list(number, old_codes[number], new_codes[number])
    return found


def _members(
    old: Sequence[Member], new: Sequence[Member], old_path: str, new_path: str
) -> Iterator[Change]:
    for before, after in _aligned(old, new, _key):
        if before is None or after is None:
            path = old_path if after is None else new_path
            member = after if before is None else before
            if member is not None:
                yield from _gone_or_new(member, path, "added" if before is None else "removed")
            continue
        path = f"{new_path}{_name(after)}"
        if _count(before) != _count(after):
            yield Change(_what(after), "changed", path, _count(before), _count(after))
        if isinstance(before, Group) and isinstance(after, Group):
            inner = f"{old_path}{_name(before)}/"
            yield from _members(before.members, after.members, inner, f"{path}/")


def _gone_or_new(member: Member, path: str, kind: Kind) -> Iterator[Change]:
    count = _count(member)
    texts = {"after" if kind == "added" else "before": count}
    here = f"{path}{_name(member)}"
    yield Change(_what(member), kind, here, **texts)
    if isinstance(member, Group):
        for inner in member.members:
            yield from _gone_or_new(inner, f"{here}/", kind)


def _segment(old: Segment, new: Segment) -> Iterator[Change]:
    position = 0
    for before, after in _aligned(old.elements, new.elements, lambda slot: slot.number):
        position += after is not None
        slot = after or before
        if slot is None:
            continue
        path = f"{new.tag} {position if after is not None else '-'} {slot.number or '?'}"
        yield from _changed(path, _slot(before), _slot(after))
        if before is not None and after is not None:
            yield from _components(path, before, after)
    if old.notes != new.notes:
        yield Change("segment", "changed", new.tag, " ".join(old.notes), " ".join(new.notes))


def _components(path: str, old: ElementSlot, new: ElementSlot) -> Iterator[Change]:
    if not isinstance(old.definition, Composite) or not isinstance(new.definition, Composite):
        return
    pairs = _aligned(
        old.definition.components, new.definition.components, lambda one: one.element.number
    )
    for before, after in pairs:
        known = after or before
        if known is not None:
            inner = f"{path}.{known.element.number}"
            yield from _changed(inner, _component(before), _component(after))


def _changed(path: str, before: str, after: str) -> Iterator[Change]:
    if before == after:
        return
    kind: Kind = "added" if not before else "removed" if not after else "changed"
    yield Change("element", kind, path, before, after)


def _codes(segments: Mapping[str, Segment]) -> dict[str, frozenset[str]]:
    """Code lists by element; one that some place has in another form keeps its first list."""
    found: dict[str, frozenset[str]] = {}
    for segment in segments.values():
        for slot in segment.elements:
            for component in slot.components:
                codes = component.element.codes
                if codes is not None:
                    found.setdefault(component.element.number, codes)
    return found


def _code_list(number: str, old: frozenset[str], new: frozenset[str]) -> Iterator[Change]:
    if gone := sorted(old - new):
        yield Change("code", "removed", number, before=" ".join(gone))
    if more := sorted(new - old):
        yield Change("code", "added", number, after=" ".join(more))


def _aligned(
    old: Sequence[T], new: Sequence[T], key: Callable[[T], str]
) -> Iterator[tuple[T | None, T | None]]:
    """Pairs of what belongs together, in order; ``None`` where one side has nothing."""
    matcher = SequenceMatcher(None, [key(one) for one in old], [key(one) for one in new], False)
    for same, low, high, start, end in matcher.get_opcodes():
        if same == "equal":
            yield from zip(old[low:high], new[start:end], strict=True)
        else:
            yield from ((one, None) for one in old[low:high])
            yield from ((None, one) for one in new[start:end])


def _key(member: Member) -> str:
    return f"{member.tag}:" if isinstance(member, Group) else member.tag


def _name(member: Member) -> str:
    return member.name if isinstance(member, Group) else member.tag


def _what(member: Member) -> What:
    return "group" if isinstance(member, Group) else "segment"


def _count(member: Member) -> str:
    """``M 1``, ``C 99``, ``C *``."""
    return f"{'M' if member.min else 'C'} {'*' if member.max == UNBOUNDED else member.max}"


def _slot(slot: ElementSlot | None) -> str:
    if slot is None:
        return ""
    repeat = f" ×{slot.repeat}" if slot.repeat > 1 else ""
    form = f"{form_of(slot.definition)} " if isinstance(slot.definition, Element) else ""
    return f"{form}{_status(slot.mandatory)}{repeat}"


def _component(component: Component | None) -> str:
    if component is None:
        return ""
    return f"{form_of(component.element)} {_status(component.mandatory)}"


def _status(mandatory: bool) -> str:
    return "mandatory" if mandatory else "optional"


def form_of(element: Element) -> str:
    """``an..17``, ``n6`` (EDIFACT); ``N2 1/15`` (X12)."""
    if element.kind.islower():
        return f"{element.kind}{'' if element.min == element.max else '..'}{element.max}"
    decimals = element.decimals or ("0" if element.kind == "N" else "")
    return f"{element.kind}{decimals} {element.min}/{element.max}"
