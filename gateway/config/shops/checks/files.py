"""Files that a shop needs: its list of articles, the maps of the ERP's format, words of lists."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from gateway.config.data import data_roots, find, is_beside
from gateway.config.models import Settings
from gateway.config.shops.articles import read_articles
from gateway.config.shops.files import SHOP
from gateway.config.shops.shop import Shop
from gateway.config.validate import suggestion
from gateway.mapping.codes import parse_codes
from gateway.problems import Place, Problem, problem
from gateway.syntax.yamltext import Path_, YamlText, dotted

_CLOSED = "unit"
"""The list of which a word has to be."""
_SETTINGS = (".csv", ".yaml", ".yml", ".map", ".py", ".pem")
"""Files that look as if they decided something."""
_MOST = 40
"""Words that are named in a sentence."""


def file_problems(root: Path, settings: Settings, shop: Shop, text: YamlText) -> Iterator[Problem]:
    """Of what stands outside ``shop.yaml``."""
    yield from _articles(root, settings, shop, text)
    yield from _maps(root, settings, shop, text)
    yield from _listed(root, shop, text)
    yield from _unnamed(root, settings, shop)


def _articles(root: Path, settings: Settings, shop: Shop, text: YamlText) -> Iterator[Problem]:
    if shop.items.codes is None:
        return
    shown = f"{settings.shops}/{shop.shop}/{shop.items.codes}"
    for found in read_articles(root / shown, shown)[1]:
        if found.code == "C570":
            yield problem("C570", text.place(("items", "codes")), value=shown)
        else:
            yield found


def documents_of(shop: Shop) -> tuple[str, ...]:
    """The documents that the ERP gets of a shop."""
    orders = shop.orders
    found = ["order"]
    if "send" in (orders.changes, orders.cancellations):
        found.append("orderchange")
    if orders.refunds == "send":
        found.append("refund")
    if orders.customers != "none":
        found.append("parties")
    return tuple(found)


def _maps(root: Path, settings: Settings, shop: Shop, text: YamlText) -> Iterator[Problem]:
    """Each document has a map of the format that it is written in (C588)."""
    for document in documents_of(shop):
        form = shop.erp.format or settings.erp.formats.of(document)
        if find(root, "mappings", f"{form}/{document}.map") is not None:
            continue
        named = shop.erp.format is not None
        place = text.place(("erp", "format")) if named else text.place(("shop",))
        yield problem(
            "C588",
            place,
            document=document,
            format=form,
            setting="erp.format" if named else f"erp.formats.{document} of gateway.yaml",
            known=", ".join(_forms(root, document)) or "none",
            wanted=f"mappings/{form}/{document}.map",
        )


def _forms(root: Path, document: str) -> list[str]:
    """Formats that have a map of a document."""
    maps = (
        path for folder in data_roots(root, "mappings") for path in folder.glob(f"*/{document}.map")
    )
    return sorted({each.parent.name for each in maps})


def _listed(root: Path, shop: Shop, text: YamlText) -> Iterator[Problem]:
    """Words of lists that maps translate (C589)."""
    send = shop.send
    yield from _word(root, text, ("items", "unit"), shop.items.unit, "unit")
    if send.stock is not None:
        yield from _word(root, text, ("send", "stock", "kind"), send.stock.kind, "stock_kind")
    if send.prices is not None:
        path: Path_ = ("send", "prices", "kind")
        yield from _word(root, text, path, send.prices.kind, "catalogue_price")


def _word(root: Path, text: YamlText, path: Path_, value: str, name: str) -> Iterator[Problem]:
    file = find(root, "mappings", f"codes/{name}.csv")
    words = () if file is None else _words(str(file), file.stat().st_mtime_ns)
    if value in words or not words:
        return
    hint = suggestion(value, words)
    if not hint and name != _CLOSED:
        return  # files of the ERP may have words of their own
    facts: dict[str, Any] = {"setting": dotted(path), "value": value, "hint": hint}
    facts |= {"list": f"mappings/codes/{name}.csv", "known": ", ".join(words[:_MOST])}
    yield problem("C589", text.place(path), **facts)


@lru_cache(maxsize=8)
def _words(path: str, _changed: int) -> tuple[str, ...]:
    """The words of a list; it is asked for every shop."""
    rows, _ = parse_codes(Path(path).read_text(encoding="utf-8", errors="replace"), path)
    return tuple(dict.fromkeys(each.cells.get("canonical", "") for each in rows))


def _unnamed(root: Path, settings: Settings, shop: Shop) -> Iterator[Problem]:
    """Files in the shop's folder that no setting names (C594)."""
    folder = root / settings.shops / shop.shop
    named = {SHOP, PurePosixPath(shop.items.codes or SHOP).as_posix()}
    for here, inside, names in os.walk(folder):
        inside[:] = sorted(each for each in inside if not is_beside(each))
        for each in sorted(names):
            name = (Path(here) / each).relative_to(folder).as_posix()
            if name not in named and name.endswith(_SETTINGS) and not is_beside(each):
                shown = f"{settings.shops}/{shop.shop}/{name}"
                yield problem("C594", Place(file=shown), file=shown)
