"""The list of articles of a shop, whatever somebody saves under its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config.shops.articles import parse_articles, read_articles


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_every_usual_separator_is_read(sign: str) -> None:
    text = f"article{sign}label{sign}sku\n4711{sign}Mug{sign}MUG\n\n4711{sign}Three{sign}MUG-3\n"
    articles, problems = parse_articles(text, "a.csv")
    assert problems == []
    assert articles.article("MUG-3") == "4711"
    assert articles.skus("4711") == ("MUG", "MUG-3")
    assert articles.skus("4712") == ()
    assert articles.article("CUP") is None


def test_a_row_that_cannot_be_used_does_not_stop_the_others() -> None:
    articles, problems = parse_articles("sku,article\nA,1\nA,2\nB\nC,3\n", "a.csv")
    assert articles.by_sku == {"A": "1", "C": "3"}
    assert [each.place.line for each in problems] == [3, 4]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "its first line has to name sku and article; it has none"),
        (b"sku,article\nZ\xfcrich,1\n", "it is no UTF-8"),
        (b'sku,article\n"' + b"x" * 200_000 + b'",1\n', "it is no CSV"),
    ],
)
def test_what_is_no_list_is_told(data: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    articles, problems = read_articles(tmp_path / "a.csv", "a.csv")
    assert articles.by_sku == {}
    assert [each.code for each in problems] == ["C571"]
    assert reason in problems[0].sentence


@given(st.text(alphabet="sku,article;\t\n\"'A1é\x00", max_size=80))
@settings(max_examples=20)
def test_no_text_makes_it_fail(text: str) -> None:
    articles, _ = parse_articles(f"sku,article\n{text}", "a.csv")
    assert all(sku and article for sku, article in articles.by_sku.items())
    named = {sku for skus in articles.by_article.values() for sku in skus}
    assert named == set(articles.by_sku)
