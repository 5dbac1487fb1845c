"""How values are spelled in files: both ways, and what is refused rather than altered."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar.layout import FieldLayout, read_layout
from gateway.grammar.layoutvalues import Wrong, reading, writing


def field(settings: str) -> FieldLayout:
    text = f"format: csv\nrecord:\n  code: H\n  fields:\n    a: {{{settings}}}\n"
    layout, problems = read_layout(text, "csv", "x")
    assert layout is not None, problems
    return layout.root.fields["a"]


def cases() -> list[list[str]]:
    lines = (Path(__file__).parent / "values.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]


@pytest.mark.parametrize(("settings", "text", "value"), cases())
def test_a_value_is_read_and_comes_back(settings: str, text: str, value: str) -> None:
    one = field(settings)
    found = reading(one)(text)
    if isinstance(found, Wrong):
        assert f"{found.code} {found.rule}" == value
        return
    assert found == value.replace("\\n", "\n")
    if found:
        written = writing(one)(found)
        assert isinstance(written, str)
        assert reading(one)(written) == found


@pytest.mark.parametrize(
    ("settings", "value", "text"),
    [
        ("type: decimal, decimals: 2", "1.5", "1.50"),
        ("type: decimal, decimals: 2", "1.505", "F121 at most 2 decimals"),
        ("type: decimal, decimals: 2", "1.500", "1.50"),
        ("type: decimal, implied: 2, length: 8, pad: \"0\"", "-12.5", "-0001250"),
        ("type: decimal, implied: 2", "1.234", "F121 at most 2 decimals"),
        ("type: decimal, length: 4, pad: \"0\", implied: 2", "123.45", "F109 at most 4 characters"),
        ("type: decimal", "1,5", "F107 a number such as 12.50"),
        ("type: date, format: YYMMDD", "1950-01-01", "F108 a date like YYMMDD"),
        ("type: date, format: YYYYMMDD", "0099-01-01", "00990101"),
        ("type: time, format: hhmm", "08:30:15", "F108 a time like hhmm"),
        ("pad: \"0\", length: 6, align: right", "12", "000012"),
        ("pad: \"0\", length: 6, align: right", "012", "F122 a text that reads back as it was"),
        ("line_break: \"|\"", "a|b", "F122 a text that reads back as it was"),
        ("empty: \"-\"", "-", "F122 a text that reads back as it was"),
        ("type: gtin, pad: \"0\", length: 14", "012345678905", "00012345678905"),
        ("type: flag, yes: J, no: N", "false", "N"),
        ("type: flag", "no", "F110 true or false"),
    ],
)  # fmt: skip
def test_what_is_written(settings: str, value: str, text: str) -> None:
    found = writing(field(settings))(value)
    assert (f"{found.code} {found.rule}" if isinstance(found, Wrong) else found) == text
