"""The tutorial does what it says: every command runs, every line shown is in its answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.terminal import give, shows

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "docs" / "tutorial.md"


def _steps() -> list[tuple[str, list[str]]]:
    """Commands with the lines that the page shows after them."""
    steps: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), re.S):
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            elif line.strip():
                steps[-1][1].append(line)
    return steps


def test_the_tutorial_runs_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    steps = _steps()
    assert len(steps) > 10
    for command, lines in steps:
        answer = give(command, tmp_path)
        assert answer.code in (0, 1), f"{command}\n{answer.shown}{answer.errors}"
        for line in lines:
            assert shows(answer.shown, line), f"$ {command}\nshould show {line!r}\n{answer.shown}"


def test_a_line_that_is_not_shown_would_be_noticed() -> None:
    assert not shows("1 file taken, 2 refused", "1 file taken, 1 refused")
    assert shows("4  2026  in   message", "4 … in message")
