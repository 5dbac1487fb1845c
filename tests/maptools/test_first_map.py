"""The page about the first map does what it says: its files are written, its commands run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "howto" / "write-your-first-map.md"
_BLOCK = re.compile(r"```(console|map (\S+))\n(.*?)```", re.S)


def _shows(output: str, line: str) -> bool:
    """Whether the line is in the output; ``…`` stands for anything, blanks for any blanks."""
    pieces = [r"\s+".join(map(re.escape, piece.split())) for piece in line.split("…")]
    return re.search(r".*?".join(r"\s*" + piece + r"\s*" for piece in pieces), output) is not None


def _steps(block: str) -> Iterator[tuple[str, list[str]]]:
    commands: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif line.strip():
            commands[-1][1].append(line)
    yield from commands


def test_the_page_runs_as_written(tmp_path: Path) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    blocks = _BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) > 8
    for _, file, text in blocks:
        if file:
            (tmp_path / file).write_text(text, encoding="utf-8")
            continue
        for command, lines in _steps(text):
            done = subprocess.run(
                command, shell=True, cwd=tmp_path, env={**os.environ, "PATH": path},
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode in (0, 1), f"{command}\n{done.stdout}{done.stderr}"
            for line in lines:
                shown = f"$ {command}\nshould show {line!r}\n{done.stdout}{done.stderr}"
                assert _shows(done.stdout, line), shown


def test_the_colours_are_well_formed() -> None:
    grammar = json.loads((ROOT / "docs" / "editor" / "map.tmLanguage.json").read_text("utf-8"))
    known = set(grammar["repository"])
    assert {one["include"].removeprefix("#") for one in grammar["patterns"]} == known
    rows = grammar["repository"]["row"]["patterns"]
    for rule in [*rows, *(one for one in grammar["repository"].values() if "match" in one)]:
        re.compile(rule["match"])
