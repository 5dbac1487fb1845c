"""What differs between the configuration that runs and the one that the files say.

    found = difference(Sides(old, new, old_maps, new_maps))
    for change in found.changes: print(change.path, change.values)

Compared is what holds in effect: settings by value with all defaults, maps by row, code lists and
guides by what they say. Order, comments and parents make no difference.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.config.difference.change import HOUSE, OWN, SIGNS, WHOLE, Agreed, Change, merged
from gateway.config.difference.files import file_changes
from gateway.config.difference.guides import guide_changes
from gateway.config.difference.maps import map_changes
from gateway.config.difference.settings import setting_changes
from gateway.config.difference.shops import shop_changes
from gateway.config.difference.sides import Pair, Sides


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs."""

    changes: tuple[Change, ...] = ()
    """Of the house first, then of ourselves, then by partner and shop."""

    @property
    def touched(self) -> list[Agreed]:
        """The agreements that anything touches."""
        return sorted({one for each in self.changes for one in each.agreements})

    @property
    def decided(self) -> list[Agreed]:
        """Of them, those whose messages may come out otherwise."""
        return sorted({one for each in self.changes if each.decides for one in each.agreements})


def difference(sides: Sides) -> Difference:
    """Compare two configurations; two of the same hash have no difference."""
    if sides.old.hash == sides.new.hash:
        return Difference()
    told = [*setting_changes(sides), *map_changes(sides), *guide_changes(sides)]
    told += shop_changes(sides)
    told += file_changes(sides, told)
    ordered = sorted(merged(told), key=lambda each: _ORDER.get(each.partner, each.partner))
    return Difference(tuple(ordered))


_ORDER = {HOUSE: " ", OWN: "!"}
"""Before all partners and shops, whose names begin with a letter or digit."""

__all__ = [
    "HOUSE",
    "OWN",
    "SIGNS",
    "WHOLE",
    "Agreed",
    "Change",
    "Difference",
    "Pair",
    "Sides",
    "difference",
]
