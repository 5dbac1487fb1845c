"""Golden tests: for every code of a map file, a file that provokes it and what is then shown.

``CODE.map`` (or ``CODE-case.map``) is loaded against a small document; ``CODE.txt`` beside it is
the rendering of all its problems. ``UPDATE_GOLDEN=1 pytest tests/diagnostics`` rewrites them; the
difference is reviewed.
"""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from gateway.grammar import Library
from gateway.mapping import Maps
from gateway.problems import REGISTRY
from gateway.problems.codes import maps as codes
from gateway.problems.render import render

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("M*.map"))


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


def shown(path: Path) -> str:
    _, problems = MAPS.load(path.name)
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
    assert {row.code for row in codes.CODES} == {path.stem.partition("-")[0] for path in CASES}


def test_codes_are_registered() -> None:
    assert all(row.code in REGISTRY for row in codes.CODES)
