"""Samples fit: by the directory, by the guide, and as bytes in their envelope."""

from __future__ import annotations

import pytest

from gateway.grammar.guide.publish.samples import VARIANTS, Variant, sample
from tests.guide_publish.publishing import NAMES, extended, guide, judged


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_sample_reads_clean_from_its_bytes(name: str, variant: Variant, seed: int) -> None:
    made = sample(guide(name), variant, seed, extended(name))
    problems, tree = judged(made.wire(), guide(name))
    assert problems == []
    assert tree is not None
    assert len(made.paths) == len(made.message) == len(tree.segments)


@pytest.mark.parametrize("message", ["ORDERS", "ORDRSP", "DESADV", "INVOIC", "RECADV", "PRICAT"])
@pytest.mark.parametrize("subset", ["eancom1997", "eancom2002s4"])
def test_samples_of_generated_guides_fit(subset: str, message: str) -> None:
    found = guide(f"{subset}/{message}")
    for variant in ("minimal", "full"):
        assert sample(found, variant).check() == []


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_makes_the_same_message(name: str) -> None:
    made = [sample(guide(name), "full", seed).wire() for seed in (3, 3, 4)]
    assert made[0] == made[1]
    assert made[0] != made[2]


def test_minimal_typical_and_full_hold_more_and_more() -> None:
    made = {one: sample(guide("acme"), one, 0, extended("acme")) for one in VARIANTS}
    tags = [{text.partition("\x1d")[0] for text in made[one].message} for one in VARIANTS]
    assert tags[0] == {"UNH", "BGM", "DTM", "NAD", "UNS", "UNT"}
    assert tags[1] == tags[0] | {"LIN", "QTY", "ALC"}
    assert tags[2] > tags[1]


def test_typical_shows_every_slot_of_the_guide() -> None:
    made = sample(guide("acme"), "typical", 0, extended("acme"))
    assert {path for path in made.paths if ":" in path} == {
        *("DTM:issued", "DTM:requested", "DTM:earliest", "DTM:latest"),
        *("SG2:buyer/NAD", "SG2:supplier/NAD", "SG2:ship_to/NAD", "SG2:invoicee/NAD"),
        "SG25/QTY:ordered",
    }


def test_a_level_without_small_letters_has_none() -> None:
    data = sample(guide("closed"), "full").wire()
    assert data.startswith(b"UNB+UNOA:4+")
    assert data == data.upper()
