"""Laws of guides: both ways of checking agree, slots cannot be confused, nothing raises."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.grammar import Element, Leniency, MessageGrammar, Tree, read_segments
from gateway.grammar.guide import Guide
from gateway.grammar.guide.address import Found, positions
from gateway.grammar.guide.elements import expression, faults
from gateway.grammar.guide.model import ElementRule, Usage
from gateway.grammar.guide.positions import Positions
from gateway.grammar.guide.ready import ready_guide
from gateway.grammar.guide.validate import explain, validate
from gateway.grammar.model import Segment
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION
from tests.guide.guiding import GUIDES, HEAD, HERE, LIBRARY, ROOT, load, sent, usable

_VALUES = ("", "", "A", "BY", "137", "12.5", "1234567890123", "ÄÖ")
_NUMBERS = ("", "", "7", "-7", "137", "12.5", "1234567")


def _grammar(standard: str, directory: str, name: str) -> MessageGrammar:
    found = LIBRARY.message(standard, directory, name)
    assert found is not None
    return found


_SEGMENTS = [
    _grammar("edifact", "D96A", "ORDERS").segments["NAD"],
    _grammar("edifact", "D96A", "ORDERS").segments["QTY"],
    _grammar("edifact", "D01B", "ORDERS").segments["COM"],
    _grammar("x12", "004010", "850").segments["PO1"],
]


# ---- elements: the expression and its explanation


def _rules(segment: Segment, chance: random.Random) -> list[ElementRule]:
    places = chance.sample(list(positions(segment)), k=min(4, len(segment.elements)))
    return [
        _rule(place, chance)
        for place in sorted(places, key=lambda one: (one.at.element, one.at.component or 0))
    ]


def _rule(place: Found, chance: random.Random) -> ElementRule:
    usage: Usage | None = chance.choice(["R", "M", "O", "N", None])
    definition = place.definition
    if not isinstance(definition, Element):
        return ElementRule(place.at, definition, usage)
    codes = frozenset(chance.sample(_VALUES[2:], k=3)) if chance.random() < 0.4 else None
    low, high = chance.choice(
        [(None, None)]
        + [(low, high) for low in (1, 2, 3) for high in (2, 3, 13)
           if definition.min <= low <= high <= definition.max]
    )  # fmt: skip
    patterns = chance.choice([(), (), ("[0-9]+",), ("B.?|1.*7",)])
    return ElementRule(place.at, definition, usage, codes, low, high, patterns)


def _text(segment: Segment, spread: bool, chance: random.Random) -> str:
    texts = [segment.tag]
    for slot in segment.elements[: chance.randint(0, len(segment.elements))]:
        uses = []
        for _ in range(slot.repeat if spread else chance.randint(1, min(slot.repeat, 3))):
            parts = slot.components[: chance.randint(1, len(slot.components))]
            values = [_NUMBERS if one.element.kind in "nRN" else _VALUES for one in parts]
            uses.append(COMPONENT.join(map(chance.choice, values)))
        texts += uses if spread else [REPETITION.join(uses)]
    return ELEMENT.join(texts)


@pytest.mark.parametrize("spread", [False, True], ids=["syntax 4", "syntax 3"])
@pytest.mark.parametrize("segment", _SEGMENTS, ids=lambda one: one.tag)
def test_expression_and_explanation_agree(segment: Segment, spread: bool) -> None:
    chance = random.Random(segment.tag)
    where = Positions(segment, spread)
    accepted = 0
    for _ in range(120):
        rules = _rules(segment, chance)
        match = re.compile(segment.tag + expression(where, rules)).match
        for _ in range(15):
            text = _text(segment, spread, chance)
            accepts = match(text) is not None
            assert accepts == (not faults(text, where, rules)), (text, rules)
            accepted += accepts
    assert 50 < accepted < 120 * 15 - 50


# ---- messages: the fast way and the readable way


def _partner(name: str) -> Guide:
    guide, problems = GUIDES.load(ROOT / "partners" / name)
    assert guide is not None, problems
    return guide


def _eancom(name: str) -> Guide:
    path = GUIDES.find(name, "ORDERS")
    assert path is not None
    guide, problems = GUIDES.load(path)
    assert guide is not None, problems
    return guide


_LOOSE = """
segments:
  DTM: {slots: {issued: {discriminator: {2005: 137}, usage: R}}, other: keep}
  SG2:
    slots:
      buyer: {discriminator: {3035: BY, 3055: "9"}, segments: {SG5: N, LOC: {max: 1}}}
      others: {discriminator: {3035: [DP, SU]}, elements: {3039: R}, segments: {SG5: {max: 1}}}
    other: keep
  SG25:
    elements: {1082: {length: 1}}
    segments:
      QTY: {slots: {a: {discriminator: {6063: 21}, usage: R}, b: {discriminator: {6063: 192}}}}
      SG28: {segments: {CUX: N}, elements: {5125: [AAA, AAB]}}
"""
_TOKENS = {
    "137": ("137", "2", "63"),
    "21": ("21", "192", "59"),
    "BY": ("BY", "DP", "SU", "IV"),
    "AAA": ("AAA", "AAB", "INV"),
    "9": ("9", "92", "1", "5"),
    "EN": ("EN", "SRV", "SA"),
    "PCE": ("PCE", "KGM", ""),
    "BY*": ("BY*", "ST*", "SU*", "BT*"),
    "EA": ("EA", "CA", "KG"),
}


def _mutant(segments: Sequence[str], chance: random.Random) -> list[str]:
    out = list(segments)
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(1, len(out) - 1)
        kind = chance.randrange(4)
        if kind == 0:
            del out[at]
        elif kind == 1:
            out.insert(at, out[at])
        elif kind == 2:
            old = chance.choice(list(_TOKENS))
            out[at] = out[at].replace(old, chance.choice(_TOKENS[old]), 1)
        else:
            texts = out[at].split(ELEMENT)
            where = chance.randrange(1, len(texts)) if len(texts) > 1 else 0
            texts[where] = texts[where] if not where else chance.choice(["", "9", "X1"])
            out[at] = ELEMENT.join(texts)
        if len(out) < 4:
            break
    return out


@pytest.mark.parametrize("case", ["acme", "eancom1997", "loose", "northwind"])
def test_both_ways_of_checking_agree(case: str, tmp_path: Path) -> None:
    guide = {
        "acme": lambda: _partner("acme-retail/guides/orders.yaml"),
        "eancom1997": lambda: _eancom("eancom1997"),
        "loose": lambda: usable(tmp_path, HEAD + _LOOSE),
        "northwind": lambda: _partner("northwind/guides/850.yaml"),
    }[case]()
    name = "850.x12" if case == "northwind" else "orders.edi"
    text = (HERE / name).read_text(encoding="utf-8").replace("QTY+192:2:PCE'\n", "")
    good = list(sent(text).part.segments)
    table = ready_guide(guide)
    chance = random.Random(case)
    clean = fine = 0
    for _ in range(1500):
        segments = _mutant(good, chance)
        tree = read_segments(segments, guide.grammar, leniency=Leniency(totals="ignore")).tree
        if tree is None:
            continue
        clean += 1
        fits = table.fast.fits(tree.root, tree.segments)
        found = explain(table, tree)
        assert fits == (not found), (segments, found)
        fine += fits
    assert clean > 300
    assert 50 < fine < clean - 50


# ---- slots


_CODES = st.frozensets(st.sampled_from(["BY", "SU", "DP", "IV"]), min_size=1, max_size=2)
_AGENCIES = st.frozensets(st.sampled_from(["9", "91", "92"]), min_size=1, max_size=2)
_SLOT = st.tuples(st.none() | _CODES, st.none() | _AGENCIES)


@settings(max_examples=60, deadline=None)
@given(st.lists(_SLOT, min_size=1, max_size=4))
def test_slots_that_are_accepted_cannot_be_confused(
    slots: list[tuple[frozenset[str] | None, frozenset[str] | None]],
) -> None:
    text = "segments:\n  SG2:\n    slots:\n"
    for number, (codes, agencies) in enumerate(slots):
        parts = [f"3035: [{', '.join(sorted(codes))}]"] if codes else []
        parts += [f"3055: ['{chr(39).join(sorted(agencies)[:1])}']"] if agencies else []
        text += f"      s{number}: {{discriminator: {{{', '.join(parts)}}}}}\n"
    with TemporaryDirectory() as folder:
        guide, problems = load(Path(folder), HEAD + text)
    nads = [
        ELEMENT.join(["NAD", code, COMPONENT.join(["1", "", agency])])
        for code in ("BY", "SU", "DP", "IV", "UC")
        for agency in ("9", "91", "92", "")
    ]
    if guide is None:
        assert {one.code for one in problems} <= {"G411", "G412", "G413"}
        return
    rule = guide.body.members[0]
    where = Positions(rule.segment, spread=False)
    for nad in nads:
        taken = [slot.name for slot in rule.slots if where.belongs(nad, slot.discriminators)]
        assert len(taken) <= 1, (nad, taken)


def test_slots_are_refused_only_when_a_segment_fits_two(tmp_path: Path) -> None:
    text = """segments:
  SG2:
    slots:
      one: {discriminator: {3035: BY, 3055: "9"}}
      two: {discriminator: {3035: BY, 3055: "92"}}
      three: {discriminator: {3035: SU}}
"""
    assert usable(tmp_path, HEAD + text).body.members[0].slots[1].name == "two"


# ---- nothing raises


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2500), st.integers(0, 30), st.sampled_from(
    ["", "{", "[", ": ", "N", "\n  ", "- x", "&a", "*a", "SG2", "'", "\x00", "99999999999999"]
))  # fmt: skip
def test_no_guide_file_raises(at: int, length: int, put: str) -> None:
    text = (ROOT / "partners/acme-retail/guides/orders.yaml").read_text(encoding="utf-8")
    text = text.replace("extends: eancom1997\n", "")
    with TemporaryDirectory() as folder:
        guide, problems = load(Path(folder), text[:at] + put + text[at + length :])
    assert guide is not None or problems


# ---- size


def test_conditions_take_time_in_proportion_to_the_message(tmp_path: Path) -> None:
    """Paths from the message on are followed once, not once per line."""
    text = """segments:
  SG25: {segments: {PIA: R, QTY: {slots: {a: {discriminator: {6063: 21}}}, other: reject}}}
conditions:
  - name: all
    at: SG25
    if: {present: /SG25/QTY, /SG25/QTY.6411: PCE, count: {/SG25: 5..}}
    then: {require: [/SG8, MOA, /SG25/PRI.5375], forbid: [/SG25/IMD], codes: {/SG25/QTY.6411: [CT]}}
  - {name: header, if: {present: SG25/QTY}, then: {require: [SG25/PRI.5375]}}
"""
    guide = usable(tmp_path, HEAD + text)
    good = list(sent((HERE / "orders.edi").read_text(encoding="utf-8")).part.segments)
    steps = []
    for lines in (200, 800):
        segments = [*good[:11], *(good[11:15] * lines), *good[19:]]
        tree = read_segments(segments, guide.grammar, leniency=Leniency(totals="ignore")).tree
        assert tree is not None
        steps.append(_steps(guide, tree))
    assert steps[1] < 5 * steps[0]


def _steps(guide: Guide, tree: Tree) -> int:
    """Calls of Python functions: a measure that does not depend on the machine."""
    count = 0

    def called(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(called)
    try:
        validate(guide, tree)
    finally:
        sys.setprofile(None)
    return count
