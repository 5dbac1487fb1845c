"""Samples through their maps, against golden files that ``python -m tests.maps.golden`` renews."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.mapping import Maps
from tests.maps.golden import SAMPLES, cases, outcome

MESSAGES = (
    "ORDERS", "ORDCHG", "ORDRSP", "DESADV", "RECADV", "INVOIC", "INVRPT", "SLSRPT", "PRICAT",
    "REMADV", "PARTIN", "850", "855", "856", "860", "861", "810", "820", "832", "846", "852",
)  # fmt: skip
LEAST = 3
"""Samples of a message that become a document."""
SPELLED_ANEW = (
    "ORDCHG/cancelled",  # CNT is told of no lines too
    "ORDRSP/accepted",
    "DESADV/loose-goods",  # every line names its order
    "RECADV/",  # and its despatch advice; a package has no parent
    "PRICAT/price-list",  # the unit of the least order
)
"""Our own samples that come back with a segment more or less, and why."""


def _own() -> list[str]:
    """Our own samples of EDIFACT messages that come back as they are."""
    lines = (SAMPLES / "SOURCES.tsv").read_text(encoding="utf-8").splitlines()[1:]
    names = [name for name, source in (line.split("\t") for line in lines) if "our own" in source]
    return [one for one in names if one[0].isalpha() and not one.startswith(SPELLED_ANEW)]


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.parent.name}-{case.name}")
def test_a_sample_gives_its_golden_files(case: Path, maps: Maps) -> None:
    found = outcome(maps, (case / "in.edi").read_bytes())
    assert found.listed() == (case / "problems.txt").read_text(encoding="utf-8")
    assert found.canonical == (case / "canonical.json").read_text(encoding="utf-8")
    assert found.back == (case / "back.edi").read_bytes()


@pytest.mark.parametrize("message", MESSAGES)
def test_every_message_has_samples_that_become_documents(message: str) -> None:
    folders = [case for case in cases() if case.parent.name == message]
    documents = [(case / "canonical.json").read_text(encoding="utf-8") for case in folders]
    assert len(list(filter(None, documents))) >= LEAST


def test_every_sample_names_its_source() -> None:
    lines = (SAMPLES / "SOURCES.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert sorted(line.partition("\t")[0] for line in lines) == [
        f"{case.parent.name}/{case.name}" for case in cases()
    ]


@pytest.mark.parametrize("name", _own())
def test_our_own_samples_come_back_segment_by_segment(name: str) -> None:
    case = SAMPLES / name
    raw = (case / "in.edi").read_bytes().replace(b"\r\n", b"\n")
    start = raw.index(b"UNH+")
    message = raw[start : raw.index(b"'", raw.index(b"UNT+")) + 1].replace(b"\n", b"")
    back = (case / "back.edi").read_bytes().replace(b"\r\n", b"").replace(b"\n", b"")
    assert _sorted(back) == _sorted(message)


def _sorted(message: bytes) -> list[bytes]:
    return sorted(message.split(b"'"))
