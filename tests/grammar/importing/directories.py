"""Directories of all shapes, for laws."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from gateway.grammar.directory import Directory, part
from gateway.grammar.idoc import IdocField, IdocSegment, IdocType, IdocUse

_CAPITALS = "ABCDEFGHIJKLMNOPQRST"
_STATUS = st.sampled_from("MC")
_FORMS = st.sampled_from(["an..35", "an..3", "n..15", "a3", "n8", "an10", "n..6", "an..512"])
_X12_FORMS = st.sampled_from(
    ["AN 1/35", "ID 2/3", "N2 1/15", "R 1/9", "DT 8/8", "TM 4/8", "N0 1/6"]
)
_CODES = st.lists(
    st.text("ABCXYZ0123456789", min_size=1, max_size=3), min_size=1, max_size=6, unique=True
)


@st.composite
def edifact(draw: DrawFn, release: str = "21B", repeats: bool = True) -> Directory:
    """A directory as UNECE could have published it."""
    made = Directory("edifact", f"D{release}")
    numbers = draw(_keys("23456789", 4, 8))  # not 1131, whose list is open
    made.elements = {number: draw(_FORMS) for number in numbers}
    made.composites = {
        f"C{number}": _row(draw, list(made.elements)) for number in draw(_keys("0123456789", 3, 3))
    }
    tags = draw(_keys(_CAPITALS, 3, 6))
    choice = [*made.elements, *made.composites]
    made.segments = {tag: _row(draw, choice, repeats=repeats) for tag in tags}
    for name in draw(_keys(_CAPITALS, 6, 2)):
        groups = iter(range(1, 100))
        lines = _members(draw, tags, lambda _tag, left=groups: f"SG{next(left)}", 0, "9")
        made.messages[name] = ["UNH M 1", *lines, "UNT M 1"]
    made.codes = {n: sorted(draw(_CODES)) for n in list(made.elements)[:2]}
    return made


@st.composite
def x12(draw: DrawFn) -> Directory:
    """A directory as a SEF file could have it."""
    made = Directory("x12", "ACME850")
    numbers = draw(_keys("123456789", 3, 6))
    made.elements = {number: draw(_X12_FORMS) for number in numbers}
    made.composites = {f"C{n}": _row(draw, numbers) for n in draw(_keys("0123456789", 3, 2))}
    tags = draw(_keys(_CAPITALS, 2, 6))
    made.segments = {tag: _row(draw, [*numbers, *made.composites], repeats=True) for tag in tags}
    for tag in tags[:2]:
        made.segments[tag] += " | P0102 C0201"
    for name in draw(_keys("123456789", 3, 2)):
        lines = _members(draw, tags, lambda tag: tag, 0, "*")
        made.messages[name] = ["ST M 1", *lines, "SE M 1"]
    made.codes = {number: sorted(draw(_CODES)) for number in numbers[:2]}
    return made


def _keys(alphabet: str, length: int, most: int) -> SearchStrategy[list[str]]:
    words = st.text(alphabet, min_size=length, max_size=length)
    return st.lists(words, min_size=1, max_size=most, unique=True)


def _row(draw: DrawFn, numbers: list[str], *, repeats: bool = False) -> str:
    times = st.sampled_from([1, 1, 5, 99]) if repeats else st.just(1)
    chosen = draw(st.lists(st.sampled_from(numbers), min_size=1, max_size=5))
    return " ".join(part(number, draw(_STATUS), draw(times)) for number in chosen)


def _members(draw: DrawFn, tags: list[str], name: object, depth: int, most: str) -> list[str]:
    indent = "  " * depth
    lines: list[str] = []
    for tag in draw(st.lists(st.sampled_from(tags), min_size=1, max_size=4)):
        count = draw(st.sampled_from(["1", "99", most]))
        if depth < 4 and draw(st.booleans()):
            lines.append(f"{indent}{name(tag)}: {draw(_STATUS)} {count}")  # type: ignore[operator]
            lines.append(f"{indent}  {tag} M 1")
            if draw(st.booleans()):
                lines += _members(draw, tags, name, depth + 1, most)
        else:
            lines.append(f"{indent}{tag} {draw(_STATUS)} {count}")
    return lines


@st.composite
def idocs(draw: DrawFn) -> IdocType:
    """An IDoc type."""
    made = IdocType("ORDERS77", records={"control": _fields(draw, 1), "data": _fields(draw, 1)})
    kinds = [f"E1{key}" for key in draw(_keys(_CAPITALS, 4, 5))]
    for kind in kinds:
        qualified = draw(st.booleans())
        made.segments[kind] = IdocSegment(kind, f"{kind}005", qualified, _fields(draw, 64))
    groups = iter(range(1, 100))
    made.tree = tuple(_uses(draw, kinds, groups, 1))
    used = {use.name for use in _flat(made.tree)}
    made.segments = {kind: made.segments[kind] for kind in kinds if kind in used}
    return made


def _fields(draw: DrawFn, first: int) -> tuple[IdocField, ...]:
    found = []
    for name in draw(_keys(_CAPITALS, 5, 4)):
        length = draw(st.integers(1, 200))
        found.append(IdocField(name, first, length))
        first += length
    return tuple(found)


def _uses(draw: DrawFn, kinds: list[str], groups: Iterator[int], level: int) -> Iterator[IdocUse]:
    for kind in draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3)):
        least, most = draw(st.sampled_from([(1, 1), (1, 9999999999), (2, 99)]))
        must = draw(st.booleans())
        if level < 4 and draw(st.booleans()):
            name = f"G{next(groups)}"
            inside = _uses(draw, kinds, groups, level + 1)
            members = (IdocUse(kind, True, 1, 1, level + 1), *inside)
            yield IdocUse(name, must, least, most, level, members)
        else:
            yield IdocUse(kind, must, least, most, level)


def _flat(uses: tuple[IdocUse, ...]) -> Iterator[IdocUse]:
    for use in uses:
        yield use
        yield from _flat(use.members)
