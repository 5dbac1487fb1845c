"""Ways to break the rule of one element, the surest first: see the module ``breaking``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from gateway.grammar.guide.model import ElementRule
from gateway.grammar.guide.publish.breaking import Expected
from gateway.grammar.guide.publish.draft import Piece
from gateway.grammar.guide.publish.maker import Maker
from gateway.grammar.guide.publish.patterned import matching
from gateway.grammar.guide.publish.values import Values, counted, fits
from gateway.grammar.guide.where import Address
from gateway.grammar.model import Composite, Element
from gateway.grammar.notes import broken

_VALUES = 120
"""Wrong values that are tried."""
_MOST = 999
"""Repetitions that a sample is given to have one too many."""
_DATED = ("2380", "1251")
"""Values whose format stands beside them."""
_BASE_ELEMENT = ("G201", "G202", "G215")
"""What the directory says where it asks for the same as the guide."""
_ALSO = frozenset({"G218", "G219", "G325"})
"""A value that is wrong by itself may also have another format, or break a condition."""


def break_element(rule: ElementRule, piece: Piece, maker: Maker, kind: str) -> Iterator[Expected]:
    """Change one element so that its rule is broken; the piece is changed in place.

    ``kind`` is one of :data:`KINDS`: ``missing``, ``not used``, ``code``, ``long`` …
    """
    yield from _KINDS[kind](rule, piece, maker)


def _missing(rule: ElementRule, piece: Piece, maker: Maker) -> Iterator[Expected]:
    if rule.usage not in ("R", "M"):
        return
    composite = piece.segment.elements[rule.at.element - 1].definition
    if rule.at.component is not None and isinstance(composite, Composite):
        for at, _ in enumerate(composite.components, 1):
            other = Address(rule.at.element, at)
            if other != rule.at and maker.put(piece, other):
                break
    maker.put(piece, rule.at)
    piece.clear(rule.at)
    before = dict(piece.values)
    _mend_notes(piece, maker, rule.at.element)
    whole = rule.at.component is None
    yield Expected("G311" if rule.usage == "R" or whole else "G312")
    if not whole and rule.usage == "R":  # the directory may ask for it inside of the composite
        piece.clear(Address(rule.at.element))
        _mend_notes(piece, maker, rule.at.element)
        yield Expected("G311")
    piece.values = before
    yield from (Expected(code, by_base=True) for code in _BASE_ELEMENT)


def _mend_notes(piece: Piece, maker: Maker, gone: int) -> None:
    """What notes ask for is filled; what asks for the element that is gone goes with it."""
    for _ in range(2 * len(piece.segment.notes)):
        wrong = next(broken(piece.segment.notes, piece.text(False)), None)
        if wrong is None:
            return
        others = [one for one in wrong.elements if one != gone]
        instead = wrong.note[0] in "RL" or gone not in wrong.elements
        if not (instead and any(maker.put(piece, Address(one)) for one in others)):
            piece.clear(Address(wrong.present))


def _not_used(rule: ElementRule, piece: Piece, maker: Maker) -> Iterator[Expected]:
    if rule.usage != "N":
        return
    bare = replace(rule, usage=None)
    piece.rules = (*(one for one in piece.rules if one.at.element != rule.at.element), bare)
    if rule.at.component is not None:
        maker.fill(piece, rule.at.element)
    if maker.put(piece, rule.at):
        maker.fill_notes(piece)
        yield Expected("G313")


def _wrong_code(rule: ElementRule, piece: Piece, maker: Maker) -> Iterator[Expected]:
    if rule.codes is None:
        return
    yield from _written(rule, piece, maker, "G314", _not_listed(rule, maker))


def _not_listed(rule: ElementRule, maker: Maker) -> Iterator[str]:
    assert isinstance(rule.definition, Element)
    assert rule.codes is not None
    free = replace(rule, codes=None)
    known = [*maker.values.other(maker.private(rule.definition), rule.codes)]
    yield from (one for one in known if fits(one, rule.definition, free))
    yield from known


def _long(rule: ElementRule, piece: Piece, maker: Maker) -> Iterator[Expected]:
    definition = rule.definition
    if rule.max is None or not isinstance(definition, Element) or rule.max >= definition.max:
        return
    yield from _written(rule, piece, maker, "G315", _sized(definition, maker, rule.max + 1))


def _short(rule: ElementRule, piece: Piece, maker: Maker) -> Iterator[Expected]:
    definition = rule.definition
    if rule.min is None or not isinstance(definition, Element) or rule.min <= definition.min:
        return
    yield from _written(rule, piece, maker, "G316", _sized(definition, maker, rule.min - 1))


def _sized(element: Element, maker: Maker, size: int) -> Iterator[str]:
    if element.codes:
        yield from (one for one in sorted(element.codes) if len(one) == size)
    yield maker.values.text(element, size)


def _form(rule: ElementRule, piece: Piece, maker: Maker) -> Iterator[Expected]:
    if rule.patterns and isinstance(rule.definition, Element):
        yield from _written(rule, piece, maker, "G317", _misshapen(rule, maker.values))


def _misshapen(rule: ElementRule, values: Values) -> Iterator[str]:
    """Of the right length, but not of the form."""
    assert isinstance(rule.definition, Element)
    free = replace(rule, patterns=())
    known = [text for pattern in rule.patterns for text in matching(pattern)]
    changed = [sign + text[1:] for text in known for sign in "X09a-"]
    low, high = (rule.min or rule.definition.min), (rule.max or rule.definition.max)
    sizes = dict.fromkeys((high, low, max(low, min(high, 8))))
    texts = [*changed, *(values.text(rule.definition, size) for size in sizes), "X" * low]
    yield from (one for one in texts if fits(one, rule.definition, free))
    yield from texts


def _written(
    rule: ElementRule, piece: Piece, maker: Maker, code: str, texts: Iterator[str]
) -> Iterator[Expected]:
    """Values that break the rule and nothing of the base, one after the other."""
    definition = rule.definition
    assert isinstance(definition, Element)
    if rule.at.component is not None or not piece.has(rule.at):
        maker.put(piece, rule.at)
        maker.fill_notes(piece)
    whole, before = maker.private(definition), dict(piece.values)
    good = (one for one in texts if fits(one, whole, None) and maker.values.writable(one))
    for _, text in zip(range(_VALUES), good, strict=False):
        piece.values = {**before, rule.at: text}
        if rule.number not in _DATED:
            maker.fit_date(piece)
        yield Expected(code, _breaks(rule, text) | _ALSO - {code})


def _breaks(rule: ElementRule, text: str) -> frozenset[str]:
    """All that a value breaks of its rule."""
    definition = rule.definition
    assert isinstance(definition, Element)
    size = counted(text, definition)
    found = {
        "G314": rule.codes is not None and text not in rule.codes,
        "G315": rule.max is not None and size > rule.max,
        "G316": rule.min is not None and size < rule.min,
        "G317": any(re.fullmatch(one, text) is None for one in rule.patterns),
    }
    return frozenset(code for code, wrong in found.items() if wrong)


def _too_few(rule: ElementRule, piece: Piece, maker: Maker) -> Iterator[Expected]:
    if rule.least is not None and rule.least > 1 and maker.put(piece, rule.at):
        maker.fill_notes(piece)
        piece.repeats[rule.at.element] = rule.least - 1
        yield Expected("G318")


def _too_often(rule: ElementRule, piece: Piece, maker: Maker) -> Iterator[Expected]:
    allowed = piece.segment.elements[rule.at.element - 1].repeat
    if rule.most is not None and rule.most < min(allowed, _MOST) and maker.put(piece, rule.at):
        maker.fill_notes(piece)
        piece.repeats[rule.at.element] = rule.most + 1
        yield Expected("G319")


_KINDS = {
    "missing": _missing,
    "not used": _not_used,
    "code": _wrong_code,
    "long": _long,
    "short": _short,
    "form": _form,
    "few": _too_few,
    "often": _too_often,
}
KINDS = tuple(_KINDS)
