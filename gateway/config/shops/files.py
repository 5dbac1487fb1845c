"""The files of the shops: read and validated one by one; a broken one is left out and reported.

What was made of the same bytes for an earlier workspace of this process is taken over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from gateway.config.marks import MARK, find_marks
from gateway.config.settingsfile import settings_bytes, settings_text
from gateway.config.shops.shop import Shop
from gateway.config.validate import validate
from gateway.config.vault import Vault
from gateway.problems import Problem, has_errors, problem
from gateway.syntax.yamltext import YamlText

SHOP = "shop.yaml"

Read = dict[str, tuple[Shop, YamlText]]


@dataclass(slots=True)
class Shops:
    """What the folder of the shops holds."""

    read: Read = field(default_factory=dict)
    """Those that can be used, by name."""
    broken: list[str] = field(default_factory=list)
    """Those that are left out."""

    def leave_out(self, name: str) -> None:
        """One that cannot be used after all."""
        if self.read.pop(name, None) is not None:
            self.broken.append(name)


def read_shops(
    root: Path,
    folder: Path,
    vaults: Mapping[str, Vault],
    known: Mapping[str, tuple[Shop, YamlText]],
) -> tuple[Shops, list[Problem]]:
    """Every ``<folder>/<name>/shop.yaml``, and what is wrong with each by itself.

    ``known``: of an earlier workspace with the same vaults.
    """
    shops, problems = Shops(), list[Problem]()
    for name in shop_folders(root / folder):
        found: list[Problem] = []
        each = _one(root, folder / name / SHOP, vaults, known.get(name), found)
        if each is None or has_errors(found):
            shops.broken.append(name)
        else:
            shops.read[name] = each
        problems += found
    return shops, problems


def _one(
    root: Path,
    file: Path,
    vaults: Mapping[str, Vault],
    known: tuple[Shop, YamlText] | None,
    found: list[Problem],
) -> tuple[Shop, YamlText] | None:
    data = settings_bytes(root, file, found)
    if data is None:
        return None
    same = known is not None and known[1].file == file.as_posix()
    if known is not None and same and known[1].digest == sha256(data).digest():
        found += _marks(data, *known)
        return known
    text = settings_text(data, file, found)
    if text is None:
        return None
    shop, wrong = validate(Shop, text, vaults)
    found += wrong
    if shop is None:
        return None
    folder = file.parent.name
    if shop.shop != folder:
        found.append(problem("C561", text.place(("shop",)), value=shop.shop, folder=folder))
    found += _marks(data, shop, text)
    return shop, text


def _marks(data: bytes, shop: Shop, text: YamlText) -> Iterator[Problem]:
    """What a person still has to decide (C501); as long as there is any, it is not live (C567)."""
    marks = list(find_marks(data, text.file))
    for mark in marks:
        yield problem(MARK, mark.place, what=mark.what)
    if marks and shop.mode == "live":
        place = text.place(("mode",))
        first = f"{marks[0].file}:{marks[0].line}"
        yield problem(
            "C567", place, shop=shop.shop, count=len(marks), what=marks[0].what, first=first
        )


def shop_folders(folder: Path) -> list[str]:
    """Names of the folders of shops; those with a leading ``_`` or ``.`` are none."""
    try:
        names = sorted(each.name for each in folder.iterdir() if each.is_dir())
    except OSError:
        return []
    return [name for name in names if not name.startswith(("_", "."))]
