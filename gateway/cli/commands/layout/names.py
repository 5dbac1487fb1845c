"""Which layout a command means."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.output import cannot, print_problems
from gateway.config.data import data_roots
from gateway.grammar.layout import Layout, LayoutError, load_layout, read_layout
from gateway.grammar.layoutfile import LAYOUTS
from gateway.problems import Problem


def opened(root: Path, text: str) -> Layout:
    """The layout of a file or name; where it cannot be used, the command ends."""
    layout, problems = found(root, text)
    if layout is None:
        print_problems(problems, root)
        cannot(f"the layout {text} cannot be used")
    return layout


def found(root: Path, text: str) -> tuple[Layout | None, list[Problem]]:
    """The layout, or what is wrong with it; where there is none, the command ends."""
    path = Path(text)
    if path.is_file():
        content = path.read_text(encoding="utf-8", errors="replace")
        return read_layout(content, "", path.stem, text)
    kind, _, name = text.partition("/")
    if kind in LAYOUTS and name and ".." not in name:
        try:
            layout = load_layout(data_roots(root, "grammars"), kind, name)
        except LayoutError as unreadable:
            return None, unreadable.problems
        if layout is not None:
            return layout, []
    cannot(f"there is no layout {text}: neither a file, nor grammars/{text}.yaml")
