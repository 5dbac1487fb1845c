"""ISX of X12 release 007040 names a release character; before, X12 has none."""

from __future__ import annotations

import pytest

from gateway.syntax import Kind, Part, elements, read_bytes, write_segments

ISA = (
    "ISA*00*          *00*          *ZZ*ACME           *ZZ*NORTHWIND      *200711*0100*^"
    "*{version}*000000001*0*T*:~"
)
REST = r"GS*PO*AC\*ME*NORTH\~WIND*20200711*010015*1*X*007040~GE*0*1~IEA*1*000000001~"


def _read(version: str, extension: str, rest: str = REST) -> list[Part]:
    data = (ISA.format(version=version) + extension + rest).encode()
    parts = read_bytes(data)
    assert b"".join(part.raw for part in parts) == data
    return parts


def test_a_released_separator_is_data() -> None:
    parts = _read("00704", "ISX*\\~")
    assert [part.kind for part in parts] == [
        *(Kind.HEADER, Kind.CONTROL, Kind.GROUP_HEADER, Kind.GROUP_TRAILER, Kind.TRAILER)
    ]
    assert elements(parts[2].segments[0])[2:4] == [[["AC*ME"]], [["NORTH~WIND"]]]
    assert not any(part.problems for part in parts)


def test_it_is_written_released_again() -> None:
    group = _read("00704", "ISX*\\~\r\n")[3]
    assert group.dialect is not None
    assert write_segments(group.segments, group.dialect)[0] == group.raw


@pytest.mark.parametrize(
    "extension", ["ISX**UTF-8~", "ISX*A~", "ISX*^~", "ISX*::~", "ISX~", "ISX*##~"]
)
def test_an_unusable_release_character_releases_nothing(extension: str) -> None:
    parts = _read("00704", extension)
    group = next(part for part in parts if part.kind is Kind.GROUP_HEADER)
    assert elements(group.segments[0])[2:4] == [[["AC\\"]], [["ME"]]]


def test_an_older_release_has_no_such_segment() -> None:
    parts = _read("00501", "ISX*\\~")
    assert "S133" in {found.code for part in parts for found in part.problems}
    assert parts[1].kind is Kind.JUNK
