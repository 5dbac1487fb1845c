"""The tutorial does what it says: every command runs, every line shown is in its answer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

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


def shows(output: str, line: str) -> bool:
    """Whether the line is in the output; ``…`` stands for anything, blanks for any blanks."""
    pieces = [r"\s+".join(map(re.escape, piece.split())) for piece in line.split("…")]
    return re.search(r".*?".join(r"\s*" + piece + r"\s*" for piece in pieces), output) is not None


def test_the_tutorial_runs_as_written(tmp_path: Path) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    steps = _steps()
    assert len(steps) > 10
    for command, lines in steps:
        done = subprocess.run(
            command, shell=True, cwd=tmp_path, env={**os.environ, "PATH": path},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1), f"{command}\n{done.stdout}{done.stderr}"
        for line in lines:
            assert shows(done.stdout, line), f"$ {command}\nshould show {line!r}\n{done.stdout}"


def test_a_line_that_is_not_shown_would_be_noticed() -> None:
    assert not shows("1 file taken, 2 refused", "1 file taken, 1 refused")
    assert shows("4  2026  in   message", "4 … in message")
