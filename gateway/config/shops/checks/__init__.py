"""Whether the settings of a shop fit its platform, the house and each other.

A setting that would be accepted and do nothing is refused or warned of. Nothing is called and no
clock is looked at; what depends on the day is in :mod:`.today`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.config.models import Settings
from gateway.config.shops.checks.back import back_problems
from gateway.config.shops.checks.calls import call_problems
from gateway.config.shops.checks.connection import connection_problems
from gateway.config.shops.checks.files import file_problems
from gateway.config.shops.checks.intake import intake_problems
from gateway.config.shops.checks.platforms import platform_problems
from gateway.config.shops.shop import Shop
from gateway.problems import Problem
from gateway.syntax.yamltext import YamlText


def shop_problems(root: Path, settings: Settings, shop: Shop, text: YamlText) -> Iterator[Problem]:
    """Of one shop by itself."""
    yield from connection_problems(shop, text)
    yield from platform_problems(shop, text)
    yield from call_problems(settings, shop, text)
    yield from intake_problems(settings, shop, text)
    yield from back_problems(shop, text)
    yield from file_problems(root, settings, shop, text)


__all__ = ["shop_problems"]
