"""What share of the elements of real messages the maps read, and what they leave.

    python -m benchmarks.coverage FOLDER [FOLDER ...] [--least 1]

Every message of the folders that a map of the repository covers, in whatever directory, is read
through its map. Printed per kind of message: messages, values read, values held, their share;
then what is left unread, by path, with its count. A message that has errors (most are samples of
errors) is counted as refused and adds nothing else; ``--all`` counts what can be read of it too.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gateway.grammar import Library, read
from gateway.grammar.envelope import MessageFound, walk
from gateway.grammar.recordformats import load_format
from gateway.mapping import CompiledMap, Maps
from gateway.mapping.coverage import held_spots
from gateway.problems import has_errors
from gateway.syntax import Part, read_bytes

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Covered:
    """Figures of one kind of message."""

    messages: int = 0
    refused: int = 0
    held: int = 0
    unread: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        lost = sum(self.unread.values())
        share = f"{100 * (self.held - lost) / self.held:5.1f} %" if self.held else "    -"
        return f"{self.messages:8} {self.refused:8} {self.held - lost:8} {self.held:8} {share:>8}"


def repository() -> Maps:
    """Maps, grammars and layouts as the repository holds them."""
    grammars = ROOT / "grammars"
    return Maps(
        Library(grammars),
        lambda kind, name: load_format([grammars], kind, name),
        [ROOT / "mappings"],
    )


def _messages(maps: Maps, folder: Path) -> Iterator[tuple[str, Part, CompiledMap]]:
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        for event in walk(read_bytes(path.read_bytes()), maps.library.service):
            if not isinstance(event, MessageFound) or event.part.dialect is None:
                continue
            standard = event.part.dialect.standard
            directory, kind = event.header.directory, event.header.type
            compiled = _map_for(maps, standard, directory, kind)
            if compiled is not None:
                yield f"{kind} {directory}", event.part, compiled


def _map_for(maps: Maps, standard: str, directory: str, kind: str) -> CompiledMap | None:
    own = f"{standard}/{directory}/{kind.lower()}.map"
    name = own if (ROOT / "mappings" / own).is_file() else f"{standard}/{kind.lower()}.map"
    if not (ROOT / "mappings" / name).is_file():
        return None
    return maps.load(name, standard=f"{standard}/{directory}/{kind}")[0]


def measure(maps: Maps, folders: list[Path], bad: bool) -> dict[str, Covered]:
    """Figures by message and directory; ``bad``: also of messages with errors."""
    found: defaultdict[str, Covered] = defaultdict(Covered)
    for folder in folders:
        for name, part, compiled in _messages(maps, folder):
            assert compiled.grammar is not None
            covered = found[name]
            reading = read(part, compiled.grammar)
            if reading.tree is None or (not bad and has_errors(list(reading.problems))):
                covered.refused += 1
                continue
            covered.messages += 1
            covered.held += sum(1 for _ in held_spots(reading.tree.segments))
            for one in compiled.unread(reading.tree):
                covered.unread[f"{one.facts['name']}"] += 1
    return dict(sorted(found.items()))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--least", type=int, default=1, help="show what is unread this often")
    parser.add_argument("--all", action="store_true", help="also what has errors")
    options = parser.parse_args()
    found = measure(repository(), options.folders, options.all)
    print(f"{'message':16} {'messages':>8} {'refused':>8} {'read':>8} {'held':>8} {'share':>8}")
    total = Covered()
    for name, covered in found.items():
        print(f"{name:16} {covered}")
        total.messages += covered.messages
        total.refused += covered.refused
        total.held += covered.held
        total.unread += covered.unread
    print(f"{'all':16} {total}")
    for name, covered in found.items():
        listed = [one for one in covered.unread.most_common() if one[1] >= options.least]
        if listed:
            print(f"\n{name}: " + ", ".join(f"{path} {count}" for path, count in listed))


if __name__ == "__main__":
    main()
