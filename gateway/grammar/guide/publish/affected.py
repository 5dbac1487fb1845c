"""Which sample files two guides judge in different ways.

affected(before, after)      # file → problems, by the old and by the new guide
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.grammar.guide.publish.change import Effect
from gateway.problems import Problem, errors


@dataclass(frozen=True, slots=True)
class Affected:
    """A file that the two guides judge in different ways."""

    file: str
    was_right: bool
    is_right: bool
    new: tuple[Problem, ...]
    """Found now, and not before."""
    gone: tuple[Problem, ...]

    @property
    def effect(self) -> Effect:
        """``breaking``: it was right and is refused now."""
        if self.was_right == self.is_right:
            return "neutral"
        return "compatible" if self.is_right else "breaking"

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "file": self.file,
            "effect": self.effect,
            "was_right": self.was_right,
            "is_right": self.is_right,
            "new": [one.as_json() for one in self.new],
            "gone": [one.as_json() for one in self.gone],
        }


def affected(
    before: Mapping[str, Sequence[Problem]], after: Mapping[str, Sequence[Problem]]
) -> list[Affected]:
    """The files whose problems differ, by name: what was found by the old and the new guide."""
    found = []
    for file in sorted({*before, *after}):
        old, new = before.get(file, ()), after.get(file, ())
        keys_old, keys_new = {_same(one) for one in old}, {_same(one) for one in new}
        more = tuple(one for one in new if _same(one) not in keys_old)
        less = tuple(one for one in old if _same(one) not in keys_new)
        if more or less:
            found.append(Affected(file, not errors(old), not errors(new), more, less))
    return found


def _same(found: Problem) -> tuple[object, ...]:
    """What makes two findings the same: not the name of the guide in their sentence."""
    place = found.place
    return (
        found.code,
        found.severity,
        place.message,
        place.segment,
        place.element,
        place.component,
        place.repetition,
    )
