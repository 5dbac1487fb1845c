"""Decimal numbers of X12 (type R) with mark, sign and exponent: both ways of checking agree."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import product

import pytest

from gateway.grammar.content import pattern
from gateway.grammar.explain import faults
from gateway.grammar.model import Element, ElementSlot, Segment
from gateway.mapping.convert import CONVERTERS, Target
from gateway.syntax.normal import ELEMENT, TERMINATOR


def _segment(least: int, most: int) -> Segment:
    return Segment("QTY", (ElementSlot(Element("380", "R", least, most), mandatory=True),))


@pytest.mark.parametrize("limits", [(1, 3), (3, 4)])
def test_the_expression_and_the_explanation_agree_on_every_short_text(
    limits: tuple[int, int],
) -> None:
    definition = _segment(*limits)
    match = re.compile(pattern(definition, "x12") + TERMINATOR).fullmatch
    for length in range(1, 7):
        for signs in product("17.E-", repeat=length):
            text = f"QTY{ELEMENT}{''.join(signs)}"
            accepted = match(text + TERMINATOR) is not None
            assert accepted == (faults(text, definition, "x12") == []), text


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("1.5E3", []),
        ("-.5E-2", []),
        ("1E99", []),
        ("12345E6", ["G206"]),
        ("1E100", ["G208"]),
        ("E5", ["G208"]),
        ("1E", ["G208"]),
        ("1e5", ["G208"]),
        ("1E5E5", ["G208"]),
        ("1E1.5", ["G208"]),
    ],
)
def test_an_exponent_counts_by_its_digits(value: str, codes: list[str]) -> None:
    found = faults(f"QTY{ELEMENT}{value}", _segment(1, 5), "x12")
    assert [one.code for one in found] == codes


def test_a_map_reads_the_number_and_writes_it_plain() -> None:
    decimal = CONVERTERS["decimal"](Target("x12", "R"), ())
    assert decimal.read("1.5E3") == Decimal(1500)
    assert decimal.write(decimal.read("1.5E3")) == "1500"
    assert decimal.write(decimal.read("-25E-4")) == "-0.0025"
