"""Files that differ and are neither settings nor maps: each is told as what it is.

Nothing that differs is passed over in silence: a file of which nothing follows is told, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from gateway.config.difference.certificates import described
from gateway.config.difference.change import HOUSE, OWN, WHOLE, Agreed, Change, Kind
from gateway.config.difference.guides import is_guide
from gateway.config.difference.maps import users_of_form
from gateway.config.difference.shops import is_list
from gateway.config.difference.sides import Sides
from gateway.config.snapshot import PARTNERS, SETTINGS, SHOPS
from gateway.problems import Place

RUN = "code that will run"
SAME = "means the same"
UNUSED = "no setting names it"
BROKEN = "the settings cannot be used"
_CERTIFICATES = (".pem", ".cer", ".crt", ".der", ".p7b", ".p7c")
_OF_SETTINGS = ("partner", "shop", "agreement", "channel", "setting")
_STANDARDS = ("edifact", "x12")


def file_changes(sides: Sides, told: Iterable[Change]) -> Iterator[Change]:
    """``told``: what is known already, so that the files of it are not told again."""
    told = list(told)
    known = {each.place.file for each in told if each.place is not None}
    known |= {_settings_of(sides, each.partner) for each in told if each.what in _OF_SETTINGS}
    whole = {each.partner for each in told if each.what in WHOLE}
    for name, (before, after) in sides.changed_files.items():
        shown, partner = sides.shown(name), _whose(name)
        kind: Kind = "added" if before is None else "removed" if after is None else "changed"
        if users := _runs(sides, name):
            lines = _lines(before, after)
            place = Place(file=shown)
            path = PurePosixPath(name).name
            agreed = tuple(sorted(users))
            yield Change("functions", kind, partner, path, "", lines, place, RUN, agreed)
        elif name.endswith(_CERTIFICATES) and (described(before) or described(after)):
            yield _certificate(sides, name, partner, kind, (before, after))
        elif _is_format(name):
            agreed = users_of_format(sides, name)
            yield Change("format", kind, HOUSE, shown, place=Place(file=shown), agreements=agreed)
        elif not (partner in whole or {shown, name} & known or _told(sides, name, told)):
            place, note = Place(file=shown), _note(sides, name)
            yield Change(
                "file", kind, partner, _inside(name), place=place, note=note, decides=False
            )


def _whose(name: str) -> str:
    parts = name.split("/")
    return parts[1] if parts[0] in (PARTNERS, SHOPS) and len(parts) > 2 else HOUSE


def _inside(name: str) -> str:
    """A file of a partner or shop by its name in his folder."""
    parts = name.split("/")
    return "/".join(parts[2:]) if _whose(name) else name


def _settings_of(sides: Sides, partner: str) -> str:
    """The name in a snapshot of the file with somebody's settings."""
    if partner == HOUSE:
        return SETTINGS
    if partner in sides.old.shops or partner in sides.new.shops:
        return f"{SHOPS}/{partner}/shop.yaml"
    return f"{PARTNERS}/_own.yaml" if partner == OWN else f"{PARTNERS}/{partner}/partner.yaml"


def _note(sides: Sides, name: str) -> str:
    """Why nothing follows from a file that differs."""
    if _whose(name) in (*sides.new.broken, *sides.new.broken_shops):
        return BROKEN
    return SAME if _is_used(sides, name) else UNUSED


def _is_used(sides: Sides, name: str) -> bool:
    """Whether settings or maps of either side read a file."""
    if not _whose(name):
        return True
    inside = _inside(name)
    if name.startswith(f"{SHOPS}/"):
        return inside == "shop.yaml" or is_list(sides, _whose(name), inside)
    for workspace in (sides.old, sides.new):
        partner = workspace.partners.get(_whose(name))
        if partner is not None:
            named = {each.mapping for each in partner.agreements}
            named |= {each.guide for each in partner.agreements} | set(partner.codes.values())
            if inside in named or inside == "partner.yaml":
                return True
    return False


def _told(sides: Sides, name: str, told: Iterable[Change]) -> bool:
    """Whether a map of a partner is told by the rows that it changes, which stand elsewhere."""
    whose = _whose(name)
    return (
        bool(whose)
        and name.endswith(".map")
        and _is_used(sides, name)
        and any(each.partner == whose and each.what == "map row" for each in told)
    )


def _runs(sides: Sides, name: str) -> set[Agreed]:
    """The agreements whose maps run a file of converters; empty for other files."""
    found: set[Agreed] = set()
    for workspace in (sides.old, sides.new):
        partner = workspace.partners.get(_whose(name))
        if name == workspace.settings.functions:
            found.update(each.agreed for each in sides.pairs)
        elif partner is not None and partner.functions == _inside(name):
            found.update(each.agreed for each in sides.pairs_of(partner.partner))
    return found


def _lines(before: bytes | None, after: bytes | None) -> str:
    """``3 lines more, 1 line less``."""
    old, new = ((data or b"").splitlines() for data in (before, after))
    more = less = 0
    for what, first, last, start, end in SequenceMatcher(None, old, new, False).get_opcodes():
        if what != "equal":
            less, more = less + last - first, more + end - start
    told = [f"{count} {_word(count)} {sign}" for count, sign in ((more, "more"), (less, "less"))]
    return ", ".join(each for each in told if not each.startswith("0 "))


def _word(count: int) -> str:
    return "line" if count == 1 else "lines"


def _certificate(
    sides: Sides,
    name: str,
    partner: str,
    kind: Kind,
    contents: tuple[bytes | None, bytes | None],
) -> Change:
    told = (described(contents[0]), described(contents[1]))
    place = Place(file=sides.shown(name))
    return Change("certificate", kind, partner, _inside(name), *told, place, decides=False)


# ---- formats and grammars


def _is_format(name: str) -> bool:
    return name.startswith("grammars/") and not is_guide(name)


def users_of_format(sides: Sides, name: str) -> tuple[Agreed, ...]:
    """``grammars/csv/order.yaml``: those of that format; ``grammars/edifact/D96A/…``: of it."""
    parts = name.split("/")
    if parts[1] not in _STANDARDS:
        return users_of_form(sides, name)
    found: dict[Agreed, None] = {}
    for pair in sides.pairs:
        for known in (pair.old, pair.new):
            if known is None or known[1].standard.syntax != parts[1]:
                continue
            if len(parts) < 4 or parts[2] == known[1].standard.directory:
                found[pair.agreed] = None
    return tuple(found)
