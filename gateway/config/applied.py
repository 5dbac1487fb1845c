"""What was applied, as a workspace: its files in a folder of their own, loaded like any workspace.

Settings, partners, channels, maps and codes are as they were applied. Folders of data, keys and
files with secrets are those of the workspace itself, and so is the place where everything is kept:
the address of the database and of the archive.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gateway.config.laid import TEMPORARY, lay, let_go, let_go_with
from gateway.config.load import load_workspace
from gateway.config.restored import is_ours, own_files, safe, write_files
from gateway.config.snapshot import PARTNERS, SETTINGS, SHOPS, Snapshot
from gateway.config.workspace import Workspace
from gateway.problems import Problem, errors, problem
from gateway.syntax.yamltext import read_yaml

SHOWN = 12
"""Characters of a hash that a person needs."""


def load_applied(
    snapshot: Snapshot, here: Workspace, previous: Workspace | None = None
) -> tuple[Workspace | None, list[Problem]]:
    """A snapshot as the workspace that runs; P236 and no workspace where it cannot be loaded.

    ``here``: any workspace of the same folder, which says where data lies. ``previous``: one whose
    partners need not be read again where their files are the same.
    """
    shares = is_ours(snapshot)
    files = own_files(snapshot) if shares else dict(snapshot.files)
    homes = _homes(snapshot.files.get(SETTINGS, b""))
    try:
        folder, held = _laid(snapshot, files, here.base, homes)
    except OSError as failure:
        reason = f"{failure.filename or here.base}: {failure.strerror or failure}"
        return None, [problem("P236", hash=snapshot.hash[:SHOWN], reason=reason)]
    loaded, found = load_workspace(folder, home=here.base, previous=previous)
    if loaded is None:
        let_go(folder, held)
        reason = next((each.sentence for each in errors(found)), "there are none")
        return None, [problem("P236", hash=snapshot.hash[:SHOWN], reason=reason), *found]
    place = {"database": here.settings.database, "archive": here.settings.archive}
    workspace = replace(
        loaded,
        settings=loaded.settings.model_copy(update=place),
        hash=snapshot.hash,
        shares=shares,
        partners_home=homes[PARTNERS],
    )
    let_go_with(workspace, folder, held)
    return workspace, found


def _laid(
    snapshot: Snapshot, files: Mapping[str, bytes], base: Path, homes: Mapping[str, str]
) -> tuple[Path, int | None]:
    """Beside the data of the workspace; where nothing can be written, in a temporary folder."""
    links = {name: _live(base, homes, name) for name in snapshot.left_out}
    try:
        return lay(base, snapshot.hash[:32], files, links)
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix=TEMPORARY))
        write_files(folder, files)
        for name, target in links.items():
            (folder / safe(name)).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).symlink_to(target)
        return folder, None


def _live(base: Path, homes: Mapping[str, str], name: str) -> Path:
    """The file of the workspace itself that a name of a snapshot stands for."""
    kind, _, inside = name.partition("/")
    return (base / homes.get(kind, kind) / inside).absolute()


def home_of(folder: Path) -> str:
    """The folder of the partners in the workspace itself, from a folder of what was applied."""
    try:
        return _homes((folder / SETTINGS).read_bytes())[PARTNERS]
    except OSError:
        return PARTNERS


def _homes(settings: bytes) -> dict[str, str]:
    """What the settings call the folders of partners and shops, by their names in a snapshot."""
    text, _ = read_yaml(settings, SETTINGS)
    data = text.data if text is not None and isinstance(text.data, dict) else {}
    written = {kind: data.get(kind) for kind in (PARTNERS, SHOPS)}
    return {kind: name if isinstance(name, str) else kind for kind, name in written.items()}
