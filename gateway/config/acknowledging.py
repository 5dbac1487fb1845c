"""Whether what is agreed about acknowledgements makes sense: C114 to C119.

An option that does nothing is a problem: whoever wrote it believes that it does something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gateway.config.models import Agreement, Partner
from gateway.config.policies import (
    ANSWERS,
    BUSINESS,
    INBOUND_ONLY,
    OUTBOUND_ONLY,
    Acknowledge,
)
from gateway.config.workspace import Workspace
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

_X12_ONLY = ("warnings", "ta1")
_OF_ANSWERS = ("when", "level", "messages", "warnings", "ta1", "version", "numbers")
"""Options of the technical answer; without one they do nothing."""
_DIRECTIONS = {"inbound": OUTBOUND_ONLY, "outbound": INBOUND_ONLY}


@dataclass(frozen=True, slots=True)
class _Conflict:
    """Two options that cannot both be meant; ``setting`` is where it is shown."""

    setting: str
    other: str
    holds: Callable[[Acknowledge], bool]
    why: str


def _alone(options: Acknowledge) -> bool:
    return options.syntax == "ta1" or options.level == "receipt"


_CONFLICTS = (
    _Conflict(
        "messages",
        "level or syntax",
        lambda one: one.messages is not None and _alone(one),
        "a receipt and a TA1 list no messages",
    ),
    _Conflict(
        "warnings",
        "level or syntax",
        lambda one: one.warnings == "report" and _alone(one),
        "a receipt and a TA1 say nothing about the content",
    ),
    _Conflict(
        "ta1",
        "syntax or level",
        lambda one: one.ta1 == "never" and _alone(one),
        "the TA1 is the only answer then, and never is none",
    ),
    _Conflict(
        "business_when",
        "business",
        lambda one: "business_when" in one.model_fields_set and one.business == "none",
        "there is no business answer",
    ),
    _Conflict(
        "late",
        "within",
        lambda one: one.late == "hold" and one.within is None,
        "without a time (within) no answer is late",
    ),
    _Conflict(
        "within",
        "syntax",
        lambda one: one.within is not None and one.syntax == "none",
        "no answer is awaited",
    ),
)


def acknowledge_problems(
    workspace: Workspace, agreement: Agreement, text: YamlText, path: Path_
) -> Iterator[Problem]:
    """What one agreement says about acknowledgements."""
    options, here = agreement.acknowledge, (*path, "acknowledge")
    syntax = agreement.standard.syntax
    right = ANSWERS[syntax]
    facts: dict[str, Any]
    if agreement.answer not in ("none", *right):
        facts = {"value": agreement.answer, "standard": agreement.standard}
        yield problem("C114", text.place((*here, "syntax")), right=", ".join(right), **facts)
    for name, why in _idle(agreement):
        facts = {"setting": name, "document": agreement.document, "why": why}
        place = text.place((*here, name))
        yield problem("C115", place, direction=agreement.direction, **facts)
    for each in _CONFLICTS:
        if each.holds(options):
            facts = {"setting": each.setting, "other": each.other, "why": each.why}
            yield problem("C116", text.place((*here, each.setting)), **facts)
    yield from _business(workspace, agreement, text, here)


def _idle(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """Options that were written and do nothing, with the reason."""
    options, written = agreement.acknowledge, agreement.acknowledge.model_fields_set
    other = "outbound" if agreement.direction == "inbound" else "inbound"
    for name in _DIRECTIONS[agreement.direction]:
        if name in written:
            yield name, f"it is for {other} messages"
    if agreement.direction == "outbound":
        return
    for name in _OF_ANSWERS:
        if name in written and options.syntax == "none":
            yield name, "there is no acknowledgement (syntax: none)"
        elif name in written and name in _X12_ONLY and agreement.standard.syntax == "edifact":
            yield name, "it is for X12"


def _business(
    workspace: Workspace, agreement: Agreement, text: YamlText, here: Path_
) -> Iterator[Problem]:
    standard, kind = agreement.standard, agreement.acknowledge.business
    if kind == "none" or agreement.direction == "outbound":
        return
    place, right = text.place((*here, "business")), BUSINESS[standard.syntax]
    if kind != right:
        yield problem("C117", place, value=kind, standard=standard, right=right)
        return
    name = f"{standard.syntax}/{standard.directory}/{kind.upper()}.txt"
    if workspace.find("grammars", name) is None:
        facts: dict[str, Any] = {
            "value": kind,
            "directory": standard.directory,
            "wanted": f"grammars/{name}",
        }
        yield problem("C118", place, **facts)


def answers_differ(partner: Partner, text: YamlText) -> Iterator[Problem]:
    """Inbound agreements whose messages may share an interchange, and want different answers."""
    first: dict[tuple[str, str], tuple[int, str]] = {}
    for index, agreement in enumerate(partner.agreements):
        if agreement.direction != "inbound" or agreement.answer == "none":
            continue
        options = agreement.acknowledge
        for name, value in (
            ("syntax", agreement.answer),
            ("version", options.version or "none"),
            ("numbers", options.numbers),
        ):
            key = (agreement.standard.syntax, name)
            place = text.place(("agreements", index, "acknowledge", name))
            before = first.setdefault(key, (place.line or 1, value))
            if before[1] != value:
                facts: dict[str, Any] = {"setting": name, "value": value, "other": before[1]}
                yield problem("C119", place, other_line=before[0], **facts)
