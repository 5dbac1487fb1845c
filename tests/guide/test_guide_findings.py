"""What a person sees for every finding against a guide: one file per case in ``findings/``.

A case is a guide (without its head), edits of a good message, and what is shown; a name with
``x12`` is about the 850. With ``GATEWAY_UPDATE=1`` the texts are written anew; review the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.problems import Severity
from gateway.problems.codes.guides import CODES
from tests.guide.guiding import HEAD, HERE, X12_HEAD, edited, judged, sent, usable

CASES = sorted((HERE / "findings").glob("*.txt"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_finding_says_what_and_where(case: Path, tmp_path: Path) -> None:
    text = case.read_text(encoding="utf-8")
    guide_text, _, rest = text.partition("message\n")
    script, _, expected = rest.partition("shows\n")
    x12 = "x12" in case.stem
    head = "" if "base:" in guide_text else X12_HEAD if x12 else HEAD
    guide = usable(tmp_path, head + guide_text)
    message = sent(edited("850.x12" if x12 else "orders.edi", script))
    reading, found = judged(guide, message)
    lines = [
        f"{'' if one.severity is Severity.ERROR else 'warning '}{one}\n    = {one.remedy}\n"
        for one in found
    ]
    if os.environ.get("GATEWAY_UPDATE"):
        case.write_text(f"{guide_text}message\n{script}shows\n{''.join(lines)}", encoding="utf-8")
        return
    assert "".join(lines) == expected
    assert f"{case.stem[:4]} " in expected or case.stem.startswith("none")
    assert reading.tree is not None


def test_every_finding_has_a_case() -> None:
    cases = {case.stem[:4] for case in CASES if not case.stem.startswith("none")}
    assert {row.code for row in CODES if row.code < "G4"} <= cases
