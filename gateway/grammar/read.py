"""Read a message: check it against its grammar and make its tree.

The fast way accepts: one regular expression for the order of segments
(:mod:`gateway.grammar.profile`), one for the contents of all (:mod:`gateway.grammar.content`); the
tree is made when it is asked for (:mod:`gateway.grammar.structure`). What they do not accept is
explained by readable walkers over the same grammar (:mod:`gateway.grammar.walk`,
:mod:`gateway.grammar.explain`), which have the last word. A permanent test says that all agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from gateway.grammar.compiled import Compiled, compiled
from gateway.grammar.model import MessageGrammar
from gateway.grammar.tree import Tree
from gateway.grammar.walk import Finding, Walk
from gateway.problems import Place, Problem, Severity, has_errors, problem
from gateway.problems.codes import REGISTRY
from gateway.syntax import Part, locate, spans
from gateway.syntax.normal import ELEMENT, TERMINATOR

Strictness = Literal["error", "warn", "ignore"]
"""What a finding that partners may agree to take is: an error, a warning, or nothing."""
_SEVERITIES: Mapping[str | None, Severity] = {"error": Severity.ERROR, "warn": Severity.WARNING}
_TRAILING = re.compile("\x1d(?=\x1c)|\x1e(?=[\x1c\x1d])|\x1f(?=[\x1c-\x1e])")
"""A separator with nothing between it and one of a higher level, or the end of the segment."""


@dataclass(frozen=True, slots=True)
class Leniency:
    """What partners agreed to take although it is wrong."""

    unknown_codes: Strictness = "error"
    """Codes outside their list (G212)."""
    totals: Strictness = "error"
    """Control counts (G131); ``ignore`` is for control sums (G132) as well."""
    formats: Strictness = "error"
    """Dates and times that are not in the format they name (G218, G219)."""
    trailing: Literal["standard", "allow", "forbid"] = "standard"
    """Trailing separators (G217): a warning from syntax version 4 on, or as agreed."""
    others: Mapping[str, Strictness] = field(default_factory=dict)
    """More findings, by code: those of elements (G2xx), and unknown segments (G102)."""

    def by_code(self) -> dict[str, Strictness]:
        """What is agreed, by code of the problem."""
        agreed = {"G212": self.unknown_codes, "G131": self.totals}
        agreed |= {"G218": self.formats, "G219": self.formats}
        agreed |= {"G132": self.totals} if self.totals == "ignore" else {}
        agreed |= {"G217": "error"} if self.trailing == "forbid" else {}
        return agreed | dict(self.others)

    def looks_for_trailing(self, version: str) -> bool:
        """Whether trailing separators are a finding in this version of the syntax."""
        return self.trailing == "forbid" or (version == "4" and self.trailing == "standard")


STRICT = Leniency()


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a message yields."""

    tree: Tree | None
    """``None`` where the order of segments has errors."""
    problems: tuple[Problem, ...] = ()


def read(
    part: Part,
    grammar: MessageGrammar,
    *,
    leniency: Leniency = STRICT,
) -> Reading:
    """Read a part that is a message (UNH … UNT, ST … SE). Problems carry byte offsets.

    A missing trailer is the envelope's finding and not repeated here.
    """
    version = part.dialect.version if part.dialect is not None else ""
    reading = read_segments(part.segments, grammar, leniency=leniency, version=version)
    if not reading.problems:
        return reading
    trailer = grammar.root.members[-1].tag
    kept = [
        one for one in reading.problems if not (one.code == "G105" and one.place.tag == trailer)
    ]
    return Reading(reading.tree, tuple(located(kept, part)))


def read_segments(
    segments: Sequence[str],
    grammar: MessageGrammar,
    *,
    leniency: Leniency = STRICT,
    version: str = "",
) -> Reading:
    """The same for segments in normal form that have no bytes yet, such as our own output.

    ``version`` is that of the syntax (UNB 0002, ISA12); empty where there is no envelope yet.
    """
    table = compiled(grammar, leniency.unknown_codes != "ignore", version=version)
    profile = table.profile.of(segments)
    tree = table.accept(segments, profile)
    found: list[Finding] = []
    lenient: Mapping[str, Strictness] = {}
    if tree is None:
        lenient = leniency.by_code()
        found, tree = _explained(segments, table, lenient)
    if tree is not None:
        found += table.between(segments, profile)
    if leniency.looks_for_trailing(version):
        found += _trailing(segments)
    if not found:
        return Reading(tree)
    lenient = lenient or leniency.by_code()
    kept = [one for one in found if lenient.get(one.code) != "ignore"]
    return Reading(tree, _problems(kept, grammar, lenient))


def explain(segments: Sequence[str], table: Compiled, *, every: bool = False) -> Reading:
    """The readable way alone: order and contents of segments, not what is between them.

    ``every`` also explains segments that the expressions accept (tests).
    """
    found, tree = _explained(segments, table, {}, every=every)
    return Reading(tree, _problems(found, table.grammar, {}))


def _explained(
    segments: Sequence[str],
    table: Compiled,
    lenient: Mapping[str, Strictness],
    *,
    every: bool = False,
) -> tuple[list[Finding], Tree | None]:
    faults = {
        index: table.explain_segment(segment)
        for index, segment in enumerate(segments)
        if every or not table.accepts_segment(segment)
    }
    walk = Walk(table.structure, segments, faults).run()
    found = list(walk.findings)
    sound = all(_is_sound(one.code, lenient) for one in found)
    for index, inside in faults.items():
        path = walk.paths.get(index, "")
        found += [Finding(one.code, index, walk.tags[index], path, one.facts) for one in inside]
    return found, Tree(table.grammar, segments, walk.root) if sound else None


def _is_sound(code: str, lenient: Mapping[str, Strictness]) -> bool:
    """Whether the message has its structure in spite of a finding."""
    return REGISTRY[code].severity is Severity.WARNING or lenient.get(code, "error") != "error"


def _trailing(segments: Sequence[str]) -> Iterator[Finding]:
    """Trailing separators (G217), which syntax version 4 has left out (ISO 9735-1:2002 §8.7)."""
    text = TERMINATOR.join([*segments, ""])
    at, start = 0, 0
    for match in _TRAILING.finditer(text):
        at += text.count(TERMINATOR, start, match.start())
        start = match.start()
        yield Finding("G217", at, segments[at].partition(ELEMENT)[0], "")


def accepted(reading: Reading) -> bool:
    """Whether nothing refuses the message."""
    return reading.tree is not None and not has_errors(reading.problems)


def _problems(
    found: list[Finding], grammar: MessageGrammar, lenient: Mapping[str, str]
) -> tuple[Problem, ...]:
    found.sort(key=lambda one: one.index)
    return tuple(_problem(one, grammar, lenient) for one in found)


def _problem(one: Finding, grammar: MessageGrammar, lenient: Mapping[str, str]) -> Problem:
    facts = dict(one.facts)
    position = {name: facts.pop(name, None) for name in ("element", "component", "repetition")}
    place = Place(segment=one.index + 1, tag=one.tag, path=one.path or None, **position)  # type: ignore[arg-type]
    names = {"tag": one.tag, "message": grammar.name, "directory": grammar.directory}
    severity = _SEVERITIES.get(lenient.get(one.code))
    return problem(one.code, place, severity=severity, **{**names, **facts})


def located(problems: Sequence[Problem], part: Part) -> Iterator[Problem]:
    """With byte offsets; the part is cut once, however many findings there are."""
    cut = spans(part)
    for one in problems:
        place = one.place
        if place.segment is None or not cut:
            yield one
            continue
        if place.segment > len(cut):
            end = cut[-1].offset + len(cut[-1].raw)
            yield replace(one, place=replace(place, offset=end))
            continue
        span = cut[place.segment - 1]
        piece = replace(part, offset=span.offset, raw=span.raw, segments=(span.text,))
        offset, width = locate(piece, 1, place.element, place.component, place.repetition)
        yield replace(one, place=replace(place, offset=offset, width=width))
