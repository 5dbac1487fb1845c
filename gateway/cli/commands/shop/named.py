"""The shop that a command names."""

from __future__ import annotations

from gateway.cli.output import cannot
from gateway.config import Workspace
from gateway.config.shops import Shop


def shop_named(workspace: Workspace, name: str) -> Shop:
    """The shop, or the end of the command with exit code 2 and the names there are."""
    found = workspace.shops.get(name)
    if found is None:
        if name in workspace.broken_shops:
            cannot(f"{name} is left out, its settings have problems; see gateway check")
        known = ", ".join(sorted(workspace.shops)) or "none"
        cannot(f"there is no shop {name}; there are {known}")
    return found
