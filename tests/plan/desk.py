"""Two configurations beside each other: what runs, and the files as they are after an edit."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from gateway.cli.commands.demo import PARTNERS
from gateway.cli.commands.init import write_workspace
from gateway.config import Workspace, load_workspace, snapshot
from gateway.config.difference import Difference, Sides, difference
from gateway.config.translation import Translation
from gateway.pipeline.plan import Plan, baseline, plan
from gateway.store import applied, snapshots
from tests.pipeline.shop import ROOT, Shop

ACME = "partners/acme-retail/partner.yaml"
TEXT = (ROOT / ACME).read_text(encoding="utf-8")
LONG = timedelta(days=4000)
"""Further back than anything in a test."""
Edits = Mapping[str, str | None]


def write(root: Path, files: Edits) -> None:
    for name, text in files.items():
        path = root / name
        if text is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def load(root: Path) -> Workspace:
    workspace, problems = load_workspace(root)
    assert workspace is not None, problems
    return workspace


def copied(root: Path, name: str) -> Path:
    target = root.parent / name
    shutil.copytree(root, target)
    return target


class Desk:
    """A workspace that runs, and a copy of it that somebody edits."""

    def __init__(self, root: Path, before: Edits | None = None) -> None:
        self.running, self.files = root / "running", root / "files"
        write_workspace(self.running, PARTNERS)
        write(self.running, before or {})
        shutil.copytree(self.running, self.files)

    def edit(self, files: Edits) -> Difference:
        write(self.files, files)
        old, new = load(self.running), load(self.files)
        return difference(Sides(old, new, Translation(old), Translation(new)))

    def said(self, files: Edits) -> list[str]:
        """``~ agreements[order inbound].mode live -> test``."""
        signs = {"added": "+", "removed": "-", "changed": "~"}
        return [
            f"{signs[each.kind]} {each.path} {each.values}".rstrip()
            for each in self.edit(files).changes
        ]


def planned(shop: Shop, files: Edits | None = None, **settings: Any) -> Plan:
    """The plan for a shop at work whose files were edited."""
    write(shop.root, files or {})
    wanted, problems = load_workspace(shop.root)
    assert wanted is not None, problems
    house = shop.gateway.house
    before = baseline(house, wanted)
    maps = Translation(before.workspace)
    running = replace(house, workspace=before.workspace, translation=maps)
    asked: dict[str, Any] = {"days": LONG, "problems": problems, "against": before.said}
    return plan(running, wanted, **(asked | settings))


def apply(shop: Shop) -> None:
    """As `gateway apply` does it, without its questions."""
    wanted, store = load(shop.root), shop.gateway.house.store
    kept = snapshot.collect(wanted)
    with store.write("apply") as connection:
        snapshots.keep(connection, shop.clock(), kept)
        based = applied.current_seq(connection)
        wish = applied.Wish("apply", kept.hash, kept.version, based, "anna", "", "")
        row = applied.prepare(connection, shop.clock(), wish)
        assert row is not None
        assert applied.commit(connection, row.seq, shop.clock())
