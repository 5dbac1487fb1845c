"""The collection of sample files: other projects' documents, and what an independent checker says.

Three corpora: the bytes (read and written back), what is marked as bad, and the contents.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from benchmarks.corpus import DIFFERENCES, EXPECTED, differing
from benchmarks.peers.engine import directory, problems
from benchmarks.peers.model import ROOT, Judgement, Row, records
from gateway import syntax
from gateway.grammar import read
from gateway.grammar.envelope import MessageFound, walk
from gateway.problems import Severity

BYTES, MARKED, CONTENTS = "samples: bytes", "samples: marked as bad", "samples: contents"
_FOLDER = ROOT / "tests" / "corpus"
_CONTENTS = ROOT / "tests" / "grammar" / "corpus.tsv"
_SAME = "the same bytes"


def rows() -> Iterator[Row]:
    """All three, from the files that are part of the tests."""
    yield from _bytes()
    yield from _marked()
    yield from _contents()


def judgements() -> Iterator[Judgement]:
    """What is written down beside the samples already; who is right is us in all of it."""
    for row in records(DIFFERENCES):
        yield Judgement(MARKED, row["file"], "*", "*", "ours", row["reason"])
    for row in records(_CONTENTS):
        if row["why"]:
            yield Judgement(CONTENTS, row["file"], "*", "*", "ours", row["why"])


def _bytes() -> Iterator[Row]:
    for row in records(_FOLDER / "INDEX.tsv"):
        data = (_FOLDER / row["file"]).read_bytes()
        parts = syntax.read_bytes(data)
        if b"".join(part.raw for part in parts) != data:
            yield Row(BYTES, row["file"], _SAME, "parts that do not tile", False)
            continue
        reasons = Counter(reason for _, reason in differing(parts, Counter()))
        ours = "; ".join(f"{count} segments: {reason}" for reason, count in reasons.items())
        yield Row(BYTES, row["file"], _SAME, ours or _SAME, not ours)


def _marked() -> Iterator[Row]:
    for row in records(_FOLDER / "NEGATIVES.tsv"):
        path = _FOLDER / row["file"]
        if not path.is_file():
            continue
        codes = {one.code for one in problems(path.read_bytes())}
        theirs = row["findings_by_facts_checker"] or row["why"]
        wanted = [ours for pattern, ours in EXPECTED if re.search(pattern, theirs)]
        agrees = bool(codes) and all(codes & ours for ours in wanted)
        yield Row(MARKED, row["file"], theirs, " ".join(sorted(codes)) or "no finding", agrees)


def _contents() -> Iterator[Row]:
    for row in records(_CONTENTS):
        theirs = row["independent"]
        if theirs not in ("ok", "not ok"):
            continue
        ours = "not ok" if _refused((_FOLDER / row["file"]).read_bytes()) else "ok"
        yield Row(CONTENTS, row["file"], theirs, ours, theirs == ours)


def _refused(data: bytes) -> bool:
    found = False
    for event in walk(syntax.read([data])):
        grammar = directory(event) if isinstance(event, MessageFound) else None
        if isinstance(event, MessageFound) and grammar is not None:
            reading = read(event.part, grammar)
            found |= any(one.severity is Severity.ERROR for one in reading.problems)
    return found
