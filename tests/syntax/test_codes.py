"""Every S1xx code: what provokes it, where it points to, and that nothing else is reported."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.problems import REGISTRY, Problem, Severity
from gateway.syntax import (
    EDIFACT_3,
    X12_00401,
    Dialect,
    Kind,
    Limits,
    build,
    read_bytes,
    write_segments,
)
from tests.syntax.interchanges import ISA, UNA

UNB = b"UNB+UNOC:3+A+B+260301:0915+1'"
UNZ = b"UNZ+1+1'"
MESSAGE = b"UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'UNT+3+1'"
GS = b"GS*PO*A*B*20260301*0915*1*X*004010~GE*0*1~IEA*1*000000021~"


def message(*segments: bytes) -> bytes:
    return UNB + b"UNH+1+ORDERS:D:96A:UN'" + b"".join(segments) + b"UNT+3+1'" + UNZ


READ: list[tuple[str, str, bytes, bytes]] = [
    # code, what it is about, the file, the bytes that it points to (with all after them)
    ("S101", "text that is no EDI", b"Dear partner, UNB+UNOC:3", b"Dear partner"),
    ("S101", "junk after an interchange", UNB + UNZ + b"\r\nbye", b"bye"),
    ("S101", "junk after UNA", UNA + b"\r\nBGM+1'", b"BGM+1'"),
    ("S102", "a segment before the first message", UNB + b"BGM+220'" + MESSAGE + UNZ, b"BGM+220'"),
    ("S102", "a second UNT", UNB + MESSAGE + b"UNT+3+1'" + UNZ, b"UNT+3+1'UNZ"),
    ("S102", "X12 without ST", ISA + b"BEG*00~" + GS, b"BEG*00"),
    ("S103", "a byte order mark", b"\xef\xbb\xbf" + UNB + UNZ, b"\xef\xbb\xbf"),
    ("S104", "element separator = component separator", b"UNA++.? '" + UNB + UNZ, b"+.? '"),
    ("S104", "release = terminator", b"UNA:+.' '" + UNB + UNZ, b"'UNB"),
    ("S104", "repetition = element", b"UNA:+.?+'" + UNB.replace(b":3", b":4") + UNZ, b"UNB"),
    ("S105", "a letter as terminator", b"UNA:+.? X" + UNB + UNZ, b"XUNB"),
    ("S105", "UNA of five characters", b"UNA:+.?'" + UNB + UNZ, b"UNA:"),
    ("S105", "UNA at the end", b"UNA:+", b"UNA:+"),
    ("S105", "other separators without UNA", b"UNB*UNOC=3*A*B~", b"UNB*"),
    ("S105", "ISA with too few elements", b"ISA*00*x~GS*PO~", b"ISA*"),
    ("S106", "an unknown level", UNB.replace(b"UNOC", b"IATB") + UNZ, b"UNB"),
    ("S106", "an unknown version", UNB.replace(b":3", b":9") + UNZ, b"UNB"),
    ("S107", "ISO 2022", UNB.replace(b"UNOC", b"UNOX") + UNZ, b"UNB"),
    ("S107", "UTF-16 in 0133", UNB.replace(b"UNOC:3", b"UNOY:4::8") + UNZ, b"UNB"),
    ("S108", "UNOY without 0133", UNB.replace(b"UNOC:3", b"UNOY:4") + UNZ, b"UNB"),
    ("S110", "8859-1 in UTF-8", message(b"FTX+a\xfcb'").replace(b"OC:3", b"OW:4"), b"\xfcb"),
    ("S110", "an umlaut in UNOA", message(b"FTX+\xfc'").replace(b"UNOC", b"UNOA"), b"\xfc'"),
    ("S110", "cp1252 in X12", ISA + b"ST*850*1~N1*\x80~SE*3*1~" + GS, b"\x80~"),
    ("S111", "NUL in the data", message(b"FTX+a\x00'"), b"\x00'"),
    ("S111", "a C1 control in 8859-1", message(b"FTX+a\x85'"), b"\x85'"),
    ("S111", "a normal form separator", message(b"FTX+a\x1db'"), b"\x1db"),
    ("S111", "a released control", message(b"FTX+a?\x1fb'"), b"\x1fb"),
    ("S112", "lower case in UNOA", message(b"FTX+A'FTX+B:b'").replace(b"OC", b"OA"), b"b'UNT"),
    ("S112", "@ in UNOB", message(b"COM+a@b'").replace(b"UNOC", b"UNOB"), b"@b"),
    ("S113", "a release without need", message(b"FTX+a?b'"), b"?b"),
    ("S114", "a release as last byte", UNB + b"UNH+1?", b"?"),
    ("S115", "UTF-8 in UNOC", message(b"FTX+Z\xc3\xbcrich'"), b"\xc3\xbc"),
    ("S121", "a wrapped line", message(b"FTX+a\r\nb'"), b"\r\nb"),
    ("S121", "a wrapped line after a release", message(b"FTX+a?\n'b'"), b"\n'b"),
    ("S122", "two terminators", message(b"FTX+a''"), b"'UNT"),
    ("S122", "a terminator behind the end", UNB + UNZ + b"'", b"'"),
    ("S123", "no terminator at the end", UNB + b"UNH+1", b""),
    ("S124", "binary data", ISA + b"ST*275*1~BIN*3*a\nb~SE*3*1~" + GS, b"\nb"),
    ("S131", "short ISA elements", ISA.replace(b"ACME     ", b"ACME") + GS, b"ISA"),
    ("S132", "no ISA16", ISA.replace(b"*>~", b"~\n") + GS.replace(b"~", b"~\n"), b"ISA"),
    ("S132", "no ISA16 nor its separator", ISA.replace(b"*T*>~", b"*T~") + GS, b"ISA"),
    ("S133", "something else after ISA", ISA + b"BEG*00~" + GS, b"ISA"),
]
ALONGSIDE = {
    "junk after UNA": set(),
    "a release as last byte": {"S123"},
    "a wrapped line after a release": set(),
    "X12 without ST": {"S133"},
    "something else after ISA": {"S102"},
    "UTF-16 in 0133": set(),
    "a terminator behind the end": set(),
    "a released control": set(),
}


def problems(data: bytes, **settings: object) -> list[Problem]:
    parts = read_bytes(data, **settings)  # type: ignore[arg-type]
    return [found for part in parts for found in part.problems]


@pytest.mark.parametrize(("code", "about", "data", "pointed"), READ, ids=[row[1] for row in READ])
def test_reading_reports(code: str, about: str, data: bytes, pointed: bytes) -> None:
    found = problems(data)
    assert {item.code for item in found} == {code} | ALONGSIDE.get(about, set())
    item = next(item for item in found if item.code == code)
    assert item.place.offset is not None
    assert data[item.place.offset :].startswith(pointed)
    assert pointed or item.place.offset == len(data)
    assert "?" not in item.remedy.replace("+.?", "").replace("??", "").replace("a ? ", "")


def test_an_agreed_codec_is_reported_and_used() -> None:
    data = message("FTX+€'".encode("cp1252"))
    parts = read_bytes(data, codec="cp1252")
    assert [found.code for part in parts for found in part.problems] == ["S109"]
    assert parts[1].segments[1] == "FTX\x1d€"


def test_places_count_segments_elements_components() -> None:
    (found,) = problems(message(b"BGM+220'", b"FTX+AAI+++a:b\x07c'"))
    place = found.place
    assert (place.segment, place.tag, place.element, place.component) == (3, "FTX", 4, 2)
    (found,) = problems(message(b"BGM+220'", b"FTX+AAI+++a\x07c'"))
    assert (found.place.element, found.place.component) == (4, None)
    (found,) = problems(message(b"BGM+220'", b"FTX+AAI+++A:b'").replace(b"UNOC", b"UNOA"))
    place = found.place
    assert (place.segment, place.tag, place.element, place.component) == (3, "FTX", 4, 2)


@pytest.mark.parametrize(
    ("code", "limits", "data"),
    [
        ("S141", Limits(segment_bytes=50), message(b"FTX+" + b"a" * 200 + b"'")),
        ("S141", Limits(segment_bytes=50), UNB + b"?" * 333),
        ("S142", Limits(message_bytes=60), message(*[b"FTX+a'"] * 20)),
        ("S143", Limits(segments_per_message=4), message(*[b"FTX+a'"] * 20)),
    ],
)
def test_limits_cut_and_go_on(code: str, limits: Limits, data: bytes) -> None:
    parts = read_bytes(data + UNB + MESSAGE + UNZ, limits=limits)
    assert code in {found.code for part in parts for found in part.problems}
    assert b"".join(part.raw for part in parts) == data + UNB + MESSAGE + UNZ
    assert max(len(part.raw) for part in parts) <= max(limits.segment_bytes, 60) or code == "S143"


def test_a_cut_message_is_refused_and_the_next_one_is_read() -> None:
    data = UNB + b"UNH+1+X'FTX+" + b"a" * 300 + b"'UNT+3+1'" + MESSAGE + UNZ
    parts = read_bytes(data, limits=Limits(segment_bytes=100))
    messages = [part for part in parts if part.kind is Kind.MESSAGE]
    assert [found.code for found in messages[0].problems] == ["S141"]
    assert messages[1].problems == () and messages[1].raw == MESSAGE


UNOC = Dialect("edifact", "3", EDIFACT_3, "iso8859-1", "UNOC")
X12 = Dialect("x12", "00401", X12_00401, "utf-8")


@pytest.mark.parametrize(
    ("code", "dialect", "segment", "position"),
    [
        ("S151", X12, build("N1", "BY", "a*b"), (2, None)),
        ("S151", X12, build("N1", "BY", ["a", "b~"]), (2, 2)),
        ("S151", replace(UNOC, delimiters=replace(EDIFACT_3, release="")), "FTX\x1da'", (1, None)),
        ("S152", UNOC, build("FTX", "AAI", "", "", ["", "€"]), (4, 2)),
        ("S152", replace(UNOC, level="UNOA", codec="ascii"), build("FTX", "a"), (1, None)),
        ("S153", UNOC, build("FTX", "a\nb"), (1, None)),
        ("S153", UNOC, build("FTX", "a\x1db"), (1, None)),
        ("S153", replace(UNOC, codec="utf-8", level="UNOW"), build("FTX", "\ufffd"), (1, None)),
        ("S154", UNOC, build("RFF", [["a"], ["b"]]), (1, None)),
    ],
)
def test_writing_refuses(code: str, dialect: Dialect, segment: str, position: object) -> None:
    wire, found = write_segments(["UNS\x1dS", segment], dialect)
    assert wire == b""
    assert [item.code for item in found] == [code]
    place = found[0].place
    assert (place.segment, place.tag) == (2, segment[: segment.index("\x1d")])
    assert (place.element, place.component) == position


def test_every_code_has_a_case_here() -> None:
    here = {row[0] for row in READ} | {"S109", "S141", "S142", "S143"}
    here |= {"S151", "S152", "S153", "S154"}
    assert {code for code in REGISTRY if code.startswith("S1")} == here


def test_the_trailer_may_lack_its_terminator_with_a_warning() -> None:
    (found,) = problems(UNB + MESSAGE + UNZ[:-1] + b"\r\n")
    assert (found.code, found.severity) == ("S123", Severity.WARNING)
