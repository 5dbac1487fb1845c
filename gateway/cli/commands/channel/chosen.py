"""Which channels a command is about."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.cli.output import cannot
from gateway.config import Workspace
from gateway.config.models import Channel


def chosen(workspace: Workspace, name: str, channel: str | None) -> list[tuple[str, Channel]]:
    """The channel of a partner that is meant, or all of them; without one the command ends."""
    partner = workspace.partners.get(name)
    if partner is None:
        cannot(f"there is no partner {name}; there are {_listed(workspace.partners)}")
    if channel is None:
        if not partner.channels:
            cannot(f"{name} has no channel")
        return list(partner.channels.items())
    found = partner.channels.get(channel)
    if found is None:
        cannot(f"{name} has no channel {channel}; there is {_listed(partner.channels)}")
    return [(channel, found)]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
