"""Samples of XML documents become what was reviewed, and are written back as reviewed."""

from __future__ import annotations

import pytest

from gateway.mapping import Maps
from tests.maps.xml_golden import CASES, SAMPLES, outcome


@pytest.mark.parametrize("case", CASES)
def test_a_sample_gives_its_golden_files(case: str, maps: Maps) -> None:
    for name, content in outcome(maps, case).items():
        assert content.decode() == (SAMPLES / case / name).read_text(encoding="utf-8"), name


def test_every_sample_names_its_source() -> None:
    lines = (SAMPLES / "SOURCES.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert sorted(line.partition("\t")[0] for line in lines) == sorted(CASES)
