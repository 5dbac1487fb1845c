"""Paths into EDIFACT and X12 messages: text → :class:`Access`, checked against the grammar.

``TAG+Q.C212[7143=EN].7140#1`` (EDIFACT, data elements by number) and ``TAG*Q.02``,
``PO1[235=EN].234`` (X12, positions; numbers inside and right after brackets).

* A stand-alone element wins over a component of the same number and never falls back to it.
* ``+Q`` binds the composite that carries Q, or an element that does not repeat.
* More than one occurrence left is M205 unless ``#n`` or ``#*``.
* A segment slot of the group wins over a group below that starts with the same tag; two groups
  are M203 until a step names a section (``summary/TAX+7``) or one of them (``SG28/PRI+AAA.5118``).
"""

from __future__ import annotations

from dataclasses import replace

from gateway.grammar.model import Group, SegmentSlot
from gateway.mapping.paths.edifact import edifact_access
from gateway.mapping.paths.follow import follow, qualifier_codes
from gateway.mapping.paths.syntax import Wrong, parse
from gateway.mapping.paths.x12 import x12_access
from gateway.mapping.places import Access, Selector
from gateway.mapping.statements import Path
from gateway.problems import problem

_MOST = 20_000
_known: dict[tuple[str, int, str, bool, bool], tuple[Group | SegmentSlot, Access]] = {}
"""Paths that were resolved: partners' maps share most of theirs. The scope, whose identity the key
names, is kept beside."""

__all__ = ["Wrong", "element_path", "group_path", "qualifier_codes"]


def group_path(path: Path, scope: Group, standard: str) -> Selector:
    """The group a block or tree repeats over; it may stand deeper. Raises :class:`Wrong`."""
    parsed = parse(path, standard)
    if parsed.element or parsed.composite or parsed.nth:
        raise Wrong(
            problem("M201", path.span.place(), path=path.text, wanted="a group, no element")
        )
    steps, _, _ = follow(parsed, scope, standard, path)
    if not steps:
        wanted = "a group below this one"
        raise Wrong(problem("M201", path.span.place(), path=path.text, wanted=wanted))
    return replace(steps[-1], via=steps[:-1])


def element_path(
    path: Path, scope: Group | SegmentSlot, standard: str, dated: bool, foreign: bool = False
) -> Access:
    """Where the value of a row stands.

    ``dated``: the row has a converter for date composites; ``foreign``: the map is written for
    another directory than this one.

    Raises :class:`Wrong`.
    """
    key = (path.text, id(scope), standard, dated, foreign)
    known = _known.get(key)
    if known is not None:
        return known[1]
    parsed = parse(path, standard)
    steps, segment, final = follow(parsed, scope, standard, path)
    if standard == "x12":
        found = x12_access(parsed, steps, segment, path, foreign)
    else:
        found = edifact_access(parsed, steps, segment, final, path, dated)
    if len(_known) >= _MOST:
        _known.clear()
    _known[key] = (scope, found)
    return found
