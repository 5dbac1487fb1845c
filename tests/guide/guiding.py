"""Guides and messages for the tests: a guide's text without its head, edits of a good message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from gateway.grammar import Library, Reading
from gateway.grammar.envelope import Interchange, InterchangeStart, MessageFound, walk
from gateway.grammar.guide import Envelope, Guide, Guides, check_envelope, read_with_guide
from gateway.problems import Problem
from gateway.syntax import Part, read_bytes

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LIBRARY = Library(ROOT / "grammars")
GUIDES = Guides(LIBRARY)
HEAD = "guide: acme-retail/orders\nbase: EDIFACT D.96A ORDERS\n"
X12_HEAD = "guide: northwind/850\nbase: X12 004010 850\n"


@dataclass(frozen=True)
class Sent:
    """A message with its envelope."""

    interchange: Interchange
    found: MessageFound

    @property
    def part(self) -> Part:
        return self.found.part

    @property
    def envelope(self) -> Envelope:
        group = self.found.header.group
        header = "" if group is None else group.header
        return Envelope(self.interchange.header, header, self.found.header.header)


def load(folder: Path, text: str, name: str = "guide.yaml") -> tuple[Guide | None, list[Problem]]:
    """A guide from its text; other guides may lie in the same folder."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Guides(LIBRARY).load(path)


def usable(folder: Path, text: str) -> Guide:
    guide, problems = load(folder, text)
    assert guide is not None, problems
    return guide


def sent(text: str) -> Sent:
    """The first message of an interchange, written one segment per line."""
    interchange = None
    for event in walk(read_bytes(text.replace("\n", "").encode("iso8859-1")), LIBRARY.service):
        if isinstance(event, InterchangeStart):
            interchange = event.interchange
        elif isinstance(event, MessageFound):
            assert interchange is not None
            return Sent(interchange, event)
    raise AssertionError("no message")


def edited(name: str, script: str) -> str:
    """A good message with lines taken out (``- ``) and put there instead (``+ ``).

    An empty line ends an edit. The count of the trailer is made right.
    """
    text = (HERE / name).read_text(encoding="utf-8")
    old: list[str] = []
    new: list[str] = []
    for line in [*script.splitlines(), ""]:
        if line.startswith("- "):
            if new:
                text, old, new = _put(text, old, new), [], []
            old.append(line[2:])
        elif line.startswith("+ "):
            new.append(line[2:])
        elif old:
            text, old, new = _put(text, old, new), [], []
    return _counted(text)


def _counted(text: str) -> str:
    tags = [re.split("[+*]", line)[0] for line in text.splitlines()]
    first = next(at for at, tag in enumerate(tags) if tag in ("UNH", "ST"))
    last = next(at for at, tag in enumerate(tags) if tag in ("UNT", "SE"))
    return re.sub(r"(?m)^(UNT\+|SE\*)\d+", rf"\g<1>{last - first + 1}", text)


def _put(text: str, old: list[str], new: list[str]) -> str:
    before = "".join(f"{line}\n" for line in old)
    assert before in text, before
    return text.replace(before, "".join(f"{line}\n" for line in new), 1)


def judged(guide: Guide, message: Sent) -> tuple[Reading, list[Problem]]:
    """The reading, and all that is found: of the envelope, of the base, of the guide."""
    reading = read_with_guide(message.part, guide)
    return reading, [*check_envelope(guide, message.envelope), *reading.problems]
