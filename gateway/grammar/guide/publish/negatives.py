"""Messages that break one rule of a guide each, with the finding and the answer they lead to.

    for one in negatives(guide).samples: one.sample.wire(), one.problem, one.answers

Each is as small as it can be, and the validator finds in it exactly what it is made for: that is
looked at when it is made. A rule that cannot be broken alone is listed in ``silent`` with the
reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gateway.grammar.guide.model import ElementRule, Guide
from gateway.grammar.guide.publish import breaking
from gateway.grammar.guide.publish.breaking import Expected, Target, targets
from gateway.grammar.guide.publish.brokenconditions import broken_conditions
from gateway.grammar.guide.publish.brokenelements import KINDS
from gateway.grammar.guide.publish.brokenenvelope import broken_envelope
from gateway.grammar.guide.publish.collected import SAID, Collected, Negative, Negatives, Silent
from gateway.grammar.guide.publish.conditions import Conditions, settle
from gateway.grammar.guide.publish.draft import Draft, Piece, followed, head_of
from gateway.grammar.guide.publish.layers import Layers
from gateway.grammar.guide.publish.maker import Maker

Breaking = Callable[[Target, Draft, Maker], Iterator[Expected]]
_WAYS: dict[str, Breaking] = {
    "{0} is missing": lambda target, around, _: breaking.missing(target, around),
    "{0} is there, but not used": breaking.not_used,
    "{0} is there too often": breaking.too_many,
    "{0} has a qualifier of no slot": breaking.of_no_slot,
}


def negatives(guide: Guide, extended: Guide | None = None) -> Negatives:
    """One sample per rule; with the guide that it extends, only for rules that are its own."""
    layers = Layers(guide, extended)
    collected = Collected(guide, layers)
    every = list(targets(guide.body))
    for target in every:
        if layers.member(target.path, target.rule, target.slot):
            for said, way in _WAYS.items():
                _segment(collected, target, said.format(target.name), way)
    for rule in guide.body.elements:
        if layers.element("", rule):
            _header(collected, rule)
    for target in every:
        _elements(collected, target)
    broken_conditions(collected)
    broken_envelope(collected)
    return collected.found


def _segment(collected: Collected, target: Target, what: str, way: Breaking) -> None:
    tried = False
    for maker, by_base in collected.rounds:
        root = collected.root(maker)
        around = _around(collected, root, target, maker)
        if around is None:
            continue
        for expected in way(target, around, maker):
            tried = True
            if expected.by_base is not by_base:
                continue
            if collected.kept(target.path, what, root, expected):
                return
            settle(collected.guide, root, maker)
            if collected.kept(target.path, what, root, expected):
                return
    if tried:
        collected.silent(target.path, what, "more than this is found in it")


def _around(collected: Collected, root: Draft, target: Target, maker: Maker) -> Draft | None:
    """The group that a member stands in, put there where it is missing."""
    Conditions(root, root, maker).create(root, target.steps)
    settle(collected.guide, root, maker)
    found = next(followed(root, target.steps), None)
    return found if isinstance(found, Draft) else None


def _header(collected: Collected, rule: ElementRule) -> None:
    """An element of UNH or ST."""
    tag = collected.guide.base.root.tag
    for kind in KINDS:
        what = SAID[kind].format(f"{tag} {rule.what}")
        collected.element(tag, what, rule, kind, lambda root, _: root.head)


def _elements(collected: Collected, target: Target) -> None:
    """The elements of a segment, of a group those of its trigger."""
    rule, slot = target.rule, target.slot
    closed = slot is None and rule.slots and rule.other == "reject"
    if closed or not (slot.max if slot else rule.max):
        return
    told = {one.at for one in slot.discriminators} if slot else set()
    tag = rule.segment.tag
    path = f"{target.path}/{tag}" if rule.is_group else target.path
    name = f"{tag} ({slot.name})" if slot else tag

    def find(root: Draft, maker: Maker) -> Piece | None:
        return _piece(collected, root, target, maker)

    for one in target.body.elements:
        if one.at not in told and collected.layers.element(target.path, one):
            for kind in KINDS:
                what = SAID[kind].format(f"{name} {one.what}")
                collected.element(path, what, one, kind, find)


def _piece(collected: Collected, root: Draft, target: Target, maker: Maker) -> Piece | None:
    """The segment of a target, put there where it is missing."""
    around = _around(collected, root, target, maker)
    if around is None:
        return None
    index = target.rule.index
    slot = target.slot.name if target.slot else ""
    if not around.of(index, slot) and (slot or not target.rule.slots):
        breaking.add(target, around, maker, slot)
        settle(collected.guide, root, maker)
    there = around.of(index, slot)
    return head_of(there[0]) if there else None


__all__ = ("Negative", "Negatives", "Silent", "negatives")
