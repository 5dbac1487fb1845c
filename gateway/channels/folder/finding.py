"""A problem as the keeper of a file needs it: line, field, value, rule, what to do.

Every problem can say these five, whichever floor found it. What was found in a document, and not
in the file itself, is led back to the file before (:mod:`gateway.pipeline.sources`); the facts
``source_field`` and ``source_value`` come from there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.problems import Problem
from gateway.problems.render import line_and_column

SOURCE_FIELD, SOURCE_VALUE = "source_field", "source_value"
NOTHING = "a value is required"
_FIELD = (SOURCE_FIELD, "field", "attribute", "missing", "record")
_VALUE = (SOURCE_VALUE, "value", "found")
_RULE = ("rule", "expected", "formula", "demand")
_RULES: Mapping[str, str] = {
    "E401": NOTHING,
    "E410": NOTHING,
    "F102": "a closing quote",
    "F103": "one of: {known}",
    "F104": "a row after the {parent} row it belongs to",
    "F105": "nothing after column {last}",
    "F106": NOTHING,
    "F111": "at least one {record}",
    "F118": "one {record}",
    "F128": "{record} at the end of the file",
    "F141": "a column with the title {value}",
    "F145": "{before}, as on line {first}",
    "F151": "one of the sheets: {known}",
    "F201": "well-formed XML: every element is closed",
    "F208": "at most {most}",
    "F308": "well-formed XML: every element is closed",
    "F330": "a number such as 12.50 or 12.50-",
    "F331": "a date like {rule}",
    "F332": "at most {most} characters",
    "P121": "the GLN or number of a partner that is set up here",
    "T101": "a file that is not empty",
    "T108": "at most {limit} bytes",
    "V540": "{computed} ({formula})",
    "V541": "{computed} ({formula})",
    "V542": "{computed} ({formula})",
    "V550": "{computed} ({formula})",
    "V560": NOTHING,
}
"""Where no fact of its own says what would be right."""
_TODO: Mapping[str, str] = {
    "E410": "fill {field} where the document comes from",
    "V501": "write {rule} into {field}",
    "V512": "use a code that is known here, or ask for this one to be added",
    "V516": "correct {field}, or ask for the value to be added to the table",
    "V520": "correct {field}, or what it is computed from",
}
"""Where the remedy of the code is one for the keeper of the map."""
_NO_VALUE = frozenset({"E401", "E410", "F106", "F111", "F141", "V560"})
"""Something is missing: the value is empty."""
_REACH = 400
"""Lines of a record that are searched for its field."""
_LINE = re.compile(r"^line \d+,? ?")


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of a file."""

    found: Problem
    about: str = ""
    """``invoice 4711``."""
    line: int | None = None
    """From 1; a row of an Excel sheet."""
    column: int | None = None
    """Character in the line, from 1."""
    field: str = ""
    """As the keeper of the file names it; what he may find it by (``column D``) included."""
    value: str | None = None
    """What was there; empty: nothing. ``None``: it is not about one value."""
    rule: str = ""
    """What would be right."""

    @property
    def todo(self) -> str:
        """What the keeper of the file can do about it."""
        template = _TODO.get(self.found.code)
        if template is None:
            return self.found.remedy
        return template.format(field=self.field or "it", rule=self.rule)

    @property
    def where(self) -> str:
        """``line 6, column H (due “Due date”)``."""
        line = "" if self.line is None else f"line {self.line}"
        return ", ".join(part for part in (line, self.field) if part)


def finding(found: Problem, about: str = "", text: str | None = None) -> Finding:
    """The five things; ``text``: the file, where a byte offset has to become a line."""
    line, column = _spot(found, text)
    return Finding(
        found,
        about,
        line,
        column,
        field=_field(found),
        value="" if found.code in _NO_VALUE else _fact(found, _VALUE),
        rule=_rule(found),
    )


def _spot(found: Problem, text: str | None) -> tuple[int | None, int | None]:
    place = found.place
    if place.line is not None:
        return _own_line(found, place.line, text), place.column
    if place.offset is not None and text is not None and place.offset <= len(text):
        return line_and_column(text, place.offset)
    return None, None


def _own_line(found: Problem, first: int, text: str | None) -> int:
    """The line of the value itself, where only that of its record (JSON, XML) is known."""
    value, name = found.facts.get(SOURCE_VALUE), found.facts.get(SOURCE_FIELD, "")
    if text is None or not value:
        return first
    name = re.split(r"[.-]", name.partition(" “")[0])[-1]
    lines = text.split("\n")[first - 1 : first - 1 + _REACH]
    if lines and value in lines[0]:
        return first
    return next((first + at for at, one in enumerate(lines) if value in one and name in one), first)


def _field(found: Problem) -> str:
    facts, place = found.facts, found.place
    if SOURCE_FIELD in facts:
        return facts[SOURCE_FIELD]
    if found.code == "E410":  # as the map names it in the file
        return re.sub(r"^no (?:first\((.*)\)|(.*))$", r"\1\2", facts.get("missing", ""))
    where = _LINE.sub("", facts.get("where", ""))
    if where:
        return where
    if place.tag:
        element = "" if place.element is None else f" {place.element}"
        component = "" if place.component is None else f".{place.component}"
        number = f" (segment {place.segment})" if place.segment is not None else ""
        return f"{place.tag}{element}{component}{number}"
    spot = facts.get("spot") or (f"column {facts['column']}" if _is_letter(facts) else "")
    if spot:
        return f"{spot} ({facts['field']})" if "field" in facts else spot
    named = _fact(found, _FIELD) or place.path
    return named or ("" if place.column is None else f"sign {place.column} of the line")


def _is_letter(facts: Mapping[str, str]) -> bool:
    return facts.get("column", "").isalpha()


def _rule(found: Problem) -> str:
    template = _RULES.get(found.code)
    if template is not None:
        return template.format_map(_Known(found.facts))
    return _fact(found, _RULE) or found.registered.title


def _fact(found: Problem, names: tuple[str, ...]) -> str | None:
    return next((found.facts[name] for name in names if name in found.facts), None)


class _Known(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "?"
