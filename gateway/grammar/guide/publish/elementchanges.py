"""What changed in the elements of a segment: usage, codes, lengths, forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.grammar.guide.model import ElementRule
from gateway.grammar.guide.publish.change import Change, Effect, Kind
from gateway.grammar.guide.publish.words import (
    count_words,
    element_label,
    listed,
    usage_words,
)
from gateway.grammar.model import UNBOUNDED, Composite, Element, Segment

_ANY = UNBOUNDED
_RANK = {None: 0, "O": 0, "M": 1, "R": 2}


def element_changes(
    path: str, segment: Segment, old: Sequence[ElementRule], new: Sequence[ElementRule]
) -> Iterator[Change]:
    """All changes of the rules for one segment, position by position."""
    before, after = {one.at: one for one in old}, {one.at: one for one in new}
    places = {**before, **after}
    for at in sorted(places, key=lambda one: (one.element, one.component or 0)):
        known = places[at]
        bare = ElementRule(at, known.definition)
        one, two = before.get(at, bare), after.get(at, bare)
        if one != two:
            yield from _element(f"{path}.{element_label(segment, at)}", one, two)


def _element(path: str, old: ElementRule, new: ElementRule) -> Iterator[Change]:
    if old.usage != new.usage and (_RANK.get(old.usage), _RANK.get(new.usage)) != (0, 0):
        eased = new.usage != "N" and (
            (old.usage == "N" and new.usage in (None, "O"))
            or (old.usage != "N" and _RANK[new.usage] < _RANK[old.usage])
        )
        effect: Effect = "compatible" if eased else "breaking"
        kind: Kind = "removed" if new.usage == "N" else "added" if old.usage == "N" else "changed"
        yield Change("usage", kind, path, effect, usage_words(old.usage), usage_words(new.usage))
    if new.usage == "N" or old.usage == "N":
        return
    yield from _repetitions(path, old, new)
    if old.note != new.note:
        yield Change("text", "changed", path, "neutral", old.note, new.note)
    if isinstance(new.definition, Composite):
        return
    yield from code_changes("codes", path, _allowed(old), _allowed(new))
    yield from _length(path, old, new)
    for pattern in (one for one in old.patterns if one not in new.patterns):
        yield Change("form", "removed", path, "compatible", before=pattern)
    for pattern in (one for one in new.patterns if one not in old.patterns):
        yield Change("form", "added", path, "breaking", after=pattern)


def _repetitions(path: str, old: ElementRule, new: ElementRule) -> Iterator[Change]:
    before, after = (old.least, old.most), (new.least, new.most)
    if before == after:
        return
    wider = (new.least or 1) <= (old.least or 1) and (new.most or _ANY) >= (old.most or _ANY)
    texts = [count_words(one.least or 1, one.most or _ANY) for one in (old, new)]
    yield Change("repetitions", "changed", path, "compatible" if wider else "breaking", *texts)


def _allowed(rule: ElementRule) -> frozenset[str] | None:
    """The codes of the guide, else those of the base."""
    if rule.codes is not None or isinstance(rule.definition, Composite):
        return rule.codes
    return rule.definition.codes


def code_changes(
    what: str, path: str, old: frozenset[str] | None, new: frozenset[str] | None
) -> Iterator[Change]:
    """Codes that are gone, and codes that are new; ``None``: any value."""
    if old == new:
        return
    if old is None or new is None:
        effect: Effect = "breaking" if old is None else "compatible"
        yield Change(
            what,
            "changed",
            path,
            effect,
            "any value" if old is None else listed(old),
            "any value" if new is None else listed(new),
        )
        return
    if gone := old - new:
        yield Change(what, "removed", path, "breaking", before=listed(gone))
    if more := new - old:
        yield Change(what, "added", path, "compatible", after=listed(more))


def _length(path: str, old: ElementRule, new: ElementRule) -> Iterator[Change]:
    before, after = _size(old), _size(new)
    if before == after:
        return
    narrower = after[0] > before[0] or after[1] < before[1]
    effect: Effect = "breaking" if narrower else "compatible"
    yield Change(
        "length", "changed", path, effect, "{}..{}".format(*before), "{}..{}".format(*after)
    )


def _size(rule: ElementRule) -> tuple[int, int]:
    definition = rule.definition
    assert isinstance(definition, Element)
    low = definition.min if rule.min is None else rule.min
    return low, definition.max if rule.max is None else rule.max
