"""Golden tests: for every code of a map file, a file that provokes it and what is then shown.

``CODE.map`` (or ``CODE-case.map``) is loaded against a small document; ``CODE.txt`` beside it is
the rendering of all its problems. ``CODE.py`` beside it holds its functions; a comment
``# standard: edifact/D01B/ORDERS`` names another format than the header, ``# guide: guide.yaml``
the guide of the partner, ``# direction: inbound`` that the map only reads. ``UPDATE_GOLDEN=1
pytest tests/diagnostics`` rewrites them; the difference is reviewed.
"""

from __future__ import annotations

import os
import re
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from gateway.grammar import Library
from gateway.grammar.guide import Guide, Guides
from gateway.mapping import Maps
from gateway.mapping.guideproblems import guide_problems
from gateway.mapping.tablefiles import TableFiles
from gateway.problems import REGISTRY
from gateway.problems.codes import maps as codes
from gateway.problems.render import render

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("[CM]*.map"))


class Party(BaseModel):
    name: str | None = None


class Delivery(BaseModel):
    on: date | None = None


class Line(BaseModel):
    number: str
    quantity: Decimal


class Thing(BaseModel):
    number: str
    kind: str | None = None
    unit: Literal["piece", "kg", "box"] | None = None
    issued: date | None = None
    weight: Decimal | None = None
    currency: str | None = None
    contract: str | None = None
    note: str | None = None
    delivery: Delivery | None = None
    buyer: Party | None = None
    lines: tuple[Line, ...]


MAPS = Maps(Library(), None, [HERE], documents={"thing": Thing})
GUIDES = Guides(MAPS.library)
TABLES = TableFiles([HERE / "tables"])


def named(path: Path, word: str) -> str | None:
    found = re.search(rf"^# {word}: (\S+)$", path.read_text(), re.MULTILINE)
    return found[1] if found else None


@cache
def guide(name: str | None) -> Guide | None:
    return GUIDES.load(HERE / name, name)[0] if name else None


def shown(path: Path) -> str:
    functions = [path.with_suffix(".py")] if path.with_suffix(".py").exists() else []
    compiled, problems = MAPS.load(
        path.name, standard=named(path, "standard"), tables=TABLES, functions=functions
    )
    partners = guide(named(path, "guide"))
    if compiled is not None and partners is not None:
        direction = named(path, "direction") or "outbound"
        problems += guide_problems(compiled, partners, direction, own=True)
    texts = {file.name: file.read_text() for file in HERE.rglob("*.*") if file.suffix != ".pyc"}
    rendered = []
    for one in problems:
        name = Path(one.place.file or "").name
        rendered.append(render(one, texts.get(name)).replace(f"{HERE.name}/", ""))
    return "\n\n".join(rendered) + "\n"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_problem_is_shown_as_agreed(path: Path) -> None:
    golden = path.with_suffix(".txt")
    found = shown(path)
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(found)
    assert found == golden.read_text()
    assert f"[{path.stem.partition('-')[0]}]" in found


def test_every_code_has_a_case() -> None:
    cases = {path.stem.partition("-")[0] for path in CASES}
    assert {row.code for row in codes.CODES} == {each for each in cases if each[0] == "M"}


def test_codes_are_registered() -> None:
    assert all(row.code in REGISTRY for row in codes.CODES)
