"""Guides that differ, in the words of `gateway guide diff`; said once for all agreements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from gateway.config.difference.change import HOUSE, Change
from gateway.config.difference.sides import Pair, Sides
from gateway.config.snapshot import PARTNERS
from gateway.grammar.guide import Guide
from gateway.grammar.guide.publish.change import Change as GuideChange
from gateway.grammar.guide.publish.difference import differences
from gateway.problems import Place

_GUIDES = "grammars/guides/"
_LIKE = "_like"


def guide_changes(sides: Sides) -> list[Change]:
    """Of all agreements that have a guide on both sides."""
    found: list[Change] = []
    seen: dict[tuple[int, int], list[Change]] = {}
    folders = {name.split("/")[1] for name in sides.changed_files if _may_be_guide(name)}
    shared = any(name.startswith("grammars/") for name in sides.changed_files)
    for pair in sides.pairs:
        if not (_may_differ(pair) or shared or folders & {pair.agreed.partner, _LIKE}):
            continue
        before = None if pair.old is None else sides.old_maps.guide(*pair.old)[0]
        after = None if pair.new is None else sides.new_maps.guide(*pair.new)[0]
        if before is None or after is None or before is after:
            continue
        key = (id(before), id(after))
        if key not in seen:
            seen[key] = list(_changes(sides, pair, before, after))
        found += [replace(each, agreements=(pair.agreed,)) for each in seen[key]]
    return found


def _may_be_guide(name: str) -> bool:
    """Whether a file is a guide in the folder of a partner, or of a parent."""
    parts = name.split("/")
    deep = 3 if parts[:2] == [PARTNERS, _LIKE] else 2
    return parts[0] == PARTNERS and len(parts) > deep and parts[-1] != "partner.yaml"


def _may_differ(pair: Pair) -> bool:
    return (
        pair.old is not None
        and pair.new is not None
        and (pair.old[1].guide, pair.old[1].standard) != (pair.new[1].guide, pair.new[1].standard)
    )


def _changes(sides: Sides, pair: Pair, before: Guide, after: Guide) -> Iterator[Change]:
    """What a partner may send less of, or has to, is breaking."""
    assert pair.new is not None
    name = pair.new[1].guide or ""
    near = (sides.new.partner_folder(pair.agreed.partner) / name).is_file()
    partner = pair.agreed.partner if near else HOUSE
    place = sides.new.place(*pair.new, "guide")
    if near:
        file = f"{sides.new.settings.partners}/{partner}/{PurePosixPath(name).as_posix()}"
        place = Place(file=file)
    for each in differences(before, after):
        path = f"{name} {each.path}".rstrip() + f" {each.what}"
        told = (each.before, each.after)
        decides = each.effect != "neutral"
        yield Change(
            "guide", each.kind, partner, path, *told, place, _effect(each), decides=decides
        )


def _effect(change: GuideChange) -> str:
    """``breaking``, ``compatible``; nothing for what refuses and allows nothing."""
    return "" if change.effect == "neutral" else change.effect


def is_guide(name: str) -> bool:
    """Whether a file of a snapshot is one of the shared guides."""
    return name.startswith(_GUIDES)
