"""Guides for the tests of what is made of them, and a judge that only sees bytes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from gateway.grammar import Library
from gateway.grammar.envelope import InterchangeEnd, InterchangeStart, MessageFound, walk
from gateway.grammar.guide import Envelope, Guide, Guides, check_envelope, read_with_guide
from gateway.grammar.guide.publish.negatives import Negatives, negatives
from gateway.grammar.tree import Tree
from gateway.problems import Problem
from gateway.syntax import read_bytes

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LIBRARY = Library(ROOT / "grammars")
GUIDES = Guides(LIBRARY)
FILES = {
    "everything": HERE / "guides/everything.yaml",
    "closed": HERE / "guides/closed.yaml",
    "x12": HERE / "guides/x12.yaml",
    "acme": ROOT / "partners/acme-retail/guides/orders.yaml",
    "northwind": ROOT / "partners/northwind/guides/850.yaml",
}
NAMES = tuple(FILES)


@lru_cache
def guide(name: str) -> Guide:
    """A guide of the table, or ``eancom1997/ORDERS``."""
    path = FILES.get(name)
    if path is None:
        folder, _, message = name.partition("/")
        path = GUIDES.find(folder, message)
        assert path is not None, name
    found, problems = GUIDES.load(path)
    assert found is not None, problems
    return found


def extended(name: str) -> Guide | None:
    """What a guide of the table builds on."""
    return guide("eancom1997/ORDERS") if name == "acme" else None


@lru_cache
def made_negatives(name: str) -> Negatives:
    """The negative samples of a guide of the table, for the rules that are its own."""
    return negatives(guide(name), extended(name))


def edited(folder: Path, name: str, edits: dict[str, str]) -> Guide:
    """A guide of the table with some of its text changed."""
    text = FILES[name].read_text(encoding="utf-8")
    for old, new in edits.items():
        assert old in text, old
        text = text.replace(old, new)
    path = folder / "edited.yaml"
    path.write_text(text, encoding="utf-8")
    found, problems = Guides(LIBRARY).load(path)
    assert found is not None, problems
    return found


def judged(data: bytes, by: Guide) -> tuple[list[Problem], Tree | None]:
    """All that is found in an interchange with one message, from its bytes alone."""
    parts = read_bytes(data)
    found = [one for part in parts for one in part.problems]
    header, tree = "", None
    for event in walk(parts, LIBRARY.service):
        if isinstance(event, InterchangeStart):
            header = event.interchange.header
        elif isinstance(event, InterchangeEnd):
            found += [*event.problems, *(one for group in event.groups for one in group.problems)]
        elif isinstance(event, MessageFound):
            group = event.header.group
            envelope = Envelope(header, group.header if group else "", event.header.header)
            reading = read_with_guide(event.part, by)
            tree = reading.tree
            found += [*event.problems, *check_envelope(by, envelope), *reading.problems]
    return found, tree
