"""The tables of one directory as rows of text, before they are files or after.

Whatever makes grammars (the generator, an importer) fills a :class:`Directory`; whoever compares
two works on it. The form of the rows and files: :mod:`gateway.grammar.text`.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.grammar.text import records

TABLES = ("segments", "composites", "elements")
_NUMBER = re.compile(r"[^=!*|]++")


@dataclass(slots=True)
class Directory:
    """One directory of a standard."""

    standard: str
    """``edifact``, ``x12``."""
    name: str
    """``D96A``, ``004010``."""
    messages: dict[str, list[str]] = field(default_factory=dict)
    """Tree of each message, line by line: ``SG2: C 99``, ``  NAD M 1``."""
    functional_groups: dict[str, str] = field(default_factory=dict)
    """GS01 of X12 sets."""
    segments: dict[str, str] = field(default_factory=dict)
    """``3035! C082 C819*5 | P0304`` by tag."""
    composites: dict[str, str] = field(default_factory=dict)
    """``3039! 1131 3055`` by number."""
    elements: dict[str, str] = field(default_factory=dict)
    """``an..17``, ``R 1/15`` by number."""
    codes: dict[str, list[str]] = field(default_factory=dict)
    """Code values by element, sorted; no entry where there is no list or it is open."""

    def used(self) -> Directory:
        """The same with only what its messages use; a directory without messages stays whole."""
        if not self.messages:
            return self
        tags = {tag for lines in self.messages.values() for tag in tags_of(lines)}
        segments = {tag: row for tag, row in self.segments.items() if tag in tags}
        numbers = {number for row in segments.values() for number in numbers_of(row)}
        composites = {key: row for key, row in self.composites.items() if key in numbers}
        numbers.update(number for row in composites.values() for number in numbers_of(row))
        return Directory(
            self.standard,
            self.name,
            self.messages,
            self.functional_groups,
            segments,
            composites,
            {key: form for key, form in self.elements.items() if key in numbers},
            {key: codes for key, codes in self.codes.items() if key in numbers},
        )

    def write(self, folder: Path) -> None:
        """Write the files of this directory into a folder, which is made.

        Raises ``OSError``.
        """
        folder.mkdir(parents=True, exist_ok=True)
        title = f"# {self.standard} {self.name}"
        for name, lines in self.messages.items():
            head = f"{title} {name} {self.functional_groups.get(name, '')}".rstrip()
            _write(folder, name, [head, *lines])
        for name in TABLES:
            table: dict[str, str] = getattr(self, name)
            if table:
                rows = [f"{key} {table[key]}".rstrip() for key in sorted(table, key=_order)]
                _write(folder, name, [f"{title} {name}", *rows])
        lists = [
            _folded(key, self.codes[key])
            for key in sorted(self.codes, key=_order)
            if self.codes[key]
        ]
        if lists:
            _write(folder, "codes", [f"{title} codes", *lists])

    @classmethod
    def read(cls, folder: Path) -> Directory:
        """Read what :meth:`write` wrote. Raises ``OSError``; a file that is missing is empty."""
        found = cls(folder.parent.name, folder.name)
        for path in sorted(folder.glob("*.txt")):
            if path.stem.islower():
                continue
            head, *lines = path.read_text(encoding="utf-8").splitlines()
            found.messages[path.stem] = lines
            words = head.split()
            if len(words) > 4:
                found.functional_groups[path.stem] = words[4]
        for name in TABLES:
            setattr(found, name, records(folder / f"{name}.txt"))
        lists = records(folder / "codes.txt")
        found.codes = {number: codes.split() for number, codes in lists.items()}
        return found


def tree(nodes: Iterable[Sequence[Any]], level: int = 0) -> Iterator[str]:
    """Lines of a tree of ``[tag, status, max]`` and ``[group, status, max, children]``.

    A maximum of 0 means that there is none.
    """
    for name, status, most, *rest in nodes:
        colon = ":" if rest else ""
        yield f"{'  ' * level}{name}{colon} {status} {most or '*'}"
        if rest:
            yield from tree(rest[0], level + 1)


def part(number: str, status: str, repeat: int = 1, form: str = "") -> str:
    """An element within a row: ``3035!``, ``C819*5``, ``380=R/1/10``; ``M`` is mandatory."""
    own = f"={form.replace(' ', '/')}" if form else ""
    return f"{number}{own}{'!' * (status == 'M')}{f'*{repeat}' * (repeat > 1)}"


def tags_of(lines: Iterable[str]) -> set[str]:
    """Tags of the segments in the lines of a tree."""
    return {words[0] for line in lines if (words := line.split()) and words[0][-1] != ":"}


def numbers_of(row: str) -> set[str]:
    """Numbers of the elements and composites in a row."""
    parts = row.partition("|")[0].split()
    return {known[0] for one in parts if (known := _NUMBER.match(one))}


def _folded(number: str, codes: Iterable[str]) -> str:
    return textwrap.fill(
        " ".join([number, *codes]),
        width=100,
        subsequent_indent="  ",
        break_on_hyphens=False,
        break_long_words=False,
    )


def _order(key: str) -> tuple[int, str]:
    return (int(key), "") if key.isascii() and key.isdigit() else (-1, key)


def _write(folder: Path, name: str, lines: Iterable[str]) -> None:
    (folder / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
