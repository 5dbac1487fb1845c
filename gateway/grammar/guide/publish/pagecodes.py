"""The code lists of a page: those too long for a table of elements, and private codes."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.grammar.guide.model import ElementRule, Guide
from gateway.grammar.guide.publish.breaking import Target
from gateway.grammar.guide.publish.markup import Markup, codes, join, table, tag
from gateway.grammar.guide.publish.pageelements import INLINE

_COLUMNS = (("Element", "narrow"), ("Where", ""), ("Codes", ""))
_PLACES = 4


def code_lists(guide: Guide, shown: Sequence[Target]) -> Markup | None:
    """A row per list; ``None`` where there are none."""
    found: dict[tuple[str, frozenset[str]], list[str]] = {}
    for target in shown:
        for rule in target.body.elements:
            if _long(rule):
                assert rule.codes is not None
                found.setdefault((rule.number, rule.codes), []).append(target.path)
    rows = []
    seen: set[str] = set()
    for (number, known), paths in sorted(found.items(), key=lambda one: one[0][0]):
        anchor = None if number in seen else f"codes-{number}"
        seen.add(number)
        rows.append(_row(number, _places(paths), codes(known), anchor))
    for number, known in sorted(guide.private.items()):
        rows.append(_row(number, "in addition to the directory's list", codes(known), None))
    return join([_intro(guide), table(_COLUMNS, rows, "Code lists")]) if rows else None


def _long(rule: ElementRule) -> bool:
    return rule.codes is not None and len(rule.codes) > INLINE


def _places(paths: list[str]) -> str:
    more = len(paths) - _PLACES
    return ", ".join(paths[:_PLACES]) + (f" and {more} more" if more > 0 else "")


def _intro(guide: Guide) -> Markup:
    return tag(
        "p",
        f"What the codes mean is said by the {guide.base_name.partition(' ')[0]} directory and its "
        "code lists. Shorter lists stand with their elements.",
    )


def _row(number: str, where: str, shown: Markup, anchor: str | None) -> Markup:
    return tag(
        "tr",
        tag("th", tag("code", number), scope="row", class_="narrow", id=anchor),
        tag("td", where),
        tag("td", shown),
    )
