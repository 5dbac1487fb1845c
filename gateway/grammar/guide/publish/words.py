"""Rules of a guide in plain words, for pages and comparisons."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.grammar.guide.address import name
from gateway.grammar.guide.conditionmodel import Condition, Demands
from gateway.grammar.guide.model import ElementRule, MemberRule, Slot, Usage
from gateway.grammar.guide.where import Address, Path
from gateway.grammar.model import UNBOUNDED, Composite, Element, Segment

_USAGES = {"R": "required", "M": "required when its composite is used", "N": "not used"}
_SHOWN = 24
KINDS = {
    "a": "letters",
    "an": "characters",
    "n": "digits",
    "AN": "characters",
    "ID": "code",
    "N": "digits",
    "R": "digits, decimal",
    "DT": "date",
    "TM": "time",
    "B": "bytes",
}


def usage_words(usage: Usage | None) -> str:
    """``required``, ``optional``, ``not used``."""
    return _USAGES.get(usage or "O", "optional")


def count_words(least: int, most: int) -> str:
    """``1``, ``0 to 9``, ``at least 1``, ``not used``."""
    if not most:
        return "not used"
    if most >= UNBOUNDED:
        return f"at least {least}" if least else "any number"
    return str(most) if least == most else f"{least} to {most}"


def listed(codes: Iterable[str]) -> str:
    """Codes in order; of many the first and how many more there are."""
    known = sorted(codes)
    more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
    return ", ".join(known[:_SHOWN]) + more


def form_words(element: Element | Composite, rule: ElementRule | None = None) -> str:
    """Form as directories write it, with the lengths of the guide: ``an..17``, ``n 13``."""
    if isinstance(element, Composite):
        return ""
    low, high = element.min, element.max
    if rule is not None:
        low = low if rule.min is None else rule.min
        high = high if rule.max is None else rule.max
    if element.kind.islower():
        size = f"{high}" if low == high else f"..{high}" if low <= 1 else f"{low}..{high}"
        return f"{element.kind}{size}"
    decimals = str(element.decimals) if element.kind == "N" else ""
    return f"{element.kind}{decimals} {low}/{high}"


def element_label(segment: Segment, at: Address) -> str:
    """The number of an element, with its composite where the number alone fits several."""
    label = name(segment, at)
    if "#" not in label:
        return label
    if at.component is None:
        numbers = [one.number for one in segment.elements]
        own = segment.elements[at.element - 1].number
        return own if numbers.count(own) == 1 else label
    slot = segment.elements[at.element - 1]
    assert isinstance(slot.definition, Composite)
    outer = name(segment, Address(at.element))
    inner = slot.definition.components[at.component - 1].element.number
    numbers = [one.element.number for one in slot.definition.components]
    if numbers.count(inner) > 1:
        return label
    return f"{outer}.{inner}"


def said_of(rule: MemberRule, slot: Slot | None) -> str:
    """The guide's own text; what is said of all slots stands with the first of them."""
    if slot is None or slot.note:
        return rule.note if slot is None else slot.note
    return rule.note if rule.slots[0].name == slot.name else ""


def condition_words(condition: Condition) -> str:
    """``If BGM.1225 is 1 or 4: SG1 is required.`` with the place it is looked at in."""
    at = "/".join(step.name for step in condition.at)
    where = f"In each {at}: " if at else ""
    text = f"{where}if {condition.text}, {_demands(condition.then)}"
    if condition.otherwise != Demands():
        text += f"; where that is not so, {_demands(condition.otherwise)}"
    return f"{text[:1].upper()}{text[1:]}."


def _demands(demands: Demands) -> str:
    parts = []
    if demands.require:
        parts.append(_joined(demands.require, "is required", "are required"))
    if demands.forbid:
        parts.append(_joined(demands.forbid, "is not used", "are not used"))
    for path, codes in demands.codes:
        parts.append(f"{path.text} is one of {listed(codes)}")
    return ", and ".join(parts) or "nothing is asked for"


def _joined(paths: Iterable[Path], one: str, several: str) -> str:
    names = [path.text for path in paths]
    return f"{' and '.join(names)} {one if len(names) == 1 else several}"
