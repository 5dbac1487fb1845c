"""Real files of other projects beside the verdict of an independent checker (``corpus.tsv``).

That checker reads the same facts with other code. Column ``findings`` is what we find, by code;
where the verdicts differ, ``why`` says who is right.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from gateway.grammar import Library, MessageGrammar, compiled, read
from gateway.grammar.read import accepted, explain
from gateway.syntax import Kind, Part, elements, read_bytes

CORPUS = Path(__file__).parent.parent / "corpus"
with (Path(__file__).parent / "corpus.tsv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _messages(name: str, library: Library) -> list[tuple[Part, MessageGrammar]]:
    found, release = [], ""
    for part in read_bytes((CORPUS / name).read_bytes()):
        head = elements(part.segments[0]) if part.segments else []
        if part.kind is Kind.GROUP_HEADER and head[0] == [["GS"]]:
            release = head[8][0][0][:6]
        if part.kind is not Kind.MESSAGE or len(head) < 2:
            continue
        if head[0] == [["UNH"]]:
            name, version, number = (head[2][0] + ["", "", ""])[:3]
            grammar = library.message("edifact", version + number, name)
        else:
            grammar = library.message("x12", release, head[1][0][0])
        if grammar is not None:
            found.append((part, grammar))
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_findings_in_real_files(row: dict[str, str], library: Library) -> None:
    messages = _messages(row["file"], library)
    assert messages
    codes: Counter[str] = Counter()
    for part, grammar in messages:
        reading = read(part, grammar)
        codes.update(found.code for found in reading.problems)
        for found in reading.problems:
            offset, width = found.place.offset, found.place.width
            assert offset is not None
            assert part.offset <= offset <= part.offset + len(part.raw)
            assert width >= 1
        table = compiled(grammar)
        if table.accept(part.segments) is not None:
            assert accepted(explain(part.segments, table, every=True))
    assert " ".join(f"{code}:{count}" for code, count in sorted(codes.items())) == row["findings"]


def test_the_verdicts_agree() -> None:
    independent = {"ok": True, "not ok": False}
    for row in ROWS:
        if row["independent"] in independent and not row["why"]:
            assert independent[row["independent"]] == (not row["findings"]), row["file"]
    assert sum(row["independent"] == "ok" for row in ROWS) > 70
