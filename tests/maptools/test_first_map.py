"""The page about the first map does what it says: its files are written, its commands run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.terminal import give, shows

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "howto" / "write-your-first-map.md"
_BLOCK = re.compile(r"```(console|map (\S+))\n(.*?)```", re.S)


def _steps(block: str) -> Iterator[tuple[str, list[str]]]:
    commands: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif line.strip():
            commands[-1][1].append(line)
    yield from commands


def test_the_page_runs_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    blocks = _BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert len(blocks) > 8
    for _, file, text in blocks:
        if file:
            (tmp_path / file).write_text(text, encoding="utf-8")
            continue
        for command, lines in _steps(text):
            answer = give(command, tmp_path)
            said = f"$ {command}\n{answer.shown}{answer.errors}"
            assert answer.code in (0, 1), said
            for line in lines:
                assert shows(answer.shown, line), f"should show {line!r}\n{said}"


def test_the_colours_are_well_formed() -> None:
    grammar = json.loads((ROOT / "docs" / "editor" / "map.tmLanguage.json").read_text("utf-8"))
    known = set(grammar["repository"])
    assert {one["include"].removeprefix("#") for one in grammar["patterns"]} == known
    rows = grammar["repository"]["row"]["patterns"]
    for rule in [*rows, *(one for one in grammar["repository"].values() if "match" in one)]:
        re.compile(rule["match"])
