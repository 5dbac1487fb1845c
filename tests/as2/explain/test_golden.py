"""Typical failures, with the whole text that a person reads about each."""

from __future__ import annotations

import pytest

from tests.as2.explain.cases import CASES, GOLDEN, RECEIPTS, told


@pytest.mark.parametrize("name", CASES)
def test_a_message_is_explained(name: str) -> None:
    golden = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert told(CASES[name].explained()) == golden


@pytest.mark.parametrize("name", RECEIPTS)
def test_a_receipt_is_explained(name: str) -> None:
    assert told(RECEIPTS[name]()) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_every_text_has_a_case() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {*CASES, *RECEIPTS}
