"""Samples of other projects (tests/corpus): what is proposed from each holds for it.

`benchmarks/proposals.py` measures the same over a folder, with maps and the translation of each
sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gateway.config.proposal import House, SampleFile, Wanted, propose
from gateway.config.proposal.kinds import Kind
from gateway.grammar.guide import Guide, Guides, read_segments_with_guide, read_with_guide
from gateway.problems import errors
from tests.proposal.changed import with_other_qualifier

CORPUS = Path(__file__).parents[1] / "corpus"
MESSAGES = ("ORDERS", "INVOIC", "DESADV", "ORDRSP", "850", "810", "855", "856")
LARGEST = 4_000
FRAGMENTS = "embedded__edifactrs"
"""Messages cut off after some segments, for the tests of a reader."""


def files() -> Iterator[Path]:
    for row in (CORPUS / "INDEX.tsv").read_text("utf-8").splitlines()[1:]:
        name, _, _, *_ = row.split("\t")
        path = CORPUS / name
        if FRAGMENTS not in name and path.is_file() and path.stat().st_size <= LARGEST:
            data = path.read_bytes().replace(b"\n", b"")
            if any(sign + one.encode() in data for one in MESSAGES
                   for sign in (b"+", b"ST*", b"ST|", b"ST~")):  # fmt: skip
                yield path


def test_a_proposal_holds_for_the_samples_it_was_made_of(house: House, tmp_path: Path) -> None:
    unmapped = replace(house, map_file=lambda *_: None)
    counts = [0, 0, 0]
    for number, path in enumerate(files()):
        file = SampleFile(path.name, path.read_bytes())
        made = propose([file], Wanted("contoso-foods"), unmapped)
        for kind, agreed in zip(made.kinds, made.agreed, strict=not made.refused):
            if agreed.guide:
                written = tmp_path / f"{number}-{kind.message}.yaml"
                written.write_bytes(made.files[agreed.guide])
                guide, problems = Guides(house.library).load(written)
                assert guide is not None, (path.name, [str(one) for one in problems])
                found = holds(kind, guide, path.name)
                counts = [counts[0] + 1, counts[1] + found[0], counts[2] + found[1]]
    guides, right, refused = counts
    assert guides >= 30
    assert right >= 15
    assert refused >= 80


def holds(kind: Kind, guide: Guide, name: str) -> tuple[int, int]:
    """(right messages that fit, changed ones that do not)."""
    right = refused = 0
    for _, message in kind.seen:
        if not message.sound:
            continue
        right += 1
        found = errors(read_with_guide(message.part, guide).problems)
        assert not found, (name, str(found[0]))
        for changed in with_other_qualifier(message.part.segments, guide):
            reading = read_segments_with_guide(changed, guide, version=kind.version)
            assert errors(reading.problems), (name, kind.message)
            refused += 1
    return right, refused
