"""What is wrong with an IDoc by its type: order, mandatory segments, repetitions, values.

Where a segment stands at all, the codecs have said already (F320, F321).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.grammar.idoc import kinds
from gateway.grammar.idoc.places import Place
from gateway.grammar.idoc.tree import SDATA, Idoc, Segment
from gateway.problems import Place as Spot
from gateway.problems import Problem, problem

_SHORT = 40
_RULES = {"decimal": ("F330", ""), "date": ("F331", "20261120"), "time": ("F331", "103000")}


Rules = Mapping[str, tuple[int, str]]
"""Width and kind of each field of a segment."""
_NO_RULES: Rules = {}
_FREE = (0, "text")


def rules(slices: Sequence[tuple[str, int, int]]) -> Rules:
    """What the values of a segment are checked by."""
    return {name: (last - first, kinds.kind(name)) for name, first, last in slices}


def check_idoc(idoc: Idoc, root: Place, fields: Mapping[str, Rules]) -> list[Problem]:
    """All problems of structure and values (F322-F324, F330-F333, F336). ``fields``: by segment."""
    name = idoc.type
    found = list(check_values("EDI_DC40", idoc.control, fields["EDI_DC40"], idoc.line))
    found += _structure(idoc.segments, root, name, "the IDoc", idoc.line)
    for one in idoc.walk():
        found += check_values(one.type, one.fields, fields.get(one.type, _NO_RULES), one.line)
    return found


def _structure(
    segments: Sequence[Segment], place: Place, type_: str, parent: str, line: int
) -> Iterator[Problem]:
    counts: dict[str, int] = {}
    for one in segments:
        counts[one.type] = counts.get(one.type, 0) + 1
    for name, count in counts.items():
        kid = place.kids.get(name)
        if kid is not None and count > kid.most:
            at = [one for one in segments if one.type == name][kid.most].line
            yield problem(
                "F324", Spot(line=at or None, path=name), line=at, segment=name, value=count,
                parent=parent, type=type_, most=kid.most,
            )  # fmt: skip
    for name in place.needs:
        if name not in counts:
            yield problem(
                "F323", Spot(line=line or None, path=name), line=line, parent=parent, segment=name,
                type=type_,
            )  # fmt: skip
    last: Place | None = None
    for one in segments:
        kid = place.kids.get(one.type)
        if kid is None:
            continue
        if last is not None and kid.order < last.order:
            yield problem(
                "F322", Spot(line=one.line or None, path=one.type), line=one.line,
                segment=one.type, before=last.name, type=type_,
            )  # fmt: skip
        last = kid
        if one.kids or kid.needs:
            yield from _structure(one.kids, kid, type_, one.type, one.line)


def check_values(
    segment: str, fields: Mapping[str, str], known: Rules, line: int
) -> Iterator[Problem]:
    """What is wrong with the values of one segment (F330-F333, F336)."""
    for name, value in fields.items():
        width, what = known.get(name, _FREE)
        if what == "text" and len(value) <= width and name != "ACTION" and value.isprintable():
            continue  # nearly all of them
        if not value or name == SDATA:
            continue
        if not value.isprintable():
            reason = "it holds a control character or line break"
            yield told("F333", segment, name, value, line, reason=reason)
        elif width and len(value) > width:
            yield told("F332", segment, name, value, line, most=width)
        elif name == "ACTION" and not value.isdigit():
            yield told("F336", segment, name, value, line)
        elif what != "text" and kinds.normal(value, what) is None:
            code, rule = _RULES[what]
            yield told(code, segment, name, value, line, rule=rule)


def told(code: str, segment: str, name: str, value: str, line: int, **facts: Any) -> Problem:
    """A problem of one value: ``line 7, E1EDP01-MENGE is …``."""
    field = f"{segment}-{name}"
    shown = value if len(value) <= _SHORT else f"{value[:_SHORT]}…"
    where = f"line {line}, {field}" if line else field
    spot = Spot(line=line or None, path=field)
    return problem(code, spot, where=where, value=shown, field=field, **facts)
