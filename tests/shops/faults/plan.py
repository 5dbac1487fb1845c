"""How much happens in a faulty shop, and the house that has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.shops.faults.server import USUAL, Style

SHOP = "webshop"
SECRET = "SHOP_SECRET"


@dataclass
class Plan:
    """How much happens, and how much goes wrong."""

    orders: int = 300
    weights: tuple[int, ...] = USUAL
    skew: timedelta = timedelta(0)
    """How much the shop's clock is ahead of ours."""
    seed: int = 1
    burst: int = 4
    """Orders bought between two requests, at most; as many changed."""
    every: timedelta = timedelta(minutes=5)
    page: int = 20
    broken: float = 0.05
    """How many orders cannot be read, at first at least."""
    refunds: float = 0.15
    """Of what people do with an order, how much is giving a piece back."""
    bulks: int = 3
    """How often somebody changes more orders than fit on a page, all in one second."""
    beside: bool = False
    """People buy all the time, on a thread of their own, and not only between two requests."""
    quiet: int = 60
    """Minutes that the gateway has when nobody buys any more: many looks fail, and Amazon may be
    asked for a page once in three minutes."""
    machines: int = 1
    """How many read the shop and do the rest, all at once."""
    more: dict[str, Any] = field(default_factory=dict)
    """Further settings of the shop."""
    house: dict[str, Any] = field(default_factory=dict)
    """Further settings of the house."""


def write_workspace(folder: Path, style: Style, url: str, plan: Plan) -> None:
    """The smallest house with one shop."""
    files = {
        "gateway.yaml": {
            "schema": 1, "database": "sqlite:///var/gateway.db", "http": {"listen": "off"},
            **plan.house,
        },
        "partners/_own.yaml": {
            "schema": 1, "name": "Our House", "identities": {"gln": "4000001000005"},
        },
        f"shops/{SHOP}/shop.yaml": {
            "schema": 1, "shop": SHOP, "name": "Web shop", "kind": style.kind,
            style.kind: style.settings(url),
            "poll": {"every": _duration(plan.every), "page": plan.page, "since": "2026-11-01"},
            "erp": {"customer": "WEB"},
            "tax": {"rates": {"FR": ["20"]}},
            **plan.more,
        },
    }  # fmt: skip
    for name, values in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(values, sort_keys=False), "utf-8")


def _duration(value: timedelta) -> str:
    return f"{int(value.total_seconds())}s"
