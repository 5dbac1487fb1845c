"""What a guide says of the elements of a segment: one regular expression, and its explanation.

Like :mod:`gateway.grammar.content` and :mod:`gateway.grammar.explain` of the base: the expression
accepts, the readable function has the last word, and a permanent test says that both agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.grammar import content
from gateway.grammar.guide.model import ElementRule
from gateway.grammar.guide.patterns import within
from gateway.grammar.guide.positions import Positions, component
from gateway.grammar.model import Composite, Element, ElementSlot
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION, TERMINATOR

_ANY = "[^\x1c-\x1f]"
_END = f"(?!{_ANY})"
_CONTENT_END = "(?=[\x1c-\x1f])"
"""How :mod:`gateway.grammar.content` says it; there a terminator follows every segment."""
_ABSENT = f"{COMPONENT}*+(?![^{TERMINATOR}{ELEMENT}{REPETITION}])"
_TEXT = f"[^{TERMINATOR}{ELEMENT}]*+"
"""An element, whatever is in it."""
_USE = f"[^{TERMINATOR}{ELEMENT}{REPETITION}]*+"
_NEVER = "(?!)"
_SHOWN = 12
_MUST = ("R", "M")


@dataclass(frozen=True, slots=True)
class ElementFault:
    """A finding inside a segment."""

    code: str
    rule: ElementRule
    element: int
    """On the wire."""
    repetition: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


# ---- the expression


def expression(positions: Positions, rules: Sequence[ElementRule]) -> str:
    """What follows the tag of a segment that fits the rules, to its end; empty for no rules.

    Linear in the text but for patterns (:mod:`gateway.grammar.guide.patterns`).
    """
    by_element = _by_element(rules)
    if not by_element:
        return ""
    slots = positions.segment.elements
    items: list[tuple[str, bool]] = []
    for element in range(1, max(by_element) + 1):
        here = by_element.get(element, [])
        must = _must(here)
        for nth, _ in enumerate(positions.wire(element)):
            text = _element(slots[element - 1], here, must and nth == 0)
            items.append((ELEMENT + text, must and nth == 0))
    items.append((f"{ELEMENT}[^{TERMINATOR}]*+", False))
    return _row(items) + f"(?![^{TERMINATOR}])"


def _by_element(rules: Sequence[ElementRule]) -> dict[int, list[ElementRule]]:
    found: dict[int, list[ElementRule]] = {}
    for rule in rules:
        found.setdefault(rule.at.element, []).append(rule)
    return found


def _must(rules: Sequence[ElementRule]) -> bool:
    """Whether an element has to be there: itself, or a component that is required."""
    return any(one.usage == "R" or (one.usage == "M" and one.at.component is None) for one in rules)


def _row(items: Sequence[tuple[str, bool]]) -> str:
    last = max((index for index, (_, must) in enumerate(items) if must), default=-1)
    text = "".join(f"(?:{item}" if index > last else item for index, (item, _) in enumerate(items))
    return text + ")?+" * (len(items) - 1 - last)


def _element(slot: ElementSlot, rules: Sequence[ElementRule], must: bool) -> str:
    if not rules:
        return _TEXT
    whole = next((one for one in rules if one.at.component is None), None)
    if whole is not None and whole.usage == "N":
        return f"[{REPETITION}{COMPONENT}]*+"
    if whole is not None and whole.least is not None:
        return _NEVER  # repetitions that are there are counted by the explanation
    if isinstance(slot.definition, Composite):
        inner = [each for each in rules if each.at.component is not None]
        used = _composite(inner)
        # where nothing in it is mandatory, a composite without values fits as it is
        free = f"(?>{_ABSENT}|{used})" if any(one.usage in _MUST for one in inner) else used
        first = f"(?={COMPONENT}*+{_ANY}){used}" if must else free
    else:
        assert whole is not None
        used = _value(whole)
        free = f"(?:{used})?+"
        first = used if must else free
    return first if slot.repeat == 1 else f"{first}(?:{REPETITION}{free})*+"


def _composite(rules: Sequence[ElementRule]) -> str:
    """A composite that is used: what is behind the last component with a rule is free."""
    known = {one.at.component: one for one in rules}
    items: list[tuple[str, bool]] = []
    for number in range(1, max((at or 0 for at in known), default=0) + 1):
        rule = known.get(number)
        mark = COMPONENT if number > 1 else ""
        if rule is None:
            items.append((f"{mark}{_ANY}*+", False))
        elif rule.usage == "N":
            items.append((mark, False))
        else:
            must = rule.usage in _MUST
            items.append((f"{mark}{_value(rule) if must else f'(?:{_value(rule)})?+'}", must))
    rest = f"(?:{COMPONENT}{_USE})?+" if items else _USE
    # the first component is never behind a separator, so it is not in an optional group
    head = items[:1] and [(items[0][0], True)]
    return _row([*head, *items[1:], (rest, False)]) + f"(?![^{TERMINATOR}{ELEMENT}{REPETITION}])"


def _value(rule: ElementRule) -> str:
    """A value that is there: its codes, its length and its patterns."""
    element = rule.definition
    assert isinstance(element, Element)
    checks = []
    if rule.codes is not None:
        checks.append(content.value(Element("", "ID", 1, element.max, codes=rule.codes)))
    if rule.min is not None or rule.max is not None:
        checks.append(content.value(_sized(rule, element), codes=False))
    checks += [within(pattern) for pattern in rule.patterns]
    checks = [f"{text.replace(_CONTENT_END, _END)}{_END}" for text in checks]
    if not checks:
        return f"{_ANY}++"
    # patterns may need to be tried again, so none of them is possessive: each is an atom
    return "".join(f"(?={text})" for text in checks[:-1]) + f"(?>{checks[-1]})"


def _sized(rule: ElementRule, element: Element) -> Element:
    low = element.min if rule.min is None else rule.min
    high = element.max if rule.max is None else rule.max
    return replace(element, min=low, max=high, codes=None)


# ---- the explanation


def faults(text: str, positions: Positions, rules: Sequence[ElementRule]) -> list[ElementFault]:
    """All that the rules find in a segment, in the order of its elements."""
    found: list[ElementFault] = []
    for element, here in _by_element(rules).items():
        uses = list(positions.contents(text, element))
        filled = [one for one in uses if one[2].strip(COMPONENT)]
        first = uses[0][2] if uses else ""
        if not first.strip(COMPONENT):
            start = positions.wire(element)[0]
            found += [ElementFault("G311", one, start) for one in _missing(here)]
        found += _repetitions(here, filled)
        for at, repetition, use in filled:
            found += _faults(here, at, repetition, use)
    return found


def _repetitions(
    rules: Sequence[ElementRule], filled: Sequence[tuple[int, int | None, str]]
) -> Iterator[ElementFault]:
    """Too few or too many of an element that is there."""
    rule = next((one for one in rules if one.least is not None), None)
    if rule is None or rule.least is None or rule.most is None or not filled:
        return
    count = len(filled)
    if not rule.least <= count <= rule.most:
        code, limit = ("G318", rule.least) if count < rule.least else ("G319", rule.most)
        at, repetition, use = filled[-1]
        facts = {"count": count, "limit": limit, "value": _shown(use)}
        yield ElementFault(code, rule, at, repetition, facts)


def _missing(rules: Sequence[ElementRule]) -> list[ElementRule]:
    """What is missing when an element is not there: its required components, else itself."""
    inner = [one for one in rules if one.at.component is not None and one.usage == "R"]
    whole = [one for one in rules if one.at.component is None and one.usage in _MUST]
    return inner or whole


def _faults(
    rules: Sequence[ElementRule], element: int, repetition: int | None, use: str
) -> Iterator[ElementFault]:
    whole = next((one for one in rules if one.at.component is None), None)
    if whole is not None and whole.usage == "N":
        yield ElementFault("G313", whole, element, repetition, {"value": _shown(use)})
        return
    for rule in rules:
        if isinstance(rule.definition, Composite):
            continue
        value = component(use, rule.at.component)
        spot = (rule, element, repetition)
        if rule.usage == "N":
            if value:
                yield ElementFault("G313", *spot, {"value": value})
        elif value:
            yield from _value_faults(value, *spot)
        elif rule.usage in _MUST:
            yield ElementFault("G311" if rule.usage == "R" else "G312", *spot)


def _value_faults(
    value: str, rule: ElementRule, element: int, repetition: int | None
) -> Iterator[ElementFault]:
    definition = rule.definition
    assert isinstance(definition, Element)
    facts: dict[str, object] = {"value": value}
    if rule.codes is not None and value not in rule.codes:
        yield ElementFault(
            "G314", rule, element, repetition, {**facts, "expected": listed(rule.codes)}
        )
    counted = re.sub("[-.,]", "", value) if definition.kind in ("n", "R", "N") else value
    size: dict[str, object] = {**facts, "count": len(counted)}
    if rule.max is not None and len(counted) > rule.max:
        yield ElementFault("G315", rule, element, repetition, {**size, "limit": rule.max})
    elif rule.min is not None and len(counted) < rule.min:
        yield ElementFault("G316", rule, element, repetition, {**size, "limit": rule.min})
    for pattern in rule.patterns:
        if re.fullmatch(pattern, value) is None:
            yield ElementFault("G317", rule, element, repetition, {**facts, "expected": pattern})


def listed(values: frozenset[str]) -> str:
    """Codes for a sentence: ``9 or 5``, the first dozen of many."""
    known = sorted(values)
    if len(known) > _SHOWN:
        return " ".join(known[:_SHOWN]) + " …"
    return " or ".join(known)


def _shown(use: str) -> str:
    return use.replace(COMPONENT, ":")
