"""Fields of a shop's record."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.channels.shops.fields import MOST, Fields, opened
from gateway.syntax.jsonparts import dumps


def fields(**data: Any) -> Fields:
    """A record as it comes."""
    return opened(dumps(data), "the record")


def codes(record: Fields) -> list[str]:
    return [one.code for one in record.found]


def test_numbers_keep_the_digits_that_were_written() -> None:
    record = opened(b'{"a": 14.994444333333334, "b": "19.90", "c": 7, "d": "1e2", "e": ""}', "x")
    assert [record.number(name) for name in "abcde"] == [
        Decimal("14.994444333333334"), Decimal("19.90"), Decimal(7), Decimal("1e2"), None,
    ]  # fmt: skip
    assert record.found == []


@pytest.mark.parametrize("value", ["1_000", "0x1", "١", "1,5", "nan", "1e999", True, [], "9" * 30])
def test_what_is_no_number_of_usable_size_is_told(value: Any) -> None:
    record = fields(a=value)
    assert record.number("a") is None
    assert codes(record) == ["W232"]


def test_texts_lose_blanks_and_numbers_are_texts_too() -> None:
    record = fields(a="  x ", b="", c=12, d=None, e=False)
    assert [record.text(name) for name in "abcdef"] == ["x", None, "12", None, None, None]
    assert record.found == []


@pytest.mark.parametrize("value", [["x"], {"x": 1}, True, "a\0b", "\ud800"])
def test_what_is_no_text_that_can_be_kept_is_told(value: Any) -> None:
    record = Fields({"a": value}, "", [])
    assert record.text("a") is None
    assert codes(record) == ["W232"]
    assert str(record.found[0]).isprintable()


def test_what_has_to_be_there_is_told_once() -> None:
    record = fields(b=[1])
    assert (record.need("a"), record.need("b")) == ("", "")
    assert codes(record) == ["W231", "W232"]


def test_one_object_is_a_list_of_one_and_an_empty_list_an_object() -> None:
    record = fields(one={"a": 1}, many=[{"a": 2}, 3], none=None, empty=[], wrong="x", nothing={})
    assert [one.text("a") for one in record.each("one")] == ["1"]
    assert [one.path for one in record.each("many")] == ["many[1]"]
    assert list(record.each("none")) == list(record.each("nothing")) == []
    assert not record.inside("empty")
    assert codes(record) == ["W232"]
    assert list(record.each("wrong")) == []
    assert record.inside("wrong", "further").text("a") is None
    assert {one.place.path for one in record.found} == {"many[2]", "wrong"}


def test_times_are_utc() -> None:
    record = fields(a="2026-03-02T10:14:00+01:00", b="2026-03-02 09:14:00", c="soon", d="")
    at = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
    assert record.instant("a") == record.instant("b", UTC) == at
    assert record.instant("b", ZoneInfo("Europe/Paris")) == datetime(2026, 3, 2, 8, 14, tzinfo=UTC)
    assert record.instant("d") is None
    assert record.found == []
    assert (record.instant("b"), record.instant("c")) == (None, None)
    assert codes(record) == ["W232", "W232"]
    edge = fields(a="0001-01-01T00:00:00+14:00")
    assert edge.instant("a") is None


def test_flags_are_written_in_many_ways() -> None:
    record = fields(a=True, b="true", c=1, d="1", e=0, f="no", g=None)
    assert [record.flag(name) for name in "abcdefg"] == [True] * 4 + [False] * 3


@pytest.mark.parametrize(
    "raw",
    [b"", b"[1]", b"\xff", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"[" * 50_000, b" " * (MOST + 1)],
    ids=["empty", "list", "no text", "nan", "twice", "deep", "large"],
)
def test_what_is_no_object_is_an_empty_one_and_told(raw: bytes) -> None:
    record = opened(raw, "the record")
    assert not record
    assert codes(record) == ["W230"]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert opened('\ufeff{"a": 1}'.encode(), "x").text("a") == "1"
