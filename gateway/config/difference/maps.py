"""Maps that differ, row by row, and the code lists that they use: said once for all agreements.

A map is put together on both sides only where one of its files, or a setting that chooses it,
differs; it is not compiled for that. Maps of the ERP's formats are compared file by file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from gateway.config.difference.change import HOUSE, Agreed, Change, Kind
from gateway.config.difference.codes import code_rows, list_of
from gateway.config.difference.sides import Pair, Sides
from gateway.config.models import Agreement, Partner
from gateway.config.snapshot import PARTNERS
from gateway.config.translation import Translation
from gateway.config.workspace import Workspace
from gateway.documents import DOCUMENTS
from gateway.mapping import RowInfo
from gateway.mapping.difference import code_changes, differences
from gateway.mapping.merged import Merged
from gateway.problems import Place

CHOOSE = ("mapping", "standard")
"""Settings of an agreement that choose its map."""
UNUSABLE = "the map cannot be used: messages would be held"
_LIKE = "_like"
_STANDARDS = ("edifact", "x12")
Side = tuple[Partner, Agreement]


@dataclass
class _Search:
    """Both sides, what of their files differs, and what was found so far."""

    sides: Sides
    changes: list[Change] = field(default_factory=list)
    lists: dict[str, dict[Agreed, None]] = field(default_factory=dict)
    """Code lists that say something else, by name, and to which agreements."""
    seen: dict[object, tuple[list[Change], list[str]] | None] = field(default_factory=dict)
    """By what a map is put together from on both sides; ``None`` where that cannot be done."""
    folders: set[str] = field(init=False)
    """Of partners, in which a file differs."""
    maps: set[str] = field(init=False)
    """Names of shared maps that differ."""
    codes: set[str] = field(init=False)
    """Names of code lists of which a file differs."""

    def __post_init__(self) -> None:
        names = [PurePosixPath(each) for each in self.sides.changed_files]
        settings = (".yaml", ".md")
        self.folders = {
            each.parts[1]
            for each in names
            if each.parts[0] == PARTNERS and len(each.parts) > 2 and each.suffix not in settings
        }
        self.maps = {each.name for each in names if each.parts[0] == "mappings"}
        listed = (list_of(self.sides, each) for each in self.sides.changed_files)
        self.codes = {each[1] for each in listed if each is not None}


def map_changes(sides: Sides) -> list[Change]:
    """Of all agreements that both sides have, then of the formats of the ERP."""
    search = _Search(sides)
    for pair in sides.pairs:
        if pair.old is not None and pair.new is not None:
            _of_agreement(search, pair, pair.old, pair.new)
    for name, (before, after) in sides.changed_files.items():
        if _is_erp_map(name):
            _of_format(search, name, before, after)
    return [*search.changes, *code_rows(sides, search.lists)]


def _is_erp_map(name: str) -> bool:
    parts = name.split("/")
    return parts[0] == "mappings" and name.endswith(".map") and parts[1] not in _STANDARDS


# ---- agreements


def _of_agreement(search: _Search, pair: Pair, old: Side, new: Side) -> None:
    if not _may_differ(search, old, new):
        return
    among = {*search.codes, *old[0].codes, *new[0].codes}
    key = (_files(search.sides.old, old), _files(search.sides.new, new))
    if key not in search.seen:
        merged = (search.sides.old_maps.merged_map(*old), search.sides.new_maps.merged_map(*new))
        search.seen[key] = _compared(search.sides, pair.agreed.partner, merged, among)
    known = search.seen[key]
    if known is None:
        search.changes.append(_unusable(search.sides, pair))
        return
    for each in known[0]:
        whose = pair.agreed.partner if each.partner else HOUSE
        search.changes.append(replace(each, partner=whose, agreements=(pair.agreed,)))
    for name in known[1]:
        search.lists.setdefault(name, {})[pair.agreed] = None


def _may_differ(search: _Search, old: Side, new: Side) -> bool:
    (partner, agreement), (new_partner, new_agreement) = old, new
    if any(getattr(agreement, each) != getattr(new_agreement, each) for each in CHOOSE):
        return True
    if partner.codes != new_partner.codes or partner.partner in search.folders or search.codes:
        return True
    if search.maps and new_agreement.mapping is not None:
        return True
    return f"{new_agreement.message.lower()}.map" in search.maps or (
        _LIKE in search.folders and new_partner.like is not None
    )


def _files(workspace: Workspace, side: Side) -> tuple[object, ...]:
    """What a map is put together from."""
    partner, agreement = side
    standard = agreement.standard
    own = (partner.partner, *partner.codes.items()) if partner.codes else ()
    return (*workspace.map_file(*side), standard.syntax, standard.directory, own)


def _compared(
    sides: Sides, partner: str, merged: tuple[Merged | None, Merged | None], among: Collection[str]
) -> tuple[list[Change], list[str]] | None:
    before, after = merged
    if after is None:
        return None
    if before is None:
        return [], []
    return list(_rows(sides, before, after, partner)), code_changes(before, after, among)


def _unusable(sides: Sides, pair: Pair) -> Change:
    """The map of an agreement does not compile any more: its messages would be held."""
    assert pair.new is not None
    base, overlay = sides.new.map_file(*pair.new)
    path = overlay or base
    root = sides.new.root
    inside = path is not None and path.is_relative_to(root)
    shown = path.relative_to(root).as_posix() if path is not None and inside else pair.key
    whose = HOUSE if shown in sides.changed_files else pair.agreed.partner
    name = shown if whose == HOUSE else PurePosixPath(shown).name
    place = Place(file=shown) if inside else sides.new.place(*pair.new, "mapping")
    return Change(
        "map", "changed", whose, name, place=place, note=UNUSABLE, agreements=(pair.agreed,)
    )


def _rows(sides: Sides, before: Merged, after: Merged, partner: str) -> Iterator[Change]:
    """Rows that differ, also of a map that is chosen instead of another one.

    A row is the house's where the file that it stands in is shared and differs itself.
    """
    for each in differences(before.rows(), after.rows()):
        row = each.new or each.old
        assert row is not None
        place = _place(sides.new, row.where.place(), partner)
        shared = not partner or (place.file or "") in sides.changed_files
        yield Change(
            "map row",
            each.kind,
            HOUSE if shared else partner,
            f"{place.file if shared else PurePosixPath(place.file or '').name} {each.field}",
            _said(each.old, each.new),
            _said(each.new, each.old),
            place,
        )


def _said(row: RowInfo | None, other: RowInfo | None) -> str:
    """``DTM+2``, and what stands behind it; the operator only where that differs."""
    if row is None:
        return ""
    sign = "" if other is None or other.operator == row.operator else f"{row.operator} "
    return f"{sign}{row.wire} {row.modifiers}".strip()


def _place(workspace: Workspace, place: Place, partner: str) -> Place:
    """The same place with a file of the partner named from the workspace on."""
    file = place.file or ""
    near = f"{workspace.settings.partners}/{partner}/{PurePosixPath(file).name}"
    if not file.startswith(("mappings/", near)) and (workspace.root / near).is_file():
        return replace(place, file=near)
    return place


# ---- formats of the ERP


def _of_format(search: _Search, name: str, before: bytes | None, after: bytes | None) -> None:
    """One file ``mappings/csv/order.map``."""
    sides, place = search.sides, Place(file=name)
    agreed = users_of_form(sides, name)
    if before is None or after is None:
        kind: Kind = "added" if before is None else "removed"
        change = Change("format", kind, HOUSE, name, place=place, agreements=agreed)
        search.changes.append(change)
        return
    maps: tuple[Translation, ...] = (sides.old_maps, sides.new_maps)
    old, new = (each.maps.merged(name.removeprefix("mappings/")) for each in maps)
    known = _compared(sides, HOUSE, (old, new), search.codes)
    if known is None:
        known = [Change("map", "changed", HOUSE, name, place=place, note=UNUSABLE)], []
    search.changes += [replace(each, agreements=agreed) for each in known[0]]
    for each in known[1]:
        search.lists.setdefault(each, {}).update(dict.fromkeys(agreed))


def users_of_form(sides: Sides, name: str) -> tuple[Agreed, ...]:
    """The agreements whose documents have a format: ``mappings/csv/order.map``, a layout of it."""
    form = name.split("/")[1]
    stem = PurePosixPath(name).stem.lower()
    found: dict[Agreed, None] = {}
    for pair in sides.pairs:
        for workspace, known in ((sides.old, pair.old), (sides.new, pair.new)):
            if known is not None and workspace.erp_format(known[1]).partition("/")[0] == form:
                found[pair.agreed] = None
    named = [each for each in found if each.document == stem]
    return tuple(named or (each for each in found if stem not in DOCUMENTS))
