"""All shops of a workspace: those that can be used, those that are left out, what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gateway.config.models import Settings
from gateway.config.settingsfile import SETTINGS
from gateway.config.shops.checks import shop_problems
from gateway.config.shops.claims import Others, claim
from gateway.config.shops.files import Shops, read_shops
from gateway.config.workspace import Workspace
from gateway.problems import Problem, has_errors, problem
from gateway.syntax.yamltext import YamlText


def load_shops(
    root: Path, read: tuple[Settings, YamlText], previous: Workspace | None, others: Others
) -> tuple[Shops, list[Problem]]:
    """Every shop below the folder that the settings name; nothing is raised for what files say.

    ``read``: ``gateway.yaml``. ``previous``: shops whose files hold the same are taken from it.
    """
    settings, text = read
    problems = list(_folder(root, settings, text))
    if has_errors(problems):
        return Shops(), problems
    known = {}
    if previous is not None and previous.settings.vaults == settings.vaults:
        known = {name: (shop, previous.shop_texts[name]) for name, shop in previous.shops.items()}
    shops, found = read_shops(root, Path(settings.shops), settings.vaults, known)
    problems += found
    for name, (shop, shop_text) in [*shops.read.items()]:
        wrong = list(shop_problems(root, settings, shop, shop_text))
        problems += wrong
        if has_errors(wrong):
            shops.leave_out(name)
    return shops, [*problems, *claim(shops, others)]


def parts_of(shops: Shops) -> dict[str, Any]:
    """What a workspace holds of them, by its fields."""
    return {
        "shops": {name: shop for name, (shop, _) in shops.read.items()},
        "shop_texts": {name: text for name, (_, text) in shops.read.items()},
        "broken_shops": tuple(sorted(shops.broken)),
    }


def _folder(root: Path, settings: Settings, text: YamlText) -> list[Problem]:
    """That of the shops is there where somebody named it, and not that of the partners."""
    shops, partners = (root / each for each in (settings.shops, settings.partners))
    place = text.place(("shops",))
    if shops == partners or shops in partners.parents or partners in shops.parents:
        reason = f"the partners are in {settings.partners}"
        way = "name a folder beside it, like shops: shops"
        return [problem("C560", place, value=settings.shops, reason=reason, way=way)]
    if ("shops",) in text.keys and not shops.is_dir():
        return [problem("C569", place, value=settings.shops, file=SETTINGS)]
    return []
