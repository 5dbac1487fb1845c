"""What a person sees for every mistake in the settings of a shop: one file per case in ``cases/``.

A case is a script (:mod:`tests.diagnostics.spoiling`) and the text that is to be shown, with the
shops that are left out. With ``GATEWAY_UPDATE=1`` the texts are written anew; review the
difference.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from gateway.problems.codes import shop_settings
from gateway.problems.render import render
from tests.config.shops.kit import found, right
from tests.diagnostics.spoiling import spoil

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
SHOWN = "shows\n"
IN_THE_WORLD = {"C596", "C597"}
"""Found by calling a shop: test_world.py."""


def shown(root: Path) -> str:
    workspace, problems = found(root)
    blocks = []
    for each in problems:
        file = root / (each.place.file or "")
        blocks.append(render(each, file.read_text(encoding="utf-8") if file.is_file() else None))
    left_out = ", ".join(workspace.broken_shops) or "nobody"
    return "\n\n".join([*blocks, f"left out: {left_out}"]) + "\n"


def test_nothing_is_wrong_before(tmp_path: Path) -> None:
    workspace, problems = found(right(tmp_path / "edi"))
    assert problems == []
    assert len(workspace.shops) == 9
    assert workspace.broken_shops == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_mistake_is_shown_where_it_is(case: Path, tmp_path: Path) -> None:
    script, _, expected = case.read_text(encoding="utf-8").partition(SHOWN)
    root = right(tmp_path / "edi")
    spoil(root, script)
    if os.environ.get("GATEWAY_UPDATE"):
        case.write_text(script + SHOWN + shown(root), encoding="utf-8")
        return
    assert shown(root) == expected
    assert script.startswith("# "), "say what somebody did"
    assert f"[{case.stem[:4]}]" in expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_broken_shop_never_stops_the_others(case: Path) -> None:
    left_out = re.search(r"^left out: (.*)$", case.read_text(encoding="utf-8"), re.MULTILINE)
    assert left_out is not None
    assert len(left_out[1].split(", ")) <= 2


def test_every_code_has_a_case() -> None:
    codes = {row.code for row in shop_settings.CODES}
    assert codes == {case.stem[:4] for case in CASES if case.stem[:4] in codes} | IN_THE_WORLD
