"""Read a workspace: ``gateway.yaml``, ``partners/_own.yaml``, ``partners/*/partner.yaml``.

Never raises for what the files say. A partner whose file is broken is left out and reported; the
others stay. Without a usable ``gateway.yaml`` and ``_own.yaml`` there is no workspace.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from gateway.config.as2check import as2_problems, own_problems
from gateway.config.channelcheck import channel_problems, house_problems
from gateway.config.collide import collisions
from gateway.config.models import Model, Own, Partner, Settings
from gateway.config.referents import agreement_problems
from gateway.config.snapshot import PARTNERS, SETTINGS, hash_of
from gateway.config.validate import validate
from gateway.config.workspace import Workspace
from gateway.problems import Place, Problem, has_errors, problem
from gateway.syntax.yamltext import YamlText, read_yaml

OWN = "_own.yaml"
PARTNER = "partner.yaml"

M = TypeVar("M", bound=Model)


def load_workspace(
    root: Path, *, home: Path | None = None
) -> tuple[Workspace | None, list[Problem]]:
    """Read and check everything under ``root`` that a person wrote, maps not compiled.

    Returns the workspace with the partners that can be used, and every problem; places name files
    relative to ``root``. :func:`gateway.config.translation.check` compiles the maps.

    ``home``: the workspace that ``root`` holds a snapshot of (:mod:`gateway.config.asthen`).
    """
    root = root.absolute()
    problems: list[Problem] = []
    settings, text = _file(root, Path(SETTINGS), Settings, problems)
    if settings is None or text is None:
        return None, problems
    problems += house_problems(settings, text)
    if home is not None:
        settings = settings.model_copy(update={"partners": PARTNERS})
    folder = Path(settings.partners)
    own, own_text = _file(root, folder / OWN, Own, problems)
    read: dict[str, tuple[Partner, YamlText]] = {}
    broken: list[str] = []
    for name in _partner_folders(root / folder):
        found: list[Problem] = []
        partner, written = _file(root, folder / name / PARTNER, Partner, found)
        if partner is not None and written is not None:
            found += _named_as_folder(partner, written, name)
        if partner is None or written is None or has_errors(found):
            broken.append(name)
        else:
            read[name] = (partner, written)
        problems += found
    if own is None or own_text is None:
        return None, problems
    by_identity, clashes = collisions(root, settings, (own, own_text), read)
    problems += clashes
    partners = {name: partner for name, (partner, _) in read.items()}
    texts = {name: text for name, (_, text) in read.items()}
    hash_ = hash_of(root, folder)
    workspace = Workspace(
        root, settings, own, partners, hash_, tuple(broken), by_identity, texts, home
    )
    problems += own_problems(workspace, own_text)
    for partner, text in read.values():
        problems += agreement_problems(workspace, partner, text, own_text.file)
        problems += as2_problems(workspace, partner, text, own_text.file)
        problems += channel_problems(workspace, partner, text)
    return workspace, problems


def _file(
    root: Path, name: Path, model: type[M], problems: list[Problem]
) -> tuple[M | None, YamlText | None]:
    """One file as its model; what is wrong is added to ``problems``."""
    shown = name.as_posix()
    try:
        data = (root / name).read_bytes()
    except FileNotFoundError:
        way = "make a workspace with `gateway init`" if shown == SETTINGS else f"write {shown}"
        problems.append(problem("C107", Place(file=shown), wanted=shown, way=way))
        return None, None
    except OSError as error:
        reason = error.strerror or str(error)
        problems.append(problem("C108", Place(file=shown), wanted=shown, reason=reason))
        return None, None
    text, found = read_yaml(data, shown)
    problems += found
    if text is None:
        return None, None
    value, wrong = validate(model, text)
    problems += wrong
    return (None if has_errors(found) else value), text


def _partner_folders(folder: Path) -> list[str]:
    """Names of the partner folders; those with a leading ``_`` or ``.`` are none."""
    try:
        names = sorted(each.name for each in folder.iterdir() if each.is_dir())
    except OSError:
        return []
    return [name for name in names if not name.startswith(("_", "."))]


def _named_as_folder(partner: Partner, text: YamlText, folder: str) -> list[Problem]:
    if partner.partner == folder:
        return []
    place = text.place(("partner",))
    return [problem("C110", place, value=partner.partner, folder=folder)]
