"""What changed from one guide to another, or from one version of a guide to the next.

    for change in differences(old, new): print(change)

Compared is what holds in effect, whatever files it is written in. A change is ``compatible`` when
every message that was right stays right (the receiver has become more lenient), else ``breaking``;
``neutral`` changes refuse and allow nothing. A value that both widens and narrows is two changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from gateway.grammar.guide.model import Body, Guide, MemberRule, Slot
from gateway.grammar.guide.names import display_name
from gateway.grammar.guide.publish.change import Change, Effect, Kind
from gateway.grammar.guide.publish.elementchanges import element_changes
from gateway.grammar.guide.publish.guidechanges import (
    condition_changes,
    envelope_changes,
    private_changes,
    tolerance_changes,
)
from gateway.grammar.guide.publish.words import (
    count_words,
)
from gateway.grammar.model import Group, Segment

_STRICT = {"keep": 0, "warn": 1, "reject": 2}


def differences(old: Guide, new: Guide) -> list[Change]:
    """All changes: the message in its order, then the envelope, conditions and tolerances."""
    found = list(_head(old, new))
    if old.base.name == new.base.name and old.base.standard == new.base.standard:
        found += _body("", old.body, new.body, old.base.root, new.base.root)
        found += envelope_changes(old, new)
        found += private_changes(old, new)
        found += condition_changes(old, new)
        found += tolerance_changes(old, new)
    return found


def _head(old: Guide, new: Guide) -> Iterator[Change]:
    if old.base_name != new.base_name:
        yield Change("base", "changed", "", "breaking", old.base_name, new.base_name)
    if old.title != new.title:
        yield Change("title", "changed", "", "neutral", old.title, new.title)


# ---- segments and groups


def _body(path: str, old: Body, new: Body, before: Any, after: Any) -> Iterator[Change]:
    """What holds in an occurrence. ``before`` and ``after`` are its segment or group."""
    yield from element_changes(path or after.tag, _segment(after), old.elements, new.elements)
    if not isinstance(before, Group) or not isinstance(after, Group):
        return
    names = [display_name(after, index) for index in range(1, len(after.members))]
    gone = [display_name(before, index) for index in range(1, len(before.members))]
    for name in [*names, *(one for one in gone if one not in names)]:
        here = f"{path}/{name}" if path else name
        one, two = _rule(before, old, name), _rule(after, new, name)
        if one is None or two is None:
            yield from _in_base(here, one, two)
        elif one != two:
            yield from _member(here, one, two)


def _rule(group: Group, body: Body, name: str) -> MemberRule | None:
    """The rule of a member; where the guide has none, what the base says."""
    for index, member in enumerate(group.members):
        if index and display_name(group, index) == name:
            known = body.member(index)
            return known or MemberRule(index, name, member, member.min, member.max)
    return None


def _in_base(path: str, old: MemberRule | None, new: MemberRule | None) -> Iterator[Change]:
    """A member that only one of two bases has."""
    known = new or old
    if known is None or not known.max:
        return
    what = "group" if known.is_group else "segment"
    if new is not None:
        effect: Effect = "breaking" if new.min else "compatible"
        yield Change(what, "added", path, effect, after=count_words(new.min, new.max))
    else:
        yield Change(what, "removed", path, "breaking", count_words(known.min, known.max))


def _member(path: str, old: MemberRule, new: MemberRule) -> Iterator[Change]:
    what = "group" if new.is_group else "segment"
    if not (new.max or old.max) and old.severity != new.severity:
        yield _stricter("what is not used", path, old.severity, new.severity)
    yield from _count(what, path, (old.min, old.max), (new.min, new.max))
    if not new.max or not old.max:
        return
    if old.note != new.note:
        yield Change("text", "changed", path, "neutral", old.note, new.note)
    others = ["keep" if not one.slots else one.other for one in (old, new)]
    if others[0] != others[1]:
        yield _stricter("what is in no slot", path, *others)
    before, after = _inner(old), _inner(new)
    if not old.slots and not new.slots:
        yield from _body(path, old.body, new.body, before, after)
        return
    if old.other != "reject" and new.other != "reject":
        yield from _body(path, old.body, new.body, before, after)
    yield from _slots(path, old, new)


def _stricter(what: str, path: str, old: str, new: str) -> Change:
    effect: Effect = "breaking" if _STRICT[new] > _STRICT[old] else "compatible"
    return Change(what, "changed", path, effect, old, new)


def _inner(rule: MemberRule) -> Group | Segment:
    return rule.member if isinstance(rule.member, Group) else rule.member.segment


def _slots(path: str, old: MemberRule, new: MemberRule) -> Iterator[Change]:
    """Slots are the same when they take the same qualifiers, else when they have one name."""
    pairs, left = [], list(new.slots)
    for slot in old.slots:
        same = [one for one in left if one.values == slot.values]
        same += [one for one in left if one.name == slot.name]
        pairs.append((slot, same[0] if same else None))
        left = [one for one in left if not same or one is not same[0]]
    for before, after in pairs:
        here = f"{path}:{(after or before).name}"
        if after is None:
            effect: Effect = "compatible" if before.max else "neutral"
            if new.slots and new.other == "reject" and before.max:
                effect = "breaking"
            yield Change("slot", "removed", here, effect, _slot_words(before))
        else:
            yield from _slot(here, before, after, old, new)
    for slot in left:
        was_open = old.other != "reject" or not old.slots
        narrows = bool(slot.min) or (was_open and _narrows(slot, old, new))
        effect = "breaking" if narrows else "compatible"
        yield Change("slot", "added", f"{path}:{slot.name}", effect, after=_slot_words(slot))


def _narrows(slot: Slot, old: MemberRule, new: MemberRule) -> bool:
    """Whether a new slot says more of its segments than was said of all before."""
    told = {one.at for one in slot.discriminators}
    mine = [one for one in slot.body.elements if one.at not in told]
    known = old.body.elements
    more = any(one not in known for one in mine) or slot.body.members != old.body.members
    return more or slot.max < min(old.max, new.max)


def _slot(
    path: str, before: Slot, after: Slot, old: MemberRule, new: MemberRule
) -> Iterator[Change]:
    if before.name != after.name:
        yield Change("name of a slot", "changed", path, "neutral", before.name, after.name)
    if before.values != after.values:
        closed = old.other == new.other == "reject"
        effect: Effect = "compatible" if closed and _wider(before, after) else "breaking"
        yield Change("qualifier", "changed", path, effect, before.values, after.values)
    if before.note != after.note:
        yield Change("text", "changed", path, "neutral", before.note, after.note)
    yield from _count("slot", path, (before.min, before.max), (after.min, after.max))
    if before.max and after.max:
        told = {one.at for one in (*before.discriminators, *after.discriminators)}
        bodies = [
            Body(tuple(e for e in one.body.elements if e.at not in told), one.body.members)
            for one in (before, after)
        ]
        yield from _body(path, bodies[0], bodies[1], _inner(old), _inner(new))


def _wider(before: Slot, after: Slot) -> bool:
    """Whether a slot takes all that it took, and more."""
    known = {one.at: one.values for one in after.discriminators}
    told = {one.at: one.values for one in before.discriminators}
    return known.keys() <= told.keys() and all(told[at] <= known[at] for at in known)


def _slot_words(slot: Slot) -> str:
    return f"{slot.values}, {count_words(slot.min, slot.max)}"


def _count(what: str, path: str, old: tuple[int, int], new: tuple[int, int]) -> Iterator[Change]:
    """How often something stands: fewer at most, or more at least, breaks."""
    if old == new:
        return
    kind: Kind = "removed" if not new[1] else "added" if not old[1] else "changed"
    narrower = new[0] > old[0] or new[1] < old[1]
    effect: Effect = "breaking" if narrower else "compatible"
    yield Change(what, kind, path, effect, count_words(*old), count_words(*new))


def _segment(place: Group | Segment) -> Segment:
    """The segment, of a group its trigger."""
    found: Any = place
    while isinstance(found, Group):
        found = found.members[0]
    return found if isinstance(found, Segment) else cast(Segment, found.segment)
