"""Guides by the names that people give to commands."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.cli.output import cannot, print_problems, summary
from gateway.config.data import data_roots
from gateway.grammar import Library
from gateway.grammar.guide import Guide, Guides
from gateway.problems import Problem

_FOLDER = "guides"


@dataclass(frozen=True, slots=True)
class Named:
    """A guide's file and what it is called."""

    name: str
    """``acme-retail/orders``, ``eancom1997/ORDERS``."""
    path: Path
    near: Path | None = None
    """The folder of the partner."""


class Known:
    """The guides that a workspace and the package have."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.library = Library(*data_roots(root, "grammars"))
        self.guides = Guides(self.library)

    def partners(self) -> Iterator[Named]:
        """Those of partners, the workspace's first."""
        seen = set()
        for folder in data_roots(self.root, "partners"):
            for path in sorted(folder.glob(f"*/{_FOLDER}/*.yaml")):
                partner = path.parents[1]
                name = f"{partner.name}/{path.stem}"
                if name not in seen:
                    seen.add(name)
                    yield Named(name, path, partner)

    def shared(self) -> Iterator[Named]:
        """Those that guides build on, a file per message."""
        for folder in self.guides.names():
            for message in self.guides.messages(folder):
                path = self.guides.find(folder, message)
                if path is not None:
                    yield Named(f"{folder}/{message}", path)

    def named(self, text: str) -> Named | None:
        """A guide by file or by name."""
        path = Path(text)
        if path.is_file():
            inside = path.resolve().parent
            partner = inside.parent if inside.name == _FOLDER else inside
            return Named(text, path, partner)
        plain = text.removesuffix(".yaml").replace(f"/{_FOLDER}/", "/")
        every = [*self.partners(), *self.shared()]
        return next((one for one in every if plain in (one.name, one.name.lower())), None)

    def load(self, one: Named) -> tuple[Guide | None, list[Problem]]:
        """The guide with its problems."""
        return self.guides.load(one.path, self.shown(one.path))

    def shown(self, path: Path) -> str:
        """The name of a file in findings."""
        root = self.root.resolve()
        whole = path.resolve()
        return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else str(path)

    def extended(self, guide: Guide, near: Path | None) -> Guide | None:
        """The guide that it builds on; ``None`` where there is none, or it goes by another name."""
        if not guide.extends:
            return None
        name = guide.extends[0].removesuffix(f"/{guide.base.name}")
        path = self.guides.find(name, guide.base.name, near)
        return self.guides.load(path)[0] if path is not None else None

    def near(self, text: str) -> list[str]:
        """Names that are like one that does not exist."""
        names = [one.name for one in (*self.partners(), *self.shared())]
        return difflib.get_close_matches(text, names, 3, 0.5)


@dataclass(frozen=True, slots=True)
class Opened:
    """A guide that can be used."""

    guide: Guide
    extended: Guide | None
    known: Known


def opened(root: Path, text: str, known: Known | None = None) -> Opened:
    """The guide of a name; where there is none, or it has errors, the command ends."""
    known = Known(root) if known is None else known
    one = known.named(text)
    if one is None:
        near = known.near(text)
        hint = (
            f"; near: {', '.join(near)}" if near else "; `gateway guide list` shows those there are"
        )
        cannot(f"there is no guide {text}{hint}")
    guide, problems = known.load(one)
    if guide is None:
        print_problems(problems, root)
        cannot(f"guide {text} cannot be used: {summary(problems)}")
    return Opened(guide, known.extended(guide, one.near), known)
