"""Reading, by example: what the parts of an interchange are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.problems import has_errors
from gateway.syntax import EDIFACT_3, EDIFACT_4, EDIFACT_B, Delimiters, Kind, read, read_bytes
from tests.syntax.interchanges import GOOD, GROUPED, ISA, LEVEL_B, OLD_850, ORDERS, PO850, VERSION_4

K = Kind
UNB = b"UNB+UNOC:3+A+B+260301:0915+1'"


def kinds(data: bytes) -> list[Kind]:
    return [part.kind for part in read_bytes(data) if part.kind is not Kind.NOISE]


def message(data: bytes, number: int = 0, **settings: str) -> tuple[str, ...]:
    parts = read_bytes(data, **settings)  # type: ignore[arg-type]
    return [part.segments for part in parts if part.kind is Kind.MESSAGE][number]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (ORDERS, [K.ADVICE, K.HEADER, K.MESSAGE, K.MESSAGE, K.TRAILER]),
        (
            GROUPED,
            [K.HEADER, K.GROUP_HEADER, K.MESSAGE, K.GROUP_TRAILER, K.TRAILER],
        ),
        (
            PO850,
            [K.HEADER, K.GROUP_HEADER, K.MESSAGE, K.MESSAGE, K.GROUP_TRAILER, K.TRAILER],
        ),
        (
            OLD_850,
            [K.HEADER, K.CONTROL, K.GROUP_HEADER, K.MESSAGE, K.GROUP_TRAILER, K.TRAILER],
        ),
        (LEVEL_B, [K.HEADER, K.MESSAGE, K.TRAILER]),
    ],
)
def test_the_parts_of_an_interchange(data: bytes, expected: list[Kind]) -> None:
    assert kinds(data) == expected


def test_several_interchanges_of_both_standards_each_with_its_own_service_characters() -> None:
    parts = read_bytes(b"\r\n\x1a".join([*GOOD, *GOOD]))
    headers = [part for part in parts if part.kind is Kind.HEADER]
    standards = ["edifact"] * 4 + ["x12"] * 2
    assert [part.dialect.standard for part in headers if part.dialect] == standards * 2
    assert not any(part.problems for part in parts)


def test_normal_form_keeps_trailing_empties_and_undoes_releases() -> None:
    data = UNB + b"UNH+1+X'NAD+BY++'FTX+a?+b?:c?'d??+:'UNT+4+1'UNZ+1+1'"
    assert message(data) == (
        "UNH\x1d1\x1dX",
        "NAD\x1dBY\x1d\x1d",
        "FTX\x1da+b:c'd?\x1d\x1f",
        "UNT\x1d4\x1d1",
    )


def test_a_doubled_release_before_a_terminator_ends_the_segment() -> None:
    data = UNB + b"UNH+1+X'FTX+a??'FTX+b???'c'UNT+4+1'UNZ+1+1'"
    assert message(data)[1:3] == ("FTX\x1da?", "FTX\x1db?'c")


def test_envelope_tags_inside_data_are_data() -> None:
    data = UNB + b"UNH+1+X'FTX+?'UNT+3+1?'+UNH+UNB+UNZ'UNT+3+1'UNZ+1+1'"
    assert kinds(data) == [K.HEADER, K.MESSAGE, K.TRAILER]
    assert message(data)[1] == "FTX\x1d'UNT\x1d3\x1d1'\x1dUNH\x1dUNB\x1dUNZ"


def test_text_before_an_interchange_is_junk_and_the_interchange_is_read() -> None:
    parts = read_bytes(b"Subject: order\n" + ORDERS)
    assert (parts[0].kind, parts[0].raw) == (K.JUNK, b"Subject: order\n")
    assert kinds(b"Subject: order\n" + ORDERS)[1:] == kinds(ORDERS)


def test_a_header_inside_a_line_of_text_starts_no_interchange() -> None:
    parts = read_bytes(b"Subject: " + ORDERS.replace(b"\n", b""))
    assert parts[0].kind is K.JUNK
    assert "byte 9" in parts[0].problems[0].sentence


def test_a_message_without_trailer_ends_before_the_next_envelope_segment() -> None:
    cut = UNB + b"UNH+1+X'BGM+1'\r\nUNH+2+X'BGM+2'UNZ+2+1'"
    assert kinds(cut) == [K.HEADER, K.MESSAGE, K.MESSAGE, K.TRAILER]
    assert message(cut) == ("UNH\x1d1\x1dX", "BGM\x1d1")
    no_trailer = UNB + b"UNH+1+X'BGM+1'" + ORDERS
    assert kinds(no_trailer)[:4] == [K.HEADER, K.MESSAGE, K.ADVICE, K.HEADER]


def test_stray_segments_are_junk_that_still_can_be_explained() -> None:
    (junk,) = [
        part
        for part in read_bytes(UNB + b"BGM+1'\r\nDTM+2'UNH+1+X'UNT+2+1'UNZ+1+1'")
        if part.kind is K.JUNK
    ]
    assert junk.segments == ("BGM\x1d1", "DTM\x1d2")
    assert junk.problems[0].registered.edifact == "33"


def test_lines_wrapped_at_80_columns_read_as_if_they_were_not() -> None:
    wrapped = b"\r\n".join(ORDERS[at : at + 80] for at in range(0, len(ORDERS), 80))
    assert message(wrapped) == message(ORDERS)
    assert message(wrapped, 1) == message(ORDERS, 1)
    assert {found.code for part in read_bytes(wrapped) for found in part.problems} == {"S121"}


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r", b"  \n", b"\n\n"])
def test_noise_after_terminators_is_no_data(end: bytes) -> None:
    data = GROUPED.replace(b"\r\n", end)
    parts = read_bytes(data)
    assert message(data) == message(GROUPED)
    assert not any(part.problems for part in parts)


@pytest.mark.parametrize(
    ("head", "delimiters"),
    [
        (b"UNB+UNOC:3+", EDIFACT_3),
        (b"UNB+UNOC:4+", EDIFACT_4),
        (b"UNB\x1dUNOB\x1f3\x1d", EDIFACT_B),
        (b"UNA:+,? 'UNB+UNOC:4+", replace(EDIFACT_3, decimal=",")),
        (b"UNA:+.?*'UNB+UNOC:4+", EDIFACT_4),
        (b"UNA:+.?*'UNB+UNOC:3+", EDIFACT_3),
        (b"UNA:+.  'UNB+UNOC:3+", replace(EDIFACT_3, release="")),
        (b"UNA*@.? #UNB@UNOC*3@", Delimiters("*", "@", ".", "?", "", "#")),
    ],
)
def test_edifact_service_characters(head: bytes, delimiters: Delimiters) -> None:
    end = delimiters.terminator.encode()
    parts = read_bytes(head + b"A" + end)
    (header,) = [part for part in parts if part.kind is K.HEADER]
    assert header.dialect is not None and header.dialect.delimiters == delimiters


@pytest.mark.parametrize(
    ("syntax", "text", "codec"),
    [
        ("UNOC:3", "Zürich", "iso8859-1"),
        ("UNOD:3", "Łódź", "iso8859-2"),
        ("UNOE:3", "Москва", "iso8859-5"),
        ("UNOF:3", "Αθήνα", "iso8859-7"),
        ("UNOL:4", "10 €", "iso8859-15"),
        ("UNOW:4", "Zürich Łódź 東京", "utf-8"),
        ("UNOY:4::7", "東京", "utf-8"),
        ("UNOY:4::4", "Zürich", "cp850"),
    ],
)
def test_charsets(syntax: str, text: str, codec: str) -> None:
    data = f"UNB+{syntax}+A+B+260301:0915+1'UNH+1+X'FTX+{text}'UNT+3+1'UNZ+1+1'".encode(codec)
    assert message(data)[1] == f"FTX\x1d{text}"
    assert not any(part.problems for part in read_bytes(data))


def test_the_agreement_overrides_the_declared_charset() -> None:
    data = UNB.replace(b"UNOC", b"UNOA") + "UNH+1+X'FTX+Zürich'UNT+3+1'UNZ+1+1'".encode("cp1252")
    assert any(has_errors(part.problems) for part in read_bytes(data))
    parts = read_bytes(data, codec="cp1252")
    assert not any(has_errors(part.problems) for part in parts)
    assert message(data, codec="cp1252")[1] == "FTX\x1dZürich"


@pytest.mark.parametrize("codec", ["cp500", "utf-16", "shift_jis", "base64"])
def test_codecs_that_hide_delimiters_are_refused(codec: str) -> None:
    with pytest.raises((ValueError, LookupError)):
        read_bytes(ORDERS, codec=codec)


def test_a_byte_order_mark_makes_the_interchange_utf_8() -> None:
    data = b"\xef\xbb\xbf" + UNB + "UNH+1+X'FTX+Zürich'UNT+3+1'UNZ+1+1'".encode()
    assert message(data)[1] == "FTX\x1dZürich"
    latin = b"\xef\xbb\xbf" + UNB + "UNH+1+X'FTX+Zürich'UNT+3+1'UNZ+1+1'".encode("latin-1")
    assert any(has_errors(part.problems) for part in read_bytes(latin))


@pytest.mark.parametrize(
    ("version", "isa11", "repetition"),
    [
        ("00401", "U", ""),
        ("00401", "^", ""),
        ("00402", "^", "^"),
        ("00501", "^", "^"),
        ("00602", "`", "`"),
        ("00501", "U", ""),
        ("00501", ">", ""),
    ],
)
def test_x12_repetition_only_from_00402_on(version: str, isa11: str, repetition: str) -> None:
    data = ISA.decode().replace("*^*00501", f"*{isa11}*{version}").encode()
    header = read_bytes(data + b"IEA*0*000000021~")[0]
    assert header.dialect is not None
    assert header.dialect.delimiters.repetition == repetition
    assert header.dialect.version == version
    assert header.segments[0].split("\x1d")[11::5] == [isa11, ">"]


@pytest.mark.parametrize(
    ("isa", "component", "terminator"),
    [
        (ISA, ">", "~"),
        (ISA.replace(b"~", b"\r"), ">", "\r"),
        (ISA.replace(b"~", b"\n"), ">", "\n"),
        (ISA.replace(b"*ZZ*ACME", b"\n*ZZ*ACME"), ">", "~"),
        (ISA.replace(b">~", b">\n~"), ">", "~"),
        (ISA.replace(b"ACME           ", b"ACME"), ">", "~"),
        (ISA.replace(b"*>~", b"*~\n"), "", "~"),
        (ISA.replace(b"*>~", b"~"), "", "~"),
        (ISA.replace(b"~", "…".encode()), ">", "…"),
    ],
)
def test_isa_is_read_in_spite_of_padding_wrapping_and_odd_terminators(
    isa: bytes, component: str, terminator: str
) -> None:
    end = terminator.encode()
    if isa.endswith(b"~\n"):
        end += b"\n"
    body = b"GS*PO*A*B*20260301*0915*1*X*005010~ST*850*1~BEG*00~SE*3*1~GE*1*1~IEA*1*000000021~"
    data = isa + body.replace(b"~", end)
    parts = read_bytes(data)
    assert parts[0].dialect is not None
    assert parts[0].dialect.delimiters.component == component
    assert parts[0].dialect.delimiters.terminator == terminator
    assert message(data) == ("ST\x1d850\x1d1", "BEG\x1d00", "SE\x1d3\x1d1")
    assert parts[0].raw + b"".join(part.raw for part in parts[1:]) == data


def test_ship_to_is_not_the_next_transaction_set() -> None:
    assert "N1\x1dST\x1dMain St\x1d92\x1d1" in message(PO850)


def test_repetitions_of_version_4() -> None:
    assert message(VERSION_4)[1:3] == (
        "RFF\x1dON\x1f1\x1eVN\x1f2",
        "FTX\x1dAAI\x1d\x1d\x1dgrün * rot",
    )


def test_reading_is_lazy() -> None:
    def endless():
        yield UNB
        while True:
            yield b"UNH+1+X'" + b"FTX+a'" * 20_000 + b"UNT+3+1'"

    parts = read(endless())
    assert [next(parts).kind for _ in range(3)] == [K.HEADER, K.MESSAGE, K.MESSAGE]


def test_junk_between_two_interchanges_costs_neither_of_them() -> None:
    good = GOOD[0]
    letter = b"\r\nDear partner, UNB+UNOC:3 stands in this line\r\n"
    parts = read_bytes(good + letter + good)
    kinds = [part.kind for part in parts]
    assert kinds.count(Kind.HEADER) == kinds.count(Kind.TRAILER) == 2
    junk = [part for part in parts if part.kind is Kind.JUNK]
    assert [found.code for part in junk for found in part.problems] == ["S101"]
    assert b"".join(part.raw for part in parts) == good + letter + good
