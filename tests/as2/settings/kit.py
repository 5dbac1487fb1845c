"""A workspace with a partner by AS2, made of the keys of the tests."""

from __future__ import annotations

import shutil
from pathlib import Path

from gateway.config import Workspace, load_workspace
from gateway.problems import Problem
from tests.as2.credentials import KEYS

OWN = """\
name: Our Company
identities:
  edifact: {id: 4098765000003, qualifier: 14}
as2:
  id: OURCOMPANY
  url: https://edi.example.com/as2
  keys:
    - {certificate: keys/ours.pem, key: "${file:keys/ours.key}"}
"""
ACME = """\
partner: acme-retail
name: Acme Retail (example)
identities:
  edifact: {id: 4012345000009, qualifier: 14}
channels:
  edi:
    kind: as2
    as2:
      id: ACME
      url: https://as2.acme.example/
      certificates:
        - {file: certificates/acme.pem}
"""


def write(root: Path, own: str = OWN, acme: str = ACME) -> Path:
    """The files; settings may name any certificate of the tests."""
    folder = root / "partners" / "acme-retail"
    (folder / "certificates").mkdir(parents=True)
    (root / "keys").mkdir()
    (root / "gateway.yaml").write_text("schema: 1\n", encoding="utf-8")
    (root / "partners" / "_own.yaml").write_text(own, encoding="utf-8")
    (folder / "partner.yaml").write_text(acme, encoding="utf-8")
    for each in KEYS.iterdir():
        if each.suffix == ".pem":
            shutil.copy(each, folder / "certificates")
        if each.name.startswith(("ours", "acme")):
            shutil.copy(each, root / "keys")
    return root


def load(root: Path) -> tuple[Workspace, list[Problem]]:
    """The workspace with its problems."""
    workspace, problems = load_workspace(root)
    assert workspace is not None, problems
    return workspace, problems


def opened(root: Path, own: str = OWN, acme: str = ACME) -> Workspace:
    """Written and loaded; the settings have no problem."""
    workspace, problems = load(write(root, own, acme))
    assert [str(found) for found in problems if found.severity == "error"] == []
    return workspace
