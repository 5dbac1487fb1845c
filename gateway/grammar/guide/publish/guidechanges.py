"""What changed beside the message: envelope, private codes, conditions, tolerances."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.grammar.guide.model import Guide
from gateway.grammar.guide.publish.change import Change, Effect
from gateway.grammar.guide.publish.elementchanges import code_changes, element_changes
from gateway.grammar.guide.publish.words import condition_words, usage_words


def envelope_changes(old: Guide, new: Guide) -> Iterator[Change]:
    """Rules for service segments."""
    before = {one.tag: one for one in old.envelope}
    after = {one.tag: one for one in new.envelope}
    for tag in dict.fromkeys((*before, *after)):
        one, two = before.get(tag), after.get(tag)
        usages = one.usage if one else None, two.usage if two else None
        if (usages[0] or "O") != (usages[1] or "O"):
            effect: Effect = "compatible" if usages[1] in (None, "O") else "breaking"
            told = [usage_words(each) for each in usages]
            yield Change("envelope", "changed", tag, effect, *told)
        rule = two or one
        assert rule is not None
        rules = [each.elements if each is not None else () for each in (one, two)]
        yield from element_changes(tag, rule.segment, *rules)


def private_changes(old: Guide, new: Guide) -> Iterator[Change]:
    """Private codes, by element."""
    nothing: frozenset[str] = frozenset()
    for number in sorted({*old.private, *new.private}):
        before, after = old.private.get(number, nothing), new.private.get(number, nothing)
        yield from code_changes("private codes", number, before, after)


def condition_changes(old: Guide, new: Guide) -> Iterator[Change]:
    """Conditions, by name."""
    before = {one.name: one for one in old.conditions}
    after = {one.name: one for one in new.conditions}
    for key in dict.fromkeys((*before, *after)):
        one, two = before.get(key), after.get(key)
        texts = [condition_words(each) if each is not None else "" for each in (one, two)]
        known = two or one
        assert known is not None
        if two is None:
            yield Change("condition", "removed", known.name, "compatible", *texts)
        elif one is None:
            yield Change("condition", "added", known.name, "breaking", *texts)
        elif (one.test, one.then, one.otherwise) != (two.test, two.then, two.otherwise):
            yield Change("condition", "changed", known.name, "breaking", *texts)


def tolerance_changes(old: Guide, new: Guide) -> Iterator[Change]:
    """What is reported instead of refused, by finding and place."""
    before, after = _tolerated(old), _tolerated(new)
    for path in dict.fromkeys((*before, *after)):
        if path not in after:
            yield Change("tolerance", "removed", path, "breaking", before[path])
        elif path not in before:
            yield Change("tolerance", "added", path, "compatible", after=after[path])


def _tolerated(guide: Guide) -> dict[str, str]:
    found = {}
    for one in guide.tolerances:
        at = f" element {one.element}" if one.element is not None else ""
        inner = f".{one.component}" if one.component is not None else ""
        path = "/".join(filter(None, [one.path, one.tag]))
        found[f"{one.problem} {path}{at}{inner}".strip()] = one.why
    for order in guide.orders:
        side = "after" if order.after else "before"
        found[f"{order.name} {side} {order.sibling}"] = order.why
    return found
