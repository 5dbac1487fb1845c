"""Shops that differ: settings by their value, rows of their lists of articles by SKU."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from gateway.config.difference.change import Change, Kind
from gateway.config.difference.settings import keyed, ordered, value_change
from gateway.config.difference.sides import Sides
from gateway.config.effective import effective
from gateway.config.shops.articles import parse_articles
from gateway.config.snapshot import SHOPS
from gateway.problems import Place


def shop_changes(sides: Sides) -> Iterator[Change]:
    """Of every shop that both sides have or one has."""
    for name in sides.shops:
        old, new = sides.old.shops.get(name), sides.new.shops.get(name)
        if old is None or new is None:
            yield _whole(sides, name)
        elif old is not new and old != new:
            yield from _settings(sides, name)
    yield from _articles(sides)


def _whole(sides: Sides, name: str) -> Change:
    """One that is new, or is gone."""
    new = sides.new.shops.get(name)
    known = new or sides.old.shops[name]
    text = (sides.new if new is not None else sides.old).shop_texts.get(name)
    place = None if text is None else Place(file=text.file, line=1)
    told = f"{known.kind}, {known.mode}"
    values = (told, "") if new is None else ("", told)
    kind: Kind = "removed" if new is None else "added"
    return Change("shop", kind, name, known.name, *values, place)


def _settings(sides: Sides, name: str) -> Iterator[Change]:
    old, new = keyed(effective(sides.old, name)), keyed(effective(sides.new, name))
    for path in ordered(old, new):
        change = value_change(name, path, old.get(path), new.get(path))
        if change is not None:
            yield change


def _articles(sides: Sides) -> Iterator[Change]:
    """Rows of the lists that both sides have; a list that comes or goes is told as a file."""
    for name, (before, after) in sides.changed_files.items():
        kind, _, rest = name.partition("/")
        shop, _, inside = rest.partition("/")
        if kind != SHOPS or before is None or after is None or not is_list(sides, shop, inside):
            continue
        shown = sides.shown(name)
        was, now = (_rows(data, shown) for data in (before, after))
        for sku in dict.fromkeys([*now, *was]):
            if was.get(sku) != now.get(sku):
                path = f"{PurePosixPath(name).name} {sku}"
                told = (was.get(sku, ""), now.get(sku, ""))
                what: Kind = "changed" if all(told) else "added" if told[1] else "removed"
                yield Change("code", what, shop, path, *told, Place(file=shown))


def is_list(sides: Sides, shop: str, inside: str) -> bool:
    """Whether a file is the list of articles of a shop, on either side."""
    found = (workspace.shops.get(shop) for workspace in (sides.new, sides.old))
    return any(each is not None and each.items.codes == inside for each in found)


def _rows(data: bytes, shown: str) -> dict[str, str]:
    text = data.decode("utf-8-sig", "replace")
    return dict(parse_articles(text, shown)[0].by_sku)
