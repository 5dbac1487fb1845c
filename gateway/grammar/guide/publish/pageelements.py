"""Elements on a page: a row each, and a line for all that the guide says nothing of."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gateway.grammar.guide.address import name
from gateway.grammar.guide.model import ElementRule
from gateway.grammar.guide.publish.markup import Content, Markup, badge, codes, join, tag
from gateway.grammar.guide.publish.words import count_words, form_words
from gateway.grammar.guide.where import Address
from gateway.grammar.model import Composite, Element, ElementSlot, Segment

INLINE = 12
"""Codes that stand in the table; longer lists stand with the code lists."""
COLUMNS = (
    ("Pos", "narrow"),
    ("Element", "narrow"),
    ("Base", "narrow"),
    ("Guide", "narrow"),
    ("Form", "narrow"),
    ("Values and remarks", ""),
)


def element_rows(
    segment: Segment,
    rules: tuple[ElementRule, ...],
    told: Collection[Address] = (),
    used: Collection[Address] = (),
) -> Iterator[Markup]:
    """A row per element and component that is said something of, or that has to be there."""
    by_place = {one.at: one for one in rules}
    for number, slot in enumerate(segment.elements, 1):
        at = Address(number)
        inner = [one for one in by_place if one.element == number and one.component]
        whole = by_place.get(at)
        said = whole is not None or bool(inner) or slot.mandatory
        if not (said or at in used) or _unused(whole):
            continue
        yield _element_row(_position(segment, at), at, slot, whole, inner, by_place, told)
        if isinstance(slot.definition, Composite):
            for place, one in enumerate(slot.definition.components, 1):
                here = Address(number, place)
                known = by_place.get(here)
                said = known is not None or one.mandatory
                if not (said or here in used) or _unused(known):
                    continue
                yield _row(
                    _position(segment, here),
                    one.element.number,
                    _base(one.element, mandatory=one.mandatory),
                    _status(known, mandatory=one.mandatory),
                    form_words(one.element, known),
                    _remarks(known, told_apart=here in told),
                    "component",
                )


def _element_row(
    position: str,
    at: Address,
    slot: ElementSlot,
    rule: ElementRule | None,
    inner: list[Address],
    rules: dict[Address, ElementRule],
    told: Collection[Address],
) -> Markup:
    status = _status(rule, mandatory=slot.mandatory)
    if status == "O" and any(rules[one].usage == "R" for one in inner):
        status = "R"
    form = form_words(slot.definition, rule)
    repeats = f" ×{slot.repeat}" if slot.repeat > 1 else ""
    return _row(
        position,
        slot.number,
        _base(slot.components[0].element, mandatory=slot.mandatory),
        status,
        form + repeats,
        _remarks(rule, told_apart=at in told),
        "",
    )


def _position(segment: Segment, at: Address) -> str:
    """``2.1``; in X12 ``BEG03``."""
    if segment.elements[0].components[0].element.kind.islower():
        return str(at)
    inner = "" if at.component is None else f"-{at.component}"
    return f"{segment.tag}{at.element:02}{inner}"


def _base(element: Element, *, mandatory: bool) -> str:
    """Conditional in EDIFACT is optional in X12."""
    return "M" if mandatory else "C" if element.kind.islower() else "O"


def _row(
    position: str, number: str, base: str, status: str, form: str, remarks: Content, class_: str
) -> Markup:
    return tag(
        "tr",
        tag("td", position, class_="narrow mono"),
        tag("th", tag("code", number or "–"), scope="row", class_="narrow"),
        tag("td", base, class_="narrow"),
        tag("td", badge(status), class_="narrow"),
        tag("td", form, class_="narrow mono"),
        tag("td", remarks),
        class_=class_ or None,
    )


def _unused(rule: ElementRule | None) -> bool:
    return rule is not None and rule.usage == "N"


def _status(rule: ElementRule | None, *, mandatory: bool) -> str:
    if rule is not None and rule.usage in ("R", "M"):
        return rule.usage
    return "M" if mandatory else "O"


def _remarks(rule: ElementRule | None, *, told_apart: bool) -> Content:
    if rule is None:
        return None
    parts: list[Content] = []
    if rule.codes is not None and len(rule.codes) <= INLINE:
        parts.append(codes(rule.codes))
    elif rule.codes is not None:
        link = tag("a", f"{len(rule.codes)} codes", href=f"#codes-{rule.number}")
        parts.append(link)
    if told_apart:
        parts.append(tag("span", "tells the slot apart", class_="small"))
    if rule.least is not None and rule.most is not None:
        parts.append(f"repeated {count_words(rule.least, rule.most)} times")
    for pattern in rule.patterns:
        parts.append(join(["of the form ", tag("code", pattern)]))
    if rule.note:
        parts.append(rule.note)
    shown: list[Content] = []
    for part in parts:
        shown += ["; " if shown else None, part]
    return join(shown)


def rest(
    segment: Segment, rules: tuple[ElementRule, ...], used: Collection[Address]
) -> Markup | None:
    """What has no row: elements that are as in the directory, and those that are not used."""
    by_place = {one.at: one for one in rules}
    free: list[str] = []
    unused: list[str] = []
    for number, slot in enumerate(segment.elements, 1):
        at = Address(number)
        inner = any(one.element == number for one in by_place)
        if _unused(by_place.get(at)):
            unused.append(_short(segment, at))
        elif not (inner or slot.mandatory or at in used):
            free.append(_short(segment, at))
        elif isinstance(slot.definition, Composite):
            for place, one in enumerate(slot.definition.components, 1):
                here = Address(number, place)
                if _unused(by_place.get(here)):
                    unused.append(_short(segment, here))
                elif here not in by_place and here not in used and not one.mandatory:
                    free.append(_short(segment, here))
    parts = [("As in the directory", free), ("Not used", unused)]
    said = [f"{what}: {', '.join(dict.fromkeys(names))}." for what, names in parts if names]
    return tag("p", " ".join(said), class_="rest") if said else None


def _short(segment: Segment, at: Address) -> str:
    """``C082.1131``, ``C212#2``; in X12, where numbers repeat, by position."""
    position = _position(segment, at)
    if position != str(at):
        return position
    whole = name(segment, Address(at.element))
    definition = segment.elements[at.element - 1].definition
    if at.component is None or not isinstance(definition, Composite):
        return whole
    return f"{whole}.{definition.components[at.component - 1].element.number}"
