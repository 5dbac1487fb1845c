"""Golden files of the maps: what a sample becomes, and what is written back from it.

tests/maps/samples/<message>/<case>/in.edi          as a partner sent it
                                    canonical.json  the document
                                    back.edi        the document written again
                                    problems.txt    everything found on the way

python -m tests.maps.golden [MESSAGE …]   # rewrites the last three; review the difference
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gateway.documents import build, check
from gateway.grammar import Library, read, read_segments
from gateway.grammar.envelope import MessageFound, walk
from gateway.grammar.recordformats import load_format
from gateway.mapping import CompiledMap, Maps
from gateway.problems import Problem, has_errors
from gateway.syntax import Part, elements, read_bytes, write_segments
from gateway.syntax import build as segment

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(__file__).parent / "samples"


def repository() -> Maps:
    """Maps, grammars and layouts as the repository holds them."""
    grammars = ROOT / "grammars"
    return Maps(
        Library(grammars),
        lambda kind, name: load_format([grammars], kind, name),
        [ROOT / "mappings"],
    )


def map_for(maps: Maps, standard: str, directory: str, message: str) -> CompiledMap | None:
    """The map of a message: the directory's own, else the one of all directories."""
    own = f"{standard}/{directory}/{message.lower()}.map"
    name = own if (ROOT / "mappings" / own).is_file() else f"{standard}/{message.lower()}.map"
    compiled, _ = maps.load(name, standard=f"{standard}/{directory}/{message}")
    return compiled


@dataclass
class Outcome:
    """What became of a message."""

    canonical: str = ""
    back: bytes = b""
    problems: list[tuple[str, Problem]] = field(default_factory=list)

    def listed(self) -> str:
        """All problems, one a line, after the step that found them."""
        return "".join(f"{step}: {found}\n" for step, found in self.problems)


def outcome(maps: Maps, data: bytes) -> Outcome:
    """Read the first message of a file through its map, and write it again."""
    result = Outcome()
    part, compiled = next(_messages(maps, data))
    assert compiled.grammar is not None
    reading = read(part, compiled.grammar)
    result.problems += [("grammar", one) for one in reading.problems]
    if reading.tree is None:
        return result
    fields, problems = compiled.read(reading.tree)
    result.problems += [("read", one) for one in problems]
    result.problems += [("unread", one) for one in compiled.unread(reading.tree)]
    document, problems = build(compiled.document, fields)
    result.problems += [("document", one) for one in problems]
    if document is None:
        return result
    result.canonical = document.to_json()
    result.problems += [("check", one) for one in check(document)]
    result.problems += [("unwritten", one) for one in compiled.unwritten(document)]
    body, problems = compiled.write(document)
    result.problems += [("write", one) for one in problems]
    if has_errors(problems):
        return result
    assert isinstance(body, list)
    assert part.dialect is not None
    last = elements(part.segments[-1])
    trailer = segment(last[0][0][0], str(len(body) + 2), last[2][0][0])
    message = [part.segments[0], *body, trailer]
    result.problems += [("back", one) for one in read_segments(message, compiled.grammar).problems]
    result.back, problems = write_segments(message, part.dialect, line_breaks=True)
    result.problems += [("wire", one) for one in problems]
    return result


def _messages(maps: Maps, data: bytes) -> Iterator[tuple[Part, CompiledMap]]:
    for event in walk(read_bytes(data), maps.library.service):
        if isinstance(event, MessageFound):
            standard = event.part.dialect.standard if event.part.dialect else "edifact"
            header = event.header
            compiled = map_for(maps, standard, header.directory, header.type)
            if compiled is not None:
                yield event.part, compiled


def cases() -> list[Path]:
    """Folders of the samples."""
    return sorted(one.parent for one in SAMPLES.glob("*/*/in.edi"))


def rewrite(messages: list[str]) -> None:
    """Write the golden files anew, of all messages or of those that are named."""
    maps = repository()
    for case in cases():
        if messages and case.parent.name not in messages:
            continue
        found = outcome(maps, (case / "in.edi").read_bytes())
        (case / "canonical.json").write_text(found.canonical, encoding="utf-8")
        (case / "back.edi").write_bytes(found.back)
        (case / "problems.txt").write_text(found.listed(), encoding="utf-8")


if __name__ == "__main__":
    rewrite(sys.argv[1:])
