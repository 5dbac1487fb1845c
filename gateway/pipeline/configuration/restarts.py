"""Settings that a running process has from its start: they change with its next one.

Everything else is changed in the running process, at the moment something is applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.config import Workspace
from gateway.config.models import Settings
from gateway.pipeline.configuration.running import shown_address
from gateway.problems import Problem, problem

NEEDS_RESTART: Mapping[str, str] = {
    "http": "ports are opened when a process starts",
    "mailboxes": "the SFTP server starts with the process",
    "workers": "threads start with the process",
    "telemetry": "logs and traces begin with the process",
}
"""By the name of the setting in ``gateway.yaml``."""
AT_ONCE = ("http.api",)
"""Settings in these groups that are changed in the running process all the same."""
STAYS = ("database", "archive")
"""Settings that are not applied at all: everything is in there."""


@dataclass(frozen=True, slots=True)
class Restart:
    """A setting that changes, but only with the next start of each process."""

    setting: str
    """``http.listen``, ``workers``."""
    reason: str


def restarts(old: Workspace, new: Workspace) -> list[Restart]:
    """What of a change needs a restart."""
    found = [
        Restart(path, reason)
        for name, reason in NEEDS_RESTART.items()
        for path in _changed(old.settings, new.settings, name)
        if path not in AT_ONCE
    ]
    if new.settings.mailboxes and old.settings.mailboxes and _boxes(new) and not _boxes(old):
        # without any mailbox there is no server that could take the first one
        found.append(Restart("channels.*.mailbox", NEEDS_RESTART["mailboxes"]))
    if _called(new) and not _called(old):
        callers = "channels.*.as2, channels.*.https, webhooks and api of shops, http.api"
        found.append(Restart(callers, "their addresses begin with it"))
    return found


def moved(old: Workspace, new: Workspace) -> list[Problem]:
    """P232: where everything is kept would be another place."""
    return [
        problem("P232", setting=name, value=_shown(new, name), running=_shown(old, name))
        for name in STAYS
        if getattr(new.settings, name) != getattr(old.settings, name)
    ]


def _changed(old: Settings, new: Settings, name: str) -> list[str]:
    before, after = getattr(old, name), getattr(new, name)
    if before == after:
        return []
    if before is None or after is None or not hasattr(before, "model_fields_set"):
        return [name]
    fields = type(before).model_fields
    return [f"{name}.{each}" for each in fields if getattr(before, each) != getattr(after, each)]


def _boxes(workspace: Workspace) -> bool:
    channels = (each for one in workspace.partners.values() for each in one.channels.values())
    return any(each.mailbox is not None for each in channels)


def _called(workspace: Workspace) -> bool:
    """Whether some partner or shop, or the ERP, calls at the web port."""
    if workspace.settings.http.api is not None:
        return True
    channels = (each for one in workspace.partners.values() for each in one.channels.values())
    shops = workspace.shops.values()
    return any(each.as2 is not None or each.https is not None for each in channels) or any(
        each.webhooks is not None or each.api is not None for each in shops
    )


def _shown(workspace: Workspace, name: str) -> str:
    """An address without what may be a password in it."""
    return shown_address(str(getattr(workspace.settings, name)))
