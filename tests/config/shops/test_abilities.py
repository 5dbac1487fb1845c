"""What settings know of a platform is what its connector says of itself."""

from __future__ import annotations

from importlib import import_module
from typing import get_args

import pytest

from gateway.channels.shops.connector import Capabilities
from gateway.channels.shops.platforms import CALLED_BY, FOLDERS
from gateway.config.shops import Kind
from gateway.config.shops.abilities import ABILITIES


def test_every_platform_has_a_row() -> None:
    assert set(ABILITIES) == set(get_args(Kind)) == set(FOLDERS)


def capabilities(folder: str) -> Capabilities:
    """Of the connector in a folder."""
    client = vars(import_module(f"gateway.channels.shops.{folder}.client"))
    found = (getattr(each, "capabilities", None) for each in client.values())
    return next(each for each in found if isinstance(each, Capabilities))


@pytest.mark.parametrize("kind", get_args(Kind))
def test_both_say_the_same(kind: str) -> None:
    able = ABILITIES[kind]
    says = capabilities(FOLDERS[kind])
    assert able.webhooks == says.webhooks == (kind in CALLED_BY)
    assert able.stock == (says.stock != "none")
    assert able.shipments == says.shipments
    assert able.invoices == (() if says.invoices == "none" else (says.invoices,))
    assert bool(able.prices) == says.prices
    assert able.accepts == says.accepts
    assert not able.asked or able.overlap == says.overlap
