"""What is wrong with a source is said with file and line, and never stops with an exception.

Golden texts: for every file in ``cases`` what is shown, beside it with ``.golden``.
``UPDATE_GOLDEN=1 pytest tests/grammar/importing`` rewrites them; the difference is reviewed.
"""

from __future__ import annotations

import os
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from gateway.grammar.directory import Directory
from gateway.grammar.importing import Imported, read_grammar
from gateway.grammar.importing.result import MOST_PROBLEMS
from gateway.grammar.importing.unece import archive
from gateway.problems import problem
from gateway.problems.codes import importing as codes
from gateway.problems.render import render
from tests.grammar.importing.exports import NEW, unece, zipped

CASES = sorted(
    path for path in (Path(__file__).parent / "cases").iterdir() if path.suffix != ".golden"
)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_problem_is_shown_as_agreed(path: Path) -> None:
    found = read_grammar(path)
    text = path.read_text()
    shown = "\n\n".join(render(one, text if one.place.line else None) for one in found.problems)
    shown += f"\n\n{'usable' if found.usable else 'not usable'}: {', '.join(found.told)}\n"
    golden = path.with_suffix(".golden")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown)
    assert shown == golden.read_text()
    assert path.stem.partition("-")[0] in {one.code for one in found.problems}


def test_every_code_is_provoked() -> None:
    """By a file of ``cases``, here, or (G508, G510) where grammars are put in place."""
    by_file = {path.stem.partition("-")[0] for path in CASES}
    here = {"G502", "G503", "G505"}
    assert by_file | here | {"G508", "G510"} == {row.code for row in codes.CODES}


@pytest.fixture
def made() -> Directory:
    return Directory(
        "edifact",
        "D21B",
        messages={"ORDERS": ["UNH M 1", "BGM M 1", "SG1: C 9", "  NAD M 1", "UNT M 1"]},
        segments={"BGM": "C002 1225", "NAD": "3035!"},
        composites={"C002": "1001"},
        elements={"1001": "an..3", "1225": "an..3", "3035": "an..3"},
    )


def imported(tmp_path: Path, data: bytes, name: str = "d21b.zip") -> Imported:
    path = tmp_path / name
    path.write_bytes(data)
    return read_grammar(path)


def said(found: Imported) -> list[str]:
    return [str(one) for one in found.problems]


def test_interactive_messages_are_counted_and_left_out(tmp_path: Path, made: Directory) -> None:
    text = "4.3.1  Segment table\r\n\r\n00010  UIH Header   M   1\r\n00020  UIT Trailer   M   1\r\n"
    extra = {
        "IDMD.ZIP": zipped({"PASREQ_D.21B": text}),
        "IDSD.ZIP": zipped({"IDSD.21B": "-" * 70 + "\r\n\r\n  BGM NONSENSE\r\n"}),
    }
    found = imported(tmp_path, unece(made, NEW, extra))
    assert said(found) == []
    assert found.made == made
    assert "1 interactive messages left out" in found.told


def test_rows_that_an_issue_deleted_are_left_out(tmp_path: Path, made: Directory) -> None:
    rows = [
        "0010   UNH Message header     M   1",
        "0020 - BGM Beginning          M   1",
        "0030 -     ------ Segment group 1  ------ C   9-----+",
        "0040 * NAD Name               C   9            |",
        "0050 - NAD Name               C   1------------+",
        "0060 S UNT Trailer            M   1",
    ]
    table = "\r\n".join(["4.3.1  Segment table", *rows])
    del made.messages["ORDERS"]
    data = unece(made, NEW, {"EDMD.ZIP": zipped({"ORDERS_D.21B": table})})
    found = imported(tmp_path, data)
    assert isinstance(found.made, Directory)
    assert found.made.messages == {"ORDERS": ["UNH M 1", "NAD C 9", "UNT M 1"]}


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (["UNH A   M   1", "BGM B   M   1---+", "UNT C   M   1"], "more groups end with BGM"),
        (["UNH A   M   1", "--- Segment group 1 --- C 9---+", "UNT C   M   1"], "1 groups do not"),
        (["UNH A   M   1", "BGM B   M   1"], "does not go from UNH to UNT"),
        ([], "it has no segment table"),
        (["UNH A   M   1", "DTM B   M   1", "UNT C   M   1"], "the directory has no segment DTM"),
    ],
)
def test_a_table_that_cannot_be_read(
    rows: list[str], reason: str, tmp_path: Path, made: Directory
) -> None:
    table = "\r\n".join(["4.3.1  Segment table", *(f"0010   {row}" for row in rows)])
    found = imported(tmp_path, unece(made, NEW, {"MORE.ZIP": zipped({"DESADV_D.21B": table})}))
    [problem_] = found.problems
    assert problem_.code == "G509"
    assert reason in problem_.sentence
    assert "DESADV is left out" in problem_.sentence
    assert found.usable
    assert isinstance(found.made, Directory)
    assert list(found.made.messages) == ["ORDERS"]


def test_what_is_used_but_not_defined(tmp_path: Path, made: Directory) -> None:
    del made.elements["1001"]
    made.composites["C002"] = "1225"
    made.segments["BGM"] = "C009 1225"
    made.composites["C009"] = "1225"
    data = unece(made, NEW)
    made.composites.pop("C009")
    members = {name: content for name, content in _members(data).items() if "EDCD" not in name}
    found = imported(tmp_path, zipped(members))
    assert said(found) == ["G505 BGM uses C009, which the file does not define"]
    assert not found.usable


@pytest.mark.parametrize(("gone", "part"), [("EDSD", "segments (EDSD)"), ("eded", "elements")])
def test_a_part_that_is_missing(gone: str, part: str, tmp_path: Path, made: Directory) -> None:
    members = {name: data for name, data in _members(unece(made, NEW)).items() if gone not in name}
    found = imported(tmp_path, zipped(members))
    assert any(one.code == "G506" and part in one.sentence for one in found.problems)
    assert not found.usable


def test_an_archive_of_something_else(tmp_path: Path) -> None:
    found = imported(tmp_path, zipped({"holiday.jpg": b"x", "more.zip": zipped({"a.txt": b""})}))
    assert [one.code for one in found.problems] == ["G501"]
    assert found.made is None


def test_a_damaged_part_is_named_and_what_nobody_needs_may_be_damaged(
    tmp_path: Path, made: Directory
) -> None:
    data = unece(made, NEW, {"Text files 21B.zip": b"no zip", "__MACOSX/._edsd.zip": b"\0" * 80})
    found = imported(tmp_path, data)
    [problem_] = found.problems
    assert problem_.code == "G502"
    assert "Text files 21B.zip" in problem_.sentence
    assert found.usable


def _members(data: bytes) -> dict[str, bytes]:
    """All members of an archive of archives, in one level."""
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(BytesIO(data)) as outer:
        for name in outer.namelist():
            content = outer.read(name)
            if name.lower().endswith(".zip"):
                with zipfile.ZipFile(BytesIO(content)) as inner:
                    found |= {f"{name}/{one}": inner.read(one) for one in inner.namelist()}
    return found


# Hostile archives


def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MEMBER_BYTES", 3 << 20)
    bomb = zipped({"EDSD.21B": b"\0" * (5 << 20)})
    assert len(bomb) < 10_000
    found = imported(tmp_path, bomb)
    assert [one.code for one in found.problems] == ["G503"]
    assert found.made is None


def test_an_archive_that_lies_about_its_sizes(tmp_path: Path) -> None:
    """The directory of the archive says 1 byte; what comes is cut off, not believed."""
    data = bytearray(zipped({"EDSD.21B": b"\0" * (2 << 20)}))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 24, 1)
    found = imported(tmp_path, bytes(data))
    assert {one.code for one in found.problems} <= {"G502", "G503", "G501", "G506"}
    assert not found.usable


def test_too_many_members_and_too_many_levels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MEMBERS", 10)
    many = zipped({f"{number}.txt": b"" for number in range(11)})
    assert "more than 10 members" in said(imported(tmp_path, many))[0]
    deep = zipped({"EDSD.21B": b""})
    for _ in range(3):
        deep = zipped({"a.zip": deep})
    assert "archives stand in archives; the limit is 3 levels" in said(imported(tmp_path, deep))[0]


def test_a_table_of_contents_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = zipped({f"{number}.txt": b"" for number in range(100)})
    monkeypatch.setattr(archive, "CONTENTS", 4_000)
    assert "its table of contents is too long" in said(imported(tmp_path, many))[0]
    assert said(imported(tmp_path, zipped({"1.txt": b""})))[0].startswith("G501")


def test_a_path_in_an_archive_leads_nowhere(tmp_path: Path, made: Directory) -> None:
    """Members are read by their base name and never unpacked to a file."""
    data = unece(made, NEW, {"../../EDXX.ZIP": zipped({"/etc/../ORDERS_D.21B\n": b""})})
    found = imported(tmp_path, data)
    assert found.made == made
    assert [path.name for path in tmp_path.iterdir()] == ["d21b.zip"]


def test_references_without_end_and_lists_without_end(tmp_path: Path) -> None:
    head = ".INI\nX,,1,X,X12-4010,t\n"
    deep = f"{head}.SETS\n850={'{:1' * 5000}\n"
    assert "30 loops within each other" in said(imported(tmp_path, deep.encode()))[0]
    wide = f"{head}.SEGS\nBEG={'{9999999[353]}' * 9}\n"
    assert "more than 20000 elements" in said(imported(tmp_path, wide.encode()))[0]
    lists = f"{head}.ELMS\n98=ID,1,9\n.CODES\n98=A:ZZZZZZ\n"
    assert "found 'A:ZZZZZZ'" in said(imported(tmp_path, lists.encode()))[0]


def test_problems_without_end_are_counted(tmp_path: Path) -> None:
    text = ".INI\nX,,1,X,X12-4010,t\n.SEGS\n" + "nonsense\n" * 1000
    found = imported(tmp_path, text.encode())
    assert len(found.problems) == MOST_PROBLEMS
    assert found.beyond == 1000 - MOST_PROBLEMS + 2  # no messages, no segments


def test_every_sentence_can_be_said() -> None:
    for row in codes.CODES:
        assert "?" not in row.title
        assert str(problem(row.code)).startswith(row.code)
