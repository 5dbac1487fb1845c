"""Read a workspace: ``gateway.yaml``, ``_own.yaml``, every ``partner.yaml`` and ``shop.yaml``.

Never raises for what the files say. A partner or shop whose file is broken is left out and
reported; the others stay. Without a usable ``gateway.yaml`` and ``_own.yaml`` there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gateway.config.as2check import as2_problems, own_problems
from gateway.config.channelcheck import channel_problems, house_problems
from gateway.config.collide import collisions
from gateway.config.countercheck import counter_problems
from gateway.config.envelopecheck import envelope_problems
from gateway.config.models import Own, Partner, Settings
from gateway.config.parents import unused_rows
from gateway.config.partnerfiles import OWN, PartnerFiles, read_partners
from gateway.config.referents import agreement_problems
from gateway.config.remembered import Remembered
from gateway.config.settingsfile import read_model
from gateway.config.shops.claims import Others
from gateway.config.shops.load import load_shops, parts_of
from gateway.config.snapshot import PARTNERS, SETTINGS, SHOPS, hash_of
from gateway.config.termscheck import own_identity_problems
from gateway.config.testing import sandbox_problems, test_problems
from gateway.config.workspace import Workspace
from gateway.problems import Problem
from gateway.syntax.yamltext import YamlText


def load_workspace(
    root: Path,
    *,
    home: Path | None = None,
    previous: Workspace | None = None,
    remembered: Remembered | None = None,
) -> tuple[Workspace | None, list[Problem]]:
    """Read and check everything under ``root`` that a person wrote, maps not compiled.

    Returns the workspace with the partners that can be used, and every problem; places name files
    relative to ``root``. :func:`gateway.config.translation.check` compiles the maps.

    ``home``: the workspace that ``root`` holds a snapshot of (:mod:`gateway.config.asthen`).
    ``previous``: partners whose files hold the same as there are taken from it. ``remembered``:
    what an earlier process found of partners in whom nothing has changed.
    """
    root = root.absolute()
    problems: list[Problem] = []
    settings, text = read_model(root, Path(SETTINGS), Settings, problems)
    if settings is None or text is None:
        return None, problems
    problems += house_problems(settings, text)
    problems += sandbox_problems(settings, text)
    if home is not None:
        settings = settings.model_copy(update={"partners": PARTNERS, "shops": SHOPS})
    folder = Path(settings.partners)
    own, own_text = read_model(root, folder / OWN, Own, problems, settings.vaults)
    hash_ = _hash(root, settings, remembered)
    files = PartnerFiles(root, settings, previous, remembered)
    read, broken, parents, found = read_partners(files, own_text)
    problems += found
    if own is None or own_text is None:
        return None, problems
    by_identity, clashes = collisions(root, settings, (own, own_text), read)
    problems += clashes
    others = Others((own, own_text), read, tuple(broken), by_identity)
    shops, wrong = load_shops(root, (settings, text), previous, others)
    problems += wrong
    partners = {name: partner for name, (partner, _) in read.items()}
    texts = {name: each for name, (_, each) in read.items()}
    workspace = Workspace(
        root, settings, own, partners, hash_, tuple(broken), by_identity, texts,
        home=home, **parts_of(shops),
    )  # fmt: skip
    problems += own_problems(workspace, own_text)
    problems += own_identity_problems(own.identities, own_text)
    if not broken:
        problems += unused_rows(parents, partners)
    problems += _by_themselves(workspace, files, own_text.file)
    problems += counter_problems(workspace)
    return workspace, problems


def _by_themselves(workspace: Workspace, files: PartnerFiles, own_file: str) -> Iterator[Problem]:
    """What is wrong with each partner by himself; what is remembered is not looked at again."""
    for name, partner in workspace.partners.items():
        known = None if files.remembered is None else files.remembered.now(name)
        if known is not None and name in files.unchanged:
            yield from known.checked
            continue
        checked = list(_checked(workspace, partner, workspace.texts[name], own_file))
        yield from checked
        if known is not None:
            known.checked = checked


def _checked(
    workspace: Workspace, partner: Partner, text: YamlText, own_file: str
) -> Iterator[Problem]:
    yield from agreement_problems(workspace, partner, text, own_file)
    yield from as2_problems(workspace, partner, text, own_file)
    yield from channel_problems(workspace, partner, text)
    yield from test_problems(partner, text)
    yield from envelope_problems(workspace, partner, text)


def _hash(root: Path, settings: Settings, remembered: Remembered | None) -> str:
    folder, shops = Path(settings.partners), Path(settings.shops)
    if remembered is None:
        return hash_of(root, folder, settings.functions, shops)
    return remembered.look(folder, settings.functions, shops)
