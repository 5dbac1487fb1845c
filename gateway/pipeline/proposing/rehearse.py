"""A proposal on trial: checked and run in a workspace of its own, beside the real one.

The trial workspace has everything of the real one but its partners and its data: so a proposal can
be shown, refused or written with the outcome of its samples known.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.config import Workspace, load_workspace
from gateway.config.translation import Translation
from gateway.pipeline.samples import Result, cases, run, update
from gateway.problems import Problem, has_errors

_SHARED = ("_own.yaml", "_like")


@dataclass(slots=True)
class Rehearsal:
    """What became of a proposal."""

    loaded: bool = False
    """Whether the partner can be used as he is."""
    problems: list[Problem] = field(default_factory=list)
    """Of the partner's own files, as ``gateway check`` says them."""
    results: list[Result] = field(default_factory=list)
    """Of his samples."""
    files: dict[str, bytes] = field(default_factory=dict)
    """The proposal with the expected files of the samples."""

    @property
    def translated(self) -> list[Result]:
        """The samples that became a document."""
        return [one for one in self.results if _became(one)]

    @property
    def clean(self) -> list[Result]:
        """Those of them without any error on the way."""
        return [
            one
            for one in self.translated
            if one.outcome is not None
            and not has_errors([each for step, each in one.outcome.problems if step in _COMING])
        ]


_COMING = ("grammar", "read", "document", "check")
"""Steps on the way from the partner to the document."""


def _became(one: Result) -> bool:
    return one.outcome is not None and bool(one.outcome.canonical)


def rehearse(workspace: Workspace, name: str, files: Mapping[str, bytes]) -> Rehearsal:
    """Try the files of a partner; nothing of the workspace is changed.

    Raises ``OSError`` where the trial workspace cannot be made.
    """
    with tempfile.TemporaryDirectory(prefix="gateway-proposal-") as made:
        root = Path(made)
        folder = _laid_out(workspace, root) / name
        write_files(folder, files)
        tried, problems = load_workspace(root)
        outcome = Rehearsal(files=dict(files))
        if tried is None or name not in tried.partners:
            outcome.problems = problems
            return outcome
        outcome.loaded = True
        translation = Translation(tried)
        partner = tried.partners[name]
        problems = [*problems, *translation.problems()]
        front = f"{tried.settings.partners}/{name}/"
        outcome.problems = [one for one in problems if (one.place.file or "").startswith(front)]
        for case in cases([folder / "samples"]):
            result = run(translation, case, partner)
            update(result)
            outcome.results.append(result)
        outcome.files = read_files(folder)
        return outcome


def _laid_out(workspace: Workspace, root: Path) -> Path:
    """The workspace without its partners; the folder for the new one."""
    partners = Path(workspace.settings.partners)
    if partners.is_absolute():
        raise OSError(f"partners: {partners} is not below the workspace")
    for path in workspace.root.iterdir():
        if path.name not in (partners.parts[0], "var") and not path.name.startswith("."):
            (root / path.name).symlink_to(path)
    folder = root / partners
    folder.mkdir(parents=True)
    for name in _SHARED:
        if (workspace.root / partners / name).exists():
            (folder / name).symlink_to(workspace.root / partners / name)
    return folder


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder; a path never leads out of it."""
    for name, data in files.items():
        path = folder / name
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ValueError(f"{name} leads out of the folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def read_files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
