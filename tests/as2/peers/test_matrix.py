"""A part of the matrix with the peers that are installed: ``make interop`` runs all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.as2.conformance.outcome import Outcome
from tests.as2.conformance.ways import with_libas2, with_openas2
from tests.as2.peers.places import WHY_NOT, left_out, libas2_modules, openas2_jars


def failures(outcomes: list[Outcome]) -> list[str]:
    return [f"{each.way}: {each.combination}: {each.failure}" for each in outcomes if each.failure]


@pytest.mark.skipif(left_out(openas2_jars()), reason=WHY_NOT)
def test_openas2_reads_ours_and_we_read_its_messages(tmp_path: Path) -> None:
    outcomes = list(with_openas2(tmp_path, each=60))
    assert failures(outcomes) == []
    assert sum(not each.unsupported for each in outcomes) > 10


@pytest.mark.skipif(left_out(libas2_modules()), reason=WHY_NOT)
def test_libas2_reads_ours(tmp_path: Path) -> None:
    outcomes = list(with_libas2(each=60))
    assert failures(outcomes) == []
    assert sum(not each.unsupported for each in outcomes) > 3
