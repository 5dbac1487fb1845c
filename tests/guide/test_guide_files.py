"""What a person sees for every mistake in a guide file: one file per case in ``files/``.

A case is the guide and, behind ``shows``, what is shown. A guide without its own ``base:`` gets
the usual head. With ``GATEWAY_UPDATE=1`` the texts are written anew; review the difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from gateway.problems.codes.guides import CODES
from gateway.problems.render import render
from tests.guide.guiding import HEAD, HERE, ROOT, load

CASES = sorted((HERE / "files").glob("*.txt"))
OF_AGREEMENTS = {"G443", "G444"}
"""tests/guide/test_guide_agreements.py."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_mistake_is_shown_where_it_is(case: Path, tmp_path: Path) -> None:
    text, _, expected = case.read_text(encoding="utf-8").partition("shows\n")
    whole = text if "base:" in text or case.stem == "G403" else HEAD + text
    guide, problems = load(tmp_path, whole)
    shown = "\n\n".join(render(one, whole) for one in problems) + "\n"
    if os.environ.get("GATEWAY_UPDATE"):
        case.write_text(f"{text}shows\n{shown}", encoding="utf-8")
        return
    assert shown == expected
    assert guide is None
    assert f"[{case.stem[:4]}]" in expected


def test_the_guide_of_the_manual_is_right(tmp_path: Path) -> None:
    page = (ROOT / "docs/howto/write-a-guide.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    guide, problems = load(tmp_path, "".join(blocks))
    assert problems == []
    assert guide is not None
    assert guide.conditions[0].text == "BGM.1225 is 1 or 4"
    assert (len(guide.conditions), len(guide.tolerances), len(guide.orders)) == (2, 1, 1)


def test_every_mistake_has_a_case() -> None:
    codes = {row.code for row in CODES if row.code > "G4"}
    assert codes == {case.stem[:4] for case in CASES} | OF_AGREEMENTS
