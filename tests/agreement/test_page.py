"""The page about agreements names every setting of them, and its examples can be read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.config.alert import About
from gateway.config.checks import Checks
from gateway.config.matching import Match

PAGE = (Path(__file__).parents[2] / "docs/howto/agree-on-checks.md").read_text("utf-8")


@pytest.mark.parametrize("name", [*Checks.model_fields, *Match.model_fields, *About.__args__])
def test_every_setting_is_named(name: str) -> None:
    assert re.search(rf"`{name}`", PAGE), name
