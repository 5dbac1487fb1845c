"""What samples show of the elements of a segment: whether they are there, their codes, lengths."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from gateway.grammar.guide import ElementRule
from gateway.grammar.guide.address import Found, name, positions
from gateway.grammar.guide.positions import Positions
from gateway.grammar.lists import is_agreed
from gateway.grammar.model import Composite, Element

Rule = dict[str, str | list[str]]
"""As a guide writes it: ``usage``, ``codes``, ``length``, ``pattern``."""
Elements = dict[str, Rule]

_MOST_CODES = 20
_OPEN_LISTS = {
    "edifact": frozenset({"1131", "3055", "6345", "6411"}),
    "x12": frozenset[str](),
}
"""Coded elements whose list the directory leaves to others; what is used of it is still told."""
_FREE = {
    "edifact": frozenset({"3207", "3229", "3453", "3225", "8067", "8179"}),
    "x12": frozenset({"26", "140", "156", "116", "309"}),
}
"""Codes of the world, not of the partner: countries, languages, means of transport."""
_PROSE = {
    "edifact": frozenset(
        {"1082", "2380", "3036", "3042", "3124", "3148", "3164", "3224", "3251", "3412", "4440",
         "7008", "7164", "7166"}
    ),
    "x12": frozenset(
        {"19", "93", "106", "116", "166", "350", "352", "364", "369", "387", "628", "734", "933"}
    ),
}  # fmt: skip
"""Names, addresses, texts, numbers of lines: a few samples do not tell how long they get."""
_TEXTS = ("a", "an", "AN")
_STEPS = (3, 6, 10, 12, 15, 17, 20, 25, 30, 35, 50, 70, 80, 140, 256, 350, 512)


def elements_of(
    texts: Sequence[str],
    places: Positions,
    base: Sequence[ElementRule],
    *,
    enough: bool,
    standard: str,
    private: Mapping[str, frozenset[str]],
) -> Elements:
    """The rules of the elements that some text has, by the names that guides give them."""
    known = {one.at: one for one in base}
    found: Elements = {}
    for position in positions(places.segment):
        if isinstance(position.definition, Composite):
            continue
        uses = [places.values(text, position.at) for text in texts]
        values = [value for some in uses for value in some]
        if not values:
            continue
        rule = known.get(position.at)
        made = _rule(position, values, rule, standard, private)
        if enough and all(uses) and not _is_required(position, rule, places):
            made = {"usage": "R", **made}
        if made:
            found[_name(position, places, standard)] = made
    return found


def _is_required(position: Found, rule: ElementRule | None, places: Positions) -> bool:
    """Whether the base says so already. Of a component it means: where its composite is there."""
    if rule is not None and rule.usage is not None:
        return rule.usage == "R"
    if position.at.component is None:
        return position.mandatory
    return position.mandatory and places.segment.elements[position.at.element - 1].mandatory


def _name(position: Found, places: Positions, standard: str) -> str:
    segment = places.segment
    if standard == "x12":
        component = position.at.component
        return f"{segment.tag}{position.at.element:02}" + (f"-{component}" if component else "")
    return name(segment, position.at)


def _rule(
    position: Found,
    values: Sequence[str],
    rule: ElementRule | None,
    standard: str,
    private: Mapping[str, frozenset[str]],
) -> Rule:
    element = position.definition
    assert isinstance(element, Element)
    if _is_coded(element, standard):
        codes = sorted(set(values))
        few = len(codes) <= _MOST_CODES and element.number not in _FREE[standard]
        return {"codes": codes} if few and are_known(codes, element, rule, private) else {}
    if element.number == "3039" and all(re.fullmatch("[0-9]{13}", one) for one in values):
        return {"pattern": "[0-9]{13}"}
    most = element.max if rule is None or rule.max is None else rule.max
    length = _rounded(max(map(len, values)))
    wordy = element.number in _PROSE[standard]
    if element.kind in _TEXTS and not wordy and length < most:
        return {"length": f"..{length}"}
    return {}


def _is_coded(element: Element, standard: str) -> bool:
    listed = element.codes is not None or element.number in _OPEN_LISTS[standard]
    return listed or element.kind == "ID"


def _rounded(longest: int) -> int:
    """Room for longer values than the samples have."""
    return next((step for step in _STEPS if step >= longest * 1.5), 10_000)


def are_known(
    codes: Sequence[str],
    element: Element,
    rule: ElementRule | None,
    private: Mapping[str, frozenset[str]],
) -> bool:
    """Whether a guide may name these codes: those of other lists (1131, 3055) it may not."""
    known = element.codes
    if rule is not None and rule.codes is not None:
        known = rule.codes
    if known is None:
        return all(len(one) <= element.max for one in codes)
    listed = known | private.get(element.number, frozenset())
    free = rule is None or rule.codes is None
    return all(one in listed or (free and is_agreed(element, one)) for one in codes)
