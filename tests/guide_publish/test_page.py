"""The page: whole, self-contained, escaped, and readable for people who do not see it."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest

from gateway.grammar.guide import Guide
from gateway.grammar.guide.publish.layers import Layers
from gateway.grammar.guide.publish.page import Edition, page
from gateway.grammar.guide.publish.pagesegments import Segments
from gateway.problems import REGISTRY
from tests.guide_publish.publishing import NAMES, extended, guide, made_negatives

_EMPTY = {"meta", "br", "col"}


class _Outline(HTMLParser):
    """Collects the elements of a page; fails where they are not nested."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@lru_cache
def _text(name: str) -> str:
    return page(guide(name), Edition("Northwind & Co", "1.2", "2026-05-29"), extended(name))


@lru_cache
def _outline(name: str) -> _Outline:
    outline = _Outline()
    outline.feed(_text(name))
    outline.close()
    assert outline.open == []
    return outline


@pytest.mark.parametrize("name", NAMES)
def test_it_asks_for_nothing_outside_of_itself(name: str) -> None:
    outline = _outline(name)
    assert not outline.all("script", "link", "img", "iframe", "object", "form")
    assert not [one for one in outline.all("a") if not (one["href"] or "").startswith("#")]
    assert "url(" not in _text(name)
    assert "@import" not in _text(name)
    assert not [one for _, one in outline.tags if any(key.startswith("on") for key in one)]


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    outline = _outline(name)
    anchors = [one["id"] for _, one in outline.tags if one.get("id")]
    assert len(anchors) == len(set(anchors))
    assert {(one["href"] or "")[1:] for one in outline.all("a")} <= set(anchors)


@pytest.mark.parametrize("name", NAMES)
def test_headings_and_tables_can_be_read_aloud(name: str) -> None:
    outline = _outline(name)
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(one.get("scope") in ("col", "row") for one in outline.all("th"))
    assert len(outline.all("caption")) == len(outline.all("table")) == len(outline.all("thead"))
    assert outline.all("html") == [{"lang": "en"}]


def test_texts_of_a_guide_are_escaped() -> None:
    text = _text("everything")
    assert "Everything &lt;&amp;&gt; 'quoted'" in text
    assert "dates &lt;b&gt;of&lt;/b&gt; the order" in text
    assert "Northwind &amp; Co" in text
    assert "<b>" not in text


@pytest.mark.parametrize("name", NAMES)
def test_every_refusal_is_listed_with_its_code(name: str) -> None:
    texts = {text.strip() for text in _outline(name).texts}
    for one in made_negatives(name).samples:
        assert one.what[:1].upper() + one.what[1:] in texts
        assert one.problem.code in texts
        assert REGISTRY[one.problem.code].title in texts


def test_the_parts_of_a_page() -> None:
    texts = _outline("everything").texts
    for part in ("Overview", "Segments", "Envelope", "Conditions", "What is tolerated"):
        assert any(text.endswith(f"  {part}") for text in texts), part
    said = "If BGM.1001 is 221, FTX.4441 is required, and SG1:list and SG2:buyer.3164 are not used"
    assert any(text.startswith(said) for text in texts)
    assert "their system adds a field" in texts
    assert "ZZ1" in texts


def test_what_is_taken_over_is_not_shown_in_detail() -> None:
    own = Segments(guide("acme"), Layers(guide("acme"), extended("acme")))
    whole = Segments(guide("acme"), Layers(guide("acme")))
    assert "SG2:buyer" in own.anchors
    assert "SG7" in set(whole.anchors) - set(own.anchors)
    assert "taken over from eancom1997" in _text("acme")


def test_every_segment_has_an_example() -> None:
    texts = [text for text in _outline("everything").texts if text.endswith("'")]
    assert "RFF+CT:RF-0815'" in texts
    assert len(_outline("everything").all("pre")) == len(Segments(*_all("everything")).targets)


def _all(name: str) -> tuple[Guide, Layers]:
    return guide(name), Layers(guide(name))


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *[("ink", ground) for ground in ("white", "pale", "accent-pale")],
        *[("soft", ground) for ground in ("white", "pale", "accent-pale")],
        *[("accent", "white"), ("accent", "accent-pale"), ("white", "accent")],
        *[("no", "no-pale"), ("warn", "warn-pale")],
    ],
)
def test_contrast_is_enough_for_small_text(text: str, ground: str) -> None:
    style = files("gateway.grammar.guide.publish").joinpath("page.css").read_text("utf-8")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", style)) | {"white": "#ffffff"}
    light, dark = sorted((_luminance(colours[text]), _luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
