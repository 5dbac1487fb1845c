"""Writing, normal form, and finding places again, by example."""

from __future__ import annotations

import pytest

from gateway.syntax import (
    EDIFACT_3,
    EDIFACT_4,
    X12_00501,
    Dialect,
    Kind,
    build,
    detect,
    elements,
    locate,
    read_bytes,
    service_string_advice,
    spans,
    write_segments,
)
from tests.syntax.interchanges import GOOD, ISA

UNOC = Dialect("edifact", "3", EDIFACT_3, "iso8859-1", "UNOC")
UNOW = Dialect("edifact", "4", EDIFACT_4, "utf-8", "UNOW")
X12 = Dialect("x12", "00501", X12_00501, "utf-8")


def test_build_trims_trailing_empties_only() -> None:
    assert build("NAD", "BY", ["4012345000009", "", "9"]) == "NAD\x1dBY\x1d4012345000009\x1f\x1f9"
    assert build("NAD", "BY", "", ["", ""], [["", ""], [""]]) == "NAD\x1dBY"
    assert build("FTX", "AAI", "", "", ["", "x", ""]) == "FTX\x1dAAI\x1d\x1d\x1d\x1fx"
    assert build("UNS") == "UNS"
    assert build("RFF", [["ON", "1"], ["VN", "2", ""]]) == "RFF\x1dON\x1f1\x1eVN\x1f2"


def test_elements_are_counted_from_the_tag() -> None:
    assert elements("RFF\x1dON\x1f1\x1eVN\x1d") == [[["RFF"]], [["ON", "1"], ["VN"]], [[""]]]


@pytest.mark.parametrize(
    ("dialect", "segment", "wire"),
    [
        (UNOC, build("FTX", "a+b:c'd?"), b"FTX+a?+b?:c?'d??'"),
        (UNOC, build("FTX", "a*b"), b"FTX+a*b'"),
        (UNOW, build("FTX", "a*b"), b"FTX+a?*b'"),
        (UNOW, build("RFF", [["ON", "1"], ["VN"]]), b"RFF+ON:1*VN'"),
        (UNOC, build("FTX", "Zürich"), b"FTX+Z\xfcrich'"),
        (UNOW, build("FTX", "Zürich"), b"FTX+Z\xc3\xbcrich'"),
        (UNOC, "NAD\x1dBY\x1d\x1d", b"NAD+BY++'"),
        (X12, build("PO1", "1", ["a", "b"], [["c"], ["d"]]), b"PO1*1*a>b*c^d~"),
    ],
)
def test_writing(dialect: Dialect, segment: str, wire: bytes) -> None:
    assert write_segments([segment], dialect) == (wire, [])


def test_line_breaks_are_put_after_terminators_by_wish() -> None:
    assert write_segments(["UNS\x1dS"] * 2, UNOC, line_breaks=True)[0] == b"UNS+S'\r\nUNS+S'\r\n"


def test_nothing_is_written_from_nothing() -> None:
    assert write_segments([], UNOC) == (b"", [])


def test_isa_holds_its_delimiters_as_data() -> None:
    (isa, *_) = read_bytes(ISA + b"IEA*0*000000021~")
    assert write_segments(isa.segments, X12) == (ISA, [])
    wrong = isa.segments[0].replace("NORTHWIND", "NORTH>IND")
    assert [found.code for found in write_segments([wrong], X12)[1]] == ["S151"]


@pytest.mark.parametrize("data", GOOD)
def test_good_interchanges_are_written_back_segment_by_segment(data: bytes) -> None:
    for part in read_bytes(data):
        if part.dialect is not None:
            for span in spans(part):
                assert write_segments([span.text], part.dialect) == (span.raw, [])


def test_service_string_advice() -> None:
    assert service_string_advice(EDIFACT_3) == b"UNA:+.? '"
    assert service_string_advice(EDIFACT_4) == b"UNA:+.?*'"


FILE = (
    b"UNB+UNOW:4+A+B+260301:0915+1'\r\nUNH+1+X'\r\n"
    b"FTX+AAI++gr\xc3\xbcn:?'?+:c*d+z'\r\nUNT+3+1'\r\nUNZ+1+1'"
)


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ((1,), b"UNH"),
        ((2,), b"FTX"),
        ((2, 1), b"AAI"),
        ((2, 2), b"+"),
        ((2, 3), b"gr\xc3\xbcn:?'?+:c*d"),
        ((2, 3, 1), b"gr\xc3\xbcn"),
        ((2, 3, 2), b"?'?+"),
        ((2, 3, 3), b"c"),
        ((2, 3, 4), b"*"),
        ((2, 3, 1, 2), b"d"),
        ((2, 3, None, 2), b"d"),
        ((2, 4), b"z"),
        ((2, 5), b"'"),
        ((2, 9, 2), b"'"),
        ((3, 1), b"3"),
        ((4,), b"\r"),
    ],
)
def test_locate(place: tuple[int | None, ...], found: bytes) -> None:
    (message,) = [part for part in read_bytes(FILE) if part.kind is Kind.MESSAGE]
    offset, width = locate(message, *place)  # type: ignore[arg-type]
    assert FILE[offset : offset + width] == found


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"UNA:+.? 'UNB+", "edifact"),
        (b"\xef\xbb\xbf\r\nUNB+UNOA:1+", "edifact"),
        (b"UNBELIEVABLE;1", "csv"),
        (b"ISA*00*", "x12"),
        (b"ISAAC,1", "csv"),
        (b"<?xml version='1.0'?>", "xml"),
        (b"\xff\xfe<\x00?\x00x\x00", "xml"),
        (b' {"a": 1}', "json"),
        (b"[1]", "json"),
        (b"{}", "json"),
        (b"order;line\n1;2\n", "csv"),
        (b"a\tb\n", "csv"),
        (b"", "empty"),
        (b"\r\n \r\n", "empty"),
        (b"PK\x03\x04", "binary"),
        (b"hello", "unknown"),
    ],
)
def test_detect(head: bytes, name: str) -> None:
    assert detect(head) == name
