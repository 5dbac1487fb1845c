"""The other parts of a page: envelope, conditions, tolerances, a sample, what is refused."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.grammar.guide.model import EnvelopeRule, Guide
from gateway.grammar.guide.publish.markup import Content, Markup, badge, join, table, tag
from gateway.grammar.guide.publish.negatives import Negative, Negatives
from gateway.grammar.guide.publish.pageelements import COLUMNS, element_rows
from gateway.grammar.guide.publish.samples import Sample
from gateway.grammar.guide.publish.words import condition_words, usage_words


def envelope(guide: Guide) -> Markup | None:
    """What is asked of UNB, UNG, UNH, ISA, GS and ST."""
    return join(_header(one) for one in guide.envelope) if guide.envelope else None


def _header(rule: EnvelopeRule) -> Markup:
    letter = rule.usage or "O"
    head = tag(
        "header",
        tag("h3", tag("code", rule.tag)),
        tag("span", badge(letter), f" {usage_words(rule.usage)}", class_="counts")
        if rule.usage
        else None,
    )
    rows = list(element_rows(rule.segment, rule.elements))
    ruled = [one for one in rule.elements if one.usage == "N"]
    unused = tag("p", f"Not used: {', '.join(one.number for one in ruled)}.", class_="rest")
    return tag(
        "section",
        head,
        tag("div", table(COLUMNS, rows, f"Elements of {rule.tag}", "elements"), class_="wide")
        if rule.elements
        else None,
        unused if ruled else None,
        class_="segment short",
    )


def conditions(guide: Guide) -> Markup | None:
    """Each in a sentence."""
    if not guide.conditions:
        return None
    items = []
    for one in guide.conditions:
        name = one.name[:1].upper() + one.name[1:]
        note: Content = join([" ", one.note]) if one.note else None
        items.append(tag("li", tag("strong", f"{name}. "), condition_words(one), note))
    return tag("ol", *items, class_="conditions")


def tolerated(guide: Guide) -> Markup | None:
    """What the directory would refuse, and is only reported here."""
    rows = [
        tag(
            "tr",
            tag("th", _tolerance(one.path, one.tag, one.element, one.component), scope="row"),
            tag("td", tag("code", one.problem), class_="narrow"),
            tag("td", one.why),
        )
        for one in guide.tolerances
    ]
    for order in guide.orders:
        side = "behind" if order.after else "before"
        where = f"{order.name} {side} {order.sibling}"
        rows.append(
            tag("tr", tag("th", where, scope="row"), tag("td", "order"), tag("td", order.why))
        )
    if not rows:
        return None
    columns = (("Where", ""), ("Finding", "narrow"), ("Why", ""))
    return table(columns, rows, "What is reported instead of refused")


def _tolerance(path: str, tag_: str, element: int | None, component: int | None) -> str:
    place = "/".join(filter(None, [path, tag_])) or "any segment"
    if element is None:
        return place
    inner = "" if component is None else f".{component}"
    return f"{place} element {element}{inner}"


def sample_table(shown: Sample, notes: Mapping[str, str]) -> Markup:
    """A whole interchange, segment by segment, with where each belongs."""
    before = len(shown.before)
    rows = []
    for at, line in enumerate(shown.lines()):
        inside = 0 <= at - before < len(shown.message)
        path = shown.paths[at - before] if inside else ""
        number = str(at - before + 1) if inside else ""
        said: Content = tag("code", path) if inside else "envelope"
        note = notes.get(path)
        rows.append(
            tag(
                "tr",
                tag("td", number, class_="number"),
                tag("td", line, class_="text"),
                tag("td", said, f" – {note}" if note else None),
            )
        )
    intro = tag(
        "p",
        "Names and numbers are invented. The number in front is the one that acknowledgements "
        "count by; on the right stands which rule the segment belongs to.",
    )
    columns = (("No", "number"), ("Segment", ""), ("Belongs to", ""))
    return join([intro, table(columns, rows, "A sample message", "sample")])


# ---- what is refused


def refused(guide: Guide, broken: Negatives) -> Markup | None:
    """Each rule, the finding when it is broken, and the code of the acknowledgement."""
    if not broken.samples:
        return None
    edifact = guide.base.standard == "edifact"
    answers = (("CONTRL 0085", "narrow"),) if edifact else (("997", "narrow"), ("999", "narrow"))
    columns = (("What is wrong", ""), ("Finding", ""), *answers)
    rows = [_refusal(one, edifact=edifact) for one in broken.samples]
    intro = tag(
        "p",
        "Each line is a message that was right but for this one thing. A message is refused as a "
        "whole; other messages of the interchange are not touched. ",
        badge("W"),
        " is reported and does not refuse.",
    )
    return join([intro, tag("div", table(columns, rows, "What is refused"), class_="wide")])


def _refusal(one: Negative, *, edifact: bool) -> Markup:
    mark: Content = None if one.refused else join([badge("W"), " "])
    answers = one.answers
    if edifact:
        told = [answers.get("CONTRL 0085", "") if one.refused else "–"]
    else:
        told = [_x12(answers, "997 AK"), _x12(answers, "999 IK")]
    return tag(
        "tr",
        tag("th", mark, one.what[:1].upper() + one.what[1:], scope="row"),
        tag("td", tag("code", one.problem.code), " ", one.problem.registered.title),
        *(tag("td", text, class_="narrow mono") for text in told),
    )


def _x12(answers: Mapping[str, str], prefix: str) -> str:
    """``AK304 8, AK403 7``."""
    shown = [
        f"{name.removeprefix(prefix)} {code}"
        for name, code in answers.items()
        if name.startswith(prefix)
    ]
    return ", ".join(f"{prefix[-2:]}{one}" for one in shown)
