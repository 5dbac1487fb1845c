"""Where a file for a partner goes: into a folder, or away by what its channel is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from gateway.channels.folder import file_name
from gateway.config import Workspace
from gateway.config.models import Channel
from gateway.pipeline.failure import free_name

AS2 = "as2"
OUTLETS = {
    "folder": "folder",
    "as2": "as2",
    "sftp": "remote",
    "ftps": "remote",
    "mailbox": "mailbox",
    "https": "upload",
    "mail": "mail",
}
"""By kind of channel: how its deliveries leave (:data:`gateway.pipeline.deliver.OUTLETS`)."""


@dataclass(frozen=True, slots=True)
class Destination:
    """How a delivery leaves, and what its folder and name are."""

    outlet: str
    folder: str
    template: str

    def name(self, connection: Connection, facts: Mapping[str, str]) -> str:
        """The name of a file that no other delivery to the same place has."""
        return free_name(connection, Path(self.folder), file_name(self.template, facts))


def destination(
    workspace: Workspace, partner: str, name: str, channel: Channel | None
) -> Destination | None:
    """Where files of a channel go; ``None`` when nothing is sent there."""
    template = None if channel is None else channel.name_template
    if channel is None or template is None:
        return None
    outlet = OUTLETS[channel.kind]
    if channel.send is None:
        return Destination(outlet, place_of(channel.kind, partner, name), template)
    return Destination(outlet, str(workspace.path(channel.send.folder)), template)


def place_of(kind: str, partner: str, channel: str) -> str:
    """What stands for a folder where there is none: ``as2:acme-retail/main``."""
    return f"{kind}:{partner}/{channel}"


def channel_of(folder: str) -> tuple[str, str]:
    """Partner and channel of such a folder, or of that of a receipt (``mdn:…``)."""
    partner, _, channel = folder.partition(":")[2].partition("/")
    return partner, channel
