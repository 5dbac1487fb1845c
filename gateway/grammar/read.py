"""Read a message: check it against its grammar and make its tree.

The fast way accepts: one look-up per segment for the order (:mod:`gateway.grammar.structure`), one
regular expression for the contents of all (:mod:`gateway.grammar.content`). What it does not
accept is explained by readable walkers over the same grammar (:mod:`gateway.grammar.walk`,
:mod:`gateway.grammar.explain`), which have the last word. A permanent test says that both agree.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gateway.grammar.compiled import Compiled, compiled
from gateway.grammar.model import MessageGrammar
from gateway.grammar.tree import Tree
from gateway.grammar.walk import Finding, Walk
from gateway.problems import Place, Problem, Severity, has_errors, problem
from gateway.syntax import Part, locate, spans

UnknownCodes = Literal["error", "warn", "ignore"]
"""What a code outside its list is: G212 as error, as warning, or nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a message yields."""

    tree: Tree | None
    """``None`` where the order of segments has errors."""
    problems: tuple[Problem, ...] = ()


def read(part: Part, grammar: MessageGrammar, *, unknown_codes: UnknownCodes = "error") -> Reading:
    """Read a part that is a message (UNH … UNT, ST … SE). Problems carry byte offsets.

    A missing trailer is the envelope's finding and not repeated here.
    """
    reading = read_segments(part.segments, grammar, unknown_codes=unknown_codes)
    if not reading.problems:
        return reading
    trailer = grammar.root.members[-1].tag
    kept = [
        one for one in reading.problems if not (one.code == "G105" and one.place.tag == trailer)
    ]
    return Reading(reading.tree, tuple(_located(kept, part)))


def read_segments(
    segments: Sequence[str], grammar: MessageGrammar, *, unknown_codes: UnknownCodes = "error"
) -> Reading:
    """The same for segments in normal form that have no bytes yet, such as our own output."""
    table = compiled(grammar, unknown_codes != "ignore")
    root = table.accept(segments)
    if root is not None:
        return Reading(Tree(grammar, segments, root))
    return explain(segments, table, unknown_codes)


def explain(
    segments: Sequence[str],
    table: Compiled,
    unknown_codes: UnknownCodes = "error",
    *,
    every: bool = False,
) -> Reading:
    """The readable way. ``every`` also explains segments that the expressions accept (tests)."""
    faults = {
        index: table.explain_segment(segment)
        for index, segment in enumerate(segments)
        if every or not table.accepts_segment(segment)
    }
    walk = Walk(table.structure, segments, faults).run()
    findings = list(walk.findings)
    sound = not findings
    for index, found in faults.items():
        path = walk.paths.get(index, "")
        findings += [Finding(one.code, index, walk.tags[index], path, one.facts) for one in found]
    findings.sort(key=lambda one: one.index)
    problems = tuple(_problem(one, table.grammar, unknown_codes) for one in findings)
    tree = Tree(table.grammar, segments, walk.root) if sound else None
    return Reading(tree, problems)


def accepted(reading: Reading) -> bool:
    """Whether nothing refuses the message."""
    return reading.tree is not None and not has_errors(reading.problems)


def _problem(one: Finding, grammar: MessageGrammar, unknown_codes: UnknownCodes) -> Problem:
    facts = dict(one.facts)
    position = {name: facts.pop(name, None) for name in ("element", "component", "repetition")}
    place = Place(segment=one.index + 1, tag=one.tag, path=one.path or None, **position)  # type: ignore[arg-type]
    names = {"tag": one.tag, "message": grammar.name, "directory": grammar.directory}
    warn = one.code == "G212" and unknown_codes == "warn"
    severity = Severity.WARNING if warn else None
    return problem(one.code, place, severity=severity, **{**names, **facts})


def _located(problems: Sequence[Problem], part: Part) -> Iterator[Problem]:
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
