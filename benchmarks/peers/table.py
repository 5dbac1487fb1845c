"""The page ``docs/corpora.md``: per corpus how many agree, and who is right where they do not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from benchmarks.peers.model import FOLDER, VERDICTS, Judgement, Row, judged, records

MENDED = FOLDER / "MENDED.tsv"
"""What was changed here because a peer was right: corpus, case, what was wrong, what is now."""
_SHOWN = 6

SOURCES: Mapping[str, tuple[str, str]] = {
    "samples: bytes": (
        "288 files of ten projects (tests/corpus/INDEX.tsv)",
        "each file is cut into parts that tile it, and each segment is written back byte for byte",
    ),
    "samples: marked as bad": (
        "the same files (tests/corpus/NEGATIVES.tsv)",
        "what their sources, or an independent checker, call wrong",
    ),
    "samples: contents": (
        "the same files, where we have the grammar (tests/grammar/corpus.tsv)",
        "the verdict of an independent checker that reads the same facts with other code",
    ),
    "pyx12": (
        "azoner/pyx12, BSD (tests/corpus/pyx12)",
        "each statement of its 23 expected acknowledgements (997, 999, TA1)",
    ),
    "StAEDI": (
        "xlate/staedi, Apache-2.0 (tests/peers/staedi)",
        "each error that a test of its reader asserts, with its place; that there are no others; "
        "values of its validators. Tests of its writer are left out",
    ),
    "stupidedi": (
        "kputnam/stupidedi, BSD-3-Clause",
        "its pass and fail fixtures; health care sets are read with structures out of pyx12's maps",
    ),
    "edifact-rs": (
        "hupe1980/edifact-rs, MIT or Apache-2.0 (tests/peers/edifact-rs)",
        "conforming and malformed messages",
    ),
    "EN 16931 INVOIC": (
        "ConnectingEurope/eInvoicing-EN16931, EUPL-1.2 (read from its source only)",
        "its EDIFACT examples are valid",
    ),
    "EdiFabric": (
        "EdiFabric/EDIFACT.NET, no licence (read from its source only)",
        "the files that its examples refuse are refused, the others are good",
    ),
    "EDIReader": (
        "BerryWorksSoftware/edireader, GPL-3 (read from its source only)",
        "files in the charsets UNOA to UNOE are read as UNB says",
    ),
}
"""Corpus → where it comes from, and what it asserts."""


FROM_SOURCES = frozenset({"stupidedi", "EN 16931 INVOIC", "EdiFabric", "EDIReader"})
"""Corpora of which not all is part of the tests."""


def page(rows: Sequence[Row], known: Sequence[Judgement]) -> str:
    """The whole page."""
    rows = sorted(rows)
    return "\n".join([*_head(), *_summary(rows, known), *_mended(), *_sections(rows, known)]) + "\n"


def unjudged(rows: Iterable[Row], known: Sequence[Judgement]) -> list[Row]:
    """Disagreements of which nobody says who is right."""
    return [row for row in rows if row.compared and not row.agrees and judged(row, known) is None]


def _head() -> Iterator[str]:
    yield "# Agreement with the tests of other programs"
    yield ""
    yield (
        "What other EDI programs assert in their tests, beside what this one says of the same "
        "bytes. Made by `python benchmarks/corpora.py FOLDER --write docs/corpora.md`, where "
        "FOLDER holds the sources of the others; without FOLDER the parts that are in `tests/` are "
        "compared, which the test suite does too. Each disagreement is judged in "
        "`tests/peers/JUDGEMENTS.tsv`."
    )
    yield ""


def _summary(rows: Sequence[Row], known: Sequence[Judgement]) -> Iterator[str]:
    names = list(VERDICTS)
    yield f"| corpus | compared | agree | {' | '.join(VERDICTS.values())} | not compared |"
    yield "|---|" + "---:|" * (len(names) + 3)
    for corpus in SOURCES:
        mine = [row for row in rows if row.corpus == corpus]
        counted = Counter(_right(row, known) for row in mine)
        cells = [str(counted[name] or "") for name in ("agree", *names, "not compared")]
        compared = sum(row.compared for row in mine)
        yield f"| {corpus} | {compared} | {' | '.join(cells)} |"
    yield ""


def _right(row: Row, known: Sequence[Judgement]) -> str:
    if not row.compared:
        return "not compared"
    if row.agrees:
        return "agree"
    found = judged(row, known)
    return found.right if found else "unjudged"


def _mended() -> Iterator[str]:
    yield "## What was changed here because they are right"
    yield ""
    for row in records(MENDED):
        yield f"- {row['corpus']}, {row['case']}: {row['was']} Now {row['now']}"
    yield ""


def _sections(rows: Sequence[Row], known: Sequence[Judgement]) -> Iterator[str]:
    for corpus, (source, asserts) in SOURCES.items():
        yield f"## {corpus}"
        yield ""
        yield f"From {source}. Compared: {asserts}."
        yield ""
        groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            found = judged(row, known) if row.corpus == corpus and row.compared else None
            if found is not None and not row.agrees:
                groups[found.right, found.why].append(row)
        if groups:
            yield "| who is right | rows | why | where |"
            yield "|---|---:|---|---|"
        for (right, why), some in groups.items():
            yield f"| {VERDICTS[right]} | {len(some)} | {why} | {_cases(some)} |"
        if groups:
            yield ""


def _cases(rows: Sequence[Row]) -> str:
    texts = dict.fromkeys(f"`{row.case}`" for row in rows)
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    shown = ", ".join(list(texts)[:_SHOWN]).replace("|", "\\|")
    return shown + more
