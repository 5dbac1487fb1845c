"""The proof as one HTML page: no scripts, nothing from elsewhere, made to be printed and kept.

Whatever a shop says may be hostile; all of it is escaped.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.grammar.guide.publish import style
from gateway.grammar.guide.publish.markup import Content, Markup, join, table, tag
from gateway.pipeline.shops.reconcile.report import Report, ReportDay
from gateway.store.shops.reconciliations import Counts, Difference

MOST = 2000
"""Differences that are shown."""
_TITLE = "Orders in the shop, in the gateway and in the ERP"
_MORE = """
p.verdict { font-size: 1.4rem; font-weight: 600; } td.number { text-align: right; }
tr.differs td, tr.differs th { background: var(--pale); } td { overflow-wrap: anywhere; }
"""
_COLUMNS = (
    ("Day", "narrow"), ("Shop", ""), ("Gateway", ""), ("ERP", ""), ("Posted", ""),
    ("On their way", ""), ("Waiting", ""), ("Nothing to do", ""), ("Gone", ""),
    ("Differences", ""),
)  # fmt: skip


def page(told: Report) -> str:
    """The page as HTML text (UTF-8)."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{_TITLE}: {told.title}"),
        tag("style", Markup(style() + _MORE)),
    )
    body = tag("body", _cover(told), tag("main", _days(told), _differences(told), _words()))
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def _cover(told: Report) -> Markup:
    total = told.total
    shop = "not asked" if total.shop is None else str(total.shop)
    sums = f"shop {shop} · gateway {total.gateway} · ERP {total.erp}"
    verdict = "nothing is missing" if told.equal else f"differences: {told.count}"
    if told.ended is None:
        verdict += ", and the comparison is not over"
    days = f"{_at(told.since, told.zone)} to {_at(told.until, told.zone)} ({told.zone})"
    return tag(
        "header",
        tag("p", told.shop, class_="eyebrow"),
        tag("h1", _TITLE),
        tag("p", told.title),
        tag("p", f"Orders made from {days}"),
        tag("p", f"{sums}: {verdict}", class_="verdict"),
        class_="cover",
    )


def _days(told: Report) -> Markup:
    rows = [_day(each) for each in told.days]
    heading = tag("h2", "By day", id="days", class_="run-on")
    return tag("section", heading, table(_COLUMNS, rows, "Orders by the day they were made on"),
               aria_labelledby="days")  # fmt: skip


def _day(one: ReportDay) -> Markup:
    cells = [
        tag("td", text, class_="number") for text in (*numbers(one.counts), str(one.differences))
    ]
    kind = None if one.equal else "differs"
    return tag("tr", tag("th", one.name, scope="row"), *cells, class_=kind)


def numbers(counts: Counts) -> list[str]:
    """Shop, gateway, ERP, posted, on their way, waiting, nothing to do, gone."""
    shop = "–" if counts.shop is None else str(counts.shop)
    others = (
        *(counts.gateway, counts.erp, counts.posted, counts.pending, counts.waiting),
        *(counts.nothing, counts.gone),
    )
    return [shop, *map(str, others)]


def _differences(told: Report) -> Markup | None:
    if not told.differences:
        return None
    rows = [_difference(each, told.zone) for each in told.differences[:MOST]]
    columns = [("Day", "narrow"), ("Order", ""), ("What", ""), ("What to do", ""), ("Since", "")]
    rest = told.count - len(rows)
    more = tag("p", f"and {rest} more: gateway shop reconcile {told.shop} --last --json")
    return tag(
        "section",
        tag("h2", "Differences", id="differences", class_="run-on"),
        table(columns, rows, "Differences"),
        more if rest > 0 else None,
        aria_labelledby="differences",
    )


def _difference(one: Difference, zone: str) -> Markup:
    what: list[Content] = [tag("strong", f"{one.found.code} {one.found.registered.title}")]
    what += [tag("br"), one.found.sentence]
    return tag(
        "tr",
        tag("td", one.day, class_="narrow"),
        tag("td", one.number or one.external_id),
        tag("td", join(what)),
        tag("td", one.found.remedy),
        tag("td", _at(one.first, zone), class_="narrow"),
    )


def _words() -> Markup:
    words = {
        "Shop": "orders that the shop lists, or shows when it is asked for one by its id",
        "Gateway": "orders that were taken in, whatever became of them",
        "ERP": "orders whose file lies in the ERP's folder; posted: the ERP said that it made an "
        "order of it",
        "Waiting": "kept until they are paid, or until a setting changes",
        "Nothing to do": "orders that the ERP is not to have: cancelled before it was given them, "
        "or made by ourselves",
    }
    rows = [part for name, text in words.items() for part in (tag("dt", name), tag("dd", text))]
    heading = tag("h2", "Words", id="words", class_="run-on")
    return tag("section", heading, tag("dl", *rows), aria_labelledby="words")


def _at(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
