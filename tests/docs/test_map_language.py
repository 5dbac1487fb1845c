"""The page of the map language: every example runs.

``file NAME`` blocks are files; a ``map FORMAT`` block is loaded (``refused CODE``: it must not
load), changed by an ``overlay`` block behind it, reads the ``edi`` block and gives the ``json``
block; ``both`` says that writing gives the ``edi`` block again.
"""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway.mapping import CompiledMap, Maps
from gateway.mapping.tablefiles import TableFiles
from gateway.problems import Problem, errors
from gateway.syntax.normal import ELEMENT
from tests.mapping.kit import LIBRARY, segments, tree

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "map-language.md"
BLOCK = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", re.M | re.S)
BLOCKS = [
    (kind, more, text)
    for kind, more, text in BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    if kind != "ebnf"
]


def examples() -> list[tuple[int, str, str]]:
    return [(at, more, text) for at, (kind, more, text) in enumerate(BLOCKS) if kind == "map"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind, more, text in BLOCKS:
        if kind == "file":
            path = tmp_path / more
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return tmp_path


def loaded(
    folder: Path, at: int, format_: str, text: str
) -> tuple[CompiledMap | None, list[Problem]]:
    (folder / "base.map").write_text(f"map canonical/thing <-> {format_}\n{text}", encoding="utf-8")
    overlay = None
    if BLOCKS[at + 1][0] == "overlay":
        overlay = folder / "overlay.map"
        overlay.write_text(f"overlay base.map\n{BLOCKS[at + 1][2]}", encoding="utf-8")
    return Maps(LIBRARY, None, [folder], documents={}).load(
        folder / "base.map",
        overlay,
        tables=TableFiles([folder / "tables"]),
        functions=[folder / "functions.py"],
    )


@pytest.mark.parametrize(("at", "more", "text"), examples(), ids=lambda one: str(one)[:24])
def test_an_example_does_what_the_page_says(folder: Path, at: int, more: str, text: str) -> None:
    format_, _, refused = more.partition(" refused ")
    found, problems = loaded(folder, at, format_, text)
    if refused:
        assert [one.code for one in errors(problems)] == [refused]
        return
    assert found is not None, [str(one) for one in problems]
    behind = BLOCKS[at + 1 : at + 4]
    wire = next(block for kind, _, block in behind if kind == "edi")
    way, document = next((more, block) for kind, more, block in behind if kind == "json")
    expected = json.loads(document)
    value, problems = found.read(tree(found, padded(found, segments(wire)), clean=False))
    assert errors(problems) == []
    assert shown(value) == expected
    if way == "both":
        written, problems = found.write(value)
        assert errors(problems) == []
        assert written == segments(wire)


def padded(found: CompiledMap, body: list[str]) -> list[str]:
    """The example with the segments that a message must have."""
    assert found.grammar is not None
    members = found.grammar.root.members[1:-1]
    present = {one.partition(ELEMENT)[0] for one in body}
    result = list(body)
    order = [one.tag for one in members]
    for member in members:
        if member.min and member.tag not in present:
            before = order[: order.index(member.tag)]
            last = max((i for i, s in enumerate(result) if reaches(s, before, members)), default=-1)
            result.insert(last + 1, f"{member.tag}{ELEMENT}S")
    return result


def reaches(segment: str, tags: list[str], members: Any) -> bool:
    """Whether a segment stands in one of the members with these tags."""
    tag = segment.partition(ELEMENT)[0]

    def holds(one: Any) -> bool:
        inside = getattr(one, "members", ())
        return one.tag == tag or any(map(holds, inside))

    return any(holds(one) for one in members if one.tag in tags)


def shown(value: Any) -> Any:
    """A document as JSON has it."""
    if isinstance(value, dict):
        return {key: shown(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shown(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value
