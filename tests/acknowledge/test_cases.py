"""Good interchange × change: exactly the problems, the places, the verdicts and the answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.problems.codes import envelope
from tests.acknowledge.ack_cases import answer, cases, faults, load, observed, verdicts


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = load(path)
    assert observed(case.data, case.rules) == case.expected


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_answer_is_clean_in_our_own_grammar(path: Path) -> None:
    case = load(path)
    for verdict in verdicts(case.data):
        made = answer(verdict, case.rules)
        for each in made.messages if made else ():
            assert made is not None
            assert faults(each, made.outgoing.directory) == []


def test_every_envelope_code_has_a_case() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in cases())
    assert [row.code for row in envelope.CODES if f" {row.code} " not in text] == []
