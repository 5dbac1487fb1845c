"""Settings of interchanges that were written and do nothing: C141."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.config.envelope import (
    Deviations,
    EdifactDeviation,
    EdifactSyntax,
    X12Deviation,
    X12Syntax,
    syntax_of,
)
from gateway.config.models import Agreement, Closed, Partner
from gateway.problems import Problem, problem
from gateway.syntax.charset import LEVELS, REPERTOIRES
from gateway.syntax.yamltext import Path_, YamlText

_Syntax = EdifactSyntax | X12Syntax


@dataclass(frozen=True, slots=True)
class _Rule:
    """``names`` (below the syntax) does nothing where ``holds`` says so."""

    standard: str
    names: tuple[str, ...]
    holds: Callable[[Any], bool]
    why: str
    way: str


def _no_table(one: _Syntax) -> bool:
    return one.characters.outside == "refuse"


def _small_letters(one: _Syntax) -> bool:
    if isinstance(one, X12Syntax):
        return one.characters.set != "basic"
    return one.version.level != "UNOA" or one.codec not in (None, "ascii")


def _all_fits(one: _Syntax) -> bool:
    level = one.version.level if isinstance(one, EdifactSyntax) else ""
    return (one.codec or LEVELS.get(level, "")) == "utf-8" and level not in REPERTOIRES


def _groups_uncounted(one: _Syntax) -> bool:
    return one.control_numbers.group.by == "interchange"


def _messages_uncounted(one: _Syntax) -> bool:
    return one.control_numbers.message.by == "interchange"


def _group_rules(names: tuple[str, ...]) -> Iterator[_Rule]:
    for name in names:
        why, way = "there are no groups (write: false)", "set group.write to true"
        yield _Rule("edifact", ("group", name), lambda one: not one.group.write, why, way)


_NUMBERS, _ISA13 = "control_numbers", "ISA13 has nine digits, with zeros"
_RULES: tuple[_Rule, ...] = (
    *_group_rules(
        (
            "type",
            "sender",
            "sender_qualifier",
            "receiver",
            "receiver_qualifier",
            "agency",
            "association",
            "password",
        )
    ),
    _Rule(
        "edifact",
        (_NUMBERS, "group"),
        lambda one: not one.group.write,
        "there are no groups (write: false)",
        "set group.write to true",
    ),
    *(
        _Rule(
            standard,
            ("characters", "table"),
            _no_table,
            "characters that do not fit are refused (outside: refuse)",
            "set outside to transliterate",
        )
        for standard in ("edifact", "x12")
    ),
    *(
        _Rule(
            standard,
            ("characters", "lower_case"),
            lambda one: one.characters.lower_case == "upper" and _small_letters(one),
            "the charset has small letters",
            "agree on UNOA, or on the basic set of X12",
        )
        for standard in ("edifact", "x12")
    ),
    _Rule(
        "edifact",
        ("characters", "outside"),
        lambda one: one.characters.outside != "refuse" and _all_fits(one),
        "the charset has every character",
        "agree on another charset",
    ),
    _Rule("x12", (_NUMBERS, "width"), lambda _one: True, _ISA13, "set group.width"),
    _Rule("x12", (_NUMBERS, "leading_zeros"), lambda _one: True, _ISA13, "set it for groups"),
    _Rule("x12", (_NUMBERS, "prefix"), lambda _one: True, "ISA13 has digits only", "do without"),
    _Rule(
        "x12",
        (_NUMBERS, "message", "prefix"),
        lambda _one: True,
        "it is for EDIFACT",
        "do without",
    ),
    _Rule(
        "x12",
        ("delimiters", "repetition"),
        lambda one: one.standards_id == "U" or (one.version or "99999") < "00402",
        "ISA11 does not name it (before 00402, or standards_id: U)",
        "take a newer version (ISA12)",
    ),
    *(
        _Rule(
            standard,
            (_NUMBERS, level, name),
            uncounted,
            "these are no numbers of a counter (by: interchange)",
            "set by to counter",
        )
        for standard in ("edifact", "x12")
        for level, uncounted in (("group", _groups_uncounted), ("message", _messages_uncounted))
        for name in ("first", "last")
    ),
)


def idle(partner: Partner, text: YamlText) -> Iterator[Problem]:
    """Of one partner."""
    for standard in ("edifact", "x12"):
        if standard in partner.syntax.model_fields_set:
            general = partner.syntax.of(standard)
            path: Path_ = ("syntax", standard)
            released = _released(general, partner.agreements)
            yield from _of(standard, released, general, text, path)
            yield from _answers(partner, standard, text)
    for index, agreement in enumerate(partner.agreements):
        here: Path_ = ("agreements", index)
        yield from _sending(agreement, text, here)
        if agreement.syntax is not None:
            yield from _deviations(partner, agreement, agreement.syntax, text, here)


def _of(
    standard: str,
    syntax: _Syntax,
    said: _Syntax | EdifactDeviation | X12Deviation,
    text: YamlText,
    path: Path_,
) -> Iterator[Problem]:
    for rule in _RULES:
        if rule.standard == standard and _says(said, rule.names) and rule.holds(syntax):
            yield _idle(text, (*path, *rule.names), ".".join(rule.names), rule.why, rule.way)


def _deviations(
    partner: Partner, agreement: Agreement, said: Deviations, text: YamlText, here: Path_
) -> Iterator[Problem]:
    standard = agreement.standard.syntax
    for name in said.model_fields_set:
        if name != standard:
            why = f"the messages of this agreement are {agreement.standard}"
            path = (*here, "syntax", name)
            yield _idle(text, path, f"syntax.{name}", why, f"write it below syntax.{standard}")
    own = said.of(standard)
    if own is None:
        return
    if agreement.direction == "inbound" and agreement.acknowledge.business == "none":
        why = "nothing is written under an inbound agreement without a business answer"
        way = "write it in syntax of the partner, if it is how he writes"
        yield _idle(text, (*here, "syntax", standard), f"syntax.{standard}", why, way)
        return
    written = _released(syntax_of(partner, agreement), (agreement,))
    yield from _of(standard, written, own, text, (*here, "syntax", standard))
    if own.control_numbers is not None and _says(own, (_NUMBERS, "answers")):
        why = "answers belong to no agreement"
        path = (*here, "syntax", standard, _NUMBERS, "answers")
        yield _idle(text, path, "answers", why, "write it in syntax of the partner")


def _released(syntax: _Syntax, agreements: Sequence[Agreement]) -> _Syntax:
    """With the newest ISA12 that the agreements lead to, where none is set."""
    found = [one.standard.directory[:5] for one in agreements if one.standard.syntax == "x12"]
    if not isinstance(syntax, X12Syntax) or syntax.version or not found:
        return syntax
    return syntax.model_copy(update={"version": max(found)})


def _answers(partner: Partner, standard: str, text: YamlText) -> Iterator[Problem]:
    if not _says(partner.syntax.of(standard), (_NUMBERS, "answers")):
        return
    inbound = (one for one in partner.agreements if one.direction == "inbound")
    if any(one.acknowledge.numbers == "own" for one in inbound if one.standard.syntax == standard):
        return
    why = "answers are numbered like everything else (acknowledge.numbers)"
    path: Path_ = ("syntax", standard, _NUMBERS, "answers")
    yield _idle(text, path, "answers", why, "set acknowledge.numbers to own")


def _sending(agreement: Agreement, text: YamlText, here: Path_) -> Iterator[Problem]:
    if agreement.direction == "outbound":
        return
    for name in sorted(agreement.send.model_fields_set):
        way = "write it in an outbound agreement"
        yield _idle(text, (*here, "send", name), f"send.{name}", "the agreement is inbound", way)


def _says(said: Any, names: tuple[str, ...]) -> bool:
    for name in names:
        if not isinstance(said, Closed) or name not in said.model_fields_set:
            return False
        said = getattr(said, name)
    return True


def _idle(text: YamlText, path: Path_, setting: str, why: str, way: str) -> Problem:
    return problem("C141", text.place(path, key=True), setting=setting, why=why, way=way)
