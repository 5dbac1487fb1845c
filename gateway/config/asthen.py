"""The workspace as it was: a snapshot's files in a folder of their own, loaded like any workspace.

How messages are understood is as then: agreements, identities, maps, codes, formats. Where files
travel is as now: a document must not end up in a folder that nobody reads any more. What belongs
to the house (database, retries, alarms) is as now, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from gateway.config.load import load_workspace
from gateway.config.models import Partner, Settings
from gateway.config.restored import is_ours, own_files, write_files
from gateway.config.snapshot import Snapshot, version
from gateway.config.workspace import Workspace
from gateway.problems import Problem, errors, problem

_AS_THEN = ("schema_", "partners", "shops", "erp", "limits", "window")
"""Settings of the house that decide how a message is handled."""
SHOWN = 12
"""Characters of a hash that a person needs."""


def load_as_then(
    snapshot: Snapshot, folder: Path, now: Workspace
) -> tuple[Workspace | None, list[Problem]]:
    """Write a snapshot into an empty folder and load it; data folders stay those of ``now``.

    The folder has to stay as long as the workspace is used. Returns warnings (P212, P214), or an
    error (P211) and no workspace.
    """
    shares = is_ours(snapshot)
    write_files(folder, own_files(snapshot) if shares else snapshot.files)
    loaded, found = load_workspace(folder, home=now.base)
    if loaded is None:
        reason = next((each.sentence for each in errors(found)), "there are none")
        return None, [problem("P211", hash=snapshot.hash[:SHOWN], reason=reason)]
    partners = {name: _here(each, now) for name, each in loaded.partners.items()}
    settings = _settings(loaded.settings, now.settings)
    own = loaded.own.model_copy(update={"as2": now.own.as2})
    workspace = replace(
        loaded,
        settings=settings,
        own=own,
        partners=partners,
        hash=snapshot.hash,
        shares=shares,
        partners_home=now.partners_home or now.settings.partners,
    )
    return workspace, list(warnings(snapshot))


def _settings(then: Settings, now: Settings) -> Settings:
    house = {name: getattr(now, name) for name in Settings.model_fields if name not in _AS_THEN}
    places = {"kind": now.erp.kind, "receive": now.erp.receive, "send": now.erp.send}
    erp = then.erp.model_copy(update=places)
    return then.model_copy(update={**house, "erp": erp})


def _here(then: Partner, now: Workspace) -> Partner:
    """The partner as then, with the folders that his channels have now."""
    today = now.partners.get(then.partner)
    if today is None:
        return then
    channels = {name: today.channels.get(name, each) for name, each in then.channels.items()}
    return then.model_copy(update={"channels": channels})


def warnings(snapshot: Snapshot) -> Iterator[Problem]:
    """What is not as then, although the snapshot is used: P212, P214."""
    if snapshot.version != version():
        yield problem("P212", then=snapshot.version, now=version())
    if snapshot.left_out:
        files = "; ".join(f"{name} ({reason})" for name, reason in snapshot.left_out.items())
        yield problem("P214", hash=snapshot.hash[:SHOWN], files=files)
