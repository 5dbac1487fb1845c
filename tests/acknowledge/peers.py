"""Our acknowledgements beside those that another program writes for the same documents.

A folder holds ``NAME.edi``, the expected answer ``NAME.ack.edi``, ``grammars/`` by GS08 and
``JUDGEMENTS.tsv``: for each difference who is right, and why. A difference is one statement of an
answer: what it says of an interchange, a group, a set, a segment or an element.

    python -m tests.acknowledge.peers [FOLDER]
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gateway.grammar import Library, read
from gateway.grammar.acknowledge import (
    InterchangeVerdict,
    MessageVerdict,
    conclude,
    functional_997,
    functional_999,
    judge,
    ta1,
)
from gateway.grammar.envelope import InterchangeEnd, MessageFound, walk
from gateway.grammar.envelope.model import Fields
from gateway.grammar.library import packaged
from gateway.syntax import Kind, read_bytes
from gateway.syntax.normal import ELEMENT
from tests.acknowledge.ack_cases import HERE

PYX12 = HERE.parent / "corpus" / "pyx12"


@dataclass(frozen=True)
class Row:
    """One statement that both answers make, or only one of them."""

    file: str
    where: str
    """``set 0001``, ``set 0001 segment 3 REF``, ``set 0001 segment 3 REF element 2``."""
    ours: str
    """Codes; ``-`` where nothing is said."""
    theirs: str
    verdict: str = ""
    """``ours``, ``theirs``, ``both``, ``guide``: who is right; empty where both say the same."""
    reason: str = ""


def compare(folder: Path = PYX12) -> list[Row]:
    """Every statement of every document, in order; judged where the answers differ."""
    judged = judgements(folder / "JUDGEMENTS.tsv")
    rows: list[Row] = []
    for path in sorted(folder.glob("*.ack.edi")):
        name = path.name.removesuffix(".ack.edi")
        theirs = _statements(_segments(path.read_bytes()), missing=1)
        ours = _statements(_ours(folder, (folder / f"{name}.edi").read_bytes(), theirs))
        for where in dict.fromkeys([*theirs, *ours]):
            mine, other = ours.get(where, "-"), theirs.get(where, "-")
            verdict, reason = judged.get((name, where, mine, other), ("", ""))
            rows.append(Row(name, where, mine, other, verdict, reason))
    return rows


def judgements(path: Path) -> dict[tuple[str, str, str, str], tuple[str, str]]:
    """Who is right and why, by file, place and both statements."""
    if not path.is_file():
        return {}
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        file, where, ours, theirs, verdict, reason = line.split("\t")
        found[file, where, ours, theirs] = (verdict, reason)
    return found


@cache
def _library(folder: Path) -> Library:
    return Library(folder / "grammars", packaged())


def _ours(folder: Path, data: bytes, theirs: dict[str, str]) -> Iterator[str]:
    """All that we would say, also of what is refused together with its interchange."""
    extended = any(where.startswith("999") for where in theirs)
    for verdict in _verdicts(folder, data):
        if any(where.startswith("interchange") for where in theirs):
            yield ta1(verdict)
        for group in verdict.groups:
            made = functional_999 if extended else functional_997
            yield from made(group, reference="1")


def _verdicts(folder: Path, data: bytes) -> Iterator[InterchangeVerdict]:
    library = _library(folder)
    found: list[MessageVerdict] = []
    for event in walk(read_bytes(data), library.service):
        if isinstance(event, MessageFound):
            header = event.header
            name = header.directory + header.association
            grammar = library.message("x12", name, header.type)
            found.append(judge(event, read(event.part, grammar).problems if grammar else ()))
        elif isinstance(event, InterchangeEnd):
            yield conclude(event, found)
            found = []


def _segments(data: bytes) -> Iterator[str]:
    for part in read_bytes(data):
        if part.kind in (Kind.MESSAGE, Kind.CONTROL):
            yield from part.segments


def _statements(segments: Iterable[str], missing: int = 0) -> dict[str, str]:
    """What an answer says, by place; the second of the same name is ``name #2``.

    A segment that is missing has no position. We name the one where it should stand, others the
    last one before: ``missing`` is added to the position that is named.
    """
    said: dict[str, str] = {}
    seen: Counter[str] = Counter()
    group = place = segment = ""

    def named(text: str) -> str:
        seen[text] += 1
        return text if seen[text] == 1 else f"{text} #{seen[text]}"

    for each in segments:
        tag, at = each.partition(ELEMENT)[0], Fields(each)
        codes = " ".join(at[n] for n in range(2, 7) if at[n])
        match tag:
            case "TA1":
                said[named(f"interchange {at[1]}")] = f"{at[4]} {at[5]}"
            case "ST" if at[1] == "999":
                said["999"] = "999"
            case "AK1":
                group = named(f"group {at[2]}")
            case "AK2":
                place = f"{group} {named(f'{group} set {at[2]}').removeprefix(f'{group} ')}"
            case "AK3" | "IK3":
                number = int(at[2]) + (missing if at[4] == "3" else 0)
                segment = f"{place} segment {number} {at[1]}"
                if at[4] != "8":
                    said[segment] = " ".join(part for part in (said.get(segment), at[4]) if part)
            case "AK4" | "IK4":
                inner = f".{at[1, 2]}" if at[1, 2] else ""
                spot = f"{segment} element {at[1, 1]}{inner}"
                said[spot] = " ".join(part for part in (said.get(spot), at[3]) if part)
            case "AK5" | "IK5":
                said[place] = f"{at[1]} {codes}".strip()
            case "AK9":
                more = " ".join(at[n] for n in range(5, 10) if at[n])
                said[group] = f"{at[1]} {at[2]}/{at[3]}/{at[4]} {more}".strip()
    return said


def main(folder: Path) -> int:
    """Print what differs, and how much agrees; 1 where a difference is not judged."""
    rows = compare(folder)
    differ = [row for row in rows if row.ours != row.theirs]
    for row in differ:
        print(*(row.file, row.where, row.ours, row.theirs, row.verdict, row.reason), sep="\t")
    files = {row.file for row in rows}
    equal = len(files - {row.file for row in differ})
    said = f"{len(rows) - len(differ)} of {len(rows)} statements"
    print(f"{equal} of {len(files)} answers and {said} agree")
    return int(any(not row.verdict for row in differ))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PYX12))
