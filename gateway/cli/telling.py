"""How a demo tells what happens: chapters, sections, facts, and what is not as it should be."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from gateway.cli.excerpt import excerpt

EXCERPT = 9
"""Lines shown of a file."""
WIDTH = 110
"""Characters shown of a line."""


class Telling:
    """One telling about a workspace in ``folder``; ``quiet``: only the facts are gathered."""

    def __init__(self, folder: Path, *, quiet: bool = False) -> None:
        self.folder = folder
        self.quiet = quiet
        self.facts: dict[str, Any] = {"folder": str(folder.absolute()), "chapters": []}
        self.unexpected: list[str] = []

    def say(self, text: str = "") -> None:
        """A line."""
        if not self.quiet:
            click.echo(text)

    def head(self, title: str, *text: str) -> None:
        """A chapter begins."""
        self.say()
        self.say(click.style(title, bold=True, fg="blue"))
        for line in text:
            self.say(line)

    def section(self, text: str) -> None:
        """What follows, in a sentence."""
        self.say()
        self.say(click.style(text, bold=True))

    def expect(self, true: bool, what: str) -> None:
        """Note what is not as it should be."""
        if not true:
            self.unexpected.append(f"expected: {what}")

    def show(self, path: Path, *, limit: int = EXCERPT, skip: tuple[str, ...] = ()) -> None:
        """The first lines of a file; those that begin with ``skip`` are left out."""
        self.say(f"  {path}")
        self.lines(
            [line for line in excerpt(path.read_bytes()) if not line.startswith(skip)], limit
        )

    def lines(self, lines: Iterable[str], limit: int = EXCERPT) -> None:
        """Lines of a file, cut where they are too long."""
        found = list(lines)
        for line in found[:limit]:
            self.say(f"      {line if len(line) <= WIDTH else line[: WIDTH - 1] + '…'}")
        if len(found) > limit:
            self.say(click.style(f"      … {len(found) - limit} more", dim=True))
