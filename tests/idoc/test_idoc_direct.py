"""The direct way to flat files and the long one write the same bytes and tell the same."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.grammar.idoc import direct
from gateway.grammar.idoc.control import Stamp
from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.idoc.records import copied
from gateway.grammar.idoc.settings import Settings
from gateway.syntax.record import Record
from tests.idoc.conftest import FILES, plain

SAMPLES = {path.stem: path for path in sorted(FILES.glob("*.idoc")) if "padded" not in path.stem}
SETTINGS: list[dict[str, Any]] = [
    {"records": "full"},
    {"records": "padded", "newline": "\r\n"},
    {"records": "trimmed", "zeros": {"E1EDP19+002.IDTNR": 18, "POSEX": 0}},
]
VALUES = (
    "", "0", "1", "-1.5", "1.5-", "007", "EA", "2026-11-20", "2026-13-01", "12:30", "12:30:00",
    "two words", "x" * 35, "y" * 200, "a\tb", " blank", "trailing ", "ü€", "🙂", "001", "VIII",
)  # fmt: skip
NAMES = (
    "QUALF", "IDDAT", "PARVW", "POSEX", "ACTION", "MENGE", "DATUM", "EDATU", "UZEIT", "IDTNR",
    "TEXT", "TDID", "TDLINE", "VBELN", "POSNR", "LFIMG", "EXIDV", "NAME1", "SDATA", "NOTHING",
)  # fmt: skip
EXAMPLES = int(os.environ.get("LAW_EXAMPLES", "20"))


def format_of(path: Path, changes: dict[str, Any]) -> IdocFormat:
    name = path.stem.split("_")[1]
    return IdocFormat(name, plain(name).type, Settings(**changes)).stamped(Stamp(docnum=7))


def long_way(found: IdocFormat) -> IdocFormat:
    """The same format without the direct way."""
    made = found.stamped(found.stamp)
    made.direct = None
    return made


def all_of(record: Record) -> list[Record]:
    found = [record]
    for kids in record.kids.values():
        for kid in kids:
            found += all_of(kid)
    return found


@st.composite
def changed(draw: st.DrawFn, record: Record) -> Record:
    """A record with some accidents."""
    made = copied(record)
    for _ in range(draw(st.integers(0, 3))):
        one = draw(st.sampled_from(all_of(made)))
        what = draw(st.sampled_from(("value", "field", "drop", "repeat", "kid", "last", "clear")))
        if what == "value" and one.fields:
            one.fields[draw(st.sampled_from(sorted(one.fields)))] = draw(st.sampled_from(VALUES))
        elif what == "field":
            one.fields[draw(st.sampled_from(NAMES))] = draw(st.sampled_from(VALUES))
        elif what == "clear":
            one.fields.clear()
        elif what == "kid":
            name = draw(st.sampled_from(("E1EDK14", "E1EDP20", "E1EDKT2", "Z1NEW", "E1EDL22")))
            one.kids[name] = [Record(name, {"QUALF": "006"})]
        elif names := sorted(set(one.kids) - {"E1EDL24"}):  # of a content there is just one
            name = draw(st.sampled_from(names))
            if what == "drop":
                one.kids[name] = one.kids[name][1:]
            elif what == "repeat":
                one.kids[name] = [copied(each) for each in one.kids[name] * 3][:40]
            else:
                one.kids[name] = one.kids.pop(name)
    return made


@pytest.mark.parametrize("changes", SETTINGS, ids=lambda one: one["records"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_both_ways_say_the_same_whatever_the_record(sample: str, changes: dict[str, Any]) -> None:
    found = format_of(SAMPLES[sample], changes)
    other = long_way(found)
    (record,) = found.read(SAMPLES[sample].read_bytes()).documents

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(changed(record), min_size=1, max_size=2))
    def law(records: list[Record]) -> None:
        before = [copied(one) for one in records]
        assert found.write(records) == other.write(records)
        assert records == before

    law()


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_samples_go_the_direct_way(sample: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = format_of(SAMPLES[sample], {})
    records = found.read(SAMPLES[sample].read_bytes()).documents
    expected = long_way(found).write(records)
    monkeypatch.delattr(IdocFormat, "_text")  # the long way ends there
    assert found.write(records) == expected


def test_one_idoc_with_a_warning_leaves_its_neighbours_as_they_are() -> None:
    path = SAMPLES["ORDERS_ORDERS05_1001"]
    found = format_of(path, {"records": "trimmed"})
    (good,) = found.read(path.read_bytes()).documents
    warned = copied(good)
    warned.kids["E1EDK03"].append(Record("E1EDK03", {"DATUM": "2026-11-20"}))
    data, problems = found.write([good, warned, good])
    assert [one.code for one in problems] == ["F335"]
    alone = found.write([good])[0].count(b"\n")
    assert data.count(b"\n") == 3 * alone
    assert data == long_way(found).write([good, warned, good])[0]


def test_what_is_kept_of_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "_MOST", 3)
    path = SAMPLES["ORDERS_ORDERS05_1001"]
    found = format_of(path, {})
    (record,) = found.read(path.read_bytes()).documents
    for number in range(9):
        for item in record.kids["E1EDP01"]:
            item.fields["MENGE"] = str(number)
        assert found.write([record]) == long_way(found).write([record])
