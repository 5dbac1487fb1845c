"""Helpers of the mapping tests: short messages in, trees out; maps of this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gateway.grammar import Library, read_segments
from gateway.grammar.tree import Tree
from gateway.mapping import CompiledMap, Maps
from gateway.problems import errors

MAPS = Path(__file__).parent / "maps"
LIBRARY = Library()


@cache
def maps() -> Maps:
    return Maps(LIBRARY, None, [MAPS], documents={})


@cache
def compiled(name: str) -> CompiledMap:
    found, problems = maps().load(name)
    assert found is not None, [str(one) for one in problems]
    assert not errors(problems)
    return found


def segments(text: str) -> list[str]:
    """``BGM+220+1'DTM+…`` or ``BEG*00*…~`` in normal form (no release characters)."""
    edifact = "'" in text
    end, element, component = ("'", "+", ":") if edifact else ("~", "*", ">")
    pieces = (piece.strip() for piece in text.split(end))
    return [piece.replace(element, "\x1d").replace(component, "\x1f") for piece in pieces if piece]


def wire(written: list[str]) -> str:
    """Segments as text, one a line."""
    edifact = not any(one.startswith(("BEG", "BSN", "BAK", "BIG")) for one in written)
    element, component = ("+", ":") if edifact else ("*", ">")
    return "\n".join(one.replace("\x1d", element).replace("\x1f", component) for one in written)


def tree(found: CompiledMap, body: list[str] | str, *, clean: bool = True) -> Tree:
    """The body with its service segments as a tree."""
    grammar = found.grammar
    assert grammar is not None
    inner = segments(body) if isinstance(body, str) else body
    if grammar.standard == "edifact":
        release = f"D\x1f{grammar.directory[1:]}\x1fUN"
        whole = [f"UNH\x1d1\x1d{grammar.name}\x1f{release}", *inner]
        whole.append(f"UNT\x1d{len(whole) + 1}\x1d1")
    else:
        whole = [f"ST\x1d{grammar.name}\x1d0001", *inner]
        whole.append(f"SE\x1d{len(whole) + 1}\x1d0001")
    reading = read_segments(whole, grammar)
    if clean:
        assert not reading.problems, [str(one) for one in reading.problems]
    assert reading.tree is not None, [str(one) for one in reading.problems]
    return reading.tree
