"""The two sentences that most checks of a shop end in."""

from __future__ import annotations

from gateway.config.shops.abilities import ABILITIES
from gateway.config.shops.shop import Shop
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import Path_, YamlText, dotted


def refused(shop: Shop, text: YamlText, path: Path_, why: str, way: str = "") -> Problem:
    """The platform cannot do what a setting asks for (C572)."""
    setting, platform = dotted(path), ABILITIES[shop.kind].name
    way = way or f"take {setting} out"
    place = text.place(path, key=True)
    return problem("C572", place, setting=setting, platform=platform, why=why, way=way)


def idle(text: YamlText, path: Path_, why: str) -> Problem:
    """A setting is written and does nothing (C573)."""
    return problem("C573", text.place(path, key=True), setting=dotted(path), why=why)


def written(text: YamlText, path: Path_) -> bool:
    """Whether somebody wrote a setting."""
    return path in text.keys
