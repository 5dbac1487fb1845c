"""One map of a message serves every directory that has the message."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar import Library
from gateway.mapping import Maps
from gateway.problems import errors

MAPPINGS = Path(__file__).parents[2] / "mappings"
LIBRARY = Library()
MAPS = Maps(LIBRARY, None, [MAPPINGS])
MESSAGES = [
    (kind, path.stem, path.stem.upper())
    for kind in ("edifact", "x12")
    for path in sorted((MAPPINGS / kind).glob("*.map"))
]
SOME = {"D93A", "D21B", "003040", "006030"}
"""The oldest and the newest; those between are for the soak."""


def problems_in(kind: str, name: str, message: str, directory: str) -> list[str]:
    format_ = f"{kind}/{directory}/{message}"
    found, problems = MAPS.load(f"{kind}/{name}.map", standard=format_)
    assert found is not None or errors(problems)
    return [f"{directory}: {one}" for one in errors(problems)]


def directories(kind: str, message: str) -> list[str]:
    known = LIBRARY.directories(kind)
    return [one for one in known if message in LIBRARY.messages(kind, one)]


@pytest.mark.parametrize(("kind", "name", "message"), MESSAGES)
def test_a_map_compiles_in_old_and_new_directories(kind: str, name: str, message: str) -> None:
    some = [one for one in directories(kind, message) if one in SOME]
    assert some
    assert [text for one in some for text in problems_in(kind, name, message, one)] == []


@pytest.mark.soak
@pytest.mark.parametrize(("kind", "name", "message"), MESSAGES)
def test_a_map_compiles_in_every_directory(kind: str, name: str, message: str) -> None:
    found = [
        text for one in directories(kind, message) for text in problems_in(kind, name, message, one)
    ]
    assert found == []
