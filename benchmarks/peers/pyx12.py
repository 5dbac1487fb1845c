"""The acknowledgements that pyx12 writes for its own test documents, beside ours."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.peers.model import Judgement, Row
from tests.acknowledge.peers import compare

CORPUS = "pyx12"
_VERDICTS = {"different grammar": "grammar"}


def rows() -> Iterator[Row]:
    """One row per statement of an answer: of an interchange, group, set, segment, element."""
    for row in compare():
        case = f"{row.file}: {row.where}"
        yield Row(CORPUS, case, row.theirs, row.ours, row.theirs == row.ours)


def judgements() -> Iterator[Judgement]:
    """Written down beside the documents."""
    for row in compare():
        if row.verdict:
            right = _VERDICTS.get(row.verdict, row.verdict)
            case = f"{row.file}: {row.where}"
            yield Judgement(CORPUS, case, row.theirs, row.ours, right, row.reason)
