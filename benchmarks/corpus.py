"""Whether real files by others parse and rewrite byte for byte, and the bad ones are refused.

    python benchmarks/corpus.py [FOLDER]

FOLDER holds INDEX.tsv (file, kind, …) and NEGATIVES.tsv (file, why, expected findings) beside the
files; without it, the corpus of the tests. Exit code 1 where something is unexplained.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from gateway import syntax
from gateway.config.data import data_roots
from gateway.grammar import Library, read
from gateway.grammar.envelope import InterchangeEnd, InterchangeStart, MessageFound, Stray, walk
from gateway.problems import Problem, Severity

ROOT = Path(__file__).parents[1]

DIFFERENCES = ROOT / "tests" / "corpus" / "DIFFERENCES.tsv"
"""Negatives where our finding is another one than the source states, with the reason."""

EXPECTED = (
    (r"(UNT|SE) count", {"S223"}),
    (r"(UNT|SE) ref", {"S222"}),
    (r"(UNZ|IEA) count", {"S203"}),
    (r"(UNZ|IEA) ref", {"S202"}),
    (r"GE ref", {"S212"}),
    (r"no (UNZ|IEA)", {"S201"}),
    (r"no (UNT|SE)", {"S221"}),
    (r"outside message", {"S102", "S216"}),
    (r"ISA not \d+ bytes", {"S131"}),
    (r"missing \w+", {"G105", "G106"}),
)
"""What an independent checker found → the codes of ours that say the same."""

REASONS = {
    "S121": "line breaks stand inside the segment; they are no data",
    "S153": "it holds U+FFFD, a character that was lost before; we do not write that again",
    "S110": "refused: a byte is no character of the declared charset",
    "S124": "a binary segment holds line breaks",
    "S113": "a release character stands before a character that needs none",
}
"""Problem of ours → why the normal form of a segment writes other bytes than were sent."""


def main() -> int:
    """Print both reports; 1 where anything has no reason."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests" / "corpus"
    unexplained = rewriting(folder) + refusing(folder)
    print(f"\nunexplained: {unexplained}")
    return 1 if unexplained else 0


def rewriting(folder: Path) -> int:
    """Tile and rewrite every EDIFACT and X12 file."""
    files = [
        row["file"]
        for row in _rows(folder / "INDEX.tsv")
        if row["file"].startswith(("edifact/", "x12/"))
    ]
    counted: Counter[str] = Counter()
    unexplained = 0
    print("segments that are not rewritten byte for byte:")
    for name in files:
        data = (folder / name).read_bytes()
        parts = syntax.read_bytes(data)
        counted["files"] += 1
        counted["files that tile"] += b"".join(part.raw for part in parts) == data
        different = list(differing(parts, counted))
        counted["files rewritten identically"] += not different
        by_reason = Counter(reason for _, reason in different)
        for reason, count in by_reason.items():
            tag, offset = next((tag, at) for (tag, at), why in different if why == reason)
            print(f"  {name}: {count} ({tag} at byte {offset}): {reason}")
            unexplained += reason == "UNEXPLAINED"
    print(", ".join(f"{what}: {count}" for what, count in counted.items()))
    return unexplained + counted["files"] - counted["files that tile"]


def differing(
    parts: list[syntax.Part], counted: Counter[str]
) -> Iterator[tuple[tuple[str, int], str]]:
    for part in parts:
        if part.dialect is None:
            continue
        codes = {found.code for found in part.problems}
        for span in syntax.spans(part):
            counted["segments"] += 1
            written, refused = syntax.write_segments([span.text], replace(part.dialect, level=""))
            if written == span.raw:
                continue
            terminator = part.dialect.delimiters.terminator.encode(part.dialect.codec)
            codes |= {found.code for found in refused}
            reason = next((why for code, why in REASONS.items() if code in codes), "UNEXPLAINED")
            if written == span.raw + terminator:
                reason = "the file ends without a terminator"
            yield (span.text[:3], span.offset), reason


def refusing(folder: Path) -> int:
    """Every file that is marked bad must be refused with the finding that marks it."""
    library = Library(*data_roots(ROOT, "grammars"))
    known = {row["file"]: row["reason"] for row in _rows(DIFFERENCES)}
    unexplained, refused, total, differing = 0, 0, 0, 0
    print("\nnegatives whose expected finding is not among ours:")
    for row in _rows(folder / "NEGATIVES.tsv"):
        if not (folder / row["file"]).is_file():
            continue
        total += 1
        problems = list(findings((folder / row["file"]).read_bytes(), library))
        codes = {found.code for found in problems}
        stated = row["findings_by_facts_checker"]
        missing = [
            pattern for pattern, ours in EXPECTED if re.search(pattern, stated) and not codes & ours
        ]
        wrong = any(found.severity is Severity.ERROR for found in problems)
        refused += wrong
        if missing or not problems:
            differing += 1
            reason = known.get(row["file"])
            unexplained += reason is None
            why = reason or f"UNEXPLAINED, ours {sorted(codes)}"
            print(f"  {row['file']}: said {stated[:40]!r}: {why}")
    print(
        f"negatives: {total}, refused with an error: {refused}, only warned of (tolerated"
        f" deviations such as the length of ISA): {total - refused},"
        f" with other findings than stated: {differing}"
    )
    return unexplained


def findings(data: bytes, library: Library) -> Iterator[Problem]:
    """All problems of a file: syntax, envelope, and contents where a grammar is known."""
    for event in walk(syntax.read([data]), library.service):
        if isinstance(event, InterchangeStart):
            continue
        if isinstance(event, Stray):
            yield from event.part.problems
            continue
        yield from event.problems
        if isinstance(event, InterchangeEnd):
            for group in event.groups:
                yield from group.problems
        if isinstance(event, MessageFound):
            header = event.header
            yield from event.part.problems
            standard = event.part.dialect.standard if event.part.dialect else ""
            grammar = library.message(standard, header.directory, header.type)
            if grammar is not None:
                yield from read(event.part, grammar).problems


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


if __name__ == "__main__":
    sys.exit(main())
