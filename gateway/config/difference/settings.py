"""Settings that differ: by their value as it holds, wherever and in whatever order they stand.

Agreements are keyed by document and direction, channels and contacts by name, other lists of
groups by what names an entry (a file, an address). Whole partners, agreements and channels that
come or go are one difference each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from gateway.config.difference.change import HOUSE, OWN, Agreed, Change, Kind
from gateway.config.difference.sides import Pair, Sides
from gateway.config.effective import Value, effective, values_of
from gateway.config.models import Agreement, Partner
from gateway.config.snapshot import SETTINGS, without_secret
from gateway.config.workspace import Workspace
from gateway.problems import Place
from gateway.syntax.yamltext import YamlText, read_yaml

_NAMES = ("file", "name", "user", "email", "question", "host")
"""Settings that name an entry of a list, the best first."""
_WHOLE = {"agreements": "agreement", "channels": "channel"}
_NO_MATTER: tuple[tuple[str, ...], ...] = (
    ("schema",),
    ("name",),
    ("like",),
    ("contacts",),
    ("channels",),
    ("references",),
    ("alerts",),
    ("retention",),
    *(
        ("agreements", "*", each)
        for each in ("acknowledge", "expect", "in_order", "changed", "send", "retry", "deliver")
    ),
)
"""Settings of a partner that say how things travel and are watched, not what comes out."""
_HOUSE_DECIDES = (("erp", "formats"), ("functions",), ("limits",), ("einvoice",))
_OWN_DECIDES = (("identities",),)
Values = Mapping[tuple[str, ...], Value]


def setting_changes(sides: Sides) -> Iterator[Change]:
    """Of the house, of ourselves, and of every partner that both sides have or one has."""
    yield from _house(sides)
    yield from _own(sides)
    for name in sides.partners:
        old, new = sides.old.partners.get(name), sides.new.partners.get(name)
        if old is None or new is None:
            yield _partner(sides, name)
        elif old is not new and old != new:
            yield from _settings(sides, name)


# ---- partners


def _partner(sides: Sides, name: str) -> Change:
    """One that is new, or is gone."""
    new = sides.new.partners.get(name)
    known = new or sides.old.partners[name]
    text = sides.new.texts.get(name) if new is not None else sides.old.texts.get(name)
    place = None if text is None else Place(file=text.file, line=1)
    count = f"{_many(len(known.agreements), 'agreement')}, {_many(len(known.channels), 'channel')}"
    kind: Kind = "removed" if new is None else "added"
    told = (count, "") if new is None else ("", count)
    agreed = tuple(dict.fromkeys(each.agreed for each in sides.pairs_of(name)))
    return Change("partner", kind, name, known.name, *told, place, agreements=agreed)


def _settings(sides: Sides, name: str) -> Iterator[Change]:
    old, new = keyed(effective(sides.old, name)), keyed(effective(sides.new, name))
    whole = set()
    for each in _whole(sides, name, old, new):
        whole.add(each.setting)
        yield each
    pairs = sides.pairs_of(name)
    for path in ordered(old, new):
        if path[:2] in whole:
            continue
        change = value_change(name, path, old.get(path), new.get(path))
        if change is not None:
            agreed = _touched(sides, name, path, pairs)
            yield replace(change, agreements=agreed, decides=not _among(path, _NO_MATTER))
    yield from _sending(sides, name, pairs)


def _whole(sides: Sides, name: str, old: Values, new: Values) -> Iterator[Change]:
    """Agreements and channels that come or go."""
    partners = (sides.old.partners[name], sides.new.partners[name])
    for group in _WHOLE:
        before = dict.fromkeys(path[:2] for path in old if path[0] == group and len(path) > 2)
        after = dict.fromkeys(path[:2] for path in new if path[0] == group and len(path) > 2)
        for path in dict.fromkeys([*after, *before]):
            if path in before and path in after:
                continue
            kind: Kind = "added" if path in after else "removed"
            values = new if kind == "added" else old
            place = next((each.origin for at, each in values.items() if at[:2] == path), None)
            pairs = [each for each in sides.pairs_of(name) if path == ("agreements", each.key)]
            told = _shown_whole(partners[kind == "added"], path, pairs)
            yield Change(
                "agreement" if group == "agreements" else "channel",
                kind,
                name,
                f"{group}[{path[1]}]" if group == "agreements" else f"{group}.{path[1]}",
                *(("", told) if kind == "added" else (told, "")),
                place,
                agreements=tuple(each.agreed for each in pairs),
                decides=group == "agreements",
                setting=path,
            )


def _shown_whole(partner: Partner, path: tuple[str, ...], pairs: Sequence[Pair]) -> str:
    if path[0] == "channels":
        return partner.channels[path[1]].kind
    for pair in pairs:
        known = pair.new or pair.old
        if known is not None:
            return f"{known[1].standard}, {known[1].mode}"
    return ""


def _touched(
    sides: Sides, name: str, path: tuple[str, ...], pairs: Sequence[Pair]
) -> tuple[Agreed, ...]:
    """The agreements that a setting of a partner holds for."""
    if path[0] in ("contacts", "name", "like", "schema"):
        return ()
    if path[0] == "agreements":
        return tuple(each.agreed for each in pairs if each.key == path[1])
    if path[0] != "channels":
        return tuple(dict.fromkeys(each.agreed for each in pairs))
    found: dict[Agreed, None] = {}
    for pair in pairs:
        for known in (pair.old, pair.new):
            if known is not None and known[0].channel_name(known[1]) == path[1]:
                found[pair.agreed] = None
    return tuple(found)


def _sending(sides: Sides, name: str, pairs: Sequence[Pair]) -> Iterator[Change]:
    """Nothing can be sent by an agreement any more, or can be now: its documents are held."""
    for pair in pairs:
        if pair.agreed.direction != "outbound" or pair.old is None or pair.new is None:
            continue
        was, now = (_sends(*each) for each in (pair.old, pair.new))
        if was != now:
            place = sides.new.place(*pair.new, "channel")
            path = f"agreements[{pair.key}]: its channel sends"
            told = ("yes", "no") if was else ("no", "yes")
            yield Change("setting", "changed", name, path, *told, place, agreements=(pair.agreed,))


def _sends(partner: Partner, agreement: Agreement) -> bool:
    channel = partner.channel(agreement)
    return channel is not None and channel.sends


# ---- the house, and ourselves


def _house(sides: Sides) -> Iterator[Change]:
    if sides.old.settings == sides.new.settings:
        return
    text = _text(sides.new, SETTINGS)
    old = keyed(values_of(sides.old.settings))
    new = keyed(values_of(sides.new.settings, text))
    for path in ordered(old, new):
        if path in (("partners",), ("shops",)):  # a snapshot has folders of its own for them
            continue
        change = value_change(HOUSE, path, old.get(path), new.get(path))
        if change is None:
            continue
        decides = _among(path, _HOUSE_DECIDES)
        agreed = _of_house(sides, path) if decides else ()
        yield replace(change, decides=decides, agreements=agreed)


def _of_house(sides: Sides, path: tuple[str, ...]) -> tuple[Agreed, ...]:
    """The agreements that a setting of the house decides about."""
    known = [each.agreed for each in sides.pairs]
    if path[:2] == ("erp", "formats"):
        known = [each for each in known if each.document == path[-1]]
    return tuple(dict.fromkeys(known))


def _own(sides: Sides) -> Iterator[Change]:
    if sides.old.own == sides.new.own:
        return
    text = _text(sides.new, f"{sides.new.settings.partners}/_own.yaml")
    old, new = keyed(values_of(sides.old.own)), keyed(values_of(sides.new.own, text))
    for path in ordered(old, new):
        change = value_change(OWN, path, old.get(path), new.get(path))
        if change is not None:
            decides = _among(path, _OWN_DECIDES)
            agreed = tuple(dict.fromkeys(each.agreed for each in sides.pairs)) if decides else ()
            yield replace(change, decides=decides, agreements=agreed)


def _text(workspace: Workspace, name: str) -> YamlText | None:
    try:
        data = (workspace.root / name).read_bytes()
    except OSError:
        return None
    return read_yaml(data, name)[0]


# ---- values


def value_change(
    partner: str, path: tuple[str, ...], old: Value | None, new: Value | None
) -> Change | None:
    """One setting; ``None`` where both sides say the same, or neither says anything."""
    if old is not None and new is not None and old.value == new.value:
        return None
    before, after = (
        "" if each is None else without_secret(path, each.value) for each in (old, new)
    )
    if before == after:
        return None
    kind: Kind = "changed" if before and after else "added" if after else "removed"
    known = new or old
    assert known is not None
    shown = replace(known, path=path).setting
    place = known.origin
    return Change("setting", kind, partner, shown, before, after, place, setting=path)


def keyed(values: Sequence[Value]) -> dict[tuple[str, ...], Value]:
    """Values by path; entries of a list by what names them, where each has a name of its own."""
    found = {each.path: each for each in values}
    numbered = {
        path[:at]
        for path in found
        for at, step in enumerate(path)
        if step.isdigit() and path[:1] != ("contacts",)
    }
    for front in sorted(numbered, key=len, reverse=True):
        found = _renamed(found, front)
    return found


def _renamed(
    found: dict[tuple[str, ...], Value], front: tuple[str, ...]
) -> dict[tuple[str, ...], Value]:
    at = len(front)
    numbers = dict.fromkeys(path[at] for path in found if path[:at] == front and len(path) > at)
    for name in _NAMES:
        called = {number: found.get((*front, number, name)) for number in numbers}
        words = {each.value for each in called.values() if each is not None and each.value}
        if len(words) == len(numbers):
            new = {number: each.value for number, each in called.items() if each is not None}
            return {
                (*front, new[path[at]], *path[at + 1 :]) if path[:at] == front else path: value
                for path, value in found.items()
            }
    return found


def ordered(old: Values, new: Values) -> list[tuple[str, ...]]:
    """All paths in the order of the new side; those that are gone at the end of their group."""
    return sorted(dict.fromkeys([*new, *old]), key=_rank(new, old))


def _rank(*sides: Values) -> Callable[[tuple[str, ...]], list[int]]:
    """The place of a path among all: groups stay together."""
    order: dict[tuple[str, ...], int] = {}
    for side in sides:
        for path in side:
            for at in range(1, len(path) + 1):
                order.setdefault(path[:at], len(order))
    return lambda path: [order[path[:at]] for at in range(1, len(path) + 1)]


def _among(path: tuple[str, ...], table: Sequence[tuple[str, ...]]) -> bool:
    return any(
        len(path) >= len(each) and all(b in ("*", a) for a, b in zip(path, each, strict=False))
        for each in table
    )


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
