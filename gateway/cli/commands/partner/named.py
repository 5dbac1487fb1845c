"""The partner that a command names."""

from __future__ import annotations

from gateway.cli.output import cannot
from gateway.config import Workspace
from gateway.config.models import Partner


def known_partner(workspace: Workspace, name: str) -> Partner:
    """The partner; the command ends where there is none, or his settings are broken."""
    partner = workspace.partners.get(name)
    if partner is not None:
        return partner
    if name in workspace.broken:
        cannot(f"the settings of {name} have errors: gateway check tells which")
    names = ", ".join(workspace.partners) or "none"
    cannot(f"there is no partner {name}; there are {names}")
