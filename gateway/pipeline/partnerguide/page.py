"""The page as one HTML file: no scripts, nothing from elsewhere, made to be printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.grammar.guide import Guide
from gateway.grammar.guide.publish import embedded, style
from gateway.grammar.guide.publish.markup import Content, Markup, join, table, tag
from gateway.pipeline.partnerguide import words
from gateway.pipeline.partnerguide.examples import Example
from gateway.pipeline.partnerguide.facts import Facts

_MORE = """
dl.agreed { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem;
  margin: .8rem 0; }
dl.agreed dd { font-weight: 400; } code.print { white-space: pre-wrap; overflow-wrap: anywhere; }
ul.rules { margin: 0; padding-left: 1.1rem; } article { margin-top: 4rem; }
pre.message { padding: .55rem .7rem; background: var(--pale); border: 1px solid var(--line);
  border-radius: .25rem; font: .82rem/1.45 var(--mono); white-space: pre-wrap;
  overflow-wrap: anywhere; }
article > h1 { max-width: 62rem; }
@media print {
  table.kept { break-inside: avoid; } pre.message { break-inside: auto; }
  article { break-before: page; margin-top: 0; }
}
"""


@dataclass(frozen=True, slots=True)
class Appendix:
    """The guide of one agreement."""

    anchor: str
    """``guide-order``."""
    title: str
    guide: Guide
    extended: Guide | None


def page(
    told: Facts, examples: Sequence[Example], guides: Mapping[int, Appendix], date: str
) -> str:
    """The page as HTML text (UTF-8). ``guides``: by the number of the agreement.

    Raises ``ValueError`` where a guide has no sample.
    """
    parts: list[tuple[str, Content]] = [
        ("us", _about(told["us"])),
        ("you", join([_about(told["you"]), _contacts(told["you"]["contacts"])])),
        ("channels", join(_channel(each) for each in told["channels"])),
        ("agreements", _agreements(told["agreements"], guides)),
        ("expects", _list(told["expects"])),
        ("codes", join(_codes(each) for each in told["codes"])),
        ("samples", _samples(examples)),
    ]
    shown = [(name, text) for name, text in parts if text]
    title = f"{words.TITLE}: {told['us']['name']} and {told['you']['name']}"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", Markup(style() + _MORE)),
    )
    body = tag(
        "body",
        _cover(told, [name for name, _ in shown], guides, date),
        tag("main", *(_part(*one) for one in shown), *map(_article, guides.values())),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _cover(told: Facts, parts: list[str], guides: Mapping[int, Appendix], date: str) -> Markup:
    links = [(name, words.PARTS[name]) for name in parts]
    links += [(each.anchor, each.title) for each in guides.values()]
    return tag(
        "header",
        tag("p", date, class_="eyebrow"),
        tag("h1", words.TITLE),
        tag("p", f"{told['us']['name']} – {told['you']['name']}"),
        tag("p", words.INTRO),
        tag(
            "nav",
            tag("ol", *(tag("li", tag("a", text, href=f"#{name}")) for name, text in links)),
            aria_label="Contents",
        ),
        class_="cover",
    )


def _part(name: str, content: Content) -> Markup:
    heading = tag("h2", words.PARTS[name], id=name, class_="run-on")
    return tag("section", heading, content, aria_labelledby=name)


def _article(one: Appendix) -> Markup:
    return tag(
        "article",
        tag("h1", one.title, id=one.anchor),
        embedded(one.guide, one.extended, one.anchor),
    )


def _about(facts: Mapping[str, Any]) -> Markup:
    """Labels with their values; what has a form of its own is below."""
    rows: list[Content] = []
    for key, value in facts.items():
        if isinstance(value, str) and value and key in words.LABELS:
            rows += [tag("dt", words.LABELS[key]), tag("dd", value)]
        elif key.endswith("_further"):
            label = f"{words.LABELS[key.removesuffix('_further')]}, further"
            rows += [tag("dt", label), tag("dd", "; ".join(value))]
    return tag("dl", *rows, class_="agreed")


def _contacts(contacts: Iterable[Mapping[str, str]]) -> Markup | None:
    rows = [
        tag("tr", *(tag("td", each.get(key, "")) for key in ("about", "name", "email", "phone")))
        for each in contacts
    ]
    columns = [("About", ""), ("Contact", ""), ("E-mail", ""), ("Telephone", "")]
    return table(columns, rows, "Contacts") if rows else None


def _channel(told: Mapping[str, Any]) -> Markup:
    kind = words.KINDS[told["kind"]] + (", in tests" if told["tests"] else "")
    shown = {**told, "kind": kind, "host_keys": "\n".join(told.get("host_keys", ()))}
    return join(
        [
            _about(shown),
            _certificates("Our certificate", told.get("our_certificates", ())),
            _certificates("Your certificate", told.get("your_certificates", ())),
        ]
    )


def _certificates(title: str, found: Iterable[Mapping[str, str]]) -> Markup | None:
    rows = [
        tag(
            "tr",
            tag("td", each["subject"]),
            tag("td", each["ends"], class_="narrow"),
            tag("td", tag("code", each["fingerprint"], class_="print")),
        )
        for each in found
    ]
    columns = [(title, ""), ("Ends", "narrow"), ("Fingerprint (SHA-256)", "")]
    return table(columns, rows, title, "kept") if rows else None


def _agreements(found: Sequence[Facts], guides: Mapping[int, Appendix]) -> Markup:
    rows = []
    for number, each in enumerate(found):
        guide = guides.get(number)
        link = tag("a", guide.title, href=f"#{guide.anchor}") if guide is not None else None
        rows.append(
            tag(
                "tr",
                tag("th", each["message"], scope="row"),
                tag("td", words.DIRECTIONS[each["direction"]], class_="narrow"),
                tag("td", each["standard"], *([tag("br"), link] if link else [])),
                tag("td", words.MODES[each["mode"]], class_="narrow"),
                tag("td", _list(each["rules"])),
            )
        )
    columns = [("Message", ""), ("", "narrow"), ("Standard", ""), ("State", "narrow"), ("How", "")]
    return table(columns, rows, words.PARTS["agreements"])


def _list(sentences: Iterable[str]) -> Markup:
    return tag("ul", *(tag("li", each) for each in sentences), class_="rules")


def _codes(told: Mapping[str, Any]) -> Markup:
    rows = [
        tag("tr", tag("td", tag("code", each["code"]), class_="narrow"), tag("td", each["meaning"]))
        for each in told["rows"]
    ]
    return table([(told["list"], "narrow"), ("Meaning", "")], rows, told["list"])


def _samples(examples: Iterable[Example]) -> Markup:
    shown: list[Content] = [tag("p", words.SAMPLE_NOTE)]
    for each in examples:
        shown.append(tag("h3", f"{each.message}, {words.SAMPLES[each.direction]}"))
        made = tag("pre", each.text, class_="message") if each.text else tag("p", words.NO_SAMPLE)
        shown.append(made)
    return join(shown)
