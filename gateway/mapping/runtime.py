"""What compiled maps call. Nothing else is in their reach: no I/O, no import, no eval.

The functions stand by what they work on: :mod:`cells` and :mod:`filling` (segments),
:mod:`recordcells` (records), :mod:`findings` (problems), :mod:`figures` (values of the document).
"""

from __future__ import annotations

from typing import Any

from gateway.mapping import cells, deeper, figures, filling, findings, recordcells, runs
from gateway.syntax.record import Record


def position(occurrence: Any) -> int:
    """Index of the segment of an occurrence, or the line of a record."""
    if isinstance(occurrence, int):
        return occurrence
    if isinstance(occurrence, Record):
        return occurrence.line or 0
    return int(occurrence.segment)


CALLED: dict[str, Any] = {
    name: getattr(module, name)
    for module, names in (
        (cells, ("cell", "has", "join_all", "merged", "pair", "pick", "qualifier")),
        (deeper, ("deeper",)),
        (filling, ("finish", "place_composite", "place_pair", "place_repetition")),
        (findings, ("bad", "lack", "miss", "too_long", "twice", "unequal")),
        (findings, ("unknown", "unsaid", "unwritten")),
        (figures, ("concat", "counted", "differs", "first", "given", "put", "shown")),
        (figures, ("summed", "tagged", "written")),
        (runs, ("into", "packed", "runs")),
    )
    for name in names
} | {"position": position, **recordcells.CALLED}
"""By the names that generated code calls them."""
