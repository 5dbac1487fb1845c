"""What a person sees for mistakes in ``syntax`` and ``send``: one file per case in ``mistakes/``.

A case is written like those of ``tests/config``: it edits that workspace and says what is shown.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from gateway.problems.codes.envelope_settings import CODES
from tests.config.test_cases import HERE, SHOWN, edit, shown

CASES = sorted((Path(__file__).parent / "mistakes").glob("*.txt"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_mistake_is_shown_where_it_is(case: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(HERE / "workspace", tmp_path / "workspace"))
    script, _, expected = case.read_text(encoding="utf-8").partition(SHOWN)
    edit(root, script)
    if os.environ.get("GATEWAY_UPDATE"):
        case.write_text(script + SHOWN + shown(root), encoding="utf-8")
        return
    assert shown(root) == expected
    assert f"[{case.stem[:4]}]" in expected


def test_every_code_has_a_case() -> None:
    settings = {row.code for row in CODES if row.code.startswith("C")}
    assert settings == {case.stem[:4] for case in CASES} - {"C100", "C102"}
