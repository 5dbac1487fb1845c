"""Interchanges for the tests of syntax: good ones, and Hypothesis strategies that break them."""

from __future__ import annotations

from hypothesis import strategies as st

from gateway.syntax import (
    EDIFACT_3,
    EDIFACT_4,
    EDIFACT_B,
    X12_00401,
    X12_00501,
    Delimiters,
    Dialect,
)

UNA = b"UNA:+.? '"
ORDERS = (
    UNA + b"UNB+UNOC:3+4012345000009:14+4012345000016:14+260301:0915+17++ORDERS'"
    b"UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+4711+9'DTM+137:20260301:102'"
    b"NAD+BY+4012345000009::9'LIN+1++4012345678901:EN'IMD+F++:::M?+S 5 ?'lang?' ??'"
    b"QTY+21:12'UNS+S'UNT+9+1'"
    b"UNH+2+ORDERS:D:96A:UN:EAN008'BGM+220+4712+9'FTX+AAI+++UNB?+UNH UNT IS TEXT'UNT+4+2'"
    b"UNZ+2+17'"
)
GROUPED = (
    b"UNB+UNOA:3+A:14+B:14+260301:0915+18'\r\nUNG+ORDERS+A+B+260301:0915+1+UN+D:96A'\r\n"
    b"UNH+1+ORDERS:D:96A:UN'\r\nBGM+220+1+9'\r\nUNT+3+1'\r\nUNE+1+1'\r\nUNZ+1+18'\r\n"
)
VERSION_4 = (
    b"UNA:+.?*'UNB+UNOW:4+A:14+B:14+20260301:0915+19'UNH+1+ORDERS:D:01B:UN'"
    b"RFF+ON:1*VN:2'FTX+AAI+++gr\xc3\xbcn ?* rot'UNT+4+1'UNZ+1+19'"
)
LEVEL_B = (
    b"UNB\x1dUNOB\x1f1\x1dA\x1dB\x1d260301\x1f0915\x1d20\x1cUNH\x1d1\x1dORDERS\x1f1\x1f911\x1fUN\x1c"
    b"FTX\x1dAAI\x1d\x1d\x1dWhat? It's 1+1:2\x1cUNT\x1d3\x1d1\x1cUNZ\x1d1\x1d20\x1c"
)
ISA = (
    b"ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*ACME           "
    b"*260301*0915*^*00501*000000021*0*T*>~"
)
PO850 = (
    ISA + b"GS*PO*NORTHWIND*ACME*20260301*0915*1*X*005010~"
    b"ST*850*0001~BEG*00*SA*4711**20260301~N1*ST*Main St*92*1~PO1*1*12*EA*9.5**UP*1>2~SE*5*0001~"
    b"ST*850*0002~BEG*00*SA*4712**20260301~SE*3*0002~GE*2*1~IEA*1*000000021~"
)
OLD_850 = (
    ISA.replace(b"*^*00501", b"*U*00401").replace(b"~", b"\n")
    + b"TA1*000000001*260301*0915*A*000\nGS*PO*A*B*20260301*0915*1*X*004010\n"
    b"ST*850*0001\nBEG*00*SA*4711^x\nSE*3*0001\nGE*1*1\nIEA*1*000000021\n"
)
GOOD = (ORDERS, GROUPED, VERSION_4, LEVEL_B, PO850, OLD_850)

DIALECTS = (
    Dialect("edifact", "3", EDIFACT_3, "iso8859-1", "UNOC"),
    Dialect("edifact", "4", EDIFACT_4, "utf-8", "UNOW"),
    Dialect("edifact", "1", EDIFACT_B, "ascii", "UNOB"),
    Dialect("edifact", "4", Delimiters("=", "*", ",", "?", "~", "|"), "utf-8", "UNOW"),
    Dialect("edifact", "3", Delimiters("*", "@", ".", "?", "", "#"), "iso8859-15", "UNOL"),
    Dialect("edifact", "3", Delimiters(":", "+", ".", "\\", "", "\n"), "iso8859-1", "UNOC"),
    Dialect("edifact", "3", Delimiters(":", "+", ".", "", "", "'"), "iso8859-1", "UNOC"),
    Dialect("x12", "00401", X12_00401, "utf-8"),
    Dialect("x12", "00501", X12_00501, "utf-8"),
    Dialect("x12", "00501", Delimiters("|", "\x1d", ".", "", "^", "\n"), "utf-8"),
)

_BITS = [b"'", b"?", b"??", b"?'", b"+", b":", b"\r\n", b"\n", b" ", b"~", b"*", b">", b"\x00"]
_BITS += [b"UNA:+.? '", b"UNB+UNOC:3+A+B+260301:0915+1'", b"UNH+3+X:D:96A:UN'", b"UNT+1+3'"]
_BITS += [b"UNZ+0+1'", b"'UNT+", b"UNS+S'", b"\xef\xbb\xbf", b"\xff", b"\x85", b"\x1c", b"\x1d"]
_BITS += [b"ST*850*1~", b"SE*2*1~", b"GE*1*1~", b"IEA*1*1~", ISA, b"?\r\n'", b"?\r\n?", b"''"]


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """Several good interchanges with bits put in, taken out, doubled, and lines wrapped."""
    data = b"".join(draw(st.lists(st.sampled_from(GOOD), min_size=1, max_size=2)))
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 12)))
        bit = draw(st.one_of(st.sampled_from(_BITS), st.binary(max_size=3)))
        data = data[:at] + bit + data[draw(st.sampled_from([at, end])) :]
    width = draw(st.sampled_from([0, 0, 0, 80, 7]))
    if width:
        data = b"\r\n".join(data[at : at + width] for at in range(0, len(data), width))
    return data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data


anything = st.one_of(st.binary(max_size=200), broken())


def value(dialect: Dialect) -> st.SearchStrategy[str]:
    """Text that the dialect can hold, with many service characters."""
    signs = dialect.delimiters
    special = ":+.?*'~>^=@#\\ |\"AZ09az-"
    alphabet = st.one_of(
        st.sampled_from(special),
        st.characters(
            codec=dialect.codec, exclude_categories=("Cc", "Cs"), exclude_characters="\ufffd"
        ),
    )
    if dialect.level == "UNOB":
        alphabet = st.sampled_from(" 0189.,-()/=!\"%&*;<>'+:?AZaz")
    taken = {signs.component, signs.element, signs.repetition, signs.terminator}
    if not signs.release:
        alphabet = alphabet.filter(lambda character: character not in taken)
    return st.text(alphabet, max_size=8)


@st.composite
def written(draw: st.DrawFn) -> tuple[Dialect, list[str]]:
    """A dialect and the segments of one message in normal form."""
    dialect = draw(st.sampled_from(DIALECTS))
    component = st.lists(value(dialect), min_size=1, max_size=3).map("\x1f".join)
    element = component
    if dialect.delimiters.repetition:
        element = st.lists(component, min_size=1, max_size=3).map("\x1e".join)
    tags = st.sampled_from(["FTX", "LIN", "BGM", "N1", "PO1"])
    elements = st.lists(element, max_size=4)
    segment = st.tuples(tags, elements).map(lambda pair: "\x1d".join([pair[0], *pair[1]]))
    return dialect, draw(st.lists(segment, max_size=6))
