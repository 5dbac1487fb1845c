"""What an import yields, and how sources are read line by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gateway.problems import Place, Problem, has_errors, problem

Tell = Callable[[str], None]
"""Says how far long work is."""

MOST_PROBLEMS = 200
"""Problems of one import that are kept; a file of another kind would have one per line."""


class Writable(Protocol):
    """What can be put into the workspace."""

    standard: str
    name: str

    def write(self, folder: Path) -> None:
        """Write its files into a folder."""


@dataclass(slots=True)
class Imported:
    """What was read, and what was found on the way."""

    made: Writable | None = None
    """``None`` where nothing can be used."""
    told: list[str] = field(default_factory=list)
    """What was read: ``194 messages``."""
    problems: list[Problem] = field(default_factory=list)
    beyond: int = 0
    """Problems that were not kept."""

    @property
    def usable(self) -> bool:
        """Whether it may be written."""
        return self.made is not None and not has_errors(self.problems)

    def report(self, code: str, file: str = "", line: int | None = None, **facts: object) -> None:
        """Take down a problem at a line of a file."""
        if len(self.problems) < MOST_PROBLEMS:
            place = Place(file=file or None, line=line)
            self.problems.append(problem(code, place, severity=None, **facts))
        else:
            self.beyond += 1

    def misread(self, file: str, line: int, what: str, value: str, expected: str) -> None:
        """Take down a line that is not as it should be (``G504``)."""
        shown = repr(value[:60]) if value else "nothing"
        self.report("G504", file, line, what=what, value=shown, expected=expected)


@dataclass(frozen=True, slots=True)
class Source:
    """A text with the name under which problems show it."""

    name: str
    """``d24a.zip/EDSD.ZIP/EDSD.24A``."""
    lines: list[str]

    @classmethod
    def of(cls, name: str, data: bytes, encoding: str = "cp437") -> Source:
        """Cut bytes into lines. Only structure is read, which is ASCII in every encoding."""
        text = data.decode(encoding, "replace")
        return cls(name, text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
