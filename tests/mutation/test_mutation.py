"""A good interchange, one defect: exactly the findings and the answer that the oracle expects.

Every kind of defect runs here over some of its positions; ``python benchmarks/mutation.py`` runs
all of them and prints the table.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from tests.fuzz.targets import answers
from tests.mutation.bases import bases
from tests.mutation.check import Verdict, check, clean, report
from tests.mutation.kind import KINDS, Mutant, mutants
from tests.mutation.known import LARGER, too_many_larger

SHARE = 4
"""Every kind takes each fourth base, and some positions of it."""
POSITIONS = 4


@cache
def sampled(name: str) -> list[tuple[str, Mutant]]:
    """Positions spread over those that a kind has, the same in every run."""
    made = KINDS[name]
    turn = list(KINDS).index(name)
    found: list[tuple[str, Mutant]] = []
    for doc in bases()[turn % SHARE :: SHARE]:
        all_of_them = list(made(doc))
        step = max(1, len(all_of_them) // POSITIONS)
        picked = all_of_them[turn % step :: step]
        found += [(doc.name, one if isinstance(one, Mutant) else one()) for one in picked]
    if not found:
        found = [(doc.name, one) for doc in bases() for one in mutants(made, doc)][:20]
    return found


@pytest.mark.parametrize("name", KINDS)
def test_a_defect_has_exactly_its_findings_and_its_answer(name: str) -> None:
    cases = sampled(name)
    assert cases
    for base, mutant in cases:
        verdict = check(mutant)
        allowed = ("exact", "equal", "larger") if name in LARGER else ("exact", "equal")
        assert verdict.outcome in allowed, f"{base}: {mutant.where}: {verdict.differs}"


@pytest.mark.parametrize("name", KINDS)
def test_the_answer_to_a_defect_is_one_that_we_would_take(name: str) -> None:
    """Every kind of acknowledgement of it can be written, and reads clean in its own grammar."""
    for _, mutant in sampled(name)[:2]:
        answers(mutant.data)


def test_the_good_interchanges_have_no_finding() -> None:
    assert [doc.name for doc in bases() if not clean(doc)] == []


def test_the_kinds_are_many() -> None:
    assert len(KINDS) >= 60


def test_the_check_tells_another_finding_place_or_answer() -> None:
    name, mutant = sampled("value too long")[0]
    assert name and check(mutant) == Verdict("exact")
    (found,) = mutant.found
    for other in (
        (),
        (found, found),
        (replace(found, code="G207"),),
        (replace(found, segment=(found.segment or 0) + 1),),
        (replace(found, offset=(found.offset or 0) + 1),),
        (replace(found, nth=3),),
        (replace(found, severity="warning"),),
    ):
        assert check(replace(mutant, found=other)).outcome == "differs"


def test_the_check_tells_another_bad_value_in_the_answer() -> None:
    doc = next(one for one in bases() if one.standard == "x12")
    mutant = next(mutants(KINDS["bad date"], doc))
    assert check(mutant).outcome == "exact"
    (found,) = mutant.found
    assert check(replace(mutant, found=(replace(found, value="X"),))).outcome == "differs"


@pytest.mark.soak
def test_every_defect_at_every_position() -> None:
    for name, outcomes, deviations in report():
        assert not outcomes["differs"], (name, deviations[:5])
        assert not too_many_larger(name, outcomes["larger"], outcomes.total()), (name, outcomes)
