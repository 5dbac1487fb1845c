"""Random IDocs come back; random bytes never raise."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.grammar.idoc import kinds
from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.idoc.load import load_idoc
from gateway.grammar.idoc.places import Place
from gateway.grammar.idoc.settings import Settings
from gateway.grammar.idoc.tree import Idoc, Segment
from gateway.syntax.idocflat import joined, lines

ROOT = Path(__file__).resolve().parents[2]
SIGNS = string.ascii_letters + string.digits + " .,-/&<>'äß€"
LAW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
VALUES = {
    "date": st.dates().map(lambda day: f"{day:%Y%m%d}".zfill(8)),
    "time": st.times().map(lambda time: f"{time:%H%M%S}"),
}


def format_of(name: str, **changes: Any) -> IdocFormat:
    found = load_idoc([ROOT / "grammars"], "idoc", name)
    assert found is not None
    return IdocFormat(name, found.type, Settings(**changes))


FORMATS = {name: format_of(name) for name in ("ORDERS05", "INVOIC02", "DELVRY07")}


def value(name: str, width: int) -> st.SearchStrategy[str]:
    """A value that a field of this name may hold."""
    what = kinds.kind(name)
    if what in VALUES:
        return VALUES[what]
    if what == "decimal":
        return st.integers(0, 10 ** min(width - 1, 9) - 1).map(str)
    text = st.text(SIGNS, min_size=1, max_size=min(width, 12))
    return text.map(lambda one: one.rstrip() or "x")


@st.composite
def segments(draw: st.DrawFn, found: IdocFormat, place: Place) -> list[Segment]:
    """Some of the segments that may stand below a place, all that must."""
    made = []
    for kid in place.kids.values():
        many = draw(st.integers(int(kid.mandatory), 2 if kid.mandatory else 1 if made else 2))
        if not kid.mandatory and draw(st.integers(0, 3)):
            continue
        for _ in range(min(many, kid.most)):
            slices = found.flat.slices[kid.name]
            chosen = draw(st.lists(st.sampled_from(slices), max_size=4, unique=True))
            fields = {
                name: draw(value(name, end - at))
                for name, at, end in sorted(chosen, key=lambda one: one[1])
            }
            made.append(Segment(kid.name, fields, draw(segments(found, kid))))
    return made


def shape(made: list[Segment]) -> list[Any]:
    """Type, fields and kids, without what a file adds."""
    return [(one.type, one.fields, shape(one.kids)) for one in made]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "changes", [{"records": "padded"}, {"records": "trimmed", "newline": "\r\n"}, {"form": "xml"}]
)
def test_a_random_idoc_comes_back(name: str, changes: dict[str, Any]) -> None:
    found = IdocFormat(name, FORMATS[name].type, Settings(**changes))

    @LAW
    @given(segments(found, found.flat.root))
    def law(made: list[Segment]) -> None:
        control = {"TABNAM": "EDI_DC40", "DOCNUM": "7".zfill(16), "IDOCTYP": name, "MESTYP": "X"}
        data, problems = found.encoded([Idoc(control, made)])
        assert problems == []
        (again,), problems = found.idocs(data)
        assert problems == []
        assert again.control == control
        assert shape(again.segments) == shape(made)
        assert found.encoded([again]) == (data, [])

    law()


@LAW
@given(st.binary(max_size=3000))
def test_no_bytes_raise(data: bytes) -> None:
    for found in FORMATS.values():
        found.read(data)


LINE = st.builds(
    lambda name, rest: f"{name:<30}{rest}",
    st.sampled_from(
        ("EDI_DC40  100", "E2EDK01005", "E2EDP01011", "E2EDP20002", "ZX1", "E2EDL37006")
    ),
    st.text(string.digits + " AZ", max_size=80),
)


@settings(LAW, max_examples=60)
@given(st.lists(LINE, max_size=25), st.sampled_from(("\n", "\r\n")))
def test_no_lines_raise(found_lines: list[str], newline: str) -> None:
    data = newline.join(found_lines).encode()
    for found in FORMATS.values():
        reading = found.read(data)
        trees, _ = found.idocs(data)
        # nothing is lost, whatever the lines are: of all that belongs to an IDoc
        written, _ = found.encoded(trees)
        assert written == b"".join(one.source for one in reading.found)


@settings(LAW, max_examples=200)
@given(st.text("ab\r\n\x1a", max_size=12))
def test_lines_end_where_any_signs_of_ends_stand(text: str) -> None:
    found = list(lines(text))
    assert joined(found) == text
    assert [one.text for one in found if one.text] == re.findall(r"[^\r\n\x1a]+", text)
    assert len(found) == len(re.findall(r"^(?=[\r\n\x1a])|[^\r\n\x1a]+", text))


SAMPLE = (Path(__file__).parent / "files" / "DESADV_DELVRY07_2001.xml").read_bytes()


@LAW
@given(st.integers(0, len(SAMPLE) - 1), st.binary(max_size=4), st.integers(0, 6))
def test_broken_xml_does_not_raise(at: int, put: bytes, cut: int) -> None:
    FORMATS["DELVRY07"].read(SAMPLE[:at] + put + SAMPLE[at + cut :])
