"""What a person sees for every mistake in shared settings: one file per case in ``cases/``.

A case holds the files to write (``=== NAME`` and the text), and what is shown. With
``GATEWAY_UPDATE=1`` the expected texts are written anew; review the difference.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.config import load_workspace
from gateway.problems.codes.inheritance import CODES
from gateway.problems.render import render
from tests.inheritance.conftest import Write

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
SHOWS = "=== shows\n"


def shown(root: Path) -> str:
    blocks = []
    for found in load_workspace(root)[1]:
        file = root / (found.place.file or "")
        blocks.append(render(found, file.read_text(encoding="utf-8") if file.is_file() else None))
    return "\n\n".join(blocks) + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_mistake_is_shown_where_it_is(case: Path, root: Path, write: Write) -> None:
    files, _, expected = case.read_text(encoding="utf-8").partition(SHOWS)
    for part in files.split("=== ")[1:]:
        name, _, text = part.partition("\n")
        write(name, text)
    if os.environ.get("GATEWAY_UPDATE"):
        case.write_text(files + SHOWS + shown(root), encoding="utf-8")
        return
    assert shown(root) == expected
    assert f"[{case.stem[:4]}]" in expected


def test_every_code_has_a_case() -> None:
    assert {row.code for row in CODES} <= {case.stem[:4] for case in CASES}
