"""Content-Type and Content-Disposition in every spelling; file names are data and come through."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.mime.contenttype import ContentType, filename_of, parameter
from gateway.channels.as2.refusal import RefusedError

CASES = [
    line.replace("\\t", "\t").split(" | ")
    for line in (Path(__file__).parent / "spellings.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("value", "word", "name", "meaning"), CASES, ids=[one[0] for one in CASES])
def test_a_spelling(value: str, word: str, name: str, meaning: str) -> None:
    read = ContentType.parse(value)
    assert read.kind == word
    if name == "filename":
        assert filename_of(value, None) == meaning.replace("-", "", meaning == "-")
    else:
        assert read.parameters.get(name, "-") == meaning


def test_the_name_of_content_type_counts_where_the_disposition_has_none() -> None:
    kind = ContentType.parse("application/edifact; name=b.edi")
    assert filename_of("attachment; filename=a.edi", kind) == "a.edi"
    assert filename_of("attachment", kind) == "b.edi"
    assert filename_of(None, kind) == "b.edi"
    assert filename_of(None, None) == ""


def test_raw_bytes_are_utf_8_if_they_are_that() -> None:
    raw = "attachment; filename=Größe.edi".encode().decode("latin-1")
    assert filename_of(raw, None) == "Größe.edi"


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=40
    )
)
def test_any_name_comes_through(name: str) -> None:
    written = "attachment" + parameter("filename", name)
    assert written.isascii()
    assert written.isprintable()
    assert filename_of(written, None) == name


@pytest.mark.parametrize("charset", ["idna", "punycode", "unicode_escape", "rot13", "", "x" * 99])
def test_the_charset_of_a_name_is_not_any_codec(charset: str) -> None:
    started = time.process_time()
    tail = "%5Cd%E9-" + "a" * 60_000
    assert filename_of(f"attachment; filename*={charset}''{tail}", None)[:2] == "\\d"
    assert time.process_time() - started < 1


def test_a_name_of_broken_text_does_not_stop_a_message() -> None:
    assert filename_of("attachment" + parameter("filename", "a\udcff.edi"), None)


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(RefusedError) as caught:
        ContentType.parse("a/b" + "".join(f"; p{number}=1" for number in range(40)))
    assert caught.value.problem.code == "T223"


@pytest.mark.parametrize(
    "piece", ['; a="', '; a="\\"', " (", "(((", ";;;;", "=?x?B?", "; a*0*=%", '""']
)
def test_reading_costs_no_more_than_the_text(piece: str) -> None:
    started = time.process_time()
    text = "a/b" + piece * (64_000 // len(piece))
    try:
        filename_of(text, ContentType.parse(text))
    except RefusedError as refused:
        assert refused.problem.code == "T223"
    assert time.process_time() - started < 1
