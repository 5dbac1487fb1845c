"""Layout files, and the law of all layouts that ship: ``read(write(records)) == records``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.grammar.layout import (
    Layout,
    LayoutError,
    RecordLayout,
    load_layout,
    read_layout,
)
from gateway.syntax.record import Record

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""The records are large: shrinking one takes minutes and tells little more."""
GRAMMARS = Path(__file__).resolve().parents[2] / "grammars"
SHIPPED = [(kind, name) for kind in ("csv", "json")
           for name in ("order", "orderresponse", "despatch", "invoice")]  # fmt: skip
HEAD = "format: csv\nrecord:\n  code: H\n  fields:\n    a: {}\n"


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("a: [", [("F130", 1)]),
        ("- a", [("F132", 1), ("F133", 1)]),
        (HEAD + "colour: red\n", [("F131", 6)]),
        (HEAD + "delimiter: ab\n", [("F132", 6)]),
        (HEAD + "dates: DD.MM\n", [("F132", 6)]),
        (HEAD + "    b: {max: many}\n", [("F132", 6)]),
        (HEAD + "    b: {type: float}\n", [("F132", 6)]),
        (HEAD + "    b: {required: NO}\n", [("F132", 6)]),
        (HEAD + "    a: {}\n", [("F132", 6)]),
        (HEAD + "  records:\n    line:\n      fields:\n        a: {}\n", [("F133", 8)]),
        (HEAD + "  records:\n    line:\n      code: H\n      fields: {a: {}}\n", [("F132", 3)]),
        ("format: json\n" + HEAD.partition("\n")[2], [("F132", 1)]),
        ("format: csv\n", [("F133", 1)]),
    ],
)
def test_a_wrong_layout_is_told_with_its_line(text: str, findings: list[tuple[str, int]]) -> None:
    layout, problems = read_layout(text, "csv", "order")
    assert layout is None
    found = [(one.code, one.place.line) for one in problems]
    assert found == findings


def test_a_layout_that_is_not_there_and_one_that_is_broken(tmp_path: Path) -> None:
    assert load_layout([tmp_path], "csv", "order") is None
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "order.yaml").write_text("format: xml\n", encoding="utf-8")
    with pytest.raises(LayoutError) as refused:
        load_layout([tmp_path, GRAMMARS], "csv", "order")
    assert {one.code for one in refused.value.problems} == {"F132", "F133"}


@cache
def _values(kind: str, most: int | None, csv: bool) -> st.SearchStrategy[str]:
    if kind == "date":
        return st.dates().map(lambda day: day.isoformat())
    if kind == "integer":
        return st.integers(0, 99).map(str)
    if kind == "decimal":
        return st.decimals(-(10**9), 10**9, places=3).map(lambda value: format(value, "f"))
    if kind == "flag":
        return st.sampled_from(("true", "false"))
    signs = st.characters(
        exclude_categories=("Cs",), exclude_characters="\r\n\ufeff" if csv else ""
    )
    return st.text(signs, min_size=1, max_size=min(most or 9, 9))


def _records(shape: RecordLayout, csv: bool, depth: int = 0) -> st.SearchStrategy[Record]:
    made: dict[str, st.SearchStrategy[list[Record]]] = {}

    def several(name: str) -> st.SearchStrategy[list[Record]]:
        """Records below; made when they are first drawn, for a record may be below itself."""
        if name not in made:
            kid = shape.kids[name]
            low = 1 if kid.required else 0
            high = (2 if kid.many else 1) if depth < 2 or low else 0
            one = _records(kid, csv, depth + 1) if high else st.nothing()
            made[name] = st.lists(one, min_size=low, max_size=high)
        return made[name]

    @st.composite
    def draw_record(draw: st.DrawFn) -> Record:
        fields = {}
        for name, one in shape.fields.items():
            if one.required or draw(st.booleans()):
                fields[name] = draw(_values(one.kind, one.max, csv))
        kids = {}
        for name in shape.kids:
            drawn = draw(several(name))
            drawn = [one for one in drawn if csv or one.fields or one.kids]
            if drawn:
                kids[name] = drawn
        return Record(shape.name, fields, kids)

    return draw_record()


def _plain(record: Record) -> object:
    """Without line numbers. A field of blanks only has no content in CSV numbers and dates."""
    kids = {name: [_plain(one) for one in found] for name, found in record.kids.items()}
    return record.name, record.fields, kids


@pytest.mark.parametrize(("kind", "name"), SHIPPED)
def test_records_come_back_from_their_file(kind: str, name: str) -> None:
    layout = load_layout([GRAMMARS], kind, name)
    assert isinstance(layout, Layout)

    @settings(
        max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING
    )
    @given(st.lists(_records(layout.root, kind == "csv"), min_size=1, max_size=2))
    def law(records: list[Record]) -> None:
        data, problems = layout.write(records)
        if not data:
            assert {one.code for one in problems} <= {"F111"}
            return
        reading = layout.read(data)
        assert reading.problems == []
        assert [_plain(one) for one in reading.documents] == [_plain(one) for one in records]

    law()


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_any_bytes_are_read_without_raising(kind: str) -> None:
    layout = load_layout([GRAMMARS], kind, "order")
    assert layout is not None
    near = st.text('{}[]",:;\r\n0123HLTnumberquantity\\ ').map(str.encode)

    @given(st.binary(max_size=200) | near)
    def law(data: bytes) -> None:
        layout.read(data)

    law()
