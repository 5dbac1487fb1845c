"""Messages in an envelope that breaks a rule for UNB, UNG, UNH, ISA, GS or ST."""

from __future__ import annotations

from gateway.grammar.guide.model import ElementRule, EnvelopeRule
from gateway.grammar.guide.publish.breaking import Expected
from gateway.grammar.guide.publish.brokenelements import KINDS, break_element
from gateway.grammar.guide.publish.collected import SAID, Collected
from gateway.grammar.guide.publish.enveloped import Enveloping

_CODES = {"G311": "G331", "G312": "G331", "G313": "G332"}
"""Findings in the envelope by those in a segment; all others are one."""
_VALUE = "G333"
_HEADERS = ("UNH", "ST")
_GROUP = "UNG"


def broken_envelope(collected: Collected) -> None:
    """Each rule for a service segment."""
    for rule in collected.guide.envelope:
        if not collected.layers.envelope(rule):
            continue
        if rule.tag == _GROUP and rule.usage in ("N", "R", "M"):
            _usage(collected, rule)
        if rule.usage == "N":
            continue
        for one in rule.elements:
            for kind in KINDS:
                _element(collected, rule, one, kind)


def _usage(collected: Collected, rule: EnvelopeRule) -> None:
    """UNG where it is not used, or none where it has to be."""
    around = Enveloping(collected.guide)
    if rule.usage == "N":
        around.pieces[_GROUP] = around.group()
        expected, what = Expected("G335"), "UNG is there, but not used"
    else:
        del around.pieces[_GROUP]
        expected, what = Expected("G334"), "UNG is missing"
    root = collected.root(collected.makers[0])
    if not collected.kept(rule.tag, what, root, expected, around.headers()):
        collected.silent(rule.tag, what, "more than this is found in it")


def _element(collected: Collected, rule: EnvelopeRule, one: ElementRule, kind: str) -> None:
    maker = collected.makers[0]
    around = Enveloping(collected.guide)
    root = collected.root(maker)
    if rule.tag == _GROUP and _GROUP not in around.pieces:
        around.pieces[_GROUP] = around.group()
    piece = root.head if rule.tag in _HEADERS else around.pieces[rule.tag]
    what = SAID[kind].format(f"{rule.tag} {one.what}")
    tried = False
    for expected in break_element(one, piece, maker, kind):
        tried = True
        if collected.kept(rule.tag, what, root, _enveloped(expected), around.headers()):
            return
    if tried:
        collected.silent(rule.tag, what, "the envelope cannot be written like this")


def _enveloped(expected: Expected) -> Expected:
    also = frozenset(_CODES.get(one, _VALUE) for one in expected.also)
    return Expected(_CODES.get(expected.code, _VALUE), also)
