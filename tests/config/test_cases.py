"""What a person sees for every mistake in the settings: one file per case in ``cases/``.

A case edits the workspace in ``workspace/`` and says what is to be shown. With
``GATEWAY_UPDATE=1`` the expected texts are written anew; review the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.problems import REGISTRY
from gateway.problems.codes import as2_settings, channel_settings
from gateway.problems.codes.config import CODES
from gateway.problems.render import render

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*.txt"))
SHOWN = "shows\n"
COMPILED = {"C202", "C203", "C204", "C205", "C206"}
"""Found when maps are compiled: tests/config/test_translation.py."""
READ = {f"C4{number}" for number in range(60, 78)} - {"C476"} | {"C497"}
"""Found when certificates, keys and secrets are read: tests/as2, tests/remote/test_check.py."""


def edit(root: Path, script: str) -> None:
    """``edit FILE`` followed by lines to take out (-) and to put there (+); ``remove FILE``."""
    file, old, new = root, [], []
    for line in [*script.splitlines(), "end"]:
        sign, text = line[:2], line[2:]
        if sign == "- ":
            old.append(text)
        elif sign == "+ ":
            new.append(text)
        else:
            if old:
                _replace(file, "\n".join(old), "\n".join(new))
                old, new = [], []
            word, _, name = line.partition(" ")
            file = root / name
            if word == "remove":
                file.unlink()


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, old
    if not new:
        old += "\n"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def shown(root: Path) -> str:
    _, problems = load_workspace(root)
    blocks = []
    for found in problems:
        file = root / (found.place.file or "")
        blocks.append(render(found, file.read_text(encoding="utf-8") if file.is_file() else None))
    return "\n\n".join(blocks) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_mistake_is_shown_where_it_is(case: Path, workspace: Path) -> None:
    script, _, expected = case.read_text(encoding="utf-8").partition(SHOWN)
    edit(workspace, script)
    if os.environ.get("GATEWAY_UPDATE"):
        case.write_text(script + SHOWN + shown(workspace), encoding="utf-8")
        return
    assert shown(workspace) == expected
    assert f"[{case.stem[:4]}]" in expected


def test_every_code_has_a_case() -> None:
    cases = {case.stem[:4] for case in CASES} | COMPILED | {"C108"}
    settings = {row.code for row in (*as2_settings.CODES, *channel_settings.CODES)} - READ
    assert {row.code for row in CODES} | settings == cases
    assert cases <= set(REGISTRY)
