"""The traced variant of a map says the same as the plain one, and where each value came from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.documents import build
from gateway.grammar import Library, Tree, read_segments
from gateway.mapping import CompiledMap, Maps
from gateway.mapping.coverage import held_spots, read_spots
from gateway.mapping.trace import Link
from gateway.problems import has_errors
from gateway.syntax import build as segment
from gateway.syntax.record import Record
from tests.strategies import drawn

ROOT = Path(__file__).parents[2]
NAMES = sorted(
    path.relative_to(ROOT / "mappings").as_posix()
    for path in (ROOT / "mappings").rglob("*.map")
    if path.read_text(encoding="utf-8").lstrip("\ufeff").find("overlay ") != 0
)
SERVICE = ("UNH", "UNT", "ST", "SE", "UNS")
"""They belong to the message, not to a document: coverage does not count them."""
EXAMPLES = int(os.environ.get("LAW_EXAMPLES", "2"))


@pytest.fixture(scope="module")
def maps() -> Maps:
    return Maps(Library(ROOT / "grammars"), None, [ROOT / "mappings"])


def _message(compiled: CompiledMap, body: list[str]) -> list[str]:
    assert compiled.grammar is not None
    name, directory = compiled.grammar.name, compiled.grammar.directory
    if compiled.grammar.standard == "x12":
        return [segment("ST", name, "0001"), *body, segment("SE", str(len(body) + 2), "0001")]
    version = [name, directory[0], directory[1:], "UN"]
    return [segment("UNH", "1", version), *body, segment("UNT", str(len(body) + 2), "1")]


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """Canonical paths of all values."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for index, inner in enumerate(value, 1):
            yield from leaves(inner, f"{path}[{index}]")
    else:
        yield path


def _covered(tree: Tree, compiled: CompiledMap, links: tuple[Link, ...]) -> None:
    """What is read and what is unread is all there is; the trace names places that are read."""
    read = read_spots(compiled.plan, tree)
    held = {spot for spot, _ in held_spots(tree.segments)}
    unread = [one.place for one in compiled.unread(tree)]
    assert len(unread) == len(held - read)
    traced = {
        (spot.segment - 1, spot.element, spot.repetition - 1, spot.component - 1)
        for link in links
        for spot in link.spots
        if spot.tag not in SERVICE
    }
    assert traced <= held
    assert traced <= read


def _law(compiled: CompiledMap, fields: dict[str, Any]) -> None:
    document, problems = build(compiled.document, fields)
    assert document is not None, problems
    traced = compiled.trace_write(document)
    assert (traced.value, traced.problems) == compiled.write(document)
    assert traced.problems or all(link.spots for link in traced.links)
    source: Any = traced.value
    if compiled.grammar is not None:
        tree = read_segments(_message(compiled, source), compiled.grammar).tree
        if tree is None:
            return
        source = tree
    read = compiled.trace_read(source)
    plain, problems = compiled.read(source)
    assert (read.value, read.problems) == (plain, problems)
    named = {link.field for link in read.links}
    if not has_errors(problems):
        assert [path for path in leaves(plain) if path not in named] == []
    if isinstance(source, Record):
        assert {spot.name for link in read.links for spot in link.spots}
    else:
        _covered(source, compiled, read.links)


@pytest.mark.parametrize("name", NAMES)
def test_the_traced_variant_says_what_the_plain_one_says(name: str, maps: Maps) -> None:
    compiled, problems = maps.load(name)
    if compiled is None:
        pytest.skip(f"{name}: {problems}")
    for fields in drawn(compiled.document, EXAMPLES):
        _law(compiled, fields)
