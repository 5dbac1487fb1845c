"""A guide as a page for the partner: one HTML file, to read on a screen and to print on A4.

    page(guide, Edition(partner="Northwind", version="1.2"), extended)

The page has no scripts and asks for nothing outside of itself. It shows the texts of the guide and
the numbers of the directory, not the directory's texts. What a guide takes over unchanged from the
one it extends is in the overview; its segments are shown in detail with ``everything``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from gateway.grammar.guide.model import Guide
from gateway.grammar.guide.publish.layers import Layers
from gateway.grammar.guide.publish.markup import Content, Markup, badge, join, tag
from gateway.grammar.guide.publish.negatives import Negatives, negatives
from gateway.grammar.guide.publish.pagecodes import code_lists
from gateway.grammar.guide.publish.pageoverview import overview
from gateway.grammar.guide.publish.pagerules import (
    conditions,
    envelope,
    refused,
    sample_table,
    tolerated,
)
from gateway.grammar.guide.publish.pagesegments import Segments


@dataclass(frozen=True, slots=True)
class Edition:
    """What a guide itself does not say."""

    partner: str = ""
    version: str = ""
    date: str = ""
    """As it is to be shown; the page has no clock."""


def page(
    guide: Guide,
    edition: Edition | None = None,
    extended: Guide | None = None,
    *,
    everything: bool = False,
) -> str:
    """The page as HTML text (UTF-8). Raises ``ValueError`` where no sample could be made."""
    edition = edition or Edition()
    layers = Layers(guide, None if everything else extended)
    broken = negatives(guide, layers.extended)
    parts = _parts(guide, layers, broken)
    title = guide.title or guide.name
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} – {guide.base.name}"),
        tag("style", Markup(style())),
    )
    body = tag(
        "body",
        _cover(guide, edition, title, parts),
        tag("main", *(_part(number, *one) for number, one in enumerate(parts, 1))),
        tag("footer", _imprint(guide, edition)),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def embedded(guide: Guide, extended: Guide | None, name: str) -> Markup:
    """The contents of the page as a part of another one, whose anchors begin with ``name``.

    Raises ``ValueError`` where no sample could be made.
    """
    layers = Layers(guide, extended)
    parts = _parts(guide, layers, negatives(guide, layers.extended))
    inside = join(_part(number, *one) for number, one in enumerate(parts, 1))
    return Markup(_ANCHOR.sub(rf"\g<0>{name}-", inside))


def style() -> str:
    """The style sheet of the page."""
    return files(__package__).joinpath("page.css").read_text(encoding="utf-8")


_ANCHOR = re.compile(r"""(?<=[ ])(?:id="|aria-labelledby="|href="#)(?=[^<>"]*"[^<>]*>)""")
"""What names an anchor in a tag; text outside of tags has no ``>``."""
_Part = tuple[str, str, Markup, bool]
"""Anchor, title, contents, whether it starts on a page of its own."""


def _parts(guide: Guide, layers: Layers, broken: Negatives) -> list[_Part]:
    segments = Segments(guide, layers)
    codes = code_lists(guide, segments.targets)
    found: list[tuple[str, str, Markup | None, bool]] = [
        ("reading", "How to read this guide", _legend(guide, layers), False),
        ("overview", "Overview", overview(guide, layers, segments.anchors), True),
        ("segments", "Segments", segments.all(), True),
        ("envelope", "Envelope", envelope(guide), True),
        ("conditions", "Conditions", conditions(guide), False),
        ("codes", "Code lists", codes, True),
        ("tolerated", "What is tolerated", tolerated(guide), False),
        ("sample", "A sample message", sample_table(segments.sample, segments.notes), True),
        ("refused", "What is refused, and how", refused(guide, broken), True),
    ]
    return [(name, title, text, alone) for name, title, text, alone in found if text]


def _part(number: int, anchor: str, title: str, content: Markup, alone: bool) -> Markup:
    heading = tag("h2", f"{number}  {title}", id=anchor, class_=None if alone else "run-on")
    return tag("section", heading, content, aria_labelledby=anchor)


def _cover(guide: Guide, edition: Edition, title: str, parts: list[_Part]) -> Markup:
    standard = "EDIFACT" if guide.base.standard == "edifact" else "X12"
    facts = {
        "Message": guide.base.name,
        "Standard": f"{standard} {_directory(guide)}",
        "Builds on": ", ".join(guide.extends),
        "Partner": edition.partner,
        "Version": edition.version,
        "Date": edition.date,
        "Guide": guide.name,
    }
    shown = [tag("div", tag("dt", key), tag("dd", text)) for key, text in facts.items() if text]
    links = [tag("li", tag("a", name, href=f"#{anchor}")) for anchor, name, _, _ in parts]
    return tag(
        "header",
        tag("p", "Message implementation guide", class_="eyebrow"),
        tag("h1", title),
        tag("dl", *shown, class_="facts"),
        tag("nav", tag("ol", *links), aria_label="Contents"),
        class_="cover",
    )


def _directory(guide: Guide) -> str:
    directory = guide.base.directory
    return f"D.{directory[1:]}" if directory.startswith("D") else directory


def _legend(guide: Guide, layers: Layers) -> Markup:
    rows: list[Content] = []
    for letter, text in (
        ("R", "required: it has to be there whenever what is around it is there"),
        ("M", "mandatory when its composite, segment or group is used, as the directory has it"),
        ("O", "optional"),
        ("N", "not used: it is refused"),
    ):
        rows += [tag("dt", badge(letter)), tag("dd", text)]
    below = (
        ""
        if layers.extended is None
        else (f" What is grey is taken over from {layers.extended.name} as it is there.")
    )
    return join(
        [
            tag(
                "p",
                f"This guide says how {guide.base.name} messages of this partnership look. It "
                "narrows the directory: a message has to be right by the directory and by this "
                "guide. Base is what the directory says, Guide what holds here.",
            ),
            tag("dl", *rows, class_="legend"),
            tag(
                "p",
                "Segments with a slot are told apart by a qualifier; each slot has counts and "
                "rules of its own, and slots may come in any order among themselves." + below,
            ),
        ]
    )


def _imprint(guide: Guide, edition: Edition) -> Content:
    version = f", version {edition.version}" if edition.version else ""
    return (
        f"{guide.name}{version}, over {guide.base_name}. Made from the rules that messages are "
        "checked with; the sample passes them, and each refusal was found by them."
    )
