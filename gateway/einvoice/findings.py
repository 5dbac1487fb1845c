"""What a validator says (SVRL, the report format of Schematron), as problems: V600, V601.

A rule names business terms in its text (``BT-24``); the fields of the invoice that are these terms
are told too, and the first of them is the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from gateway.documents import Invoice
from gateway.documents.invoiceterms import field_of
from gateway.problems import Place, Problem, problem

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_TERM = re.compile(r"\bB[TG]-\d{1,3}\b")
_STEP = re.compile(r"\*:(?P<name>[\w.-]+)\[namespace-uri\(\)='[^']*'\]")
_ONLY = re.compile(r"\[1\]")
_RULE = re.compile(r"^\s*\[[\w.-]+\]\s*-?\s*")
_WARNINGS = ("warning", "information", "info")
_FIELDS = field_of(Invoice)
_LONGEST = 500


class NotFindings(ValueError):  # noqa: N818 (says what the text is not)
    """The report is no SVRL."""


def findings(report: bytes) -> list[Problem]:
    """The problems of a report, in its order. Raises :class:`NotFindings`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(report, parser)
    except etree.XMLSyntaxError as broken:
        raise NotFindings(str(broken.msg)) from None
    if root.tag != f"{_SVRL}schematron-output":
        raise NotFindings(f"its root is {root.tag!s}")
    return list(_problems(root))


def _problems(root: etree._Element) -> Iterator[Problem]:
    for one in root.iterchildren(f"{_SVRL}failed-assert", f"{_SVRL}successful-report"):
        text = one.findtext(f"{_SVRL}text") or ""
        sentence = " ".join(_RULE.sub("", text).split())
        rule = one.get("id") or _named(text) or "rule"
        terms = list(dict.fromkeys(_TERM.findall(text)))
        fields = [_FIELDS[term] for term in terms if term in _FIELDS]
        location = readable(one.get("location", ""))
        flag = (one.get("flag") or one.get("role") or "fatal").lower()
        yield problem(
            "V601" if flag in _WARNINGS else "V600",
            Place(path=location or None),
            rule=rule,
            text=_short(sentence),
            terms=", ".join(terms),
            field=", ".join(fields) or location or "the invoice",
            location=location,
            test=_short(" ".join((one.get("test") or "").split())),
        )


def _named(text: str) -> str:
    found = re.match(r"\s*\[([\w.-]+)\]", text)
    return found[1] if found else ""


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def readable(location: str) -> str:
    """``/*:Invoice[namespace-uri()='…'][1]/*:ID[…][1]`` → ``/Invoice/ID``; other numbers stay."""
    return _ONLY.sub("", _STEP.sub(lambda step: step["name"], location))
