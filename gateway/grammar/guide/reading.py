"""Read a message by a guide: against its base, with what the guide tolerates, then the guide.

reading = read_with_guide(part, guide)          # instead of gateway.grammar.read
problems = check_envelope(guide, Envelope(unb, ung, unh))
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from gateway.grammar.compiled import compiled
from gateway.grammar.guide.model import Guide
from gateway.grammar.guide.order import LooseOrder, Moved, bare, loose_order
from gateway.grammar.guide.tolerancemodel import Tolerance
from gateway.grammar.guide.validate import validate
from gateway.grammar.read import STRICT, Leniency, Reading, located, read, read_segments
from gateway.grammar.tree import Tree
from gateway.grammar.walk import Walk
from gateway.problems import Place, Problem, Severity, errors, problem
from gateway.syntax import Part
from gateway.syntax.normal import ELEMENT


def read_with_guide(
    part: Part,
    guide: Guide,
    *,
    leniency: Leniency = STRICT,
) -> Reading:
    """Read a message part; problems of the base and of the guide carry byte offsets.

    The tree is that of the base (:attr:`Guide.grammar`), also where the order of segments is only
    tolerated.
    """
    version = part.dialect.version if part.dialect is not None else ""
    reading = read(part, guide.grammar, leniency=leniency)
    more: Sequence[Problem] = ()
    if reading.tree is None and guide.orders:
        reading, more = _loosely(
            guide,
            reading,
            lambda grammar: read(part, grammar, leniency=leniency),
        )
    reading = _tolerant(guide, reading, part.segments, version)
    if reading.tree is None:
        return reading
    found = [*more, *validate(guide, reading.tree, version)]
    if not found:
        return reading
    found = _tolerated(guide.tolerances, _news(found, reading.problems))
    return Reading(reading.tree, (*reading.problems, *located(found, part)))


def read_segments_with_guide(
    segments: Sequence[str],
    guide: Guide,
    *,
    leniency: Leniency = STRICT,
    version: str = "",
) -> Reading:
    """The same for segments in normal form that have no bytes yet, such as our own output."""
    reading = read_segments(segments, guide.grammar, leniency=leniency, version=version)
    more: Sequence[Problem] = ()
    if reading.tree is None and guide.orders:
        reading, more = _loosely(
            guide,
            reading,
            lambda grammar: read_segments(segments, grammar, leniency=leniency, version=version),
        )
    reading = _tolerant(guide, reading, segments, version)
    if reading.tree is None:
        return reading
    found = _news([*more, *validate(guide, reading.tree, version)], reading.problems)
    found = _tolerated(guide.tolerances, found)
    return Reading(reading.tree, (*reading.problems, *found))


def _news(found: Sequence[Problem], said: Sequence[Problem]) -> list[Problem]:
    """Without what the base finds in the same element already: it would be said twice."""
    elements = {_element(one.place) for one in said if one.place.element is not None}
    if not elements:
        return list(found)
    return [
        one
        for one in found
        if _element(one.place) not in elements
        and _element(replace(one.place, component=None)) not in elements
    ]


def _element(place: Place) -> tuple[int | None, ...]:
    return place.segment, place.element, place.component, place.repetition


# ---- tolerated findings of the base


def _tolerant(guide: Guide, reading: Reading, segments: Sequence[str], version: str) -> Reading:
    """The reading with what is tolerated as warnings, and then with a tree if nothing is left."""
    if not reading.problems or not guide.tolerances:
        return reading
    problems = tuple(_tolerated(guide.tolerances, reading.problems))
    tree = reading.tree
    if tree is None and not any(one.code.startswith("G1") for one in errors(problems)):
        walk = Walk(compiled(guide.grammar, version=version).structure, segments).run()
        tree = Tree(guide.grammar, segments, walk.root)
    return Reading(tree, problems)


def _tolerated(tolerances: Sequence[Tolerance], problems: Iterable[Problem]) -> list[Problem]:
    return [_as_warning(one, tolerances) for one in problems]


def _as_warning(found: Problem, tolerances: Sequence[Tolerance]) -> Problem:
    if found.severity is not Severity.ERROR:
        return found
    for one in tolerances:
        if one.problem == found.code and _is_about(one, found.place):
            facts: dict[str, Any] = {**found.facts, "tolerated": one.why}
            return replace(found, severity=Severity.WARNING, facts=facts)
    return found


def _is_about(one: Tolerance, place: Place) -> bool:
    return (
        one.tag in ("", place.tag)
        and one.element in (None, place.element)
        and one.component in (None, place.component)
        and (not one.path or _groups(place.path or "") == one.path)
    )


def _groups(path: str) -> str:
    """``SG25[2]/SG28:net[1]/PRI`` without counts, slots and the segment: ``SG25/SG28``."""
    steps = [step.partition("[")[0].partition(":")[0] for step in path.split("/")]
    return "/".join(steps[:-1])


# ---- tolerated order


def _loosely(guide: Guide, strict: Reading, again: object) -> tuple[Reading, list[Problem]]:
    """Read with the tolerated order; the strict reading where that does not help either."""
    loose = _loose_order(guide)
    reading = again(loose.grammar)  # type: ignore[operator]
    folded = None if reading.tree is None else loose.folded(reading.tree, guide.grammar)
    if folded is None:
        return strict, []
    tree, moved = folded
    # the choice between a member and its copy is none
    kept = [one for one in reading.problems if not _is_copy(one)]
    return Reading(tree, tuple(kept)), [_moved(guide, tree, one) for one in moved]


def _is_copy(found: Problem) -> bool:
    facts = found.facts
    return found.code == "G110" and bare(facts["first"]) == bare(facts["second"])


def _moved(guide: Guide, tree: Tree, one: Moved) -> Problem:
    tag = tree.segments[one.index].partition(ELEMENT)[0]
    place = Place(segment=one.index + 1, tag=tag, path=one.path)
    tolerance = one.tolerance
    facts: dict[str, Any] = {
        "what": tolerance.name,
        "side": "after" if tolerance.after else "before",
        "sibling": tolerance.sibling,
        "why": tolerance.why,
    }
    return problem("G341", place, guide=guide.name, **facts)


_KEPT = 64
_lock = threading.Lock()
_loose: dict[int, tuple[Guide, LooseOrder]] = {}


def _loose_order(guide: Guide) -> LooseOrder:
    """Made when the first message needs it, and kept with its guide."""
    found = _loose.get(id(guide))
    if found is None:
        made = (guide, loose_order(guide))
        with _lock:
            found = _loose.setdefault(id(guide), made)
            while len(_loose) > _KEPT:
                del _loose[next(iter(_loose))]
    return found[1]
