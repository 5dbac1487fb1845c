"""Problems that compiled maps find: what is missing, double, does not fit or does not add up.

Arguments that come again and again: ``segments`` in normal form, ``found`` the list of problems,
``where`` the canonical place as a chain ``(outer, name, index)``, ``facts`` of the row, ``at`` the
index of the segment (or the line of the record).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.mapping.codes import CodeList, known
from gateway.mapping.convert import Shortened, Unfit
from gateway.mapping.facts import RowFacts, Where, exact, place_of, spot
from gateway.problems import Place, Problem, Severity, problem
from gateway.syntax.normal import ELEMENT


def miss(
    found: list[Problem], where: Where, facts: RowFacts, at: int, segments: Sequence[str]
) -> None:
    """E410: a required field is absent on the wire; names the group it is missed in."""
    group = ""
    if at and facts.record:
        group = f" in the record that starts at line {at}"
    elif at:
        tag = segments[at].partition(ELEMENT)[0]
        group = f" in the group {tag} at segment {at + 1}"
    field = spot(where, facts.field)
    place = place_of(where, facts, at, segments)
    missing = f"no {facts.path}{group}"
    severity = _severity(facts)
    found.append(
        problem("E410", place, severity=severity, field=field, missing=missing, row=facts.row)
    )


def lack(found: list[Problem], where: Where, facts: RowFacts) -> None:
    """E410: a required field is absent in the document that is to be written."""
    field = spot(where, facts.field)
    missing = f"the document does not have it, so {facts.path} cannot be written"
    found.append(
        problem(
            "E410",
            Place(path=field),
            severity=_severity(facts),
            field=field,
            missing=missing,
            row=facts.row,
        )
    )


def twice(
    found: list[Problem], where: Where, facts: RowFacts, at: int, segments: Sequence[str]
) -> None:
    """E412: a second match of ``one``."""
    if facts.policy in ("keep", "drop"):
        return
    field = spot(where, facts.field)
    place = place_of(where, facts, at, segments)
    severity = _severity(facts)
    found.append(
        problem("E412", place, severity=severity, field=field, path=facts.path, row=facts.row)
    )


def _severity(facts: RowFacts) -> Severity | None:
    """A warning where the row or block says ``on error warn``."""
    return Severity.WARNING if facts.policy == "warn" else None


def bad(
    target: dict[str, Any],
    value: Any,
    unfit: Unfit,
    found: list[Problem],
    where: Where,
    facts: RowFacts,
    at: int,
    segments: Sequence[str],
) -> None:
    """A value on the wire that a row cannot take: does what its ``on error`` says."""
    shown = value[0] if isinstance(value, tuple) else value
    place = exact(place_of(where, facts, at, segments), facts)
    _report(found, unfit, place, facts, shown, spot(where, facts.field))
    if isinstance(unfit, Shortened):
        target[facts.field.rpartition(".")[2]] = unfit.value
    elif facts.policy == "keep" and facts.text and isinstance(shown, str):
        target[facts.field.rpartition(".")[2]] = shown


def unwritten(value: Any, unfit: Unfit, found: list[Problem], where: Where, facts: RowFacts) -> str:
    """A value of the document that a row cannot write; the text that is written instead."""
    place = Place(path=spot(where, facts.field) or None)
    _report(found, unfit, place, facts, value, spot(where, facts.field))
    if facts.policy == "keep" and facts.text and isinstance(value, str):
        return value.translate(_NO_SEPARATORS)
    return ""


_NO_SEPARATORS = {0x1C: None, 0x1D: None, 0x1E: None, 0x1F: None}


def _report(
    found: list[Problem], unfit: Unfit, place: Place, facts: RowFacts, value: Any, field: str
) -> None:
    if facts.policy in ("keep", "drop"):
        return
    severity = _severity(facts)
    found.append(
        problem(
            unfit.code,
            place,
            severity=severity,
            value=value,
            field=field,
            path=facts.path,
            row=facts.row,
            expected=unfit.expected,
        )
    )


def too_long(
    text: str, longest: int, number: bool, found: list[Problem], where: Where, facts: RowFacts
) -> str:
    """Check the length of a text about to be written; signs and marks of numbers do not count."""
    counted = text.replace("-", "").replace(".", "").replace(",", "") if number else text
    if len(counted) <= longest:
        return text
    expected = f"at most {longest} {'digits' if number else 'characters'}"
    return unwritten(text, Unfit("V503", expected), found, where, facts)


def unknown(codes: CodeList) -> Unfit:
    """V512: a code that the list does not have."""
    return Unfit("V512", f"one of {known(list(codes.to_canonical))} (code list {codes.name})")


def unsaid(codes: CodeList) -> Unfit:
    """V512: a word of the document that has no code in the list."""
    return Unfit("V512", f"one of {known(list(codes.to_wire))} (code list {codes.name})")


def unequal(
    wire: str,
    computed: str,
    left: str,
    found: list[Problem],
    facts: RowFacts,
    at: int,
    segments: Sequence[str],
) -> None:
    """V520: the wire says another thing than the document."""
    place = exact(place_of(None, facts, at, segments), facts)
    severity = _severity(facts)
    if facts.policy not in ("keep", "drop"):
        found.append(
            problem(
                "V520",
                place,
                severity=severity,
                path=facts.path,
                value=wire,
                left=left,
                computed=computed or "absent",
                row=facts.row,
            )
        )
