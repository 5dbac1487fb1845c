"""Real files of other projects: nothing is lost, and what is read is written back byte for byte.

tests/corpus/EXCEPTIONS.tsv lists each segment that is written differently, and why; a segment that
is missing there, or stands there without need, fails.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.problems import Severity
from gateway.syntax import Kind, Part, read_bytes, spans, write_segments

CORPUS = Path(__file__).parent.parent / "corpus"
PERMISSIVE = {
    "MIT",
    "BSD-3",
    "Apache-2.0",
    "MIT OR Apache-2.0",
    "Apache-2.0 OR LGPL-3.0+",
    "CDDL (License.html)",
}


def rows(name: str) -> list[dict[str, str]]:
    with (CORPUS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


INDEX = rows("INDEX.tsv")
FILES = [row["file"] for row in INDEX]


def test_every_file_has_its_source_and_a_permissive_licence() -> None:
    on_disk = [*CORPUS.glob("edifact/*"), *CORPUS.glob("x12/*")]
    assert {path.relative_to(CORPUS).as_posix() for path in on_disk} == set(FILES)
    assert {row["licence"] for row in INDEX} <= PERMISSIVE
    notice = (CORPUS / "NOTICE").read_text(encoding="utf-8")
    assert all(f"github.com/{row['repository']} " in notice for row in INDEX)


@pytest.mark.parametrize("name", FILES)
def test_parts_and_segments_tile_the_file(name: str) -> None:
    data = (CORPUS / name).read_bytes()
    parts = read_bytes(data)
    assert b"".join(part.raw for part in parts) == data
    for part in parts:
        found = spans(part)
        assert tuple(span.text for span in found) == part.segments
        gaps = part.raw
        for span in found:
            at = span.offset - part.offset
            assert part.raw[at : at + len(span.raw)] == span.raw
            gaps = gaps.replace(span.raw, b"", 1)
        assert not part.segments or not gaps.strip(b"\r\n \t'~")


@pytest.mark.parametrize("name", FILES)
def test_segments_are_written_back_byte_for_byte(name: str) -> None:
    expected = {
        (int(row["offset"]), row["reason"]) for row in rows("EXCEPTIONS.tsv") if row["file"] == name
    }
    found = {
        (offset, reason)
        for part in read_bytes((CORPUS / name).read_bytes())
        for offset, reason in differences(part)
    }
    assert found == expected


def differences(part: Part) -> Iterator[tuple[int, str]]:
    """Offset and reason of each segment that is not written as it was read."""
    if part.dialect is None:
        return
    # lower case in UNOA is read with a warning (S112), but not written: checked elsewhere
    dialect = replace(part.dialect, level="")
    for span in spans(part):
        wire, problems = write_segments([span.text], dialect)
        if wire != span.raw:
            yield span.offset, reason(part, span.text, span.raw, [found.code for found in problems])


def reason(part: Part, text: str, raw: bytes, refused: list[str]) -> str:
    """Why: by what was reported when the segment was read."""
    assert part.dialect is not None
    end = part.dialect.delimiters.terminator.encode(part.dialect.codec)
    codes = {found.code for found in part.problems}
    if "S153" in refused and "\ufffd" in text:
        return "a byte that is no character of the declared charset (S110)"
    if not raw.endswith(end):
        return "the last segment has no terminator (S123)"
    body = raw.removesuffix(end)
    if "S121" in codes and (b"\n" in body or b"\r" in body):
        return "line breaks inside the segment (S121)"
    if "S124" in codes and b"\n" in body:
        return "line breaks inside binary data (S124)"
    if "S113" in codes:
        return "a release character that is not needed (S113)"
    return f"unexplained {refused}"


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_understood_or_says_why_not(name: str) -> None:
    parts = read_bytes((CORPUS / name).read_bytes())
    refused = [part for part in parts if part.kind is Kind.JUNK]
    assert all(any(found.severity is Severity.ERROR for found in part.problems) for part in refused)
    for part in parts:
        for found in part.problems:
            assert found.place.offset is not None
            assert "{" not in found.registered.sentence.format_map(found.facts)
            assert "{" not in found.registered.remedy.format_map(found.facts)
