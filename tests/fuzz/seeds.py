"""Where fuzzing starts: the files of the corpus, good interchanges, and crashers of the past."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

HERE = Path(__file__).parent
CORPUS = HERE.parent / "corpus"
REGRESSIONS = HERE / "regressions"
_LARGEST = 3000
SIGNS = (
    b"'", b"+", b":", b"?", b"*", b"~", b">", b"^", b"\n", b"\r", b" ", b"\x00", b"\x1a", b"\x1d",
    b"\x1f", b"\xe9", b"\xc3\xa9", b"\xef\xbb\xbf", b"UNA", b"UNB", b"UNH", b"UNT", b"UNZ", b"ISA",
    b"ST", b"SE", b"GS", b"GE", b"IEA", b"UNG", b"UNE", b"0", b"9", b"-", b".", b"??", b"?'",
)  # fmt: skip


@cache
def seeds() -> Sequence[bytes]:
    """Small files first; the larger ones of the corpus are left to the acceptance tests."""
    files = sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.suffix != ".tsv")
    small = [path.read_bytes() for path in files if path.stat().st_size <= _LARGEST]
    bases = sorted((HERE.parent / "acknowledge" / "bases").glob("*.edi"))
    return (*(path.read_bytes() for path in bases), *small)


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A seed after some changes: bytes put in, taken out, doubled, moved, cut off."""
    data = bytearray(draw(st.sampled_from(seeds())))
    for _ in range(draw(st.integers(0, 6))):
        size = len(data)
        at, other = draw(st.integers(0, size)), draw(st.integers(0, size))
        first, last = min(at, other), min(max(at, other), min(at, other) + 80)
        match draw(st.integers(0, 5)):
            case 0:
                data[at:at] = draw(st.sampled_from(SIGNS))
            case 1:
                del data[first:last]
            case 2:
                data[at:at] = data[first:last]
            case 3:
                data[at : at + 1] = draw(st.sampled_from(SIGNS))
            case 4:
                data[at:at] = draw(st.binary(max_size=8))
            case _:
                if draw(st.booleans()):
                    del data[at:]
    return bytes(data)


anything = st.one_of(broken(), st.binary(max_size=200))
